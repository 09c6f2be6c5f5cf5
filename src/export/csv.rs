//! Comma-separated values (RFC 4180): a record for each message, with the columns that are asked for.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use strum::{EnumString, IntoStaticStr, VariantNames};

use crate::payload::document::{Found, MemberPath, all_values};

use super::{Document, Exported, Out};

/// What the records have, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns(Vec<Column>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Column {
    Own(Own),
    /// The value at a path of a JSON payload.
    Member(MemberPath),
}

/// What is known of every message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "lowercase")]
enum Own {
    Id,
    Connection,
    Time,
    Direction,
    Type,
    Size,
    /// What became of the first delivery.
    Verdict,
    /// Whether `payload` is text or base64.
    Encoding,
    Payload,
}

/// A column that there is not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("column {at}: {message}")]
pub struct ColumnsError {
    /// Where it stands in the text, in letters, from 1.
    pub at: usize,
    pub message: String,
}

/// Writes messages as records.
#[derive(Debug)]
struct Csv(Columns);

impl Default for Columns {
    fn default() -> Self {
        use Own::{Connection, Direction, Encoding, Id, Payload, Size, Time, Type, Verdict};
        let all = [Id, Connection, Time, Direction, Type, Size, Verdict, Encoding, Payload];
        Self(all.map(Column::Own).into())
    }
}

impl Columns {
    /// Reads columns with commas or blanks between them: `id,time,.price,.data[0].s`.
    ///
    /// # Errors
    ///
    /// One is neither a name nor a path, or there is none.
    pub fn parse(text: &str) -> Result<Self, ColumnsError> {
        let mut columns = Vec::new();
        let mut is_quoted = false;
        let is_between = |letter: char| {
            is_quoted ^= letter == '"';
            !is_quoted && (letter == ',' || letter.is_whitespace())
        };
        for part in text.split(is_between).filter(|part| !part.is_empty()) {
            let column = if part.starts_with('.') {
                MemberPath::parse(part).map(Column::Member)
            } else {
                part.parse().map(Column::Own).map_err(|_| {
                    format!(
                        "there is no {part:?}; there are {}, and paths such as .price",
                        Own::VARIANTS.join(", ")
                    )
                })
            };
            let before = part.as_ptr().addr() - text.as_ptr().addr();
            let at = text[..before].chars().count() + 1;
            columns.push(column.map_err(|message| ColumnsError { at, message })?);
        }
        if columns.is_empty() {
            let message = "no column is named; write such as id,time,.price".to_owned();
            return Err(ColumnsError { at: 1, message });
        }
        Ok(Self(columns))
    }

    /// What writes records of these columns.
    #[must_use]
    pub fn document<O: Out>(self) -> Box<dyn Document<O>> {
        Box::new(Csv(self))
    }
}

impl<O: Out> Document<O> for Csv {
    fn begin(&mut self, out: &mut O) -> Result<(), O::Error> {
        let buffer = out.buffer();
        for (nth, column) in self.0.0.iter().enumerate() {
            separate(buffer, nth);
            match column {
                Column::Own(own) => buffer.extend_from_slice(<&str>::from(own).as_bytes()),
                Column::Member(path) => field(buffer, &path.to_string()),
            }
        }
        buffer.extend_from_slice(b"\r\n");
        out.end_message()
    }

    fn message(&mut self, out: &mut O, exported: &Exported<'_>) -> Result<(), O::Error> {
        let paths: Vec<_> = self.0.0.iter().filter_map(Column::path).collect();
        let payload = exported.message.payload;
        let mut values = all_values(payload, &paths).into_iter();
        for (nth, column) in self.0.0.iter().enumerate() {
            separate(out.buffer(), nth);
            match column {
                Column::Own(own) => own.write(out.buffer(), exported),
                Column::Member(_) => {
                    if let Some(Found::At(place)) = values.next() {
                        value(out.buffer(), &payload[place]);
                    }
                }
            }
        }
        out.buffer().extend_from_slice(b"\r\n");
        out.end_message()
    }
}

impl Column {
    const fn path(&self) -> Option<&MemberPath> {
        match self {
            Self::Member(path) => Some(path),
            Self::Own(_) => None,
        }
    }
}

impl Own {
    fn write(self, out: &mut Vec<u8>, Exported { origin, message, .. }: &Exported<'_>) {
        let text = str::from_utf8(message.payload);
        let written = match self {
            Self::Id => message.id.0.to_string(),
            Self::Connection => origin.connection.0.to_string(),
            Self::Time => origin.at.to_string(),
            Self::Direction => "in".to_owned(),
            Self::Type => message.kind.word().to_owned(),
            Self::Size => message.payload.len().to_string(),
            Self::Verdict => origin.verdict.word().to_owned(),
            Self::Encoding => (if text.is_ok() { "text" } else { "base64" }).to_owned(),
            Self::Payload => match text {
                Ok(text) => return field(out, text),
                Err(_) => BASE64_STANDARD.encode(message.payload),
            },
        };
        out.extend_from_slice(written.as_bytes());
    }
}

fn separate(out: &mut Vec<u8>, nth: usize) {
    if nth > 0 {
        out.push(b',');
    }
}

/// Appends a value of JSON: a text without quotes and escapes, anything else as it was sent.
fn value(out: &mut Vec<u8>, json: &[u8]) {
    match serde_json::from_slice::<String>(json) {
        Ok(text) => field(out, &text),
        Err(_) => field(out, &String::from_utf8_lossy(json)),
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
    use super::{Columns, field};

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

    #[test]
    fn a_column_that_there_is_not_is_refused_with_its_place() {
        for (text, at, part) in [
            ("id,cost", 4, "there is no \"cost\"; there are id, connection, time"),
            ("time .a..b", 6, "is no path"),
            (" , ", 1, "no column is named"),
        ] {
            let error = Columns::parse(text).expect_err(text);
            assert_eq!(error.at, at, "{error}");
            assert!(error.message.contains(part), "{error}");
        }
        assert!(Columns::parse("id time,.\"odd, name\"").is_ok());
    }
}
