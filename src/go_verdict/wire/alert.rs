//! The words of alerts, and what an alert of the server does to Go's client.

use crate::go_verdict::wire::code::version;
use crate::go_verdict::wire::refusal::Refusal;

/// The words for the number of an alert, with Go's prefix (`crypto/tls/alert.go`, `alert.String`).
pub fn alert_words(code: u8) -> String {
    match known_words(code) {
        Some(words) => format!("tls: {words}"),
        None => format!("tls: alert({code})"),
    }
}

/// `crypto/tls/alert.go`, `alertText`.
fn known_words(code: u8) -> Option<&'static str> {
    Some(match code {
        Alert::CLOSE_NOTIFY => "close notify",
        Alert::UNEXPECTED_MESSAGE => "unexpected message",
        Alert::BAD_RECORD_MAC => "bad record MAC",
        21 => "decryption failed",
        Alert::RECORD_OVERFLOW => "record overflow",
        30 => "decompression failure",
        Alert::HANDSHAKE_FAILURE => "handshake failure",
        42 => "bad certificate",
        43 => "unsupported certificate",
        44 => "revoked certificate",
        45 => "expired certificate",
        46 => "unknown certificate",
        Alert::ILLEGAL_PARAMETER => "illegal parameter",
        48 => "unknown certificate authority",
        49 => "access denied",
        Alert::DECODE_ERROR => "error decoding message",
        51 => "error decrypting message",
        60 => "export restriction",
        Alert::PROTOCOL_VERSION => "protocol version not supported",
        Alert::INSUFFICIENT_SECURITY => "insufficient security level",
        80 => "internal error",
        86 => "inappropriate fallback",
        Alert::USER_CANCELED => "user canceled",
        100 => "no renegotiation",
        109 => "missing extension",
        110 => "unsupported extension",
        111 => "certificate unobtainable",
        112 => "unrecognized name",
        113 => "bad certificate status response",
        114 => "bad certificate hash value",
        115 => "unknown PSK identity",
        116 => "certificate required",
        120 => "no application protocol",
        121 => "encrypted client hello required",
        _ => return None,
    })
}

/// One alert of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alert {
    pub level: u8,
    pub code: u8,
}

/// What an alert does to Go's client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// The record is dropped; more than 16 of them in a row end the handshake.
    Dropped,
    /// The handshake ends with this line.
    Ends(Refusal),
}

impl Alert {
    pub const CLOSE_NOTIFY: u8 = 0;
    pub const UNEXPECTED_MESSAGE: u8 = 10;
    pub const BAD_RECORD_MAC: u8 = 20;
    pub const RECORD_OVERFLOW: u8 = 22;
    pub const HANDSHAKE_FAILURE: u8 = 40;
    pub const ILLEGAL_PARAMETER: u8 = 47;
    pub const DECODE_ERROR: u8 = 50;
    pub const PROTOCOL_VERSION: u8 = 70;
    pub const INSUFFICIENT_SECURITY: u8 = 71;
    pub const USER_CANCELED: u8 = 90;

    const WARNING: u8 = 1;
    pub const FATAL: u8 = 2;

    /// What becomes of an alert of these two bytes, in the clear or decrypted (`crypto/tls/conn.go`, `readRecordOrCCS`).
    ///
    /// `version` is the chosen one, `None` before the server's first hello.
    pub fn heard(level: u8, code: u8, version: Option<u16>) -> Heard {
        if code == Self::CLOSE_NOTIFY {
            return Heard::Ends(Refusal::Eof);
        }
        // TLS 1.3 knows no levels; "user canceled" alone is passed over there.
        if version == Some(version::TLS_13) {
            return if code == Self::USER_CANCELED {
                Heard::Dropped
            } else {
                Heard::Ends(Refusal::Remote(code))
            };
        }
        match level {
            Self::WARNING => Heard::Dropped,
            Self::FATAL => Heard::Ends(Refusal::Remote(code)),
            _ => Heard::Ends(Refusal::Local(Self::UNEXPECTED_MESSAGE)),
        }
    }
}
