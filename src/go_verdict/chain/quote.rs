//! A text as Go's `%q` writes it (`strconv.Quote`).

use std::fmt::Write;

/// The text in quotes, with what cannot be printed escaped.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len().saturating_add(2));
    out.push('"');
    text.chars().for_each(|character| push(&mut out, character));
    out.push('"');
    out
}

fn push(out: &mut String, character: char) {
    let code = u32::from(character);
    // Writing to a String does not fail.
    let _ = match character {
        '\x07' => out.write_str("\\a"),
        '\x08' => out.write_str("\\b"),
        '\x0c' => out.write_str("\\f"),
        '\n' => out.write_str("\\n"),
        '\r' => out.write_str("\\r"),
        '\t' => out.write_str("\\t"),
        '\x0b' => out.write_str("\\v"),
        '"' => out.write_str("\\\""),
        '\\' => out.write_str("\\\\"),
        '\0'..' ' | '\x7f' => write!(out, "\\x{code:02x}"),
        _ if is_printable(character) => out.write_char(character),
        '\0'..='\u{ffff}' => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
}

/// Rust escapes for `Debug` what it cannot print, by the same categories of Unicode as Go, and also a mark at the start
/// of a text.
fn is_printable(character: char) -> bool {
    let text: String = ['a', character].iter().collect();
    matches!(character, '\'') || text.escape_debug().eq(text.chars())
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_text_is_quoted_as_by_go() {
        let cases = [
            ("plain 'x'", r#""plain 'x'""#),
            ("a\"b\\c", r#""a\"b\\c""#),
            ("\0\x07\n\x1b\x7f", r#""\x00\a\n\x1b\x7f""#),
            ("é漢\u{301}", "\"é漢\u{301}\""),
            ("\u{a0}\u{200b}", r#""\u00a0\u200b""#),
            ("\u{e0001}", r#""\U000e0001""#),
        ];
        for (text, expected) in cases {
            assert_eq!(quoted(text), expected);
        }
    }
}
