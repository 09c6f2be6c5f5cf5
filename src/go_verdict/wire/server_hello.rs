//! The server's hello, which is a `HelloRetryRequest` too (`crypto/tls/handshake_messages.go`, `serverHelloMsg.unmarshal`).

use std::collections::HashSet;

use crate::go_verdict::wire::bytes::Bytes;
use crate::go_verdict::wire::extension::{self, Extension, Known, Twice};

/// The random of a `HelloRetryRequest` (RFC 8446, section 4.1.3).
const RETRY_RANDOM: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2,
    0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

/// What a server writes at the end of its random when it goes below its best version (`crypto/tls/common.go`).
const CANARIES: [&[u8]; 2] = [b"DOWNGRD\x01", b"DOWNGRD\x00"];

/// What TLS 1.3 wants elsewhere or nowhere.
const FORBIDDEN_IN_13: [u16; 6] = [
    extension::STATUS_REQUEST,
    extension::SESSION_TICKET,
    extension::EXTENDED_MASTER_SECRET,
    extension::RENEGOTIATION,
    extension::ALPN,
    extension::SCT,
];

/// The fields that Go's client looks at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerHello {
    pub legacy_version: u16,
    pub random: [u8; 32],
    pub session_id: Vec<u8>,
    pub suite: u16,
    pub compression: u8,
    /// All that it has, known or not.
    pub extensions: HashSet<u16>,
    /// The body of the renegotiation extension, if it is there.
    pub renegotiation: Option<Vec<u8>>,
    pub alpn: Vec<u8>,
    /// 0: no such extension.
    pub supported_version: u16,
    /// The key share of a `ServerHello`. Group 0: none.
    pub share_group: u16,
    pub share: Vec<u8>,
    /// The key share of a `HelloRetryRequest`. 0: none.
    pub selected_group: u16,
    pub cookie: Option<Vec<u8>>,
    pub point_formats: Vec<u8>,
}

impl ServerHello {
    /// Reads the body of the message, without its four bytes of head.
    pub fn read(body: &[u8]) -> Option<Self> {
        let mut bytes = Bytes(body);
        let mut hello = Self {
            legacy_version: bytes.u16()?,
            random: bytes.take(32)?.try_into().ok()?,
            session_id: bytes.block(1)?.0.to_vec(),
            suite: bytes.u16()?,
            compression: bytes.u8()?,
            ..Self::default()
        };
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

    pub fn is_retry(&self) -> bool {
        self.random == RETRY_RANDOM
    }

    pub fn has_canary(&self) -> bool {
        CANARIES.iter().any(|canary| self.random.ends_with(canary))
    }

    /// The version that it chooses (`crypto/tls/handshake_client.go`, `pickTLSVersion`).
    pub fn version(&self) -> u16 {
        if self.supported_version == 0 { self.legacy_version } else { self.supported_version }
    }

    /// Has it an extension that TLS 1.3 does not take here?
    pub fn has_forbidden_extension(&self) -> bool {
        FORBIDDEN_IN_13.iter().any(|id| self.has(*id))
    }

    pub fn has(&self, id: u16) -> bool {
        self.extensions.contains(&id)
    }

    fn read_extension(&mut self, extension: &mut Extension<'_>) -> Option<Known> {
        let body = &mut extension.body;
        match extension.id {
            extension::STATUS_REQUEST
            | extension::SESSION_TICKET
            | extension::EXTENDED_MASTER_SECRET
            | extension::SERVER_NAME => {}
            extension::RENEGOTIATION => self.renegotiation = Some(body.block(1)?.0.to_vec()),
            extension::ALPN => self.alpn = extension::chosen_protocol(body)?.to_vec(),
            extension::SCT => {
                extension::filled_blocks(body, 2)?;
            }
            extension::SUPPORTED_VERSIONS => self.supported_version = body.u16()?,
            extension::COOKIE => self.cookie = Some(body.filled_block(2)?.0.to_vec()),
            extension::KEY_SHARE => self.read_share(body)?,
            extension::PRE_SHARED_KEY => {
                body.u16()?;
            }
            extension::POINT_FORMATS => self.point_formats = body.filled_block(1)?.0.to_vec(),
            extension::ENCRYPTED_HELLO => {
                body.rest();
            }
            _ => return Some(Known::No),
        }
        Some(Known::Yes)
    }

    /// Two bytes are the group of a `HelloRetryRequest`, more are a share.
    fn read_share(&mut self, body: &mut Bytes<'_>) -> Option<()> {
        if body.0.len() == 2 {
            self.selected_group = body.u16()?;
        } else {
            self.share_group = body.u16()?;
            self.share = body.block(2)?.0.to_vec();
        }
        Some(())
    }
}
