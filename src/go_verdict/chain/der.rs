//! The few parts of a certificate's bytes that its parsed form does not keep.

use crate::go_verdict::certificate::Certificate;

/// The subjectAltName extension, 2.5.29.17.
pub(crate) const ALTERNATIVE_NAMES: &[u8] = &[0x55, 0x1d, 0x11];
/// The nameConstraints extension, 2.5.29.30.
pub(crate) const NAME_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 0x1e];

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const EXTENSIONS: u8 = 0xa3;
const OCTET_STRING: u8 = 0x04;

/// One value: its tag, and what it holds.
#[derive(Clone, Copy)]
pub(crate) struct Element<'a> {
    pub tag: u8,
    pub content: &'a [u8],
}

/// The first element, and what follows it; lengths must be minimal, tags of one byte (`cryptobyte.String.ReadAnyASN1`).
pub(crate) fn read(bytes: &[u8]) -> Option<(Element<'_>, &[u8])> {
    let (&[tag, first], rest) = bytes.split_first_chunk::<2>()?;
    if tag & 0x1f == 0x1f {
        return None;
    }
    let (length, rest) =
        if first & 0x80 == 0 { (usize::from(first), rest) } else { long_length(first & 0x7f, rest)? };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((Element { tag, content }, rest))
}

fn long_length(count: u8, bytes: &[u8]) -> Option<(usize, &[u8])> {
    if count > 4 {
        return None;
    }
    let (digits, rest) = bytes.split_at_checked(usize::from(count))?;
    let length = digits.iter().fold(0u64, |length, &digit| (length << 8) | u64::from(digit));
    (length >= 0x80 && digits.first() != Some(&0)).then_some(())?;
    Some((usize::try_from(length).ok()?, rest))
}

/// The elements one after another, until the bytes end or cannot be read.
pub(crate) fn elements(mut bytes: &[u8]) -> impl Iterator<Item = Element<'_>> {
    std::iter::from_fn(move || {
        let (element, rest) = read(bytes)?;
        bytes = rest;
        Some(element)
    })
}

/// The value of the first extension with this identifier, as `Certificate.Extensions` has it.
pub(crate) fn extension<'a>(certificate: &'a Certificate, id: &[u8]) -> Option<&'a [u8]> {
    if certificate.version != 3 {
        return None;
    }
    let list = fields(certificate).find(|field| field.tag == EXTENSIONS)?;
    let (list, _) = read(list.content)?;
    elements(list.content).find_map(|extension| {
        let mut parts = elements(extension.content);
        let is_wanted = parts.next()?.content == id;
        let value = parts.find(|part| part.tag == OCTET_STRING)?;
        is_wanted.then_some(value.content)
    })
}

/// The texts of not-before and not-after.
pub(crate) fn validity(certificate: &Certificate) -> Option<(&[u8], &[u8])> {
    // Serial number, signature algorithm and issuer come before it.
    let validity = fields(certificate).filter(|field| field.tag != VERSION).nth(3)?;
    let mut times = elements(validity.content);
    Some((times.next()?.content, times.next()?.content))
}

fn fields(certificate: &Certificate) -> impl Iterator<Item = Element<'_>> {
    let whole = read(&certificate.raw_tbs).filter(|(whole, _)| whole.tag == SEQUENCE);
    elements(whole.map_or(&[], |(whole, _)| whole.content))
}
