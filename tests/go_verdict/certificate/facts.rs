//! Facts about lists of certificates that the table cannot hold, since Go tells them only in a handshake.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use sockeye::go_verdict::certificate::{Certificate, ParseError, Pool, PublicKey, Reason, Skipped, served};

use crate::certificate::certificates::{sequence, with_parts};

/// The usual certificate of the table with another serial number.
fn numbered(serial: u8) -> Vec<u8> {
    with_parts(&[&part("serial", &[0x02, 0x01, serial])])
}

fn negative() -> Vec<u8> {
    numbered(0xff)
}

fn part(name: &str, der: &[u8]) -> String {
    format!("{name}={}", STANDARD_NO_PAD.encode(der))
}

/// A certificate with an RSA key of so many bits.
fn with_rsa_key(bits: usize) -> Vec<u8> {
    let mut modulus = vec![0_u8; bits / 8 + 1];
    modulus[usize::from(bits.is_multiple_of(8))] = 1 << ((bits + 7) % 8);
    let modulus = tagged(0x02, &modulus);
    let key = sequence(&[modulus.as_slice(), &[0x02, 0x01, 0x03]].concat());
    let algorithm = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
    let info = [sequence(&algorithm), tagged(0x03, &[&[0], key.as_slice()].concat())].concat();
    with_parts(&[&part("spki", &sequence(&info))])
}

fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut element = sequence(content);
    element[0] = tag;
    element
}

fn pem(label: &str, headers: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{headers}{}\n-----END {label}-----\n", STANDARD.encode(der))
}

fn serials(pool: &Pool) -> Vec<u8> {
    pool.certificates.iter().map(|certificate| certificate.serial[0]).collect()
}

#[test]
fn served_certificates_are_read_in_order() {
    let list = served(&[numbered(1), numbered(2), numbered(1)]).unwrap();
    assert_eq!(list.iter().map(|certificate| certificate.serial[0]).collect::<Vec<_>>(), [1, 2, 1]);
}

#[test]
fn one_unreadable_certificate_spoils_the_list() {
    let error = served(&[numbered(1), negative()]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "tls: failed to parse certificate from server: x509: negative serial number"
    );
}

#[test]
fn a_served_rsa_key_has_at_most_8192_bits() {
    assert!(served(&[with_rsa_key(8192)]).is_ok());
    let error = served(&[with_rsa_key(8193)]).unwrap_err();
    assert_eq!(error.to_string(), "tls: server sent certificate containing RSA key larger than 8192 bits");
}

#[test]
fn each_served_certificate_is_measured_before_the_next_is_read() {
    let long_first = served(&[with_rsa_key(8193), negative()]).unwrap_err();
    assert!(long_first.to_string().ends_with("larger than 8192 bits"));
    let long_second = served(&[negative(), with_rsa_key(8193)]).unwrap_err();
    assert!(long_second.to_string().ends_with("negative serial number"));
}

#[test]
fn a_root_may_have_a_longer_rsa_key() {
    let pool = Pool::of(&[with_rsa_key(16_384)]);
    assert!(matches!(pool.certificates[0].public_key, Some(PublicKey::Rsa { bits: 16_384, .. })));
}

#[test]
fn a_pool_has_each_certificate_once_and_remembers_what_it_left_out() {
    let text = [
        pem("CERTIFICATE", "", &numbered(1)),
        pem("PRIVATE KEY", "", &[]),
        pem("CERTIFICATE", "a: b\n", &numbered(2)),
        pem("CERTIFICATE", "", &negative()),
        pem("CERTIFICATE", "", &numbered(1)),
        pem("CERTIFICATE", "", &numbered(3)),
    ];
    let pool = Pool::from_pem(text.concat().as_bytes());
    assert_eq!(serials(&pool), [1, 3]);
    let skipped = [
        (1, Reason::Label("PRIVATE KEY".to_owned())),
        (2, Reason::Headers),
        (3, Reason::Unparsable(ParseError::NegativeSerial)),
    ];
    assert_eq!(pool.skipped, skipped.map(|(index, reason)| Skipped { index, reason }));
}

#[test]
fn a_pool_of_the_system_leaves_out_the_same() {
    let pool = Pool::of(&[numbered(1), negative(), numbered(1), numbered(2)]);
    assert_eq!(serials(&pool), [1, 2]);
    assert_eq!(pool.skipped, [Skipped { index: 1, reason: Reason::Unparsable(ParseError::NegativeSerial) }]);
}

#[test]
fn a_certificate_keeps_its_own_bytes() {
    let der = numbered(9);
    assert_eq!(Certificate::parse(&der).unwrap().raw, der);
}
