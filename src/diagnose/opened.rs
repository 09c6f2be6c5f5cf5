//! Findings about a connection that opened.

use std::time::Duration;

use crate::{
    config::{MessageType, Settings},
    payload::limit_in_words,
    session::{Finding, FindingCode, Fix, PIPELINE_LOG, StageReport, Timestamp, TlsEvidence},
};

use super::{
    auth, beyond,
    failed_connection::{any_tls, response, tls},
    finding::{advice, cut, relative_days, set},
    handshake,
    pipeline::{Deflate, PIPELINE_CONTINUES, deflate},
    proxy, tls_differs,
};

/// A certificate that expires sooner than this is reported.
const SOON: Duration = Duration::from_hours(14 * 24);

/// Findings about a connection that opened, such as verification switched off, a certificate about to expire
/// or a response that the pipeline would refuse.
#[must_use]
pub fn opened(settings: &Settings, ladder: &[StageReport], now: Timestamp) -> Vec<Finding> {
    let mut findings = any_tls(ladder).map(|tls| tls_notes(tls, now)).unwrap_or_default();
    if tls(ladder).is_none() {
        for finding in &mut findings {
            finding.cause = finding.cause.replacen("The server", "The proxy", 1);
        }
    }
    findings.extend(any_tls(ladder).and_then(|tls| tls_differs::of_opened(tls, &settings.url.host, now)));
    findings.extend(interim(ladder));
    findings.extend(auth::notes(settings, ladder, now));
    findings.extend(unasked(settings, ladder));
    findings.extend(subprotocol(settings, ladder));
    findings.extend(handshake::lenient(ladder));
    findings.extend(proxy::notes(settings, ladder));
    findings.extend(beyond::of_opened(settings));
    findings
}

/// The pipeline treats the first response as the final one, whatever its status (Go's `http.ReadResponse`).
fn interim(ladder: &[StageReport]) -> Option<Finding> {
    let response = response(ladder)?;
    let mut lines = response.head.lines().filter(|line| line.starts_with("HTTP/"));
    let (first, _) = (lines.next()?, lines.next()?);
    let cause =
        "The server sent an interim response (1xx) before the 101. The pipeline treats it as a refusal.";
    let finding = Finding::new(FindingCode::InterimAnswer, cause)
        .evidence([
            cut(first.trim_end(), 200),
            format!("{PIPELINE_LOG}Failed to connect to websocket: websocket: bad handshake"),
        ])
        .cure();
    Some(finding)
}

/// A client that did not offer an extension must not accept it (RFC 6455, section 4.1).
fn unasked(settings: &Settings, ladder: &[StageReport]) -> Option<Finding> {
    let extension = ladder.iter().rev().find_map(|report| report.evidence.exchange()?.extension.as_ref())?;
    if settings.options.deflate {
        return None;
    }
    let pipeline = match deflate("Sec-WebSocket-Extensions", extension) {
        Some(Deflate::Refused) => format!(
            "{PIPELINE_LOG}Failed to connect to websocket: websocket: invalid compression negotiation"
        ),
        Some(Deflate::Accepted) => {
            "the pipeline inflates too: both no_context_takeover parameters are present".to_owned()
        }
        None => {
            "the pipeline does not recognise this spelling: the first compressed frame ends its connection"
                .to_owned()
        }
    };
    let cause = "The server enabled permessage-deflate, which the request did not offer. Sockeye inflates its \
                 messages; a strict client would fail the connection (RFC 6455, section 4.1).";
    let finding = Finding::new(FindingCode::DeflateUnasked, cause)
        .evidence([format!("Sec-WebSocket-Extensions: {}", cut(extension, 200)), pipeline])
        .cure();
    Some(finding)
}

/// A subprotocol that was not requested, or none although one was (RFC 6455, section 4.2.2). The pipeline
/// continues in both cases.
fn subprotocol(settings: &Settings, ladder: &[StageReport]) -> Option<Finding> {
    const NAME: &str = "Sec-WebSocket-Protocol";
    let named = response(ladder)?.header(NAME).map(str::trim);
    let chosen = named.filter(|chosen| !chosen.is_empty());
    let headers = settings.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(NAME));
    let offered: Vec<&str> = headers
        .flat_map(|(_, value)| value.expose().split(','))
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    let finding =
        |cause: String| Finding::new(FindingCode::Subprotocol, cause).evidence([PIPELINE_CONTINUES]);
    match chosen {
        Some(chosen) if !offered.contains(&chosen) => {
            let cause =
                format!("The server chose the subprotocol “{}”, which was not requested.", cut(chosen, 120));
            let fix = set("request it", &[("headers.Sec-WebSocket-Protocol", chosen)]);
            Some(finding(cause).fix([fix]))
        }
        None if named.is_some() => {
            let cause = format!("The response has an empty {NAME}, which names no subprotocol.");
            Some(finding(cause).advise("make the server omit the header where it chose none"))
        }
        None if !offered.is_empty() => {
            let cause =
                "A subprotocol was requested, and the server chose none: it may speak another one, or none.";
            Some(finding(cause.to_owned()).cure())
        }
        _ => None,
    }
}

fn tls_notes(tls: &TlsEvidence, now: Timestamp) -> Vec<Finding> {
    let unverified = tls.skipped.then(|| {
        let cause = "tls.skip_cert_verify is on, so anyone in between can read and change what is sent.";
        let finding = Finding::new(FindingCode::VerificationOff, cause);
        match &tls.verdict {
            Some(verdict) => {
                finding.evidence([format!("without it the certificate would be refused: {verdict}")]).cure()
            }
            None if tls.chain.is_empty() => finding
                .evidence(["the certificates are not available (TLS 1.3 with tls.enable_renegotiation)"])
                .advise("set tls.enable_renegotiation to false to see them"),
            None => finding
                .evidence(["the certificate is valid"])
                .fix([set("verify the certificate again", &[("tls.skip_cert_verify", "false")])]),
        }
    });
    let is_soon = |at: Timestamp| at >= now && at.since(now) < SOON;
    let soon = tls.chain.first().filter(|leaf| is_soon(leaf.not_after)).map(|leaf| {
        let (day, left) = (leaf.not_after.day(), relative_days(leaf.not_after, now));
        let cause = format!("The server's certificate expires on {day}, {left}.");
        Finding::new(FindingCode::CertExpiresSoon, cause)
            .evidence([format!("certificate 0: {}, by {}", leaf.subject, leaf.issuer)])
            .cure()
    });
    unverified.into_iter().chain(soon).collect()
}

/// The server has sent nothing in this time since the connection opened.
#[must_use]
pub fn silent(settings: &Settings, waited: Duration) -> Finding {
    let none = settings.open_messages.is_empty();
    let why = if none {
        "No opening message was sent, and many feeds send data only after a subscription."
    } else {
        "The server may not understand the opening message, or may have no data to send."
    };
    let waited = limit_in_words(waited);
    let cause = format!("The connection is open, but no message was received for {waited}. {why}");
    Finding::new(FindingCode::SilentAfterOpen, cause)
        .evidence([sent_opening(settings)])
        .fix(send_as_text(settings))
        .fix(none.then(|| advice("set open_message to the subscription the server expects")))
        .cure()
}

/// `2 opening messages were sent as binary`
pub(super) fn sent_opening(settings: &Settings) -> String {
    let kind = match settings.open_message_type {
        MessageType::Binary => "binary",
        MessageType::Text => "text",
    };
    match settings.open_messages.len() {
        0 => "no opening message was sent".to_owned(),
        1 => format!("1 opening message was sent as {kind}"),
        many => format!("{many} opening messages were sent as {kind}"),
    }
}

/// A fix that sends the opening as text: `binary` is the default, and few servers accept JSON in it.
pub(super) fn send_as_text(settings: &Settings) -> Option<Fix> {
    send_as_other_type(settings).filter(|_| settings.open_message_type == MessageType::Binary)
}

/// A fix that sends the opening as the other type, text or binary.
pub(super) fn send_as_other_type(settings: &Settings) -> Option<Fix> {
    let (title, value) = match settings.open_message_type {
        MessageType::Binary => ("send the opening message as text", "text"),
        MessageType::Text => ("send the opening message as binary", "binary"),
    };
    (!settings.open_messages.is_empty()).then(|| set(title, &[("open_message_type", value)]))
}
