//! Configs: what the engine's lint, its start and its first connection say of each, beside `sockeye lint --as …`.
//!
//! `configs.txt` has them, with a heading line each: `=== ID`, then what is special, separated by bars:
//!
//! | word | means |
//! |---|---|
//! | `engines 78 80` | only these |
//! | `env NAME="value"` | a variable of the environment, its value as JSON |
//! | `whole` | the text is the whole file; otherwise [`TOP`] and [`END`] are put around it |
//! | `escaped` | `\xNN` is a byte, `\\` a backslash, and a backslash at the end joins two lines |
//!
//! `{PEM name}` alone on a line is the text of that file with the line's indent, `{PEM1 name}` the same in one line;
//! `{LIVE}` is the address of a server that accepts.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
    time::{Duration, Instant},
};

use crate::{
    configs_that_differ,
    engines::{self, Engine, Engines, clean, run_for},
    judge::{Ours, Theirs, Verdict, judge},
    server::{Server, text},
};

const TOP: &str = "http: {enabled: false}\nlogger: {level: INFO, format: json}\n";
const END: &str = "output:\n  drop: {}\n";

/// How long an engine may take to end or to connect.
const LONGEST: Duration = Duration::from_secs(10);

/// How long an engine runs that is launched and says nothing of its input.
const SILENT: Duration = Duration::from_millis(1500);

/// One config.
#[derive(Clone, Debug)]
pub struct Config {
    pub id: String,
    pub engines: Vec<Engine>,
    env: Vec<(String, String)>,
    text: Vec<u8>,
}

pub fn all() -> Vec<Config> {
    let table = include_str!("configs.txt").strip_prefix("=== ").expect("it begins with a heading");
    table.split("\n=== ").map(Config::parse).collect()
}

impl Config {
    fn parse(section: &str) -> Self {
        let (heading, text) = section.split_once('\n').unwrap_or((section, ""));
        let mut words = heading.split(" | ");
        let id = words.next().unwrap_or_default().to_owned();
        let mut config = Self { id, engines: engines::ALL.to_vec(), env: Vec::new(), text: Vec::new() };
        let mut text = format!("{text}\n");
        let (mut whole, mut escaped) = (false, false);
        for word in words {
            match word.split_once(' ').unwrap_or((word, "")) {
                ("whole", _) => whole = true,
                ("escaped", _) => escaped = true,
                ("engines", names) => config.engines.retain(|engine| names.contains(engine.short())),
                ("env", set) => {
                    let (name, value) = set.split_once('=').expect("a variable has a value");
                    let value = serde_json::from_str(value).expect("the value is JSON");
                    config.env.push((name.to_owned(), value));
                }
                _ => panic!("{}: {word}", config.id),
            }
        }
        if !whole {
            text = format!("{TOP}{text}{END}");
        }
        config.text = if escaped { unescaped(&text) } else { text.into_bytes() };
        config
    }

    /// Why it is judged otherwise beside this engine, where that is right.
    pub fn reason(&self, engine: Engine) -> Option<&'static str> {
        configs_that_differ::reason(&self.id, engine)
    }

    /// What differs between the two.
    ///
    /// # Errors
    /// A sentence if one of the two does not run.
    pub fn differences(&self, engine: Engine, engines: &Engines) -> Result<Vec<String>, String> {
        let place = PLACE.as_ref().map_err(ToString::to_string)?;
        let name = format!("{}-{}.yaml", self.id.replace('/', "-"), engine.short());
        fs::write(place.folder.join(&name), place.filled(&self.text)).map_err(|error| error.to_string())?;
        let env: Vec<_> =
            self.env.iter().map(|(name, value)| (name.clone(), place.with_pem(value))).collect();
        let side = Side { folder: &place.folder, name: &name, env: &env };
        let theirs = side.engine(&engines.program(engine))?;
        let ours = side.sockeye(engine)?;
        let Verdict { word, remarks } = judge(&theirs, &ours);
        if word == "EQUAL" {
            return Ok(Vec::new());
        }
        let mut differences = vec![word.to_owned()];
        differences.extend(remarks);
        differences.extend(theirs.told());
        differences.extend(ours.told());
        Ok(differences)
    }
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('\\') {
        bytes.extend(before.as_bytes());
        rest = match behind.as_bytes().first() {
            Some(b'x') => {
                bytes.push(u8::from_str_radix(&behind[1..3], 16).expect("two digits follow \\x"));
                &behind[3..]
            }
            Some(b'\\') => {
                bytes.push(b'\\');
                &behind[1..]
            }
            _ => &behind[1..],
        };
    }
    bytes.extend(rest.as_bytes());
    bytes
}

/// The files that configs name, and the server that accepts.
struct Place {
    folder: PathBuf,
    pems: HashMap<&'static str, String>,
    server: Server,
    _folder: tempfile::TempDir,
}

static PLACE: LazyLock<io::Result<Place>> = LazyLock::new(|| {
    let folder = tempfile::tempdir()?;
    let keys = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/keys");
    let mut pems = HashMap::new();
    for (name, key) in [
        ("rsa-cert", "rsa-cert"),
        ("rsa-key", "rsa-pkcs8"),
        ("rsa-enc", "rsa-pbes2-hmacWithSHA256"),
        ("rsa-old-enc", "rsa-aes-256-cbc"),
        ("rsa-pkcs1", "rsa-pkcs1"),
        ("rsa-pub", "rsa-public"),
        ("ec-cert", "ec-cert"),
        ("ec-key", "ec-pkcs8"),
        ("ec-sec1", "ec-sec1"),
        ("ed-cert", "ed25519-cert"),
        ("ed-key", "ed25519-pkcs8"),
    ] {
        pems.insert(name, fs::read_to_string(keys.join(format!("{key}.pem")))?);
    }
    pems.insert("empty", String::new());
    pems.insert("garbage", "this is not PEM\n".to_owned());
    pems.insert("cut", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n".to_owned());
    pems.insert("cut-key", "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n".to_owned());
    for (name, pem) in &pems {
        fs::write(folder.path().join(format!("{name}.pem")), pem)?;
    }
    fs::create_dir(folder.path().join("folder"))?;
    let server = Server::start(Some(Arc::new(|conn, _| {
        conn.upgrade_and("", &text(r#"{"a":1}"#))?;
        conn.watch()
    })))?;
    Ok(Place { folder: folder.path().to_owned(), pems, server, _folder: folder })
});

impl Place {
    fn with_pem(&self, value: &str) -> String {
        value.replace("{PEM}", &self.pems["rsa-cert"])
    }

    /// The text of a config with its marks replaced. What is not UTF-8 has none.
    fn filled(&self, text: &[u8]) -> Vec<u8> {
        let Ok(text) = std::str::from_utf8(text) else { return text.to_vec() };
        if !text.contains("{PEM") && !text.contains("{LIVE}") && !text.contains("{PORT}") {
            return text.as_bytes().to_vec();
        }
        let mut filled = String::new();
        for line in text.lines() {
            let indent = &line[..line.len() - line.trim_start().len()];
            let pem = line.trim().strip_prefix("{PEM ").and_then(|rest| rest.strip_suffix('}'));
            match pem {
                Some(name) => {
                    for line in self.pems[name].lines() {
                        filled.extend([indent, line, "\n"]);
                    }
                }
                None => filled.extend([line, "\n"]),
            }
        }
        for (name, pem) in &self.pems {
            filled = filled.replace(&format!("{{PEM1 {name}}}"), &pem.trim().replace('\n', "\\n"));
        }
        let port = self.server.address.port();
        filled
            .replace("{LIVE}", &format!("ws://127.0.0.1:{port}/"))
            .replace("{PORT}", &port.to_string())
            .into_bytes()
    }
}

/// A config file and what either side runs in.
struct Side<'a> {
    folder: &'a Path,
    name: &'a str,
    env: &'a [(String, String)],
}

impl Side<'_> {
    fn ran(&self, program: &Path, arguments: &[&str]) -> Result<engines::Ran, String> {
        let mut command = clean(program, self.env);
        command.args(arguments).arg(self.name).current_dir(self.folder);
        let began = Instant::now();
        let mut launched = None;
        run_for(command, Duration::ZERO, |out| {
            if out.contains("Launching a") {
                launched.get_or_insert_with(Instant::now);
            }
            began.elapsed() > LONGEST
                || launched.is_some_and(|at| at.elapsed() > SILENT)
                || out.contains("Failed to connect")
                || out.contains("nput type websocket is now active")
        })
    }

    fn engine(&self, program: &Path) -> Result<Theirs, String> {
        let linted = self.ran(program, &["lint"])?;
        let mut theirs = Theirs::linted(self.name, &linted);
        theirs.ran(&self.ran(program, &["run"])?);
        if theirs.refused {
            theirs.chilled(&self.ran(program, &["run", "--chilled"])?);
        }
        Ok(theirs)
    }

    fn sockeye(&self, engine: Engine) -> Result<Ours, String> {
        let program = Path::new(env!("CARGO_BIN_EXE_sockeye"));
        let ran = self.ran(program, &["lint", "--color", "never", "--as", engine.flavor()])?;
        Ok(Ours::linted(self.name, &ran))
    }
}
