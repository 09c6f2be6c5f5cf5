//! What the pipeline would make of a handshake that was made or tried here.

use std::{io, net::SocketAddr};

use rustls::Error;

use crate::{
    config::Dialect,
    files::local_zone,
    go_verdict::{
        Handshake, Judged, Trust as PipelineTrust, Verdict, Went, verdict,
        wire::{Check, Doubt, End, Engine},
    },
    session::TlsVerdict,
};

use super::{
    handshake_notes::SharedNotes,
    judgement::{judgements, namesake},
    roots::Trust,
    tap::Overheard,
    tls_failure::tls_error,
};

/// The engine whose rules hold; without a choice, that with the widest offer, since nothing may be foretold that holds
/// for some of them only.
pub(super) fn engine(dialect: Dialect) -> Engine {
    match dialect {
        Dialect::Bento | Dialect::Standard => Engine::Bento,
        Dialect::Benthos => Engine::Benthos77,
        Dialect::Connect4106 => Engine::Benthos78,
        Dialect::Connect => Engine::Benthos80,
    }
}

/// How the server's direction ended, where the handshake failed with `error`.
pub(super) fn end_of(error: &io::Error, ends: Option<(SocketAddr, SocketAddr)>) -> End {
    match (error.kind(), ends) {
        _ if tls_error(error).is_some() => End::Left,
        (io::ErrorKind::UnexpectedEof, _) => End::Closed,
        (io::ErrorKind::ConnectionReset, Some((local, remote))) => End::Reset { local, remote },
        _ => End::Left,
    }
}

/// How the handshake went, where it failed with `error`.
pub(super) fn went(error: &io::Error) -> Went {
    match tls_error(error) {
        Some(Error::AlertReceived(alert)) => Went::ToAlert(u8::from(alert)),
        Some(Error::InvalidCertificate(_)) => Went::ToCertificates,
        _ => Went::Elsewhere,
    }
}

/// What a verdict rests on besides the handshake itself.
pub(super) struct Foretelling<'a> {
    pub(super) trust: &'a Trust,
    /// The host as the URL has it.
    pub(super) host: &'a str,
    pub(super) skips: bool,
}

impl Foretelling<'_> {
    /// The verdict; `None` where nothing is known, such as of a server that said nothing.
    pub(super) fn verdict(&self, heard: &Overheard, notes: &SharedNotes, went: Went) -> Option<TlsVerdict> {
        self.judge_certificates_in_clear(heard, notes);
        let notes = notes.lock();
        let handshake = Handshake {
            wire: &heard.outcome,
            client_random: &heard.client_random,
            judged: notes.judged.as_ref(),
            signature: notes.signature.as_ref(),
            went,
        };
        Some(match verdict(&handshake) {
            Verdict::Opens => TlsVerdict::Opens {},
            Verdict::Fails(line) => TlsVerdict::Fails { line },
            Verdict::Unknown(doubt) => TlsVerdict::Unknown { why: why(doubt).to_owned() },
            Verdict::Waits => return None,
        })
    }

    /// Judges certificates that came in the clear and that our library did not come to.
    fn judge_certificates_in_clear(&self, heard: &Overheard, notes: &SharedNotes) {
        let served = heard.outcome.checks.iter().find_map(|check| match check {
            Check::Certificates(served) => Some(served),
            Check::Signature(_) => None,
        });
        let mut notes = notes.lock();
        let (Some(served), None) = (served, &notes.judged) else { return };
        let now = &jiff::Timestamp::now().to_zoned(local_zone());
        let trust = PipelineTrust { roots: &self.trust.pool, name: self.host, now, skips: self.skips };
        let judged = Judged::of(served, trust);
        notes.note_chain(served.iter().map(Vec::as_slice));
        notes.judgements = judgements(&judged, &self.trust.pool, &notes.chain);
        notes.namesake = namesake(&judged, &self.trust.pool);
        notes.judged = Some(judged);
    }
}

/// Why the bytes that came do not decide.
const fn why(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::NarrowerOffer => {
            "Bento, and each pipeline without a tls block, offers more than Sockeye did: TLS 1.2 suites that encrypt \
             with CBC, such as ECDHE-RSA-AES128-SHA. The server may accept those; with --as bento they are offered."
        }
        Doubt::OtherOffer => "The server chose something that Sockeye offers and the pipeline does not.",
        Doubt::Resumed => "The server resumed an earlier TLS session.",
        Doubt::Left => "Sockeye ended the handshake before the server had said what decides it.",
    }
}
