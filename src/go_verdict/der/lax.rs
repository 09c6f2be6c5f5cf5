//! The laxer of the two, for keys and the parameters of RSA-PSS: `encoding/asn1`, as it fills a struct. It reads in order,
//! with optional members, and is deaf to what follows the last member it knows. The length of an explicit tag is believed
//! by nobody: the member ends where the element within ends.
//!
//! Go's words of these errors never reach a log line, so a failure carries none.

use crate::go_verdict::der::{
    oid,
    strict::{is_minimal, signed},
    tag,
};

/// The bytes are not what the struct wants (`asn1.SyntaxError`, `asn1.StructuralError`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

const UNIVERSAL: u8 = 0;
const CONTEXT: u8 = 2;

/// The members of one SEQUENCE, or the top of the input.
#[derive(Clone, Copy, Debug)]
pub struct Members<'a> {
    rest: &'a [u8],
}

/// `pkix.AlgorithmIdentifier`.
#[derive(Clone, Copy, Debug)]
pub struct Algorithm<'a> {
    pub oid: &'a [u8],
    /// With its head; empty if there is none (`Parameters.FullBytes`).
    pub parameters: &'a [u8],
}

impl<'a> Members<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The bytes that no member took yet.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub fn sequence(&mut self) -> Result<Self, Malformed> {
        self.optional_sequence()?.ok_or(Malformed)
    }

    pub fn optional_sequence(&mut self) -> Result<Option<Self>, Malformed> {
        Ok(self.member(tag::SEQUENCE)?.map(Members::new))
    }

    /// The bytes of an INTEGER of any length (`parseBigInt`).
    pub fn integer(&mut self) -> Result<&'a [u8], Malformed> {
        self.optional_integer()?.ok_or(Malformed)
    }

    pub fn optional_integer(&mut self) -> Result<Option<&'a [u8]>, Malformed> {
        let bytes = self.member(tag::INTEGER)?;
        if bytes.is_none_or(is_minimal) { Ok(bytes) } else { Err(Malformed) }
    }

    /// An INTEGER of at most eight bytes (`parseInt64`).
    pub fn small_integer(&mut self) -> Result<i64, Malformed> {
        signed(self.integer()?).ok_or(Malformed)
    }

    pub fn octets(&mut self) -> Result<&'a [u8], Malformed> {
        self.member(tag::OCTET_STRING)?.ok_or(Malformed)
    }

    /// An OBJECT IDENTIFIER whose arcs are below 2^31 (`parseObjectIdentifier`).
    pub fn oid(&mut self) -> Result<&'a [u8], Malformed> {
        identifier(self.member(tag::OID)?.ok_or(Malformed)?)
    }

    pub fn algorithm(&mut self) -> Result<Algorithm<'a>, Malformed> {
        self.optional_algorithm()?.ok_or(Malformed)
    }

    pub fn optional_algorithm(&mut self) -> Result<Option<Algorithm<'a>>, Malformed> {
        self.optional_sequence()?.map(Algorithm::of).transpose()
    }

    /// `optional,explicit,tag:N` around an OBJECT IDENTIFIER.
    pub fn explicit_oid(&mut self, number: u32) -> Result<Option<&'a [u8]>, Malformed> {
        self.explicit(number, tag::OID)?.map(identifier).transpose()
    }

    /// `optional,explicit,tag:N` around an `AlgorithmIdentifier`.
    pub fn explicit_algorithm(&mut self, number: u32) -> Result<Option<Algorithm<'a>>, Malformed> {
        self.explicit(number, tag::SEQUENCE)?.map(|members| Algorithm::of(Members::new(members))).transpose()
    }

    /// `optional,explicit,tag:N` around an INTEGER of at most eight bytes.
    pub fn explicit_integer(&mut self, number: u32) -> Result<Option<i64>, Malformed> {
        match self.explicit(number, tag::INTEGER)? {
            None => Ok(None),
            Some(bytes) if is_minimal(bytes) => signed(bytes).map(Some).ok_or(Malformed),
            Some(_) => Err(Malformed),
        }
    }

    /// `optional,explicit,tag:N` around a BIT STRING, which is checked and left.
    pub fn explicit_bits(&mut self, number: u32) -> Result<(), Malformed> {
        match self.explicit(number, tag::BIT_STRING)? {
            Some(bytes) => bits_are_padded_with_zeros(bytes),
            None => Ok(()),
        }
    }

    /// Any element with its head (`asn1.RawValue`), or nothing at the end.
    fn optional_whole(&mut self) -> Result<&'a [u8], Malformed> {
        if self.rest.is_empty() {
            return Ok(&[]);
        }
        let start = self.rest;
        let head = head(start)?;
        self.rest = head.after.get(head.length..).ok_or(Malformed)?;
        let length = start.len().saturating_sub(self.rest.len());
        start.get(..length).ok_or(Malformed)
    }

    /// The contents of the next element if it is of this tag; another one is left where it is (`parseField`).
    fn member(&mut self, tag: u8) -> Result<Option<&'a [u8]>, Malformed> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let head = head(self.rest)?;
        if head.is_of(tag) { self.take(&head).map(Some) } else { Ok(None) }
    }

    fn explicit(&mut self, number: u32, tag: u8) -> Result<Option<&'a [u8]>, Malformed> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let around = head(self.rest)?;
        if around.after.is_empty() {
            return Err(Malformed);
        }
        if (around.class, around.number) != (CONTEXT, number) || !(around.is_compound || around.length == 0) {
            return Ok(None);
        }
        if around.length == 0 {
            return Err(Malformed);
        }
        let inner = head(around.after)?;
        if inner.is_of(tag) { self.take(&inner).map(Some) } else { Ok(None) }
    }

    fn take(&mut self, head: &Head<'a>) -> Result<&'a [u8], Malformed> {
        let (contents, rest) = head.after.split_at_checked(head.length).ok_or(Malformed)?;
        self.rest = rest;
        Ok(contents)
    }
}

impl<'a> Algorithm<'a> {
    fn of(mut members: Members<'a>) -> Result<Self, Malformed> {
        Ok(Self { oid: members.oid()?, parameters: members.optional_whole()? })
    }
}

struct Head<'a> {
    class: u8,
    is_compound: bool,
    number: u32,
    length: usize,
    after: &'a [u8],
}

impl Head<'_> {
    fn is_of(&self, tag: u8) -> bool {
        let wanted = (UNIVERSAL, u32::from(tag & 0x1f), tag & 0x20 != 0);
        (self.class, self.number, self.is_compound) == wanted
    }
}

/// `parseTagAndLength`.
fn head(bytes: &[u8]) -> Result<Head<'_>, Malformed> {
    let (&first, mut after) = bytes.split_first().ok_or(Malformed)?;
    let mut number = u32::from(first & 0x1f);
    if number == 0x1f {
        (number, after) = base128(after)?;
        if number < 0x1f {
            return Err(Malformed);
        }
    }
    let (&short, mut after) = after.split_first().ok_or(Malformed)?;
    let mut length = usize::from(short & 0x7f);
    if short & 0x80 != 0 {
        let count = length;
        length = 0;
        for _ in 0..count {
            let (&byte, next) = after.split_first().ok_or(Malformed)?;
            after = next;
            if length >= 1 << 23 {
                return Err(Malformed);
            }
            length = length << 8 | usize::from(byte);
            if length == 0 {
                return Err(Malformed);
            }
        }
        // Neither the indefinite form nor a long form of what fits the short one.
        if length < 0x80 {
            return Err(Malformed);
        }
    }
    Ok(Head { class: first >> 6, is_compound: first & 0x20 != 0, number, length, after })
}

/// `parseBase128Int`: at most five bytes, minimal, and not above what fits 31 bits.
fn base128(bytes: &[u8]) -> Result<(u32, &[u8]), Malformed> {
    let mut value = 0u64;
    let mut rest = bytes;
    for position in 0..5 {
        let (&byte, next) = rest.split_first().ok_or(Malformed)?;
        rest = next;
        if position == 0 && byte == 0x80 {
            return Err(Malformed);
        }
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            let value = i32::try_from(value).map_err(|_| Malformed)?;
            return Ok((value.unsigned_abs(), rest));
        }
    }
    Err(Malformed)
}

fn identifier(bytes: &[u8]) -> Result<&[u8], Malformed> {
    if oid::has_small_arcs(bytes) { Ok(bytes) } else { Err(Malformed) }
}

/// `parseBitString`.
fn bits_are_padded_with_zeros(bytes: &[u8]) -> Result<(), Malformed> {
    let (&padding, bits) = bytes.split_first().ok_or(Malformed)?;
    let unused = match padding {
        0..=7 => (1u8 << padding) - 1,
        _ => return Err(Malformed),
    };
    match bits.last() {
        None if padding > 0 => Err(Malformed),
        Some(last) if last & unused != 0 => Err(Malformed),
        _ => Ok(()),
    }
}
