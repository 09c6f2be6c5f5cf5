//! Each failure and each loss with the expected codes and edits.

use sockeye::{
    config::CertFaultKind,
    diagnose,
    session::{
        Certificate, Counted, FailureKind, Finding, LossKind, Stage, StageReport, Timestamp, TlsVerdict,
        TokenFault,
    },
};

use crate::{
    fixtures::{DAY, NOW, answer, closed, failure, judged, leaf, settings, tcp, tls, unread},
    proxies,
};

/// A failed connection with the expected findings.
pub struct Row {
    pub url: &'static str,
    pub stage: Stage,
    pub kind: FailureKind,
    pub ladder: Vec<StageReport>,
    pub codes: &'static [&'static str],
    pub edits: &'static [&'static str],
}

pub fn row(stage: Stage, kind: FailureKind, codes: &'static [&'static str]) -> Row {
    let url = match stage {
        Stage::Tls => "wss://feed.example/ticks",
        _ => "ws://feed.example:8080/ticks",
    };
    Row { url, stage, kind, ladder: Vec::new(), codes, edits: &[] }
}

impl Row {
    pub fn at(mut self, url: &'static str) -> Self {
        self.url = url;
        self
    }

    pub fn with(mut self, report: StageReport) -> Self {
        self.ladder.push(report);
        self
    }

    pub fn edits(mut self, edits: &'static [&'static str]) -> Self {
        self.edits = edits;
        self
    }

    pub fn findings(&self) -> Vec<Finding> {
        let failure = failure(self.stage, self.kind.clone());
        diagnose::failed(&settings(self.url), &self.ladder, &failure, NOW)
    }
}

pub const UNVERIFIED: &[&str] = &["tls.enabled=true", "tls.skip_cert_verify=true"];
pub const WSS: &[&str] = &["url=wss://feed.example:8080/ticks"];

pub fn reaching() -> Vec<Row> {
    use FailureKind::{Io, LookupFailed, NameNotFound, OtherFamily, Refused, TimedOut, Unreachable};
    let late = TimedOut { limit_ms: 45_000 };
    vec![
        row(Stage::Lookup, NameNotFound, &["dns-not-found"]),
        row(Stage::Lookup, LookupFailed, &["dns-failed"]),
        row(Stage::Lookup, late.clone(), &["dns-failed"]),
        row(Stage::Lookup, OtherFamily { wanted: "IPv6".to_owned() }, &["address-family"])
            .edits(&["beyond.ip_version=any"]),
        row(Stage::Tcp, Refused, &["tcp-refused"]).with(tcp("connection refused")),
        row(Stage::Tcp, Refused, &["tcp-refused"])
            .at("ws://feed.example/ticks")
            .edits(&["url=wss://feed.example/ticks"]),
        row(Stage::Tcp, Unreachable, &["tcp-unreachable"]),
        row(Stage::Tcp, late.clone(), &["tcp-timeout"]),
        row(Stage::Tcp, Io, &["tcp-failed"]),
        row(Stage::Tls, late.clone(), &["tls-timeout"]),
        row(Stage::Tls, Io, &["tls-failed"]),
        row(Stage::Upgrade, late.clone(), &["upgrade-timeout"]).edits(WSS),
        row(Stage::Upgrade, late.clone(), &["upgrade-timeout"]).with(unread(b"HTTP/1.1 101 Sw")),
        row(Stage::Upgrade, Io, &["connection-failed"]),
        row(Stage::Open, late, &["open-timeout"]),
    ]
}

pub fn securing() -> Vec<Row> {
    use FailureKind::{
        CertExpired, CertInvalid, CertNotYetValid, CertPin, CertSelfSigned, CertUnknownIssuer, CertWrongName,
        ClientCertRefused, ClientCertWanted, ClientKey, ClosedEarly, PlainServer, Roots, TlsAlert, TlsFailed,
        TlsVersion,
    };
    let past = Certificate { not_after: Timestamp(NOW.0 - 12 * DAY), ..leaf() };
    let future = Certificate { not_before: Timestamp(NOW.0 + DAY), ..leaf() };
    let other = Certificate { names: vec!["other.example".to_owned()], ..leaf() };
    let own = Certificate { self_issued: true, ..leaf() };
    let key = |fault| ClientKey {
        fault,
        entry: "tls.client_certs.0".to_owned(),
        pipeline: String::new(),
        mends: ["run `openssl`".to_owned()].into(),
    };
    let alert = |alert: &str| TlsAlert { alert: alert.to_owned() };
    let wrong = CertWrongName { expected: "feed.example".to_owned(), presented: Vec::new() };
    vec![
        row(Stage::Tls, PlainServer { first_bytes: b"HTTP/1.1".to_vec() }, &["tls-plain-server"])
            .edits(&["url=ws://feed.example:443/ticks"]),
        row(Stage::Tls, CertExpired { not_after: Some(past.not_after) }, &["cert-expired"])
            .with(tls(vec![past.clone()]))
            .edits(UNVERIFIED),
        row(Stage::Tls, CertNotYetValid { not_before: None }, &["cert-not-yet-valid"])
            .with(tls(vec![future]))
            .edits(UNVERIFIED),
        row(Stage::Tls, wrong, &["cert-wrong-name"]).with(tls(vec![other.clone()])).edits(UNVERIFIED),
        row(Stage::Tls, CertSelfSigned, &["cert-self-signed"]).with(tls(vec![own])).edits(UNVERIFIED),
        row(Stage::Tls, CertUnknownIssuer, &["cert-unknown-issuer", "cert-chain-incomplete"])
            .with(tls(vec![leaf()]))
            .edits(UNVERIFIED),
        row(Stage::Tls, CertUnknownIssuer, &["cert-unknown-issuer"])
            .with(tls(vec![leaf(), leaf()]))
            .edits(UNVERIFIED),
        row(Stage::Tls, CertUnknownIssuer, &["cert-unknown-issuer"]).edits(UNVERIFIED),
        row(Stage::Tls, CertPin { seen: "sha256//AA==".to_owned() }, &["cert-pin"])
            .edits(&["beyond.pin=sha256//AA=="]),
        row(Stage::Tls, CertInvalid, &["cert-invalid"]).with(tls(vec![leaf()])).edits(UNVERIFIED),
        row(Stage::Tls, CertInvalid, &["cert-invalid", "tls-go-differs"])
            .with(judged(TlsVerdict::Opens {}))
            .edits(UNVERIFIED),
        row(Stage::Tls, CertInvalid, &["cert-invalid", "tls-go-differs"])
            .with(judged(TlsVerdict::Unknown { why: "It was cut off.".to_owned() }))
            .edits(UNVERIFIED),
        row(Stage::Tls, TlsVersion, &["tls-version"]),
        row(Stage::Tls, alert("protocol_version"), &["tls-version"]),
        row(Stage::Tls, alert("handshake_failure"), &["tls-suite"]),
        row(Stage::Tls, alert("certificate_required"), &["client-cert-wanted"]),
        row(Stage::Tls, alert("unrecognized_name"), &["tls-failed"]),
        row(Stage::Tls, alert("unknown_ca"), &["client-cert-wanted"]),
        row(Stage::Tls, alert("internal_error"), &["tls-failed"]),
        row(
            Stage::Tls,
            ClientCertWanted { alert: "certificate_required".to_owned() },
            &["client-cert-wanted"],
        ),
        row(Stage::Tls, ClientCertRefused { alert: "unknown_ca".to_owned() }, &["client-cert-refused"]),
        row(Stage::Tls, key(CertFaultKind::Password), &["key-password"]),
        row(Stage::Tls, key(CertFaultKind::Mismatch), &["key-mismatch"]),
        row(Stage::Tls, key(CertFaultKind::Unreadable), &["key-unreadable"]),
        row(Stage::Tls, TlsFailed { pipeline: String::new() }, &["tls-failed"]),
        row(Stage::Tls, ClosedEarly, &["tls-failed"]),
        row(Stage::Tls, Roots, &["tls-roots"]),
    ]
}

pub fn upgrading() -> Vec<Row> {
    use FailureKind::{
        AnswerTooLarge, BadAccept, BadHeader, BadUpgradeHeader, ClosedEarly, NotAsked, NotHttp,
    };
    let extension = NotAsked { header: "Sec-WebSocket-Extensions".to_owned(), got: "x".to_owned() };
    let token = |fault| FailureKind::Token { fault, pipeline: String::new() };
    let too_large = AnswerTooLarge { limit: 262_144, counted: Counted::Bytes };
    let header = BadUpgradeHeader { header: "Upgrade".to_owned(), got: None };
    vec![
        row(Stage::Upgrade, NotHttp { looks_like_tls: true }, &["tls-on-ws"]).edits(WSS),
        row(Stage::Upgrade, NotHttp { looks_like_tls: false }, &["not-http"]).with(unread(b"SSH-2.0-x\r\n")),
        row(Stage::Upgrade, BadAccept { expected: "a".to_owned(), got: None }, &["upgrade-accept"]),
        row(Stage::Upgrade, header, &["upgrade-header"]),
        row(Stage::Upgrade, FailureKind::RenegotiationAsked, &["tls-renegotiation"])
            .at("wss://feed.example/ticks")
            .edits(&["tls.enabled=true", "tls.enable_renegotiation=true"]),
        row(Stage::Upgrade, extension, &["extension-not-asked"]),
        row(Stage::Upgrade, ClosedEarly, &["closed-early"]).edits(WSS),
        row(Stage::Upgrade, ClosedEarly, &["closed-early"]).with(unread(b"HTTP/1.1 101 Sw")),
        row(Stage::Upgrade, too_large, &["answer-too-large"]),
        row(Stage::Upgrade, BadHeader { name: "X".to_owned() }, &["header-unsendable"]),
        row(Stage::Upgrade, token(TokenFault::Key), &["jwt-key"]),
        row(Stage::Upgrade, token(TokenFault::Method), &["jwt-method"]),
        row(Stage::Open, ClosedEarly, &["closed-after-open"]),
    ]
}

pub fn refusing() -> Vec<Row> {
    let refused = |code, codes| row(Stage::Upgrade, FailureKind::Status { code }, codes);
    let moved = |to| refused(301, &["http-redirect"]).with(answer(301, &[("location", to)], ""));
    let nginx = "<center>The plain HTTP request was sent to HTTPS port</center>";
    let too_late = "Reason: Cannot perform Post-Handshake Authentication.<br />";
    let certificate = "<center>No required SSL certificate was sent</center>";
    vec![
        refused(400, &["client-cert-wanted"]).with(answer(400, &[], certificate)),
        refused(400, &["client-cert-refused"]).with(answer(
            400,
            &[],
            "<center>The SSL certificate error</center>",
        )),
        refused(403, &["client-cert-wanted"]).with(answer(403, &[], too_late)),
        moved("/v2?a=b").edits(&["url=ws://feed.example:8080/v2?a=b"]),
        moved("v2").edits(&["url=ws://feed.example:8080/v2"]),
        moved("https://feed.example/ticks#top").edits(&["url=wss://feed.example/ticks"]),
        moved("//other.example/x").edits(&["url=ws://other.example/x"]),
        moved("wss://other.example/x").edits(&["url=wss://other.example/x"]),
        moved("/ticks"),
        moved("https://feed.example/login?next=/ticks"),
        moved("ftp://feed.example/"),
        moved("/v2?token=abc"),
        moved("https://me:pw@feed.example/v2"),
        moved("/v2?auth=b"),
        refused(308, &["http-redirect"]),
        refused(400, &["http-400"]).with(answer(400, &[], "missing channel")),
        refused(400, &["tls-on-ws"]).with(answer(400, &[], nginx)).edits(WSS),
        refused(401, &["auth-401"]).with(answer(401, &[("WWW-Authenticate", "Bearer")], "")),
        refused(403, &["auth-403"]),
        refused(404, &["http-404"]),
        refused(407, &["proxy-auth"]),
        refused(426, &["http-426"]),
        refused(429, &["http-429"]).with(answer(429, &[("Retry-After", "30")], "")),
        refused(500, &["http-5xx"]),
        refused(503, &["http-5xx"]),
        refused(200, &["http-other"]),
        refused(418, &["http-other"]),
    ]
}

pub fn rows() -> Vec<Row> {
    [reaching(), securing(), upgrading(), refusing(), proxies::rows()].into_iter().flatten().collect()
}

/// A number for each kind of failure, so that a new one does not compile until it has a row.
pub fn number(kind: &FailureKind) -> usize {
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
        FailureKind::ClientCertWanted { .. } => 16,
        FailureKind::TlsFailed { .. } => 17,
        FailureKind::Roots => 18,
        FailureKind::Status { .. } => 19,
        FailureKind::NotHttp { .. } => 20,
        FailureKind::BadAccept { .. } => 21,
        FailureKind::BadUpgradeHeader { .. } => 22,
        FailureKind::NotAsked { .. } => 23,
        FailureKind::AnswerTooLarge { .. } => 24,
        FailureKind::BadHeader { .. } => 25,
        FailureKind::RenegotiationAsked => 26,
        FailureKind::ClientCertRefused { .. } => 27,
        FailureKind::ClientKey { .. } => 28,
        FailureKind::Token { .. } => 32,
        FailureKind::ProxyNotFound => 29,
        FailureKind::ProxyUrl { .. } => 30,
        FailureKind::Socks { .. } => 31,
        FailureKind::OtherFamily { .. } => 33,
        FailureKind::CertPin { .. } => 34,
    }
}

pub fn losses() -> Vec<(LossKind, &'static str)> {
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
        (LossKind::RenegotiationAsked, "tls-renegotiation"),
        (LossKind::Io { error: "connection reset by peer".to_owned() }, "connection-failed"),
        (LossKind::Violation { rule: "masked".to_owned(), last: vec![0x81, 0x80] }, "protocol-error"),
        (LossKind::TooLarge { size: 5000, limit: 4096 }, "message-too-large"),
    ]
}
