//! Makes text from outside safe to display: what a terminal would obey or hide becomes visible.
//!
//! C0 becomes its control picture (`␛`, `␉`), DEL `␡`; C1, bidi controls, zero-width and other
//! invisible characters, line and paragraph separators become their code point: `<202E>`.

use std::{borrow::Cow, fmt::Write};

/// Makes text printable on one line: newline and tab become visible too.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    replaced(text, |_| None)
}

/// Makes text printable on several lines: newlines stay, a tab becomes four spaces.
#[must_use]
pub fn printable_lines(text: &str) -> Cow<'_, str> {
    replaced(text, |c| match c {
        '\n' => Some("\n"),
        '\t' => Some("    "),
        _ => None,
    })
}

fn replaced(text: &str, kept: impl Fn(char) -> Option<&'static str>) -> Cow<'_, str> {
    let Some(first) = text.find(is_invisible) else { return text.into() };
    let mut out = String::with_capacity(text.len() + 16);
    out.push_str(&text[..first]);
    for c in text[first..].chars() {
        match c {
            seen if !is_invisible(seen) => out.push(seen),
            c if kept(c).is_some() => out.push_str(kept(c).unwrap_or_default()),
            '\u{7f}' => out.push('\u{2421}'),
            c @ ..='\u{1f}' => out.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}')),
            c => {
                let _ = write!(out, "<{:04X}>", u32::from(c));
            }
        }
    }
    out.into()
}

/// Whether a terminal would obey this character or show nothing for it. Combining marks and the
/// two emoji variation selectors belong to the character before them and are left alone.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    matches!(c,
        '\u{80}'..='\u{9f}'
        | '\u{ad}' | '\u{34f}'
        | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}' | '\u{8e2}'
        | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0d}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::{printable, printable_lines};

    #[test]
    fn what_a_terminal_would_obey_gets_a_sign() {
        assert_eq!(printable("a\u{1b}[31mred\u{7}\tb\n\u{7f}"), "a␛[31mred␇␉b␊␡");
        assert_eq!(printable("\u{9b}2J abc\u{202e}def"), "<009B>2J abc<202E>def");
        assert_eq!(printable("zero\u{200b}width \u{feff} \u{2028}"), "zero<200B>width <FEFF> <2028>");
    }

    #[test]
    fn ordinary_text_is_left_as_it_is() {
        for text in ["", "plain", "žluťoučký kůň", "日本語", "❤\u{fe0f}", "e\u{301}", "<202E>"] {
            assert!(matches!(printable(text), std::borrow::Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn several_lines_stay_several_lines() {
        assert_eq!(printable_lines("{\n\t\"a\": 1\r\n}"), "{\n    \"a\": 1␍\n}");
    }

    #[test]
    fn every_character_that_is_not_seen_gets_a_sign() {
        let unseen =
            Regex::new(r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]").expect("a class");
        for c in '\0'..=char::MAX {
            let shown = printable(c.encode_utf8(&mut [0; 4])).into_owned();
            let selects_emoji = matches!(c, '\u{fe0e}' | '\u{fe0f}');
            assert!(selects_emoji || !unseen.is_match(&shown), "U+{:04X}", u32::from(c));
        }
    }
}
