//! Plays a scene to the engine or to Sockeye, and says in one line what became of it.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::Command,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use regex::Regex;
use serde_json::{Map, Value};

use crate::{
    engines::{Engine, Engines, Ran, clean, file_of, run_for},
    tls::scene::{Scene, quoted},
};

/// How long a scene may last.
const LONGEST: Duration = Duration::from_secs(20);

/// What the line of a failed connection begins with.
const FAILED: &str = "Failed to connect to websocket: ";

pub const OPENS: &str = "opens";

/// What begins the verdict on a config that does not start.
pub const START: &str = "start: ";

/// The verdict of the engine.
pub fn of_engine(scene: &Scene, engine: Engine, engines: &Engines) -> Result<String, String> {
    let (opened, ran) = play(scene, |file, env| {
        let mut command = clean(&engines.program(engine), env);
        command.arg("run").arg(file);
        command
    })?;
    if opened {
        return Ok(OPENS.into());
    }
    let texts: Vec<_> = json(&ran).filter_map(|line| said(&line)).collect();
    if let Some(line) = texts.iter().find_map(|text| text.strip_prefix(FAILED)) {
        return Ok(neutral(scene, line));
    }
    let plain = ran.out.lines().chain(ran.err.lines()).filter(|line| !line.starts_with('{'));
    let told = texts.iter().map(String::as_str).chain(plain).filter(|text| !text.trim().is_empty());
    let told = told.collect::<Vec<_>>().join(" / ");
    let core = told.split_once("path root.input: ").map_or(told.as_str(), |(_, core)| core);
    Ok(neutral(scene, &format!("{START}{core}")))
}

/// The same of Sockeye, which speaks for the engine.
pub fn of_sockeye(scene: &Scene, engine: Engine) -> Result<String, String> {
    let (opened, ran) = play(scene, |file, env| {
        let mut command = clean(env!("CARGO_BIN_EXE_sockeye").as_ref(), env);
        command.args(["tail", "--events", "--as", engine.flavor(), "-c"]).arg(file);
        command
    })?;
    if opened {
        return Ok(OPENS.into());
    }
    let lines: Vec<_> =
        json(&ran).filter(|line| line.get("kind").is_some_and(|kind| kind == "pipeline")).collect();
    let texts = lines.iter().filter_map(|line| line.get("text").and_then(Value::as_str));
    if let Some(line) = texts.into_iter().find_map(|text| text.strip_prefix(FAILED)) {
        return Ok(neutral(scene, line));
    }
    let started = json(&ran).next().is_some();
    let told = || ran.err.lines().map(str::trim).filter(|line| !line.is_empty());
    Ok(neutral(
        scene,
        &if started {
            let failed = told().find(|line| line.contains(" failed at ")).unwrap_or_default();
            format!("no line: {}", failed.trim_start_matches("sockeye: "))
        } else {
            let first = told().next().unwrap_or_default();
            let told = first.split_once(": ").map_or(first, |(_, told)| told);
            format!("{START}{}", without_place(told))
        },
    ))
}

fn json(ran: &Ran) -> impl Iterator<Item = Map<String, Value>> {
    ran.out.lines().chain(ran.err.lines()).filter_map(|line| match serde_json::from_str(line) {
        Ok(Value::Object(line)) => Some(line),
        _ => None,
    })
}

/// What a line of the engine's log says, where it is no matter of course.
fn said(line: &Map<String, Value>) -> Option<String> {
    let text = |name: &str| line.get(name).and_then(Value::as_str).unwrap_or_default();
    if !["error", "fatal"].contains(&text("level")) {
        return None;
    }
    Some(match text("error") {
        "" => text("msg").to_owned(),
        error => format!("{}: {error}", text("msg")),
    })
}

/// Without what differs from run to run.
fn neutral(scene: &Scene, line: &str) -> String {
    static CHANGES: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
        [
            (r"(127\.0\.0\.1|localhost|\[::1\]|feed\.test\.?):\d{4,6}", "$1:PORT"),
            (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z is (after|before) \S+Z", "NOW is $2 TIME"),
            (r"lookup (\S+?)( on \S+)?: ", "lookup $1: "),
        ]
        .map(|(from, to)| (Regex::new(from).expect("it is well formed"), to))
        .into()
    });
    let line = line.replace(scene.folder(), "FOLDER").replace(['\n', '\t'], " ");
    let line = CHANGES.iter().fold(line, |line, (from, to)| from.replace_all(&line, *to).into_owned());
    line.trim().to_owned()
}

/// Whether the websocket opened, and what the program said.
fn play(
    scene: &Scene,
    command: impl Fn(&Path, &[(String, String)]) -> Command,
) -> Result<(bool, Ran), String> {
    let host = Host::of(scene).map_err(|error| error.to_string())?;
    let port = host.address.port().to_string();
    let file = file_of(config(scene).replace("{port}", &port).as_bytes())?;
    let began = Instant::now();
    let opened = Arc::clone(&host.opened);
    let ran = run_for(command(file.path(), &scene.env), Duration::ZERO, |_| {
        opened.load(Ordering::Relaxed) || began.elapsed() > LONGEST
    })?;
    Ok((host.opened.load(Ordering::Relaxed), ran))
}

fn config(scene: &Scene) -> String {
    let fields = format!("url: {}\n{}", quoted(&scene.url()), scene.fields());
    let fields = fields.lines().fold(String::new(), |all, line| all + "    " + line + "\n");
    format!(
        "http: {{enabled: false}}\nlogger: {{level: INFO, format: json}}\ninput:\n  websocket:\n{fields}\
         output:\n  drop: {{}}\n"
    )
}

/// The scene's server. It stops listening when dropped.
struct Host {
    address: SocketAddr,
    opened: Arc<AtomicBool>,
    over: Arc<AtomicBool>,
}

impl Host {
    fn of(scene: &Scene) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let host = Self { address: listener.local_addr()?, opened: Arc::default(), over: Arc::default() };
        let (opened, over, serving) =
            (Arc::clone(&host.opened), Arc::clone(&host.over), scene.serving.clone());
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if over.load(Ordering::Relaxed) {
                    return;
                }
                let (opened, serving) = (Arc::clone(&opened), serving.clone());
                // A server that the client leaves has done its part.
                thread::spawn(move || drop(serving(stream, &|_| opened.store(true, Ordering::Relaxed))));
            }
        });
        Ok(host)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        // The listener waits for one more connection.
        drop(TcpStream::connect(self.address));
    }
}

/// A problem of a config without its line and column.
fn without_place(told: &str) -> &str {
    static PLACE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^.*\.yaml:\d+:\d+: ").expect("it is well formed"));
    PLACE.find(told).map_or(told, |place| &told[place.end()..])
}
