//! The evidence of the stages: proxy, certificates, authentication and answers.

use crate::{
    payload::counted,
    session::{Certificate, ClientEvidence, Exchange, ProxyEvidence, Response, Timestamp, TlsEvidence},
};

use super::sheet::Page;

impl Page {
    /// The exchange with the proxy, apart from that with the server.
    pub(super) fn proxy(&mut self, proxy: &ProxyEvidence, now: Timestamp) {
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
            self.certificates(" of the proxy", tls, now);
        }
        if let Some(exchange) = &proxy.exchange {
            self.heading("request to the proxy");
            self.quoted(&exchange.request);
            self.answer("answer of the proxy", exchange);
        }
    }

    /// Headings end in `whose`, unless the certificates are the server's.
    pub(super) fn certificates(&mut self, whose: &str, tls: &TlsEvidence, now: Timestamp) {
        self.heading(&format!("tls{whose}"));
        self.entry("sent", tls.server_name.as_deref().unwrap_or("no server name: the host is an address"));
        self.entry("offered", "TLS 1.2 and TLS 1.3, no ALPN");
        if let Some(asked) = tls.client.as_ref().map(ClientEvidence::summary) {
            self.entry("client", &asked);
        }
        self.entry("trust", tls.anchor.as_deref().unwrap_or(&tls.trust));
        if let Some(verdict) = &tls.verdict {
            self.entry("verdict", verdict);
        }
        if tls.chain.is_empty() {
            return;
        }
        self.heading(&format!("certificates{whose}"));
        for (certificate, nth) in tls.chain.iter().zip(0..) {
            self.entry(&nth.to_string(), &certificate.subject);
            self.entry("issuer", &certificate.issuer);
            if !certificate.names.is_empty() {
                self.entry("names", &certificate.names.join(", "));
            }
            self.entry("valid", &validity(certificate, now));
            let authority = if certificate.ca { ", an authority" } else { "" };
            let key = format!("{}, signed with {}{authority}", certificate.key, certificate.signature);
            self.entry("key", &key);
            self.entry("sha256", &certificate.sha256);
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

fn validity(certificate: &Certificate, now: Timestamp) -> String {
    let Certificate { not_before, not_after, .. } = certificate;
    let days = counted(not_after.days_since(now).unsigned_abs(), "day");
    let left = match (*not_before..=*not_after).contains(&now) {
        true => format!("{days} left"),
        false if now > *not_after => format!("expired {days} ago"),
        false => "not yet valid".to_owned(),
    };
    format!("{} to {}, {left}", not_before.day(), not_after.day())
}
