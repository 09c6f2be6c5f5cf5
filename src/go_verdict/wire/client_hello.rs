//! A client's hello: a server may send one, and the dial's own says what was offered.

use std::collections::HashSet;

use crate::go_verdict::wire::bytes::Bytes;
use crate::go_verdict::wire::extension::{self, Extension, Known, Twice};

/// The fields of a hello that matter here (`crypto/tls/handshake_messages.go`, `clientHelloMsg`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientHello {
    pub legacy_version: u16,
    pub random: [u8; 32],
    pub session_id: Vec<u8>,
    pub suites: Vec<u16>,
    pub versions: Vec<u16>,
    pub groups: Vec<u16>,
    pub shares: Vec<KeyShare>,
    pub schemes: Vec<u16>,
    pub certificate_schemes: Vec<u16>,
    /// Empty: none.
    pub server_name: String,
    /// Is there a ticket in its extension?
    pub has_ticket: bool,
    /// All that it has, known or not.
    pub extensions: HashSet<u16>,
}

/// A public key for one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyShare {
    pub group: u16,
    pub key: Vec<u8>,
}

impl ClientHello {
    /// Reads the body of the message, without its four bytes of head (`clientHelloMsg.unmarshal`).
    pub fn read(body: &[u8]) -> Option<Self> {
        let mut bytes = Bytes(body);
        let mut hello = Self {
            legacy_version: bytes.u16()?,
            random: bytes.take(32)?.try_into().ok()?,
            session_id: bytes.block(1)?.0.to_vec(),
            ..Self::default()
        };
        let mut suites = bytes.block(2)?;
        while !suites.is_empty() {
            hello.suites.push(suites.u16()?);
        }
        bytes.block(1)?;
        if bytes.is_empty() {
            return Some(hello);
        }
        let list = bytes.block(2)?;
        if !bytes.is_empty() {
            return None;
        }
        hello.extensions =
            extension::each(list, Twice::Refused, |extension| hello.read_extension(extension))?;
        Some(hello)
    }

    fn read_extension(&mut self, extension: &mut Extension<'_>) -> Option<Known> {
        let body = &mut extension.body;
        match extension.id {
            extension::SERVER_NAME => self.server_name = read_server_name(body)?,
            extension::STATUS_REQUEST => {
                body.u8()?;
                body.block(2)?;
                body.block(2)?;
            }
            extension::SUPPORTED_GROUPS => self.groups = body.numbers(2)?,
            extension::POINT_FORMATS => {
                body.filled_block(1)?;
            }
            extension::SESSION_TICKET => self.has_ticket = !body.rest().is_empty(),
            extension::SIGNATURE_SCHEMES => self.schemes = body.numbers(2)?,
            extension::SIGNATURE_SCHEMES_CERT => self.certificate_schemes = body.numbers(2)?,
            extension::RENEGOTIATION | extension::PSK_MODES => {
                body.block(1)?;
            }
            extension::EXTENDED_MASTER_SECRET | extension::SCT | extension::EARLY_DATA => {}
            extension::ALPN => {
                extension::filled_blocks(body, 1)?;
            }
            extension::SUPPORTED_VERSIONS => self.versions = body.numbers(1)?,
            extension::COOKIE => {
                body.filled_block(2)?;
            }
            extension::KEY_SHARE => self.shares = read_shares(body)?,
            extension::PRE_SHARED_KEY => {
                if !extension.is_last {
                    return None;
                }
                read_pre_shared_keys(body)?;
            }
            extension::QUIC_PARAMETERS | extension::ENCRYPTED_HELLO => {
                body.rest();
            }
            _ => return Some(Known::No),
        }
        Some(Known::Yes)
    }
}

/// All names of the list are read; Go keeps the first host name and refuses a second, and one with a dot at its end.
fn read_server_name(body: &mut Bytes<'_>) -> Option<String> {
    const HOST_NAME: u8 = 0;
    let mut list = body.filled_block(2)?;
    let mut found: Option<&[u8]> = None;
    while !list.is_empty() {
        let kind = list.u8()?;
        let name = list.filled_block(2)?.0;
        if kind != HOST_NAME {
            continue;
        }
        if found.is_some() || name.ends_with(b".") {
            return None;
        }
        found = Some(name);
    }
    Some(String::from_utf8_lossy(found.unwrap_or_default()).into_owned())
}

fn read_shares(body: &mut Bytes<'_>) -> Option<Vec<KeyShare>> {
    let mut list = body.block(2)?;
    let mut shares = Vec::new();
    while !list.is_empty() {
        shares.push(KeyShare { group: list.u16()?, key: list.filled_block(2)?.0.to_vec() });
    }
    Some(shares)
}

fn read_pre_shared_keys(body: &mut Bytes<'_>) -> Option<()> {
    let mut identities = body.filled_block(2)?;
    while !identities.is_empty() {
        let label = identities.block(2)?;
        identities.u32()?;
        if label.is_empty() {
            return None;
        }
    }
    extension::filled_blocks(body, 1)?;
    Some(())
}
