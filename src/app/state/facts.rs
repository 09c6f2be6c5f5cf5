//! One connection as a list of named facts, so that two can be compared. What matters most stands first, and what is
//! never twice the same, the times, last.

use crate::{
    describe,
    payload::span_of,
    session::{
        Certificate, ClientEvidence, Evidence, Exchange, ProxyEvidence, Route, SocksReply, TlsEvidence,
    },
};

use super::connection::Connection;

/// Headers that are another on each connection by rule (RFC 6455, section 4.1): they say nothing of a difference.
const NONCES: [&str; 2] = ["sec-websocket-key", "sec-websocket-accept"];

/// What is known of a connection: the name of each fact, and the fact. Secrets are masked, as in all that it holds.
#[must_use]
pub fn facts(connection: &Connection) -> Vec<(String, String)> {
    let mut facts = Facts::default();
    facts.ending(connection);
    facts.add("address", &connection.ladder.url);
    for report in connection.reports() {
        facts.evidence(&report.evidence, report.outcome.is_ok());
    }
    for sent in &connection.sent {
        facts.add("opening message", String::from_utf8_lossy(&sent.payload));
    }
    for report in connection.reports() {
        facts.add(format!("time of {}", report.stage), span_of(report.took));
    }
    if let Some((_, lost)) = &connection.lost {
        facts.add("open for", span_of(lost.open_for));
        facts.add("messages", lost.messages.to_string());
    }
    facts.all
}

#[derive(Default)]
struct Facts {
    all: Vec<(String, String)>,
}

impl Facts {
    fn add(&mut self, name: impl Into<String>, fact: impl Into<String>) {
        self.all.push((name.into(), fact.into()));
    }

    fn add_if(&mut self, name: impl Into<String>, fact: Option<impl Into<String>>) {
        if let Some(fact) = fact {
            self.add(name, fact);
        }
    }

    /// How it ended, what was found, and what the pipeline would have said.
    fn ending(&mut self, connection: &Connection) {
        match (&connection.ladder.failure, &connection.lost, &connection.opened) {
            (Some(failure), ..) => self.add("end", describe::failed_in_short(failure)),
            (None, Some((_, lost)), _) => self.add("end", &lost.message),
            (None, None, Some(_)) => self.add("end", "open"),
            (None, None, None) => {}
        }
        let causes = connection.ladder.failure.iter().flat_map(|failure| &failure.sources);
        causes.for_each(|cause| self.add("because", cause));
        for finding in connection.by_gravity() {
            self.add(format!("finding {}", finding.code), &finding.title);
        }
        for line in &connection.pipeline {
            self.add(format!("pipeline {}", line.level.word()), &line.text);
        }
    }

    fn evidence(&mut self, evidence: &Evidence, is_ok: bool) {
        match evidence {
            Evidence::Nothing {} | Evidence::Open { .. } => {}
            Evidence::Lookup { host, addresses, route } => {
                self.add("host", host);
                let addresses: Vec<_> = addresses.iter().map(ToString::to_string).collect();
                self.add("addresses", addresses.join(", "));
                self.add_if("route", route.as_ref().map(Route::summary));
            }
            Evidence::Tcp { tried, local, remote, unix_socket, .. } => {
                self.add_if("connected to", unix_socket.as_ref());
                self.add_if("connected to", remote.map(|remote| remote.to_string()));
                // The port is another each time.
                self.add_if("connected from", local.map(|local| local.ip().to_string()));
                for one in tried {
                    self.add_if(format!("tried {}", one.address), one.error.as_ref());
                }
            }
            Evidence::Proxy(proxy) => self.proxy(proxy, is_ok),
            Evidence::Tls(tls) => self.tls("", tls, is_ok),
            Evidence::Upgrade(exchange) => self.exchange("", exchange),
        }
    }

    fn proxy(&mut self, proxy: &ProxyEvidence, is_ok: bool) {
        self.add("proxy", &proxy.url);
        self.add("proxy chosen by", &proxy.by);
        self.add("proxy target", &proxy.target);
        self.add_if("proxy SOCKS 5", proxy.socks.map(SocksReply::words));
        if let Some(tls) = &proxy.tls {
            self.tls("proxy ", tls, is_ok || proxy.exchange.is_some());
        }
        if let Some(exchange) = &proxy.exchange {
            self.exchange("proxy ", exchange);
        }
    }

    /// A handshake; `whose` stands before each name.
    fn tls(&mut self, whose: &str, tls: &TlsEvidence, is_ok: bool) {
        for (name, fact) in [
            ("version", &tls.version),
            ("suite", &tls.suite),
            ("key exchange", &tls.group),
            ("server name", &tls.server_name),
            ("leads to", &tls.anchor),
            ("client cert", &tls.client.as_ref().map(ClientEvidence::summary)),
            ("verify", &tls.skipped.then(|| "off".to_owned())),
        ] {
            self.add_if(format!("{whose}tls {name}"), fact.as_ref());
        }
        self.add(format!("{whose}tls trust"), &tls.trust);
        for opinion in describe::tls_opinions(tls, is_ok) {
            self.add(format!("{whose}tls verdict"), opinion.text);
        }
        for (certificate, nth) in tls.chain.iter().zip(0..) {
            self.certificate(&format!("{whose}certificate {nth}"), certificate);
        }
    }

    fn certificate(&mut self, which: &str, certificate: &Certificate) {
        for (name, fact) in [
            ("subject", &certificate.subject),
            ("issuer", &certificate.issuer),
            ("names", &certificate.names.join(", ")),
            ("from", &certificate.not_before.to_string()),
            ("until", &certificate.not_after.to_string()),
            ("key", &certificate.key),
            ("signature", &certificate.signature),
            ("sha-256", &certificate.sha256),
        ] {
            self.add(format!("{which} {name}"), fact);
        }
        for fault in describe::faults(certificate) {
            self.add(format!("{which} fault"), fault);
        }
    }

    /// A request and its answer; `whose` stands before each name.
    fn exchange(&mut self, whose: &str, exchange: &Exchange) {
        self.head(&format!("{whose}request"), &exchange.request);
        for evidence in &exchange.auth {
            let fate = if evidence.replaced { "replaced by a later method" } else { "sent" };
            self.add(format!("{whose}authentication {}", evidence.method.name()), fate);
        }
        if let Some(response) = &exchange.response {
            self.head(&format!("{whose}response"), &response.head);
            let body = Some(&response.body).filter(|body| !body.is_empty());
            self.add_if(format!("{whose}response body"), body);
        }
        if exchange.renegotiations > 0 {
            self.add(format!("{whose}new TLS handshakes"), exchange.renegotiations.to_string());
        }
        if !exchange.unread.is_empty() {
            self.add(format!("{whose}answer that is not HTTP"), String::from_utf8_lossy(&exchange.unread));
        }
    }

    /// The first line of a request or an answer, and each header by its name.
    fn head(&mut self, whose: &str, head: &str) {
        let mut lines = head.lines().filter(|line| !line.is_empty());
        self.add_if(whose, lines.next());
        for line in lines {
            let (name, value) = line.split_once(':').unwrap_or((line, ""));
            if !NONCES.iter().any(|nonce| name.eq_ignore_ascii_case(nonce)) {
                self.add(format!("{whose} {name}"), value.trim());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Connection, facts};
    use crate::{
        app::StageRow,
        session::{Evidence, Exchange, Response, Stage, StageReport, Timestamp},
    };

    fn answered(head: &str) -> Connection {
        let response = Response { head: head.to_owned(), ..Response::default() };
        let exchange = Exchange {
            request: "GET / HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Key: abc\r\n\r\n".to_owned(),
            response: Some(response),
            ..Exchange::default()
        };
        let report = StageReport {
            stage: Stage::Upgrade,
            began: Timestamp(0),
            took: Duration::from_millis(5),
            outcome: Ok(()),
            evidence: Evidence::Upgrade(Box::new(exchange)),
        };
        let mut connection = Connection::default();
        let row = StageRow { stage: Stage::Upgrade, began: Timestamp(0), report: Some(Box::new(report)) };
        connection.ladder.stage_rows.push(row);
        connection
    }

    #[test]
    fn each_header_is_a_fact_but_for_the_key_that_always_differs() {
        let facts = facts(&answered("HTTP/1.1 401 Unauthorized\r\nServer: nginx\r\n"));
        let told: Vec<_> = facts.iter().map(|(name, fact)| format!("{name}={fact}")).collect();
        assert_eq!(
            told,
            [
                "address=",
                "request=GET / HTTP/1.1",
                "request Host=a",
                "response=HTTP/1.1 401 Unauthorized",
                "response Server=nginx",
                "time of upgrade=5.0 ms",
            ]
        );
    }
}
