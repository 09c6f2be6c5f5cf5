//! The shape of a JSON payload: which paths it has, and of what kind their values are.

use std::{fmt, num::ParseIntError, str::FromStr};

use super::document::{LeafKind, Outline, outline};

/// The most values of a payload that has a shape.
const VALUES: usize = 10_000;

/// A fingerprint, shown as six hex digits. Different shapes share one with a chance of 1 in 16 million.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shape(u32);

/// The shape of a payload; `None` if it is not JSON, or has more than 10,000 values. All elements of an array are taken
/// together.
#[must_use]
pub fn shape(payload: &[u8]) -> Option<Shape> {
    shape_and_outline(payload).map(|(shape, _)| shape)
}

/// The same with what it is the shape of.
#[must_use]
pub fn shape_and_outline(payload: &[u8]) -> Option<(Shape, Outline)> {
    let is_bracket = matches!(payload.trim_ascii_start().first(), Some(b'{' | b'['));
    let outline = is_bracket.then(|| outline(payload, VALUES)).flatten()?;
    let paths = outline.iter().flat_map(|(path, kind)| path.bytes().chain([sign(*kind)]));
    // FNV-1a: the same in every version of the program, unlike the hashes of the standard library.
    let hash = paths.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let shape = Shape(u32::try_from((hash ^ (hash >> 24) ^ (hash >> 48)) & 0xff_ffff).unwrap_or(0));
    Some((shape, outline))
}

const fn sign(kind: LeafKind) -> u8 {
    match kind {
        LeafKind::Null => 0,
        LeafKind::Bool => 1,
        LeafKind::Number => 2,
        LeafKind::Text => 3,
        LeafKind::EmptyArray => 4,
        LeafKind::EmptyObject => 5,
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06x}", self.0)
    }
}

impl FromStr for Shape {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u32::from_str_radix(text, 16).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::{Shape, shape};

    #[test]
    fn payloads_with_the_same_members_and_types_have_one_shape() {
        let of = |text: &str| shape(text.as_bytes());
        let one = of(r#"{"s":"BTC","p":1,"l":[1,2]}"#);
        assert_eq!(one, of(r#"{"l": [7], "p": 2.5, "s": "ETH"}"#));
        assert_ne!(one, of(r#"{"s":"BTC","p":"1","l":[1,2]}"#), "a type differs");
        assert_ne!(one, of(r#"{"s":"BTC","p":1,"l":[1,2],"x":0}"#), "a member more");
        assert_eq!([of("{"), of("btc"), of("7")], [None; 3]);
    }

    #[test]
    fn a_shape_is_written_as_it_is_read() {
        let shape = shape(b"{\"a\":1}").expect("it is JSON");
        assert_eq!((shape.to_string().len(), shape.to_string().parse::<Shape>()), (6, Ok(shape)));
    }
}
