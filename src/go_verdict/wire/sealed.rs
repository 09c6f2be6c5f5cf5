//! Records that claim to be encrypted and cannot be (`crypto/tls/conn.go`, `halfConn.decrypt`).

use crate::go_verdict::code::{suite, version};
use crate::go_verdict::wire::record::{Record, Type};

/// Length of the tag of every AEAD.
const TAG: usize = 16;

/// Could this record have been encrypted? What is too short, or of a type that TLS 1.3 does not show, is no doubt in the
/// clear; Go finds a bad record MAC.
pub fn may_be_sealed(version: Option<u16>, suite: u16, record: &Record) -> bool {
    let length = record.body.len();
    if version == Some(version::TLS_13) {
        return record.kind == Type::Application && length >= TAG;
    }
    match suite {
        suite::ECDHE_ECDSA_CHACHA20_POLY1305 | suite::ECDHE_RSA_CHACHA20_POLY1305 => length >= TAG,
        suite::ECDHE_ECDSA_AES_128_CBC_SHA
        | suite::ECDHE_ECDSA_AES_256_CBC_SHA
        | suite::ECDHE_RSA_AES_128_CBC_SHA
        | suite::ECDHE_RSA_AES_256_CBC_SHA => is_of_blocks(length),
        _ => length >= 8 + TAG,
    }
}

/// A vector of one block, and at least two blocks for the MAC of SHA-1 and its padding.
fn is_of_blocks(length: usize) -> bool {
    const BLOCK: usize = 16;
    length.is_multiple_of(BLOCK) && length >= 3 * BLOCK
}
