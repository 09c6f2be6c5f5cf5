//! The lines with which Go's client ends a handshake over what it read in the clear.

use std::net::SocketAddr;

use crate::go_verdict::wire::alert::alert_words;

/// Why the handshake ends. `Display` is Go's line, word for word.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("EOF")]
    Eof,
    #[error("unexpected EOF")]
    UnexpectedEof,
    #[error("read tcp {}->{}: read: connection reset by peer", plain(*local), plain(*remote))]
    Reset { local: SocketAddr, remote: SocketAddr },
    /// The server's alert.
    #[error("remote error: {}", alert_words(*.0))]
    Remote(u8),
    /// The alert with which Go's client answers what it read.
    #[error("local error: {}", alert_words(*.0))]
    Local(u8),

    // Records (`crypto/tls/conn.go`, `readRecordOrCCS`).
    #[error("tls: unsupported SSLv2 handshake received")]
    Sslv2,
    #[error("tls: first record does not look like a TLS handshake")]
    NotTls,
    #[error("tls: received record with version {got:x} when expecting version {expected:x}")]
    RecordVersion { got: u16, expected: u16 },
    #[error("tls: oversized record received with length {0}")]
    OversizedRecord(u16),
    #[error("tls: too many ignored records")]
    TooManyIgnored,
    #[error("tls: handshake message of length {length} bytes exceeds maximum of {limit} bytes")]
    MessageTooLong { length: usize, limit: usize },
    #[error("tls: received unexpected handshake message of type *tls.{got} when waiting for *tls.{wanted}")]
    UnexpectedMessage { got: &'static str, wanted: &'static str },

    // The choice of the version (`crypto/tls/handshake_client.go`, `pickTLSVersion` and `clientHandshake`).
    #[error("tls: server selected unsupported protocol version {0:x}")]
    UnsupportedVersion(u16),
    #[error("tls: downgrade attempt detected, possibly due to a MitM attack or a broken middlebox")]
    Downgrade,

    // Either version.
    #[error("tls: server chose an unconfigured cipher suite")]
    UnconfiguredSuite,

    // TLS 1.3 (`crypto/tls/handshake_client_tls13.go`).
    #[error("tls: server selected TLS 1.3 using the legacy version field")]
    LegacyVersionField,
    #[error("tls: server selected an invalid version after a HelloRetryRequest")]
    InvalidVersionAfterRetry,
    #[error("tls: server sent an incorrect legacy version")]
    IncorrectLegacyVersion,
    #[error("tls: server sent a ServerHello extension forbidden in TLS 1.3")]
    ForbiddenExtension,
    #[error("tls: server did not echo the legacy session ID")]
    SessionIdNotEchoed,
    #[error("tls: server sent non-zero legacy TLS compression method")]
    LegacyCompression,
    #[error("tls: server changed cipher suite after a HelloRetryRequest")]
    SuiteChanged,
    #[error("tls: unexpected encrypted client hello extension in serverHello")]
    EncryptedHello,
    #[error("tls: server sent an unnecessary HelloRetryRequest message")]
    UnnecessaryRetry,
    #[error("tls: received malformed key_share extension")]
    MalformedShareOfRetry,
    #[error("tls: server selected unsupported group")]
    UnsupportedGroup,
    #[error("tls: server sent an unnecessary HelloRetryRequest key_share")]
    UnnecessaryShareOfRetry,
    #[error("tls: server sent two HelloRetryRequest messages")]
    TwoRetries,
    #[error("tls: server sent a cookie in a normal ServerHello")]
    CookieInHello,
    #[error("tls: malformed key_share extension")]
    MalformedShare,
    #[error("tls: server did not send a key share")]
    NoShare,
    #[error("tls: server selected an invalid PSK")]
    InvalidPsk,
    #[error("tls: invalid server key share")]
    InvalidShare,
    #[error("tls: handshake buffer not empty before setting read traffic secret")]
    BytesBeforeKeys,

    // TLS 1.2 (`crypto/tls/handshake_client.go`, `crypto/tls/key_agreement.go`).
    #[error("tls: server echoed TLS 1.3 compatibility session ID in TLS 1.2")]
    SessionIdEchoed,
    #[error("tls: server selected unsupported compression format")]
    Compression,
    #[error("tls: server offered only incompatible point formats")]
    PointFormats,
    #[error("tls: initial handshake had non-empty renegotiation extension")]
    RenegotiationNotEmpty,
    #[error("tls: server advertised unrequested ALPN extension")]
    UnrequestedAlpn,
    #[error("tls: received unexpected CertificateStatus message")]
    UnexpectedStatus,
    #[error("tls: invalid ServerKeyExchange message")]
    InvalidKeyExchange,
    #[error("tls: server selected unsupported curve")]
    UnsupportedCurve,
    #[error("tls: server selected unoffered curve")]
    UnofferedCurve,
    #[error("tls: certificate used with invalid signature algorithm")]
    InvalidScheme,
    #[error("tls: missing ServerKeyExchange message")]
    MissingKeyExchange,
    #[error("tls: server sent unrequested session ticket")]
    UnrequestedTicket,
}

/// Go writes an IPv4 address that is wrapped in IPv6 as IPv4 (`net/ip.go`, `IP.String`).
fn plain(address: SocketAddr) -> SocketAddr {
    match address.ip().to_canonical() {
        ip if ip == address.ip() => address,
        ip => SocketAddr::new(ip, address.port()),
    }
}
