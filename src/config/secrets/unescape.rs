//! Removes escapes from texts: percent encoding, JSON escapes and HTML entities.

use std::ops::Range;

/// An unescaped text, and the raw offset of each of its bytes.
pub(super) struct Unescaped {
    pub bytes: Vec<u8>,
    /// The raw offset of each byte, and of the end.
    starts: Vec<usize>,
}

impl Unescaped {
    /// The raw range of a range of [`Unescaped::bytes`].
    pub fn raw(&self, range: Range<usize>) -> Range<usize> {
        let at = |index: usize| self.starts.get(index).copied().unwrap_or_default();
        at(range.start)..at(range.end)
    }

    /// Appends a character. Returns the length of its escape.
    fn push(&mut self, (value, len): (char, usize)) -> usize {
        self.bytes.extend_from_slice(value.encode_utf8(&mut [0; 4]).as_bytes());
        len
    }
}

/// A kind of escapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escapes {
    Percent,
    Json,
    Html,
}

impl Escapes {
    pub const ALL: [Self; 3] = [Self::Percent, Self::Json, Self::Html];

    const fn marker(self) -> u8 {
        match self {
            Self::Percent => b'%',
            Self::Json => b'\\',
            Self::Html => b'&',
        }
    }
}

/// The text without escapes of this kind; `None` if there are none.
pub(super) fn unescaped(text: &[u8], escapes: Escapes) -> Option<Unescaped> {
    memchr::memchr(escapes.marker(), text)?;
    let mut plain =
        Unescaped { bytes: Vec::with_capacity(text.len()), starts: Vec::with_capacity(text.len() + 1) };
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let len = match escapes {
            _ if rest[0] != escapes.marker() => None,
            Escapes::Percent => percent(rest).map(|byte| {
                plain.bytes.push(byte);
                3
            }),
            Escapes::Json => backslash(rest).map(|escape| plain.push(escape)),
            Escapes::Html => entity(rest).map(|escape| plain.push(escape)),
        };
        let len = len.unwrap_or_else(|| {
            plain.bytes.push(rest[0]);
            1
        });
        plain.starts.resize(plain.bytes.len(), at);
        at += len;
    }
    plain.starts.push(at);
    // An escape is longer than its value.
    (plain.bytes.len() < text.len()).then_some(plain)
}

fn hex(digits: &[u8]) -> Option<u32> {
    // `from_str_radix` would accept a sign before the digits.
    digits.iter().all(u8::is_ascii_hexdigit).then_some(())?;
    u32::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
}

/// RFC 3986, section 2.1.
fn percent(rest: &[u8]) -> Option<u8> {
    u8::try_from(hex(rest.get(1..3)?)?).ok()
}

/// RFC 8259, section 7.
fn backslash(rest: &[u8]) -> Option<(char, usize)> {
    let unit = |at: usize| hex(rest.get(at..at + 4)?);
    Some(match rest.get(1)? {
        b'n' => ('\n', 2),
        b'r' => ('\r', 2),
        b't' => ('\t', 2),
        letter @ (b'"' | b'\\' | b'/') => (char::from(*letter), 2),
        b'u' => {
            let high = unit(2)?;
            match (char::from_u32(high), rest.get(6..8)) {
                (Some(c), _) => (c, 6),
                (None, Some(b"\\u")) => {
                    let low = unit(8)?.checked_sub(0xdc00)?;
                    (char::from_u32(0x1_0000 + ((high.checked_sub(0xd800)?) << 10) + low)?, 12)
                }
                _ => return None,
            }
        }
        _ => return None,
    })
}

/// The entities that servers use to escape texts in pages.
fn entity(rest: &[u8]) -> Option<(char, usize)> {
    let end = rest.iter().take(12).position(|byte| *byte == b';')?;
    let name = &rest[1..end];
    let c = match name {
        b"amp" => '&',
        b"lt" => '<',
        b"gt" => '>',
        b"quot" => '"',
        b"apos" => '\'',
        [b'#', b'x' | b'X', digits @ ..] => char::from_u32(hex(digits)?)?,
        [b'#', digits @ ..] => char::from_u32(str::from_utf8(digits).ok()?.parse().ok()?)?,
        _ => return None,
    };
    Some((c, end + 1))
}
