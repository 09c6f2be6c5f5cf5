//! `sockeye probe`: one connection as a waterfall, or as JSON.

use std::time::Duration;

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::timeout,
};

use crate::{
    program::{close, feeding, nobody, run, settled, text, welcome},
    support::{
        certs::{Authority, Valid},
        servers::{answering, once, once_tls, until_left},
    },
};

const REFUSAL: &[u8] = b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"feed\"\r\n\
    Content-Length: 21\r\nConnection: close\r\n\r\n\x1b[2Jno token, no feed";

#[tokio::test]
async fn a_feed_that_speaks_is_told_stage_by_stage() {
    let server = feeding(text(r#"{"price":"9.50"}"#)).await;
    let ran = run(&["probe", &server.ws("/ticks")]).await;
    assert_eq!(
        settled(&ran.out),
        "ws://127.0.0.1:PORT/ticks\n\
         \n\
         ✓ lookup SPAN BAR 127.0.0.1\n\
         ✓ tcp SPAN BAR 127.0.0.1:PORT\n\
         ✓ upgrade SPAN BAR 101 Switching Protocols\n\
         ✓ first SPAN BAR text, 16 B: {\"price\":\"9.50\"}\n\
         \n\
         answer\n  HTTP/1.1 101 Switching Protocols\n  Upgrade: websocket\n  Connection: Upgrade\n  \
         Sec-WebSocket-Accept: KEY\n\
         \n\
         opened in SPAN, and messages come (exit 0)\n"
    );
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    assert_eq!(server.outcome().await, Some(1000));
}

#[tokio::test]
async fn a_wait_longer_than_the_clock_goes_is_a_wait_for_ever() {
    let server = feeding([text("a"), close(1001)].concat()).await;
    let ran = run(&["probe", &server.ws("/"), "--for", "9999999999999999999"]).await;
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
}

#[tokio::test]
async fn a_probe_goes_on_listening_for_its_time_and_tells_a_close_that_comes_late() {
    let server = once(async |mut stream| {
        welcome(&mut stream).await;
        stream.write_all(&text("one")).await.expect("the client listens");
        let leaves = timeout(Duration::from_millis(300), stream.read_u8()).await;
        assert!(leaves.is_err(), "the client goes on listening");
        stream.write_all(&close(1008)).await.expect("the client still listens");
        until_left(stream).await;
    })
    .await;
    let ran = run(&["probe", &server.ws("/"), "--for", "20s"]).await;
    assert!(ran.out.contains("1008"), "{}", ran.out);
    assert_eq!(ran.code, Some(66));
}

#[tokio::test]
async fn silence_is_no_failure_but_a_finding() {
    let server = feeding(Vec::new()).await;
    let ran = run(&["probe", &server.ws("/"), "--for", "50ms", "--json"]).await;
    let report: Value = serde_json::from_str(&ran.out).expect("one JSON object");
    assert_eq!((&report["outcome"], &report["exit"]), (&"silent".into(), &0.into()));
    assert_eq!(report["findings"][0]["code"], "silent-after-open");
    assert_eq!(ran.code, Some(0));
}

#[tokio::test]
async fn silence_is_told_with_the_time_that_was_waited() {
    let server = feeding(Vec::new()).await;
    let ran = run(&["probe", &server.ws("/"), "--for", "50ms"]).await;
    assert!(ran.out.contains("no message was received for 50 ms"), "{}", ran.out);
    assert!(!ran.out.contains("ten seconds"), "{}", ran.out);
}

#[tokio::test]
async fn a_loss_right_behind_the_first_message_is_what_the_probe_ends_with() {
    let masked = vec![0x81, 0x81, 0, 0, 0, 0, b'x'];
    for (last, code, word) in [
        (close(1008), 66, "1008"),
        (close(1000), 0, "1000"),
        (close(1001), 0, "1001"),
        (masked, 56, "bad MASK"),
        (Vec::new(), 56, "without a close frame"),
    ] {
        let server = once(async move |mut stream| {
            welcome(&mut stream).await;
            stream.write_all(&text("one")).await.expect("the client listens");
            stream.write_all(&last).await.expect("the client listens");
            // To drop it is how the last of these servers behaves.
            if !last.is_empty() {
                until_left(stream).await;
            }
        })
        .await;
        let ran = run(&["probe", &server.ws("/")]).await;
        let verdict = ran.out.lines().skip_while(|line| !line.starts_with("messages came, then the server "));
        let verdict = verdict.collect::<Vec<_>>().join(" ");
        assert!(verdict.contains(word) && verdict.ends_with(&format!("(exit {code})")), "{}", ran.out);
        assert_eq!(ran.code, Some(code), "{}", ran.out);
    }
}

#[tokio::test]
async fn a_refusal_shows_its_answer_and_what_would_mend_it() {
    let server = answering(vec![REFUSAL.to_vec()]).await;
    let ran = run(&["probe", &server.ws("/"), "-u", "demo:hunter2"]).await;
    assert!(ran.out.contains("✗ upgrade"), "{}", ran.out);
    assert!(ran.out.contains("\n  HTTP/1.1 401 Unauthorized\n"), "{}", ran.out);
    assert!(ran.out.contains("\n  ␛[2Jno token, no feed\n"), "{}", ran.out);
    assert!(ran.out.contains("[auth-401]\n  why       "), "{}", ran.out);
    assert!(ran.out.trim_end().ends_with("(exit 22)"), "{}", ran.out);
    assert!(!ran.out.contains("hunter2") && !ran.out.contains("ZGVtbzpodW50ZXIy"), "{}", ran.out);
    assert_eq!(ran.code, Some(22));
}

#[tokio::test]
async fn a_failure_for_machines_has_ladder_findings_and_exit_code() {
    let ran = run(&["probe", &nobody().await, "--json"]).await;
    assert_eq!(ran.out.lines().count(), 1);
    let report: Value = serde_json::from_str(&ran.out).expect("one JSON object");
    let stages: Vec<_> = report["ladder"].as_array().expect("a ladder").iter().collect();
    assert_eq!(stages.len(), 2);
    assert_eq!((&stages[1]["stage"], &stages[1]["outcome"]), (&"tcp".into(), &"failed".into()));
    assert_eq!(stages[1]["failure"]["cause"], "refused");
    assert_eq!((&report["outcome"], &report["exit"]), (&"failed".into(), &7.into()));
    assert_eq!(report["findings"][0]["code"], "tcp-refused");
    assert_eq!(ran.code, Some(7));
    let document = include_str!("../../assets/probe.md");
    for field in report.as_object().expect("an object").keys() {
        assert!(document.contains(&format!("| `{field}` |")), "{field} is not explained");
    }
}

#[tokio::test]
async fn colours_are_there_when_asked_for_only() {
    let url = nobody().await;
    assert!(!run(&["probe", &url]).await.out.contains('\u{1b}'));
    assert!(run(&["probe", &url, "--color", "always"]).await.out.contains("\u{1b}[31m✗\u{1b}[0m"));
}

#[tokio::test]
async fn every_address_has_its_own_report_and_a_line_in_a_table() {
    let ran = run(&["probe", &nobody().await, "--all-addresses"]).await;
    let (_, table) = ran.out.split_once("\naddresses\n").expect("there is a table");
    assert!(table.starts_with("  ✗ 127.0.0.1  failed at tcp: connection refused by 127.0.0.1:"), "{table}");
    assert_eq!(ran.code, Some(7), "the code of the first that fails");
}

#[tokio::test]
async fn a_probe_saves_the_root_that_the_server_sends_where_trusting_it_helps() {
    let authority = Authority::new("our own");
    let identity = authority.issue(&["127.0.0.1"], Valid::Today).ending_in(&authority);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("root.pem");
    let path = path.to_str().expect("it is text");
    let server = once_tls(identity.acceptor(), async |_| ()).await;
    let ran = run(&["probe", &server.wss("/"), "--save-root", path]).await;
    assert_eq!(ran.code, Some(60), "{}", ran.out);
    assert!(ran.out.contains("--save-root our-own.pem"), "{}", ran.out);
    assert!(ran.err.contains("subject CN=our own") && ran.err.contains("SHA-256 "), "{}", ran.err);
    let written = std::fs::read_to_string(path).expect("it was written");
    assert_eq!(written.replace('\r', ""), authority.pem().replace('\r', ""));

    let plain = feeding(text("a")).await;
    let ran = run(&["probe", &plain.ws("/"), "--save-root", path]).await;
    assert_eq!(ran.code, Some(23));
    assert!(ran.err.contains("no certificate that need only be trusted"), "{}", ran.err);
}
