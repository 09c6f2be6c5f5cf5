//! What one side did in a scene, in one form for both, and how two of them differ.

use std::{
    collections::HashSet,
    fmt::Write as _,
    time::{Duration, Instant},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use regex::Regex;
use serde_json::Value;

use crate::{
    engines::{Engine, Engines, Ran, clean, file_of, run},
    scene::Scene,
    server::{End, Seen, Server},
};

/// How long a side may take to start, before a scene in which nothing listens is over.
const START: Duration = Duration::from_millis(2500);

/// How long a scene may last in all.
const LONGEST: Duration = Duration::from_secs(90);

/// How many connections are compared one by one.
const COMPARED: usize = 4;

/// The lines of the engine that are not the input's.
const NOISE: [&str; 18] = [
    "Running main config",
    "Launching a",
    "Output type judge",
    "Pipeline has terminated",
    "Waiting for pending acks",
    "Pending acks resolved",
    "Received SIG",
    "Shutting down",
    "Service has gracefully",
    "Input shutting down",
    "Unable to stop",
    "Failed to send message to",
    "Config lint warning",
    "In the interim",
    "Beginning shutdown",
    "Attempting to",
    "To prevent shutdown",
    "to prevent shutdown",
];

/// What one side did.
#[derive(Clone, Debug, Default)]
pub struct Account {
    pub requests: Vec<String>,
    /// With what differs from run to run.
    pub first_request: String,
    pub frames: Vec<Vec<String>>,
    pub frame_times: Vec<Vec<u128>>,
    pub notes: Vec<Vec<String>>,
    pub ends: Vec<End>,
    pub connections: usize,
    pub pauses: Vec<u128>,
    pub messages: Vec<(String, u64)>,
    pub log: Vec<(String, String)>,
    pub ended: bool,
    /// What it said besides, for whoever reads a failure.
    pub last_words: String,
}

/// Runs the scene on the engine.
pub fn of_engine(scene: &Scene, engine: Engine, engines: &Engines) -> Result<Account, String> {
    play(scene, |file, env| {
        let mut command = clean(&engines.program(engine), env);
        command.arg("run").arg(file);
        command
    })
    .map(|(server, ran)| {
        let lines =
            || ran.out.lines().chain(ran.err.lines()).map(|line| (line, serde_json::from_str(line).ok()));
        let mut account = Account::of_server(&server, &ran);
        for (line, json) in lines() {
            match json {
                Some(Value::Object(json)) if json.contains_key("verdict") => {
                    let payload =
                        BASE64_STANDARD.decode(text_of(&json, "base64")).expect("the output wrote it");
                    let attempt = json["attempt"].as_u64().expect("the output wrote it");
                    account.messages.push((shown(&payload, json["size"].as_u64()), attempt));
                }
                Some(Value::Object(json)) if json.contains_key("msg") => {
                    let message = text_of(&json, "msg");
                    if !NOISE.iter().any(|start| message.starts_with(start)) {
                        account.log.push((text_of(&json, "level").into(), scrub(message)));
                    }
                }
                _ => _ = writeln!(account.last_words, "{line}"),
            }
        }
        account
    })
}

/// Runs the scene on Sockeye, which speaks for the engine.
pub fn of_sockeye(scene: &Scene, engine: Engine) -> Result<Account, String> {
    play(scene, |file, env| {
        let mut command = clean(env!("CARGO_BIN_EXE_sockeye").as_ref(), env);
        command
            .args(["tail", "--events", "--format", "json-text", "--as", engine.flavor(), "-c"])
            .arg(file)
            .args(&scene.flags);
        command
    })
    .map(|(server, ran)| {
        let mut account = Account::of_server(&server, &ran);
        let mut payloads = Vec::new();
        let mut handed = HashSet::new();
        for line in ran.out.lines() {
            let Ok(Value::Object(event)) = serde_json::from_str(line) else { continue };
            match text_of(&event, "kind") {
                "message" if text_of(&event, "dir") == "in" => {
                    let payload = match event.get("text") {
                        Some(text) => text.as_str().expect("it is a text").as_bytes().to_vec(),
                        None => BASE64_STANDARD.decode(text_of(&event, "base64")).expect("it is base64"),
                    };
                    let size = u64::try_from(payload.len()).ok();
                    let payload = shown(&payload[..payload.len().min(256)], size);
                    if text_of(&event, "verdict") != "pending" {
                        handed.insert((event["id"].to_string(), 1));
                        account.messages.push((payload.clone(), 1));
                    }
                    payloads.push((event["id"].clone(), payload));
                }
                "delivery" => {
                    let payload = payloads.iter().find(|(id, _)| *id == event["id"]);
                    let payload = payload.map_or("?", |(_, payload)| payload).to_owned();
                    let attempt = event["attempt"].as_u64().unwrap_or_default();
                    // The answer to a delivery comes as another event.
                    let is_new = text_of(&event, "verdict") != "lost"
                        && handed.insert((event["id"].to_string(), attempt));
                    if is_new {
                        account.messages.push((payload, attempt));
                    }
                }
                "pipeline" => {
                    account.log.push((text_of(&event, "level").into(), scrub(text_of(&event, "text"))));
                }
                _ => {}
            }
        }
        account.last_words += &ran.err;
        account
    })
}

fn text_of<'a>(json: &'a serde_json::Map<String, Value>, name: &str) -> &'a str {
    json.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn shown(start: &[u8], size: Option<u64>) -> String {
    format!("{} ({} bytes)", start.escape_ascii(), size.unwrap_or_default())
}

/// What differs from run to run: ports, whose port it is, and the time.
fn scrub(line: &str) -> String {
    let line = Regex::new(r"current time \S+ is (after|before) ")
        .expect("it is one")
        .replace_all(line, "current time NOW is $1 ");
    let line = Regex::new(r"(?i)(127\.0\.0\.1|localhost|\[[0-9a-f:.]+\]|feed\.test|host: [^\r\n:]*):\d{4,6}")
        .expect("it is one")
        .replace_all(&line, "$1:P");
    line.into_owned()
}

/// Runs `command` against the scene's server.
fn play(
    scene: &Scene,
    command: impl Fn(&std::path::Path, &[(String, String)]) -> std::process::Command,
) -> Result<(Server, Ran), String> {
    let server = Server::start(scene.play.clone()).map_err(|error| error.to_string())?;
    let port = server.address.port();
    let file = file_of(scene.config(port).as_bytes())?;
    let env: Vec<_> = scene
        .env
        .iter()
        .map(|(name, value)| (name.clone(), value.replace("{port}", &port.to_string())))
        .collect();
    let began = Instant::now();
    let mut noted = None;
    let ran = run(command(file.path(), &env), |_| {
        let seen = server.seen();
        if seen.iter().any(|seen| !seen.notes.is_empty()) {
            noted = noted.or_else(|| Some(Instant::now()));
        }
        let told = noted.zip(scene.after_note).is_some_and(|(noted, pause)| noted.elapsed() > pause);
        let first = seen.first().map_or(began + START, |seen| seen.at);
        let enough = scene.until > 0 && seen.len() >= scene.until;
        enough || told || Instant::now() > first + scene.lasts || began.elapsed() > LONGEST
    })?;
    Ok((server, ran))
}

impl Account {
    fn of_server(server: &Server, ran: &Ran) -> Self {
        // A script sees the end of its client a moment later.
        let patience = Instant::now() + Duration::from_secs(1);
        let seen = loop {
            let seen = server.seen();
            if seen.iter().all(|seen| seen.over.is_some()) || Instant::now() > patience {
                break seen;
            }
            std::thread::park_timeout(Duration::from_millis(5));
        };
        let first = || seen.iter().take(COMPARED);
        let pause = |pair: &[Seen]| {
            let from = pair[0].over.unwrap_or(pair[0].at);
            pair[1].at.saturating_duration_since(from).as_millis()
        };
        Self {
            first_request: seen.first().map_or(String::new(), |seen| seen.head.clone()),
            requests: first().map(|seen| request(&seen.head)).collect(),
            frames: first()
                .map(|seen| {
                    let frame = |frame: &crate::server::Frame| {
                        let size = u64::try_from(frame.payload.len()).ok();
                        let payload = shown(&frame.payload[..frame.payload.len().min(256)], size);
                        format!(
                            "{:#04x} {} {payload}",
                            frame.first_byte,
                            if frame.masked { "masked" } else { "BARE" }
                        )
                    };
                    seen.frames.iter().map(frame).collect()
                })
                .collect(),
            frame_times: first().map(|seen| seen.frames.iter().map(|frame| frame.at_ms).collect()).collect(),
            notes: first().map(|seen| seen.notes.iter().map(|note| request(note)).collect()).collect(),
            ends: first().map(|seen| seen.end).collect(),
            connections: seen.len(),
            pauses: seen.windows(2).map(pause).collect(),
            ended: ran.by_itself,
            last_words: ran.code.map_or(String::new(), |code| format!("exit code {code}\n")),
            ..Self::default()
        }
    }
}

/// A request without what differs from run to run.
fn request(head: &str) -> String {
    let key = Regex::new(r"(?m)^(Sec-WebSocket-Key: ).*\r$").expect("it is one");
    scrub(&key.replace_all(head, "${1}KEY\r"))
}

/// What differs between the engine and Sockeye, a sentence each.
pub fn differences(scene: &Scene, engine: &Account, sockeye: &Account) -> Vec<String> {
    let mut told = Vec::new();
    let mut compare = |what: &str, engine: String, sockeye: String| {
        if engine != sockeye {
            told.push(format!("{what}\n    engine  {engine}\n    sockeye {sockeye}"));
        }
    };
    let count = if scene.timing.free { 2 } else { COMPARED };
    let some = |connections: &[Vec<String>]| format!("{:?}", &connections[..connections.len().min(count)]);
    if !scene.signed {
        let some = |requests: &[String]| format!("{:?}", &requests[..requests.len().min(count)]);
        compare("requests", some(&engine.requests), some(&sockeye.requests));
    }
    compare("frames", some(&engine.frames), some(&sockeye.frames));
    compare("notes", some(&engine.notes), some(&sockeye.notes));
    let ends = |account: &Account| format!("{:?}", &account.ends[..account.ends.len().min(count)]);
    compare("ends of the connections", ends(engine), ends(sockeye));
    compare("ends by itself", engine.ended.to_string(), sockeye.ended.to_string());
    compare("log", log(&engine.log), log(&sockeye.log));
    if !scene.timing.free {
        compare("messages", messages(scene, engine), messages(scene, sockeye));
        compare("connections", engine.connections.to_string(), sockeye.connections.to_string());
    }
    for (who, account) in [("engine", engine), ("sockeye", sockeye)] {
        for (at, (least, most)) in scene.timing.pauses.iter().enumerate() {
            match account.pauses.get(at) {
                Some(pause) if (least..=most).contains(&pause) => {}
                pause => told.push(format!("{who}: pause {at} is {pause:?} ms, not {least} to {most}")),
            }
        }
    }
    if let Some(within) = scene.timing.frames_within {
        let pairs = engine.frame_times.iter().flatten().zip(sockeye.frame_times.iter().flatten());
        if pairs.into_iter().any(|(engine, sockeye)| engine.abs_diff(*sockeye) > within) {
            let (engine, sockeye) = (&engine.frame_times, &sockeye.frame_times);
            told.push(format!("times of the frames\n    engine  {engine:?}\n    sockeye {sockeye:?}"));
        }
    }
    told
}

/// The lines, each once in a row: how often an attempt fits into a scene is a matter of speed.
fn log(lines: &[(String, String)]) -> String {
    let mut lines: Vec<_> = lines.iter().map(|(level, text)| format!("{level}: {text}")).collect();
    lines.dedup();
    lines.iter().fold(String::new(), |all, line| all + "\n      " + line)
}

/// The messages in their order; which attempt it is counts only where the output rejects, since the engine's output takes
/// equal messages for one.
fn messages(scene: &Scene, account: &Account) -> String {
    if scene.judge.starts_with("rule: all") {
        let mut payloads: Vec<_> = account.messages.iter().map(|(payload, _)| payload).collect();
        if scene.unordered {
            payloads.sort();
        }
        return format!("{payloads:?}");
    }
    let mut messages = account.messages.clone();
    if scene.unordered {
        messages.sort();
    }
    format!("{messages:?}")
}
