//! The log lines that the pipeline would write about the same events.

use crate::{
    config::{CertFaultKind, Settings, asks_name_server},
    session::{
        Failure, FailureKind, Level, LossKind, Lost, NAME_SERVER, PIPELINE_LOG, PipelineLine, Stage,
        StageReport, Timestamp, TlsVerdict,
    },
    wire::{GoResponse, Rule, go_header_name, go_response, is_reserved_header},
};

use super::{failed_connection::FailedConnection, finding::LARGEST_LIMIT, socks, tls_of_proxy::TlsOfProxy};

/// Evidence of a fault that the pipeline does not notice.
pub(super) const PIPELINE_CONTINUES: &str = "the pipeline accepts this and logs nothing";

/// The library's error about every response that is no upgrade.
const BAD_HANDSHAKE: &str = "websocket: bad handshake";

/// The line that the pipeline would log about a failed connection.
#[must_use]
pub fn logged_failure(
    settings: &Settings,
    ladder: &[StageReport],
    failure: &Failure,
    now: Timestamp,
) -> Option<PipelineLine> {
    let text = line(&FailedConnection { settings, ladder, failure, now })?;
    Some(PipelineLine { level: Level::Error, text })
}

/// Whether the whole process of the pipeline panics at this failure, and logs nothing more: it looks for the reason
/// phrase of a proxy's response where there is none.
#[must_use]
pub fn panics(settings: &Settings, ladder: &[StageReport], failure: &Failure) -> bool {
    let now = Timestamp::default();
    phrase_of_proxy(&FailedConnection { settings, ladder, failure, now }) == Some(Phrase::Missing)
}

/// The lines that the pipeline logs about a configuration with which every connection fails with `error`.
#[must_use]
pub fn logged_refusal(error: &str, has_bounded_retries: bool) -> Vec<PipelineLine> {
    let failure = PipelineLine { level: Level::Error, text: failed_to_connect(error) };
    std::iter::once(failure).chain(has_bounded_retries.then(logged_end)).collect()
}

/// The line that the pipeline logs about the first connection of an input; it logs nothing about later ones.
#[must_use]
pub fn logged_first_connection() -> PipelineLine {
    PipelineLine { level: Level::Info, text: "Input type websocket is now active".to_owned() }
}

/// The lines that newer pipelines log about a connection that this side did not end; others log nothing.
#[must_use]
pub fn logged_loss(settings: &Settings, lost: &Lost) -> Vec<PipelineLine> {
    if lost.is_ours() {
        return Vec::new();
    }
    let behavior = settings.options.dialect.behavior();
    let limit = behavior.limit_log.filter(|_| exceeds_limit(&lost.kind));
    let line = |level, text: &str| PipelineLine { level, text: text.to_owned() };
    let limit = limit.map(|text| line(Level::Error, text));
    limit.into_iter().chain(behavior.loss_log.map(|text| line(Level::Debug, text))).collect()
}

/// Whether the pipeline's library reports a message over the limit: also where a length overflows its 63 bits, but
/// not where only Sockeye has a limit.
fn exceeds_limit(kind: &LossKind) -> bool {
    match kind {
        LossKind::TooLarge { size, limit } => *limit < LARGEST_LIMIT || i64::try_from(*size).is_err(),
        LossKind::Violation { rule, .. } => *rule == Rule::Length.to_string(),
        _ => false,
    }
}

/// The line that the pipeline logs when its retries are used up.
#[must_use]
pub fn logged_end() -> PipelineLine {
    let text =
        "Maximum number of connection attempt retries has been met, gracefully terminating input websocket";
    PipelineLine { level: Level::Error, text: text.to_owned() }
}

impl FailedConnection<'_> {
    /// The line of the pipeline's log as evidence, where it logs one.
    pub(super) fn pipeline_log(&self) -> Option<String> {
        Some(format!("{PIPELINE_LOG}{}", line(self)?))
    }
}

/// The line; `None` where the pipeline logs none, or one that is not known here.
fn line(failed: &FailedConnection) -> Option<String> {
    let error = error(failed);
    // The error of a proxy is what stands behind its status, which may be nothing.
    let known = !error.is_empty() || matches!(phrase_of_proxy(failed), Some(Phrase::Said(_)));
    known.then(|| failed_to_connect(&format!("{}{error}", socks::lead(failed))))
}

/// The reason phrase of a proxy that refused.
#[derive(Debug, PartialEq, Eq)]
enum Phrase {
    Said(String),
    /// The pipeline panics.
    Missing,
}

fn phrase_of_proxy(failed: &FailedConnection) -> Option<Phrase> {
    match go_response(failed.answer(), true) {
        GoResponse::Read { phrase, status, .. } if failed.failure.stage == Stage::Proxy && status != 200 => {
            Some(phrase.map_or(Phrase::Missing, Phrase::Said))
        }
        _ => None,
    }
}

/// The error about a response, if that is where the pipeline fails.
fn answered(failed: &FailedConnection) -> Option<String> {
    if !matches!(failed.failure.stage, Stage::Proxy | Stage::Upgrade) {
        return None;
    }
    match go_response(failed.answer(), true) {
        GoResponse::Partial => None,
        GoResponse::Refused(text) => Some(text),
        GoResponse::Read { .. } if failed.failure.stage == Stage::Proxy => match phrase_of_proxy(failed)? {
            Phrase::Said(phrase) => Some(phrase),
            Phrase::Missing => None,
        },
        GoResponse::Read { .. } => Some(BAD_HANDSHAKE.to_owned()),
    }
}

fn failed_to_connect(error: &str) -> String {
    format!("Failed to connect to websocket: {error}")
}

fn error(failed: &FailedConnection) -> String {
    if let Some(tls) = TlsOfProxy::of(failed) {
        return error(&tls.as_failed_connection(failed.now));
    }
    if let Some(foretold) = foretold(failed) {
        return foretold;
    }
    let failure = failed.failure;
    match &failure.kind {
        FailureKind::ProxyNotFound => {
            let host = failed.address_of_proxy().map_or("HOST".to_owned(), |proxy| proxy.host);
            format!("dial tcp: lookup {host}{}: no such host", name_server(failed, &host))
        }
        FailureKind::ProxyUrl { scheme: Some(scheme) } => format!("proxy: unknown scheme: {scheme}"),
        FailureKind::ProxyUrl { scheme: None } if failed.settings.options.dialect.is_pipeline() => {
            failure.message.clone()
        }
        FailureKind::ProxyUrl { scheme: None } => {
            "refusing to use HTTP_PROXY value in CGI environment; see golang.org/s/cgihttpproxy".to_owned()
        }
        FailureKind::NameNotFound => {
            format!("dial tcp: lookup {}{}: no such host", failed.host(), name_server(failed, failed.host()))
        }
        FailureKind::LookupFailed => format!("dial tcp: lookup {}: server misbehaving", failed.host()),
        FailureKind::Refused => connected(failed, "connect: connection refused"),
        FailureKind::Unreachable => {
            let error = system_error(failed).unwrap_or("no route to host".to_owned());
            connected(failed, &format!("connect: {error}"))
        }
        // It has more time.
        FailureKind::TimedOut { .. } if is_own_limit(failed) => String::new(),
        // Go reads the part of a line that came before its end.
        FailureKind::TimedOut { .. } => answered(failed).unwrap_or_else(|| timed_out(failed)),
        FailureKind::Io | FailureKind::ClosedEarly => answered(failed).unwrap_or_else(|| broken(failed)),
        FailureKind::TlsAlert { alert }
        | FailureKind::ClientCertRefused { alert }
        | FailureKind::ClientCertWanted { alert } => {
            format!("remote error: tls: {}", alert_in_go(alert))
        }
        FailureKind::Token { pipeline, .. }
        | FailureKind::TlsFailed { pipeline }
        | FailureKind::ClientKey { fault: CertFaultKind::TooWeak, pipeline, .. } => pipeline.clone(),
        FailureKind::RenegotiationAsked => "local error: tls: no renegotiation".to_owned(),
        FailureKind::Status { .. } | FailureKind::BadAccept { .. } | FailureKind::BadUpgradeHeader { .. }
            if failure.stage != Stage::Proxy =>
        {
            answered(failed).unwrap_or_else(|| BAD_HANDSHAKE.to_owned())
        }
        FailureKind::Status { .. }
        | FailureKind::BadAccept { .. }
        | FailureKind::BadUpgradeHeader { .. }
        | FailureKind::NotHttp { .. }
        | FailureKind::AnswerTooLarge { .. } => answered(failed).unwrap_or_default(),
        FailureKind::BadHeader { name } if is_reserved_header(name) => {
            format!("websocket: duplicate header not allowed: {}", go_header_name(name))
        }
        FailureKind::Socks { reply } => socks::error(failed, *reply),
        FailureKind::NotAsked { header, got } if deflate(header, got) == Some(Deflate::Refused) => {
            "websocket: invalid compression negotiation".to_owned()
        }
        // The pipeline would continue, would not have started, or would log a text that is not known here.
        FailureKind::NotAsked { .. }
        | FailureKind::PlainServer { .. }
        | FailureKind::CertExpired { .. }
        | FailureKind::CertNotYetValid { .. }
        | FailureKind::CertWrongName { .. }
        | FailureKind::CertUnknownIssuer
        | FailureKind::CertSelfSigned
        | FailureKind::TlsVersion
        | FailureKind::CertInvalid
        | FailureKind::CertPin { .. }
        | FailureKind::OtherFamily { .. }
        | FailureKind::ClientKey { .. }
        | FailureKind::BadHeader { .. }
        | FailureKind::Roots => String::new(),
    }
}

/// Whether the stage that took too long has a limit that no pipeline has.
fn is_own_limit(failed: &FailedConnection) -> bool {
    failed.settings.beyond.limits.set().any(|(stage, _)| stage == failed.failure.stage.word())
}

/// What is foretold of a TLS handshake that failed here: empty if the pipeline would complete it, or if what came does
/// not decide.
fn foretold(failed: &FailedConnection) -> Option<String> {
    if failed.failure.stage != Stage::Tls || matches!(failed.failure.kind, FailureKind::ClientKey { .. }) {
        return None;
    }
    Some(match failed.tls()?.pipeline.as_ref()? {
        TlsVerdict::Fails { line } => line.clone(),
        TlsVerdict::Opens {} | TlsVerdict::Unknown { .. } => String::new(),
    })
}

/// ` on 127.0.0.53:53`: the pipeline asks the name server itself, and names it.
fn name_server(failed: &FailedConnection, name: &str) -> String {
    if !asks_name_server(name) {
        return String::new();
    }
    let asked = failed.failure.sources.iter().find_map(|source| source.strip_prefix(NAME_SERVER));
    asked.map_or(String::new(), |server| format!(" on {server}"))
}

fn connected(failed: &FailedConnection, error: &str) -> String {
    let (host, port) = match failed.address_of_proxy() {
        Some(proxy) => (proxy.host, proxy.port),
        None => (failed.host().to_owned(), failed.settings.url.port),
    };
    let address = match failed.tried().last() {
        // Go writes no address for this machine.
        _ if host.is_empty() => format!(":{port}"),
        tried => tried.map_or("A:P".to_owned(), |tried| tried.address.to_string()),
    };
    format!("dial tcp {address}: {error}")
}

fn read(failed: &FailedConnection, error: &str) -> String {
    format!("read tcp {}: {error}", failed.ends().unwrap_or("A->B".to_owned()))
}

fn timed_out(failed: &FailedConnection) -> String {
    match failed.failure.stage {
        Stage::Lookup => {
            let host = failed.address_of_proxy().map_or(failed.host().to_owned(), |proxy| proxy.host);
            format!("dial tcp: lookup {host}: i/o timeout")
        }
        Stage::Tcp => connected(failed, "i/o timeout"),
        Stage::Proxy | Stage::Upgrade => read(failed, "i/o timeout"),
        // The handshake watches the time itself (`tls.Conn.HandshakeContext`).
        Stage::Tls => "context deadline exceeded".to_owned(),
        Stage::Open | Stage::First => String::new(),
    }
}

fn broken(failed: &FailedConnection) -> String {
    let stage = failed.failure.stage;
    if failed.failure.kind == FailureKind::ClosedEarly {
        let is_eof = stage == Stage::Tls || socks::ends_before_an_answer(failed);
        return if is_eof { "EOF" } else { "unexpected EOF" }.to_owned();
    }
    // The pipeline's text for an error that does not come from the system is not known here.
    let Some(error) = system_error(failed) else { return String::new() };
    match stage {
        Stage::Lookup => format!("dial tcp: lookup {}: {error}", failed.host()),
        Stage::Tcp => connected(failed, &format!("connect: {error}")),
        _ if stage == Stage::Open || error == "broken pipe" => {
            format!("write tcp {}: write: {error}", failed.ends().unwrap_or("A->B".to_owned()))
        }
        _ => read(failed, &format!("read: {error}")),
    }
}

/// The error of the operating system as Go spells it (`syscall.Errno`).
fn system_error(failed: &FailedConnection) -> Option<String> {
    let error = failed.failure.sources.last()?;
    let (words, _) = error.split_once(" (os error ")?;
    Some(words.to_lowercase())
}

/// Go's text for an alert by its name in RFC 8446 (`crypto/tls`), which has other words for some.
fn alert_in_go(alert: &str) -> String {
    let go = match alert {
        "protocol_version" => "protocol version not supported",
        "insufficient_security" => "insufficient security level",
        "unknown_ca" => "unknown certificate authority",
        "certificate_unknown" => "unknown certificate",
        "certificate_expired" => "expired certificate",
        "certificate_revoked" => "revoked certificate",
        "decode_error" => "error decoding message",
        "decrypt_error" => "error decrypting message",
        "bad_record_mac" => "bad record MAC",
        "unknown_psk_identity" => "unknown PSK identity",
        "no_certificate" => "alert(41)",
        other => match other.strip_prefix("alert ") {
            Some(number) => return format!("alert({number})"),
            None => return other.replace('_', " "),
        },
    };
    go.to_owned()
}

/// How the pipeline reacts to compression that it did not offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deflate {
    /// Both sides compress each message on its own.
    Accepted,
    Refused,
}

/// How the pipeline reacts to this header; `None` where it names no compression that the pipeline knows.
pub(super) fn deflate(header: &str, got: &str) -> Option<Deflate> {
    if !header.eq_ignore_ascii_case("Sec-WebSocket-Extensions") {
        return None;
    }
    let mut extensions = got.split(',').map(|extension| extension.split(';').map(str::trim));
    let parameters: Vec<_> = extensions
        .find_map(|mut words| (words.next() == Some("permessage-deflate")).then(|| words.collect()))?;
    let has = |name| parameters.iter().any(|word| word.split('=').next().map(str::trim) == Some(name));
    let both = has("server_no_context_takeover") && has("client_no_context_takeover");
    Some(if both { Deflate::Accepted } else { Deflate::Refused })
}
