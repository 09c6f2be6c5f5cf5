//! Why a stage failed, as data for events, captures and diagnosis.

use serde::{Deserialize, Serialize};

use crate::config::CertFaultKind;

use super::{SocksReply, Stage, Timestamp};

/// A failed stage: the kind of failure, its message and its sources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub stage: Stage,
    #[serde(flatten)]
    pub kind: FailureKind,
    /// One sentence, lower case, without a full stop. It may quote bytes from outside; who displays it makes
    /// them printable.
    pub message: String,
    /// The chain of source errors, outermost first; none repeats `message`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
}

/// The causes that a user can act on. `Failure::stage` is where it happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "kebab-case")]
pub enum FailureKind {
    /// The host name does not exist.
    NameNotFound,
    /// The host name of the proxy does not exist, or the lookup failed.
    ProxyNotFound,
    /// The proxy URL cannot be used; `scheme` is set if the scheme is the reason.
    ProxyUrl {
        scheme: Option<String>,
    },
    /// A SOCKS proxy refused the connection.
    Socks {
        reply: SocksReply,
    },
    /// The resolver did not answer, or reported an error other than "no such name".
    LookupFailed,
    /// The host has addresses, but none of the kind that alone is tried (`-4`, `-6`, `--source`).
    OtherFamily {
        /// `IPv4` or `IPv6`.
        wanted: String,
    },
    /// Every address refused the connection.
    Refused,
    /// No route to any address.
    Unreachable,
    /// Nothing was received within the limit, in milliseconds.
    TimedOut {
        limit_ms: u64,
    },
    /// The connection was reset, or the operating system reported another error.
    Io,
    /// The peer closed the connection before it answered.
    ClosedEarly,
    /// The peer answered the TLS hello with something that is not TLS.
    PlainServer {
        #[serde(with = "super::encoding::base64_text")]
        first_bytes: Vec<u8>,
    },
    CertExpired {
        not_after: Option<Timestamp>,
    },
    CertNotYetValid {
        not_before: Option<Timestamp>,
    },
    CertWrongName {
        expected: String,
        presented: Vec<String>,
    },
    /// Signed by an issuer that is not among the trusted roots.
    CertUnknownIssuer,
    /// Signed by its own key and not among the trusted roots.
    CertSelfSigned,
    CertInvalid,
    /// The server's key is none of those of `--pin`.
    CertPin {
        /// The pin of the key that it has.
        seen: String,
    },
    /// The two sides share no TLS version.
    TlsVersion,
    /// The server ended the handshake with this alert, by its name in RFC 8446.
    TlsAlert {
        alert: String,
    },
    /// The server requested a client certificate and refused to continue without one.
    ClientCertWanted {
        /// As in [`Self::TlsAlert`].
        #[serde(default)]
        alert: String,
    },
    /// The server refused the client certificate, with this alert of RFC 8446.
    ClientCertRefused {
        alert: String,
    },
    /// A client certificate or its key cannot be used.
    ClientKey {
        fault: CertFaultKind,
        /// `tls.client_certs.0`
        entry: String,
        /// The error with which the pipeline refuses to start; with a key that is too weak, that of its handshake.
        pipeline: String,
        /// What mends it, a sentence each.
        #[serde(default, skip_serializing_if = "<[String]>::is_empty")]
        mends: Box<[String]>,
    },
    /// The server requested a renegotiation of the TLS 1.2 connection, which `tls.enable_renegotiation` does
    /// not allow.
    RenegotiationAsked,
    /// Any other failure of the TLS handshake.
    TlsFailed {
        /// What the pipeline would log about a fault after the handshake; empty if that is not known.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        pipeline: String,
    },
    /// `tls.root_cas` or `tls.root_cas_file` cannot be used.
    Roots,
    /// An HTTP answer other than 101.
    Status {
        code: u16,
    },
    /// An answer that is not HTTP.
    NotHttp {
        looks_like_tls: bool,
    },
    /// `Sec-WebSocket-Accept` is missing or not the hash of our key (RFC 6455, section 4.1).
    BadAccept {
        expected: String,
        got: Option<String>,
    },
    /// `Upgrade` or `Connection` is missing or wrong (RFC 6455, section 4.1).
    BadUpgradeHeader {
        header: String,
        got: Option<String>,
    },
    /// The server chose a subprotocol or an extension that was not requested and that we cannot honour.
    NotAsked {
        header: String,
        got: String,
    },
    /// The head of the answer is over the limit.
    AnswerTooLarge {
        limit: u64,
        counted: Counted,
    },
    /// `jwt.private_key_file` or `jwt.signing_method` cannot be used.
    Token {
        fault: TokenFault,
        /// The error that the pipeline logs at each attempt.
        pipeline: String,
    },
    /// A configured header cannot be sent.
    BadHeader {
        name: String,
    },
}

impl FailureKind {
    /// Whether the server refused the credentials.
    #[must_use]
    pub const fn is_unauthorized(&self) -> bool {
        matches!(self, Self::Status { code: 401 })
    }

    /// A handshake that did not complete.
    pub(crate) const fn tls_failed() -> Self {
        Self::TlsFailed { pipeline: String::new() }
    }
}

/// Which part of the JWT settings cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenFault {
    Key,
    Method,
}

/// The unit of the limit on the head of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counted {
    Bytes,
    Headers,
    /// Answers with a status of 1xx before the final one.
    Interim,
}
