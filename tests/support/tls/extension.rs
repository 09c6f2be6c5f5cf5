//! The extensions of certificates.

use std::net::IpAddr;

use super::{
    der::{boolean, integer, list, octets, oid, sequence, tlv},
    key::Key,
};

/// Whether who does not know an extension must refuse the certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Critical {
    Yes,
    No,
}

use Critical::{No, Yes};

pub fn extension(name: &str, critical: Critical, value: &[u8]) -> Vec<u8> {
    let critical = if critical == Yes { boolean(true) } else { Vec::new() };
    sequence(&[&oid(name), &critical, &octets(value)])
}

/// Basic constraints: CA:TRUE with this limit, if any.
pub fn authority(longest: Option<i64>) -> Vec<u8> {
    let longest = longest.map_or(Vec::new(), integer);
    extension("2.5.29.19", Yes, &sequence(&[&boolean(true), &longest]))
}

/// Basic constraints: CA:FALSE.
pub fn no_authority() -> Vec<u8> {
    extension("2.5.29.19", Yes, &sequence(&[]))
}

pub const DIGITAL_SIGNATURE: u8 = 0x80;
pub const NON_REPUDIATION: u8 = 0x40;
pub const KEY_ENCIPHERMENT: u8 = 0x20;
pub const CERT_SIGN: u8 = 0x04;
pub const CRL_SIGN: u8 = 0x02;

pub fn key_usage(usages: u8) -> Vec<u8> {
    let unused = u8::try_from(usages.trailing_zeros().min(7)).expect("it is small");
    extension("2.5.29.15", Yes, &tlv(3, &[&[unused, usages]]))
}

pub const SERVER: &str = "1.3.6.1.5.5.7.3.1";
pub const CLIENT: &str = "1.3.6.1.5.5.7.3.2";
pub const CODE: &str = "1.3.6.1.5.5.7.3.3";
pub const ANY: &str = "2.5.29.37.0";
pub const NETSCAPE_GATED: &str = "2.16.840.1.113730.4.1";
pub const OWN_USAGE: &str = "1.2.3.4.5.6";

pub fn usages(usages: &[&str]) -> Vec<u8> {
    let usages: Vec<_> = usages.iter().map(|usage| oid(usage)).collect();
    extension("2.5.29.37", No, &list(&usages))
}

pub fn dns(name: impl AsRef<[u8]>) -> Vec<u8> {
    tlv(0x82, &[name.as_ref()])
}

pub fn email(address: impl AsRef<[u8]>) -> Vec<u8> {
    tlv(0x81, &[address.as_ref()])
}

pub fn uri(uri: impl AsRef<[u8]>) -> Vec<u8> {
    tlv(0x86, &[uri.as_ref()])
}

pub fn address(address: &str) -> Vec<u8> {
    match address.parse().expect("it is an address") {
        IpAddr::V4(address) => tlv(0x87, &[&address.octets()]),
        IpAddr::V6(address) => tlv(0x87, &[&address.octets()]),
    }
}

pub const NAMES: &str = "2.5.29.17";

/// The subject's alternative names.
pub fn names(names: &[Vec<u8>]) -> Vec<u8> {
    extension(NAMES, No, &list(names))
}

/// Names and addresses, each as it is written.
pub fn named(words: &[&str]) -> Vec<u8> {
    let of = |word: &&str| if word.parse::<IpAddr>().is_ok() { address(word) } else { dns(word) };
    names(&words.iter().map(of).collect::<Vec<_>>())
}

pub fn subject_key(key: &Key) -> Vec<u8> {
    extension("2.5.29.14", No, &octets(&key.identifier()))
}

pub fn issuer_key(key: &Key) -> Vec<u8> {
    extension("2.5.29.35", No, &sequence(&[&tlv(0x80, &[&key.identifier()])]))
}

/// Name constraints of what is permitted and what is excluded.
pub fn constraints(permitted: &[Vec<u8>], excluded: &[Vec<u8>]) -> Vec<u8> {
    constraints_as(Yes, permitted, excluded)
}

pub fn constraints_as(critical: Critical, permitted: &[Vec<u8>], excluded: &[Vec<u8>]) -> Vec<u8> {
    let trees = |tag, names: &[Vec<u8>]| {
        let trees: Vec<_> = names.iter().map(|name| sequence(&[name])).collect();
        if trees.is_empty() { trees.concat() } else { tlv(tag, &[&trees.concat()]) }
    };
    extension("2.5.29.30", critical, &sequence(&[&trees(0xa0, permitted), &trees(0xa1, excluded)]))
}

/// A network, for constraints.
pub fn network(address: [u8; 4], mask: [u8; 4]) -> Vec<u8> {
    tlv(0x87, &[&address, &mask])
}

pub fn policies(critical: Critical, policies: &[&str]) -> Vec<u8> {
    let policies: Vec<_> = policies.iter().map(|policy| sequence(&[&oid(policy)])).collect();
    extension("2.5.29.32", critical, &list(&policies))
}

/// A policy constraint: from here on, each certificate needs a policy.
pub fn policy_required(critical: Critical) -> Vec<u8> {
    extension("2.5.29.36", critical, &sequence(&[&tlv(0x80, &[&[0]])]))
}

/// An extension that nobody knows.
pub fn unknown(critical: Critical) -> Vec<u8> {
    extension("1.2.3.4.5", critical, &tlv(0x0c, &[b"hello"]))
}
