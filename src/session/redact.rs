//! Masks what must not be read in every text of an event: the secrets before it leaves the engine, and what a person
//! has removed from an export.
//!
//! Each type is destructured completely, so that a new field must be handled here. Payloads of received
//! messages are data and stay unchanged; so do certificates, which are public.

use crate::config::{Redactor, shown_head, shown_header};

use super::{
    ActiveAckMode, Answered, AuthEvidence, AuthMethod, CloseFrame, Control, ControlKind, End, Ended, Event,
    EventKind, Evidence, Exchange, Failure, FailureKind, Finding, Fix, LossKind, Lost, Opened, PipelineLine,
    ProxyEvidence, Response, Route, Sent, StageReport, TlsEvidence, TlsVerdict, Tried,
};

/// Masks parts of texts and of payloads.
pub trait Mask {
    fn redact(&self, text: &mut String);

    /// The bytes with what is masked; `None` if that is nothing.
    fn bytes(&self, bytes: &[u8]) -> Option<Vec<u8>>;
}

impl Mask for Redactor {
    fn redact(&self, text: &mut String) {
        Self::redact(self, text);
    }

    fn bytes(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        Self::bytes(self, bytes)
    }
}

impl Event {
    /// Masks the texts of this event.
    pub fn redact(&mut self, redactor: &dyn Mask) {
        match &mut self.kind {
            EventKind::Connecting { url } => redactor.redact(url),
            EventKind::StageEnded(report) => stage(report, redactor),
            EventKind::Opened(opened) => {
                let Opened { remote: _, tls: _, subprotocol, extension, took: _ } = &mut **opened;
                all([subprotocol, extension].into_iter().flatten(), redactor);
            }
            EventKind::Answered(Answered { status: _, reason }) => redactor.redact(reason),
            EventKind::Control(Control { direction: _, kind }) => match kind {
                ControlKind::Ping(payload) | ControlKind::Pong { payload, round_trip: _ } => {
                    bytes(payload, redactor);
                }
                ControlKind::Close(frame) => close(frame, redactor),
            },
            EventKind::Sent(Sent { kind: _, payload, opening: _ }) => bytes(payload, redactor),
            EventKind::Lost(lost) => {
                let Lost { kind, open_for: _, messages: _, message } = &mut **lost;
                loss(kind, redactor);
                redactor.redact(message);
            }
            EventKind::Failed(failed) => failure(failed, redactor),
            EventKind::Finding(found) => finding(found, redactor),
            EventKind::Pipeline(PipelineLine { level: _, text }) => redactor.redact(text),
            EventKind::AckMode(ActiveAckMode { mode: _, text, max_in_flight: _, threads: _, held: _ })
            | EventKind::Refused { command: _, message: text } => {
                redactor.redact(text);
            }
            EventKind::Ended(Ended { why: End::RetriesExhausted { retries: _, last }, .. }) => {
                failure(last, redactor);
            }
            EventKind::StageStarted(_)
            | EventKind::Messages(_)
            | EventKind::Delivery(_)
            | EventKind::RetryIn(_)
            | EventKind::ReplayWaits(_)
            | EventKind::Whereabouts(_)
            | EventKind::ReadingPaused { .. }
            | EventKind::BackPressure(_)
            | EventKind::ReadingResumed { .. }
            | EventKind::TcpLine(_)
            | EventKind::Ended(Ended { why: End::Stopped | End::NotRetried | End::FileEnds, .. }) => {}
        }
    }
}

fn all<'a>(texts: impl IntoIterator<Item = &'a mut String>, redactor: &dyn Mask) {
    texts.into_iter().for_each(|text| redactor.redact(text));
}

fn bytes<B: AsRef<[u8]> + From<Vec<u8>>>(payload: &mut B, redactor: &dyn Mask) {
    if let Some(shown) = redactor.bytes(payload.as_ref()) {
        *payload = shown.into();
    }
}

fn close(CloseFrame { code: _, reason }: &mut CloseFrame, redactor: &dyn Mask) {
    redactor.redact(reason);
}

fn loss(kind: &mut LossKind, redactor: &dyn Mask) {
    match kind {
        LossKind::Closed { by: _, frame } => close(frame, redactor),
        LossKind::Io { error } => redactor.redact(error),
        LossKind::Violation { rule, last } => {
            redactor.redact(rule);
            bytes(last, redactor);
        }
        LossKind::Ended | LossKind::RenegotiationAsked | LossKind::TooLarge { .. } | LossKind::Left => {}
    }
}

fn finding(finding: &mut Finding, redactor: &dyn Mask) {
    let Finding { code: _, severity: _, title, cause, evidence, fixes, field: _ } = finding;
    all([title, cause].into_iter().chain(evidence), redactor);
    // A certificate is public.
    for Fix { title, edits, yaml, file: _ } in fixes {
        // Who applies an edit restores the masked values; see `config::unmasked`.
        all([title, yaml].into_iter().chain(edits.iter_mut().map(|edit| &mut edit.value)), redactor);
    }
}

fn failure(failure: &mut Failure, redactor: &dyn Mask) {
    let Failure { stage: _, kind, message, sources } = failure;
    all([message].into_iter().chain(sources), redactor);
    match kind {
        FailureKind::ProxyUrl { scheme } => all(scheme, redactor),
        FailureKind::PlainServer { first_bytes } => bytes(first_bytes, redactor),
        FailureKind::ClientKey { fault: _, entry: _, pipeline, mends } => {
            all([pipeline].into_iter().chain(mends.iter_mut()), redactor);
        }
        FailureKind::Token { fault: _, pipeline } => redactor.redact(pipeline),
        FailureKind::BadAccept { expected: _, got } | FailureKind::BadUpgradeHeader { header: _, got } => {
            all(got, redactor);
        }
        FailureKind::NotAsked { header: _, got } => redactor.redact(got),
        FailureKind::BadHeader { name } => redactor.redact(name),
        FailureKind::NameNotFound
        | FailureKind::ProxyNotFound
        | FailureKind::Socks { .. }
        | FailureKind::LookupFailed
        | FailureKind::Refused
        | FailureKind::Unreachable
        | FailureKind::TimedOut { .. }
        | FailureKind::Io
        | FailureKind::ClosedEarly
        | FailureKind::CertExpired { .. }
        | FailureKind::CertNotYetValid { .. }
        | FailureKind::CertWrongName { .. }
        | FailureKind::CertUnknownIssuer
        | FailureKind::CertSelfSigned
        | FailureKind::CertInvalid
        | FailureKind::CertPin { .. }
        | FailureKind::OtherFamily { .. }
        | FailureKind::TlsVersion
        | FailureKind::TlsAlert { .. }
        | FailureKind::ClientCertWanted { .. }
        | FailureKind::ClientCertRefused { .. }
        | FailureKind::RenegotiationAsked
        | FailureKind::TlsFailed { .. }
        | FailureKind::Roots
        | FailureKind::Status { .. }
        | FailureKind::NotHttp { .. }
        | FailureKind::AnswerTooLarge { .. } => {}
    }
}

fn stage(report: &mut StageReport, redactor: &dyn Mask) {
    let StageReport { stage: _, began: _, took: _, outcome, evidence } = report;
    if let Err(failed) = outcome {
        failure(failed, redactor);
    }
    match evidence {
        Evidence::Lookup { host, addresses: _, route } => {
            redactor.redact(host);
            if let Some(Route { proxy, by }) = route {
                all([by].into_iter().chain(proxy), redactor);
            }
        }
        Evidence::Tcp { tried, local: _, remote: _, of_proxy: _, unix_socket } => {
            all(unix_socket, redactor);
            all(tried.iter_mut().filter_map(|Tried { error, .. }| error.as_mut()), redactor);
        }
        Evidence::Proxy(proxy) => {
            let ProxyEvidence { url, by, target, tls: of_tls, exchange: of_http, socks: _, unread } =
                &mut **proxy;
            all([url, by, target], redactor);
            if let Some(of_tls) = of_tls {
                tls(of_tls, redactor);
            }
            if let Some(of_http) = of_http {
                exchange(of_http, redactor);
            }
            bytes(unread, redactor);
        }
        Evidence::Tls(of_tls) => tls(of_tls, redactor),
        Evidence::Upgrade(of_http) => exchange(of_http, redactor),
        Evidence::Nothing {} | Evidence::Open { .. } => {}
    }
}

fn tls(tls: &mut TlsEvidence, redactor: &dyn Mask) {
    let TlsEvidence {
        server_name,
        version: _,
        suite: _,
        group: _,
        client: _,
        anchor: _,
        trust,
        chain,
        namesake: _,
        trustable: _,
        verdict,
        skipped: _,
        pipeline,
    } = tls;
    let line = match pipeline {
        Some(TlsVerdict::Fails { line: text } | TlsVerdict::Unknown { why: text }) => Some(text),
        Some(TlsVerdict::Opens {}) | None => None,
    };
    // A certificate is public, but a fault may quote the host.
    let judgements = chain.iter_mut().filter_map(|certificate| certificate.judgement.as_mut());
    let faults =
        judgements.flat_map(|judgement| &mut judgement.checks).filter_map(|check| check.fault.as_mut());
    all([trust].into_iter().chain(server_name).chain(verdict).chain(line).chain(faults), redactor);
}

fn exchange(exchange: &mut Exchange, redactor: &dyn Mask) {
    let Exchange { request, response, auth, extension, renegotiations: _, unread, unread_size: _ } = exchange;
    // Our request is written with its credentials masked in the first place.
    all([request].into_iter().chain(extension), redactor);
    bytes(unread, redactor);
    if let Some(Response { status: _, reason, head, headers, body, body_end: _ }) = response {
        *head = shown_head(head);
        for (name, value) in &mut *headers {
            *value = shown_header(name, value);
        }
        // A server can put anything into a name too.
        let headers = headers.iter_mut().flat_map(|(name, value)| [name, value]);
        all([reason, head, body].into_iter().chain(headers), redactor);
    }
    for AuthEvidence { method, replaced: _ } in auth {
        match method {
            AuthMethod::Basic { username } => redactor.redact(username),
            AuthMethod::Jwt { signing_method, header, claims, .. } => {
                all([signing_method, header, claims], redactor);
            }
            AuthMethod::OAuth1 { base_string, signing_key, header, as_pipeline: _, timestamp: _ } => {
                all([base_string, signing_key, header], redactor);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        config::Secret,
        session::{Aspect, Certificate, CertificateCheck, Judgement},
    };

    use super::*;

    #[test]
    fn a_secret_that_a_server_repeats_in_a_certificate_is_masked_in_what_is_said_of_it() {
        let said = "x509: certificate is valid for hunter2-token.example, not feed.example".to_owned();
        let checks = vec![CertificateCheck { aspect: Aspect::Name, fault: Some(said.clone()) }];
        let judgement = Some(Judgement { checks, ..Judgement::default() });
        let secrets: Redactor = [Secret::new("hunter2-token")].into_iter().collect();
        let mut evidence = TlsEvidence {
            chain: vec![Certificate { judgement, ..Certificate::default() }],
            verdict: Some(said.clone()),
            pipeline: Some(TlsVerdict::Fails { line: said }),
            ..TlsEvidence::default()
        };
        tls(&mut evidence, &secrets);
        let masked = "x509: certificate is valid for •••.example, not feed.example".to_owned();
        let fault =
            evidence.chain[0].judgement.as_ref().and_then(|judgement| judgement.checks[0].fault.clone());
        assert_eq!(fault.as_ref(), Some(&masked));
        assert_eq!(evidence.verdict.as_ref(), Some(&masked));
        assert_eq!(evidence.pipeline, Some(TlsVerdict::Fails { line: masked }));
    }
}
