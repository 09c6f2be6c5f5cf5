//! A client's hello as Go writes it, from an offer: it holds the offer to every byte that Go sends.

use sockeye::go_verdict::wire::{KeyShare, Offer, version};

const COOKIE: u16 = 44;
const EXTENDED_MASTER_SECRET: u16 = 23;
const KEY_SHARE: u16 = 51;
const POINT_FORMATS: u16 = 11;
const RENEGOTIATION: u16 = 0xff01;
const SCT: u16 = 18;
const SERVER_NAME: u16 = 0;
const SIGNATURE_SCHEMES: u16 = 13;
const SIGNATURE_SCHEMES_CERT: u16 = 50;
const STATUS_REQUEST: u16 = 5;
const SUPPORTED_GROUPS: u16 = 10;
const SUPPORTED_VERSIONS: u16 = 43;

/// The parts of Go's hello (`crypto/tls/handshake_client.go`, `makeClientHello`).
///
/// After a `HelloRetryRequest` Go sends it again: with a share of the group that was asked for, and with the cookie.
#[derive(Clone, Copy, Debug)]
pub struct GoHello<'a> {
    pub offer: &'a Offer,
    pub random: [u8; 32],
    pub session_id: [u8; 32],
    /// Empty for an address, and without dots at its end (`hostnameInSNI`).
    pub server_name: &'a str,
    /// One for each of [`Offer::shares`], in order.
    pub shares: &'a [KeyShare],
    /// Empty: none.
    pub cookie: &'a [u8],
}

impl GoHello<'_> {
    /// The message with its head (`crypto/tls/handshake_messages.go`, `clientHelloMsg.marshalMsg`). It goes into one record of
    /// type 22, of version 0x0301 the first time and 0x0303 the second. `None`: a part is too long for its length.
    pub fn message(&self) -> Option<Vec<u8>> {
        const CLIENT_HELLO: u8 = 1;
        const NO_COMPRESSION: u8 = 0;
        let mut body = legacy_version(self.offer).to_be_bytes().to_vec();
        body.extend(self.random);
        body.extend(block(1, &self.session_id)?);
        body.extend(block(2, &numbers(&self.offer.suites))?);
        body.extend(block(1, &[NO_COMPRESSION])?);
        body.extend(block(2, &self.extensions()?)?);
        let mut message = vec![CLIENT_HELLO];
        message.extend(block(3, &body)?);
        Some(message)
    }

    fn extensions(&self) -> Option<Vec<u8>> {
        let offer = self.offer;
        let list = |list: &[u16]| block(2, &numbers(list));
        let mut all = Vec::new();
        let mut add = |id: u16, body: Vec<u8>| -> Option<()> {
            all.extend(id.to_be_bytes());
            all.extend(block(2, &body)?);
            Some(())
        };
        if !self.server_name.is_empty() {
            add(SERVER_NAME, block(2, &[vec![0], block(2, self.server_name.as_bytes())?].concat())?)?;
        }
        add(POINT_FORMATS, vec![1, 0])?;
        add(RENEGOTIATION, vec![0])?;
        add(EXTENDED_MASTER_SECRET, Vec::new())?;
        add(SCT, Vec::new())?;
        add(STATUS_REQUEST, vec![1, 0, 0, 0, 0])?;
        add(SUPPORTED_GROUPS, list(&offer.groups)?)?;
        add(SIGNATURE_SCHEMES, list(&offer.schemes)?)?;
        add(SIGNATURE_SCHEMES_CERT, list(&offer.certificate_schemes)?)?;
        add(SUPPORTED_VERSIONS, block(1, &numbers(&offer.versions))?)?;
        if !self.cookie.is_empty() {
            add(COOKIE, block(2, self.cookie)?)?;
        }
        add(KEY_SHARE, block(2, &self.keys()?)?)?;
        Some(all)
    }

    fn keys(&self) -> Option<Vec<u8>> {
        let mut keys = Vec::new();
        for share in self.shares {
            keys.extend(share.group.to_be_bytes());
            keys.extend(block(2, &share.key)?);
        }
        Some(keys)
    }
}

/// The version at the head of the hello stops at TLS 1.2.
fn legacy_version(offer: &Offer) -> u16 {
    offer.versions.iter().copied().max().unwrap_or_default().min(version::TLS_12)
}

fn numbers(list: &[u16]) -> Vec<u8> {
    list.iter().flat_map(|number| number.to_be_bytes()).collect()
}

/// The bytes with their length in `width` bytes before them.
fn block(width: usize, bytes: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(bytes.len()).ok()?.to_be_bytes();
    let (spare, written) = length.split_at_checked(length.len().checked_sub(width)?)?;
    spare.iter().all(|byte| *byte == 0).then(|| [written, bytes].concat())
}
