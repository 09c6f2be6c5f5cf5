//! What the pipeline makes of a server's TLS, on the screen of the connections.

use sockeye::{
    app::App,
    session::{
        Aspect, Certificate, CertificateCheck, Event, EventKind, Evidence, Failure, FailureKind, Judgement,
        Stage, StageReport, Timestamp, TlsEvidence, TlsVerdict,
    },
};

use super::{press, screen, snapshots, story::*, update};

const EXPIRED: &str = "x509: certificate has expired or is not yet valid: current time 2026-01-02T12:00:00Z is after \
                       2025-11-03T00:00:00Z";

fn day(days: i64) -> Timestamp {
    Timestamp(NOON.0 + days * 86_400_000_000)
}

/// What the pipeline says of a certificate in which it finds these faults.
fn judged(aspects: &[Aspect], faults: &[(Aspect, &str)], in_chain: bool, signer: &str) -> Judgement {
    let fault = |aspect| faults.iter().find(|(of, _)| *of == aspect).map(|(_, fault)| (*fault).to_owned());
    let checks = aspects.iter().map(|&aspect| CertificateCheck { aspect, fault: fault(aspect) }).collect();
    Judgement { checks, in_chain, signer: signer.to_owned() }
}

const OF_SERVER: &[Aspect] =
    &[Aspect::Parsing, Aspect::Extensions, Aspect::Dates, Aspect::Name, Aspect::Usage, Aspect::Trust];
const OF_ISSUER: &[Aspect] =
    &[Aspect::Parsing, Aspect::Extensions, Aspect::Dates, Aspect::Authority, Aspect::Usage, Aspect::Trust];

fn leaf() -> Certificate {
    Certificate {
        subject: "CN=feed.example".to_owned(),
        issuer: "C=CZ, O=Example, CN=Example Intermediate 3".to_owned(),
        names: vec!["feed.example".to_owned(), "*.feed.example".to_owned()],
        not_before: day(-29),
        not_after: day(61),
        key: "EC P-256".to_owned(),
        signature: "ECDSA-SHA256".to_owned(),
        sha256: "3f1c0a".repeat(10) + "77e2",
        judgement: Some(judged(OF_SERVER, &[], true, "signed by certificate 1")),
        ..Certificate::default()
    }
}

fn intermediate() -> Certificate {
    Certificate {
        subject: "C=CZ, O=Example, CN=Example Intermediate 3".to_owned(),
        issuer: "C=CZ, O=Example, CN=Example Root".to_owned(),
        names: Vec::new(),
        not_before: day(-700),
        not_after: day(1_100),
        key: "RSA 4096".to_owned(),
        signature: "RSA-SHA256".to_owned(),
        sha256: "b02d5e".repeat(10) + "90aa",
        ca: true,
        judgement: Some(judged(OF_ISSUER, &[], true, "signed by the root \"Example Root\"")),
        ..Certificate::default()
    }
}

/// A handshake that both this program and the pipeline complete.
fn opening() -> TlsEvidence {
    let anchor =
        "certificate 1 is signed by \"C=CZ, O=Example, CN=Example Root\", found in 145 roots of this system";
    TlsEvidence {
        anchor: Some(anchor.to_owned()),
        chain: vec![leaf(), intermediate()],
        pipeline: Some(TlsVerdict::Opens {}),
        ..tls()
    }
}

fn failing_with(fault: &str) -> TlsVerdict {
    TlsVerdict::Fails { line: format!("tls: failed to verify certificate: {fault}") }
}

/// A root that expired, which only the pipeline minds.
fn expired_root() -> TlsEvidence {
    let by_two = "signed by the root \"Example Root\"";
    TlsEvidence {
        chain: vec![
            Certificate {
                judgement: Some(judged(OF_SERVER, &[], false, "signed by certificate 1")),
                ..leaf()
            },
            Certificate {
                judgement: Some(judged(OF_ISSUER, &[(Aspect::Trust, EXPIRED)], false, by_two)),
                ..intermediate()
            },
        ],
        pipeline: Some(failing_with(EXPIRED)),
        ..opening()
    }
}

/// A certificate that no chain needs, and that the pipeline cannot read.
fn unparsable() -> TlsEvidence {
    let fault = "x509: negative serial number";
    let read = &[Aspect::Parsing];
    let extra = Certificate {
        subject: "(unreadable)".to_owned(),
        sha256: "c41177".repeat(10) + "0d0d",
        judgement: Some(judged(read, &[(Aspect::Parsing, fault)], false, "")),
        ..Certificate::default()
    };
    TlsEvidence {
        chain: vec![
            Certificate { judgement: Some(judged(read, &[], false, "")), ..leaf() },
            Certificate { judgement: Some(judged(read, &[], false, "")), ..intermediate() },
            extra,
        ],
        pipeline: Some(TlsVerdict::Fails {
            line: format!("tls: failed to parse certificate from server: {fault}"),
        }),
        ..opening()
    }
}

/// A server for another name, to which verification is off.
fn skipping() -> TlsEvidence {
    let fault = "x509: certificate is valid for other.example, not feed.example";
    let other = Certificate {
        subject: "CN=other.example".to_owned(),
        names: vec!["other.example".to_owned()],
        judgement: Some(judged(OF_SERVER, &[(Aspect::Name, fault)], false, "signed by certificate 1")),
        ..leaf()
    };
    let judgement = Some(judged(OF_ISSUER, &[], false, "signed by the root \"Example Root\""));
    TlsEvidence {
        anchor: None,
        chain: vec![other, Certificate { judgement, ..intermediate() }],
        verdict: Some("is not valid for \"feed.example\", only for other.example".to_owned()),
        skipped: true,
        ..opening()
    }
}

/// The screen of a connection that opened with this handshake, from its TLS on.
fn opened_with(tls: &TlsEvidence) -> App {
    let mut app = app();
    let mut events = opened(1, 0);
    for Event { kind, .. } in &mut events {
        if let EventKind::StageEnded(report) = kind
            && let StageReport { stage: Stage::Tls, evidence, .. } = &mut **report
        {
            *evidence = Evidence::Tls(Box::new(tls.clone()));
        }
    }
    tell(&mut app, events);
    update(&mut app, sockeye::app::Input::Tick(after(200)));
    press(&mut app, "3<tab>jjjjjj");
    app
}

/// The same of one that failed in this handshake.
fn failed_with(tls: &TlsEvidence, message: &str) -> App {
    let mut app = app();
    let failure = Failure {
        stage: Stage::Tls,
        kind: FailureKind::CertInvalid,
        message: message.to_owned(),
        sources: Vec::new(),
    };
    let evidence = Evidence::Tls(Box::new(tls.clone()));
    let mut events = tried_address(1, 0);
    events.push(event(61, 1, report(Stage::Tls, 30, 30_800, Err(failure.clone()), evidence)));
    events.push(event(61, 1, EventKind::Failed(Box::new(failure))));
    tell(&mut app, events);
    press(&mut app, "3<tab>");
    app
}

#[test]
fn a_chain_that_the_pipeline_takes_is_shown_with_all_that_it_checked() {
    snapshots("tls-opens", &mut opened_with(&opening()));
}

#[test]
fn an_expired_root_opens_here_and_fails_in_the_pipeline() {
    let mut app = opened_with(&expired_root());
    snapshots("tls-expired-root", &mut app);
    press(&mut app, "gggg");
    let drawn = screen(&mut app, (120, 40));
    assert!(drawn.contains("✓ tls      the pipeline fails · TLS 1.3"), "{drawn}");
}

#[test]
fn a_certificate_that_the_pipeline_cannot_read_ends_its_handshake() {
    snapshots("tls-unparsable", &mut opened_with(&unparsable()));
}

#[test]
fn what_the_pipeline_does_is_not_guessed() {
    let why =
        "the server chose what the pipeline does not offer, and another answer to its own hello is possible.";
    let unknown = TlsEvidence { pipeline: Some(TlsVerdict::Unknown { why: why.to_owned() }), ..opening() };
    snapshots("tls-unknown", &mut opened_with(&unknown));
}

#[test]
fn without_verification_both_opinions_are_shown_all_the_same() {
    snapshots("tls-skipped", &mut opened_with(&skipping()));
}

#[test]
fn a_server_that_only_the_pipeline_takes_says_so_where_it_failed() {
    let verdict = Some("cannot be used: UnsupportedCertVersion".to_owned());
    let tls = TlsEvidence { verdict, anchor: None, ..opening() };
    let drawn = screen(&mut failed_with(&tls, "the server's certificate cannot be used"), (120, 40));
    assert!(drawn.contains("✕ tls      the pipeline opens · the server's"), "{drawn}");
    assert!(drawn.contains("✓ the pipeline opens"), "{drawn}");
    assert!(
        drawn.contains("✕ Sockeye's own library judges otherwise: the certificate cannot be used"),
        "{drawn}"
    );
}

#[test]
fn a_handshake_of_older_days_has_the_opinion_of_one_library_only() {
    let chain = vec![Certificate { judgement: None, ..leaf() }];
    let drawn = screen(&mut opened_with(&TlsEvidence { pipeline: None, chain, ..opening() }), (120, 40));
    assert!(
        drawn.contains("✓ Sockeye's own library trusts the server: the chain and the name are right"),
        "{drawn}"
    );
    assert!(!drawn.contains("pipeline  "), "{drawn}");
}

/// Certificates whose every text is this one.
pub fn certificates_of(text: &str) -> TlsEvidence {
    let faults: Vec<_> = OF_SERVER.iter().map(|aspect| (*aspect, text)).collect();
    let certificate = Certificate {
        subject: text.to_owned(),
        issuer: text.to_owned(),
        names: vec![text.to_owned(), text.to_owned()],
        key: text.to_owned(),
        signature: text.to_owned(),
        sha256: text.to_owned(),
        judgement: Some(judged(OF_SERVER, &faults, true, text)),
        ..leaf()
    };
    TlsEvidence {
        server_name: Some(text.to_owned()),
        anchor: Some(text.to_owned()),
        verdict: Some(text.to_owned()),
        chain: vec![certificate.clone(), certificate],
        pipeline: Some(failing_with(text)),
        ..tls()
    }
}

#[test]
fn names_of_a_thousand_characters_wrap_and_can_be_scrolled_to_their_end() {
    for text in ["n".repeat(1_000), "\u{202e}".repeat(1_000), "漢".repeat(1_000), "a b\u{9b}".repeat(250)] {
        let mut evidence = certificates_of(&text);
        evidence.chain.push(Certificate {
            judgement: Some(judged(OF_ISSUER, &[], true, "signed by the last")),
            ..intermediate()
        });
        let mut app = opened_with(&evidence);
        for size in [(120, 40), (80, 24), (40, 10)] {
            screen(&mut app, size);
            press(&mut app, "G");
            let drawn = screen(&mut app, size);
            assert!(drawn.contains("signed by the last"), "{drawn}");
        }
    }
}
