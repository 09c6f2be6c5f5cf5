//! What ends `tail` and `serve` from outside: time, signals, a reader that leaves.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::timeout,
};

use crate::{
    program::{LONG, close, feeding, run, sockeye, text, welcome},
    support::servers::{Server, once},
};

#[tokio::test]
async fn a_time_that_is_over_is_success_unless_a_count_was_asked_for() {
    for (more, code) in [(&[] as &[&str], 0), (&["--count", "5"], 28)] {
        let server = feeding(text("tick")).await;
        let ran = run(&[&["tail", &server.ws("/"), "--for", "300ms"], more].concat()).await;
        assert_eq!((ran.out.lines().count(), ran.code), (1, Some(code)));
        assert_eq!(server.outcome().await, Some(1000));
    }
}

/// Says `before` at once, and `after` when the client has closed; never answers the close.
async fn talking_on() -> Server<()> {
    once(async |mut stream| {
        welcome(&mut stream).await;
        stream.write_all(&text("before")).await.expect("the client listens");
        let mut close = [0; 8];
        stream.read_exact(&mut close).await.expect("a close frame comes");
        // A client that has enough hangs up before all is sent.
        while stream.write_all(&text("after").repeat(1000)).await.is_ok() {}
    })
    .await
}

#[tokio::test]
async fn nothing_is_written_after_the_time_is_over_and_a_flood_does_not_hold_up_the_end() {
    let server = talking_on().await;
    let start = Instant::now();
    let ran = run(&["tail", &server.ws("/"), "--for", "500ms", "--format", "raw"]).await;
    assert_eq!((ran.out.as_str(), ran.code), ("before\n", Some(0)));
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    server.outcome().await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_after_a_signal() {
    let server = talking_on().await;
    let mut child = started(&["tail", &server.ws("/"), "--format", "raw"]);
    let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut written = String::new();
    out.read_line(&mut written).expect("a first message");
    signal(&child, "-INT");
    assert_eq!(ended(child).await.code(), Some(130));
    out.read_to_string(&mut written).expect("messages are UTF-8");
    assert_eq!(written, "before\n");
}

/// A server that takes the connection, tells when the client has spoken, and never answers.
async fn mute() -> (Server<()>, tokio::sync::oneshot::Receiver<()>) {
    let (heard, spoken) = tokio::sync::oneshot::channel();
    let server = once(async move |mut stream| {
        stream.read_exact(&mut [0]).await.expect("the client speaks");
        heard.send(()).expect("the test waits");
        crate::support::servers::until_left(stream).await;
    })
    .await;
    (server, spoken)
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_stop_before_the_connection_is_open_says_where_it_stood() {
    for (secure, stage) in [(true, "tls"), (false, "upgrade")] {
        for command in ["tail", "probe"] {
            let (server, spoken) = mute().await;
            let url = if secure { server.wss("/") } else { server.ws("/") };
            let mut child = started(&[command, &url]);
            spoken.await.expect("the client has come so far");
            signal(&child, "-INT");
            let (mut out, mut err) = (String::new(), String::new());
            child.stdout.take().expect("a pipe").read_to_string(&mut out).expect("text");
            child.stderr.take().expect("a pipe").read_to_string(&mut err).expect("text");
            assert_eq!(ended(child).await.code(), Some(130), "{err}");
            let said = format!("{out}{err}");
            assert!(said.contains(&format!(" during {stage}, after ")), "{said}");
            assert!(said.contains("it never opened"), "{said}");
        }
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_told_while_its_body_has_no_end() {
    let server = once(async |mut stream| {
        crate::support::servers::read_head(&mut stream).await;
        let head = b"HTTP/1.1 503 Busy\r\nContent-Type: text/plain\r\n\r\nwait";
        stream.write_all(head).await.expect("the client listens");
        crate::support::servers::until_left(stream).await;
    })
    .await;
    let mut child = started(&["tail", &server.ws("/"), "--events"]);
    let mut err = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut said = String::new();
    while !said.contains("answered 503 Busy; its body is still being read") {
        assert!(err.read_line(&mut said).expect("text") > 0, "{said}");
    }
    signal(&child, "-INT");
    let mut out = String::new();
    child.stdout.take().expect("a pipe").read_to_string(&mut out).expect("text");
    assert!(out.contains(r#""kind":"answer""#) && out.contains(r#""during":"upgrade""#), "{out}");
    assert_eq!(ended(child).await.code(), Some(130));
}

#[tokio::test]
async fn without_any_retry_the_first_failure_or_loss_has_its_code() {
    let closing = |bytes: Vec<u8>| feeding(bytes);
    for (bytes, code) in [(close(1011), 66), (close(1000), 0), (close(4001), 66)] {
        let server = closing([text("tick"), bytes].concat()).await;
        let ran = run(&["tail", &server.ws("/"), "--no-retry"]).await;
        assert_eq!((ran.out.lines().count(), ran.code), (1, Some(code)), "{}", ran.err);
        assert!(ran.err.contains("sockeye: ended, not retried; 1 message in 1 connection"), "{}", ran.err);
    }
    let cut = once(async |mut stream| welcome(&mut stream).await).await;
    assert_eq!(run(&["tail", &cut.ws("/"), "--no-retry"]).await.code, Some(56));
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(sent.expect("kill is there").success());
}

fn started(args: &[&str]) -> Child {
    sockeye(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts")
}

async fn ended(mut child: Child) -> ExitStatus {
    let wait = tokio::task::spawn_blocking(move || child.wait());
    timeout(LONG, wait).await.expect("it ends").expect("no panic").expect("it can be waited for")
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_signal_closes_politely() {
    for name in ["-INT", "-TERM"] {
        let server = feeding(text("tick")).await;
        let mut child = started(&["tail", &server.ws("/")]);
        let out = child.stdout.take().expect("a pipe");
        BufReader::new(out).read_line(&mut String::new()).expect("a first message");
        signal(&child, name);
        assert_eq!(ended(child).await.code(), Some(130), "{name}");
        assert_eq!(server.outcome().await, Some(1000), "{name}");
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_second_interrupt_ends_it_even_while_its_output_is_stuck() {
    let server = once(async |mut stream| {
        welcome(&mut stream).await;
        let flood = text(&"x".repeat(100)).repeat(1000);
        while stream.write_all(&flood).await.is_ok() {}
    })
    .await;
    let mut child = started(&["tail", &server.ws("/")]);
    // One message is read, then no more: the pipe fills up.
    let mut out = child.stdout.take().expect("a pipe");
    out.read_exact(&mut [0]).expect("a first message");
    signal(&child, "-INT");
    signal(&child, "-INT");
    assert_eq!(ended(child).await.code(), Some(130));
    drop(out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_leaves_ends_it_without_a_word() {
    let server = once(async |mut stream| {
        welcome(&mut stream).await;
        let flood = text("tick").repeat(1000);
        while stream.write_all(&flood).await.is_ok() {}
    })
    .await;
    let mut child = started(&["tail", &server.ws("/"), "--format", "raw"]);
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a first message");
    assert_eq!(line, "tick\n");
    let mut err = child.stderr.take().expect("a pipe");
    assert_eq!(ended(child).await.code(), Some(0));
    let mut words = String::new();
    err.read_to_string(&mut words).expect("words are UTF-8");
    assert!(!words.contains("roken") && !words.contains("cannot write"), "{words}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_says_where_it_listens_and_serves_until_interrupted() {
    let mut child = started(&["serve", "echo"]);
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a first line");
    assert!(line.contains("ws://127.0.0.1:"), "{line}");
    let url = line.split_whitespace().find(|word| word.starts_with("ws://")).expect("a URL");
    let probed = run(&["probe", url.trim_end_matches(','), "--for", "10ms"]).await;
    assert_eq!(probed.code, Some(0), "{}", probed.out);
    signal(&child, "-INT");
    assert_eq!(ended(child).await.code(), Some(130));
}
