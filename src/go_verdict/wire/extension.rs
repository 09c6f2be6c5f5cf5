//! Walks the extensions of a hello (`crypto/tls/handshake_messages.go`).

use std::collections::HashSet;

use crate::go_verdict::wire::bytes::Bytes;

pub const SERVER_NAME: u16 = 0;
pub const STATUS_REQUEST: u16 = 5;
pub const SUPPORTED_GROUPS: u16 = 10;
pub const POINT_FORMATS: u16 = 11;
pub const SIGNATURE_SCHEMES: u16 = 13;
pub const ALPN: u16 = 16;
pub const SCT: u16 = 18;
pub const EXTENDED_MASTER_SECRET: u16 = 23;
pub const SESSION_TICKET: u16 = 35;
pub const PRE_SHARED_KEY: u16 = 41;
pub const EARLY_DATA: u16 = 42;
pub const SUPPORTED_VERSIONS: u16 = 43;
pub const COOKIE: u16 = 44;
pub const PSK_MODES: u16 = 45;
pub const AUTHORITIES: u16 = 47;
pub const SIGNATURE_SCHEMES_CERT: u16 = 50;
pub const KEY_SHARE: u16 = 51;
pub const QUIC_PARAMETERS: u16 = 57;
pub const ENCRYPTED_HELLO: u16 = 0xfe0d;
pub const RENEGOTIATION: u16 = 0xff01;

/// One extension while it is read.
pub struct Extension<'a> {
    pub id: u16,
    pub body: Bytes<'a>,
    pub is_last: bool,
}

/// What the reader of an extension says of one that it read without a fault.
pub enum Known {
    /// Nothing may be left of its body.
    Yes,
    /// Its body is not looked at.
    No,
}

/// May an extension come twice?
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Twice {
    Taken,
    Refused,
}

/// Reads each extension of a list in turn, and tells which there were; `None` at the first that cannot be read.
pub fn each<'a>(
    mut list: Bytes<'a>,
    twice: Twice,
    mut read: impl FnMut(&mut Extension<'a>) -> Option<Known>,
) -> Option<HashSet<u16>> {
    let mut seen = HashSet::new();
    while !list.is_empty() {
        let id = list.u16()?;
        let body = list.block(2)?;
        if !seen.insert(id) && twice == Twice::Refused {
            return None;
        }
        let mut extension = Extension { id, body, is_last: list.is_empty() };
        match read(&mut extension)? {
            Known::Yes if !extension.body.is_empty() => return None,
            Known::Yes | Known::No => {}
        }
    }
    Some(seen)
}

/// The one protocol of a server's ALPN extension.
pub fn chosen_protocol<'a>(body: &mut Bytes<'a>) -> Option<&'a [u8]> {
    let mut list = body.filled_block(2)?;
    let protocol = list.filled_block(1)?;
    list.is_empty().then_some(protocol.0)
}

/// A list of blocks, none of them empty, and at least one.
pub fn filled_blocks<'a>(body: &mut Bytes<'a>, width: usize) -> Option<Vec<&'a [u8]>> {
    let mut list = body.filled_block(2)?;
    let mut blocks = Vec::new();
    while !list.is_empty() {
        blocks.push(list.filled_block(width)?.0);
    }
    Some(blocks)
}
