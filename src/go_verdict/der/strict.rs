//! The stricter of the two, for certificates and signatures (`golang.org/x/crypto/cryptobyte`, `asn1.go`).
//!
//! Lengths are minimal and of at most four bytes, tag numbers are below 31, integers are minimal. What follows the
//! element that was asked for stays in the reader, and whoever asked decides if it matters: Go ignores it in most places.

use crate::go_verdict::der::{oid, tag};

/// One element: its tag, what is in it, and the whole of it.
#[derive(Clone, Copy)]
pub struct Element<'a> {
    pub tag: u8,
    pub content: &'a [u8],
    pub whole: &'a [u8],
}

/// The bytes that are still to be read (`cryptobyte.String`).
#[derive(Clone, Copy)]
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// What is still to be read.
    pub fn remaining(self) -> &'a [u8] {
        self.0
    }

    /// Is the next element of this tag (`PeekASN1Tag`)?
    pub fn sees(self, tag: u8) -> bool {
        self.0.first() == Some(&tag)
    }

    /// The next element, whatever it is (`ReadAnyASN1`, `ReadAnyASN1Element`).
    pub fn any(&mut self) -> Option<Element<'a>> {
        let (&tag, after_tag) = self.0.split_first()?;
        if tag & 0x1f == 0x1f {
            return None;
        }
        let (length, after_head) = length(after_tag)?;
        let (content, rest) = after_head.split_at_checked(length)?;
        let whole = self.0.get(..self.0.len().checked_sub(rest.len())?)?;
        self.0 = rest;
        Some(Element { tag, content, whole })
    }

    /// The next element, which has to be of this tag (`ReadASN1Element`).
    pub fn element(&mut self, tag: u8) -> Option<Element<'a>> {
        self.any().filter(|element| element.tag == tag)
    }

    /// What is in the next element, which has to be of this tag (`ReadASN1`).
    pub fn content(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.element(tag).map(|element| element.content)
    }

    /// A reader of what is in the next element, which has to be of this tag.
    pub fn enter(&mut self, tag: u8) -> Option<Reader<'a>> {
        self.content(tag).map(Reader)
    }

    /// As [`Reader::enter`], if the next element is of this tag; the inner `None` says that it is not
    /// (`ReadOptionalASN1`).
    #[expect(clippy::option_option, reason = "the outer one is the failure, the inner one the absence")]
    pub fn enter_optional(&mut self, tag: u8) -> Option<Option<Reader<'a>>> {
        if self.sees(tag) { self.enter(tag).map(Some) } else { Some(None) }
    }

    /// (`ReadASN1Boolean`)
    pub fn boolean(&mut self) -> Option<bool> {
        match self.content(tag::BOOLEAN)? {
            [0] => Some(false),
            [0xff] => Some(true),
            _ => None,
        }
    }

    /// A BOOLEAN if the next element is one, else false.
    pub fn optional_boolean(&mut self) -> Option<bool> {
        if self.sees(tag::BOOLEAN) { self.boolean() } else { Some(false) }
    }

    /// The bytes of an INTEGER of any size, in two's complement and minimal (`readASN1BigInt`).
    pub fn integer(&mut self) -> Option<&'a [u8]> {
        self.integer_with_tag(tag::INTEGER)
    }

    /// As [`Reader::integer`], with the tag of its place.
    pub fn integer_with_tag(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.content(tag).filter(|bytes| is_minimal(bytes))
    }

    /// An INTEGER that fits into 64 bits (`readASN1Int64`).
    pub fn int64(&mut self) -> Option<i64> {
        self.integer().and_then(signed)
    }

    /// As [`Reader::int64`], with the tag of its place (`ReadASN1Int64WithTag`).
    pub fn int64_with_tag(&mut self, tag: u8) -> Option<i64> {
        self.integer_with_tag(tag).and_then(signed)
    }

    /// The bytes of an OBJECT IDENTIFIER whose arcs are below 2^31 (`ReadASN1ObjectIdentifier`).
    ///
    /// There is one way to write each, so equal bytes are equal identifiers.
    pub fn oid(&mut self) -> Option<&'a [u8]> {
        self.content(tag::OID).filter(|bytes| oid::has_small_arcs(bytes))
    }

    /// (`ReadASN1BitString`)
    pub fn bit_string(&mut self) -> Option<BitString<'a>> {
        let (&unused, bytes) = self.content(tag::BIT_STRING)?.split_first()?;
        let last = bytes.last().copied();
        let is_sound = match (unused, last) {
            (8.., _) => false,
            (_, None) => unused == 0,
            (_, Some(last)) => last.trailing_zeros() >= u32::from(unused),
        };
        is_sound.then_some(BitString { unused, bytes })
    }
}

/// A BIT STRING, with the number of bits at its end that are not of it.
#[derive(Clone, Copy)]
pub struct BitString<'a> {
    unused: u8,
    bytes: &'a [u8],
}

impl BitString<'_> {
    /// Is bit `index` there and set? Bit 0 is the first (`asn1.BitString`, `At`).
    pub fn bit(self, index: usize) -> bool {
        let mask = 0x80_u8 >> (index % 8);
        self.bytes.get(index / 8).is_some_and(|byte| byte & mask != 0)
    }

    /// The bits as bytes, with the padding at the front (`asn1.BitString`, `RightAlign`).
    pub fn right_aligned(self) -> Vec<u8> {
        if self.unused == 0 {
            return self.bytes.to_vec();
        }
        let mut before = 0_u8;
        self.bytes
            .iter()
            .map(|&byte| {
                let pair = u16::from_be_bytes([before, byte]) >> self.unused;
                before = byte;
                pair.to_be_bytes()[1]
            })
            .collect()
    }
}

/// The length at the front of `bytes`, and what comes after it.
fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (&first, rest) = bytes.split_first()?;
    if first & 0x80 == 0 {
        return Some((usize::from(first), rest));
    }
    let count = usize::from(first & 0x7f);
    if !(1..=4).contains(&count) {
        return None;
    }
    let (digits, rest) = rest.split_at_checked(count)?;
    let length = digits.iter().fold(0_usize, |length, &digit| (length << 8) | usize::from(digit));
    let is_minimal = length >= 128 && digits.first() != Some(&0);
    is_minimal.then_some((length, rest))
}

/// Is this INTEGER written with as few bytes as can be (`checkASN1Integer`)?
pub fn is_minimal(bytes: &[u8]) -> bool {
    match bytes {
        [] => false,
        [0x00, second, ..] => second & 0x80 != 0,
        [0xff, second, ..] => second & 0x80 == 0,
        _ => true,
    }
}

/// The value of an INTEGER of at most eight bytes (`asn1Signed`).
pub fn signed(bytes: &[u8]) -> Option<i64> {
    let sign = bytes.first()? & 0x80 != 0;
    let mut wide = if sign { [0xff_u8; 8] } else { [0; 8] };
    let start = wide.len().checked_sub(bytes.len())?;
    wide.get_mut(start..)?.copy_from_slice(bytes);
    Some(i64::from_be_bytes(wide))
}

/// Is this INTEGER above zero (`big.Int`, `Sign`)?
pub fn is_positive(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|first| first & 0x80 == 0) && bytes.iter().any(|&byte| byte != 0)
}
