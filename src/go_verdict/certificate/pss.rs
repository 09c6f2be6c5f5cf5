//! The parameters of RSA-PSS, which Go reads with its laxer reader (`encoding/asn1`, `Unmarshal`).
//!
//! That one takes high tag numbers and never looks at the length of an explicit tag: the field ends where the element
//! within ends.

use crate::go_verdict::certificate::der::{is_minimal, signed, tag};
use crate::go_verdict::certificate::oid;
use crate::go_verdict::certificate::parsed::SignatureAlgorithm;

const NULL: &[u8] = &[0x05, 0x00];
const CONTEXT_SPECIFIC: u8 = 2;
/// The longest length that `encoding/asn1` shifts on.
const LONGEST: usize = 1 << 23;

/// The algorithm, if these are parameters that Go puts into one of its three buckets: MGF1 with the same hash, a salt as
/// long as the hash, trailer field 1 (`getSignatureAlgorithmFromAI`).
pub fn algorithm(parameters: &[u8]) -> Option<SignatureAlgorithm> {
    let (fields, _) = sequence(parameters)?;
    let (hash, fields) = explicit(fields, 0, identifier)?;
    let (mask, fields) = explicit(fields, 1, identifier)?;
    let (salt, fields) = explicit(fields, 2, integer)?;
    let trailer = trailer_field(fields)?;
    let (mask_hash, _) = identifier(mask.parameters)?;
    let is_plain = |identifier: Loose<'_>| identifier.parameters.is_empty() || identifier.parameters == NULL;
    if !is_plain(hash)
        || !is_plain(mask_hash)
        || mask.oid != oid::MGF1
        || mask_hash.oid != hash.oid
        || trailer != 1
    {
        return None;
    }
    match (hash.oid, salt) {
        (oid::SHA256, 32) => Some(SignatureAlgorithm::Sha256RsaPss),
        (oid::SHA384, 48) => Some(SignatureAlgorithm::Sha384RsaPss),
        (oid::SHA512, 64) => Some(SignatureAlgorithm::Sha512RsaPss),
        _ => None,
    }
}

/// The head of an element (`parseTagAndLength`).
struct Head<'a> {
    class: u8,
    is_constructed: bool,
    number: u32,
    length: usize,
    /// What follows the head.
    rest: &'a [u8],
}

/// An `AlgorithmIdentifier` as this reader takes it.
#[derive(Clone, Copy)]
struct Loose<'a> {
    oid: &'a [u8],
    parameters: &'a [u8],
}

/// A value and what follows it.
type Read<'a, T> = Option<(T, &'a [u8])>;

/// What is within `[number]`.
fn explicit<'a, T>(bytes: &'a [u8], number: u32, inner: fn(&'a [u8]) -> Read<'a, T>) -> Read<'a, T> {
    let head = head(bytes)?;
    let is_it =
        head.class == CONTEXT_SPECIFIC && head.number == number && head.is_constructed && head.length > 0;
    if is_it { inner(head.rest) } else { None }
}

/// `[3] INTEGER DEFAULT 1`; anything that is not that is passed over as well, but one that is broken is not.
fn trailer_field(bytes: &[u8]) -> Option<i64> {
    if bytes.is_empty() {
        return Some(1);
    }
    let outer = head(bytes)?;
    if outer.rest.is_empty() {
        return None;
    }
    if outer.class != CONTEXT_SPECIFIC || outer.number != 3 || !(outer.is_constructed || outer.length == 0) {
        return Some(1);
    }
    if outer.length == 0 {
        return None;
    }
    let inner = head(outer.rest)?;
    if is_universal(&inner, tag::INTEGER) { integer(outer.rest).map(|(value, _)| value) } else { Some(1) }
}

fn identifier(bytes: &[u8]) -> Read<'_, Loose<'_>> {
    let (fields, rest) = sequence(bytes)?;
    let (oid, parameters) = universal(fields, tag::OID)?;
    if !oid::has_small_arcs(oid) {
        return None;
    }
    if parameters.is_empty() {
        return Some((Loose { oid, parameters }, rest));
    }
    let head = head(parameters)?;
    let after = head.rest.get(head.length..)?;
    let parameters = parameters.get(..parameters.len().checked_sub(after.len())?)?;
    Some((Loose { oid, parameters }, rest))
}

fn integer(bytes: &[u8]) -> Read<'_, i64> {
    let (content, rest) = universal(bytes, tag::INTEGER)?;
    let value = is_minimal(content).then(|| signed(content))??;
    Some((value, rest))
}

fn sequence(bytes: &[u8]) -> Read<'_, &[u8]> {
    universal(bytes, tag::SEQUENCE)
}

/// The content of an element of this universal tag.
fn universal(bytes: &[u8], tag: u8) -> Read<'_, &[u8]> {
    let head = head(bytes)?;
    if is_universal(&head, tag) { head.rest.split_at_checked(head.length) } else { None }
}

fn is_universal(head: &Head<'_>, tag: u8) -> bool {
    head.class == 0 && head.is_constructed == (tag & 0x20 != 0) && head.number == u32::from(tag & 0x1f)
}

fn head(bytes: &[u8]) -> Option<Head<'_>> {
    let (&first, rest) = bytes.split_first()?;
    let (number, rest) = match first & 0x1f {
        0x1f => high_number(rest)?,
        number => (u32::from(number), rest),
    };
    let (&second, rest) = rest.split_first()?;
    let (length, rest) =
        if second & 0x80 == 0 { (usize::from(second), rest) } else { long_length(second & 0x7f, rest)? };
    Some(Head { class: first >> 6, is_constructed: first & 0x20 != 0, number, length, rest })
}

/// A tag number in base 128, which has to need that (`parseBase128Int`).
fn high_number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let end = bytes.iter().position(|byte| byte & 0x80 == 0)?.checked_add(1)?;
    let (digits, rest) = bytes.split_at_checked(end)?;
    if !oid::has_small_arcs(digits) {
        return None;
    }
    let number = digits.iter().fold(0_u32, |number, digit| (number << 7) | u32::from(digit & 0x7f));
    (number >= 0x1f).then_some((number, rest))
}

/// A length of so many bytes, without zeros in front, not below 128.
fn long_length(count: u8, bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (digits, rest) = bytes.split_at_checked(usize::from(count))?;
    let length = digits.iter().try_fold(0_usize, |length, &digit| {
        if length >= LONGEST {
            return None;
        }
        let length = (length << 8) | usize::from(digit);
        (length != 0).then_some(length)
    })?;
    (length >= 0x80).then_some((length, rest))
}
