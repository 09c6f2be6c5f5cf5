//! Whether something is JSON, an object or an array, or the beginning of one.

use super::text::utf8_front;
use crate::payload::document::Lexer;

/// Whether bytes begin an object or an array.
pub(super) fn begins(bytes: &[u8]) -> bool {
    matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['))
}

/// Whether bytes are a JSON object or array, or the beginning of one.
pub(super) fn is_json(bytes: &[u8], is_cut: bool) -> bool {
    let text = if is_cut { utf8_front(bytes) } else { str::from_utf8(bytes).ok() };
    begins(bytes) && text.is_some_and(|text| is_json_text(text, is_cut))
}

/// The same of a text; one that is cut may end anywhere.
pub(super) fn is_json_text(text: &str, is_cut: bool) -> bool {
    let mut lexer = Lexer::default();
    loop {
        match lexer.token(text.as_bytes()) {
            Ok(Some(_)) => {}
            Ok(None) => return true,
            Err(fault) => return is_cut && fault.at >= text.len(),
        }
    }
}
