//! The bytes of a line as they are, and a caret below one of them.

use crate::config::schema::is_invisible;

/// Bytes that are shown on either side of a place.
const AROUND: usize = 48;

/// The bytes around an offset of a line, those without a sign of their own as escapes, and a caret below the offset.
pub(super) fn pointed_at(line: &[u8], at: usize) -> String {
    let (mut spelled, mut before, mut width) = (String::new(), 0, 0);
    let from = at.saturating_sub(AROUND);
    let mut offset = 0;
    let mut add = |offset: usize, text: &str| {
        if offset < from || offset > at + AROUND {
            return;
        }
        if offset < at {
            before += text.chars().count();
        } else if offset == at {
            width = text.chars().count();
        }
        spelled.push_str(text);
    };
    for chunk in line.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\t' => add(offset, "\\t"),
                '\r' => add(offset, "\\r"),
                c if c.is_ascii_control() => add(offset, &format!("\\x{:02x}", u32::from(c))),
                c if is_invisible(c) => add(offset, &format!("\\u{{{:x}}}", u32::from(c))),
                c => add(offset, c.encode_utf8(&mut [0; 4])),
            }
            offset += c.len_utf8();
        }
        for byte in chunk.invalid() {
            add(offset, &format!("\\x{byte:02x}"));
            offset += 1;
        }
    }
    let cut = if from > 0 { "…" } else { "" };
    let rest = if offset > at + AROUND + 1 { "…" } else { "" };
    let blank = before + cut.chars().count();
    format!("{cut}{spelled}{rest}\n{:blank$}{}", "", "^".repeat(width.max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_sign_of_its_own_is_spelled_out_above_a_caret() {
        for (line, at, expected) in [
            (&b"a: \xffb"[..], 3, "a: \\xffb\n   ^^^^"),
            (b"\ta: 1\r", 0, "\\ta: 1\\r\n^^"),
            (b"a: \x00\x07", 4, "a: \\x00\\x07\n       ^^^^"),
            ("ü: \u{feff}x".as_bytes(), 4, "ü: \\u{feff}x\n   ^^^^^^^^"),
            (b"a:", 2, "a:\n  ^"),
        ] {
            assert_eq!(pointed_at(line, at), expected);
        }
        let long = pointed_at(&[b'x'; 500], 200);
        let (line, caret) = long.split_once('\n').expect("a caret is below");
        assert_eq!((line.chars().count(), caret.len()), (2 * AROUND + 3, AROUND + 2));
    }
}
