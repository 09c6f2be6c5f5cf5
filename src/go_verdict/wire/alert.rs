//! The numbers and the words of alerts.

/// The numbers that an alert is made of: what it says, and its level.
pub enum Alert {}

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

    pub const WARNING: u8 = 1;
    pub const FATAL: u8 = 2;
}

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
