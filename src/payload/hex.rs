//! Bytes as rows of a hex view, each made on its own.

use std::fmt::Write;

/// Bytes on one row.
pub const ROW: usize = 16;

/// One row: where it begins, its bytes in hex, and as ASCII with `·` for the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub offset: usize,
    /// Pairs of digits, a wider gap after eight; always [`HEX_CELLS`] cells wide.
    pub hex: String,
    /// One cell for each byte.
    pub text: String,
}

/// Width of [`Row::hex`].
pub const HEX_CELLS: usize = ROW * 3;

/// How many rows it takes to show so many bytes.
#[must_use]
pub const fn rows(bytes: usize) -> usize {
    bytes.div_ceil(ROW)
}

/// Row `nth`, counted from 0; `None` behind the last.
#[must_use]
pub fn row(bytes: &[u8], nth: usize) -> Option<Row> {
    let offset = nth.checked_mul(ROW)?;
    let bytes = bytes.get(offset..).filter(|rest| !rest.is_empty())?;
    let bytes = &bytes[..bytes.len().min(ROW)];
    let mut hex = String::with_capacity(HEX_CELLS);
    for (nth, byte) in bytes.iter().enumerate() {
        let gap = match nth {
            0 => "",
            8 => "  ",
            _ => " ",
        };
        // Writing to a string does not fail.
        let _ = write!(hex, "{gap}{byte:02x}");
    }
    let hex = format!("{hex:HEX_CELLS$}");
    let text = bytes.iter().map(|&byte| match byte {
        b' '..=b'~' => char::from(byte),
        _ => '·',
    });
    Some(Row { offset, hex, text: text.collect() })
}

#[cfg(test)]
mod tests {
    use super::{HEX_CELLS, Row, row, rows};

    #[test]
    fn a_row_shows_offset_digits_and_characters() {
        let bytes: Vec<u8> = (0x38..0x4a).collect();
        let first = "38 39 3a 3b 3c 3d 3e 3f  40 41 42 43 44 45 46 47";
        assert_eq!(
            row(&bytes, 0),
            Some(Row { offset: 0, hex: first.into(), text: "89:;<=>?@ABCDEFG".into() })
        );
        let second = row(&bytes, 1).expect("two bytes are left");
        assert_eq!((second.offset, second.hex.trim_end(), second.text.as_str()), (16, "48 49", "HI"));
        assert_eq!(second.hex.len(), HEX_CELLS);
        assert_eq!(row(&bytes, 2), None);
    }

    #[test]
    fn there_are_as_many_rows_as_can_be_asked_for() {
        for len in [0, 1, 15, 16, 17, 32, 33] {
            let bytes = vec![0; len];
            assert!(row(&bytes, rows(len)).is_none());
            assert!((0..rows(len)).all(|nth| row(&bytes, nth).is_some()));
        }
        assert_eq!(row(b"a", usize::MAX), None);
    }

    #[test]
    fn what_is_not_ascii_is_a_dot() {
        assert_eq!(row(b"\x1b\x7f\xffa", 0).expect("a row").text, "···a");
    }
}
