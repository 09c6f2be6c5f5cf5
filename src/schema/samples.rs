//! One event of each shape. The examples in `assets/events.md` are made of these, and the tests hold the
//! document to the code.

use std::{collections::BTreeSet, time::Duration};

use bytes::Bytes;
use serde_json::Value;

use crate::{
    ack::{AckMode, Stages},
    session::*,
};

use super::{body, kind_of, read_event, write_event};

const DOCUMENT: &str = include_str!("../../assets/events.md");
const NOON: Timestamp = Timestamp(1_767_323_045_987_123);

fn active(text: &str) -> ActiveAckMode {
    let ack_mode = AckMode::parse(text).expect("an ack mode");
    ActiveAckMode::of(&ack_mode, ack_mode.width(&Stages::default()))
}

fn refused() -> Failure {
    Failure {
        stage: Stage::Tcp,
        kind: FailureKind::Refused,
        message: "connection refused by 127.0.0.1:9".to_owned(),
        sources: vec!["Connection refused (os error 111)".to_owned()],
    }
}

fn tcp(outcome: Result<(), Failure>) -> EventKind {
    let address = "127.0.0.1:9".parse().expect("an address");
    let error = outcome.is_err().then(|| "connection refused".to_owned());
    EventKind::StageEnded(Box::new(StageReport {
        stage: Stage::Tcp,
        began: NOON,
        took: Duration::from_micros(412),
        evidence: Evidence::Tcp {
            tried: vec![Tried { address, took_us: 398, error }],
            local: outcome.is_ok().then(|| "127.0.0.1:41234".parse().expect("an address")),
            remote: outcome.is_ok().then_some(address),
            of_proxy: false,
            unix_socket: None,
        },
        outcome,
    }))
}

/// A handshake that was completed here, and that the pipeline does not complete.
fn tls() -> EventKind {
    let fault = "x509: certificate signed by unknown authority".to_owned();
    let certificate = Certificate {
        subject: "CN=feed.example".to_owned(),
        issuer: "CN=Example Root".to_owned(),
        names: vec!["feed.example".to_owned()],
        not_before: NOON,
        not_after: NOON.plus(Duration::from_hours(24)),
        key: "EC P-256".to_owned(),
        signature: "ECDSA-SHA256".to_owned(),
        sha256: "9f86d081".to_owned(),
        ca: false,
        self_issued: false,
        pem: "-----BEGIN CERTIFICATE-----".to_owned(),
        judgement: Some(Judgement {
            checks: vec![
                CertificateCheck { aspect: Aspect::Parsing, fault: None },
                CertificateCheck { aspect: Aspect::Trust, fault: Some(fault.clone()) },
            ],
            in_chain: false,
            signer: "signed by the root \"Example Root\"".to_owned(),
        }),
    };
    let line = format!("tls: failed to verify certificate: {fault}");
    let evidence = TlsEvidence {
        server_name: Some("feed.example".to_owned()),
        version: Some("TLS 1.3".to_owned()),
        suite: Some("TLS13_AES_256_GCM_SHA384".to_owned()),
        group: Some("X25519".to_owned()),
        trust: "tls.root_cas_file ca.pem (1 certificate)".to_owned(),
        chain: vec![certificate],
        pipeline: Some(TlsVerdict::Fails { line }),
        ..TlsEvidence::default()
    };
    EventKind::StageEnded(Box::new(StageReport {
        stage: Stage::Tls,
        began: NOON,
        took: Duration::from_micros(30_800),
        outcome: Ok(()),
        evidence: Evidence::Tls(Box::new(evidence)),
    }))
}

fn messages(parts: &[(Kind, &[u8], u32)]) -> EventKind {
    let mut bytes = Vec::new();
    let spans = parts.iter().map(|&(kind, payload, frames)| {
        let start = u32::try_from(bytes.len()).expect("small");
        bytes.extend_from_slice(payload);
        let len = u32::try_from(payload.len()).expect("small");
        let valid = kind == Kind::Binary || std::str::from_utf8(payload).is_ok();
        Span { start, len, kind, valid, frames, wire: None }
    });
    let spans = spans.collect();
    let run = Run { bytes: Bytes::from(bytes), spans };
    EventKind::Messages(Batch { first: MessageId(18_231), run, verdict: Verdict::Acked })
}

fn finding() -> Finding {
    Finding {
        field: None,
        code: FindingCode::TcpRefused,
        severity: Severity::Error,
        title: "nothing listens there".to_owned(),
        cause: "the host is there and answered that the port is closed".to_owned(),
        evidence: vec!["127.0.0.1:9: connection refused".to_owned()],
        fixes: vec![Fix {
            title: "use the port of the scheme".to_owned(),
            yaml: String::new(),
            file: None,
            edits: vec![Edit { path: "url".to_owned(), value: "ws://127.0.0.1/".to_owned() }],
        }],
    }
}

fn opened() -> Opened {
    Opened {
        remote: Some("127.0.0.1:9".parse().expect("an address")),
        tls: None,
        subprotocol: None,
        extension: None,
        took: Duration::from_micros(1_902),
    }
}

fn closed() -> Lost {
    let frame = CloseFrame { code: Some(1011), reason: "out of memory".to_owned() };
    Lost {
        kind: LossKind::Closed { by: Side::Server, frame },
        open_for: Duration::from_millis(60_004),
        messages: 812,
        message: "the server closed with 1011 (internal error): out of memory".to_owned(),
    }
}

fn control(direction: Direction, kind: ControlKind) -> EventKind {
    EventKind::Control(Control { direction, kind })
}

fn samples() -> Vec<EventKind> {
    let payload = Bytes::from_static(b"k1");
    let delivery = Delivery { attempt: 2, verdict: Verdict::Pending };
    vec![
        EventKind::Connecting { url: "ws://127.0.0.1:9/ticks".to_owned() },
        EventKind::StageStarted(Stage::Tcp),
        tcp(Ok(())),
        tcp(Err(refused())),
        tls(),
        EventKind::Opened(Box::new(opened())),
        EventKind::Answered(Answered { status: 401, reason: "Unauthorized".to_owned() }),
        messages(&[
            (Kind::Text, br#"{"price":"9.50"}"#, 1),
            (Kind::Binary, &[0, 1, 254, 255], 3),
            (Kind::Text, b"caf\xe9", 1),
        ]),
        control(Direction::In, ControlKind::Ping(payload.clone())),
        control(
            Direction::In,
            ControlKind::Pong { payload, round_trip: Some(Duration::from_micros(31_250)) },
        ),
        control(
            Direction::In,
            ControlKind::Close(CloseFrame { code: Some(1011), reason: "out of memory".to_owned() }),
        ),
        EventKind::Sent(Sent {
            kind: Kind::Text,
            payload: Bytes::from_static(b"{\"subscribe\":\"ticks\"}"),
            opening: true,
        }),
        EventKind::Delivery(DeliveryUpdate { id: MessageId(18_231), delivery, recalled: true }.into()),
        EventKind::Lost(Box::new(closed())),
        EventKind::Failed(Box::new(refused())),
        EventKind::RetryIn(RetryIn {
            failures: 1,
            left: None,
            without_message: 0,
            delay: Duration::from_millis(642),
        }),
        EventKind::RetryIn(RetryIn {
            failures: 0,
            left: None,
            without_message: 4,
            delay: Duration::from_millis(800),
        }),
        EventKind::Finding(Box::new(finding())),
        EventKind::Pipeline(PipelineLine {
            level: Level::Error,
            text: "Failed to connect to websocket: dial tcp 127.0.0.1:9: connect: connection refused"
                .to_owned(),
        }),
        EventKind::AckMode(active("reject 30% delay:50ms in-flight:4 threads:2")),
        EventKind::Whereabouts(Box::new(Whereabouts {
            output: [MessageId(42)].into_iter().collect(),
            offered: [MessageId(43)].into_iter().collect(),
            ..Whereabouts::default()
        })),
        EventKind::ReplayWaits(ReplayWaits {
            id: MessageId(42),
            attempt: 4,
            delay: Duration::from_millis(612),
        }),
        EventKind::ReadingPaused { why: Pause::InFlight, read_ahead: 262_144 },
        EventKind::BackPressure(BackPressure {
            paused: Duration::from_millis(850),
            read_ahead: 262_144,
            unread: Some(2_097_152),
        }),
        EventKind::ReadingResumed { after: Duration::from_millis(1_250) },
        EventKind::TcpLine(TcpLine {
            unacknowledged: 6,
            retransmits: 4,
            probes: 0,
            last_ack: Duration::from_millis(9_200),
            round_trip: Duration::from_millis(24),
        }),
        EventKind::Refused { command: "send".into(), message: "the connection is not open".to_owned() },
        EventKind::Ended(Ended { why: End::Stopped, messages: 812, connections: 1, during: None }),
        EventKind::Ended(Ended { why: End::Stopped, messages: 0, connections: 1, during: Some(Stage::Tls) }),
        EventKind::Ended(Ended { why: End::NotRetried, messages: 812, connections: 1, during: None }),
        EventKind::Ended(Ended {
            why: End::RetriesExhausted { retries: 3, last: Box::new(refused()) },
            messages: 0,
            connections: 4,
            during: None,
        }),
    ]
}

#[test]
fn every_event_but_messages_is_read_back_unchanged() {
    for kind in samples().into_iter().filter(|kind| !matches!(kind, EventKind::Messages(_))) {
        let event = Event { at: NOON, connection: ConnectionId(3), kind };
        let body = body(&event);
        let read = read_event(kind_of(&event.kind), &body);
        assert_eq!(read.expect("it was written"), event.kind, "{body}");
    }
}

fn judged(pipeline: TlsVerdict) -> TlsEvidence {
    let certificate = Certificate {
        subject: "feed.example".to_owned(),
        names: vec!["feed.example".to_owned()],
        not_before: NOON,
        not_after: NOON.plus(Duration::from_hours(24)),
        judgement: Some(Judgement {
            checks: vec![
                CertificateCheck { aspect: Aspect::Parsing, fault: None },
                CertificateCheck { aspect: Aspect::Name, fault: Some("x509: …".to_owned()) },
            ],
            in_chain: true,
            signer: "signed by certificate 1".to_owned(),
        }),
        ..Certificate::default()
    };
    TlsEvidence {
        chain: vec![certificate],
        pipeline: Some(pipeline),
        version: Some("TLS 1.3".to_owned()),
        ..TlsEvidence::default()
    }
}

fn refused_with_a_token() -> Exchange {
    let response =
        Response { status: 401, headers: vec![("A".to_owned(), "b".to_owned())], ..Response::default() };
    let token = AuthMethod::Jwt {
        signing_method: "EdDSA".to_owned(),
        header: "{}".to_owned(),
        claims: "{}".to_owned(),
        exp: Some(1_900_000_000),
        nbf: None,
        iat: None,
        alg_overridden: false,
    };
    Exchange {
        auth: vec![
            AuthEvidence { method: AuthMethod::Basic { username: "me".to_owned() }, replaced: true },
            AuthEvidence { method: token, replaced: false },
        ],
        extension: Some("permessage-deflate".to_owned()),
        request: "GET / HTTP/1.1".to_owned(),
        renegotiations: 1,
        response: Some(response),
        unread: vec![0, 255],
        unread_size: 2,
    }
}

#[test]
fn every_evidence_is_read_back_unchanged() {
    let (tls, exchange) = (judged(TlsVerdict::Fails { line: "EOF".to_owned() }), refused_with_a_token());
    let addresses = vec!["127.0.0.1".parse().expect("an address")];
    let sent = vec![OpenSent { kind: Kind::Text, size: 12 }];
    let proxy = "http://•••@proxy.example:3128".to_owned();
    let by = "HTTPS_PROXY".to_owned();
    let route = Some(Route { proxy: Some(proxy.clone()), by: by.clone() });
    let socks = ProxyEvidence {
        socks: Some(SocksReply::NotSocks),
        unread: b"HTTP/1.1".to_vec(),
        ..ProxyEvidence::default()
    };
    let connect = ProxyEvidence {
        url: proxy,
        by,
        target: "feed.example:443".to_owned(),
        tls: Some(Box::new(tls.clone())),
        exchange: Some(Box::new(exchange.clone())),
        ..ProxyEvidence::default()
    };
    let tcp =
        Evidence::Tcp { tried: Vec::new(), local: None, remote: None, of_proxy: true, unix_socket: None };
    for (stage, evidence) in [
        (Stage::Lookup, Evidence::Lookup { host: "proxy.example".to_owned(), addresses, route }),
        (Stage::Tcp, tcp),
        (Stage::Proxy, Evidence::Proxy(Box::new(connect))),
        (Stage::Proxy, Evidence::Proxy(Box::new(socks))),
        (Stage::Tls, Evidence::Tls(Box::new(tls))),
        (Stage::Tls, Evidence::Tls(Box::new(judged(TlsVerdict::Opens {})))),
        (Stage::Tls, Evidence::Tls(Box::new(judged(TlsVerdict::Unknown { why: "It left.".to_owned() })))),
        (Stage::Upgrade, Evidence::Upgrade(Box::new(exchange))),
        (Stage::Open, Evidence::Open { sent }),
        (Stage::First, Evidence::Nothing {}),
    ] {
        let report =
            StageReport { stage, began: NOON, took: Duration::from_micros(7), outcome: Ok(()), evidence };
        let kind = EventKind::StageEnded(Box::new(report));
        let body = body(&Event { at: NOON, connection: ConnectionId(1), kind: kind.clone() });
        assert_eq!(read_event("stage", &body).expect("it was written"), kind, "{body}");
    }
}

#[test]
fn every_failure_of_a_proxy_is_read_back_unchanged() {
    let kinds = [
        FailureKind::ProxyNotFound,
        FailureKind::ProxyUrl { scheme: Some("ftp".to_owned()) },
        FailureKind::ProxyUrl { scheme: None },
        FailureKind::Socks { reply: SocksReply::HostUnreachable },
    ];
    for kind in kinds {
        let kind = EventKind::Failed(Box::new(Failure { stage: Stage::Proxy, kind, ..refused() }));
        let body = body(&Event { at: NOON, connection: ConnectionId(1), kind: kind.clone() });
        assert_eq!(read_event("failed", &body).expect("it was written"), kind, "{body}");
    }
}

fn lines() -> Vec<String> {
    let mut out = Vec::new();
    for kind in samples() {
        write_event(&mut out, &Event { at: NOON, connection: ConnectionId(3), kind });
    }
    String::from_utf8(out).expect("lines are UTF-8").lines().map(str::to_owned).collect()
}

#[test]
fn the_document_shows_exactly_the_lines_that_the_code_writes() {
    let documented: Vec<&str> = DOCUMENT.lines().filter(|line| line.starts_with("{\"v\":")).collect();
    assert_eq!(documented, lines(), "assets/events.md should hold:\n{}", lines().join("\n"));
}

#[test]
fn every_field_of_every_kind_is_explained_in_the_section_of_its_kind() {
    let common = BTreeSet::from(["v", "kind", "at", "connection"]);
    for line in lines() {
        let line: Value = serde_json::from_str(&line).expect("a line is JSON");
        let kind = line["kind"].as_str().expect("a line has a kind");
        let section = DOCUMENT.split("\n## ").find(|section| section.starts_with(&format!("`{kind}`")));
        let section = section.unwrap_or_else(|| panic!("assets/events.md has no section on {kind}"));
        for field in line.as_object().expect("a line is an object").keys() {
            let explained = common.contains(field.as_str()) || section.contains(&format!("| `{field}` |"));
            assert!(explained, "{field} of {kind} is not explained");
        }
    }
}

#[test]
fn every_line_starts_with_the_common_fields() {
    for line in lines() {
        assert!(line.starts_with(r#"{"v":1,"kind":""#), "{line}");
        assert!(line.contains(r#","at":"2026-01-02T03:04:05.987123Z","connection":3"#), "{line}");
    }
}

mod payloads {
    use base64::{Engine as _, prelude::BASE64_STANDARD};
    use proptest::prelude::*;
    use serde_json::value::RawValue;

    use super::{super::*, *};

    /// The members of a line that hold a payload.
    #[derive(serde::Deserialize)]
    struct Payload {
        #[serde(default)]
        json: Option<Box<RawValue>>,
        text: Option<String>,
        base64: Option<String>,
    }

    fn read_back(line: &str) -> Vec<u8> {
        // `null` is a payload too.
        let json = line.contains(",\"json\":null}").then(|| b"null".to_vec());
        let payload: Payload = serde_json::from_str(line).expect("a line is JSON");
        match (json.or_else(|| payload.json.map(|json| json.get().into())), payload.text, payload.base64) {
            (Some(json), None, None) => json,
            (None, Some(text), None) => text.into_bytes(),
            (None, None, Some(base64)) => BASE64_STANDARD.decode(base64).expect("base64"),
            _ => panic!("a message has one of json, text and base64: {line}"),
        }
    }

    fn written(verbatim: Verbatim, kind: Kind, payload: &[u8]) -> String {
        let mut out = Vec::new();
        let mut lines = MessageLines::new(NOON, ConnectionId(1), Delivery::first(Verdict::Acked), verbatim);
        let valid = kind == Kind::Binary || str::from_utf8(payload).is_ok();
        lines.write(&mut out, &Message { id: MessageId(7), kind, payload, valid, frames: 1, wire: None });
        let line = String::from_utf8(out).expect("lines are UTF-8");
        let (_, form) = line.split_once("\"attempt\":1,").expect("a line of a message");
        form.to_owned()
    }

    #[test]
    fn a_payload_has_the_form_that_a_reader_can_use() {
        use Kind::{Binary, Text};
        use Verbatim::{Always, Never};
        for (verbatim, kind, payload, form) in [
            (Always, Text, &br#"{"price": 9.50}"#[..], "\"json\":{\"price\": 9.50}}\n"),
            (Always, Text, b"[1, 2]", "\"json\":[1, 2]}\n"),
            (Always, Text, b"12.50", "\"text\":\"12.50\"}\n"),
            (Always, Text, b"null", "\"text\":\"null\"}\n"),
            (Always, Text, b"", "\"text\":\"\"}\n"),
            (Always, Text, b"tick 9.50", "\"text\":\"tick 9.50\"}\n"),
            (Always, Text, b"{\"a\":1}\n", "\"text\":\"{\\\"a\\\":1}\\n\"}\n"),
            (Always, Text, b"{\"a\":1,\"a\":2}", "\"text\":\"{\\\"a\\\":1,\\\"a\\\":2}\"}\n"),
            (Always, Text, b"\"\x7f\"", "\"text\":\"\\\"\\u007f\\\"\"}\n"),
            (Always, Text, b"caf\xe9", "\"valid\":false,\"base64\":\"Y2Fm6Q==\"}\n"),
            (Always, Binary, br#"{"a":1}"#, "\"base64\":\"eyJhIjoxfQ==\"}\n"),
            (Always, Binary, b"{\"a\":\"\xe9\"}", "\"base64\":\"eyJhIjoi6SJ9\"}\n"),
            (Always, Binary, b"7", "\"base64\":\"Nw==\"}\n"),
            (Never, Text, b"{\"a\":1}", "\"text\":\"{\\\"a\\\":1}\"}\n"),
            (Never, Binary, b"{}", "\"base64\":\"e30=\"}\n"),
            (Always, Text, "[\"\u{202e}\"]".as_bytes(), "\"text\":\"[\\\"\u{202e}\\\"]\"}\n"),
        ] {
            assert_eq!(
                written(verbatim, kind, payload),
                form,
                "{verbatim:?} {:?}",
                String::from_utf8_lossy(payload)
            );
        }
    }

    #[test]
    fn the_head_of_a_line_counts_on_and_follows_what_changes() {
        let mut lines =
            MessageLines::new(NOON, ConnectionId(1), Delivery::first(Verdict::Acked), Verbatim::Always);
        let mut ids = (8..12).chain([99, 100, 1_000, 7]);
        let payloads = [&b"ab"[..], b"ab", b"{}", b"ab", b"abc", b"abc", b"ab", b"ab"];
        let mut out = Vec::new();
        for payload in payloads {
            let id = MessageId(ids.next().expect("as many"));
            lines.write(
                &mut out,
                &Message { id, kind: Kind::Text, payload, valid: true, frames: 1, wire: None },
            );
        }
        let text = String::from_utf8(out).expect("lines are UTF-8");
        let told: Vec<_> = text
            .lines()
            .map(|line| {
                let read: Value = serde_json::from_str(line).expect("a line is JSON");
                (read["id"].as_u64().expect("an id"), read["size"].as_u64().expect("a size"), read_back(line))
            })
            .collect();
        let expected: Vec<_> = (8..12)
            .chain([99, 100, 1_000, 7])
            .zip(payloads)
            .map(|(id, payload)| (id, payload.len() as u64, payload.to_vec()))
            .collect();
        assert_eq!(told, expected);
    }

    proptest! {
        #[test]
        fn every_payload_is_read_back_byte_for_byte(
            parts in prop::collection::vec(
                (any::<bool>(), prop_oneof![
                    prop::collection::vec(any::<u8>(), 0..64),
                    "(\\PC|[\"\\\\]|\\p{Cc}|[ -~]{1,12}){0,40}".prop_map(String::into_bytes),
                    "[\\[{]?(\"[a-z]{0,3}\"|[0-9]{1,3}|[,: ]){0,9}[\\]}]?".prop_map(String::into_bytes),
                    any::<String>().prop_map(|text| serde_json::json!({ "text": text, "price": 9.5 }).to_string().into_bytes()),
                ], 1..4_u32),
                1..6,
            ),
        ) {
            let kind = |text| if text { Kind::Text } else { Kind::Binary };
            let borrowed: Vec<_> =
                parts.iter().map(|(text, payload, frames)| (kind(*text), payload.as_slice(), *frames)).collect();
            let mut out = Vec::new();
            write_event(&mut out, &Event { at: NOON, connection: ConnectionId(1), kind: messages(&borrowed) });
            let text = String::from_utf8(out).expect("lines are UTF-8");
            prop_assert_eq!(text.lines().count(), parts.len());
            for (line, (nth, (is_text, payload, frames))) in text.lines().zip((0_u64..).zip(&parts)) {
                prop_assert!(!line.chars().any(char::is_control));
                prop_assert_eq!(&read_back(line), payload);
                let line: Value = serde_json::from_str(line).expect("a line is JSON");
                prop_assert_eq!(line["id"].as_u64(), Some(18_231 + nth));
                prop_assert_eq!(line["size"].as_u64(), Some(payload.len() as u64));
                prop_assert_eq!(line["frames"].as_u64().unwrap_or(1), u64::from(*frames));
                let valid = !is_text || std::str::from_utf8(payload).is_ok();
                prop_assert_eq!(line["valid"].as_bool().unwrap_or(true), valid);
            }
        }
    }
}
