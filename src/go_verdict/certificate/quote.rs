//! Texts as Go's `%q` and `%x` write them.

use std::fmt::{self, Display, Formatter, Write};

/// Bytes between quotation marks, escaped (`strconv`, `Quote`).
pub struct Quoted<'a>(pub &'a [u8]);

impl Display for Quoted<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_char('"')?;
        for chunk in self.0.utf8_chunks() {
            chunk.valid().chars().try_for_each(|character| escaped(character, out))?;
            chunk.invalid().iter().try_for_each(|byte| write!(out, "\\x{byte:02x}"))?;
        }
        out.write_char('"')
    }
}

fn escaped(character: char, out: &mut Formatter<'_>) -> fmt::Result {
    match character {
        '"' => out.write_str("\\\""),
        '\\' => out.write_str("\\\\"),
        '\u{7}' => out.write_str("\\a"),
        '\u{8}' => out.write_str("\\b"),
        '\u{c}' => out.write_str("\\f"),
        '\n' => out.write_str("\\n"),
        '\r' => out.write_str("\\r"),
        '\t' => out.write_str("\\t"),
        '\u{b}' => out.write_str("\\v"),
        '\'' => out.write_char('\''),
        _ if is_printable(character) => out.write_char(character),
        '\0'..' ' | '\u{7f}' => write!(out, "\\x{:02x}", u32::from(character)),
        '\u{10000}'.. => write!(out, "\\U{:08x}", u32::from(character)),
        _ => write!(out, "\\u{:04x}", u32::from(character)),
    }
}

/// As `strconv.IsPrint`, but for characters that are younger than Go's Unicode 15: those Go escapes, and this does not.
fn is_printable(character: char) -> bool {
    // In the second place, since `Debug` escapes a combining mark in the first.
    let mut text = String::from("a");
    text.push(character);
    text.escape_debug().count() == 2
}

/// Lower-case hexadecimal digits, as Go's `%x`.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().saturating_mul(2));
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_printed_is_escaped_as_in_go() {
        assert_eq!(Quoted(b"'a\"\\\x07\x00\x7f\n").to_string(), r#""'a\"\\\a\x00\x7f\n""#);
        assert_eq!(
            Quoted("bücher\u{301}\u{200b}\u{e0001}".as_bytes()).to_string(),
            "\"bücher\u{301}\\u200b\\U000e0001\""
        );
        assert_eq!(Quoted(b"a\xff\xc3").to_string(), r#""a\xff\xc3""#);
    }
}
