//! Reads DER as `encoding/asn1` does when it fills a struct: in order, with optional members, and deaf to what follows
//! the last member it knows.
//!
//! Go's words of these errors never reach a log line from a key, so a failure carries none.

/// The bytes are not what the struct wants (`asn1.SyntaxError`, `asn1.StructuralError`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

const INTEGER: u32 = 2;
const BIT_STRING: u32 = 3;
const OCTET_STRING: u32 = 4;
const OBJECT_IDENTIFIER: u32 = 6;
const SEQUENCE: u32 = 16;

const UNIVERSAL: u8 = 0;
const CONTEXT: u8 = 2;

/// The members of one SEQUENCE, or the top of the input.
#[derive(Clone, Copy, Debug)]
pub struct Members<'a> {
    rest: &'a [u8],
}

struct Head<'a> {
    class: u8,
    is_compound: bool,
    tag: u32,
    length: usize,
    after: &'a [u8],
}

/// An OBJECT IDENTIFIER as its numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Oid(pub Vec<u32>);

impl std::fmt::Display for Oid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, number) in self.0.iter().enumerate() {
            write!(f, "{}{number}", if at == 0 { "" } else { "." })?;
        }
        Ok(())
    }
}

/// `pkix.AlgorithmIdentifier`.
#[derive(Clone, Debug, Default)]
pub struct Algorithm<'a> {
    pub oid: Oid,
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

    pub fn sequence(&mut self) -> Result<Members<'a>, Malformed> {
        self.optional_sequence()?.ok_or(Malformed)
    }

    pub fn optional_sequence(&mut self) -> Result<Option<Members<'a>>, Malformed> {
        Ok(self.member(SEQUENCE, true)?.map(Members::new))
    }

    /// The bytes of an INTEGER of any length (`parseBigInt`).
    pub fn integer(&mut self) -> Result<&'a [u8], Malformed> {
        self.optional_integer()?.ok_or(Malformed)
    }

    pub fn optional_integer(&mut self) -> Result<Option<&'a [u8]>, Malformed> {
        self.member(INTEGER, false)?.map(minimal).transpose()
    }

    /// An INTEGER of at most eight bytes (`parseInt64`).
    pub fn small_integer(&mut self) -> Result<i64, Malformed> {
        let bytes = self.integer()?;
        let fill = if bytes.first().is_some_and(|first| first & 0x80 != 0) { 0xff } else { 0 };
        let mut whole = [fill; 8];
        let start = whole.len().checked_sub(bytes.len()).ok_or(Malformed)?;
        whole.get_mut(start..).ok_or(Malformed)?.copy_from_slice(bytes);
        Ok(i64::from_be_bytes(whole))
    }

    pub fn octets(&mut self) -> Result<&'a [u8], Malformed> {
        self.member(OCTET_STRING, false)?.ok_or(Malformed)
    }

    pub fn oid(&mut self) -> Result<Oid, Malformed> {
        numbers(self.member(OBJECT_IDENTIFIER, false)?.ok_or(Malformed)?)
    }

    pub fn algorithm(&mut self) -> Result<Algorithm<'a>, Malformed> {
        self.optional_algorithm()?.ok_or(Malformed)
    }

    pub fn optional_algorithm(&mut self) -> Result<Option<Algorithm<'a>>, Malformed> {
        let Some(mut members) = self.optional_sequence()? else { return Ok(None) };
        Ok(Some(Algorithm { oid: members.oid()?, parameters: members.optional_whole()? }))
    }

    /// `optional,explicit,tag:N` around an OBJECT IDENTIFIER.
    pub fn explicit_oid(&mut self, tag: u32) -> Result<Option<Oid>, Malformed> {
        self.explicit(tag, OBJECT_IDENTIFIER)?.map(numbers).transpose()
    }

    /// `optional,explicit,tag:N` around a BIT STRING, which is checked and left.
    pub fn explicit_bits(&mut self, tag: u32) -> Result<(), Malformed> {
        match self.explicit(tag, BIT_STRING)? {
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

    /// The contents of the next element if it is of this kind; another one is left where it is (`parseField`).
    fn member(&mut self, tag: u32, is_compound: bool) -> Result<Option<&'a [u8]>, Malformed> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let head = head(self.rest)?;
        if (head.class, head.tag, head.is_compound) != (UNIVERSAL, tag, is_compound) {
            return Ok(None);
        }
        self.take(&head).map(Some)
    }

    /// The length of the outer tag is read and believed by nobody, as in Go.
    fn explicit(&mut self, outer: u32, tag: u32) -> Result<Option<&'a [u8]>, Malformed> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let around = head(self.rest)?;
        if around.after.is_empty() {
            return Err(Malformed);
        }
        if (around.class, around.tag) != (CONTEXT, outer) || !(around.is_compound || around.length == 0) {
            return Ok(None);
        }
        if around.length == 0 {
            return Err(Malformed);
        }
        let inner = head(around.after)?;
        if (inner.class, inner.tag, inner.is_compound) != (UNIVERSAL, tag, false) {
            return Ok(None);
        }
        self.take(&inner).map(Some)
    }

    fn take(&mut self, head: &Head<'a>) -> Result<&'a [u8], Malformed> {
        let (contents, rest) = head.after.split_at_checked(head.length).ok_or(Malformed)?;
        self.rest = rest;
        Ok(contents)
    }
}

/// `parseTagAndLength`.
fn head(bytes: &[u8]) -> Result<Head<'_>, Malformed> {
    let (&first, mut after) = bytes.split_first().ok_or(Malformed)?;
    let mut tag = u32::from(first & 0x1f);
    if tag == 0x1f {
        (tag, after) = base128(after)?;
        if tag < 0x1f {
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
    Ok(Head { class: first >> 6, is_compound: first & 0x20 != 0, tag, length, after })
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

/// `parseObjectIdentifier`.
fn numbers(bytes: &[u8]) -> Result<Oid, Malformed> {
    let (first, mut rest) = base128(bytes)?;
    let root = (first / 40).min(2);
    let mut numbers = vec![root, first.saturating_sub(root.saturating_mul(40))];
    while !rest.is_empty() {
        let number;
        (number, rest) = base128(rest)?;
        numbers.push(number);
    }
    Ok(Oid(numbers))
}

/// `checkInteger`.
fn minimal(bytes: &[u8]) -> Result<&[u8], Malformed> {
    match bytes {
        [] => Err(Malformed),
        [0, second, ..] if second & 0x80 == 0 => Err(Malformed),
        [0xff, second, ..] if second & 0x80 != 0 => Err(Malformed),
        _ => Ok(bytes),
    }
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
