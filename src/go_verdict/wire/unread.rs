//! Messages that have no place where they come: Go reads each whole before it says so, and one that cannot be read has
//! another line (`crypto/tls/handshake_messages.go`, the `unmarshal` of each).

use crate::go_verdict::code::version;
use crate::go_verdict::wire::bytes::Bytes;
use crate::go_verdict::wire::client_hello::ClientHello;
use crate::go_verdict::wire::extension::{self, Extension, Known, Twice};
use crate::go_verdict::wire::message::{self, Kind};
use crate::go_verdict::wire::server_hello::ServerHello;

/// Can Go read this message?
pub fn is_readable(kind: Kind, body: &[u8], version: Option<u16>) -> bool {
    let is_13 = version == Some(version::TLS_13);
    match kind {
        Kind::HelloRequest | Kind::ServerHelloDone | Kind::EndOfEarlyData => body.is_empty(),
        Kind::ServerKeyExchange | Kind::ClientKeyExchange | Kind::Finished => true,
        Kind::ClientHello => ClientHello::read(body).is_some(),
        Kind::ServerHello => ServerHello::read(body).is_some(),
        Kind::NewSessionTicket if is_13 => read_ticket_13(body).is_some(),
        Kind::NewSessionTicket => read_ticket(body).is_some(),
        Kind::EncryptedExtensions => read_encrypted_extensions(body).is_some(),
        Kind::Certificate if is_13 => read_certificates_13(body).is_some(),
        Kind::Certificate => message::read_certificates(body).is_some(),
        Kind::CertificateRequest if is_13 => read_request_13(body).is_some(),
        Kind::CertificateRequest => message::read_request(body, version).is_some(),
        Kind::CertificateVerify => read_verify(body, version).is_some(),
        Kind::CertificateStatus => message::read_status(body).is_some(),
        Kind::KeyUpdate => matches!(body, [0 | 1]),
    }
}

/// `newSessionTicketMsg.unmarshal`.
fn read_ticket(body: &[u8]) -> Option<()> {
    let mut bytes = Bytes(body);
    bytes.u32()?;
    bytes.block(2)?;
    bytes.is_empty().then_some(())
}

/// `newSessionTicketMsgTLS13.unmarshal`.
fn read_ticket_13(body: &[u8]) -> Option<()> {
    let mut bytes = Bytes(body);
    bytes.u32()?;
    bytes.u32()?;
    bytes.block(1)?;
    bytes.block(2)?;
    let list = bytes.block(2)?;
    if !bytes.is_empty() {
        return None;
    }
    extension::each(list, Twice::Taken, |extension| match extension.id {
        extension::EARLY_DATA => extension.body.u32().map(|_| Known::Yes),
        _ => Some(Known::No),
    })
    .map(drop)
}

/// `encryptedExtensionsMsg.unmarshal`.
fn read_encrypted_extensions(body: &[u8]) -> Option<()> {
    let mut bytes = Bytes(body);
    let list = bytes.block(2)?;
    if !bytes.is_empty() {
        return None;
    }
    extension::each(list, Twice::Refused, |extension| {
        match extension.id {
            extension::ALPN => {
                extension::chosen_protocol(&mut extension.body)?;
            }
            extension::QUIC_PARAMETERS | extension::ENCRYPTED_HELLO => {
                extension.body.rest();
            }
            extension::EARLY_DATA | extension::SERVER_NAME => {}
            _ => return Some(Known::No),
        }
        Some(Known::Yes)
    })
    .map(drop)
}

/// `certificateMsgTLS13.unmarshal`.
fn read_certificates_13(body: &[u8]) -> Option<()> {
    let mut bytes = Bytes(body);
    if !bytes.block(1)?.is_empty() {
        return None;
    }
    let mut list = bytes.block(3)?;
    let mut is_leaf = true;
    while !list.is_empty() {
        list.block(3)?;
        let extensions = list.block(2)?;
        extension::each(extensions, Twice::Taken, |extension| {
            if is_leaf { read_leaf_extension(extension) } else { Some(Known::No) }
        })?;
        is_leaf = false;
    }
    bytes.is_empty().then_some(())
}

fn read_leaf_extension(extension: &mut Extension<'_>) -> Option<Known> {
    let body = &mut extension.body;
    match extension.id {
        extension::STATUS_REQUEST => message::read_status(body.rest())?,
        extension::SCT => {
            extension::filled_blocks(body, 2)?;
        }
        _ => return Some(Known::No),
    }
    Some(Known::Yes)
}

/// `certificateRequestMsgTLS13.unmarshal`.
fn read_request_13(body: &[u8]) -> Option<()> {
    let mut bytes = Bytes(body);
    if !bytes.block(1)?.is_empty() {
        return None;
    }
    let list = bytes.block(2)?;
    if !bytes.is_empty() {
        return None;
    }
    extension::each(list, Twice::Taken, |extension| {
        let body = &mut extension.body;
        match extension.id {
            extension::STATUS_REQUEST | extension::SCT => {}
            extension::SIGNATURE_SCHEMES | extension::SIGNATURE_SCHEMES_CERT => {
                body.numbers(2)?;
            }
            extension::AUTHORITIES => {
                extension::filled_blocks(body, 2)?;
            }
            _ => return Some(Known::No),
        }
        Some(Known::Yes)
    })
    .map(drop)
}

/// `certificateVerifyMsg.unmarshal`. Before the version is known Go looks for no scheme.
fn read_verify(body: &[u8], version: Option<u16>) -> Option<()> {
    let mut bytes = Bytes(body);
    if version.is_some() {
        bytes.u16()?;
    }
    bytes.block(2)?;
    bytes.is_empty().then_some(())
}
