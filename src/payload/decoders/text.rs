//! Text: messages that were sent as text, and payloads that look like text.

use crate::wire::Kind;

use super::super::decoded::{Body, Decoder, Input, Misfit, Sample};
use super::Opened;

pub(super) static TEXT: Decoder = Decoder {
    name: "text",
    title: "text",
    extension: "txt",
    looks_like: |sample| sample.kind == Kind::Text || is_text(sample),
    read: |input| match utf8(input) {
        Some(text) => Ok(Opened::Body(Body::Text(text.into()))),
        None if input.is_decided => {
            Ok(Opened::Faulty(Body::Text(valid(input).into()), String::new(), NOT_UTF8))
        }
        None => Err(NOT_UTF8),
    },
};

pub(super) const NOT_UTF8: Misfit = "it is not UTF-8";

/// A message that was sent as text but is not UTF-8.
pub(super) static BROKEN: Decoder = Decoder {
    name: "text!",
    title: "text",
    extension: "bin",
    looks_like: |sample| sample.kind == Kind::Text,
    read: |input| Ok(Opened::Body(Body::Broken(input.front().into()))),
};

/// Whether the front is UTF-8 without control characters that text does not contain.
pub(super) fn is_text(sample: &Sample<'_>) -> bool {
    let control = |byte: &u8| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b);
    utf8_front(sample.front).is_some() && !sample.front.iter().any(control)
}

/// The front of a payload as text; a character that the limit cuts is left out.
pub(super) fn utf8(input: Input<'_>) -> Option<&str> {
    let front = input.front();
    if input.goes_on() { utf8_front(front) } else { str::from_utf8(front).ok() }
}

/// The front of a payload up to the first byte that is not UTF-8.
pub(super) fn valid(input: Input<'_>) -> &str {
    input.front().utf8_chunks().next().map_or("", |chunk| chunk.valid())
}

/// A text that may end inside a character, which is left out.
pub(super) fn utf8_front(front: &[u8]) -> Option<&str> {
    match str::from_utf8(front) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => str::from_utf8(&front[..error.valid_up_to()]).ok(),
        Err(_) => None,
    }
}
