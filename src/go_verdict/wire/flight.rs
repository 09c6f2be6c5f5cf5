//! Go's decisions on the server's first flight in TLS 1.2, which is in the clear (`crypto/tls/handshake_client.go`,
//! `clientHandshakeState`).
//!
//! ```text
//!  ServerHello, Certificate, [CertificateStatus], [ServerKeyExchange], [CertificateRequest], ServerHelloDone
//!                            ^ the certificates are judged once the message behind them has come
//! ```

use crate::go_verdict::code::version;
use crate::go_verdict::wire::alert::Alert;
use crate::go_verdict::wire::dialled::Dialled;
use crate::go_verdict::wire::extension;
use crate::go_verdict::wire::key_share;
use crate::go_verdict::wire::message::{self, Exchange, Kind};
use crate::go_verdict::wire::offer::{self, Offer};
use crate::go_verdict::wire::outcome::{Check, Doubt, KeyExchange, Seen};
use crate::go_verdict::wire::refusal::Refusal;
use crate::go_verdict::wire::server_hello::ServerHello;
use crate::go_verdict::wire::stop::Stop;

/// What may come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Certificates,
    Status,
    KeyExchange,
    Request,
    Done,
    Ticket,
}

/// What comes after a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    Message,
    ChangeCipherSpec,
}

/// Where the flight stands.
#[derive(Clone, Debug)]
pub struct Flight {
    hello: ServerHello,
    place: Place,
    certificates: Vec<Vec<u8>>,
    has_key_exchange: bool,
}

impl Flight {
    /// Judges the hello (`handshake`, `processServerHello`).
    pub fn start(hello: ServerHello, engine: &Offer, dialled: &Dialled) -> Result<Self, Stop> {
        if !dialled.session_id.is_empty() && dialled.session_id == hello.session_id {
            return Err(if dialled.asked.resumption {
                Stop::Unknown(Doubt::Resumed)
            } else {
                Refusal::SessionIdEchoed.into()
            });
        }
        if !engine.takes_suite(version::TLS_12, hello.suite) {
            let (ours, theirs) = (&engine.suites, &dialled.offer.suites);
            return Err(Stop::at_choice(ours, theirs, hello.suite, Refusal::UnconfiguredSuite));
        }
        judge_hello(&hello, dialled)?;
        Ok(Self { hello, place: Place::Certificates, certificates: Vec::new(), has_key_exchange: false })
    }

    /// Takes the next message (`doFullHandshake`).
    pub fn receive(&mut self, kind: Kind, body: &[u8], scene: &mut Scene<'_>) -> Result<Next, Stop> {
        if self.place == Place::Certificates {
            return self.receive_certificates(kind, body);
        }
        if self.place == Place::Status {
            self.place = Place::KeyExchange;
            if kind == Kind::CertificateStatus {
                return if self.hello.has(extension::STATUS_REQUEST) {
                    Ok(Next::Message)
                } else {
                    Err(Refusal::UnexpectedStatus.into())
                };
            }
        }
        if self.place == Place::KeyExchange {
            scene.checks.push(Check::Certificates(std::mem::take(&mut self.certificates)));
            self.place = Place::Request;
            if kind == Kind::ServerKeyExchange {
                return self.receive_key_exchange(body, scene);
            }
        }
        if self.place == Place::Request {
            self.place = Place::Done;
            if kind == Kind::CertificateRequest {
                scene.seen.request = message::read_request(body, Some(version::TLS_12));
                return Ok(Next::Message);
            }
        }
        if self.place == Place::Done {
            return self.receive_done(kind, scene.dialled);
        }
        // The ticket that the dial asked for. Go waits for no message here.
        match kind {
            Kind::NewSessionTicket => Ok(Next::ChangeCipherSpec),
            _ => Err(Refusal::Local(Alert::UNEXPECTED_MESSAGE).into()),
        }
    }

    fn receive_certificates(&mut self, kind: Kind, body: &[u8]) -> Result<Next, Stop> {
        self.place = Place::Status;
        self.certificates = match kind {
            Kind::Certificate => message::read_certificates(body).unwrap_or_default(),
            _ => Vec::new(),
        };
        if self.certificates.is_empty() {
            return Err(unexpected(kind, Kind::Certificate));
        }
        Ok(Next::Message)
    }

    /// `crypto/tls/key_agreement.go`, `ecdheKeyAgreement.processServerKeyExchange`.
    fn receive_key_exchange(&mut self, body: &[u8], scene: &mut Scene<'_>) -> Result<Next, Stop> {
        let exchange = Exchange::read(body)?;
        let (engine, dialled) = (scene.engine, &scene.dialled.offer);
        if !engine.groups.contains(&exchange.group) {
            return Err(Stop::at_choice(
                &engine.groups,
                &dialled.groups,
                exchange.group,
                Refusal::UnofferedCurve,
            ));
        }
        if offer::is_hybrid(exchange.group) {
            return Err(Refusal::UnsupportedCurve.into());
        }
        if !key_share::is_point(exchange.group, exchange.point) {
            return Err(Refusal::InvalidKeyExchange.into());
        }
        if !engine.schemes.contains(&exchange.scheme) {
            return Err(Stop::at_choice(
                &engine.schemes,
                &dialled.schemes,
                exchange.scheme,
                Refusal::InvalidScheme,
            ));
        }
        if !engine.takes_scheme(version::TLS_12, self.hello.suite, exchange.scheme) {
            return Err(Refusal::InvalidKeyExchange.into());
        }
        scene.seen.group = Some(exchange.group);
        scene.seen.scheme = Some(exchange.scheme);
        scene.checks.push(Check::Signature(KeyExchange {
            scheme: exchange.scheme,
            signature: exchange.signature.to_vec(),
            server_random: self.hello.random,
            parameters: exchange.parameters.to_vec(),
        }));
        self.has_key_exchange = true;
        Ok(Next::Message)
    }

    /// The end of the flight, and what Go says only after its own (`generateClientKeyExchange`, `readSessionTicket`).
    fn receive_done(&mut self, kind: Kind, dialled: &Dialled) -> Result<Next, Stop> {
        if kind != Kind::ServerHelloDone {
            return Err(unexpected(kind, Kind::ServerHelloDone));
        }
        if !self.has_key_exchange {
            return Err(Refusal::MissingKeyExchange.into());
        }
        match (self.hello.has(extension::SESSION_TICKET), dialled.asked.session_tickets) {
            (false, _) => Ok(Next::ChangeCipherSpec),
            (true, false) => Err(Refusal::UnrequestedTicket.into()),
            // The dial asked for a ticket and Go does not: a server sends none to Go.
            (true, true) => {
                self.place = Place::Ticket;
                Ok(Next::Message)
            }
        }
    }
}

/// What the flight looks at, and where it writes what it finds.
pub struct Scene<'a> {
    pub engine: &'a Offer,
    pub dialled: &'a Dialled,
    pub checks: &'a mut Vec<Check>,
    pub seen: &'a mut Seen,
}

/// The rest of `processServerHello`.
fn judge_hello(hello: &ServerHello, dialled: &Dialled) -> Result<(), Refusal> {
    const UNCOMPRESSED: u8 = 0;
    if hello.compression != 0 {
        return Err(Refusal::Compression);
    }
    if !hello.point_formats.is_empty() && !hello.point_formats.contains(&UNCOMPRESSED) {
        return Err(Refusal::PointFormats);
    }
    if hello.renegotiation.as_ref().is_some_and(|body| !body.is_empty()) {
        return Err(Refusal::RenegotiationNotEmpty);
    }
    if !hello.alpn.is_empty() && !dialled.asked.protocols {
        return Err(Refusal::UnrequestedAlpn);
    }
    Ok(())
}

fn unexpected(got: Kind, wanted: Kind) -> Stop {
    let name = |kind: Kind| kind.go_name(Some(version::TLS_12));
    Refusal::UnexpectedMessage { got: name(got), wanted: name(wanted) }.into()
}
