//! `sockeye tail`: what it writes, and what it says beside it.

use tokio::io::AsyncWriteExt as _;

use crate::{
    program::{close, feeding, nobody, run, settled, text, three_kinds, welcome},
    support::servers::{answering, once},
};

#[tokio::test]
async fn messages_are_json_lines_on_stdout_and_the_rest_is_on_stderr() {
    let server = feeding(three_kinds()).await;
    let ran = run(&["tail", &server.ws("/ticks"), "--count", "3"]).await;
    let head =
        |id: u32| format!(r#"{{"v":1,"kind":"message","at":"TIME","connection":1,"id":{id},"dir":"in","#);
    let expected = [
        r#""type":"text","size":16,"verdict":"acked","attempt":1,"json":{"price":"9.50"}}"#,
        r#""type":"binary","size":4,"verdict":"acked","attempt":1,"frames":2,"base64":"AAH+/w=="}"#,
        r#""type":"text","size":4,"verdict":"acked","attempt":1,"valid":false,"base64":"Y2Fm6Q=="}"#,
    ];
    let expected: Vec<_> = expected.iter().zip(1..).map(|(rest, id)| head(id) + rest).collect();
    assert_eq!(settled(&ran.out).lines().collect::<Vec<_>>(), expected);
    let told = settled(&ran.err);
    let told: Vec<_> = told.lines().filter(|line| !line.starts_with("  ")).collect();
    assert_eq!(
        told,
        [
            "sockeye: connecting to ws://127.0.0.1:PORT/ticks",
            "sockeye: connection 1 opened in SPAN, 127.0.0.1:PORT",
            "sockeye: a text message is not UTF-8 [invalid-utf8]",
            "sockeye: stopped as asked; 3 messages in 1 connection",
        ]
    );
    assert_eq!(ran.code, Some(0));
}

#[tokio::test]
async fn a_count_is_kept_exactly_and_the_close_is_polite() {
    let server = feeding(text("tick").repeat(1000)).await;
    let ran = run(&["tail", &server.ws("/"), "--count", "7", "--format", "raw"]).await;
    assert_eq!((ran.out.as_str(), ran.code), ("tick\n".repeat(7).as_str(), Some(0)));
    assert_eq!(server.outcome().await, Some(1000));
}

#[tokio::test]
async fn only_messages_that_pass_the_filter_are_written_and_counted() {
    let feed = ["one apple", "two pears", "three apples", "four apples"].map(text).concat();
    let server = feeding(feed).await;
    let ran = run(&["tail", &server.ws("/"), "--filter", "apple", "--count", "2", "--format", "raw"]).await;
    assert_eq!(ran.out, "one apple\nthree apples\n");
}

#[tokio::test]
async fn pretty_lines_show_controls_instead_of_obeying_them() {
    let server = feeding([text("a\u{1b}[31mred"), crate::program::frame(0x82, &[0xca, 0xfe])].concat()).await;
    let ran = run(&["tail", &server.ws("/"), "--count", "2", "--format", "pretty"]).await;
    assert_eq!(
        settled(&ran.out),
        "     1  CLOCK  text         9 B  a␛[31mred\n     2  CLOCK  binary       2 B  ca fe\n"
    );
}

#[tokio::test]
async fn binary_messages_are_read_by_a_schema_also_inside_of_another_layer() {
    const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/payload/tick.proto");
    let tick = b"\x0a\x07BTC-USD\x10\x01\x18\x05\x48\x01";
    let spelled = "CgdCVEMtVVNEEAEYBUgB";
    let server =
        feeding([crate::program::frame(0x82, tick), text(spelled), text("{\"ok\":1}")].concat()).await;
    let words = ["tail", &server.ws("/"), "--count", "3", "--format", "pretty", "--proto", SCHEMA];
    let ran = run(&[&words[..], &["--type", "Tick"]].concat()).await;
    let seen = r#"{"symbol": "BTC-USD", "side": "SIDE_BUY", "change": -3, "last": true}"#;
    assert_eq!(
        settled(&ran.out),
        format!(
            "     1  CLOCK  binary      15 B  {seen}\n     2  CLOCK  text        20 B  {seen}\n     3  CLOCK  text         8 B  {{\"ok\":1}}\n"
        )
    );
    let ran = run(&words).await;
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(ran.err.contains("say which with --type: feed.v1.Level, feed.v1.Tick"), "{}", ran.err);
}

#[tokio::test]
async fn an_error_in_a_schema_has_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bad.proto");
    std::fs::write(&path, "syntax = \"proto3\";\nmessage A { string x 1; }\n").expect("it is written");
    let ran = run(&["tail", "ws://127.0.0.1:1", "--proto", path.to_str().expect("UTF-8")]).await;
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(ran.err.contains("bad.proto:2:22: expected '=', but found '1'"), "{}", ran.err);
    let ran = run(&["tail", "ws://127.0.0.1:1", "--proto", "gone.proto"]).await;
    assert!(ran.err.contains("--proto gone.proto cannot be read: No such file"), "{}", ran.err);
}

#[tokio::test]
async fn events_are_the_whole_session_in_order() {
    let server = feeding([crate::program::frame(0x89, b"hi"), text("tick")].concat()).await;
    let ran = run(&["tail", &server.ws("/"), "--events", "--count", "1"]).await;
    let kinds: Vec<String> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("a line is JSON"))
        .map(|line| {
            let word = |field: &str| line[field].as_str().map(|word| format!(" {word}")).unwrap_or_default();
            let stage = if line["kind"] == "control" { word("type") } else { word("stage") + &word("state") };
            format!("{}{stage}", line["kind"].as_str().expect("a line has a kind"))
        })
        .collect();
    let expected = [
        "connecting",
        "stage lookup started",
        "stage lookup ended",
        "stage tcp started",
        "stage tcp ended",
        "stage upgrade started",
        "stage upgrade ended",
        "opened",
        "pipeline",
        "stage first started",
        "control ping",
        "stage first ended",
        "message",
    ];
    assert_eq!(kinds[..expected.len()], expected);
    assert_eq!(kinds.last().map(String::as_str), Some("ended"));
}

#[tokio::test]
async fn a_file_takes_the_messages_instead_of_stdout() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("feed.txt");
    std::fs::write(&path, "older and much longer than what comes\n").expect("a file");
    let server = feeding(text("tick")).await;
    let path_text = path.to_str().expect("a path");
    let refused = run(&["tail", "ws://127.0.0.1:9/", "--output", path_text]).await;
    let message = format!("sockeye: there is such a file already, and --force replaces it: {path_text}\n");
    assert_eq!((refused.err, refused.code), (message, Some(2)));
    let args = ["--count", "1", "--format", "raw", "--output", path_text, "--force"];
    let ran = run(&[&["tail", &server.ws("/")], &args[..]].concat()).await;
    assert_eq!((ran.out.as_str(), ran.code), ("", Some(0)));
    assert_eq!(std::fs::read_to_string(&path).expect("the file is there"), "tick\n");
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_named_before_anything_is_tried() {
    let ran = run(&["tail", "ws://127.0.0.1:9/", "--output", "/nowhere/feed.txt"]).await;
    assert_eq!(
        ran.err,
        "sockeye: cannot write to /nowhere/feed.txt: No such file or directory (os error 2)\n"
    );
    assert_eq!(ran.code, Some(23));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_ends_it_with_the_name_of_the_target() {
    let server = feeding(text("tick")).await;
    let ran = run(&["tail", &server.ws("/"), "--output", "/dev/full"]).await;
    assert!(ran.err.contains("sockeye: cannot write to /dev/full: No space left on device"), "{}", ran.err);
    assert_eq!(ran.code, Some(23));
}

#[tokio::test]
async fn a_single_connection_ends_with_the_code_of_its_failure() {
    let refused = answering(vec![b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec()]).await;
    let chatty = answering(vec![b"220 mail.example ESMTP\r\n".to_vec()]).await;
    for (url, code) in [(nobody().await, 7), (refused.ws("/"), 22), (chatty.ws("/"), 22)] {
        let ran = run(&["tail", &url, "--no-retry"]).await;
        assert_eq!(ran.code, Some(code), "{}", ran.err);
        assert!(ran.err.contains("sockeye: connection 1 failed at "), "{}", ran.err);
        assert!(ran.err.contains("\n  why   "), "the finding says why: {}", ran.err);
    }
}

#[tokio::test]
async fn retries_that_are_used_up_have_a_code_of_their_own() {
    let ran = run(&["tail", &nobody().await, "--max-retries", "1"]).await;
    assert_eq!(ran.code, Some(65), "{}", ran.err);
    assert!(ran.err.contains("sockeye: gave up after 1 retry, the last failed at tcp: "), "{}", ran.err);
}

#[tokio::test]
async fn an_error_code_of_the_server_outranks_the_reconnect_that_fails_after_it() {
    let server = once(async |mut stream| {
        welcome(&mut stream).await;
        stream.write_all(&close(1011)).await.expect("the client listens");
        crate::support::servers::until_left(stream).await;
    })
    .await;
    let ran = run(&["tail", &server.ws("/"), "--no-retry"]).await;
    assert_eq!(ran.code, Some(66), "{}", ran.err);
}

#[tokio::test]
async fn unlimited_retries_say_how_to_end_them() {
    let ran = run(&["tail", &nobody().await, "--for", "300ms"]).await;
    assert!(
        ran.err.contains("sockeye: it goes on trying; --no-retry or --max-retries N makes it give up\n"),
        "{}",
        ran.err
    );
    assert_eq!(ran.code, Some(0));
}

#[tokio::test]
async fn a_payload_that_is_json_is_a_member_of_its_line_or_text_on_request() {
    let payloads = ["{\"price\": 9.50, \"id\":12345678901234567890}", "tick", "[1]\n"];
    for (format, expected) in [
        (
            "json",
            [
                r#""json":{"price": 9.50, "id":12345678901234567890}}"#,
                r#""text":"tick"}"#,
                r#""text":"[1]\n"}"#,
            ],
        ),
        (
            "json-text",
            [
                r#""text":"{\"price\": 9.50, \"id\":12345678901234567890}"}"#,
                r#""text":"tick"}"#,
                r#""text":"[1]\n"}"#,
            ],
        ),
    ] {
        for more in [&[][..], &["--events"]] {
            let server = feeding(payloads.map(text).concat()).await;
            let url = server.ws("/");
            let ran = run(&[&["tail", &url, "--count", "3", "--format", format], more].concat()).await;
            let messages: Vec<_> =
                ran.out.lines().filter(|line| line.contains(r#""kind":"message""#)).collect();
            assert_eq!(messages.len(), 3, "{}", ran.err);
            for (line, expected) in messages.iter().zip(expected) {
                assert!(line.ends_with(expected), "{format} {more:?}: {line}");
            }
        }
    }
}

#[tokio::test]
async fn rejected_messages_go_to_a_file_of_their_own() {
    let folder = tempfile::tempdir().expect("there is room");
    let dead_letters = folder.path().join("dead.jsonl").display().to_string();
    let feed = ["eth 1", "btc 2", "eth 3", "btc 4"].map(text).concat();
    let server = feeding(feed).await;
    let args =
        ["--reject", "btc", "--auto-replay-nacks=false", "--dead-letters", &dead_letters, "--format", "raw"];
    let ran = run(&[&["tail", &server.ws("/"), "--count", "4"], &args[..]].concat()).await;
    assert_eq!((ran.out.as_str(), ran.code), ("eth 1\nbtc 2\neth 3\nbtc 4\n", Some(0)));
    assert!(ran.err.contains("[nack-dropped]") && ran.err.contains("2 dead letters in"), "{}", ran.err);
    let written = std::fs::read_to_string(&dead_letters).expect("it was written");
    let lines: Vec<serde_json::Value> =
        written.lines().map(|line| serde_json::from_str(line).expect("it is JSON")).collect();
    let told: Vec<_> = lines.iter().map(|line| (line["text"].as_str(), line["verdict"].as_str())).collect();
    assert_eq!(told, [(Some("btc 2"), Some("dropped")), (Some("btc 4"), Some("dropped"))]);
    assert_eq!(lines[0]["deliveries"][0]["attempt"], 1);
    let again = run(&["tail", "ws://127.0.0.1:9/", "--dead-letters", &dead_letters]).await;
    assert_eq!(again.code, Some(2));
    assert!(again.err.contains("there is such a file already"), "{}", again.err);
}

#[tokio::test]
async fn a_message_that_waits_for_its_replay_at_the_end_is_a_dead_letter_too() {
    let folder = tempfile::tempdir().expect("there is room");
    let dead_letters = folder.path().join("dead.jsonl").display().to_string();
    let server = feeding(text("poison")).await;
    let args = ["--ack", "reject", "--dead-letters", &dead_letters, "--for", "300ms", "--events"];
    let ran = run(&[&["tail", &server.ws("/")], &args[..]].concat()).await;
    assert!(
        ran.out.contains(r#""kind":"ack-mode""#) && ran.out.contains(r#""kind":"replay""#),
        "{}",
        ran.out
    );
    assert!(ran.err.contains("[replays-lost]"), "{}", ran.err);
    let written = std::fs::read_to_string(&dead_letters).expect("it was written");
    let line: serde_json::Value = serde_json::from_str(&written).expect("one line of JSON");
    assert_eq!(line["verdict"], "lost");
    // The first two replays come at once, the third after a pause of about half a second.
    assert!(line["deliveries"].as_array().is_some_and(|all| all.len() >= 3), "{line}");
}

#[tokio::test]
async fn a_delay_that_outlasts_the_session_is_said() {
    let ran = run(&["tail", &nobody().await, "--no-retry", "--delay", "20s", "--for", "10s"]).await;
    let told = "--delay 20s outlasts the session, which ends after --for 10s: no message is answered before";
    assert!(ran.err.contains(told), "{}", ran.err);
}

#[tokio::test]
async fn a_wrong_ack_mode_is_wrong_usage() {
    for (args, message) in [
        (&["--reject-percent", "101"][..], "the share must be between 0 and 100 percent"),
        (&["--reject", "/x"], "the filter cannot be read at column"),
        (&["--ack", "manual"], "invalid value 'manual'"),
        (&["--max-in-flight", "0", "--delay", "1s"], "messages in flight must be between 1 and 10000, not 0"),
        (&["--threads", "1025"], "the number of threads must be between 0 and 1024"),
    ] {
        let ran = run(&[&["tail", "ws://127.0.0.1:9/"], args].concat()).await;
        assert_eq!(ran.code, Some(2), "{args:?}: {}", ran.err);
        assert!(ran.err.contains(message), "{args:?}: {}", ran.err);
    }
    let ran = run(&["ws://127.0.0.1:9/", "--max-in-flight", "-3"]).await;
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("must be between 1 and 10000, not -3"), "{}", ran.err);
}

#[tokio::test]
async fn a_feed_that_falls_silent_ends_with_a_reason_and_a_code_of_its_own() {
    let server = feeding([text("apple"), text("pear")].concat()).await;
    let ran = run(&["tail", &server.ws("/"), "--idle", "300ms", "--format", "raw"]).await;
    assert_eq!((ran.out.as_str(), ran.code), ("apple\npear\n", Some(68)), "{}", ran.err);
    let told = settled(&ran.err);
    assert!(told.contains("no message came for 300ms (--idle); ending"), "{told}");
    assert!(told.ends_with("stopped as asked; 2 messages in 1 connection\n"), "{told}");
    assert_eq!(server.outcome().await, Some(1000), "it closes politely");
}

#[tokio::test]
async fn neither_retries_nor_messages_that_a_filter_hides_keep_an_idle_feed_alive() {
    let ran = run(&["tail", &nobody().await, "--idle", "300ms"]).await;
    assert_eq!((ran.out.as_str(), ran.code), ("", Some(68)), "{}", ran.err);
    let server = feeding(text("pear")).await;
    let ran = run(&["tail", &server.ws("/"), "--idle", "300ms", "--filter", "apple"]).await;
    assert_eq!((ran.out.as_str(), ran.code), ("", Some(68)), "{}", ran.err);
}
