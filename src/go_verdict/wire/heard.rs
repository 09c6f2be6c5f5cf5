//! What an alert of the server does to Go's client.

use crate::go_verdict::code::version;
use crate::go_verdict::wire::alert::Alert;
use crate::go_verdict::wire::refusal::Refusal;

/// What an alert does to Go's client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// The record is dropped; more than 16 of them in a row end the handshake.
    Dropped,
    /// The handshake ends with this line.
    Ends(Refusal),
}

impl Alert {
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
