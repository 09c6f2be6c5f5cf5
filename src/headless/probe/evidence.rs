//! The evidence of the stages: proxy, certificates, authentication and answers.

use crate::{
    describe::{Opinion, aspect, check_rows, faults, key, place_in_chain, tls_opinions, validity},
    session::{Certificate, ClientEvidence, Exchange, ProxyEvidence, Response, Timestamp, TlsEvidence},
};

use super::sheet::{ENTRY, Page};

impl Page {
    /// The exchange with the proxy, apart from that with the server.
    pub(super) fn proxy(&mut self, proxy: &ProxyEvidence, is_ok: bool, now: Timestamp) {
        self.heading("proxy");
        self.entry("address", &proxy.url);
        self.entry("chosen by", &proxy.by);
        self.entry("target", &proxy.target);
        if let Some(socks) = proxy.socks {
            self.entry("SOCKS", socks.words());
        }
        if !proxy.unread.is_empty() {
            self.entry("sent", &String::from_utf8_lossy(&proxy.unread));
        }
        if let Some(tls) = &proxy.tls {
            self.certificates(" of the proxy", tls, is_ok || proxy.exchange.is_some(), now);
        }
        if let Some(exchange) = &proxy.exchange {
            self.heading("request to the proxy");
            self.quoted(&exchange.request);
            self.answer("answer of the proxy", exchange);
        }
    }

    /// Headings end in `whose`, unless the certificates are the server's.
    pub(super) fn certificates(&mut self, whose: &str, tls: &TlsEvidence, is_ok: bool, now: Timestamp) {
        self.heading(&format!("tls{whose}"));
        for Opinion { favours, text } in tls_opinions(tls, is_ok) {
            let sign = match favours {
                Some(true) => self.style.good("✓"),
                Some(false) => self.style.bad("✗"),
                None => self.style.odd("?"),
            };
            self.rows(&format!("  {sign} "), 4, &text);
        }
        self.entry("sent", tls.server_name.as_deref().unwrap_or("no server name: the host is an address"));
        self.entry("offered", "TLS 1.2 and TLS 1.3, no ALPN");
        if let Some(asked) = tls.client.as_ref().map(ClientEvidence::summary) {
            self.entry("client", &asked);
        }
        self.entry("trust", tls.anchor.as_deref().unwrap_or(&tls.trust));
        if tls.skipped {
            self.entry("verify", "off: anyone on the way can read the traffic");
        }
        if tls.chain.is_empty() {
            return;
        }
        self.heading(&format!("certificates{whose}"));
        for (certificate, nth) in tls.chain.iter().zip(0..) {
            self.entry(&nth.to_string(), &certificate.subject);
            for (label, text) in [
                ("issuer", Some(certificate.issuer.clone())),
                ("dates", validity(certificate, now)),
                ("names", Some(certificate.names.join(", "))),
                ("key", key(certificate)),
                ("sha256", Some(certificate.sha256.clone())),
            ] {
                if let Some(text) = text.filter(|text| !text.is_empty()) {
                    self.entry(label, &text);
                }
            }
            self.checks(certificate);
            if let Some(text) = place_in_chain(certificate, &tls.chain) {
                self.entry("chain", &text);
            }
        }
    }

    /// What the pipeline has checked, and what it finds wrong.
    fn checks(&mut self, certificate: &Certificate) {
        let checks = certificate.judgement.as_ref().map_or(&[][..], |judgement| &judgement.checks);
        let mut label = "pipeline";
        for row in check_rows(checks, self.columns - ENTRY) {
            let signs = row.iter().map(|check| {
                let sign = if check.fault.is_none() { self.style.good("✓") } else { self.style.bad("✗") };
                format!("{sign} {}", aspect(check.aspect))
            });
            let signs = signs.collect::<Vec<_>>().join("  ");
            let label = self.style.dim(&format!("{:<9}", std::mem::take(&mut label)));
            self.line(&format!("  {label} {signs}"));
        }
        for fault in faults(certificate) {
            self.entry("", &fault);
        }
    }

    pub(super) fn authentication(&mut self, exchange: &Exchange, now: Timestamp) {
        let server = exchange.response.as_ref().and_then(Response::date);
        for evidence in &exchange.auth {
            self.heading("authentication");
            for (name, text) in evidence.facts(now, server) {
                self.entry(name, &text);
            }
        }
    }

    pub(super) fn answer(&mut self, heading: &str, exchange: &Exchange) {
        let Some(response) = &exchange.response else {
            if !exchange.unread.is_empty() {
                self.heading(heading);
                self.quoted(&String::from_utf8_lossy(&exchange.unread));
            }
            return;
        };
        self.heading(heading);
        self.quoted(&response.head);
        if !response.body.is_empty() {
            self.line("");
            self.quoted(&response.body);
        }
        if let Some(missing) = response.body_end.words() {
            self.line(&self.style.dim(&format!("  ({missing})")));
        }
    }
}
