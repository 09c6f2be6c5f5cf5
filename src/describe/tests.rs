//! The sentences as people read them.

use std::time::Duration;

use super::*;
use crate::session::{
    CloseFrame, ConnectionId, Delivery, DeliveryUpdate, Direction, End, Ended, Evidence, Failure,
    FailureKind, Kind, LossKind, Lost, MessageId, OpenSent, Opened, Pause, RetryIn, Sent, Side, Stage,
    StageReport, Timestamp, TlsEvidence, Tried, Verdict,
};

const SECOND: ConnectionId = ConnectionId(2);

fn failure() -> Failure {
    Failure {
        stage: Stage::Tcp,
        kind: FailureKind::Refused,
        message: "192.0.2.1:9 refused".to_owned(),
        sources: Vec::new(),
    }
}

#[test]
fn a_connection_is_told_from_its_beginning_to_its_end() {
    let opened = Opened {
        remote: Some(([192, 0, 2, 1], 443).into()),
        tls: Some("TLS 1.3".to_owned()),
        subprotocol: None,
        extension: None,
        took: Duration::from_millis(84),
    };
    let lost = Lost {
        kind: LossKind::Closed { by: Side::Server, frame: CloseFrame::default() },
        open_for: Duration::from_secs(61),
        messages: 1,
        message: "the server closed with 1001 (going away)".to_owned(),
    };
    assert_eq!(connecting(ConnectionId(1), "ws://h/"), "connecting to ws://h/");
    assert_eq!(connecting(SECOND, "ws://h/"), "connection 2: connecting to ws://h/");
    assert_eq!(super::opened(SECOND, &opened), "connection 2 opened in 84 ms, 192.0.2.1:443, TLS 1.3");
    assert_eq!(opened_in_short(&opened), "opened in 84 ms");
    assert_eq!(
        super::lost(SECOND, &lost),
        "the server closed with 1001 (going away); connection 2 was open for 1 min 1 s and received 1 message"
    );
    assert_eq!(lost_in_short(&lost), "the server closed with 1001 (going away), after 1 min 1 s");
    assert_eq!(failed(SECOND, &failure()), "connection 2 failed at tcp: 192.0.2.1:9 refused");
}

#[test]
fn a_retry_says_how_many_more_there_may_be() {
    let told = |failures, left, without_message| {
        retry(&RetryIn { failures, left, without_message, delay: Duration::from_secs(1) })
    };
    assert_eq!(told(1, None, 0), "next connection in 1 s");
    assert_eq!(told(1, Some(3), 0), "next connection in 1 s, 3 more allowed after it");
    assert_eq!(told(1, Some(0), 0), "next connection in 1 s, the last one allowed");
    assert_eq!(told(0, Some(0), 0), "next connection in 1 s", "after a loss it is made in any case");
    assert_eq!(
        told(0, None, 4),
        "next connection in 1 s (4 connections in a row received no message, so the pause grows)"
    );
}

#[test]
fn the_end_of_a_session_says_why_and_what_it_brought() {
    let told = |why, during| ended(&Ended { why, messages: 1_204, connections: 2, during });
    let last = || Box::new(failure());
    assert_eq!(told(End::Stopped, None), "stopped as asked; 1,204 messages in 2 connections");
    assert_eq!(
        told(End::Stopped, Some(Stage::Tls)),
        "stopped as asked during tls; 1,204 messages in 2 connections"
    );
    for why in [End::NotRetried, End::RetriesExhausted { retries: 0, last: last() }] {
        assert_eq!(told(why, None), "ended, not retried; 1,204 messages in 2 connections");
    }
    assert_eq!(
        told(End::RetriesExhausted { retries: 1, last: last() }, None),
        "gave up after 1 retry; 1,204 messages in 2 connections"
    );
}

#[test]
fn messages_and_frames_are_told_with_what_became_of_them() {
    let frame = |code, reason: &str| CloseFrame { code, reason: reason.to_owned() };
    assert_eq!(close(&frame(Some(1001), "bye")), "1001 bye");
    assert_eq!(close_frame(Direction::In, &frame(None, "")), "received a close frame: without a code");
    assert_eq!(close_frame(Direction::Out, &frame(Some(1000), "")), "sent a close frame: 1000");
    let one = Sent { kind: Kind::Text, payload: "subscribe".into(), opening: true };
    assert_eq!(sent(&one), "sent a text opening message of 9 B");
    let of = |attempt, verdict| Delivery { attempt, verdict };
    assert_eq!(delivery(of(1, Verdict::Nacked)), "nacked");
    assert_eq!(delivery(of(3, Verdict::Acked)), "acked · attempt 3");
    let told =
        |verdict| recalled(&DeliveryUpdate { id: MessageId(7), delivery: of(1, verdict), recalled: true });
    assert_eq!(told(Verdict::Dropped), "message 7 was nacked after all and dropped (attempt 1)");
    assert_eq!(told(Verdict::Acked), "the nack of message 7 was undone (attempt 1)");
}

#[test]
fn a_socket_that_is_not_read_has_a_reason() {
    assert_eq!(
        paused(Pause::Replay, 1_200),
        "reading is paused, since a nacked message waits for redelivery: 1.2 kB read ahead"
    );
    assert_eq!(paused_in_short(1_200), "reading is paused: 1.2 kB read ahead");
    assert_eq!(resumed(Duration::from_millis(1_240)), "reading resumed after 1.2 s");
}

#[test]
fn a_stage_says_what_it_saw_in_full_and_in_short() {
    let address = |last| ([192, 0, 2, last], 443).into();
    let report = |evidence| StageReport {
        stage: Stage::Tcp,
        began: Timestamp(0),
        took: Duration::ZERO,
        outcome: Ok(()),
        evidence,
    };
    let tried = vec![
        Tried { address: address(1), error: Some("refused".to_owned()), took_us: 1 },
        Tried { address: address(2), error: None, took_us: 1 },
    ];
    let tcp = Evidence::Tcp { tried, local: None, remote: Some(address(2)), of_proxy: false };
    assert_eq!(stage_in_short(&tcp), "192.0.2.2:443, after 1 that did not answer");
    assert_eq!(stage(&report(tcp)), "192.0.2.2:443; not 192.0.2.1:443: refused");
    let lookup = |host: &str| Evidence::Lookup {
        host: host.to_owned(),
        addresses: vec![std::net::IpAddr::from([192, 0, 2, 1])],
        route: None,
    };
    assert_eq!(stage_in_short(&lookup("192.0.2.1")), "192.0.2.1");
    assert_eq!(stage_in_short(&lookup("feed.example")), "feed.example → 192.0.2.1");
    let tls = TlsEvidence { version: Some("TLS 1.3".to_owned()), skipped: true, ..TlsEvidence::default() };
    assert_eq!(stage_in_short(&Evidence::Tls(Box::new(tls))), "TLS 1.3 · not verified");
    let open = Evidence::Open { sent: vec![OpenSent { kind: Kind::Text, size: 9 }] };
    assert_eq!(stage(&report(open)), "1 opening message sent, 9 B");
}
