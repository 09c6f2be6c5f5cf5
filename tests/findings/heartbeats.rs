//! Heartbeats of the application that nobody answers.

use std::time::Duration;

use sockeye::{
    diagnose::{self, Conversation},
    session::{CloseFrame, Finding, LossKind, Lost, Run, Side},
};

use crate::fixtures::{binary, codes, settings, texts};

const OPEN: &str = r#"0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000}"#;

/// What is found while these messages come, one each second.
fn while_open(subprotocol: Option<&str>, messages: &[&str]) -> Vec<Finding> {
    let mut conversation = Conversation::new(subprotocol.map(str::to_owned));
    let seconds = (0..).map(Duration::from_secs);
    messages.iter().zip(seconds).filter_map(|(text, at)| conversation.hear(&texts(&[text]), 0, at)).collect()
}

fn lost(url: &str, conversation: &Conversation, kind: LossKind, open_for: u64) -> Vec<Finding> {
    let open_for = Duration::from_secs(open_for);
    let lost = Lost { kind, open_for, messages: 2, message: "it ended".to_owned() };
    diagnose::lost(&settings(url), &lost, conversation)
}

fn closed(code: u16, reason: &str) -> LossKind {
    let frame = CloseFrame { code: Some(code), reason: reason.to_owned() };
    LossKind::Closed { by: Side::Server, frame }
}

#[test]
fn the_second_heartbeat_without_an_answer_is_reported_once() {
    let found = while_open(None, &[OPEN, "40", "2", "42[\"tick\",1]", "2", "2"]);
    assert_eq!(codes(&found), ["heartbeat-unanswered"]);
    assert!(found[0].cause.contains("(Engine.IO) and expects the text 3 for each"), "{}", found[0].cause);
    assert!(found[0].cause.contains("it sends nothing after its opening messages"));
    assert!(found[0].fixes[0].yaml.contains("printf '%s\\n' '3'"), "{}", found[0].fixes[0].yaml);
}

#[test]
fn each_protocol_is_known_by_its_heartbeat() {
    let graphql = Some("graphql-transport-ws");
    for (subprotocol, first, heartbeat, protocol) in [
        (None, "x", "ping", "a text ping"),
        (graphql, r#"{"type":"connection_ack"}"#, r#"{"type":"ping"}"#, "graphql-transport-ws"),
        (None, "x", r#"{"event":"pusher:ping","data":{}}"#, "Pusher"),
        (None, "x", r#"{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"test_request"}}"#, "Deribit"),
        (None, "x", r#"{"id":1,"method":"public/heartbeat","code":0}"#, "Crypto.com"),
        (None, "{}\u{1e}", "{\"type\":6}\u{1e}", "SignalR"),
        (None, "x", r#"{"ping":1768348800000}"#, "HTX"),
        (None, "x", r#"{"action": "ping", "data": {"ts": 1}}"#, "HTX"),
        (None, "x", r#"{"op":"ping","ts":"1768348800000"}"#, "HTX"),
        (None, "x", r#"{"ping_event":{"event_id":1},"type":"ping"}"#, "ElevenLabs"),
        (None, "x", r#"{"event":"ping","ts":1614667590000}"#, "WOO X, Orderly"),
        (None, "x", r#"{"type":"ping","time":"1693208170000"}"#, "edgeX"),
        (None, r#"{"msg":"connected"}"#, r#"{"msg":"ping"}"#, "Meteor"),
        (None, ":tmi.twitch.tv 001", "PING :tmi.twitch.tv\r\n", "Twitch chat"),
        (None, "CONNECTED\nversion:1.2", "\n", "STOMP"),
        (None, r#"{"id":1,"connect":{"client":"a","ping":25,"pong":true}}"#, "{}", "Centrifugo"),
    ] {
        let found = while_open(subprotocol, &[first, heartbeat, heartbeat]);
        assert_eq!(codes(&found), ["heartbeat-unanswered"], "{heartbeat}");
        assert!(found[0].cause.contains(&format!("({protocol}")), "{heartbeat}: {}", found[0].cause);
    }
}

#[test]
fn messages_that_only_look_like_heartbeats_are_not_taken_for_them() {
    for message in [
        "2",
        "{}",
        "\n",
        "ping 12 ms",
        r#"{"ping":12}"#,
        r#"{"ping":12,"jitter":3}"#,
        r#"{"type":"ping"}"#,
        r#"{"type":"ping","message":1768348800}"#,
        r#"{"host":"a","type":"ping","ms":12}"#,
        r#"{"event":"heartbeat"}"#,
        r#"[0,"hb"]"#,
        r#"{"channel":"heartbeat","text":"ping pong"}"#,
        r#"{"channel":"heartbeats","events":[{"current_time":"2026","heartbeat_counter":3}]}"#,
        r#"{"type":"heartbeat","sequence":90,"product_id":"BTC-USD"}"#,
        r#"{"jsonrpc":"2.0","method":"heartbeat","params":{"type":"heartbeat"}}"#,
        r#"{"time":1,"channel":"spot.pong","event":"","result":null}"#,
        "pong",
    ] {
        assert_eq!(while_open(None, &["first", message, message, message]), [], "{message}");
    }
}

#[test]
fn a_compressed_heartbeat_is_inflated() {
    // `{"ping":1768348800000}`, compressed as HTX does.
    let compressed = gzip(br#"{"ping":1768348800000}"#);
    let run = binary(&compressed);
    let mut conversation = Conversation::default();
    let hear = |conversation: &mut Conversation, run: &Run| conversation.hear(run, 0, Duration::ZERO);
    assert_eq!(hear(&mut conversation, &run), None);
    assert!(hear(&mut conversation, &run).is_some_and(|finding| finding.cause.contains("HTX")));
}

#[test]
fn a_heartbeat_with_much_behind_it_does_not_wait_for_an_answer() {
    let mut conversation = Conversation::default();
    drop(conversation.hear(&texts(&[OPEN]), 0, Duration::ZERO));
    let heard =
        |conversation: &mut Conversation, behind| conversation.hear(&texts(&["2"]), behind, Duration::ZERO);
    assert_eq!([heard(&mut conversation, 1 << 20), heard(&mut conversation, 1 << 20)], [None, None]);
    assert_eq!(heard(&mut conversation, 0), None);
    assert!(heard(&mut conversation, 0).is_some());
}

/// One stored block.
fn gzip(text: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

#[test]
fn a_loss_after_a_heartbeat_without_an_answer_has_it_as_its_cause() {
    let mut conversation = Conversation::default();
    drop(conversation.hear(&texts(&[OPEN]), 0, Duration::ZERO));
    drop(conversation.hear(&texts(&["2"]), 0, Duration::from_secs(25)));
    for kind in [LossKind::Ended, closed(1000, ""), closed(1008, "ping timeout")] {
        let found = lost("ws://h/socket.io/", &conversation, kind, 45);
        assert_eq!(codes(&found), ["heartbeat-unanswered"]);
        assert!(found[0].cause.contains("that nobody answered"), "{}", found[0].cause);
    }
    let other = lost("ws://h/socket.io/", &conversation, closed(1008, "token expired"), 45);
    assert_eq!(codes(&other), ["close-policy"], "the reason says something else");
    let restart = lost("ws://h/socket.io/", &conversation, closed(1012, ""), 45);
    assert_eq!(codes(&restart), ["close-restart"], "the code says something else");
    assert_eq!(lost("ws://h/socket.io/", &conversation, LossKind::Left, 45), []);
    conversation.spoke();
    assert_eq!(codes(&lost("ws://h/", &conversation, LossKind::Ended, 45)), ["closed-abnormally"]);
}

#[test]
fn a_server_that_waits_for_the_clients_heartbeat_is_known_by_its_signs() {
    let quiet = Conversation::default();
    let okx = lost("ws://127.0.0.1/ws", &quiet, closed(4004, "No data received in 30s."), 30);
    assert_eq!(codes(&okx), ["heartbeat-unanswered"]);
    assert!(okx[0].cause.starts_with("The server missed a heartbeat: OKX expects"), "{}", okx[0].cause);
    assert!(okx[0].fixes[0].yaml.contains("'ping'"));

    let phoenix = "wss://a.supabase.co/realtime/v1/websocket?vsn=1.0.0";
    let minute = lost(phoenix, &quiet, closed(1000, ""), 60);
    assert!(minute[0].cause.starts_with("The server may have missed a heartbeat: Phoenix"), "{minute:?}");
    assert_eq!(codes(&lost(phoenix, &quiet, closed(1000, ""), 12)), ["close-normal"]);
}

#[test]
fn each_protocol_whose_client_must_speak_is_known_by_its_signs() {
    let (mqtt, none) = (Some("mqtt"), None);
    let kucoin = r#"{"id":"hQvf8jkno","type":"welcome"}"#;
    for (url, subprotocol, first, after, protocol) in [
        ("wss://ws.okx.com/ws/v5/public", none, "x", 31, "OKX"),
        ("wss://ws.bitget.com/v2/ws/public", none, "x", 120, "Bitget"),
        ("wss://stream.bybit.com/v5/public/spot", none, "x", 30, "Bybit"),
        ("wss://a.example/endpoint", none, kucoin, 30, "KuCoin"),
        ("wss://wbs-api.mexc.com/ws", none, "x", 60, "MEXC"),
        ("wss://api.hyperliquid.xyz/ws", none, "x", 61, "Hyperliquid"),
        ("ws://a.example/socket.io/?EIO=3", none, "x", 45, "Engine.IO 3"),
        ("wss://gateway.discord.gg/?v=10", none, "x", 45, "Discord"),
        ("wss://a.example/hub", none, "{}\u{1e}", 30, "SignalR"),
        ("wss://a.example/mqtt", mqtt, "x", 90, "MQTT"),
        ("wss://api.deepgram.com/v1/listen", none, "x", 12, "Deepgram"),
    ] {
        let mut conversation = Conversation::new(subprotocol.map(str::to_owned));
        drop(conversation.hear(&texts(&[first]), 0, Duration::ZERO));
        let found = lost(url, &conversation, LossKind::Ended, after);
        assert_eq!(codes(&found), ["heartbeat-unanswered"], "{protocol}");
        assert!(found[0].cause.contains(&format!("heartbeat: {protocol} expects")), "{}", found[0].cause);
    }
}

#[test]
fn the_welcome_of_action_cable_is_not_that_of_kucoin() {
    let mut conversation = Conversation::default();
    drop(conversation.hear(&texts(&[r#"{"type":"welcome"}"#]), 0, Duration::ZERO));
    let found = lost("wss://a.example/cable", &conversation, LossKind::Ended, 30);
    assert_eq!(codes(&found), ["closed-abnormally"]);
}

/// The code that only these tests produce.
pub fn used() -> String {
    while_open(None, &["x", "ping", "ping"])[0].code.to_string()
}
