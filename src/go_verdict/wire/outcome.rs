//! What was heard, what it means to Go's client, and what is still to be judged.

use std::net::SocketAddr;

use crate::go_verdict::request::CertificateRequest;
use crate::go_verdict::wire::refusal::Refusal;

/// How the server's direction of the stream ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The server closed it.
    Closed,
    /// The server reset it. Go's line tells both addresses.
    Reset { local: SocketAddr, remote: SocketAddr },
    /// The server said nothing more for as long as the dial waited.
    TimedOut,
    /// The dial stopped to listen: the handshake is done, or it gave up by itself. Then this is the end too if the server hung
    /// up upon that, and what the server said after it is not to be heard.
    Left,
}

/// What Go's client makes of the server's bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What Go judges before it comes to the ending, in order. The first that fails is the line.
    pub checks: Vec<Check>,
    /// What Go says or does if every check passes.
    pub ending: Ending,
    /// Why Go may have heard another answer.
    pub doubt: Option<Doubt>,
    pub seen: Seen,
}

/// Something that Go judges by more than the bytes in the clear. Both are of TLS 1.2; in TLS 1.3 they are encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Check {
    /// The served certificates, each in DER, leaf first (`crypto/tls/handshake_client.go`, `verifyServerCertificate`).
    Certificates(Vec<Vec<u8>>),
    /// The signature of the leaf's key (`crypto/tls/auth.go`, `verifyHandshakeSignature`).
    Signature(KeyExchange),
}

/// The signed half of the server's key exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyExchange {
    pub scheme: u16,
    pub signature: Vec<u8>,
    pub server_random: [u8; 32],
    pub parameters: Vec<u8>,
}

impl KeyExchange {
    /// What the signature is over.
    pub fn signed(&self, client_random: &[u8; 32]) -> Vec<u8> {
        [&client_random[..], &self.server_random[..], &self.parameters[..]].concat()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The handshake ends with this line.
    Fails(Refusal),
    /// Go would go on waiting for the server, as the dial did.
    Waits,
    /// The rest is encrypted. `then`: the line, if nothing that was encrypted ended the handshake before.
    Encrypted { then: Option<Refusal> },
    /// The bytes do not tell; the doubt says why.
    Undecided,
}

/// Why the bytes that the dial heard may not be those that Go would have heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The server refused an offer that lacks something of Go's ([`crate::go_verdict::wire::Offer::lacks`]).
    NarrowerOffer,
    /// The server chose something that the dial offered and Go does not.
    OtherOffer,
    /// The server took up an earlier session of the dial.
    Resumed,
    /// The dial stopped to listen before anything was decided.
    Left,
}

/// What the server chose and asked for, as far as it was in the clear.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub version: Option<u16>,
    pub suite: Option<u16>,
    pub group: Option<u16>,
    /// The scheme of the server's signature (TLS 1.2).
    pub scheme: Option<u16>,
    /// The `HelloRetryRequest`, if one came that Go takes.
    pub retry: Option<Retry>,
    pub has_extended_master_secret: bool,
    /// The request for a client certificate (TLS 1.2).
    pub request: Option<CertificateRequest>,
}

/// What the server wants of a second hello.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retry {
    /// The group that a key is to be sent for.
    pub group: Option<u16>,
    /// Empty: none.
    pub cookie: Vec<u8>,
}
