//! A TLS handshake: what the pipeline and this program's own library make of it, what was agreed on, and the
//! certificates with what the pipeline says of each.

use ratatui::{style::Style, text::Span};

use crate::{
    describe::{self, Opinion},
    session::{Certificate, CertificateCheck, ClientEvidence, Timestamp, TlsEvidence},
};

use super::{Item, Sections};

/// Cells before the facts of a certificate.
const HEAD: usize = 14;

impl Sections<'_> {
    /// The title names `whom` it is with, unless it is the server.
    pub(super) fn tls(&mut self, whom: &str, tls: &TlsEvidence, is_ok: bool) {
        self.rule(format!("tls{whom}"));
        for opinion in describe::tls_opinions(tls, is_ok) {
            self.opinion(&opinion);
        }
        for (name, text) in [
            ("version", tls.version.as_deref()),
            ("suite", tls.suite.as_deref()),
            ("key exchange", tls.group.as_deref()),
            ("server name", tls.server_name.as_deref()),
            ("offered", Some("TLS 1.2 and TLS 1.3, no ALPN")),
            ("client cert", tls.client.as_ref().map(ClientEvidence::summary).as_deref()),
            ("trust", Some(tls.trust.as_str())),
            ("leads to", tls.anchor.as_deref()),
            ("verify", tls.skipped.then_some("off: anyone on the way can read the traffic")),
        ] {
            if let Some(text) = text.filter(|text| !text.is_empty()) {
                self.fact(name, text);
            }
        }
        if !tls.chain.is_empty() {
            self.rule("certificate chain, as received");
        }
        for (nth, certificate) in tls.chain.iter().enumerate() {
            self.certificate(nth, certificate, &tls.chain);
        }
    }

    fn opinion(&mut self, opinion: &Opinion) {
        let (sign, style) = match opinion.favours {
            Some(true) => ("✓ ", self.theme.ok),
            Some(false) => ("✕ ", self.theme.bad),
            None => ("? ", self.theme.wait),
        };
        self.hang(Span::styled(sign, style), &opinion.text, self.theme.plain);
    }

    fn certificate(&mut self, nth: usize, certificate: &Certificate, chain: &[Certificate]) {
        let (theme, now) = (self.theme, self.app.now);
        self.hang(Span::styled(format!("{nth} "), theme.dim), &certificate.subject, theme.strong);
        let own = if certificate.self_issued { " (itself)" } else { "" };
        let names = certificate.names.join(", ");
        for (name, text, style) in [
            ("issuer", Some(format!("{}{own}", certificate.issuer)), theme.plain),
            ("dates", describe::validity(certificate, now), self.dates(certificate, now)),
            ("names", Some(names), theme.plain),
            ("key", describe::key(certificate), theme.plain),
            ("sha-256", Some(certificate.sha256.clone()), theme.dim),
        ] {
            if let Some(text) = text.filter(|text| !text.is_empty()) {
                self.hang(self.head(name), &text, style);
            }
        }
        self.checks(certificate);
        if let Some(text) = describe::place_in_chain(certificate, chain) {
            self.hang(self.head("chain"), &text, theme.plain);
        }
    }

    /// The colour of the dates: how much is left of them.
    fn dates(&self, certificate: &Certificate, now: Timestamp) -> Style {
        match certificate.not_after.days_since(now) {
            _ if now < certificate.not_before || now > certificate.not_after => self.theme.bad,
            ..14 => self.theme.wait,
            _ => self.theme.ok,
        }
    }

    /// What the pipeline has checked, and what it finds wrong.
    fn checks(&mut self, certificate: &Certificate) {
        let checks = certificate.judgement.as_ref().map_or(&[][..], |judgement| &judgement.checks);
        let mut head = self.head("pipeline");
        for row in describe::check_rows(checks, self.width.saturating_sub(HEAD)) {
            let spans = std::iter::once(std::mem::replace(&mut head, self.head("")));
            let line = spans.chain(row.iter().flat_map(|check| self.check(check))).collect();
            self.items.push(Item::Line(line));
        }
        for fault in describe::faults(certificate) {
            self.hang(self.head(""), &fault, self.theme.plain);
        }
    }

    fn check(&self, check: &CertificateCheck) -> [Span<'static>; 2] {
        let (sign, style) =
            if check.fault.is_none() { ("✓ ", self.theme.ok) } else { ("✕ ", self.theme.bad) };
        let word = format!("{}  ", describe::aspect(check.aspect));
        [Span::styled(sign, style), Span::styled(word, self.theme.plain)]
    }

    fn head(&self, name: &str) -> Span<'static> {
        Span::styled(format!("  {name:<12}"), self.theme.dim)
    }
}
