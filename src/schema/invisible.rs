//! JSON on a terminal: characters that are invisible or change the text direction are escaped as well.

use std::fmt::Write as _;

use crate::payload::is_invisible;

/// Escapes characters that a terminal would obey or not show, in the JSON that `out` holds from `from` on.
/// They occur only within strings, so a parser still returns the same text.
pub fn escape_invisible(out: &mut Vec<u8>, from: usize) {
    let is_invisible = |c: char| !c.is_ascii() && is_invisible(c);
    let Some(json) = out.get(from..).and_then(|json| str::from_utf8(json).ok()) else { return };
    if !json.contains(is_invisible) {
        return;
    }
    let mut shown = String::with_capacity(json.len() + 64);
    for c in json.chars() {
        if is_invisible(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(c);
        }
    }
    out.truncate(from);
    out.extend_from_slice(shown.as_bytes());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::escape_invisible;

    fn shown(text: &str) -> String {
        let mut out = b"[]\n".to_vec();
        out.extend(serde_json::to_vec(text).expect("a text is JSON"));
        escape_invisible(&mut out, 3);
        String::from_utf8(out).expect("JSON is UTF-8").split_off(3)
    }

    #[test]
    fn invisible_characters_are_escaped_and_ordinary_text_is_not() {
        assert_eq!(shown("a\u{202e}b\u{200b}\\\u{2066}"), r#""a\u202eb\u200b\\\u2066""#);
        assert_eq!(shown("\u{e0001}\u{feff}"), r#""\udb40\udc01\ufeff""#);
        assert_eq!(shown("žluťoučký 日本語 ❤\u{fe0f} e\u{301}"), "\"žluťoučký 日本語 ❤\u{fe0f} e\u{301}\"");
    }

    proptest! {
        #[test]
        fn a_parser_returns_the_same_text(text in "(?s)[\\PC\\p{C}\"\\\\]*") {
            let json = shown(&text);
            prop_assert!(!json.chars().any(|c| !c.is_ascii() && crate::payload::is_invisible(c)), "{json}");
            prop_assert_eq!(serde_json::from_str::<String>(&json).expect("it is JSON"), text);
        }
    }
}
