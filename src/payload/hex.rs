//! Bytes as rows of a hex view, each made on its own.

use std::fmt::Write;

/// Bytes on one row, where there is room for them.
pub const ROW: usize = 16;

/// One row: where it begins, its bytes in hex, and as ASCII with `·` for the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub offset: usize,
    /// Pairs of digits, a wider gap after eight; always [`cells`] wide.
    pub hex: String,
    /// One cell for each byte.
    pub text: String,
}

/// Width of [`Row::hex`] with so many bytes on a row.
#[must_use]
pub const fn cells(each: usize) -> usize {
    each * 3 - 1 + (each > 8) as usize
}

/// Digits of an offset into so many bytes.
#[must_use]
pub const fn digits(bytes: usize) -> usize {
    if bytes <= 1 << 16 { 4 } else { 8 }
}

/// How many bytes stand on a row of `width` cells, with their offset and their characters: 16,
/// or as many less as it takes for no byte to be cut off.
#[must_use]
pub fn each(bytes: usize, width: usize) -> usize {
    let fits = |each: &usize| digits(bytes) + 2 + cells(*each) + 2 + each <= width;
    [ROW, 8, 4, 2].into_iter().find(fits).unwrap_or(1)
}

/// How many rows it takes to show so many bytes.
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
    let mut hex = String::with_capacity(width);
    for (nth, byte) in bytes.iter().enumerate() {
        let gap = match nth {
            0 => "",
            8 => "  ",
            _ => " ",
        };
        // Writing to a string does not fail.
        let _ = write!(hex, "{gap}{byte:02x}");
    }
    let hex = format!("{hex:width$}");
    let text = bytes.iter().map(|&byte| match byte {
        b' '..=b'~' => char::from(byte),
        _ => '·',
    });
    Some(Row { offset, hex, text: text.collect() })
}

#[cfg(test)]
mod tests {
    use super::{ROW, Row, cells, digits, each, row, rows};

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
