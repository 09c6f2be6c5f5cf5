//! Text: messages that were sent as text, and payloads that look like text.

use crate::wire::Kind;

use super::super::decoded::{Body, Decoder, Sample};

pub(super) static TEXT: Decoder = Decoder {
    name: "text",
    extension: "txt",
    looks_like: |sample| sample.kind == Kind::Text || is_text(sample),
    read: |payload, limit| Some(Body::Text(utf8(payload, limit)?.into())),
};

/// A message that was sent as text but is not UTF-8.
pub(super) static BROKEN: Decoder = Decoder {
    name: "text",
    extension: "bin",
    looks_like: |sample| sample.kind == Kind::Text,
    read: |payload, limit| Some(Body::Broken(payload[..payload.len().min(limit)].into())),
};

/// Whether the front is UTF-8 without control characters that text does not contain.
pub(super) fn is_text(sample: &Sample<'_>) -> bool {
    let control = |byte: &u8| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b);
    let utf8 = match str::from_utf8(sample.front) {
        Ok(_) => true,
        // The sample ends inside a character.
        Err(error) => error.error_len().is_none(),
    };
    utf8 && !sample.front.iter().any(control)
}

/// The front of a payload as text; a character that the limit cuts is left out.
pub(super) fn utf8(payload: &[u8], limit: usize) -> Option<&str> {
    let front = &payload[..payload.len().min(limit)];
    match str::from_utf8(front) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() && front.len() < payload.len() => {
            str::from_utf8(&front[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    }
}
