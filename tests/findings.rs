//! What each failure and each loss is diagnosed as, and which edits would mend it.

use std::{collections::BTreeSet, net::SocketAddr, time::Duration};

use sockeye::{
    config::{BasicAuth, Endpoint, MessageType, RootSource, Secret, Settings},
    diagnose,
    session::{
        Certificate, CloseFrame, Edit, Evidence, Exchange, Failure, FailureKind, Finding, Fix, LossKind,
        Lost, Response, Severity, Side, Stage, StageReport, Timestamp, TlsEvidence, Tried,
    },
};

const DAY: i64 = 86_400_000_000;
/// 2026-01-14T00:00:00Z
const NOW: Timestamp = Timestamp(1_768_348_800_000_000);

fn settings(url: &str) -> Settings {
    Settings::new(Endpoint::parse(url).expect("the URL of the test is right"))
}

fn failure(stage: Stage, kind: FailureKind) -> Failure {
    Failure { stage, kind, says: "it failed".to_owned(), because: Vec::new() }
}

fn report(stage: Stage, evidence: Evidence) -> StageReport {
    StageReport { stage, began: NOW, took: Duration::ZERO, outcome: Ok(()), evidence }
}

fn address(text: &str) -> SocketAddr {
    text.parse().expect("the address of the test is right")
}

fn tcp(error: &str) -> StageReport {
    let tried = vec![Tried { address: address("127.0.0.1:9"), took_us: 300, error: Some(error.to_owned()) }];
    report(Stage::Tcp, Evidence::Tcp { tried, local: None, remote: None })
}

fn leaf() -> Certificate {
    Certificate {
        subject: "feed.example".to_owned(),
        issuer: "Example CA".to_owned(),
        names: vec!["feed.example".to_owned()],
        not_before: Timestamp(NOW.0 - 100 * DAY),
        not_after: Timestamp(NOW.0 + 100 * DAY),
        ..Certificate::default()
    }
}

fn tls(chain: Vec<Certificate>) -> StageReport {
    let evidence =
        TlsEvidence { chain, trust: "145 roots of this system".to_owned(), ..TlsEvidence::default() };
    report(Stage::Tls, Evidence::Tls(Box::new(evidence)))
}

fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> StageReport {
    let response = Response {
        status,
        head: format!("HTTP/1.1 {status} Words\r\n"),
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        body: body.to_owned(),
        ..Response::default()
    };
    let exchange = Exchange { response: Some(response), ..Exchange::default() };
    report(Stage::Upgrade, Evidence::Upgrade(Box::new(exchange)))
}

fn unread(bytes: &[u8]) -> StageReport {
    let exchange = Exchange { unread: bytes.to_vec(), ..Exchange::default() };
    report(Stage::Upgrade, Evidence::Upgrade(Box::new(exchange)))
}

fn codes(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.code).collect()
}

/// All edits of all fixes, as `path=value`.
fn edits(findings: &[Finding]) -> Vec<String> {
    let fixes = findings.iter().flat_map(|finding| &finding.fixes);
    fixes.flat_map(|fix| &fix.edits).map(|Edit { path, value }| format!("{path}={value}")).collect()
}

/// One failed dial and what it should be diagnosed as.
struct Row {
    url: &'static str,
    stage: Stage,
    kind: FailureKind,
    ladder: Vec<StageReport>,
    codes: &'static [&'static str],
    edits: &'static [&'static str],
}

fn row(stage: Stage, kind: FailureKind, codes: &'static [&'static str]) -> Row {
    let url = match stage {
        Stage::Tls => "wss://feed.example/ticks",
        _ => "ws://feed.example:8080/ticks",
    };
    Row { url, stage, kind, ladder: Vec::new(), codes, edits: &[] }
}

impl Row {
    fn at(mut self, url: &'static str) -> Self {
        self.url = url;
        self
    }

    fn saw(mut self, report: StageReport) -> Self {
        self.ladder.push(report);
        self
    }

    fn edits(mut self, edits: &'static [&'static str]) -> Self {
        self.edits = edits;
        self
    }

    fn findings(&self) -> Vec<Finding> {
        let failure = failure(self.stage, self.kind.clone());
        diagnose::failed(&settings(self.url), &self.ladder, &failure, NOW)
    }
}

const UNVERIFIED: &[&str] = &["tls.enabled=true", "tls.skip_cert_verify=true"];
const WSS: &[&str] = &["url=wss://feed.example:8080/ticks"];

fn reaching() -> Vec<Row> {
    use FailureKind::{Io, LookupFailed, NameNotFound, Refused, TimedOut, Unreachable};
    let late = TimedOut { limit_ms: 45_000 };
    vec![
        row(Stage::Lookup, NameNotFound, &["dns-not-found"]),
        row(Stage::Lookup, LookupFailed, &["dns-failed"]),
        row(Stage::Lookup, late.clone(), &["dns-failed"]),
        row(Stage::Tcp, Refused, &["tcp-refused"]).saw(tcp("connection refused")),
        row(Stage::Tcp, Refused, &["tcp-refused"])
            .at("ws://feed.example/ticks")
            .edits(&["url=wss://feed.example/ticks"]),
        row(Stage::Tcp, Unreachable, &["tcp-unreachable"]),
        row(Stage::Tcp, late.clone(), &["tcp-timeout"]),
        row(Stage::Tcp, Io, &["tcp-failed"]),
        row(Stage::Tls, late.clone(), &["tls-failed"]),
        row(Stage::Tls, Io, &["tls-failed"]),
        row(Stage::Upgrade, late.clone(), &["upgrade-timeout"]).edits(WSS),
        row(Stage::Upgrade, Io, &["connection-failed"]),
        row(Stage::Open, late, &["open-timeout"]),
    ]
}

fn securing() -> Vec<Row> {
    use FailureKind::{
        CertExpired, CertInvalid, CertNotYetValid, CertSelfSigned, CertUnknownIssuer, CertWrongName,
        ClientCertWanted, ClosedEarly, PlainServer, Roots, TlsAlert, TlsFailed, TlsVersion,
    };
    let past = Certificate { not_after: Timestamp(NOW.0 - 12 * DAY), ..leaf() };
    let future = Certificate { not_before: Timestamp(NOW.0 + DAY), ..leaf() };
    let other = Certificate { names: vec!["other.example".to_owned()], ..leaf() };
    let own = Certificate { self_issued: true, ..leaf() };
    let alert = |alert: &str| TlsAlert { alert: alert.to_owned() };
    let wrong = CertWrongName { expected: "feed.example".to_owned(), presented: Vec::new() };
    vec![
        row(Stage::Tls, PlainServer { first_bytes: b"HTTP/1.1".to_vec() }, &["tls-plain-server"])
            .edits(&["url=ws://feed.example:443/ticks"]),
        row(Stage::Tls, CertExpired { not_after: Some(past.not_after) }, &["cert-expired"])
            .saw(tls(vec![past.clone()]))
            .edits(UNVERIFIED),
        row(Stage::Tls, CertNotYetValid { not_before: None }, &["cert-not-yet-valid"])
            .saw(tls(vec![future]))
            .edits(UNVERIFIED),
        row(Stage::Tls, wrong, &["cert-wrong-name"]).saw(tls(vec![other.clone()])).edits(UNVERIFIED),
        row(Stage::Tls, CertSelfSigned, &["cert-self-signed"]).saw(tls(vec![own])).edits(UNVERIFIED),
        row(Stage::Tls, CertUnknownIssuer, &["cert-unknown-issuer", "cert-chain-incomplete"])
            .saw(tls(vec![leaf()]))
            .edits(UNVERIFIED),
        row(Stage::Tls, CertUnknownIssuer, &["cert-unknown-issuer"])
            .saw(tls(vec![leaf(), leaf()]))
            .edits(UNVERIFIED),
        row(Stage::Tls, CertUnknownIssuer, &["cert-unknown-issuer"]).edits(UNVERIFIED),
        row(Stage::Tls, CertInvalid, &["cert-invalid"]).saw(tls(vec![leaf()])).edits(UNVERIFIED),
        row(Stage::Tls, TlsVersion, &["tls-version"]),
        row(Stage::Tls, alert("protocol_version"), &["tls-version"]),
        row(Stage::Tls, alert("HandshakeFailure"), &["tls-suite"]),
        row(Stage::Tls, alert("certificate_required"), &["client-cert-wanted"]),
        row(Stage::Tls, alert("unrecognized_name"), &["tls-failed"]),
        row(Stage::Tls, alert("unknown_ca"), &["tls-failed"]),
        row(Stage::Tls, alert("internal_error"), &["tls-failed"]),
        row(Stage::Tls, ClientCertWanted, &["client-cert-wanted"]),
        row(Stage::Tls, TlsFailed, &["tls-failed"]),
        row(Stage::Tls, ClosedEarly, &["tls-failed"]),
        row(Stage::Tls, Roots, &["tls-roots"]),
    ]
}

fn upgrading() -> Vec<Row> {
    use FailureKind::{
        AnswerTooLarge, BadAccept, BadHeader, BadUpgradeHeader, ClosedEarly, NotAsked, NotHttp,
    };
    let extension = NotAsked { header: "Sec-WebSocket-Extensions".to_owned(), got: "x".to_owned() };
    let header = BadUpgradeHeader { header: "Upgrade".to_owned(), got: None };
    vec![
        row(Stage::Upgrade, NotHttp { looks_like_tls: true }, &["tls-on-ws"]).edits(WSS),
        row(Stage::Upgrade, NotHttp { looks_like_tls: false }, &["not-http"]).saw(unread(b"SSH-2.0-x\r\n")),
        row(Stage::Upgrade, BadAccept { expected: "a".to_owned(), got: None }, &["upgrade-accept"]),
        row(Stage::Upgrade, header, &["upgrade-header"]),
        row(Stage::Upgrade, extension, &["extension-not-asked"]),
        row(Stage::Upgrade, ClosedEarly, &["closed-early"]).edits(WSS),
        row(Stage::Upgrade, AnswerTooLarge { limit: 262_144 }, &["answer-too-large"]),
        row(Stage::Upgrade, BadHeader { name: "X".to_owned() }, &["header-unsendable"]),
        row(Stage::Open, ClosedEarly, &["closed-after-open"]),
    ]
}

fn refusing() -> Vec<Row> {
    let refused = |code, codes| row(Stage::Upgrade, FailureKind::Status { code }, codes);
    let moved = |to| refused(301, &["http-redirect"]).saw(answer(301, &[("location", to)], ""));
    let nginx = "<center>The plain HTTP request was sent to HTTPS port</center>";
    vec![
        moved("/v2?a=b").edits(&["url=ws://feed.example:8080/v2?a=b"]),
        moved("v2").edits(&["url=ws://feed.example:8080/v2"]),
        moved("https://feed.example/ticks#top").edits(&["url=wss://feed.example/ticks"]),
        moved("//other.example/x").edits(&["url=ws://other.example/x"]),
        moved("wss://other.example/x").edits(&["url=wss://other.example/x"]),
        moved("/ticks"),
        moved("https://feed.example/login?next=/ticks"),
        moved("ftp://feed.example/"),
        refused(308, &["http-redirect"]),
        refused(400, &["http-400"]).saw(answer(400, &[], "missing channel")),
        refused(400, &["tls-on-ws"]).saw(answer(400, &[], nginx)).edits(WSS),
        refused(401, &["auth-401"]).saw(answer(401, &[("WWW-Authenticate", "Bearer")], "")),
        refused(403, &["auth-403"]),
        refused(404, &["http-404"]),
        refused(407, &["proxy-auth"]),
        refused(426, &["http-426"]),
        refused(429, &["http-429"]).saw(answer(429, &[("Retry-After", "30")], "")),
        refused(500, &["http-5xx"]),
        refused(503, &["http-5xx"]),
        refused(200, &["http-other"]),
        refused(418, &["http-other"]),
    ]
}

fn rows() -> Vec<Row> {
    [reaching(), securing(), upgrading(), refusing()].into_iter().flatten().collect()
}

/// A number for each kind of failure; a new one does not compile until it has a row.
fn place(kind: &FailureKind) -> usize {
    match kind {
        FailureKind::NameNotFound => 0,
        FailureKind::LookupFailed => 1,
        FailureKind::Refused => 2,
        FailureKind::Unreachable => 3,
        FailureKind::TimedOut { .. } => 4,
        FailureKind::Io => 5,
        FailureKind::ClosedEarly => 6,
        FailureKind::PlainServer { .. } => 7,
        FailureKind::CertExpired { .. } => 8,
        FailureKind::CertNotYetValid { .. } => 9,
        FailureKind::CertWrongName { .. } => 10,
        FailureKind::CertUnknownIssuer => 11,
        FailureKind::CertSelfSigned => 12,
        FailureKind::CertInvalid => 13,
        FailureKind::TlsVersion => 14,
        FailureKind::TlsAlert { .. } => 15,
        FailureKind::ClientCertWanted => 16,
        FailureKind::TlsFailed => 17,
        FailureKind::Roots => 18,
        FailureKind::Status { .. } => 19,
        FailureKind::NotHttp { .. } => 20,
        FailureKind::BadAccept { .. } => 21,
        FailureKind::BadUpgradeHeader { .. } => 22,
        FailureKind::NotAsked { .. } => 23,
        FailureKind::AnswerTooLarge { .. } => 24,
        FailureKind::BadHeader { .. } => 25,
    }
}

#[test]
fn each_failure_has_its_findings_and_fixes() {
    for row in rows() {
        let findings = row.findings();
        let what = format!("{:?} at {} of {}", row.kind, row.stage, row.url);
        assert_eq!(codes(&findings), row.codes, "{what}");
        assert_eq!(edits(&findings), row.edits, "{what}");
    }
}

#[test]
fn every_kind_of_failure_is_in_the_table_above() {
    let seen: BTreeSet<usize> = rows().iter().map(|row| place(&row.kind)).collect();
    assert_eq!(seen, (0..26).collect());
}

#[test]
fn every_failure_yields_a_finding_at_every_stage() {
    for row in rows() {
        for stage in Stage::ALL {
            let failure = failure(stage, row.kind.clone());
            let findings = diagnose::failed(&settings(row.url), &[], &failure, NOW);
            assert!(!findings.is_empty(), "{:?} at {stage}", row.kind);
        }
    }
}

fn lost(kind: LossKind) -> Lost {
    Lost { kind, open_for: Duration::from_millis(12_340), messages: 3, says: "it ended".to_owned() }
}

fn closed(code: Option<u16>) -> LossKind {
    LossKind::Closed { by: Side::Server, frame: CloseFrame { code, reason: String::new() } }
}

fn losses() -> Vec<(LossKind, &'static str)> {
    vec![
        (closed(None), "close-no-code"),
        (closed(Some(1000)), "close-normal"),
        (closed(Some(1001)), "close-going-away"),
        (closed(Some(1002)), "close-protocol"),
        (closed(Some(1003)), "close-unsupported"),
        (closed(Some(1004)), "close-unknown"),
        (closed(Some(1005)), "close-unknown"),
        (closed(Some(1006)), "close-unknown"),
        (closed(Some(1007)), "close-invalid-data"),
        (closed(Some(1008)), "close-policy"),
        (closed(Some(1009)), "close-too-big"),
        (closed(Some(1010)), "close-extension"),
        (closed(Some(1011)), "close-server-error"),
        (closed(Some(1012)), "close-restart"),
        (closed(Some(1013)), "close-try-later"),
        (closed(Some(1014)), "close-bad-gateway"),
        (closed(Some(2999)), "close-unknown"),
        (closed(Some(3000)), "close-app"),
        (closed(Some(4999)), "close-app"),
        (closed(Some(5000)), "close-unknown"),
        (LossKind::Ended, "closed-abnormally"),
        (LossKind::Io { error: "connection reset by peer".to_owned() }, "connection-failed"),
        (LossKind::Violation { rule: "masked".to_owned(), last: vec![0x81, 0x80] }, "protocol-error"),
        (LossKind::TooLarge { size: 5000, limit: 4096 }, "message-too-large"),
    ]
}

#[test]
fn each_loss_has_its_finding() {
    let settings = settings("ws://feed.example/ticks");
    for (kind, code) in losses() {
        assert_eq!(codes(&diagnose::lost(&settings, &lost(kind.clone()))), [code], "{kind:?}");
    }
}

#[test]
fn leaving_by_ourselves_is_no_finding() {
    let settings = settings("ws://feed.example/ticks");
    let ours = LossKind::Closed { by: Side::Us, frame: CloseFrame::default() };
    for kind in [LossKind::Left, ours] {
        assert_eq!(diagnose::lost(&settings, &lost(kind)), []);
    }
}

#[test]
fn the_table_and_the_findings_in_use_are_the_same() {
    let open = settings("ws://feed.example/ticks");
    let mut used: BTreeSet<&str> = rows().iter().flat_map(|row| codes(&row.findings())).collect();
    used.extend(losses().into_iter().flat_map(|(kind, _)| codes(&diagnose::lost(&open, &lost(kind)))));
    used.insert(diagnose::silent(&open).code);
    used.extend(["verification-off", "cert-expires-soon"]);
    let table: Vec<&str> = diagnose::FINDINGS.iter().map(|spec| spec.code).collect();
    assert_eq!(used, table.iter().copied().collect());
    assert_eq!(table.len(), used.len(), "a code stands twice in the table");
}

#[test]
fn the_table_is_well_formed() {
    let places: Vec<&str> =
        Stage::ALL.iter().map(|stage| stage.word()).chain(["open connection", "session"]).collect();
    for spec in diagnose::FINDINGS {
        let kebab =
            spec.code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        assert!(kebab, "{}", spec.code);
        assert!(places.contains(&spec.at), "{} is at {}", spec.code, spec.at);
        assert!(!spec.title.is_empty() && !spec.title.ends_with('.'), "{}", spec.title);
        assert!(spec.meaning.ends_with('.'), "{}", spec.meaning);
    }
}

#[test]
fn every_finding_says_why_and_what_to_do() {
    for row in rows() {
        for finding in row.findings() {
            assert!(finding.cause.ends_with('.'), "{finding:?}");
            assert!(!finding.evidence.is_empty(), "{finding:?}");
            assert!(!finding.fixes.is_empty(), "{finding:?}");
        }
    }
}

fn advice(title: &str) -> Fix {
    Fix { title: title.to_owned(), edits: Vec::new() }
}

fn lines(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

#[test]
fn a_refused_port_is_told_with_the_addresses_tried() {
    let failure = failure(Stage::Tcp, FailureKind::Refused);
    let findings =
        diagnose::failed(&settings("ws://localhost:9/"), &[tcp("connection refused")], &failure, NOW);
    let expected = Finding {
        code: "tcp-refused",
        severity: Severity::Error,
        title: "connection refused".to_owned(),
        cause: "localhost is reached, but nothing listens on port 9.".to_owned(),
        evidence: lines(&[
            "tried 127.0.0.1:9 for 0.3 ms: connection refused",
            "the pipeline would log: Failed to connect to websocket: dial tcp 127.0.0.1:9: connect: connection refused",
        ]),
        fixes: vec![
            advice("start the server, or correct the port in url"),
            advice("inside a container this host is the container itself; name the other one instead"),
        ],
    };
    assert_eq!(findings, [expected]);
}

#[test]
fn an_expired_certificate_is_told_with_its_days() {
    let not_after = Timestamp(NOW.0 - 12 * DAY);
    let chain = vec![Certificate { not_after, ..leaf() }];
    let failure = failure(Stage::Tls, FailureKind::CertExpired { not_after: Some(not_after) });
    let [finding] = diagnose::failed(&settings("wss://feed.example/"), &[tls(chain)], &failure, NOW)
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
fn an_untrusted_certificate_for_another_name_has_both_faults_told() {
    let other = Certificate { names: lines(&["other.example", "*.other.example"]), ..leaf() };
    let failure = failure(Stage::Tls, FailureKind::CertUnknownIssuer);
    let ladder = [tls(vec![other, leaf()])];
    let findings = diagnose::failed(&settings("wss://127.0.0.1:9443/"), &ladder, &failure, NOW);
    assert_eq!(codes(&findings), ["cert-unknown-issuer", "cert-wrong-name"]);
    assert_eq!(
        findings[1].cause,
        "The server's certificate does not name “127.0.0.1”; it is for other.example, *.other.example."
    );
}

#[test]
fn a_tls_block_that_is_filled_but_off_is_to_be_switched_on_first() {
    let mut settings = settings("wss://feed.example/");
    settings.tls.roots = Some(RootSource::File("ca.pem".into()));
    let failure = failure(Stage::Tls, FailureKind::CertUnknownIssuer);
    let findings = diagnose::failed(&settings, &[], &failure, NOW);
    let first = &findings[0].fixes[0];
    assert_eq!(first.title, "switch the tls block on: tls.root_cas_file is set but not used");
    assert_eq!(first.edits, [Edit { path: "tls.enabled".to_owned(), value: "true".to_owned() }]);
}

#[test]
fn a_401_tells_what_was_sent_and_what_is_wanted() {
    let mut settings = settings("ws://feed.example/ticks");
    let headers = [("WWW-Authenticate", "Basic realm=\"x\""), ("Server", "nginx")];
    let ladder = [answer(401, &headers, "{\"error\":\"unauthorized\"}\n")];
    let failure = failure(Stage::Upgrade, FailureKind::Status { code: 401 });
    let without = diagnose::failed(&settings, &ladder, &failure, NOW);
    let expected = Finding {
        code: "auth-401",
        severity: Severity::Error,
        title: "the server wants other credentials (401)".to_owned(),
        cause: "The server wants credentials, and none were sent.".to_owned(),
        evidence: lines(&[
            "HTTP/1.1 401 Words",
            "Server: nginx",
            "WWW-Authenticate: Basic realm=\"x\"",
            "body: {\"error\":\"unauthorized\"}",
            "the pipeline would log: Failed to connect to websocket: websocket: bad handshake",
            "sent: no credentials",
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
    assert_eq!(with.evidence[5..], sent);
}

#[test]
fn a_secret_that_the_server_repeats_stays_covered() {
    let mut settings = settings("ws://feed.example/ticks");
    settings.headers = vec![("Authorization".to_owned(), Secret::new("Bearer s3cr3t-token"))];
    let ladder = [answer(401, &[], "token s3cr3t-token has expired")];
    let failure = failure(Stage::Upgrade, FailureKind::Status { code: 401 });
    let findings = diagnose::failed(&settings, &ladder, &failure, NOW);
    assert!(!format!("{findings:?}").contains("s3cr3t"), "{findings:?}");
    assert!(findings[0].evidence.contains(&"body: token (hidden) has expired".to_owned()), "{findings:?}");
}

#[test]
fn a_long_body_is_cut_to_300_characters() {
    let ladder = [answer(400, &[], &"ü".repeat(5_000))];
    let failure = failure(Stage::Upgrade, FailureKind::Status { code: 400 });
    let findings = diagnose::failed(&settings("ws://feed.example/"), &ladder, &failure, NOW);
    assert!(findings[0].evidence.contains(&format!("body: {}…", "ü".repeat(300))));
}

#[test]
fn a_message_over_the_limit_offers_a_limit_that_fits() {
    let settings = settings("ws://feed.example/");
    let fix = |size, limit| edits(&diagnose::lost(&settings, &lost(LossKind::TooLarge { size, limit })));
    assert_eq!(fix(5_000, 4_096), ["max_message_size=8192"]);
    assert_eq!(fix(4_096, 4_096), ["max_message_size=8192"]);
    assert_eq!(fix(u64::MAX, 4_096), [""; 0]);
}

#[test]
fn a_connection_ended_right_after_the_opening_points_at_the_opening() {
    let mut settings = settings("ws://feed.example/");
    settings.open_messages = vec![Secret::new("{\"op\":\"subscribe\"}")];
    let at_once = Lost { open_for: Duration::from_millis(40), messages: 0, ..lost(closed(Some(1003))) };
    let findings = diagnose::lost(&settings, &at_once);
    assert_eq!(codes(&findings), ["closed-after-open", "close-unsupported"]);
    assert_eq!(edits(&findings), ["open_message_type=text", "open_message_type=text"]);
    assert_eq!(findings[0].evidence[0], "1 opening message was sent as binary");
}

#[test]
fn a_drop_after_a_minute_names_the_usual_suspects() {
    let minute = Lost { open_for: Duration::from_millis(60_200), ..lost(LossKind::Ended) };
    let findings = diagnose::lost(&settings("ws://feed.example/"), &minute);
    let expected = [
        "open for 60.2 s, 3 messages received",
        "the pipeline would log: nothing; it dials again without a word",
        "60 s is the idle limit of nginx (proxy_read_timeout) and of AWS application load balancers",
    ];
    assert_eq!(findings[0].evidence, expected);
}

#[test]
fn a_close_reason_is_evidence() {
    let frame = CloseFrame { code: Some(4001), reason: "token expired".to_owned() };
    let findings =
        diagnose::lost(&settings("ws://feed.example/"), &lost(LossKind::Closed { by: Side::Server, frame }));
    assert_eq!(findings[0].title, "closed with a code of the application (4001)");
    assert_eq!(findings[0].evidence[1], "reason: token expired");
}

fn opened_with(tls: TlsEvidence) -> Vec<Finding> {
    let ladder = [report(Stage::Tls, Evidence::Tls(Box::new(tls)))];
    diagnose::opened(&settings("wss://feed.example/"), &ladder, NOW)
}

#[test]
fn an_unverified_certificate_is_noted_with_what_is_wrong_with_it() {
    let skipped = TlsEvidence { skipped: true, chain: vec![leaf()], ..TlsEvidence::default() };
    let fine = opened_with(skipped.clone());
    assert_eq!(
        (codes(&fine), edits(&fine)),
        (vec!["verification-off"], lines(&["tls.skip_cert_verify=false"]))
    );

    let wrong = opened_with(TlsEvidence { verdict: Some("it has expired".to_owned()), ..skipped });
    assert_eq!(wrong[0].evidence, ["without it the certificate would be refused: it has expired"]);
    assert_eq!((wrong[0].severity, edits(&wrong)), (Severity::Note, Vec::new()));
}

#[test]
fn a_certificate_is_about_to_expire_in_its_last_14_days() {
    let left = |days: i64| {
        let chain = vec![Certificate { not_after: Timestamp(NOW.0 + days * DAY), ..leaf() }];
        opened_with(TlsEvidence { chain, ..TlsEvidence::default() })
    };
    assert_eq!(codes(&left(14)), [""; 0]);
    let soon = left(13);
    assert_eq!(codes(&soon), ["cert-expires-soon"]);
    assert_eq!(soon[0].cause, "The server's certificate ends on 2026-01-27, in 13 days.");
}

#[test]
fn silence_is_answered_by_the_type_of_the_opening() {
    let mut settings = settings("ws://feed.example/");
    assert_eq!(edits(&[diagnose::silent(&settings)]), [""; 0]);
    settings.open_messages = vec![Secret::new("hello")];
    assert_eq!(edits(&[diagnose::silent(&settings)]), ["open_message_type=text"]);
    settings.open_message_type = MessageType::Text;
    assert_eq!(edits(&[diagnose::silent(&settings)]), [""; 0]);
}

#[test]
fn the_pipeline_says_little() {
    let line = |stage, kind| diagnose::pipeline_line(&failure(stage, kind));
    let late = FailureKind::TimedOut { limit_ms: 45_000 };
    let alert = FailureKind::TlsAlert { alert: "HandshakeFailure".to_owned() };
    let said = [
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
        "Failed to connect to websocket: dial tcp: lookup HOST: no such host",
        "Failed to connect to websocket: dial tcp A:P: i/o timeout",
        "Failed to connect to websocket: read tcp A->B: i/o timeout",
        "",
        "Failed to connect to websocket: remote error: tls: handshake failure",
        "Failed to connect to websocket: unexpected EOF",
    ];
    assert_eq!(said, expected);
}
