//! What Go itself said of each entry, and which certificate its client presented.
//!
//! The tables were written by a Go 1.26.8 program that calls `loadKeyPair` of Benthos with `github.com/youmark/pkcs8` at the
//! version that is pinned there, and that shakes hands with a Go server.

mod openssl_mends;
mod rows;

use self::rows::{Table, rendered};
use sha2::{Digest, Sha256};
use sockeye::go_verdict::client::{
    CertificateRequest, Version, entry,
    key::{self, PrivateKey},
    presented, scheme, signing_error,
};

const ENTRIES: &str = include_str!("entries.jsonl");
const HANDSHAKES: &str = include_str!("presented.jsonl");

#[test]
fn every_entry_has_the_verdict_of_go() {
    let table = Table::read(ENTRIES);
    assert!(table.rows.len() >= 500);
    let mut differences = Vec::new();
    for row in &table.rows {
        let (cert, key) = (rendered(&table, &row.cert), rendered(&table, &row.key));
        let ours = match entry(&cert, &key, &row.password) {
            Ok(pair) => format!("ok {} {}", pair.chain.len(), described(&pair.key)),
            Err(error) => error.to_string(),
        };
        if ours != row.verdict {
            differences.push(format!("{}\n  Go:   {}\n  ours: {ours}", row.name, row.verdict));
        }
    }
    assert!(
        differences.is_empty(),
        "{} of {} rows differ:\n{}",
        differences.len(),
        table.rows.len(),
        differences.join("\n")
    );
}

/// The kind of the key, and the beginning of the digest of its PKCS #8 form.
fn described(key: &PrivateKey) -> String {
    let kind = match key {
        PrivateKey::Rsa(key) => format!("rsa {}", key.bits()),
        PrivateKey::Ecdsa(key) => format!("ec {}", format!("{:?}", key.curve()).replace('P', "P-")),
        PrivateKey::Ed25519(_) => "ed25519".to_owned(),
    };
    let Some(der) = key.pkcs8() else { return kind };
    let digest = Sha256::digest(der);
    digest[..6].iter().fold(kind + " ", |text, byte| format!("{text}{byte:02x}"))
}

#[test]
fn every_handshake_presents_what_go_presented() {
    let table = Table::read(&format!("{ENTRIES}{HANDSHAKES}"));
    let known = Table::read(ENTRIES).rows.len();
    let pairs: Vec<_> = table.rows[known..]
        .iter()
        .map(|row| entry(&rendered(&table, &row.cert), &rendered(&table, &row.key), "").unwrap())
        .collect();
    assert!(table.handshakes.len() >= 500);
    for handshake in &table.handshakes {
        let entries: Vec<_> = handshake.entries.iter().map(|place| pairs[*place].clone()).collect();
        let request = CertificateRequest {
            version: if handshake.version == 12 { Version::Tls12 } else { Version::Tls13 },
            types: handshake.types.clone(),
            schemes: handshake.schemes.clone(),
            authorities: handshake.authorities.iter().map(|blob| table.blob(blob).to_vec()).collect(),
        };
        let ours = match presented(&entries, &request) {
            None => "none".to_owned(),
            Some(place) => match signing_error(&entries[place], request.version) {
                Some(words) => format!("{place} 0000 {words}"),
                None => format!("{place} {:04x}", scheme(&entries[place], &request).unwrap()),
            },
        };
        assert_eq!(ours, handshake.verdict, "entries {:?} asked for {request:?}", handshake.entries);
    }
}

/// Truncated, and with bytes changed at places that follow a simple rule: whatever it is, it has a verdict.
#[test]
fn no_key_is_so_broken_that_it_has_no_verdict() {
    let table = Table::read(ENTRIES);
    let mut state = 1u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        usize::try_from(state >> 8).unwrap()
    };
    for der in table.blobs().filter(|der| !der.is_empty() && der.len() < 700) {
        for _ in 0..2 {
            let mut broken = der.to_vec();
            let place = next() % broken.len();
            broken[place] = u8::try_from(next() % 256).unwrap();
            if next() % 3 == 0 {
                broken.truncate(next() % der.len());
            }
            let is_key = key::parse(&broken).is_ok();
            assert!(!(is_key && key::is_locked(&broken)));
        }
    }
}
