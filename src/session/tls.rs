//! The evidence of a TLS handshake.

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// What the TLS handshake revealed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TlsEvidence {
    /// The name sent as SNI and checked against the certificate; `None` for an IP address.
    pub server_name: Option<String>,
    /// `TLS 1.3`
    pub version: Option<String>,
    /// `TLS13_AES_256_GCM_SHA384`
    pub suite: Option<String>,
    /// The key exchange group, such as `X25519`.
    pub group: Option<String>,
    /// The server's request for a client certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientEvidence>,
    /// The trusted certificate that the chain leads to, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<String>,
    /// The trusted roots that the chain was checked against: `145 roots of this system`, or
    /// `tls.root_cas_file ca.pem (1 certificate)`.
    pub trust: String,
    /// The certificates in the order the server sent them, its own first; also if verification failed.
    pub chain: Vec<Certificate>,
    /// The trusted root that has the name of the issuer at which the chain ends, whether or not its key has signed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namesake: Option<Certificate>,
    /// The place in `chain` of the certificate with which, as the only trusted root, the chain would be accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trustable: Option<usize>,
    /// Why the verification of the chain or the name failed; also if it is switched off.
    pub verdict: Option<String>,
    /// Whether verification was switched off.
    pub skipped: bool,
    /// What the pipeline makes of this handshake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<TlsVerdict>,
}

/// What the pipeline makes of a TLS handshake, by the rules of Go's `crypto/tls`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum TlsVerdict {
    /// It completes the handshake.
    Opens {},
    /// It fails with this error, which stands after `Failed to connect to websocket: ` in its log.
    Fails { line: String },
    /// What was heard does not decide it.
    Unknown {
        /// A sentence.
        why: String,
    },
}

impl TlsEvidence {
    /// `TLS 1.3 · TLS13_AES_256_GCM_SHA384`
    #[must_use]
    pub fn summary(&self) -> String {
        let parts = [self.version.as_deref(), self.suite.as_deref()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

/// A server's request for a client certificate (RFC 8446, section 4.3.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientEvidence {
    /// The authorities that it accepts, at most 64; an empty list means any.
    pub authorities: Vec<String>,
    /// How many client certificates are configured.
    pub configured: u64,
    /// The subject of the certificate that was presented.
    pub presented: Option<String>,
}

impl ClientEvidence {
    /// `requested, issued by CN=our own; presented CN=client`
    #[must_use]
    pub fn summary(&self) -> String {
        let request = match self.authorities.as_slice() {
            [] => "requested".to_owned(),
            [one] => format!("requested, issued by {one}"),
            [one, more @ ..] => format!("requested, issued by {one} or {} others", more.len()),
        };
        match (&self.presented, self.configured) {
            (Some(subject), _) => format!("{request}; presented {subject}"),
            (None, 0) => format!("{request}; none is configured"),
            (None, configured) => format!("{request}; none of the {configured} configured ones matches"),
        }
    }
}

/// One certificate of the server, parsed for display. Names are at most 1,024 characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    pub subject: String,
    pub issuer: String,
    /// The DNS names and IP addresses it is valid for.
    pub names: Vec<String>,
    pub not_before: Timestamp,
    pub not_after: Timestamp,
    /// `RSA 2048`, `EC P-256`, `Ed25519`
    pub key: String,
    pub signature: String,
    /// Of the DER, in lower-case hex.
    pub sha256: String,
    /// Whether it claims to be a certificate authority (the CA flag).
    pub ca: bool,
    /// Whether subject and issuer are the same.
    pub self_issued: bool,
    /// The whole certificate, to save it to a file.
    #[serde(default)]
    pub pem: String,
    /// What the pipeline finds right and wrong with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judgement: Option<Judgement>,
}

/// What the pipeline (Go's `crypto/x509`) says of one certificate of a server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// What was checked, in the order of the pipeline.
    pub checks: Vec<CertificateCheck>,
    /// Whether it is part of the chain that leads to a trusted root.
    pub in_chain: bool,
    /// `signed by certificate 1`, or `signed by the root "Example CA"`.
    pub signer: String,
}

/// One thing that the pipeline checks of a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateCheck {
    pub aspect: Aspect,
    /// What is wrong, in the pipeline's words; `None`: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

/// What the pipeline checks of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aspect {
    /// Whether it can be read at all.
    Parsing,
    /// Whether each critical extension is known.
    Extensions,
    Dates,
    /// Of the server's own certificate: whether it names the host.
    Name,
    /// Of an issuer: whether it may sign certificates.
    Authority,
    /// Whether its extended key usages permit a server.
    Usage,
    /// Whether a trusted root or another certificate at hand has signed it.
    Trust,
}
