//! The exact text of single findings.

use std::time::Duration;

use sockeye::{
    config::{BasicAuth, MessageType, OAuth1, RootSource, Secret},
    diagnose,
    session::{
        Certificate, CloseFrame, Edit, Evidence, Failure, FailureKind, Finding, Fix, LossKind, Lost,
        Severity, Side, Stage, Timestamp, TlsEvidence, TlsVerdict,
    },
};

use crate::fixtures::{
    DAY, NOW, answer, closed, codes, edits, failure, leaf, lost, of_loss, pipeline_line, report, settings,
    tcp, tls,
};

fn advice(title: &str) -> Fix {
    Fix { title: title.to_owned(), ..Fix::default() }
}

fn lines(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

#[test]
fn a_refused_port_lists_the_addresses_tried() {
    let failure = failure(Stage::Tcp, FailureKind::Refused);
    let findings =
        diagnose::failed(&settings("ws://localhost:9/"), &[tcp("connection refused")], &failure, NOW);
    let expected = Finding {
        field: None,
        code: "tcp-refused".parse().expect("a code"),
        severity: Severity::Error,
        title: "connection refused".to_owned(),
        cause: "localhost can be reached, but nothing listens on port 9.".to_owned(),
        evidence: lines(&[
            "tried 127.0.0.1:9 for 0.3 ms: connection refused",
            "the pipeline would log: Failed to connect to websocket: dial tcp 127.0.0.1:9: connect: connection refused",
        ]),
        fixes: vec![
            advice("start the server, or correct the port in url"),
            advice(
                "inside a container this host is the container itself; use the name of the other container",
            ),
        ],
    };
    assert_eq!(findings, [expected]);
}

#[test]
fn an_expired_certificate_is_reported_with_its_days() {
    let not_after = Timestamp(NOW.0 - 12 * DAY);
    let chain = vec![Certificate { not_after, ..leaf() }];
    let failure = failure(Stage::Tls, FailureKind::CertExpired { not_after: Some(not_after) });
    let line = "tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time \
                2026-01-14T00:00:00Z is after 2026-01-02T00:00:00Z";
    let evidence = TlsEvidence {
        chain,
        trust: "145 roots of this system".to_owned(),
        pipeline: Some(TlsVerdict::Fails { line: line.to_owned() }),
        ..TlsEvidence::default()
    };
    let report = report(Stage::Tls, Evidence::Tls(Box::new(evidence)));
    let [finding] = diagnose::failed(&settings("wss://feed.example/"), &[report], &failure, NOW)
        .try_into()
        .expect("there is one finding");
    assert_eq!(finding.cause, "The server's certificate expired on 2026-01-02, 12 days ago.");
    let expected = [
        "it failed",
        "certificate 0: feed.example, by Example CA, 2025-10-06 to 2026-01-02 (12 days ago)",
        "names: feed.example",
        "checked against 145 roots of this system",
        "the pipeline would log: Failed to connect to websocket: tls: failed to verify certificate: x509: \
         certificate has expired or is not yet valid: current time 2026-01-14T00:00:00Z is after 2026-01-02T00:00:00Z",
    ];
    assert_eq!(finding.evidence, expected);
}

#[test]
fn an_untrusted_certificate_for_another_name_is_reported_with_both_faults() {
    let other = Certificate { names: lines(&["other.example", "*.other.example"]), ..leaf() };
    let failure = failure(Stage::Tls, FailureKind::CertUnknownIssuer);
    let ladder = [tls(vec![other, leaf()])];
    let findings = diagnose::failed(&settings("wss://127.0.0.1:9443/"), &ladder, &failure, NOW);
    assert_eq!(codes(&findings), ["cert-unknown-issuer", "cert-wrong-name"]);
    assert_eq!(
        findings[1].cause,
        "url has the address 127.0.0.1, and the server's certificate does not name any address, only other.example, \
         *.other.example."
    );
}

#[test]
fn a_tls_block_that_is_set_but_off_has_enabling_as_first_fix() {
    let mut settings = settings("wss://feed.example/");
    settings.tls.roots = Some(RootSource::File("ca.pem".into()));
    let failure = failure(Stage::Tls, FailureKind::CertUnknownIssuer);
    let findings = diagnose::failed(&settings, &[], &failure, NOW);
    let first = &findings[0].fixes[0];
    assert_eq!(first.title, "set tls.enabled: tls.root_cas_file is set but not used");
    assert_eq!(first.edits, [Edit { path: "tls.enabled".to_owned(), value: "true".to_owned() }]);
}

#[test]
fn a_401_lists_the_credentials_sent_and_required() {
    let mut settings = settings("ws://feed.example/ticks");
    let headers = [("WWW-Authenticate", "Basic realm=\"x\""), ("Server", "nginx")];
    let ladder = [answer(401, &headers, "{\"error\":\"unauthorized\"}\n")];
    let failure = failure(Stage::Upgrade, FailureKind::Status { code: 401 });
    let without = diagnose::failed(&settings, &ladder, &failure, NOW);
    let expected = Finding {
        field: None,
        code: "auth-401".parse().expect("a code"),
        severity: Severity::Error,
        title: "the server requires credentials (401)".to_owned(),
        cause: "The server requires credentials, and none were sent.".to_owned(),
        evidence: lines(&[
            "HTTP/1.1 401 Words",
            "Server: nginx",
            "WWW-Authenticate: Basic realm=\"x\"",
            "body: {\"error\":\"unauthorized\"}",
            "sent: no credentials",
            "the pipeline would log: Failed to connect to websocket: websocket: bad handshake",
        ]),
        fixes: vec![advice("set basic_auth.username and basic_auth.password, with basic_auth.enabled")],
    };
    assert_eq!(without, [expected]);

    settings.basic_auth =
        Some(BasicAuth { username: "alice".to_owned(), password: Secret::new("wonderland") });
    settings.headers = vec![("Authorization".to_owned(), Secret::new("Bearer abc"))];
    let [with] =
        diagnose::failed(&settings, &ladder, &failure, NOW).try_into().expect("there is one finding");
    assert_eq!(with.cause, "The server does not accept the credentials that were sent.");
    let sent =
        ["sent: basic_auth as “alice”", "not sent: headers.Authorization, since basic_auth replaces it"];
    assert_eq!(with.evidence[4..6], sent);
}

#[test]
fn short_secrets_do_not_mask_the_text_of_the_server() {
    let mut settings = settings("ws://feed.example/ticks");
    let secret = |text: &str| Secret::new(text);
    settings.oauth = Some(OAuth1 {
        consumer_key: secret("ck"),
        consumer_secret: secret("cs"),
        access_token: secret("at"),
        access_token_secret: secret("ts"),
    });
    let ladder = [answer(401, &[("WWW-Authenticate", "OAuth realm=\"x\"")], "")];
    let failure = failure(Stage::Upgrade, FailureKind::Status { code: 401 });
    let findings = diagnose::failed(&settings, &ladder, &failure, NOW);
    let line = "WWW-Authenticate: OAuth realm=\"x\"";
    assert!(findings[0].evidence.contains(&line.to_owned()), "{findings:?}");
}

#[test]
fn a_long_body_is_cut_to_300_characters() {
    let ladder = [answer(400, &[], &"ü".repeat(5_000))];
    let failure = failure(Stage::Upgrade, FailureKind::Status { code: 400 });
    let findings = diagnose::failed(&settings("ws://feed.example/"), &ladder, &failure, NOW);
    assert!(findings[0].evidence.contains(&format!("body: {}…", "ü".repeat(300))));
}

#[test]
fn a_message_over_the_limit_has_a_fix_with_a_sufficient_limit() {
    let settings = settings("ws://feed.example/");
    let fix = |size, limit| edits(&of_loss(&settings, &lost(LossKind::TooLarge { size, limit })));
    assert_eq!(fix(5_000, 4_096), ["max_message_size=8192"]);
    assert_eq!(fix(4_096, 4_096), ["max_message_size=8192"]);
    assert_eq!(fix(u64::MAX, 4_096), [""; 0]);
}

#[test]
fn a_connection_that_ends_right_after_the_opening_suggests_the_other_type() {
    let mut settings = settings("ws://feed.example/");
    settings.open_messages = vec![Secret::new("{\"op\":\"subscribe\"}")];
    let at_once = Lost { open_for: Duration::from_millis(40), messages: 0, ..lost(closed(Some(1003))) };
    let findings = of_loss(&settings, &at_once);
    assert_eq!(codes(&findings), ["open-type", "close-unsupported"]);
    assert_eq!(edits(&findings), ["open_message_type=text", "open_message_type=text"]);
    assert_eq!(findings[0].evidence[0], "1 opening message was sent as binary");
}

#[test]
fn a_drop_after_a_minute_names_the_servers_with_this_idle_limit() {
    let minute = Lost { open_for: Duration::from_millis(60_200), ..lost(LossKind::Ended) };
    let findings = of_loss(&settings("ws://feed.example/"), &minute);
    let expected = [
        "open for 60.2 s, 3 messages received",
        "the pipeline would log: nothing; it reconnects silently",
        "60 s is the idle limit of nginx (proxy_read_timeout) and of AWS application load balancers",
    ];
    assert_eq!(findings[0].evidence, expected);
}

#[test]
fn a_close_reason_is_evidence() {
    let frame = CloseFrame { code: Some(4001), reason: "token expired".to_owned() };
    let findings =
        of_loss(&settings("ws://feed.example/"), &lost(LossKind::Closed { by: Side::Server, frame }));
    assert_eq!(findings[0].title, "closed over credentials (4001)");
    assert_eq!(findings[0].evidence[1], "reason: token expired");
}

fn opened_with(tls: TlsEvidence) -> Vec<Finding> {
    let ladder = [report(Stage::Tls, Evidence::Tls(Box::new(tls)))];
    diagnose::opened(&settings("wss://feed.example/"), &ladder, NOW)
}

#[test]
fn an_unverified_certificate_is_noted_with_its_faults() {
    let skipped = TlsEvidence { skipped: true, chain: vec![leaf()], ..TlsEvidence::default() };
    let fine = opened_with(skipped.clone());
    assert_eq!(
        (codes(&fine), edits(&fine)),
        (vec!["verification-off".to_owned()], lines(&["tls.skip_cert_verify=false"]))
    );

    let wrong = opened_with(TlsEvidence { verdict: Some("it has expired".to_owned()), ..skipped });
    assert_eq!(wrong[0].evidence, ["without it the certificate would be refused: it has expired"]);
    assert_eq!((wrong[0].severity, edits(&wrong)), (Severity::Note, Vec::new()));
}

#[test]
fn a_certificate_is_reported_in_its_last_14_days() {
    let left = |days: i64| {
        let chain = vec![Certificate { not_after: Timestamp(NOW.0 + days * DAY), ..leaf() }];
        opened_with(TlsEvidence { chain, ..TlsEvidence::default() })
    };
    assert_eq!(codes(&left(14)), [""; 0]);
    let soon = left(13);
    assert_eq!(codes(&soon), ["cert-expires-soon"]);
    assert_eq!(soon[0].cause, "The server's certificate expires on 2026-01-27, in 13 days.");
}

#[test]
fn silence_suggests_the_type_text_if_the_opening_was_binary() {
    let mut settings = settings("ws://feed.example/");
    assert_eq!(edits(&[diagnose::silent(&settings, Duration::from_secs(10))]), [""; 0]);
    settings.open_messages = vec![Secret::new("hello")];
    assert_eq!(edits(&[diagnose::silent(&settings, Duration::from_secs(10))]), ["open_message_type=text"]);
    settings.open_message_type = MessageType::Text;
    assert_eq!(edits(&[diagnose::silent(&settings, Duration::from_secs(10))]), [""; 0]);
}

#[test]
fn the_pipeline_logs_one_line_for_each_failure() {
    let line = |stage, kind| pipeline_line(&failure(stage, kind));
    let late = FailureKind::TimedOut { limit_ms: 45_000 };
    let alert = FailureKind::TlsAlert { alert: "handshake_failure".to_owned() };
    let logged = [
        line(Stage::Upgrade, FailureKind::Status { code: 503 }),
        line(Stage::Lookup, FailureKind::NameNotFound),
        line(Stage::Tcp, late.clone()),
        line(Stage::Upgrade, late.clone()),
        line(Stage::Open, late),
        line(Stage::Tls, alert),
        line(Stage::Upgrade, FailureKind::ClosedEarly),
    ];
    let expected = [
        "Failed to connect to websocket: websocket: bad handshake",
        "Failed to connect to websocket: dial tcp: lookup feed.example: no such host",
        "Failed to connect to websocket: dial tcp A:P: i/o timeout",
        "Failed to connect to websocket: read tcp A->B: i/o timeout",
        "",
        "Failed to connect to websocket: remote error: tls: handshake failure",
        "Failed to connect to websocket: unexpected EOF",
    ];
    assert_eq!(logged, expected);
}

#[test]
fn a_client_certificate_required_after_the_handshake_is_recognised() {
    let late = Failure {
        sources: lines(&["received fatal alert: CertificateRequired"]),
        ..failure(Stage::Upgrade, FailureKind::Io)
    };
    let findings = diagnose::failed(&settings("wss://feed.example/"), &[], &late, NOW);
    assert_eq!(codes(&findings), ["client-cert-wanted"]);
}
