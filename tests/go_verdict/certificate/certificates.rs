//! Every certificate of the recorded table is read or refused as Go does it.
//!
//! The table has lines of these kinds: `said` is a verdict, numbered from 0: `! ` and Go's error, or `+ ` and the digest;
//! `cert` is a whole certificate; `flip` is one of those with one byte changed, `cut` one that ends early; `put` is the
//! usual certificate with some parts replaced, `der` is given as it is. The last word of each is its verdict.

use std::collections::BTreeMap;

use crate::certificate::digest::{bytes, digest, sum};
use sockeye::go_verdict::certificate::Certificate;

const TABLE: &str = include_str!("certificates.txt");

#[test]
fn every_certificate_is_read_or_refused_as_go_does() {
    let said: Vec<&str> = TABLE.lines().filter_map(|line| line.strip_prefix("said ")).collect();
    let whole = whole_certificates();
    let mut rows = 0;
    let mut wrong = Vec::new();
    for line in TABLE.lines().filter(|line| !line.starts_with("said ")) {
        let words: Vec<&str> = line.split(' ').collect();
        let der = match words[..] {
            ["flip", of, position, mask, _] => {
                let mut der: Vec<u8> = whole[of.parse::<usize>().unwrap()].clone();
                der[position.parse::<usize>().unwrap()] ^= mask.parse::<u8>().unwrap();
                der
            }
            ["cut", of, length, _] => whole[of.parse::<usize>().unwrap()][..length.parse().unwrap()].to_vec(),
            ["put", ref parts @ .., _] => with_parts(parts),
            ["cert" | "der", der, _] => bytes(der),
            _ => panic!("an unknown line: {line}"),
        };
        let expected = words.last().unwrap();
        let got = verdict(&der);
        let agrees = match expected.strip_prefix('+') {
            Some(hash) => got.strip_prefix("+ ").is_some_and(|digest| sum(&[digest.as_bytes()]) == hash),
            None => got == said[expected.parse::<usize>().unwrap()],
        };
        rows += 1;
        if !agrees {
            let expected = expected.parse::<usize>().map_or(*expected, |number| said[number]);
            wrong.push(format!("{line}\n    Go:   {expected}\n    here: {got}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {rows} rows differ\n{}", wrong.len(), wrong.join("\n"));
    assert!(rows > 7_000, "the table has only {rows} rows");
}

/// The well-formed certificates of the table.
pub fn whole_certificates() -> Vec<Vec<u8>> {
    let lines = TABLE.lines().filter_map(|line| line.strip_prefix("cert "));
    lines.map(|line| bytes(line.split(' ').next().unwrap())).collect()
}

/// The error as Go says it, or the digest.
fn verdict(der: &[u8]) -> String {
    match Certificate::parse(der) {
        Ok(certificate) => format!("+ {}", digest(&certificate)),
        Err(error) => format!("! {}", on_one_line(&error.to_string())),
    }
}

fn on_one_line(text: &str) -> String {
    let is_plain = |byte: u8| (byte.is_ascii_graphic() || byte == b' ') && byte != b'%';
    text.bytes()
        .map(|byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02x}") })
        .collect()
}

/// The usual certificate of the table, with these parts (`name=base64`) in place of its own.
pub fn with_parts(parts: &[&str]) -> Vec<u8> {
    let changed: BTreeMap<&str, Vec<u8>> = parts
        .iter()
        .map(|part| part.split_once('=').unwrap())
        .map(|(name, part)| (name, bytes(part)))
        .collect();
    let usual: BTreeMap<&str, Vec<u8>> = [
        ("version", "oAMCAQI"),
        ("serial", "AgEH"),
        ("inner", "MAUGAytlcA"),
        ("issuer", "MAA"),
        ("validity", "MB4XDTI0MDEwMTAwMDAwMFoXDTM0MDEwMTAwMDAwMFo"),
        ("subject", "MAA"),
        ("spki", "MCowBQYDK2VwAyEACQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"),
        ("sig", "AwEA"),
    ]
    .map(|(name, part)| (name, bytes(part)))
    .into();
    let part = |name: &str| changed.get(name).or_else(|| usual.get(name)).cloned().unwrap_or_default();
    let outer_algorithm = changed.get("outer").cloned().unwrap_or_else(|| part("inner"));
    let signed =
        ["version", "serial", "inner", "issuer", "validity", "subject", "spki", "unique", "exts", "tbstail"]
            .map(part)
            .concat();
    let whole = [sequence(&signed), outer_algorithm, part("sig"), part("tail")].concat();
    [sequence(&whole), part("after")].concat()
}

pub fn sequence(content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let length: Vec<u8> = length.into_iter().skip_while(|&byte| byte == 0).collect();
    let head = match content.len() {
        0 => vec![0],
        1..128 => length,
        _ => [&[0x80 | u8::try_from(length.len()).unwrap()], length.as_slice()].concat(),
    };
    [&[0x30], head.as_slice(), content].concat()
}
