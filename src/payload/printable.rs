//! Text from outside made safe to show: whatever a terminal would obey or hide gets a sign.
//!
//! C0 becomes its control picture (`␛`, `␉`), DEL `␡`; C1, bidi controls, zero-width and other
//! invisible characters, line and paragraph separators become their code point: `<202E>`.

use std::{borrow::Cow, fmt::Write};

use super::{
    fit::{CUT, bytes_for, cut, cut_at},
    hex::spaced,
};

/// What a payload is shown as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// As text; bytes that are not UTF-8 become U+FFFD.
    Text,
    /// As pairs of hexadecimal digits.
    Hex,
}

/// Text on one line: newline and tab get a sign too.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    replaced(text, |_| None)
}

/// Text on several lines: newlines stay, a tab becomes four spaces.
#[must_use]
pub fn printable_lines(text: &str) -> Cow<'_, str> {
    replaced(text, |c| match c {
        '\n' => Some("\n"),
        '\t' => Some("    "),
        _ => None,
    })
}

/// The beginning of a payload in at most `cells` cells; reads no more of it than that takes.
#[must_use]
pub fn preview(bytes: &[u8], shown: Shown, cells: usize) -> String {
    match shown {
        Shown::Hex => hex(bytes, cells),
        Shown::Text => {
            let front = &bytes[..bytes.len().min(bytes_for(cells))];
            let text = text_of(front, front.len() < bytes.len());
            let text = printable(&text);
            if front.len() < bytes.len() { cut_at(&text, cells) } else { cut(&text, cells).into_owned() }
        }
    }
}

/// Bytes as text. When more bytes follow, a character that is cut at the end is left out.
fn text_of(bytes: &[u8], more: bool) -> Cow<'_, str> {
    let error = match str::from_utf8(bytes) {
        Ok(text) => return text.into(),
        Err(error) => error,
    };
    if more && error.error_len().is_none() {
        return String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
    }
    String::from_utf8_lossy(bytes)
}

fn hex(bytes: &[u8], cells: usize) -> String {
    let width = (bytes.len().saturating_mul(3)).saturating_sub(1);
    let pairs = if width <= cells { bytes.len() } else { cells.saturating_sub(1) / 3 };
    let mut shown = spaced(&bytes[..pairs]);
    if pairs < bytes.len() && cells > 0 {
        shown.push_str(if pairs > 0 { " …" } else { CUT });
    }
    shown
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
    use proptest::prelude::*;
    use regex::Regex;
    use unicode_width::UnicodeWidthStr;

    use super::{Shown, cut, preview, printable, printable_lines};

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
    fn a_preview_is_one_line_and_says_when_it_is_not_all() {
        let text = |bytes, cells| preview(bytes, Shown::Text, cells);
        assert_eq!(text(b"{\"a\":1}", 10), "{\"a\":1}");
        assert_eq!(text(b"first\nsecond", 20), "first␊second");
        assert_eq!(text(b"first\nsecond", 8), "first␊s…");
        assert_eq!(text(b"caf\xe9 au lait", 20), "caf\u{fffd} au lait");
        assert_eq!(text(&vec![b'a'; 1 << 20], 4), "aaa…");
    }

    #[test]
    fn binary_is_shown_in_pairs_of_digits() {
        let bytes = [0x1f, 0x3a, 0, 1];
        assert_eq!(preview(&bytes, Shown::Hex, 11), "1f 3a 00 01");
        assert_eq!(preview(&bytes, Shown::Hex, 10), "1f 3a 00 …");
        assert_eq!(preview(&bytes, Shown::Hex, 9), "1f 3a …");
        assert_eq!(preview(&bytes, Shown::Hex, 1), "…");
        assert_eq!(preview(&[], Shown::Hex, 9), "");
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

    fn outside() -> impl Strategy<Value = Vec<u8>> {
        let nasty = prop::sample::select(
            "\u{0}\u{7}\n\t\u{1b}\u{7f}\u{85}\u{9b}\u{ad}\u{301}\u{61c}\u{200b}\u{200d}\u{200e}\u{2028}\u{202e}\
             \u{2066}\u{feff}\u{fe0f}\u{fe0e}\u{e0041}\u{e0100}👩👧❤☺1\u{20e3}🇨🇭日a\u{644}\u{627}\u{1f3fb}"
                .chars()
                .collect::<Vec<_>>(),
        );
        prop_oneof![
            prop::collection::vec(any::<u8>(), 0..200),
            any::<String>().prop_map(String::into_bytes),
            prop::collection::vec(nasty, 0..60)
                .prop_map(|it| it.into_iter().collect::<String>().into_bytes()),
        ]
    }

    proptest! {
        #[test]
        fn nothing_unseen_comes_out_and_nothing_too_wide(bytes in outside(), cells in 0usize..40) {
            let unseen = Regex::new(r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Bidi_Control}]").expect("a class");
            for shown in [Shown::Text, Shown::Hex] {
                let line = preview(&bytes, shown, cells);
                prop_assert!(!unseen.is_match(&line), "{line:?}");
                prop_assert!(line.width() <= cells, "{line:?} is {} wide", line.width());
            }
            let text = String::from_utf8_lossy(&bytes);
            prop_assert!(!unseen.is_match(&printable(&text)));
            prop_assert!(!unseen.is_match(&printable_lines(&text).replace('\n', "")));
            prop_assert!(cut(&printable(&text), cells).width() <= cells);
        }
    }
}
