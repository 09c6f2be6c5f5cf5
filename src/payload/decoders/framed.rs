//! What the packets of protocols on top of messages carry.

use std::fmt::Write as _;

use super::{
    super::decoded::{Body, Input},
    tree::quote,
};

/// Ends a text, an object that is open, with what its packet carries, decoded in turn; what a title says of that.
pub(super) fn carried(text: &mut String, inner: &[u8], is_cut: bool, input: Input<'_>) -> String {
    if inner.is_empty() && !is_cut {
        text.push('}');
        return String::new();
    }
    let decoded = super::inner(inner, is_cut, input);
    text.push_str(", \"body\": ");
    match &decoded.body {
        Body::Json(body) if super::json_text::is_json_text(body, false) => {
            text.push_str(body);
            text.push('}');
        }
        // It goes on, and so does all of it.
        Body::Json(body) => text.push_str(body),
        Body::Text(body) => {
            quote(text, body);
            text.push('}');
        }
        Body::Broken(bytes) | Body::Bytes(bytes) => {
            // Writing to a string does not fail.
            let _ = write!(text, "\"h'{}'\"}}", crate::payload::hex::encode(bytes));
        }
    }
    format!(" › {}", decoded.title)
}
