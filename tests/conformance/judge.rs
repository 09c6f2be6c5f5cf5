//! What either side says of a config, and whether it is the same.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::engines::Ran;

/// How the two verdicts on a config compare.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// | word | means |
    /// |---|---|
    /// | EQUAL | both clean, or Sockeye names each problem of the engine: same cause, same line |
    /// | MISSED | the engine refuses it, Sockeye says clean or only warns |
    /// | LATE | the engine starts and cannot connect because of the config alone, Sockeye has no error |
    /// | ALARM | the engine takes it, Sockeye has an error |
    /// | CLAIM | both clean, but Sockeye foretells that the pipeline fails |
    /// | PART | one of several problems of the engine is not named |
    /// | WORDS | Sockeye names another cause |
    /// | PLACE | same cause, another line |
    /// | QUOTE | a sentence of Sockeye about the pipeline is not what it does |
    pub word: &'static str,
    pub remarks: Vec<String>,
}

/// A problem: its line, 0 without one, its text, and the help below it.
#[derive(Clone, Debug, Default)]
struct Told {
    line: usize,
    says: String,
    help: String,
}

/// What the engine says.
#[derive(Clone, Debug, Default)]
pub struct Theirs {
    lints: Vec<Told>,
    /// Its lint refuses the file.
    pub refused: bool,
    /// Why it did not start, though its lint is clean.
    start: Option<String>,
    at: Start,
}

/// How a start went; that with `--chilled` where the lint refuses the file.
#[derive(Clone, Debug, Default)]
struct Start {
    started: bool,
    errors: Vec<String>,
    dial: Option<String>,
}

/// What Sockeye says.
#[derive(Clone, Debug, Default)]
pub struct Ours {
    errors: Vec<Told>,
    warnings: Vec<Told>,
    code: Option<i32>,
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is well formed")
}

/// The place at the start of a line of either lint, and what follows.
fn located<'a>(name: &str, line: &'a str) -> Option<(usize, &'a str)> {
    let (number, rest) = line.strip_prefix(name)?.strip_prefix('(')?.split_once(',')?;
    Some((number.parse().ok()?, rest.split_once(") ")?.1))
}

impl Theirs {
    pub fn linted(name: &str, ran: &Ran) -> Self {
        let mut theirs = Self { refused: ran.code != Some(0), ..Self::default() };
        let mut lints: Vec<Told> = Vec::new();
        for line in ran.out.lines().chain(ran.err.lines()).filter(|line| !line.trim().is_empty()) {
            match (located(name, line), lints.last_mut()) {
                (Some((line, says)), _) => {
                    lints.push(Told { line, says: says.to_owned(), ..Told::default() });
                }
                (None, Some(last)) => last.says.extend([" / ", line.trim()]),
                (None, None) => lints.push(Told { says: line.trim().to_owned(), ..Told::default() }),
            }
        }
        if theirs.refused {
            theirs.lints = lints;
        }
        theirs
    }

    pub fn ran(&mut self, ran: &Ran) {
        self.at = Start::of(ran);
        if !self.at.started && !self.refused {
            self.start = Some(self.at.errors.join(" / "));
        }
    }

    pub fn chilled(&mut self, ran: &Ran) {
        self.at = Start::of(ran);
    }

    /// What the config alone keeps it from connecting.
    fn dial(&self) -> Option<&str> {
        let dial = self.at.dial.as_deref().filter(|dial| !self.refused && !NETWORK.is_match(dial));
        dial.filter(|_| self.start.is_none())
    }

    pub fn told(&self) -> Vec<String> {
        let mut told: Vec<_> =
            self.lints.iter().map(|lint| format!("engine lint {}: {}", lint.line, lint.says)).collect();
        told.extend(self.start.iter().map(|start| format!("engine start: {start}")));
        told.extend(self.dial().map(|dial| format!("engine at each connection: {dial}")));
        if told.is_empty() { vec!["engine takes it".to_owned()] } else { told }
    }
}

static NETWORK: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"connection refused|no such host|lookup \S+( on .*)?: |i/o timeout|network is unreachable|server misbehaving",
    )
});

impl Start {
    fn of(ran: &Ran) -> Self {
        let mut start = Self::default();
        for line in ran.out.lines().chain(ran.err.lines()).filter(|line| !line.trim().is_empty()) {
            let Some((level, path, message)) = logged(line) else {
                if !line.contains("to prevent shutdown run") {
                    start.errors.push(line.trim().to_owned());
                }
                continue;
            };
            let of_input = path.contains("input");
            start.started |= message.starts_with("Launching a")
                || of_input && (message.contains("Failed to connect") || message.contains("is now active"));
            let dial = message.strip_prefix("Failed to connect to websocket: ");
            if let Some(dial) = dial.filter(|_| start.dial.is_none()) {
                start.dial = Some(dial.to_owned());
            } else if ["error", "fatal"].contains(&level.as_str())
                && !message.contains("Maximum number")
                && !message.contains("to prevent shutdown run")
            {
                start.errors.push(message);
            }
        }
        start
    }
}

/// Level, path and text of a line of the engine's log, as JSON or, where the config could not say JSON, as logfmt.
fn logged(line: &str) -> Option<(String, String, String)> {
    static PAIR: LazyLock<Regex> = LazyLock::new(|| regex(r#"(\w+)=("(?:[^"\\]|\\.)*"|\S+)"#));
    let json = serde_json::from_str(line).ok().filter(Value::is_object).or_else(|| {
        (line.contains("level=") && line.contains("msg=")).then(|| {
            let pairs = PAIR.captures_iter(line).map(|pair| {
                let value = serde_json::from_str(&pair[2]).unwrap_or_else(|_| pair[2].into());
                (pair[1].to_owned(), value)
            });
            Value::Object(pairs.collect())
        })
    })?;
    let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
    let message = match (text("lint"), text("error")) {
        (problem, _) if !problem.is_empty() => problem,
        (_, error) if !error.is_empty() => format!("{}: {error}", text("msg")),
        _ => text("msg"),
    };
    Some((text("level"), text("path"), message))
}

impl Ours {
    pub fn linted(name: &str, ran: &Ran) -> Self {
        static WITHOUT_LINE: LazyLock<Regex> = LazyLock::new(|| regex(r"line (\d+) is not UTF-8"));
        static EXCERPT: LazyLock<Regex> = LazyLock::new(|| regex(r"^ *\d* \|"));
        let mut all: Vec<(bool, Told)> = Vec::new();
        for line in ran.out.lines().chain(ran.err.lines()) {
            let place = located(name, line).or_else(|| {
                let says = line.strip_prefix(name)?.strip_prefix(": ")?;
                let at = WITHOUT_LINE.captures(says).and_then(|found| found[1].parse().ok());
                (!says.starts_with("no problems in") && !says.starts_with("no errors in"))
                    .then_some((at.unwrap_or(0), says))
            });
            if let Some((line, says)) = place {
                let warning = says.strip_prefix("warning: ");
                let says = warning.unwrap_or(says).to_owned();
                all.push((warning.is_some(), Told { line, says, help: String::new() }));
            } else if let Some((_, last)) = all.last_mut() {
                match line.strip_prefix("  help: ") {
                    Some(help) => help.clone_into(&mut last.help),
                    None if EXCERPT.is_match(line)
                        || line.contains("no problems in")
                        || line.contains("no errors in") => {}
                    None => last.says.extend([" / ", line.trim()]),
                }
            }
        }
        let of = |warning| {
            let own = all.iter().filter(|(is_warning, _)| *is_warning == warning);
            own.map(|(_, told)| told.clone()).collect()
        };
        Self { errors: of(false), warnings: of(true), code: ran.code }
    }

    pub fn told(&self) -> Vec<String> {
        let line = |kind: &str, told: &Told| format!("sockeye {kind} {}: {}", told.line, told.says);
        let mut told: Vec<_> = self.errors.iter().map(|error| line("error", error)).collect();
        told.extend(self.warnings.iter().map(|warning| line("warning", warning)));
        if told.is_empty() { vec!["sockeye clean".to_owned()] } else { told }
    }
}

/// The causes: what the engine says, and what Sockeye says.
static CAUSES: LazyLock<Vec<(Regex, Regex)>> = LazyLock::new(|| {
    let table = [
        (
            "field .* not recognised|field .* is invalid when the component type",
            "no field has this name|not recognised|is invalid when the component type",
        ),
        (
            r"field '?\S+'? is required|missing required",
            r"it is required|field '?\S+'? is required|expected the fields of the input, got nothing",
        ),
        ("required environment variables were not set", "the environment variable .* is not set"),
        ("env var decode function|base64-encoded env var", "decode|base64"),
        (
            "is not a valid option|unrecognised open_message_type",
            "is not one of|is not a valid option|unrecognised open_message_type",
        ),
        (
            "yaml: [^u]|yaml: u[^n]|yaml: un[^m]|invalid utf-8",
            "found |expected (<|key|node|'|alpha)|could not find|mapping values|control characters|not UTF|anchor|begins here|unknown (tag|escape)",
        ),
        (
            r"expected \S+ value|cannot unmarshal|expected object|expected array|invalid type",
            r"expected (a|true|the|nothing|one)\b|expected \S+ value|does not fit|takes no value|a key is a single value",
        ),
        (
            r"unable to infer|was not recognised|candidates|invalid type !!\w+, expected object|explicit input type",
            "has no websocket input|unable to infer",
        ),
        ("must not be negative", "must not be negative"),
        ("url scheme is ws", "url starts with ws"),
        (
            "only one field between|both open_message",
            "only one field between|both (open_message|tls.root_cas)",
        ),
        ("no such file|is a directory|permission denied", "no such file|cannot read|[Ii]s a directory"),
        (
            "jwt signing method|failed to (parse|read) .*private key|private key must be|private.key.file",
            "no file with the private key|not the private one|signing_method|jwt|private key|PEM",
        ),
        (
            "failed to parse url field 'url'|malformed ws or wss|dial tcp: ",
            "malformed ws or wss|scheme|host|port|blank|control|percent|bracket|empty",
        ),
        (
            "proxy: |failed to parse url field 'proxy_url'",
            "proxy|attempt fails|scheme|host|port|blank|control",
        ),
        ("failed to generate sanitised config", "failed to generate sanitised config"),
        ("failed to sign jwt: json", "JSON (has no|cannot hold)|which JSON cannot"),
        ("duplicate header not allowed", "belongs to the handshake"),
        (r"\blabel\b", r"\blabel\b"),
        ("plugin object is ineffective", "plugin object is ineffective"),
    ];
    table.iter().map(|(theirs, ours)| (regex(theirs), regex(ours))).collect()
});

/// Whether a problem of Sockeye names the engine's.
fn same(theirs: &str, ours: &Told) -> bool {
    static NAMED: LazyLock<Regex> =
        LazyLock::new(|| regex(r"field '?(.*?)'? (not recognised|is invalid|is required)"));
    let core = theirs.rsplit("root.input: ").next().unwrap_or(theirs);
    if !core.is_empty() && ours.says.contains(core) {
        return true;
    }
    if let Some(named) = NAMED.captures(theirs) {
        let name = named[1].trim();
        return match &named[2] {
            // A name that is nearly `url` says as much.
            "is required" => {
                CAUSES[1].1.is_match(&ours.says) || name == "url" && ours.help.contains("did you mean 'url'")
            }
            _ => CAUSES[0].1.is_match(&ours.says) && ours.says.contains(name),
        };
    }
    CAUSES.iter().any(|(engine, sockeye)| engine.is_match(theirs) && sockeye.is_match(&ours.says))
}

/// The line that the engine means. It has none where it always says 1 for the whole file, and where its parser of
/// YAML guesses.
fn place(told: &Told) -> Option<usize> {
    static LINE: LazyLock<Regex> = LazyLock::new(|| regex(r"line (\d+)"));
    let says = &told.says;
    if says.contains("environment variables were not set")
        || says.contains("env var")
        || says.starts_with("yaml: ")
        || says.contains("utf-8")
    {
        return None;
    }
    if told.line <= 1 && says.contains("cannot unmarshal") {
        return LINE.captures(says).and_then(|found| found[1].parse().ok());
    }
    Some(told.line).filter(|line| *line > 0)
}

/// Compares the verdicts, and what Sockeye foretells with what the engine did.
pub fn judge(theirs: &Theirs, ours: &Ours) -> Verdict {
    static FORETOLD: LazyLock<Regex> =
        LazyLock::new(|| regex("(does not start|fails with every connection): (.*)$"));
    let mut word = verdict(theirs, ours);
    let mut remarks = Vec::new();
    let at = &theirs.at;
    let start = at.errors.join(" / ");
    for told in ours.errors.iter().chain(&ours.warnings) {
        let Some(found) = FORETOLD.captures(&told.says) else { continue };
        let (how, what) = (&found[1], found[2].replace('\u{fffd}', "\n"));
        let parts: Vec<_> = what.split("•••").collect();
        let starts = how.starts_with("fails");
        let did = if starts { at.dial.as_deref().unwrap_or_default() } else { &start };
        // Another fault that came first leaves nothing to judge.
        let earlier = !starts && !at.started
            || what.contains("open_message_type")
                && at.dial.as_deref().is_none_or(|dial| NETWORK.is_match(dial));
        if parts.iter().all(|part| did.contains(part)) || earlier {
            continue;
        }
        remarks.push(format!(
            "foretold '{how}: {what}', in truth started: {}, '{start}', {:?}",
            at.started, at.dial
        ));
        if word == "EQUAL" {
            word = "QUOTE";
        }
    }
    if ours.errors.is_empty() == (ours.code != Some(0)) {
        remarks.push(format!("exit code {:?} with {} errors", ours.code, ours.errors.len()));
        word = "CODE";
    }
    Verdict { word, remarks }
}

fn verdict(theirs: &Theirs, ours: &Ours) -> &'static str {
    static CLAIMED: LazyLock<Regex> =
        LazyLock::new(|| regex("does not start|fails with every|attempt fails"));
    let start = theirs.start.iter().map(|says| Told { says: says.clone(), ..Told::default() });
    let problems: Vec<_> = theirs.lints.iter().cloned().chain(start).collect();
    let errors = &ours.errors;
    if problems.is_empty() {
        return match theirs.dial() {
            Some(_) if errors.is_empty() => "LATE",
            Some(dial) if errors.iter().any(|error| same(dial, error)) => "EQUAL",
            Some(_) => "WORDS",
            None if !errors.is_empty() => "ALARM",
            None if ours.warnings.iter().any(|told| CLAIMED.is_match(&told.says)) => "CLAIM",
            None => "EQUAL",
        };
    }
    if errors.is_empty() {
        return "MISSED";
    }
    let words: Vec<_> = problems
        .iter()
        .map(|problem| {
            let mut fits = errors.iter().filter(|error| same(&problem.says, error)).peekable();
            if fits.peek().is_none() {
                return "NONE";
            }
            let is_there = place(problem).is_none_or(|line| fits.any(|error| error.line == line));
            if is_there { "EQUAL" } else { "PLACE" }
        })
        .collect();
    match () {
        () if words.iter().all(|word| *word == "NONE") => "WORDS",
        () if words.contains(&"NONE") => "PART",
        () if words.contains(&"PLACE") => "PLACE",
        () => "EQUAL",
    }
}
