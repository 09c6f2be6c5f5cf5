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
        self.payload(if std::str::from_utf8(bytes).is_ok() { Form::Text } else { Form::Base64 }, bytes)
    }

    pub(super) fn binary(self, bytes: &[u8]) -> Self {
        self.payload(Form::Base64, bytes)
    }

    fn payload(self, form: Form, bytes: &[u8]) -> Self {
        payload_begin(self.0, form);
        payload_part(self.0, form, bytes);
        self.0.push(b'"');
        self
    }
}

/// How a payload is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As it is, without quotation marks.
    Json,
    Text,
    Base64,
    /// As base64 too, since it is text that is not UTF-8.
    Invalid,
}

/// The field name of a payload and the opening quotation mark.
pub(super) fn payload_begin(out: &mut Vec<u8>, form: Form) {
    out.extend_from_slice(match form {
        Form::Json => b",\"json\":",
        Form::Text => b",\"text\":\"",
        Form::Base64 => b",\"base64\":\"",
        Form::Invalid => b",\"valid\":false,\"base64\":\"",
    });
}

/// One part of a payload: whole characters of a text; in base64 a multiple of three bytes unless it is the last part.
#[inline]
pub(super) fn payload_part(out: &mut Vec<u8>, form: Form, bytes: &[u8]) {
    match form {
        Form::Json => return out.extend_from_slice(bytes),
        Form::Text => return text::write_escaped(out, bytes),
        Form::Base64 | Form::Invalid => {}
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
