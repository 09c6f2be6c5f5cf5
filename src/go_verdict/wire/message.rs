//! Handshake messages: their kinds, how they are cut from the stream, and those of TLS 1.2 that decide something.

use crate::go_verdict::code::version;
use crate::go_verdict::request::{CertificateRequest, Version};
use crate::go_verdict::wire::bytes::Bytes;
use crate::go_verdict::wire::refusal::Refusal;

/// Type and length.
const HEAD: usize = 4;

/// The longest message (`crypto/tls/common.go`, `maxHandshake`).
const LONGEST: usize = 65_536;

/// The longest list of certificates, once the version is known (`maxHandshakeCertificateMsg`).
const LONGEST_CERTIFICATES: usize = 262_144;

/// The kinds that Go's client can read (`crypto/tls/conn.go`, `unmarshalHandshakeMessage`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    HelloRequest,
    ClientHello,
    ServerHello,
    NewSessionTicket,
    EndOfEarlyData,
    EncryptedExtensions,
    Certificate,
    ServerKeyExchange,
    CertificateRequest,
    ServerHelloDone,
    CertificateVerify,
    ClientKeyExchange,
    Finished,
    CertificateStatus,
    KeyUpdate,
}

impl Kind {
    pub fn of(number: u8) -> Option<Self> {
        Some(match number {
            0 => Self::HelloRequest,
            1 => Self::ClientHello,
            2 => Self::ServerHello,
            4 => Self::NewSessionTicket,
            5 => Self::EndOfEarlyData,
            8 => Self::EncryptedExtensions,
            11 => Self::Certificate,
            12 => Self::ServerKeyExchange,
            13 => Self::CertificateRequest,
            14 => Self::ServerHelloDone,
            15 => Self::CertificateVerify,
            16 => Self::ClientKeyExchange,
            20 => Self::Finished,
            22 => Self::CertificateStatus,
            24 => Self::KeyUpdate,
            _ => return None,
        })
    }

    /// The name of Go's type, which its messages tell.
    pub fn go_name(self, version: Option<u16>) -> &'static str {
        let is_13 = version == Some(version::TLS_13);
        match self {
            Self::HelloRequest => "helloRequestMsg",
            Self::ClientHello => "clientHelloMsg",
            Self::ServerHello => "serverHelloMsg",
            Self::NewSessionTicket if is_13 => "newSessionTicketMsgTLS13",
            Self::NewSessionTicket => "newSessionTicketMsg",
            Self::EndOfEarlyData => "endOfEarlyDataMsg",
            Self::EncryptedExtensions => "encryptedExtensionsMsg",
            Self::Certificate if is_13 => "certificateMsgTLS13",
            Self::Certificate => "certificateMsg",
            Self::ServerKeyExchange => "serverKeyExchangeMsg",
            Self::CertificateRequest if is_13 => "certificateRequestMsgTLS13",
            Self::CertificateRequest => "certificateRequestMsg",
            Self::ServerHelloDone => "serverHelloDoneMsg",
            Self::CertificateVerify => "certificateVerifyMsg",
            Self::ClientKeyExchange => "clientKeyExchangeMsg",
            Self::Finished => "finishedMsg",
            Self::CertificateStatus => "certificateStatusMsg",
            Self::KeyUpdate => "keyUpdateMsg",
        }
    }
}

/// Cuts the next whole message off the front: its type and its body. `None`: more bytes are needed.
///
/// `crypto/tls/conn.go`, `readHandshake`.
pub fn cut(hand: &mut Vec<u8>, is_version_known: bool) -> Result<Option<(u8, Vec<u8>)>, Refusal> {
    let mut bytes = Bytes(hand);
    let (Some(number), Some([high, middle, low])) = (bytes.u8(), bytes.take(3)) else {
        return Ok(None);
    };
    let length = usize::from(*high) << 16 | usize::from(*middle) << 8 | usize::from(*low);
    let is_certificates = Kind::of(number) == Some(Kind::Certificate);
    let limit = if is_version_known && is_certificates { LONGEST_CERTIFICATES } else { LONGEST };
    if length > limit {
        return Err(Refusal::MessageTooLong { length, limit });
    }
    let Some(body) = bytes.take(length).map(<[u8]>::to_vec) else {
        return Ok(None);
    };
    hand.drain(..HEAD.saturating_add(length));
    Ok(Some((number, body)))
}

/// The certificates of TLS 1.2 (`crypto/tls/handshake_messages.go`, `certificateMsg.unmarshal`).
pub fn read_certificates(body: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut bytes = Bytes(body);
    let mut list = bytes.block(3)?;
    if !bytes.is_empty() {
        return None;
    }
    let mut certificates = Vec::new();
    while !list.is_empty() {
        // Go wants four bytes at each, so an empty certificate can only stand before another one.
        if list.0.len() < 4 {
            return None;
        }
        certificates.push(list.block(3)?.0.to_vec());
    }
    Some(certificates)
}

/// The stapled answer (`certificateStatusMsg.unmarshal`).
pub fn read_status(body: &[u8]) -> Option<()> {
    const OCSP: u8 = 1;
    let mut bytes = Bytes(body);
    let is_read = bytes.u8()? == OCSP && bytes.filled_block(3).is_some() && bytes.is_empty();
    is_read.then_some(())
}

/// The request for a client certificate (`certificateRequestMsg.unmarshal`). Before the version is known Go looks for no
/// schemes.
pub fn read_request(body: &[u8], version: Option<u16>) -> Option<CertificateRequest> {
    let mut bytes = Bytes(body);
    let types = bytes.filled_block(1)?.0.to_vec();
    let schemes = match version {
        Some(_) => bytes.numbers(2)?,
        None => Vec::new(),
    };
    let mut list = bytes.block(2)?;
    let mut authorities = Vec::new();
    while !list.is_empty() {
        authorities.push(list.block(2)?.0.to_vec());
    }
    let request = CertificateRequest { version: Version::Tls12, types, schemes, authorities };
    bytes.is_empty().then_some(request)
}

/// The server's half of the key exchange of TLS 1.2, split into its parts (`crypto/tls/key_agreement.go`,
/// `ecdheKeyAgreement.processServerKeyExchange`).
pub struct Exchange<'a> {
    pub group: u16,
    pub point: &'a [u8],
    /// What is signed, behind the two randoms.
    pub parameters: &'a [u8],
    pub scheme: u16,
    pub signature: &'a [u8],
}

impl<'a> Exchange<'a> {
    const NAMED_CURVE: u8 = 3;

    pub fn read(body: &'a [u8]) -> Result<Self, Refusal> {
        match body {
            [kind, _, _, _, ..] if *kind != Self::NAMED_CURVE => Err(Refusal::UnsupportedCurve),
            _ => Self::read_parts(body).ok_or(Refusal::InvalidKeyExchange),
        }
    }

    fn read_parts(body: &'a [u8]) -> Option<Self> {
        let mut bytes = Bytes(body);
        bytes.u8()?;
        let group = bytes.u16()?;
        let point = bytes.block(1)?.0;
        let parameters = body.get(..point.len().checked_add(4)?)?;
        let scheme = bytes.u16()?;
        let signature = bytes.block(2)?.0;
        bytes.is_empty().then_some(Self { group, point, parameters, scheme, signature })
    }
}
