//! A text as Go's `%q` writes it (`strconv.Quote`).

use std::fmt::Write;

/// The text in quotes, with what cannot be printed escaped. It need not be UTF-8.
#[must_use]
pub fn quoted(text: impl AsRef<[u8]>) -> String {
    let bytes = text.as_ref();
    let mut out = String::with_capacity(bytes.len() + 2);
    out.push('"');
    for chunk in bytes.utf8_chunks() {
        chunk.valid().chars().for_each(|character| push(&mut out, character));
        for byte in chunk.invalid() {
            write!(out, "\\x{byte:02x}").expect("writing to a String does not fail");
        }
    }
    out.push('"');
    out
}

fn push(out: &mut String, character: char) {
    let short = match character {
        '\x07' => "\\a",
        '\x08' => "\\b",
        '\x0c' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\x0b' => "\\v",
        '"' => "\\\"",
        '\\' => "\\\\",
        _ => "",
    };
    let code = u32::from(character);
    let written = match code {
        _ if !short.is_empty() => {
            out.push_str(short);
            Ok(())
        }
        0..0x20 | 0x7f => write!(out, "\\x{code:02x}"),
        _ if is_printable(character) => {
            out.push(character);
            Ok(())
        }
        0..=0xffff => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
    written.expect("writing to a String does not fail");
}

/// Rust escapes for `Debug` what it cannot print, by the same categories of Unicode as Go, and also a mark at the
/// start of a text.
fn is_printable(character: char) -> bool {
    let text: String = ['a', character].iter().collect();
    matches!(character, '\'') || text.escape_debug().eq(text.chars())
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_text_is_quoted_as_by_go() {
        let cases: [(&[u8], &str); 7] = [
            (b"plain 'x'", r#""plain 'x'""#),
            (b"a\"b\\c", r#""a\"b\\c""#),
            (b"\0\x07\n\x1b\x7f", r#""\x00\a\n\x1b\x7f""#),
            (b"caf\xe9 \xff", r#""caf\xe9 \xff""#),
            ("é漢\u{301}".as_bytes(), "\"é漢\u{301}\""),
            ("\u{a0}\u{200b}".as_bytes(), r#""\u00a0\u200b""#),
            ("\u{e0001}".as_bytes(), r#""\U000e0001""#),
        ];
        for (bytes, expected) in cases {
            assert_eq!(quoted(bytes), expected);
        }
    }
}
