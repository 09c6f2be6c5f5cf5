//! A payload as lines of the detail pane: how many there are, and those that are seen.

use unicode_width::UnicodeWidthStr;

use crate::{
    payload::{Content, fold, hex, json, printable_lines},
    session::Kind,
};

use super::panes::DetailMode as Mode;

/// The most bytes that are laid out as text or JSON; hex shows all.
pub const LIMIT: usize = 64 << 10;

/// What the detail really shows: a mode that does not suit the payload falls back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Json,
    Text,
    Hex,
}

/// The shape of this payload in this mode. What was sent as text is text, also with control characters in it,
/// unless it is not UTF-8.
#[must_use]
pub fn shape(kind: Kind, payload: &[u8], mode: Mode) -> Shape {
    let is_text = kind == Kind::Text && front(payload).is_some();
    let is_binary =
        |content| matches!(content, Content::Binary | Content::Gzip | Content::Zlib | Content::Zstd);
    match (mode, Content::of(payload)) {
        (Mode::Raw, _) => Shape::Text,
        (Mode::Pretty, Content::Json) if front(payload).is_some_and(is_json) => Shape::Json,
        (Mode::Pretty, content) if is_text || !is_binary(content) => Shape::Text,
        (Mode::Pretty | Mode::Hex, _) => Shape::Hex,
    }
}

/// How many lines it takes at this width.
#[must_use]
pub fn lines(kind: Kind, payload: &[u8], mode: Mode, width: usize) -> usize {
    match shape(kind, payload, mode) {
        Shape::Hex => hex::rows(payload.len(), hex::each(payload.len(), width)),
        Shape::Json => json_lines(payload).count(),
        Shape::Text => text(payload, width).len(),
    }
}

/// The lines of its JSON, as far as it is laid out.
pub fn json_lines(payload: &[u8]) -> impl Iterator<Item = json::Line<'_>> {
    json::Lines::of(front(payload).unwrap_or_default()).map_while(Result::ok)
}

/// Its text in lines of at most `width` cells, everything a terminal would obey made visible.
#[must_use]
pub fn text(payload: &[u8], width: usize) -> Vec<String> {
    let cut = &payload[..payload.len().min(LIMIT)];
    let text = String::from_utf8_lossy(cut);
    let text = printable_lines(&text);
    text.lines().flat_map(|line| fold(line, width, UnicodeWidthStr::width)).map(str::to_owned).collect()
}

/// How many bytes are not laid out in this mode.
#[must_use]
pub fn missing(kind: Kind, payload: &[u8], mode: Mode) -> usize {
    match shape(kind, payload, mode) {
        Shape::Hex => 0,
        Shape::Json | Shape::Text => payload.len().saturating_sub(LIMIT),
    }
}

/// The valid UTF-8 at the front, at most [`LIMIT`]; `None` when it is not text.
fn front(payload: &[u8]) -> Option<&str> {
    let cut = &payload[..payload.len().min(LIMIT)];
    match str::from_utf8(cut) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => str::from_utf8(&cut[..error.valid_up_to()]).ok(),
        Err(_) => None,
    }
}

fn is_json(text: &str) -> bool {
    // A text cut at the limit ends in the middle of something, which is no fault of its own.
    json::Lines::of(text).find_map(Result::err).is_none_or(|fault| fault.at >= text.len())
}

#[cfg(test)]
mod tests {
    use super::{Kind, Mode, Shape, lines, shape, text};

    #[test]
    fn what_is_not_json_is_text_and_what_is_not_text_is_hex() {
        assert_eq!(shape(Kind::Binary, br#"{"a":1}"#, Mode::Pretty), Shape::Json);
        assert_eq!(shape(Kind::Binary, br#"{"a":1}"#, Mode::Raw), Shape::Text);
        assert_eq!(shape(Kind::Binary, b"{a}", Mode::Pretty), Shape::Text);
        assert_eq!(shape(Kind::Binary, &[0, 1, 2, 255], Mode::Pretty), Shape::Hex);
    }

    #[test]
    fn what_was_sent_as_text_is_text_unless_it_is_not_utf8() {
        assert_eq!(shape(Kind::Text, b"a\x1b[2J\x07\x00", Mode::Pretty), Shape::Text);
        assert_eq!(shape(Kind::Text, b"\x00\xff\xfe", Mode::Pretty), Shape::Hex);
        assert_eq!(shape(Kind::Text, b"text", Mode::Hex), Shape::Hex);
    }

    #[test]
    fn lines_are_counted_as_they_are_shown() {
        assert_eq!(lines(Kind::Binary, br#"{"a":1,"b":[]}"#, Mode::Pretty, 40), 4);
        assert_eq!(lines(Kind::Binary, &[0; 33], Mode::Hex, 80), 3);
        assert_eq!(lines(Kind::Binary, &[0; 33], Mode::Hex, 40), 5);
        assert_eq!(text("añb漢字\nc".as_bytes(), 4), ["añb", "漢字", "c"]);
    }

    #[test]
    fn a_control_sequence_is_shown_and_not_sent() {
        assert_eq!(text(b"a\x1b[2Jb", 20), ["a␛[2Jb"]);
    }
}
