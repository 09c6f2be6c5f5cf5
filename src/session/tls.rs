//! What a connection saw of TLS.

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// What the TLS handshake showed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TlsEvidence {
    /// The name sent as SNI and checked against the certificate; `None` for a bare address.
    pub server_name: Option<String>,
    /// `TLS 1.3`
    pub version: Option<String>,
    /// `TLS13_AES_256_GCM_SHA384`
    pub suite: Option<String>,
    /// The key exchange group, such as `X25519`.
    pub group: Option<String>,
    /// What the server asked of this side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientEvidence>,
    /// Which trusted certificate the chain leads to, where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<String>,
    /// What the chain was checked against: `145 roots of this system`, `tls.root_cas_file ca.pem (1 certificate)`.
    pub trust: String,
    /// Certificates as served, the server's own first; also when verification failed.
    pub chain: Vec<Certificate>,
    /// Why the chain or the name did not verify; also when verification was switched off.
    pub verdict: Option<String>,
    /// Whether verification was switched off.
    pub skipped: bool,
}

impl TlsEvidence {
    /// `TLS 1.3 · TLS13_AES_256_GCM_SHA384`
    #[must_use]
    pub fn in_short(&self) -> String {
        let parts = [self.version.as_deref(), self.suite.as_deref()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

/// The request of a server for a client certificate (RFC 8446, section 4.3.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientEvidence {
    /// The authorities whose certificates it takes, at most 64; none named means any.
    pub authorities: Vec<String>,
    /// How many certificates there were to choose from.
    pub configured: u64,
    /// The subject of the one that was presented.
    pub presented: Option<String>,
}

impl ClientEvidence {
    /// `asked for, by CN=our own; CN=client was presented`
    #[must_use]
    pub fn in_words(&self) -> String {
        let by = match self.authorities.as_slice() {
            [] => "asked for".to_owned(),
            [one] => format!("asked for, by {one}"),
            [one, more @ ..] => format!("asked for, by {one} or {} more", more.len()),
        };
        match (&self.presented, self.configured) {
            (Some(subject), _) => format!("{by}; {subject} was presented"),
            (None, 0) => format!("{by}; there was none to present"),
            (None, configured) => format!("{by}; none of {configured} suits, so none was presented"),
        }
    }
}

/// One certificate as served, parsed for reading. Names are at most 1,024 characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    pub subject: String,
    pub issuer: String,
    /// DNS names and addresses it is valid for.
    pub names: Vec<String>,
    pub not_before: Timestamp,
    pub not_after: Timestamp,
    /// `RSA 2048`, `EC P-256`, `Ed25519`
    pub key: String,
    pub signature: String,
    /// Of the DER, in lower-case hex.
    pub sha256: String,
    /// Whether it says of itself that it is a certificate authority.
    pub ca: bool,
    /// Whether subject and issuer are the same.
    pub self_issued: bool,
    /// All of it, for a file.
    #[serde(default)]
    pub pem: String,
}
