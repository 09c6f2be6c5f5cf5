//! Records the orders of deliveries that the newest engine shows, in `tests/orders.tsv`.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs, io,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::Value;

use crate::{
    engines::{Engine, Engines, clean, file_of, run},
    server::{Conn, Play, Server, close, of, text},
};

#[path = "../support/orders.rs"]
mod scenarios;
use scenarios::{FEED, FEEDS, Feed, Handed, Loss, PINGS, Rule, Scenario, Trouble};

/// How often each scenario is played.
const TIMES: usize = 20;

/// How often each of the feeds and pongs.
const FEW: usize = 3;

/// How many engines run at the same time: more would blur the times.
const AT_ONCE: usize = 6;

/// After so long a scenario is cut, and one that ends is given up.
const CUT: Duration = Duration::from_millis(3500);
const LONGEST: Duration = Duration::from_secs(15);

/// One thing to play: its name, and how its outcome is told.
type Job<'a> = (String, Box<dyn Fn() -> Result<String, String> + Sync + Send + 'a>);

/// Plays all, or those whose name has this word in it, and writes the table.
///
/// # Errors
/// A sentence if an engine does not run.
pub fn record(engines: &Engines, word: &str) -> Result<(), String> {
    let mut jobs: Vec<Job<'_>> = Vec::new();
    for scenario in scenarios::all() {
        for _ in 0..TIMES {
            jobs.push((scenario.to_string(), Box::new(move || of_scenario(&scenario, engines))));
        }
    }
    for _ in 0..FEW {
        for feed in FEEDS {
            jobs.push((feed.to_string(), Box::new(move || of_feed(feed, engines))));
        }
        for in_flight in [1, 2] {
            jobs.push((scenarios::pongs(in_flight), Box::new(move || of_pongs(in_flight, engines))));
        }
    }
    jobs.retain(|(name, _)| word == "1" || name.contains(word));
    let next = AtomicUsize::new(0);
    let told: Mutex<BTreeMap<usize, Result<String, String>>> = Mutex::default();
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some((_, job)) = jobs.get(at) else { return };
                    let outcome = job();
                    told.lock().expect("no panic").insert(at, outcome);
                }
            });
        }
    });
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/orders.tsv");
    let before = fs::read_to_string(&path).unwrap_or_default();
    let mut table: BTreeMap<&str, BTreeMap<String, usize>> = BTreeMap::new();
    for line in before.lines().filter(|_| word != "1") {
        let columns: Vec<_> = line.splitn(3, '\t').collect();
        let &[name, count, outcome] = &columns[..] else { return Err(format!("no three columns: {line}")) };
        if !name.contains(word) {
            let count = count.parse().map_err(|error| format!("{line}: {error}"))?;
            table.entry(name).or_default().insert(outcome.to_owned(), count);
        }
    }
    for (at, outcome) in told.into_inner().expect("no panic") {
        *table.entry(&jobs[at].0).or_default().entry(outcome?).or_default() += 1;
    }
    let mut lines = String::new();
    for (name, outcomes) in table {
        let mut outcomes: Vec<_> = outcomes.into_iter().collect();
        outcomes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        for (outcome, count) in outcomes {
            _ = writeln!(lines, "{name}\t{count}\t{outcome}");
        }
    }
    fs::write(&path, lines).map_err(|error| format!("{}: {error}", path.display()))
}

/// The messages of a range, in one write or one after the other.
fn send(conn: &mut Conn, messages: std::ops::Range<usize>, apart: u64) -> io::Result<()> {
    let frames = messages.map(|message| text(Scenario::payload(message)));
    if apart == 0 {
        return conn.send(frames.collect::<Vec<_>>().concat());
    }
    for frame in frames {
        conn.send(frame)?;
        conn.wait(Duration::from_millis(apart))?;
    }
    Ok(())
}

fn play(scenario: Scenario, conn: &mut Conn, index: usize) -> io::Result<()> {
    let (first, others) = scenario.parts();
    if index > 0 {
        if let Some(Trouble::Gone(_)) = scenario.trouble {
            conn.head()?;
            return conn.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        }
        conn.upgrade("")?;
        send(conn, others, scenario.apart)?;
        return conn.watch();
    }
    conn.upgrade("")?;
    conn.remember("serves");
    send(conn, first, scenario.apart)?;
    let Some(Trouble::Loss(_, middle) | Trouble::Gone(middle)) = scenario.trouble else {
        return conn.watch();
    };
    // The client may not be read while this waits: it says nothing.
    thread::park_timeout(Duration::from_millis(middle.after));
    match scenario.trouble {
        Some(Trouble::Loss(Loss::Fin, _)) => Ok(()),
        Some(Trouble::Loss(Loss::Reset, _)) => conn.reset(),
        _ => conn.send(close(1000, "")),
    }
}

/// The file of a pipeline.
fn config(port: u16, fields: &str, threads: u64, judge: &str) -> String {
    let pipeline = match threads {
        0 => String::new(),
        threads => {
            format!("pipeline: {{threads: {threads}, processors: [{{mapping: 'root = content()'}}]}}\n")
        }
    };
    format!(
        "http: {{enabled: false}}\nlogger: {{level: 'OFF'}}\ninput: {{websocket: {{url: 'ws://127.0.0.1:{port}/'{fields}}}}}\n\
         {pipeline}output: {{judge_batches: {{{judge}}}}}\n"
    )
}

/// The deliveries in the order in which they were handed over.
fn handed(out: &str) -> Vec<Handed> {
    let line = |line: &str| {
        let json: Value = serde_json::from_str(line).ok()?;
        let at: jiff::Timestamp = json["at"].as_str()?.parse().ok()?;
        let payload = BASE64_STANDARD.decode(json["base64"].as_str()?).ok()?;
        let handed = Handed {
            at_ms: u64::try_from(at.as_millisecond()).ok()?,
            message: Scenario::message_of(&payload)?,
            attempt: json["attempt"].as_u64()?,
            rejected: json["verdict"] == "nacked",
        };
        Some((json["count"].as_u64()?, handed))
    };
    let mut lines: Vec<_> = out.lines().filter_map(line).collect();
    lines.sort_by_key(|(count, _)| *count);
    lines.into_iter().map(|(_, handed)| handed).collect()
}

/// The output's rule and fields, in the engine's file.
fn judge(scenario: &Scenario) -> String {
    let rule = match scenario.rule {
        Rule::Acks => "rule: all".to_owned(),
        Rule::First(number) => format!("rule: first, number: {number}"),
        Rule::Every(number) => format!("rule: every, number: {number}"),
        Rule::Two => "rule: word, word: m2m, number: 0".to_owned(),
        Rule::All => "rule: none".to_owned(),
    };
    format!("{rule}, delay: {}ms, max_in_flight: {}, early: true", scenario.busy, scenario.in_flight)
}

fn of_scenario(scenario: &Scenario, engines: &Engines) -> Result<String, String> {
    let scenario = *scenario;
    let script: Play = std::sync::Arc::new(move |conn: &mut Conn, index| play(scenario, conn, index));
    let server = Server::start(Some(script)).map_err(|error| error.to_string())?;
    let mut fields = String::new();
    if !scenario.replays {
        fields += ", auto_replay_nacks: false";
    }
    if let Some(Trouble::Gone(_)) = scenario.trouble {
        fields += ", connection: {max_retries: 1}";
    }
    let file =
        file_of(config(server.address.port(), &fields, scenario.threads, &judge(&scenario)).as_bytes())?;
    let mut command = clean(&engines.program(Engine::V80), &[]);
    command.arg("run").arg(file.path());
    let began = Instant::now();
    let (mut serving, mut done) = (None, None);
    let ran = run(command, |out| {
        if serving.is_none() && server.seen().iter().any(|seen| !seen.notes.is_empty()) {
            serving = Some(Instant::now());
        }
        let Some(since) = serving else { return began.elapsed() > LONGEST };
        let lasts = |milliseconds| since.elapsed() >= Duration::from_millis(milliseconds);
        match scenario.trouble {
            Some(Trouble::Stop(after)) => return lasts(after),
            Some(Trouble::Gone(_)) => return since.elapsed() > LONGEST,
            _ if scenario.is_cut() => return since.elapsed() > CUT,
            _ => {}
        }
        let end = if scenario.replays && scenario.rule != Rule::Acks { "\"acked\"" } else { "\"verdict\"" };
        if done.is_none() && out.matches(end).count() >= scenario.messages {
            done = Some(Instant::now());
        }
        let after = Duration::from_millis(4 * scenario.busy + 60);
        done.is_some_and(|done| done.elapsed() > after) || since.elapsed() > LONGEST
    })?;
    Ok(scenarios::notation(&handed(&ran.out)))
}

fn of_feed(feed: Feed, engines: &Engines) -> Result<String, String> {
    let (lasts, apart) = FEED;
    let script: Play = std::sync::Arc::new(move |conn: &mut Conn, _| {
        conn.upgrade("")?;
        conn.remember("serves");
        let began = Instant::now();
        for message in 0..lasts / apart {
            thread::park_timeout(Duration::from_millis(message * apart).saturating_sub(began.elapsed()));
            conn.send(text(Scenario::payload(usize::try_from(message).expect("they are few"))))?;
        }
        conn.watch()
    });
    let server = Server::start(Some(script)).map_err(|error| error.to_string())?;
    let judge = format!("rule: word, word: m3m, number: 0, max_in_flight: {}, early: true", feed.in_flight);
    let file = file_of(config(server.address.port(), "", feed.threads, &judge).as_bytes())?;
    let mut command = clean(&engines.program(Engine::V80), &[]);
    command.arg("run").arg(file.path());
    let ran = run(command, |_| {
        server.seen().first().is_some_and(|seen| seen.at.elapsed() > Duration::from_millis(lasts))
    })?;
    let all = handed(&ran.out);
    let tries = all.iter().filter(|one| one.rejected).count();
    Ok(format!("passed {} tries {tries}", all.len() - tries))
}

fn of_pongs(in_flight: u64, engines: &Engines) -> Result<String, String> {
    let script: Play = std::sync::Arc::new(|conn: &mut Conn, _| {
        conn.upgrade("")?;
        conn.remember("serves");
        for message in 0..PINGS {
            conn.send([text(Scenario::payload(message)), of(9, message.to_string())].concat())?;
        }
        conn.watch()
    });
    let server = Server::start(Some(script)).map_err(|error| error.to_string())?;
    let judge = format!("rule: all, delay: 400ms, max_in_flight: {in_flight}");
    let file = file_of(config(server.address.port(), "", 0, &judge).as_bytes())?;
    let mut command = clean(&engines.program(Engine::V80), &[]);
    command.arg("run").arg(file.path());
    let ran = run(command, |_| {
        server.seen().first().is_some_and(|seen| seen.frames.len() >= PINGS || seen.at.elapsed() > LONGEST)
    })?;
    let seen = server.seen();
    let first = seen.first().ok_or_else(|| format!("the engine did not connect: {}", ran.err))?;
    let times: Vec<_> = first.frames.iter().take(PINGS).map(|frame| frame.at_ms.to_string()).collect();
    Ok(times.join(" "))
}
