//! Files as other programs write them, and what is said of those that are wrong.

use std::io::Write as _;

use super::*;
use crate::{
    files::write_new,
    session::{EventKind, StoredEvent},
    store::Reader,
};

/// What the `DevTools` of Chrome write, shortened.
const DEVTOOLS: &str = r#"{"log":{"version":"1.2","creator":{"name":"WebInspector","version":"537.36"},"pages":[],"entries":[
{"startedDateTime":"2026-01-02T03:04:05.000Z","time":12,"request":{"method":"GET","url":"https://feed.example/app.js","headers":[]},
 "response":{"status":200,"statusText":"OK","headers":[],"content":{"size":3,"text":"..."}},"timings":{"dns":-1,"wait":4}},
{"startedDateTime":"2026-01-02T03:04:05.500Z","time":900.5,"_resourceType":"websocket","serverIPAddress":"203.0.113.7",
 "request":{"method":"GET","url":"wss://feed.example/ws?token=hunter22&x=1","httpVersion":"HTTP/1.1",
  "headers":[{"name":"Host","value":"feed.example"},{"name":"Cookie","value":"session=hunter33"},{"name":"Sec-WebSocket-Protocol","value":"v1"},{"name":"Origin","value":"https://feed.example"}]},
 "response":{"status":101,"statusText":"Switching Protocols","httpVersion":"HTTP/1.1","headers":[{"name":"Sec-WebSocket-Protocol","value":"v1"}],"content":{"size":0}},
 "timings":{"blocked":-1,"dns":2.5,"connect":30,"ssl":10,"send":0,"wait":20,"receive":0},
 "_webSocketMessages":[
  {"type":"send","time":1767323045.7,"opcode":1,"data":"{\"op\":\"subscribe\"}"},
  {"type":"receive","time":1767323045.8,"opcode":1,"data":"{\"price\":1}"},
  {"type":"receive","time":1767323045.9,"opcode":2,"data":"AAH/"}]}]}}"#;

fn openable(content: &str) -> (TempDir, PathBuf) {
    let folder = temporary_folder().expect("a folder");
    let path = folder.path().join("a.file");
    write_new(&path, |mut file| file.write_all(content.as_bytes())).expect("it is written");
    (folder, path)
}

async fn imported(content: &str) -> Openable {
    let (_folder, path) = openable(content);
    open(&path).await.unwrap_or_else(|error| panic!("{error}"))
}

async fn refused(content: &str) -> String {
    let (_folder, path) = openable(content);
    open(&path).await.map(drop).expect_err("it is refused").to_string()
}

/// The payloads of a capture, and its events.
fn read(opened: &Openable) -> (Vec<Vec<u8>>, Vec<Event>) {
    let reader = Reader::open(&opened.path).expect("a capture");
    let session = reader.sessions().expect("sessions").remove(0);
    let (mut payloads, mut events) = (Vec::new(), Vec::new());
    reader
        .messages(crate::store::Search::ALL, (session.first, session.last), &mut |captured| {
            payloads.push(captured.message.payload.to_vec());
            true
        })
        .expect("messages");
    reader
        .read_session(&session, &mut |piece| {
            events.extend(piece.into_iter().filter_map(|stored| match stored {
                StoredEvent::Event(event) => Some(event),
                StoredEvent::Messages(_) => None,
            }));
            true
        })
        .expect("events");
    (payloads, events)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_har_of_a_browser_becomes_a_capture_without_its_secrets() {
    let opened = imported(DEVTOOLS).await;
    let (payloads, events) = read(&opened);
    assert_eq!(payloads, [br#"{"price":1}"#.to_vec(), vec![0, 1, 255]]);
    let told = format!("{events:?}");
    assert!(!told.contains("hunter"), "{told}");
    assert!(events.iter().any(
        |event| matches!(&event.kind, EventKind::Sent(sent) if &sent.payload[..] == br#"{"op":"subscribe"}"#)
    ));
    let opened = events.iter().find_map(|event| match &event.kind {
        EventKind::Opened(opened) => Some(opened),
        _ => None,
    });
    assert_eq!(opened.and_then(|opened| opened.subprotocol.clone()).as_deref(), Some("v1"));
    let finding = events.iter().find_map(|event| match &event.kind {
        EventKind::Finding(finding) => Some(finding.evidence.join("; ")),
        _ => None,
    });
    let finding = finding.expect("it is told what was imported");
    for part in [
        "1 connection, 2 messages received and 1 sent, written by WebInspector 537.36",
        "deliveries",
        "1 entry of plain HTTP left out",
        "1 connection without an end",
    ] {
        assert!(finding.contains(part), "{part}: {finding}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn spellings_of_other_programs_are_understood() {
    let har = r#"{"log":{"creator":{"name":"x"},"entries":[{"startedDateTime":"2026-01-02T03:04:05+00:00","request":{"url":"https://feed.example/"},
        "response":{"status":101},"_webSocketClose":{"code":1012,"reason":"bye","timestamp":1767323049.5},
        "_webSocketMessages":[{"type":"received","timeStamp":1767323046000000,"opCode":1,"payload":"a"},
        {"type":"sent","time":1767323045000,"opcode":1,"data":"b"},{"type":"send","time":1767323047,"opcode":9,"data":""}]}]}}"#;
    let (payloads, events) = read(&imported(har).await);
    assert_eq!(payloads, [b"a".to_vec()]);
    let told = format!("{events:?}");
    assert!(
        told.contains("wss://feed.example/")
            && told.contains("closed with 1012 bye; the file does not say by which side"),
        "{told}"
    );
    assert!(events.iter().any(|event| matches!(event.kind, EventKind::Control(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_har_that_is_wrong_names_the_place() {
    for (har, parts) in [
        ("{\"log\":{\"entries\":[\n{]}}", &["line 2 column 2"][..]),
        ("{\"a\":1}", &["there is no log.entries in it"]),
        (
            &DEVTOOLS.replace("2026-01-02T03:04:05.500Z", "yesterday"),
            &["entry 2: startedDateTime is \"yesterday\"", "line"],
        ),
        (
            &DEVTOOLS.replace("AAH/", "!"),
            &["entry 2: message 3 of _webSocketMessages: data of opcode 2 is not base64"],
        ),
        (
            &DEVTOOLS.replace("\"receive\",\"time\":1767323045.8", "\"receive\""),
            &["message 2 of _webSocketMessages: time is missing"],
        ),
        (
            &DEVTOOLS.replace("\"opcode\":1", "\"opcode\":\"one\""),
            &["invalid type: string", "line 10 column 51"],
        ),
        (
            r#"{"log":{"entries":[{"startedDateTime":"2026-01-02T03:04:05Z","request":{"url":"https://a.b/"}}]}}"#,
            &["none of its 1 entry is a websocket"],
        ),
    ] {
        let error = refused(har).await;
        for part in parts {
            assert!(error.contains(part), "{part}: {error}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_known_by_its_content_and_another_kind_says_what_to_do() {
    for (content, part) in [
        ("1234:9:websocket;", "a file of flows of mitmproxy"),
        ("PK\u{3}\u{4}", "unpack it, and open the connections.har"),
        ("[10:00:01] hello", "neither a capture, nor a HAR, nor JSON Lines of sockeye tail"),
    ] {
        let error = refused(content).await;
        assert!(error.contains(part), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_of_ours_become_the_session_that_they_tell_of() {
    let lines = concat!(
        r#"{"v":1,"kind":"message","at":"2026-01-02T03:04:05.987123Z","connection":3,"id":7,"dir":"in","type":"text","size":11,"verdict":"nacked","attempt":1,"json":{"p":1e400}}"#,
        "\n",
        r#"{"v":1,"kind":"message","at":"2026-01-02T03:04:06.987123Z","connection":3,"id":9,"dir":"in","type":"binary","size":3,"verdict":"acked","attempt":1,"base64":"AAH/"}"#,
        "\n",
    );
    let (payloads, events) = read(&imported(lines).await);
    assert_eq!(payloads, [br#"{"p":1e400}"#.to_vec(), vec![0, 1, 255]]);
    let told = format!("{events:?}");
    assert!(told.contains("the beginning of 1 connection"), "{told}");
    let error = refused(&lines.replace("AAH/", "?")).await;
    assert!(error.contains("line 2, ") && error.contains("base64 is none"), "{error}");
    let error = refused(&lines.replacen(
        "\"kind\":\"message\",\"at\":\"2026-01-02T03:04:06",
        "\"kind\":\"letter\",\"at\":\"2026-01-02T03:04:06",
        1,
    ))
    .await;
    assert!(error.contains("line 2, ") && error.contains("there is no event kind letter"), "{error}");
}
