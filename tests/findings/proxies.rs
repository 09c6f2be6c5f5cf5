//! Findings about proxies.

use sockeye::{
    config::{Dialect, Proxy, ProxyChoice, Settings},
    diagnose,
    session::{
        Certificate, Evidence, Exchange, FailureKind, Finding, ProxyEvidence, Response, Route, Severity,
        SocksReply, Stage, StageReport, TlsEvidence, TlsVerdict,
    },
};

use crate::{
    fixtures::{NOW, codes, edits, failure, leaf, report, settings},
    rows::{Row, row},
};

pub const URL: &str = "http://proxy.example:3128";

/// The lookup of a proxy that `by` chose.
fn looked_up(proxy: Option<&str>, by: &str) -> StageReport {
    let route = Some(Route { proxy: proxy.map(str::to_owned), by: by.to_owned() });
    report(Stage::Lookup, Evidence::Lookup { host: "proxy.example".to_owned(), addresses: Vec::new(), route })
}

fn through(url: &str) -> StageReport {
    looked_up(Some(url), "proxy_url")
}

fn asked(url: &str, evidence: ProxyEvidence) -> StageReport {
    let (url, by, target) = (url.to_owned(), "proxy_url".to_owned(), "feed.example:8080".to_owned());
    report(Stage::Proxy, Evidence::Proxy(Box::new(ProxyEvidence { url, by, target, ..evidence })))
}

fn answered(url: &str, line: &str, headers: &[(&str, &str)]) -> StageReport {
    let mut words = line.splitn(3, ' ').skip(1);
    let response = Response {
        status: words.next().and_then(|status| status.parse().ok()).expect("a status line"),
        reason: words.next().unwrap_or_default().to_owned(),
        head: format!("{line}\r\n\r\n"),
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        ..Response::default()
    };
    let exchange = Exchange { response: Some(response), ..Exchange::default() };
    asked(url, ProxyEvidence { exchange: Some(Box::new(exchange)), ..ProxyEvidence::default() })
}

fn sent(url: &str, bytes: &[u8]) -> StageReport {
    let exchange = Exchange { unread: bytes.to_vec(), ..Exchange::default() };
    let (unread, exchange) = if url.starts_with("socks") {
        (bytes.to_vec(), None)
    } else {
        (Vec::new(), Some(Box::new(exchange)))
    };
    asked(url, ProxyEvidence { unread, exchange, ..ProxyEvidence::default() })
}

pub fn rows() -> Vec<Row> {
    use FailureKind::{
        CertSelfSigned, ClosedEarly, Io, LookupFailed, NameNotFound, NotHttp, PlainServer, ProxyNotFound,
        ProxyUrl, Refused, Socks, Status, TimedOut, Unreachable,
    };
    let late = TimedOut { limit_ms: 45_000 };
    let scheme = |scheme: &str| ProxyUrl { scheme: Some(scheme.to_owned()) };
    let denied = |code| row(Stage::Proxy, Status { code }, &["proxy-denied"]);
    let socks = |reply, codes| row(Stage::Proxy, Socks { reply }, codes);
    let not_http = |looks_like_tls| row(Stage::Proxy, NotHttp { looks_like_tls }, &["proxy-failed"]);
    let certificate = Certificate { names: vec!["proxy.example".to_owned()], ..leaf() };
    let own = TlsEvidence { chain: vec![certificate], ..TlsEvidence::default() };
    let own = ProxyEvidence { tls: Some(Box::new(own)), ..ProxyEvidence::default() };
    vec![
        row(Stage::Lookup, ProxyNotFound, &["proxy-dns"]).with(through(URL)),
        row(Stage::Lookup, late.clone(), &["proxy-dns"]).with(through(URL)),
        row(Stage::Tcp, Refused, &["proxy-refused"]).with(through(URL)),
        row(Stage::Tcp, Unreachable, &["proxy-refused"]).with(through(URL)),
        row(Stage::Tcp, late.clone(), &["proxy-timeout"]).with(through(URL)),
        row(Stage::Tcp, Io, &["proxy-failed"]).with(through(URL)),
        row(Stage::Proxy, late, &["proxy-timeout"]),
        row(Stage::Proxy, Io, &["proxy-failed"]),
        row(Stage::Proxy, ClosedEarly, &["proxy-failed"]),
        row(Stage::Proxy, scheme(""), &["proxy-scheme"]),
        row(Stage::Proxy, scheme("ftp"), &["proxy-scheme"]),
        row(Stage::Proxy, ProxyUrl { scheme: None }, &["proxy-scheme"]),
        row(Stage::Proxy, NameNotFound, &["dns-not-found"])
            .with(sent("socks5://proxy.example", b""))
            .edits(&["proxy_url=socks5h://proxy.example:1080"]),
        row(Stage::Proxy, LookupFailed, &["dns-failed"]).with(sent("socks5://•••@proxy.example", b"")),
        row(Stage::Proxy, Status { code: 407 }, &["proxy-auth"]),
        denied(401),
        denied(403),
        denied(405),
        denied(502),
        denied(500),
        denied(302),
        socks(SocksReply::NoMethod, &["proxy-auth"]),
        socks(SocksReply::LoginRefused, &["proxy-auth"]),
        socks(SocksReply::NotAllowed, &["proxy-denied"]),
        socks(SocksReply::HostUnreachable, &["proxy-denied"]),
        socks(SocksReply::CommandNotSupported, &["proxy-denied"]),
        socks(SocksReply::AddressNotSupported, &["proxy-denied"])
            .with(sent("socks5://proxy.example", b""))
            .edits(&["proxy_url=socks5h://proxy.example:1080"]),
        socks(SocksReply::NotSocks, &["proxy-failed"]).with(sent("socks5://proxy.example", b"\x04\x5b")),
        socks(SocksReply::NotSocks, &["proxy-failed"])
            .with(sent("socks5://proxy.example:3128", b"HTTP/1.1 400"))
            .edits(&["proxy_url=http://proxy.example:3128"]),
        not_http(true).with(sent(URL, b"\x15\x03")).edits(&["proxy_url=https://proxy.example:3128"]),
        not_http(false).with(sent(URL, b"\x05\xff")).edits(&["proxy_url=socks5h://proxy.example:3128"]),
        not_http(false).with(sent("http://•••@proxy.example:3128", b"\x05\xff")),
        not_http(false).with(sent(URL, b"SSH-2.0")),
        row(Stage::Proxy, PlainServer { first_bytes: b"HTTP".to_vec() }, &["proxy-failed"])
            .with(sent("https://proxy.example:3128", b""))
            .edits(&["proxy_url=http://proxy.example:3128"]),
        row(Stage::Proxy, CertSelfSigned, &["cert-self-signed"])
            .with(asked("https://proxy.example", own))
            .edits(crate::rows::UNVERIFIED),
    ]
}

fn failed_at_proxy(settings: &Settings, kind: FailureKind, seen: StageReport) -> Finding {
    let findings = diagnose::failed(settings, &[seen], &failure(Stage::Proxy, kind), NOW);
    findings.into_iter().next().expect("there is a finding")
}

fn with_proxy(url: &str) -> Settings {
    let proxy = ProxyChoice::Through(Proxy::parse(url).expect("a proxy"));
    Settings { proxy, ..settings("ws://feed.example:8080/ticks") }
}

#[test]
fn a_407_distinguishes_missing_from_wrong_credentials() {
    let basic = [("Proxy-Authenticate", "Basic realm=\"corp\"")];
    let cause = |url: &str, headers: &[(&str, &str)]| {
        let seen = answered(url, "HTTP/1.1 407 Proxy Authentication Required", headers);
        failed_at_proxy(&with_proxy(url), FailureKind::Status { code: 407 }, seen)
    };
    let missing = cause(URL, &basic);
    assert_eq!(missing.cause, "The proxy requires a user name and a password, and none were sent.");
    assert!(missing.evidence.contains(&"Proxy-Authenticate: Basic realm=\"corp\"".to_owned()), "{missing:?}");
    let line = "the pipeline would log: Failed to connect to websocket: Proxy Authentication Required";
    assert!(missing.evidence.contains(&line.to_owned()), "{missing:?}");
    let wrong = cause("http://me:pw@proxy.example:3128", &basic);
    assert_eq!(wrong.cause, "The proxy does not accept the user name and password in proxy_url.");
    let ntlm = cause(URL, &[("Proxy-Authenticate", "NTLM"), ("Proxy-Authenticate", "Negotiate")]);
    assert!(ntlm.cause.starts_with("The proxy requires authentication by NTLM or Negotiate"), "{ntlm:?}");
}

#[test]
fn a_denial_has_the_cause_of_squids_error() {
    let seen = answered(URL, "HTTP/1.1 503 Service Unavailable", &[("X-Squid-Error", "ERR_DNS_FAIL 0")]);
    let finding = failed_at_proxy(&with_proxy(URL), FailureKind::Status { code: 503 }, seen);
    let cause = "The proxy itself could not connect to feed.example:8080: it could not look the name up.";
    assert_eq!(finding.cause, cause);
    assert!(finding.evidence.contains(&"X-Squid-Error: ERR_DNS_FAIL 0".to_owned()), "{finding:?}");
}

#[test]
fn a_status_without_a_reason_phrase_crashes_the_pipeline() {
    let evidence = |line: &str| {
        let seen = answered(URL, line, &[]);
        let finding = failed_at_proxy(&with_proxy(URL), FailureKind::Status { code: 407 }, seen);
        finding.evidence.join("\n")
    };
    assert!(evidence("HTTP/1.1 407").contains("crashes its process here"));
    assert!(evidence("HTTP/1.1 407 ").contains("the error in the pipeline's log is empty"));
}

#[test]
fn a_fault_of_the_proxys_certificate_is_reported_for_the_proxy() {
    let line =
        "tls: failed to verify certificate: x509: certificate is valid for feed.example, not proxy.example";
    let pipeline = Some(TlsVerdict::Fails { line: line.to_owned() });
    let tls = TlsEvidence { chain: vec![leaf()], pipeline, ..TlsEvidence::default() };
    let evidence = ProxyEvidence { tls: Some(Box::new(tls)), ..ProxyEvidence::default() };
    let url = "https://proxy.example:3129";
    let kind = FailureKind::CertWrongName { expected: "proxy.example".to_owned(), presented: Vec::new() };
    let finding = failed_at_proxy(&with_proxy(url), kind, asked(url, evidence));
    assert!(
        finding.cause.starts_with("This is about TLS with the proxy, https://proxy.example:3129. "),
        "{finding:?}"
    );
    assert!(finding.evidence.iter().any(|evidence| evidence.ends_with(line)), "{finding:?}");
}

#[test]
fn a_proxy_from_the_environment_is_reported_for_open_and_failed_connections() {
    let settings = settings("wss://feed.example/");
    let ladder = [looked_up(Some(URL), "HTTPS_PROXY")];
    let [note] = &diagnose::opened(&settings, &ladder, NOW)[..] else { panic!("one finding") };
    assert_eq!((note.code.word(), note.severity), ("proxy-from-env", Severity::Note));
    let unset = "unset HTTPS_PROXY, or add feed.example to NO_PROXY, to connect without it";
    assert_eq!(note.fixes[0].title, unset);
    let refused = failure(Stage::Tcp, FailureKind::Refused);
    let findings = diagnose::failed(&settings, &ladder, &refused, NOW);
    assert_eq!(codes(&findings), ["proxy-refused", "proxy-from-env"]);
    assert_eq!(findings[0].fixes[1].title, unset);
    for ladder in [[through(URL)], [looked_up(None, "NO_PROXY has \"*\", so HTTPS_PROXY is not used")]] {
        assert_eq!(diagnose::opened(&settings, &ladder, NOW), []);
    }
}

#[test]
fn an_empty_proxy_url_is_a_warning_where_it_counts_as_absent() {
    let mut settings = Settings { proxy: ProxyChoice::Empty, ..settings("ws://feed.example/") };
    let [warning] = &diagnose::opened(&settings, &[], NOW)[..] else { panic!("one finding") };
    assert_eq!((warning.code.word(), warning.severity), ("proxy-scheme", Severity::Warning));
    settings.options.dialect = Dialect::Bento;
    assert_eq!(diagnose::opened(&settings, &[], NOW), []);
    let scheme = FailureKind::ProxyUrl { scheme: Some(String::new()) };
    let findings = diagnose::failed(&settings, &[], &failure(Stage::Proxy, scheme), NOW);
    assert_eq!((codes(&findings), edits(&findings)), (vec!["proxy-scheme".to_owned()], Vec::new()));
}

#[test]
fn an_unknown_host_is_reported_with_the_proxy_that_was_not_used() {
    let by = "NO_PROXY has \".example\", so HTTPS_PROXY is not used";
    let failure = failure(Stage::Lookup, FailureKind::NameNotFound);
    let findings = diagnose::failed(&settings("wss://feed.example/"), &[looked_up(None, by)], &failure, NOW);
    assert_eq!(codes(&findings), ["dns-not-found"]);
    assert!(findings[0].evidence.contains(&format!("no proxy was used: {by}")), "{findings:?}");
}

#[test]
fn disabled_verification_is_reported_for_an_https_proxy_as_well() {
    let tls = TlsEvidence { skipped: true, chain: vec![leaf()], ..TlsEvidence::default() };
    let evidence = ProxyEvidence { tls: Some(Box::new(tls)), ..ProxyEvidence::default() };
    let ladder = [asked("https://proxy.example", evidence)];
    assert_eq!(codes(&diagnose::opened(&with_proxy(URL), &ladder, NOW)), ["verification-off"]);
}
