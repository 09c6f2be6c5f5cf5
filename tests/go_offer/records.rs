//! Records under the suites with chained blocks.

use aes::cipher::{Array, BlockModeEncrypt, KeyIvInit};
use hmac::{Hmac, KeyInit, Mac};
use rustls::crypto::cipher::{
    AeadKey, InboundOpaqueMessage, MessageDecrypter, MessageEncrypter, OutboundChunks, OutboundPlainMessage,
    make_tls12_aad,
};
use rustls::{CipherSuite, ContentType, Error, ProtocolVersion, SupportedCipherSuite, Tls12CipherSuite};
use sha1::Sha1;
use sockeye::go_offer::Offer;

const KEY: [u8; 16] = [7; 16];
const MAC_KEY: [u8; 20] = [9; 20];
const VERSION: ProtocolVersion = ProtocolVersion::TLSv1_2;

#[test]
fn what_go_and_openssl_wrote_is_read() {
    let mut rows = 0;
    let lengths = [1, 10, 11, 12, 27, 28, 200, 16384];
    for line in include_str!("records.tsv").lines() {
        let [_, suite, mac, key, seq, typ, kind, record] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("a row has eight columns");
        };
        let seq: usize = seq.parse().unwrap();
        let suite = match suite {
            "ECDHE-RSA-AES128-SHA" => CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
            _ => CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
        };
        let mut reader = suite_of(suite).aead_alg.decrypter(mac_key(&hex(mac)), &hex(key));
        let plain = read(&mut *reader, typ.parse::<u8>().unwrap().into(), seq as u64, &hex(record)).unwrap();
        match kind {
            "text" => assert_eq!(plain, text(lengths[seq - 1])),
            // The message that ends the handshake is of sixteen bytes, the alert that ends the connection of two.
            _ => assert_eq!(plain.len(), if seq == 0 { 16 } else { 2 }),
        }
        rows += 1;
    }
    assert_eq!(rows, 40);
}

#[test]
fn what_is_written_is_read() {
    let mut reader = reader();
    let mut writer = writer();
    for length in (0..300).chain([16383, 16384]) {
        let record = write(&mut *writer, length as u64, &text(length));
        assert_eq!(record.len(), writer.encrypted_payload_len(length));
        assert_eq!(
            read(&mut *reader, ContentType::ApplicationData, length as u64, &record),
            Ok(text(length))
        );
    }
}

#[test]
fn every_padding_is_read() {
    for length in 0..=32 {
        for padding in
            (0..=255_u8).filter(|&padding| (length + 20 + 1 + usize::from(padding)).is_multiple_of(16))
        {
            let record = sealed(&text(length), &vec![padding; usize::from(padding) + 1]);
            assert_eq!(read_first(&record), Ok(text(length)), "{length} {padding}");
        }
    }
}

#[test]
fn no_byte_of_a_record_can_be_changed() {
    let record = sealed(&text(27), &[16; 17]);
    for place in 0..record.len() {
        for bit in 0..8 {
            let mut changed = record.clone();
            changed[place] ^= 1 << bit;
            assert_eq!(read_first(&changed), Err(Error::DecryptError), "{place} {bit}");
        }
    }
}

#[test]
fn no_record_can_be_cut() {
    let record = sealed(&text(100), &[7; 8]);
    for length in 0..record.len() {
        assert_eq!(read_first(&record[..length]), Err(Error::DecryptError));
    }
}

#[test]
fn a_wrong_padding_and_a_padding_past_the_start_are_one_error() {
    for last in 0..=255 {
        let mut padding = [3; 8];
        padding[7] = last;
        assert_eq!(read_first(&sealed(&text(100), &padding)), Err(Error::DecryptError));
        assert_eq!(read_first(&sealed(&[last; 100], &[last; 8])).is_ok(), last == 7);
    }
}

#[test]
fn a_record_is_of_its_number_its_type_and_its_version() {
    let record = sealed(&text(5), &[6; 7]);
    let data = ContentType::ApplicationData;
    assert_eq!(read(&mut *reader(), data, 0, &record), Ok(text(5)));
    assert_eq!(read(&mut *reader(), data, 1, &record), Err(Error::DecryptError));
    assert_eq!(read(&mut *reader(), ContentType::Alert, 0, &record), Err(Error::DecryptError));
}

#[test]
fn a_fragment_of_more_than_16384_bytes_is_too_long() {
    assert_eq!(read_first(&sealed(&text(16385), &[10; 11])), Err(Error::PeerSentOversizedRecord));
}

fn reader() -> Box<dyn MessageDecrypter> {
    suite_of(CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA).aead_alg.decrypter(mac_key(&MAC_KEY), &KEY)
}

fn writer() -> Box<dyn MessageEncrypter> {
    suite_of(CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA).aead_alg.encrypter(
        mac_key(&MAC_KEY),
        &KEY,
        &[],
    )
}

/// A record as it is written, but with the padding given.
fn sealed(fragment: &[u8], padding: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha1>::new_from_slice(&MAC_KEY).unwrap();
    mac.update(&make_tls12_aad(0, ContentType::ApplicationData, VERSION, fragment.len()));
    mac.update(fragment);
    let mut body = [fragment, &mac.finalize().into_bytes(), padding].concat();
    let (blocks, rest) = Array::slice_as_chunks_mut(&mut body);
    assert!(rest.is_empty(), "the padding fills the last block");
    cbc::Encryptor::<aes::Aes128>::new(&KEY.into(), &[3; 16].into()).encrypt_blocks(blocks);
    [&[3; 16][..], &body].concat()
}

fn write(writer: &mut dyn MessageEncrypter, seq: u64, fragment: &[u8]) -> Vec<u8> {
    let payload = OutboundChunks::Single(fragment);
    let plain = OutboundPlainMessage { typ: ContentType::ApplicationData, version: VERSION, payload };
    writer.encrypt(plain, seq).unwrap().payload.as_ref().to_vec()
}

fn read_first(record: &[u8]) -> Result<Vec<u8>, Error> {
    read(&mut *reader(), ContentType::ApplicationData, 0, record)
}

fn read(
    reader: &mut dyn MessageDecrypter,
    typ: ContentType,
    seq: u64,
    record: &[u8],
) -> Result<Vec<u8>, Error> {
    let mut record = record.to_vec();
    let plain = reader.decrypt(InboundOpaqueMessage::new(typ, VERSION, &mut record), seq)?;
    Ok(plain.payload.to_vec())
}

/// Such a key cannot be made of twenty bytes; but to a MAC it is the same with zeros after it.
fn mac_key(key: &[u8]) -> AeadKey {
    let mut longer = [0; 32];
    longer[..20].copy_from_slice(key);
    AeadKey::from(longer)
}

fn suite_of(name: CipherSuite) -> &'static Tls12CipherSuite {
    let found = Offer::with_cbc().suites.into_iter().find(|suite| suite.suite() == name);
    let Some(SupportedCipherSuite::Tls12(suite)) = found else { panic!("the suite is offered") };
    suite
}

fn text(length: usize) -> Vec<u8> {
    (0..=255).cycle().take(length).collect()
}

fn hex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}
