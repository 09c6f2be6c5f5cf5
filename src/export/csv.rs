//! Comma-separated values (RFC 4180): a record for each message.

use base64::{Engine as _, prelude::BASE64_STANDARD};

use crate::session::Message;

use super::{Document, Origin, Out};

/// The columns, in order.
const COLUMNS: &str = "id,connection,time,direction,type,size,verdict,encoding,payload";

/// Writes messages as records.
#[derive(Debug, Default)]
pub(super) struct Csv;

impl<O: Out> Document<O> for Csv {
    fn begin(&mut self, out: &mut O) -> Result<(), O::Error> {
        out.buffer().extend_from_slice(COLUMNS.as_bytes());
        out.buffer().extend_from_slice(b"\r\n");
        out.end_message()
    }

    fn message(&mut self, out: &mut O, origin: &Origin, message: &Message<'_>) -> Result<(), O::Error> {
        let head = format!(
            "{},{},{},in,{},{},{},",
            message.id.0,
            origin.connection.0,
            origin.at,
            message.kind.word(),
            message.payload.len(),
            origin.verdict.word(),
        );
        let buffer = out.buffer();
        buffer.extend_from_slice(head.as_bytes());
        if let Ok(text) = str::from_utf8(message.payload) {
            buffer.extend_from_slice(b"text,");
            field(buffer, text);
        } else {
            buffer.extend_from_slice(b"base64,");
            buffer.extend_from_slice(BASE64_STANDARD.encode(message.payload).as_bytes());
        }
        buffer.extend_from_slice(b"\r\n");
        out.end_message()
    }
}

/// Appends a text as a field: in quotes where it needs them, and with an apostrophe before what a spreadsheet would take
/// for a formula (OWASP, CSV injection). A number stays a number.
fn field(out: &mut Vec<u8>, text: &str) {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err();
    let is_quoted = is_formula || text.contains([',', '"', '\n', '\r']) || text.trim() != text;
    if !is_quoted {
        return out.extend_from_slice(text.as_bytes());
    }
    out.extend_from_slice(if is_formula { b"\"'" } else { b"\"" });
    out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::field;

    fn written(text: &str) -> String {
        let mut out = Vec::new();
        field(&mut out, text);
        String::from_utf8(out).expect("it is text")
    }

    #[test]
    fn a_field_has_quotes_only_where_it_needs_them_and_no_formula() {
        let cases = [
            ("plain", "plain"),
            ("-5.25", "-5.25"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            (" blank", "\" blank\""),
            ("=1+1", "\"'=1+1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("-1+cmd|x", "\"'-1+cmd|x\""),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(written(text), expected, "{text:?}");
        }
    }
}
