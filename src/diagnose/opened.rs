//! What to say about a connection that opened.

use std::time::Duration;

use crate::{
    config::{MessageType, Settings},
    session::{Finding, FindingCode, Fix, Severity, StageReport, Timestamp, TlsEvidence, limit_in_words},
};

use super::{
    auth,
    connection::{any_tls, response, tls},
    finding_builder::{FindingBuilder, advice, cut, distance, set},
    handshake,
    pipeline::{Deflate, deflate},
    proxy,
};

/// A certificate with less left than this is worth a word.
const SOON: Duration = Duration::from_hours(14 * 24);

/// What a connection that went well should still be told: verification switched off, a certificate
/// about to expire, an answer that only this client reads.
#[must_use]
pub fn opened(settings: &Settings, ladder: &[StageReport], now: Timestamp) -> Vec<Finding> {
    let mut findings = any_tls(ladder).map(|tls| secured(tls, now)).unwrap_or_default();
    if tls(ladder).is_none() {
        for finding in &mut findings {
            finding.cause = finding.cause.replacen("The server", "The proxy", 1);
        }
    }
    findings.extend(interim(ladder));
    findings.extend(auth::notes(settings, ladder, now));
    findings.extend(unasked(settings, ladder));
    findings.extend(subprotocol(settings, ladder));
    findings.extend(handshake::lenient(ladder));
    findings.extend(proxy::in_play(settings, ladder));
    findings
}

/// The pipeline takes the first answer for the real one, whatever its status (Go's `http.ReadResponse`).
fn interim(ladder: &[StageReport]) -> Option<Finding> {
    let response = response(ladder)?;
    let mut lines = response.head.lines().filter(|line| line.starts_with("HTTP/"));
    let (first, _) = (lines.next()?, lines.next()?);
    let cause =
        "The server sent an interim answer (1xx) before the 101; the pipeline takes it for a refusal.";
    let finding = FindingBuilder::new(FindingCode::InterimAnswer, cause)
        .severity(Severity::Warning)
        .seen([
            cut(first.trim_end(), 200),
            "the pipeline would log: Failed to connect to websocket: websocket: bad handshake".to_owned(),
        ])
        .advise("let the server, or the proxy before it, answer an upgrade with the 101 alone");
    Some(finding.done())
}

/// A client that did not offer an extension must not accept it (RFC 6455, section 4.1).
fn unasked(settings: &Settings, ladder: &[StageReport]) -> Option<Finding> {
    let extension = ladder.iter().rev().find_map(|report| report.evidence.exchange()?.extension.as_ref())?;
    if settings.options.deflate {
        return None;
    }
    let pipeline = match deflate("Sec-WebSocket-Extensions", extension) {
        Some(Deflate::Refused) => {
            "the pipeline would log: Failed to connect to websocket: websocket: invalid compression negotiation"
        }
        Some(Deflate::Taken) => "the pipeline inflates too: both no_context_takeover parameters are there",
        None => {
            "the pipeline does not know it in this spelling: its first compressed frame ends the connection"
        }
    };
    let cause = "The server switched on permessage-deflate, which the request did not offer. Its messages are \
                 inflated; a strict client would refuse the connection (RFC 6455, section 4.1).";
    let finding = FindingBuilder::new(FindingCode::DeflateUnasked, cause)
        .severity(Severity::Warning)
        .seen([format!("Sec-WebSocket-Extensions: {}", cut(extension, 200)), pipeline.to_owned()])
        .advise("let the server compress only for clients that offer it");
    Some(finding.done())
}

/// A subprotocol that was not asked for, or none though one was (RFC 6455, section 4.2.2). The
/// pipeline goes on either way.
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
    let goes_on = "the pipeline goes on without a word".to_owned();
    let finding = |cause: String| {
        FindingBuilder::new(FindingCode::Subprotocol, cause).severity(Severity::Warning).seen([goes_on])
    };
    match chosen {
        Some(chosen) if !offered.contains(&chosen) => {
            let cause =
                format!("The server chose the subprotocol “{}”, which was not asked for.", cut(chosen, 120));
            let fix = set("ask for it", &[("headers.Sec-WebSocket-Protocol", chosen)]);
            Some(finding(cause).fix([fix]).done())
        }
        None if named.is_some() => {
            let cause = format!("The answer has an empty {NAME}, which names no subprotocol.");
            Some(finding(cause).advise("let the server leave the header out where it chose none").done())
        }
        None if !offered.is_empty() => {
            let cause =
                "A subprotocol was asked for, and the server chose none: it may speak another one, or none.";
            Some(
                finding(cause.to_owned())
                    .advise("look up the names that the server knows; they are told apart by case")
                    .done(),
            )
        }
        _ => None,
    }
}

fn secured(tls: &TlsEvidence, now: Timestamp) -> Vec<Finding> {
    let unverified = tls.skipped.then(|| {
        let cause = "tls.skip_cert_verify is on, so anyone in between can read and change what is sent.";
        let finding = FindingBuilder::new(FindingCode::VerificationOff, cause).severity(Severity::Note);
        match &tls.verdict {
            Some(verdict) => finding
                .seen([format!("without it the certificate would be refused: {verdict}")])
                .advise("fix the certificate or its trust, then set tls.skip_cert_verify to false"),
            None if tls.chain.is_empty() => finding
                .seen(["the certificates were not delivered, so nothing is known of them (TLS 1.3 with \
                        tls.enable_renegotiation)"
                    .to_owned()])
                .advise("set tls.enable_renegotiation to false to see them"),
            None => finding
                .seen(["the certificate would verify without it".to_owned()])
                .fix([set("verify the certificate again", &[("tls.skip_cert_verify", "false")])]),
        }
        .done()
    });
    let soon =
        tls.chain.first().filter(|leaf| leaf.not_after >= now && leaf.not_after.since(now) < SOON).map(
            |leaf| {
                let (day, left) = (leaf.not_after.day(), distance(leaf.not_after, now));
                FindingBuilder::new(
                    FindingCode::CertExpiresSoon,
                    format!("The server's certificate ends on {day}, {left}."),
                )
                .severity(Severity::Note)
                .seen([format!("certificate 0: {}, by {}", leaf.subject, leaf.issuer)])
                .advise("have the server's certificate renewed")
                .done()
            },
        );
    unverified.into_iter().chain(soon).collect()
}

/// The server has sent nothing for this long after the connection opened.
#[must_use]
pub fn silent(settings: &Settings, waited: Duration) -> Finding {
    let none = settings.open_messages.is_empty();
    let why = if none {
        "Nothing was sent: many feeds speak only after a subscription."
    } else {
        "The server may not understand the opening message, or have nothing to tell."
    };
    let waited = limit_in_words(waited);
    let cause = format!("The connection is open and no message has come for {waited}. {why}");
    FindingBuilder::new(FindingCode::SilentAfterOpen, cause)
        .severity(Severity::Note)
        .seen([opening(settings)])
        .fix(as_text(settings))
        .fix(none.then(|| advice("set open_message to the subscription the server expects")))
        .advise("check the path in url: another one may carry the feed")
        .done()
}

/// `sent 2 opening messages as binary`
pub(super) fn opening(settings: &Settings) -> String {
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

/// Sending the opening as text, since `binary` is the default and few servers take JSON in it.
pub(super) fn as_text(settings: &Settings) -> Option<Fix> {
    as_the_other_type(settings).filter(|_| settings.open_message_type == MessageType::Binary)
}

/// Sending the opening as what it is not sent as.
pub(super) fn as_the_other_type(settings: &Settings) -> Option<Fix> {
    let (title, value) = match settings.open_message_type {
        MessageType::Binary => ("send the opening message as text", "text"),
        MessageType::Text => ("send the opening message as binary", "binary"),
    };
    (!settings.open_messages.is_empty()).then(|| set(title, &[("open_message_type", value)]))
}
