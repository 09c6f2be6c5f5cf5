//! Runs the program against servers on loopback, and takes from its words what differs each time.

use std::{
    process::{Command, Stdio},
    time::Duration,
};

use regex::Regex;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::support::servers::{Server, once, read_head, switching};

/// What became of a run.
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// The program with nothing of this machine's environment that could change what it says.
pub fn sockeye(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sockeye"));
    command.args(args).env_clear().env("TZ", "UTC").env("HOME", env!("CARGO_TARGET_TMPDIR"));
    command.stdin(Stdio::null());
    command
}

/// Runs it to its end.
pub async fn run(args: &[&str]) -> Ran {
    let mut command = sockeye(args);
    let output = tokio::task::spawn_blocking(move || command.output());
    let output = output.await.expect("no panic").expect("the program starts");
    Ran {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("its output is UTF-8"),
        err: String::from_utf8(output.stderr).expect("its words are UTF-8"),
    }
}

/// Runs a line of a shell in which `"$@"` is the program with its arguments.
#[cfg(unix)]
pub async fn shell(line: &str, args: &[&str]) -> Ran {
    let program = sockeye(args);
    let mut command = Command::new("sh");
    command.args(["-c", line, "sh"]).arg(program.get_program()).args(program.get_args());
    command.env_clear().envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.stdin(Stdio::null());
    let output = tokio::task::spawn_blocking(move || command.output());
    let output = output.await.expect("no panic").expect("the shell starts");
    let lines = |bytes| String::from_utf8(bytes).expect("lines are UTF-8");
    Ran { code: output.status.code(), out: lines(output.stdout), err: lines(output.stderr) }
}

/// Upgrades, sends these bytes, and answers the close of the client; its outcome is the code
/// in that close.
pub async fn feeding(bytes: Vec<u8>) -> Server<Option<u16>> {
    once(async move |mut stream| {
        welcome(&mut stream).await;
        // A client that has enough hangs up before all is sent.
        drop(stream.write_all(&bytes).await);
        close_code(&mut stream).await
    })
    .await
}

pub async fn welcome(stream: &mut TcpStream) {
    let request = read_head(stream).await;
    stream.write_all(switching(&request, "").as_bytes()).await.expect("the client listens");
}

/// Reads until the client closes, and answers.
pub async fn close_code(stream: &mut TcpStream) -> Option<u16> {
    let mut head = [0; 2];
    loop {
        stream.read_exact(&mut head).await.ok()?;
        let mut rest = vec![0; 4 + usize::from(head[1] & 0x7f)];
        stream.read_exact(&mut rest).await.ok()?;
        if head[0] == 0x88 {
            stream.write_all(&close(1000)).await.ok()?;
            let (mask, code) = rest.split_at(4);
            return Some(u16::from_be_bytes([code.first()? ^ mask[0], code.get(1)? ^ mask[1]]));
        }
    }
}

/// A frame as a server sends it (RFC 6455, section 5.2), of less than 126 bytes.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first, u8::try_from(payload.len()).expect("a short payload")];
    frame.extend_from_slice(payload);
    frame
}

pub fn text(payload: &str) -> Vec<u8> {
    frame(0x81, payload.as_bytes())
}

pub fn close(code: u16) -> Vec<u8> {
    frame(0x88, &code.to_be_bytes())
}

/// Three messages: text, binary in two frames, and text that is not UTF-8.
pub fn three_kinds() -> Vec<u8> {
    [text(r#"{"price":"9.50"}"#), frame(0x02, &[0, 1]), frame(0x80, &[254, 255]), frame(0x81, b"caf\xe9")]
        .concat()
}

/// A port at which nobody listens.
pub async fn nobody() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a loopback port is free");
    format!("ws://{}/", listener.local_addr().expect("it is bound"))
}

/// With times, durations, ports and keys replaced by words.
pub fn settled(text: &str) -> String {
    let rules = [
        (r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME"),
        (r"\b\d\d:\d\d:\d\d\.\d{3}\b", "CLOCK"),
        (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
        (r"[\d.]+ (ms|s)\b", "SPAN"),
        (r#"_ms":[\d.e-]+"#, r#"_ms":SPAN"#),
        (r"(Accept|Key): [A-Za-z0-9+/=]+", "$1: KEY"),
        (r"SPAN  [ ▏▎▍▌▋▊▉█]+", "SPAN BAR "),
        (r" +SPAN BAR", " SPAN BAR"),
    ];
    rules.iter().fold(text.to_owned(), |text, (pattern, word)| {
        Regex::new(pattern).expect("a pattern").replace_all(&text, *word).into_owned()
    })
}

pub const LONG: Duration = Duration::from_secs(20);
