//! Why a stage failed, as plain data for events, captures and diagnosis.

use serde::{Deserialize, Serialize};

use crate::config::CertFaultKind;

use super::{SocksReply, Stage, Timestamp};

/// A failed stage: what kind of failure, in words, and what lay beneath it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub stage: Stage,
    #[serde(flatten)]
    pub kind: FailureKind,
    /// One sentence, lower case, without a full stop; values from outside are made printable
    /// by whoever shows it.
    pub message: String,
    /// The chain of sources beneath it, outermost first; none repeats `message`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
}

/// The causes that a person can act on. `Failure::stage` says where it happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "kebab-case")]
pub enum FailureKind {
    /// The name does not exist.
    NameNotFound,
    /// The name of the proxy does not exist, or could not be looked up.
    ProxyNotFound,
    /// What names the proxy cannot be used: its scheme where that is why.
    ProxyUrl {
        scheme: Option<String>,
    },
    /// A SOCKS proxy did not connect us.
    Socks {
        reply: SocksReply,
    },
    /// The resolver gave no answer, or an error other than "no such name".
    LookupFailed,
    /// Every address refused the connection.
    Refused,
    /// No route to any address.
    Unreachable,
    /// Nothing came within the limit, given in milliseconds.
    TimedOut {
        limit_ms: u64,
    },
    /// The connection was reset or failed in another way of the operating system.
    Io,
    /// The peer closed the connection without an answer.
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
    /// The two sides share no TLS version.
    TlsVersion,
    /// The server closed the handshake with this alert, by its RFC 8446 name.
    TlsAlert {
        alert: String,
    },
    /// The server asked for a client certificate and refused to go on without one.
    ClientCertWanted,
    /// The server refused the client certificate that it got, by this alert of RFC 8446.
    ClientCertRefused {
        alert: String,
    },
    /// A client certificate or its key cannot be used.
    ClientKey {
        fault: CertFaultKind,
        /// `tls.client_certs.0`
        entry: String,
        /// What the pipeline says instead of starting.
        pipeline: String,
    },
    /// The server asked for another handshake on the open TLS 1.2 connection, which
    /// `tls.enable_renegotiation` does not allow.
    RenegotiationAsked,
    /// Any other failure of the TLS handshake.
    TlsFailed,
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
    /// `Sec-WebSocket-Auto` is missing or not the hash of our key (RFC 6455, section 4.1).
    BadAccept {
        expected: String,
        got: Option<String>,
    },
    /// `Upgrade` or `Connection` is missing or wrong (RFC 6455, section 4.1).
    BadUpgradeHeader {
        header: String,
        got: Option<String>,
    },
    /// A subprotocol or an extension that was not asked for and that we cannot honour.
    NotAsked {
        header: String,
        got: String,
    },
    /// The head of the answer is larger than we read.
    AnswerTooLarge {
        limit: u64,
        counted: Counted,
    },
    /// `jwt.private_key_file` or `jwt.signing_method` cannot be used.
    Token {
        fault: TokenFault,
        /// What the pipeline says at each attempt.
        pipeline: String,
    },
    /// A configured header cannot be sent as it is.
    BadHeader {
        name: String,
    },
}

/// What of a token cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenFault {
    Key,
    Method,
}

/// What a limit on the head of an answer counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counted {
    Bytes,
    Headers,
    /// Answers with a status of 1xx before the real one.
    Interim,
}
