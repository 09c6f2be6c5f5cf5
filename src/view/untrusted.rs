//! Text from outside, made fit for a cell: the only door for it into the frame.

use unicode_width::UnicodeWidthStr as _;

use crate::{
    payload::{self, Content, Shown},
    session::Kind,
};

/// One line of text with everything a terminal would obey made visible.
#[must_use]
pub fn safe(text: &str) -> String {
    payload::printable(text).into_owned()
}

/// The beginning of a payload in `cells` cells: text as text, the rest as hex digits.
#[must_use]
pub fn preview(kind: Kind, bytes: &[u8], cells: usize) -> String {
    payload::preview(bytes, shown(kind, bytes), cells)
}

/// The beginning of text that is not UTF-8: its parts, and whether each is bytes that are not.
#[must_use]
pub fn broken(bytes: &[u8], cells: usize) -> Vec<(String, bool)> {
    let mut parts = Vec::new();
    let mut room = cells;
    // A cell takes a byte at least; what is behind that is not worth a look.
    for chunk in bytes[..bytes.len().min(cells.saturating_mul(4))].utf8_chunks() {
        let bad = chunk.invalid().iter().map(|byte| (format!("<{byte:02X}>"), true));
        for (text, is_bad) in std::iter::once((safe(chunk.valid()), false)).chain(bad) {
            let text = payload::cut(&text, room).into_owned();
            room -= text.width().min(room);
            if !text.is_empty() {
                parts.push((text, is_bad));
            }
        }
        if room == 0 {
            break;
        }
    }
    parts
}

/// How a payload is shown on one line: text is text, and binary is when it looks like it.
#[must_use]
pub fn shown(kind: Kind, bytes: &[u8]) -> Shown {
    match kind {
        Kind::Text => Shown::Text,
        Kind::Binary => Content::of(bytes).shown(),
    }
}

#[cfg(test)]
mod tests {
    use super::broken;

    #[test]
    fn bytes_that_are_no_text_are_told_apart() {
        let parts = broken(b"ok \xff\xfe bad", 40);
        let shown: Vec<_> = parts.iter().map(|(text, bad)| (text.as_str(), *bad)).collect();
        assert_eq!(shown, [("ok ", false), ("<FF>", true), ("<FE>", true), (" bad", false)]);
        let narrow: String = broken(b"ok \xff\xfe bad", 9).into_iter().map(|(text, _)| text).collect();
        assert_eq!(narrow, "ok <FF><…");
    }
}
