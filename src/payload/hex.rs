//! Bytes as hexadecimal digits, and as rows of a hex view. Each row is made on its own.

use std::fmt::Write;

/// Bytes on one row, where there is room for them.
pub const ROW: usize = 16;

/// Two digits for each byte: `1f3a00`.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    joined(bytes, "")
}

/// The same with a blank between two bytes: `1f 3a 00`.
#[must_use]
pub fn spaced(bytes: &[u8]) -> String {
    joined(bytes, " ")
}

fn joined(bytes: &[u8], between: &str) -> String {
    let mut digits = String::with_capacity(bytes.len() * (2 + between.len()));
    for (nth, byte) in bytes.iter().enumerate() {
        let between = if nth == 0 { "" } else { between };
        // Writing to a string does not fail.
        let _ = write!(digits, "{between}{byte:02x}");
    }
    digits
}

/// Why a text is not hex.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HexError {
    #[error("{found:?} is no hex digit")]
    NoDigit {
        /// Byte offset in the text.
        at: usize,
        found: char,
    },
    #[error("hex has two digits for each byte, and this has an odd number of digits: {0}")]
    Odd(usize),
}

/// The bytes that hex digits stand for. Blanks, line ends and colons may stand between them.
///
/// # Errors
///
/// Something else stands there, or a digit is missing.
pub fn decode(text: &str) -> Result<Vec<u8>, HexError> {
    let mut digits = Vec::with_capacity(text.len());
    for (at, found) in text.char_indices().filter(|(_, found)| !found.is_whitespace() && *found != ':') {
        let digit = found.to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        digits.push(digit.ok_or(HexError::NoDigit { at, found })?);
    }
    let (pairs, rest) = digits.as_chunks::<2>();
    if rest.is_empty() {
        Ok(pairs.iter().map(|[high, low]| high << 4 | low).collect())
    } else {
        Err(HexError::Odd(digits.len()))
    }
}

/// One row: where it begins, its bytes in hex, and as ASCII with `·` for the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub offset: usize,
    /// Pairs of digits, a wider gap after eight; always [`cells`] wide.
    pub hex: String,
    /// One cell for each byte.
    pub text: String,
}

/// Width of [`Row::hex`] with this many bytes on a row.
#[must_use]
pub const fn cells(each: usize) -> usize {
    each * 3 - 1 + (each > 8) as usize
}

/// Digits of an offset into this many bytes.
#[must_use]
pub const fn digits(bytes: usize) -> usize {
    if bytes <= 1 << 16 { 4 } else { 8 }
}

/// How many bytes fit on a row of `width` cells, with their offset and their characters: 16, or fewer if the
/// row is too narrow.
#[must_use]
pub fn each(bytes: usize, width: usize) -> usize {
    let fits = |each: &usize| digits(bytes) + 2 + cells(*each) + 2 + each <= width;
    [ROW, 8, 4, 2].into_iter().find(fits).unwrap_or(1)
}

/// How many rows it takes to show this many bytes.
#[must_use]
pub const fn rows(bytes: usize, each: usize) -> usize {
    bytes.div_ceil(each)
}

/// Row `nth` of `each` bytes, counted from 0; `None` behind the last.
#[must_use]
pub fn row(bytes: &[u8], nth: usize, each: usize) -> Option<Row> {
    let offset = nth.checked_mul(each)?;
    let bytes = bytes.get(offset..).filter(|rest| !rest.is_empty())?;
    let bytes = &bytes[..bytes.len().min(each)];
    let width = cells(each);
    let (front, back) = bytes.split_at(bytes.len().min(8));
    let hex = if back.is_empty() { spaced(front) } else { format!("{}  {}", spaced(front), spaced(back)) };
    let hex = format!("{hex:width$}");
    let text = bytes.iter().map(|&byte| match byte {
        b' '..=b'~' => char::from(byte),
        _ => '·',
    });
    Some(Row { offset, hex, text: text.collect() })
}

#[cfg(test)]
mod tests {
    use super::{HexError, ROW, Row, cells, decode, digits, each, encode, row, rows, spaced};

    #[test]
    fn each_byte_has_two_digits() {
        assert_eq!(
            (encode(&[0, 0x1f, 0xff]), spaced(&[0, 0x1f, 0xff])),
            ("001fff".into(), "00 1f ff".into())
        );
        assert_eq!((encode(&[]), spaced(&[])), (String::new(), String::new()));
    }

    #[test]
    fn digits_are_read_with_what_may_stand_between_them() {
        assert_eq!(decode("01 fF:00\n7"), Err(HexError::Odd(7)));
        assert_eq!(decode("01 fF:00\n7a"), Ok(vec![1, 255, 0, 0x7a]));
        assert_eq!(decode("01 0x"), Err(HexError::NoDigit { at: 4, found: 'x' }));
    }

    #[test]
    fn a_row_shows_offset_digits_and_characters() {
        let bytes: Vec<u8> = (0x38..0x4a).collect();
        let first = "38 39 3a 3b 3c 3d 3e 3f  40 41 42 43 44 45 46 47";
        assert_eq!(
            row(&bytes, 0, ROW),
            Some(Row { offset: 0, hex: first.into(), text: "89:;<=>?@ABCDEFG".into() })
        );
        let second = row(&bytes, 1, ROW).expect("two bytes are left");
        assert_eq!((second.offset, second.hex.trim_end(), second.text.as_str()), (16, "48 49", "HI"));
        assert_eq!(second.hex.len(), cells(ROW));
        assert_eq!(row(&bytes, 2, ROW), None);
    }

    #[test]
    fn there_are_as_many_rows_as_can_be_asked_for() {
        for (len, each) in
            [0, 1, 15, 16, 17, 32, 33].into_iter().flat_map(|len| [(len, 16), (len, 8), (len, 1)])
        {
            let bytes = vec![0; len];
            assert!(row(&bytes, rows(len, each), each).is_none());
            assert!((0..rows(len, each)).all(|nth| row(&bytes, nth, each).is_some()));
        }
        assert_eq!(row(b"a", usize::MAX, ROW), None);
    }

    #[test]
    fn what_is_not_ascii_is_a_dot() {
        assert_eq!(row(b"\x1b\x7f\xffa", 0, ROW).expect("a row").text, "···a");
    }

    #[test]
    fn a_narrow_row_holds_fewer_bytes_and_loses_none() {
        assert_eq!([78, 72, 44, 39, 38, 18, 3].map(|width| each(300, width)), [16, 16, 8, 8, 4, 2, 1]);
        assert_eq!([78, 75, 44, 18].map(|width| each(1 << 20, width)), [16, 8, 8, 1]);
        for (len, width) in [(300, 18), (300, 44), (1 << 20, 44), (1 << 20, 90)] {
            let each = each(len, width);
            assert!(digits(len) + 2 + cells(each) + 2 + each <= width);
        }
    }
}
