//! Wherever a session stops, everybody tells the same of it: the output, the capture, its events and the last line.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
    process::{Command, Stdio},
};

use rusqlite::Connection;
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;

use crate::{
    program::{sockeye, text, welcome},
    support::servers::{Server, once},
};

/// How a run ends.
#[derive(Clone, Copy, Debug)]
enum Stop {
    Count(u64),
    After(u64),
    /// A signal behind this line.
    Signal(u64),
}

/// What became of a run, as each tells it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Accounts {
    lines: u64,
    captured: u64,
    summed_up: u64,
    ended: Option<u64>,
    told: u64,
}

/// Sends messages of random sizes without end.
async fn flooding(seed: u64) -> Server<()> {
    once(async move |mut stream| {
        welcome(&mut stream).await;
        let mut dice = fastrand::Rng::with_seed(seed);
        let flood: Vec<u8> = (0..4_000).flat_map(|_| text(&"x".repeat(dice.usize(1..=125)))).collect();
        let mut rest = &flood[..];
        loop {
            let some = dice.usize(1..=rest.len().min(60_000));
            if stream.write_all(&rest[..some]).await.is_err() {
                return;
            }
            rest = if some == rest.len() { &flood } else { &rest[some..] };
        }
    })
    .await
}

fn told(err: &str) -> u64 {
    let line =
        err.lines().rev().find(|line| line.contains("stopped as asked; ")).unwrap_or_else(|| panic!("{err}"));
    let words = line.rsplit_once("stopped as asked; ").expect("it has these words").1;
    let number = words.split(' ').next().expect("a first word").replace(',', "");
    number.parse().unwrap_or_else(|_| panic!("{line}"))
}

/// Runs the program as these dice have it, and gathers what each tells of it.
fn accounts(url: &str, stop: Stop, dice: &mut fastrand::Rng, folder: &Path) -> Accounts {
    let capture = folder.join("capture.sqlite");
    let output = folder.join("output");
    let (to_file, events) = (dice.bool(), dice.bool());
    let mut command: Command = sockeye(&["tail", url]);
    command.arg("--capture").arg(&capture);
    if to_file {
        command.arg("--output").arg(&output);
    }
    command.args(if events { ["--events", "--format=json"] } else { ["--format", "raw"] });
    match stop {
        Stop::Count(count) => drop(command.arg("--count").arg(count.to_string())),
        Stop::After(ms) => drop(command.arg("--for").arg(format!("{ms}ms"))),
        Stop::Signal(_) => {}
    }
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut written = Vec::new();
    if let Stop::Signal(behind) = stop {
        if to_file {
            // The feed is under way when its file has something.
            while fs::metadata(&output).map_or(0, |meta| meta.len()) < 4_096 {
                std::thread::yield_now();
            }
        } else {
            for _ in 0..behind {
                out.read_until(b'\n', &mut written).expect("a line");
            }
        }
        let name = if dice.bool() { "-INT" } else { "-TERM" };
        let sent = Command::new("kill").args([name, &child.id().to_string()]).status();
        assert!(sent.expect("kill is there").success());
    }
    out.read_to_end(&mut written).expect("the output ends");
    let mut err = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut err).expect("its words are UTF-8");
    child.wait().expect("it ends");
    if to_file {
        written = fs::read(&output).expect("there is an output");
    }

    let lines: Vec<&[u8]> = written.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    let of_kind = |kind: &str| {
        let head = format!(r#"{{"v":1,"kind":"{kind}""#);
        lines.iter().filter(|line| line.starts_with(head.as_bytes())).count() as u64
    };
    let database = Connection::open(&capture).expect("there is a capture");
    let ask =
        |question: &str| database.query_row(question, [], |row| row.get::<_, i64>(0)).expect("an answer");
    Accounts {
        lines: if events { of_kind("message") } else { lines.len() as u64 },
        captured: ask("SELECT count(*) FROM message").unsigned_abs(),
        summed_up: ask("SELECT messages FROM session").unsigned_abs(),
        ended: events.then(|| {
            let last: Value = serde_json::from_slice(lines.last().expect("a line")).expect("it is JSON");
            assert_eq!(last["kind"], "ended", "{last}");
            last["messages"].as_u64().expect("a total")
        }),
        told: told(&err),
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn everybody_tells_the_same_of_a_session_wherever_it_stops() {
    for seed in 0..12 {
        let mut dice = fastrand::Rng::with_seed(seed);
        let stop = match seed % 3 {
            0 => Stop::Count(dice.u64(1..30_000)),
            1 => Stop::After(dice.u64(30..400)),
            _ => Stop::Signal(dice.u64(1..20_000)),
        };
        let server = flooding(seed).await;
        let url = server.ws("/");
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().to_owned();
        let ran = tokio::task::spawn_blocking(move || accounts(&url, stop, &mut dice, &place));
        let accounts = ran.await.expect("no panic");
        let all = accounts.told;
        let ended = accounts.ended.map(|_| all);
        let agreed = Accounts { lines: all, captured: all, summed_up: all, ended, told: all };
        assert_eq!(accounts, agreed, "seed {seed}, {stop:?}");
        if let Stop::Count(count) = stop {
            assert_eq!(all, count, "seed {seed}");
        }
    }
}

#[tokio::test]
async fn what_a_filter_leaves_out_is_told_beside_what_it_lets_through() {
    let feed = ["one apple", "two pears", "three apples", "four apples"].map(text).concat();
    let server = crate::program::feeding(feed).await;
    let args = ["--filter", "apple", "--count", "2", "--format", "raw"];
    let ran = crate::program::run(&[&["tail", &server.ws("/")], &args[..]].concat()).await;
    assert_eq!(ran.out, "one apple\nthree apples\n");
    assert!(
        ran.err.contains("stopped as asked; 3 messages in 1 connection, 2 of them written"),
        "{}",
        ran.err
    );
}
