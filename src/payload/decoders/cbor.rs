//! CBOR, RFC 8949.
//!
//! Its heads are read here: the crates that decode it widen half and single floats, or build a tree of all values.

use num_bigint::{BigInt, BigUint};

use super::{
    super::decoded::Decoder,
    cursor::{Cursor, Stop, one_value},
    tree::Tree,
};

/// The longest number that is spelled in decimal digits, in bytes.
const LONGEST_NUMBER: usize = 1024;

pub(super) static CBOR: Decoder = Decoder {
    name: "cbor",
    title: "CBOR",
    extension: "cbor",
    // Arrays, maps, and what is marked as CBOR by tag 55799.
    looks_like: |sample| {
        matches!(sample.front, [0x80..=0x9b | 0x9f..=0xbb | 0xbf, ..]) || sample.front.starts_with(&MARK)
    },
    read: |input| {
        let payload = input.payload.strip_prefix(&MARK).unwrap_or(input.payload);
        let marked = (input.payload.len() - payload.len()) as u64;
        let size = input.size.map(|size| size.saturating_sub(marked));
        one_value(super::Input { payload, size, ..input }, token)
    },
};

/// "Self-described CBOR" (section 3.4.6).
const MARK: [u8; 3] = [0xd9, 0xd9, 0xf7];

/// A string in parts that is open: its bytes so far, and whether it is text.
pub(super) type Parts = Option<(Vec<u8>, bool)>;

pub(super) fn token(cursor: &mut Cursor<'_>, tree: &mut Tree, parts: &mut Parts) -> Result<(), Stop> {
    let [head] = cursor.array()?;
    let (major, low) = (head >> 5, head & 0x1f);
    if parts.is_some() {
        return part(cursor, tree, parts, head);
    }
    match (major, low) {
        (2 | 3, 31) => *parts = Some((Vec::new(), major == 3)),
        (4, 31) => tree.array(None)?,
        (5, 31) => tree.map(None)?,
        (7, 31) if tree.close()? => {}
        (7, 31) => return Err(Stop::Misfit("a break ends nothing")),
        (7, _) => simple(cursor, tree, low)?,
        _ => {
            let number = argument(cursor, low)?;
            match major {
                0 => tree.plain(number)?,
                1 => tree.plain(-1 - i128::from(number))?,
                2 => tree.bytes(cursor.take(number)?)?,
                3 => tree.string(utf8(cursor.take(number)?)?)?,
                4 => tree.array(Some(number))?,
                5 => tree.map(Some(number))?,
                _ => tag(cursor, tree, number)?,
            }
        }
    }
    Ok(())
}

fn argument(cursor: &mut Cursor<'_>, low: u8) -> Result<u64, Stop> {
    match low {
        0..=23 => Ok(low.into()),
        24..=27 => cursor.number(1 << (low - 24)),
        _ => Err(Stop::Misfit("a length is of a reserved form")),
    }
}

fn utf8(bytes: &[u8]) -> Result<&str, Stop> {
    str::from_utf8(bytes).map_err(|_| Stop::Misfit("a text is not UTF-8"))
}

/// A part of a string without a length, or its end.
fn part(cursor: &mut Cursor<'_>, tree: &mut Tree, parts: &mut Parts, head: u8) -> Result<(), Stop> {
    let Some((whole, is_text)) = parts else { return Ok(()) };
    if head == 0xff {
        if *is_text {
            tree.string(utf8(whole)?)?;
        } else {
            tree.bytes(whole)?;
        }
        *parts = None;
        return Ok(());
    }
    if head >> 5 != if *is_text { 3 } else { 2 } {
        return Err(Stop::Misfit("a string has a part of another kind"));
    }
    let length = argument(cursor, head & 0x1f)?;
    whole.extend_from_slice(cursor.take(length)?);
    Ok(())
}

fn simple(cursor: &mut Cursor<'_>, tree: &mut Tree, low: u8) -> Result<(), Stop> {
    match low {
        20 => tree.plain("false")?,
        21 => tree.plain("true")?,
        22 => tree.plain("null")?,
        23 => tree.word("undefined")?,
        25 => tree.float(half(u16::from_be_bytes(cursor.array()?)))?,
        26 => tree.short_float(f32::from_be_bytes(cursor.array()?))?,
        27 => tree.float(f64::from_be_bytes(cursor.array()?))?,
        _ => {
            let number = if low == 24 { cursor.number(1)? } else { low.into() };
            if low > 24 || (low == 24 && number < 32) {
                return Err(Stop::Misfit("a simple value is of a reserved form"));
            }
            tree.word(&format!("simple({number})"))?;
        }
    }
    Ok(())
}

/// A number of 16 bits as in RFC 8949, appendix D.
fn half(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff));
    let size = match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (fraction + 1024.0) * 2f64.powi(exponent - 25),
    };
    if bits & 0x8000 == 0 { size } else { -size }
}

/// Tags 2 and 3 are integers of any length; other tags stand beside their value.
fn tag(cursor: &mut Cursor<'_>, tree: &mut Tree, tag: u64) -> Result<(), Stop> {
    if let (2 | 3, Some(&head @ 0x40..=0x5a)) = (tag, cursor.rest.first()) {
        let mut ahead = Cursor { rest: &cursor.rest[1..] };
        let length = argument(&mut ahead, head & 0x1f)?;
        let bytes = ahead.take(length)?;
        if bytes.len() <= LONGEST_NUMBER {
            *cursor = ahead;
            let number = BigInt::from(BigUint::from_bytes_be(bytes));
            return Ok(tree.plain(if tag == 2 { number } else { -number - 1 })?);
        }
    }
    Ok(tree.named(&format!("tag {tag}"))?)
}
