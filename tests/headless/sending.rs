//! `sockeye send` and `sockeye run`: what goes out, what comes back, and the exit codes.

use std::{io::Write as _, process::Stdio};

use serde_json::Value;
use sockeye::serve::Echo;

use crate::{
    program::{Ran, close, close_code, nobody, run, settled, sockeye, text, welcome},
    support::servers::once,
};

/// The address of a server that sends back what it gets.
fn echo() -> String {
    let echo = Echo::start(0).expect("a loopback port is free");
    let url = echo.url("/");
    tokio::spawn(echo.run());
    url
}

/// The program with these lines on its stdin.
async fn fed(args: &[&str], lines: &str) -> Ran {
    let mut child = sockeye(args);
    child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = child.spawn().expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(lines.as_bytes()).expect("it reads");
    let output = tokio::task::spawn_blocking(move || child.wait_with_output());
    let output = output.await.expect("no panic").expect("it ends");
    let words = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Ran { code: output.status.code(), out: words(output.stdout), err: words(output.stderr) }
}

#[tokio::test]
async fn messages_of_the_arguments_go_out_in_order_and_the_answer_is_waited_for() {
    let url = echo();
    let messages = [r#"{"id":{{seq}}}"#, r#"{"id":{{seq}},"re":{{last .id}}}"#];
    let args = ["send", &url, messages[0], "--wait", ".id == 1", "--format", "raw"];
    let ran = run(&args).await;
    assert_eq!((ran.out.as_str(), ran.code), ("{\"id\":1}\n", Some(0)), "{}", ran.err);
    let ran = run(&["send", "--url", &url, "--format", "raw", "--wait", "b", "a", "b"]).await;
    assert_eq!((ran.out.as_str(), ran.code), ("a\nb\n", Some(0)), "{}", ran.err);
    let ran = run(&["send", &url, messages[1]]).await;
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("column 20: no message has been received yet"), "{}", ran.err);
}

#[tokio::test]
async fn each_form_is_sent_in_its_frame() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("payload.bin").display().to_string();
    std::fs::write(&path, [0, 0xff]).expect("a file");
    let url = echo();
    for (args, expected) in [
        (&["--hex", "01 ff"][..], r#""type":"binary","size":2"#),
        (&["--base64", "aGk="], r#""type":"binary","size":2"#),
        (&["--base64", "--text", "aGk="], r#""type":"text","size":2"#),
        (&["--binary", "hi"], r#""type":"binary","size":2"#),
        (&["--file", &path], r#""base64":"AP8=""#),
        (&["--verbatim", "{{now}}"], r#""text":"{{now}}""#),
    ] {
        let ran = run(&[&["send", &url, "--wait", ""], args].concat()).await;
        assert!(ran.out.contains(expected) && ran.code == Some(0), "{args:?}: {} {}", ran.out, ran.err);
    }
}

#[tokio::test]
async fn the_lines_of_stdin_are_sent_as_they_come() {
    let url = echo();
    let ran = fed(&["send", &url, "--format", "raw", "--wait", "three"], "one\ntwo {{seq}}\nthree\n").await;
    assert_eq!((ran.out.as_str(), ran.code), ("one\ntwo 1\nthree\n", Some(0)), "{}", ran.err);
    let ran = fed(&["send", &url, "--hex"], "00\n0x\n").await;
    assert!(ran.err.contains("line 2 of stdin: column 2: 'x' is no hex digit"), "{}", ran.err);
    assert_eq!(ran.code, Some(2));
}

#[tokio::test]
async fn what_cannot_be_sent_is_one_sentence_before_anything_is_tried() {
    let url = nobody().await;
    for (args, sentence) in [
        (
            &["--hex", "123"][..],
            "message 1: hex has two digits for each byte, and this has an odd number of digits: 3",
        ),
        (&["--file", "/gone"], "message 1: cannot read /gone: No such file or directory (os error 2)"),
        (&["--file", "/"], "message 1: cannot read /: Is a directory"),
        (&["--json", "{oops}"], "message 1: column 2: this is not JSON: key must be a string"),
        (
            &["a", "${NOT_SET}"],
            "message 2: column 1: the environment variable NOT_SET is not set; ${NOT_SET:…} gives it a default",
        ),
        (&["a", "--read-only"], "--read-only forbids to send anything"),
        (&["a", "--wait", "/["], "the filter cannot be read at column 1"),
    ] {
        let ran = run(&[&["send", &url], args].concat()).await;
        assert_eq!((ran.out.as_str(), ran.code), ("", Some(2)), "{args:?}: {}", ran.err);
        assert!(ran.err.starts_with(&format!("sockeye: {sentence}")), "{args:?}: {}", ran.err);
        assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    }
}

#[tokio::test]
async fn an_answer_that_does_not_come_a_close_and_a_refused_connection_have_their_codes() {
    let ran = run(&["send", &echo(), "a", "--wait", "b", "--timeout", "50ms"]).await;
    let sentence = "sockeye: no answer to --wait \"b\" within 50ms: one message came and does not match";
    assert!(ran.err.contains(sentence), "{}", ran.err);
    assert_eq!(ran.code, Some(28));
    for (code, exit) in [(1000, 52), (1011, 66)] {
        let server = once(async move |mut stream| {
            use tokio::io::AsyncWriteExt as _;
            welcome(&mut stream).await;
            stream.write_all(&[text("hello"), close(code)].concat()).await.expect("the client listens");
            close_code(&mut stream).await
        })
        .await;
        let ran = run(&["send", &server.ws("/"), "a", "--wait", "b"]).await;
        assert_eq!(ran.code, Some(exit), "{}", ran.err);
    }
    assert_eq!(run(&["send", &nobody().await, "a"]).await.code, Some(7));
}

#[tokio::test]
async fn a_credential_is_sent_and_neither_written_nor_captured() {
    let folder = tempfile::tempdir().expect("a folder");
    let capture = folder.path().join("session.sqlite");
    let mut command = sockeye(&["send", &echo(), "--events", "key ${API_KEY} of ${NAME}"]);
    command.args(["--filter", "!key", "--wait", "hunter22"]).arg("--capture").arg(&capture);
    command.env("API_KEY", "hunter22").env("NAME", "alice");
    let output = tokio::task::spawn_blocking(move || command.output());
    let output = output.await.expect("no panic").expect("the program starts");
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let sent = out.lines().find(|line| line.contains(r#""kind":"sent""#)).expect("what was sent is told");
    assert!(sent.contains(r#""opening":false,"text":"key ••• of alice""#), "{sent}");
    assert!(!out.contains("hunter22"), "{out}");
    let path = capture.display().to_string();
    let query = "SELECT body FROM event WHERE kind = 'sent'";
    let asked = run(&["sql", &path, query, "--format", "json"]).await;
    assert!(asked.out.contains("key ••• of alice"), "{} {}", asked.out, asked.err);
}

fn lines(out: &str) -> Vec<Value> {
    out.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}

#[tokio::test]
async fn the_example_script_runs_and_each_step_is_a_line() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/hello.sockeye");
    let ran = run(&["run", path, &echo()]).await;
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let steps = lines(&ran.out);
    let words: Vec<_> = steps.iter().map(|step| step["step"].as_str().expect("a word")).collect();
    assert_eq!(words, ["send", "expect", "send", "wait", "ping", "send", "expect", "sleep", "close"]);
    assert!(steps.iter().all(|step| step["ok"] == true), "{}", ran.out);
    assert_eq!(steps[3]["message"]["json"]["re"], 1);
    assert!(steps[4]["round_trip_ms"].is_number());
    assert!(settled(&ran.err).contains("opened in SPAN"));
}

#[tokio::test]
async fn a_step_that_fails_ends_the_script_with_its_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("script").display().to_string();
    let url = echo();
    for (script, exit, error) in [
        ("send a\nexpect b\nsend c\n", 64, "the next message does not match"),
        ("send a\nsend b\nwait 50ms c\nsend d\n", 28, "2 messages came and none matches"),
        ("send {{last .x}}\n", 2, "column 6: no message has been received yet"),
        ("close 1006\n", 55, "not sent: 1006 must not be sent as a close code"),
        ("close\nsend too late\n", 52, "the connection has ended"),
    ] {
        std::fs::write(&path, script).expect("a file");
        let ran = run(&["run", &path, &url]).await;
        let last = lines(&ran.out).pop().expect("a step");
        let told = last["error"].as_str().expect("an error");
        assert!(told.starts_with(error), "{script}: {told}");
        assert_eq!((last["ok"].as_bool(), ran.code), (Some(false), Some(exit)), "{script}: {}", ran.err);
    }
}

#[tokio::test]
async fn a_script_that_cannot_be_read_is_told_by_line_and_column() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("script").display().to_string();
    std::fs::write(&path, "send a\n  snd b\nwait .a ==\n").expect("a file");
    let ran = run(&["run", &path, &nobody().await]).await;
    let told: Vec<_> = ran.err.lines().collect();
    assert_eq!((told.len(), ran.code, ran.out.as_str()), (2, Some(2), ""), "{}", ran.err);
    assert!(told[0].starts_with(&format!("sockeye: {path}(2,3): there is no step \"snd\"")), "{}", ran.err);
    assert!(told[1].starts_with(&format!("sockeye: {path}(3,11): ")), "{}", ran.err);
    let ran = run(&["run", "/gone", "ws://127.0.0.1:9/"]).await;
    assert_eq!(ran.err, "sockeye: cannot read /gone: No such file or directory (os error 2)\n");
}

#[tokio::test]
async fn a_step_that_sends_after_the_close_says_so_and_what_was_done_stays_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("script").display().to_string();
    std::fs::write(&path, "send a\nclose\nsend b\n").expect("a file");
    let ran = run(&["run", &path, &echo()]).await;
    let steps: Vec<_> = lines(&ran.out).iter().map(|step| step["ok"].clone()).collect();
    assert_eq!(steps[..2], [true, true], "{}", ran.out);
    let told: Vec<_> = ran.err.lines().filter(|line| line.contains("line 3")).collect();
    assert_eq!(told.len(), 1, "{}", ran.err);
    assert!(told[0].starts_with("sockeye: line 3: send: "), "{}", ran.err);
    assert_ne!(ran.code, Some(0));
}
