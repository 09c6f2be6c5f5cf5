//! A payload as lines of the detail pane: how many there are, and those that are seen.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

use crate::{
    payload::{Body, decode, fold, hex, json, printable_lines},
    session::Kind,
};

use super::panes::DetailMode as Mode;

/// The most bytes that are laid out as text or JSON; hex shows all.
pub const LIMIT: usize = 64 << 10;

/// What the detail really shows: a mode that does not suit the payload falls back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading<'a> {
    pub body: Body<'a>,
    /// How many bytes are not laid out.
    pub left_out: usize,
}

impl<'a> Reading<'a> {
    /// The payload as this mode has it. What was sent as text is text, also with control characters in it, unless it
    /// is not UTF-8.
    pub fn of(kind: Kind, payload: &'a [u8], mode: Mode) -> Self {
        let bytes = |bytes| Self { body: Body::Bytes(bytes), left_out: 0 };
        let left_out = payload.len().saturating_sub(LIMIT);
        let raw = || {
            let text = String::from_utf8_lossy(&payload[..payload.len() - left_out]);
            Self { body: Body::Text(text), left_out }
        };
        match mode {
            Mode::Raw => raw(),
            Mode::Hex => bytes(payload.into()),
            Mode::Pretty => match decode(kind, payload, LIMIT).body {
                body @ (Body::Text(_) | Body::Json(_)) => Self { body, left_out },
                // As much as was read back from a capture may end inside a character.
                Body::Broken(front) if str::from_utf8(&front).is_err_and(|e| e.error_len().is_none()) => {
                    raw()
                }
                Body::Bytes(Cow::Owned(inner)) => bytes(inner.into()),
                Body::Broken(_) | Body::Bytes(Cow::Borrowed(_)) => bytes(payload.into()),
            },
        }
    }

    /// How many lines it takes at this width.
    pub fn lines(&self, width: usize) -> usize {
        match &self.body {
            Body::Json(text) => json_lines(text).count(),
            Body::Text(text) => text_lines(text, width).len(),
            Body::Broken(bytes) | Body::Bytes(bytes) => hex::rows(bytes.len(), hex::each(bytes.len(), width)),
        }
    }
}

/// How many lines a payload takes in this mode at this width.
pub fn lines(kind: Kind, payload: &[u8], mode: Mode, width: usize) -> usize {
    Reading::of(kind, payload, mode).lines(width)
}

/// The lines of a JSON text.
pub fn json_lines(text: &str) -> impl Iterator<Item = json::Line<'_>> {
    json::Lines::of(text).map_while(Result::ok)
}

/// A text in lines of at most `width` cells, everything a terminal would obey made visible.
pub fn text_lines(text: &str, width: usize) -> Vec<String> {
    let text = printable_lines(text);
    text.lines().flat_map(|line| fold(line, width, UnicodeWidthStr::width)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::{Body, Kind, Mode, Reading, lines, text_lines};

    /// One letter for what is shown.
    fn shape(kind: Kind, payload: &[u8], mode: Mode) -> char {
        match Reading::of(kind, payload, mode).body {
            Body::Json(_) => 'J',
            Body::Text(_) => 'T',
            Body::Broken(_) | Body::Bytes(_) => 'H',
        }
    }

    #[test]
    fn what_is_not_json_is_text_and_what_is_not_text_is_hex() {
        assert_eq!(shape(Kind::Binary, br#"{"a":1}"#, Mode::Pretty), 'J');
        assert_eq!(shape(Kind::Binary, br#"{"a":1}"#, Mode::Raw), 'T');
        assert_eq!(shape(Kind::Binary, b"{a}", Mode::Pretty), 'T');
        assert_eq!(shape(Kind::Binary, &[0, 1, 2, 255], Mode::Pretty), 'H');
    }

    #[test]
    fn what_was_sent_as_text_is_text_unless_it_is_not_utf8() {
        assert_eq!(shape(Kind::Text, b"a\x1b[2J\x07\x00", Mode::Pretty), 'T');
        assert_eq!(shape(Kind::Text, b"\x00\xff\xfe", Mode::Pretty), 'H');
        assert_eq!(shape(Kind::Text, b"text", Mode::Hex), 'H');
    }

    #[test]
    fn a_text_that_ends_inside_a_character_is_text_still() {
        assert_eq!(shape(Kind::Text, b"caf\xc3", Mode::Pretty), 'T');
    }

    #[test]
    fn hex_shows_all_and_text_as_much_as_is_laid_out() {
        let long = vec![0; 70_000];
        let left_out = |kind, mode| Reading::of(kind, &long, mode).left_out;
        assert_eq!(left_out(Kind::Binary, Mode::Pretty), 0);
        assert_eq!(left_out(Kind::Text, Mode::Pretty), 70_000 - (64 << 10));
    }

    #[test]
    fn lines_are_counted_as_they_are_shown() {
        assert_eq!(lines(Kind::Binary, br#"{"a":1,"b":[]}"#, Mode::Pretty, 40), 4);
        assert_eq!(lines(Kind::Binary, &[0; 33], Mode::Hex, 80), 3);
        assert_eq!(lines(Kind::Binary, &[0; 33], Mode::Hex, 40), 5);
        assert_eq!(text_lines("añb漢字\nc", 4), ["añb", "漢字", "c"]);
    }

    #[test]
    fn a_control_sequence_is_shown_and_not_sent() {
        assert_eq!(text_lines("a\x1b[2Jb", 20), ["a␛[2Jb"]);
    }
}
