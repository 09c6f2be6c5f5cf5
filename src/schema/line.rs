//! One line of the schema, built field by field.

use std::{io::Write as _, time::Duration};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::Serialize;

use crate::session::{ConnectionId, Timestamp};

use super::{VERSION, text};

/// An unfinished line; [`Line::end`] closes it.
#[must_use]
pub(super) struct Line<'a>(&'a mut Vec<u8>);

impl<'a> Line<'a> {
    /// Writes the start of every line, up to and including the connection.
    pub(super) fn write_head(out: &mut Vec<u8>, kind: &str, at: Timestamp, connection: ConnectionId) {
        // Writing to a vector cannot fail.
        drop(write!(
            out,
            "{{\"v\":{VERSION},\"kind\":\"{kind}\",\"at\":\"{at}\",\"connection\":{connection}"
        ));
    }

    pub(super) fn begin(out: &'a mut Vec<u8>, kind: &str, at: Timestamp, connection: ConnectionId) -> Self {
        Self::write_head(out, kind, at, connection);
        Self(out)
    }

    pub(super) fn end(self) {
        self.0.extend_from_slice(b"}\n");
    }

    fn key(&mut self, key: &str) {
        self.0.extend_from_slice(b",\"");
        self.0.extend_from_slice(key.as_bytes());
        self.0.extend_from_slice(b"\":");
    }

    pub(super) fn text(mut self, key: &str, value: &str) -> Self {
        self.key(key);
        text::write_quoted(self.0, value.as_bytes());
        self
    }

    pub(super) fn number(mut self, key: &str, value: u64) -> Self {
        self.key(key);
        text::write_number(self.0, value);
        self
    }

    pub(super) fn boolean(mut self, key: &str, value: bool) -> Self {
        self.key(key);
        self.0.extend_from_slice(if value { b"true" } else { b"false" });
        self
    }

    /// A duration in milliseconds with three decimals.
    pub(super) fn ms(mut self, key: &str, value: Duration) -> Self {
        self.key(key);
        let micros = value.as_micros();
        drop(write!(self.0, "{}.{:03}", micros / 1000, micros % 1000));
        self
    }

    /// Any serializable value, such as the evidence of a stage.
    pub(super) fn value(mut self, key: &str, value: &impl Serialize) -> Self {
        self.key(key);
        write_value(self.0, value);
        self
    }

    /// The fields of an object as fields of this line.
    pub(super) fn fields(self, object: &impl Serialize) -> Self {
        let start = self.0.len();
        write_value(self.0, object);
        if self.0.ends_with(b"}") && self.0.len() > start + 2 {
            self.0[start] = b',';
            self.0.pop();
        } else {
            self.0.truncate(start);
        }
        self
    }

    /// A payload as `text` if it is UTF-8, otherwise as `base64`.
    pub(super) fn bytes(self, bytes: &[u8]) -> Self {
        payload(self.0, std::str::from_utf8(bytes).is_ok(), true, bytes);
        self
    }

    pub(super) fn binary(self, bytes: &[u8]) -> Self {
        payload(self.0, false, true, bytes);
        self
    }
}

/// Text as `text`; binary and invalid text as `base64`, the latter marked `"valid":false`.
pub(super) fn payload(out: &mut Vec<u8>, is_text: bool, valid: bool, bytes: &[u8]) {
    payload_begin(out, is_text, valid);
    payload_part(out, is_text && valid, bytes);
    out.push(b'"');
}

/// The field name of a payload and the opening quotation mark.
pub(super) fn payload_begin(out: &mut Vec<u8>, is_text: bool, valid: bool) {
    out.extend_from_slice(match (is_text, valid) {
        (true, true) => b",\"text\":\"",
        (_, true) => b",\"base64\":\"",
        (_, false) => b",\"valid\":false,\"base64\":\"",
    });
}

/// One part of a payload: whole characters of a text, otherwise a multiple of three bytes unless it is the
/// last part.
pub(super) fn payload_part(out: &mut Vec<u8>, as_text: bool, bytes: &[u8]) {
    if as_text {
        return text::write_escaped(out, bytes);
    }
    let start = out.len();
    out.resize(start + bytes.len().div_ceil(3) * 4, b'=');
    if BASE64_STANDARD.encode_slice(bytes, &mut out[start..]).is_err() {
        out.truncate(start);
    }
}

/// Appends `value` as serde writes it, with DEL and the C1 controls escaped too.
pub fn write_value(out: &mut Vec<u8>, value: &impl Serialize) {
    match serde_json::to_vec(value) {
        Ok(json) => text::write_without_controls(out, &json),
        Err(_) => out.extend_from_slice(b"null"),
    }
}
