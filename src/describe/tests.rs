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
        "reading is paused, since the input pauses before a redelivery: 1.2 kB read ahead"
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
    let tcp =
        Evidence::Tcp { tried, local: None, remote: Some(address(2)), of_proxy: false, unix_socket: None };
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

mod tls {
    use super::*;
    use crate::session::{Aspect, Certificate, CertificateCheck, Judgement, TlsVerdict};

    const UNTRUSTED: &str = "tls: failed to verify certificate: x509: …";

    /// A handshake with a certificate that the own library finds right, or in which it finds this wrong.
    fn handshake(pipeline: Option<TlsVerdict>, verdict: Option<&str>) -> TlsEvidence {
        TlsEvidence {
            anchor: verdict.is_none().then(|| "a root".to_owned()),
            chain: vec![Certificate::default()],
            pipeline,
            verdict: verdict.map(str::to_owned),
            ..TlsEvidence::default()
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "a handshake may have no verdict")]
    fn opens() -> Option<TlsVerdict> {
        Some(TlsVerdict::Opens {})
    }

    #[expect(clippy::unnecessary_wraps, reason = "a handshake may have no verdict")]
    fn fails(line: &str) -> Option<TlsVerdict> {
        Some(TlsVerdict::Fails { line: line.to_owned() })
    }

    #[expect(clippy::unnecessary_wraps, reason = "a handshake may have no verdict")]
    fn unknown() -> Option<TlsVerdict> {
        Some(TlsVerdict::Unknown { why: "it left".to_owned() })
    }

    /// What the own library thinks, without the words that each sentence begins with.
    fn own(tls: &TlsEvidence, is_ok: bool) -> (Option<bool>, String) {
        let opinion = tls_opinions(tls, is_ok).pop().expect("there is an opinion");
        let text = opinion.text.strip_prefix("Sockeye's own library ").expect("it is that of the library");
        (opinion.favours, text.to_owned())
    }

    #[test]
    fn the_pipeline_is_heard_first() {
        let pipeline = |verdict| tls_opinions(&handshake(verdict, None), true).remove(0);
        let opinion = |favours, text: &str| Opinion { favours, text: text.to_owned() };
        assert_eq!(pipeline(opens()), opinion(Some(true), "the pipeline opens"));
        assert_eq!(pipeline(fails("EOF")), opinion(Some(false), "the pipeline fails: EOF"));
        assert_eq!(pipeline(unknown()), opinion(None, "what the pipeline does is not known: it left"));
    }

    #[test]
    fn the_own_library_agrees_or_judges_otherwise() {
        let wrong = Some("is not for \"h\"");
        for (pipeline, verdict, is_ok, favours, text) in [
            (opens(), None, true, true, "agrees: the chain and the name are right"),
            (opens(), wrong, false, false, "judges otherwise: the certificate is not for \"h\""),
            (
                fails("EOF"),
                None,
                true,
                true,
                "judges otherwise: it opens, and the chain and the name are right",
            ),
            (fails(UNTRUSTED), None, false, true, "judges otherwise: the chain and the name are right"),
            (fails("EOF"), None, false, true, "trusts the server: the chain and the name are right"),
            (fails(UNTRUSTED), wrong, false, false, "agrees: the certificate is not for \"h\""),
            (unknown(), None, true, true, "trusts the server: the chain and the name are right"),
            (unknown(), wrong, false, false, "does not trust the server: the certificate is not for \"h\""),
            (None, wrong, false, false, "does not trust the server: the certificate is not for \"h\""),
        ] {
            let tls = handshake(pipeline, verdict);
            assert_eq!(own(&tls, is_ok), (Some(favours), text.to_owned()), "{tls:?}");
        }
    }

    #[test]
    fn without_verification_the_own_library_still_has_an_opinion() {
        let skipping = |pipeline, verdict| TlsEvidence { skipped: true, ..handshake(pipeline, verdict) };
        let expired = Some("expired");
        assert_eq!(
            own(&skipping(opens(), expired), true).1,
            "would not trust the server: the certificate expired"
        );
        assert_eq!(
            own(&skipping(fails("tls: failed to parse certificate from server: x509: …"), expired), true).1,
            "judges otherwise: it opens, since verification is off; the certificate expired"
        );
    }

    #[test]
    fn a_handshake_that_ended_early_is_no_opinion_on_certificates() {
        let early = |pipeline| TlsEvidence { pipeline, ..TlsEvidence::default() };
        assert_eq!(tls_opinions(&early(None), false), []);
        assert_eq!(tls_opinions(&early(unknown()), false).len(), 1);
        assert_eq!(own(&early(fails("EOF")), false).1, "agrees: its handshake failed");
        assert_eq!(own(&early(opens()), false).1, "judges otherwise: its handshake failed");
    }

    #[test]
    fn a_stage_that_ends_otherwise_in_the_pipeline_says_so() {
        let report = |tls: TlsEvidence, outcome| StageReport {
            stage: Stage::Tls,
            began: Timestamp(0),
            took: Duration::ZERO,
            outcome,
            evidence: Evidence::Tls(Box::new(TlsEvidence { version: Some("TLS 1.3".to_owned()), ..tls })),
        };
        assert_eq!(stage(&report(handshake(fails("EOF"), None), Ok(()))), "the pipeline fails · TLS 1.3");
        assert_eq!(stage(&report(handshake(unknown(), None), Ok(()))), "TLS 1.3");
        let failed = report(handshake(opens(), None), Err(failure()));
        assert_eq!(stage(&failed), "192.0.2.1:9 refused; the pipeline opens");
    }

    #[test]
    fn the_chain_is_spoken_of_only_where_the_pipeline_has_one() {
        let certificate = |in_chain, signer: &str| Certificate {
            judgement: Some(Judgement { checks: Vec::new(), in_chain, signer: signer.to_owned() }),
            ..Certificate::default()
        };
        let chain = [certificate(true, "signed by the root \"R\""), certificate(false, "")];
        assert_eq!(
            place_in_chain(&chain[0], &chain).as_deref(),
            Some("part of the chain, signed by the root \"R\"")
        );
        assert_eq!(place_in_chain(&chain[1], &chain).as_deref(), Some("not part of the chain"));
        let alone = [certificate(false, "signed by nobody at hand")];
        assert_eq!(place_in_chain(&alone[0], &alone).as_deref(), Some("signed by nobody at hand"));
        assert_eq!(place_in_chain(&Certificate::default(), &chain), None);
    }

    #[test]
    fn checks_break_into_rows_between_two_of_them() {
        let aspects = [Aspect::Parsing, Aspect::Dates, Aspect::Name, Aspect::Trust];
        let checks = aspects.map(|aspect| CertificateCheck { aspect, fault: None });
        let lengths = |cells| check_rows(&checks, cells).iter().map(|row| row.len()).collect::<Vec<_>>();
        // ✓ read  ✓ dates  ✓ name      ✓ trust
        assert_eq!(lengths(36), [4]);
        assert_eq!(lengths(35), [3, 1]);
        assert_eq!(lengths(15), [2, 1, 1]);
        assert_eq!(lengths(0), [1, 1, 1, 1]);
        assert!(check_rows(&[], 80).is_empty());
    }
}
