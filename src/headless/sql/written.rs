//! Rows of a query as a table, as JSON Lines or as comma-separated values.

use std::{borrow::Cow, fmt::Write as _};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use unicode_width::UnicodeWidthStr;

use crate::{
    cli::RowFormat,
    payload::{cut, preview, printable},
    schema::escape_invisible,
    store::{Cell, Rows},
};

use super::super::sink::{Sink, SinkError};

/// The rows that decide how wide the columns of a table are.
const MEASURED: usize = 200;
/// The most cells of a column but the last.
const WIDEST: usize = 48;
/// The cells of a line where no terminal says how many it has.
const PAGE: usize = 160;

/// Writes rows to the output.
pub(super) struct Written {
    format: RowFormat,
    sink: Sink,
    /// The cells of a line.
    width: usize,
    names: Vec<String>,
    /// The first rows of a table, until the width of its columns is known.
    first: Vec<Vec<String>>,
    widths: Vec<usize>,
    /// What keeps the output from taking more.
    failed: Option<SinkError>,
}

impl Written {
    pub(super) fn new(format: RowFormat, sink: Sink, width: Option<usize>) -> Self {
        let width = width.unwrap_or(PAGE);
        Self { format, sink, width, names: Vec::new(), first: Vec::new(), widths: Vec::new(), failed: None }
    }

    /// Writes what is left.
    pub(super) fn finish(mut self) -> Result<(), SinkError> {
        self.lay_out();
        match self.failed {
            Some(error) => Err(error),
            None => self.sink.flush(),
        }
    }

    /// Writes the first rows of a table in columns that are as wide as they need.
    fn lay_out(&mut self) {
        if self.format != RowFormat::Table || !self.widths.is_empty() || self.names.is_empty() {
            return;
        }
        let widest = |nth: usize| {
            let cells = self.first.iter().filter_map(|row| row.get(nth)).chain(self.names.get(nth));
            cells.map(|cell| cell.width()).max().unwrap_or(0).min(WIDEST)
        };
        self.widths = (0..self.names.len()).map(widest).collect();
        let names = self.names.clone();
        let rule: Vec<_> = self.widths.iter().map(|width| "─".repeat(*width)).collect();
        for row in [names, rule].into_iter().chain(std::mem::take(&mut self.first)) {
            self.line(&row);
        }
    }

    /// Writes a row of a table. The last column takes the rest of the line.
    fn line(&mut self, row: &[String]) {
        let mut line = String::new();
        for (nth, cell) in row.iter().enumerate() {
            if nth + 1 == row.len() {
                line.push_str(&cut(cell, self.width.saturating_sub(line.width()).max(WIDEST)));
            } else {
                let width = self.widths.get(nth).copied().unwrap_or_default();
                let cell = cut(cell, width);
                line.push_str(&cell);
                line.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.width()) + 2));
            }
        }
        self.sink.buffer.extend_from_slice(line.trim_end().as_bytes());
        self.sink.buffer.push(b'\n');
    }

    fn json(&mut self, cells: &[Cell<'_>]) {
        let from = self.sink.buffer.len();
        let members = self.names.iter().cloned().zip(cells.iter().map(json));
        let members: Vec<_> = members.map(|(name, value)| format!("{}:{value}", quoted(&name))).collect();
        self.sink.buffer.extend_from_slice(format!("{{{}}}\n", members.join(",")).as_bytes());
        if self.sink.is_terminal {
            escape_invisible(&mut self.sink.buffer, from);
        }
    }

    fn csv<'a>(&mut self, cells: impl Iterator<Item = Cow<'a, str>>) {
        let is_terminal = self.sink.is_terminal;
        let fields: Vec<_> = cells.map(|cell| csv_field(&cell, is_terminal)).collect();
        self.sink.buffer.extend_from_slice(fields.join(",").as_bytes());
        self.sink.buffer.push(b'\n');
    }

    fn goes_on(&mut self) -> bool {
        self.failed = self.failed.take().or_else(|| self.sink.relieve().err());
        self.failed.is_none()
    }
}

impl Rows for Written {
    fn begin(&mut self, names: &[String]) -> bool {
        self.names = names.iter().map(|name| printable(name).into_owned()).collect();
        if self.format == RowFormat::Csv {
            let names = self.names.clone();
            self.csv(names.iter().map(|name| name.as_str().into()));
        }
        self.goes_on()
    }

    fn add(&mut self, cells: &[Cell<'_>]) -> bool {
        match self.format {
            RowFormat::Json => self.json(cells),
            RowFormat::Csv => self.csv(cells.iter().map(plain)),
            RowFormat::Table => {
                let row: Vec<_> = cells.iter().map(|cell| shown(cell, self.width)).collect();
                if self.widths.is_empty() {
                    self.first.push(row);
                    if self.first.len() == MEASURED {
                        self.lay_out();
                    }
                } else {
                    self.line(&row);
                }
            }
        }
        self.goes_on()
    }
}

/// A value for people, in at most this many cells.
fn shown(cell: &Cell<'_>, cells: usize) -> String {
    match cell {
        Cell::Text(text) => {
            // Enough for the cells, whatever the text holds.
            let front = &text[..text.len().min(16 * cells)];
            preview(&String::from_utf8_lossy(front), cells)
        }
        Cell::Blob(blob) => {
            let mut digits = String::new();
            for byte in blob.iter().take(cells) {
                // Writing to a string cannot fail.
                let _ = write!(digits, "{byte:02x}");
            }
            cut(&digits, cells).into_owned()
        }
        Cell::Null => "NULL".to_owned(),
        number => plain(number).into_owned(),
    }
}

/// A value without quotes; nothing for NULL.
fn plain<'a>(cell: &Cell<'a>) -> Cow<'a, str> {
    match *cell {
        Cell::Null => "".into(),
        Cell::Integer(number) => number.to_string().into(),
        Cell::Real(number) => format!("{number:?}").into(),
        Cell::Text(text) => String::from_utf8_lossy(text),
        Cell::Blob(blob) => BASE64_STANDARD.encode(blob).into(),
    }
}

fn json(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Null => "null".to_owned(),
        Cell::Integer(_) => plain(cell).into_owned(),
        // JSON has no infinity.
        Cell::Real(number) if !number.is_finite() => quoted(&number.to_string()),
        Cell::Real(number) => number_as_json(*number),
        Cell::Text(_) | Cell::Blob(_) => quoted(&plain(cell)),
    }
}

fn number_as_json(number: f64) -> String {
    serde_json::Number::from_f64(number).map_or_else(|| "null".to_owned(), |number| number.to_string())
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A field as RFC 4180 writes it. Where somebody looks at it, nothing steers the terminal.
fn csv_field(text: &str, is_terminal: bool) -> String {
    let text = if is_terminal { printable(text) } else { text.into() };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_so_that_a_reader_gets_them_back() {
        let cells =
            [Cell::Null, Cell::Integer(-7), Cell::Real(1.0), Cell::Text(b"a\"b"), Cell::Blob(&[0, 255])];
        assert_eq!(cells.each_ref().map(json), ["null", "-7", "1.0", "\"a\\\"b\"", "\"AP8=\""]);
        assert_eq!(cells.each_ref().map(plain), ["", "-7", "1.0", "a\"b", "AP8="]);
        assert_eq!(cells.each_ref().map(|cell| shown(cell, 9)), ["NULL", "-7", "1.0", "a\"b", "00ff"]);
        assert_eq!(csv_field("a\"b,\x1b", false), "\"a\"\"b,\u{1b}\"");
    }

    #[test]
    fn on_a_terminal_no_value_steers_it() {
        let steering = Cell::Text(b"\x1b[2J\x07");
        assert!(!shown(&steering, 20).contains(char::is_control));
        assert!(!csv_field(&plain(&steering), true).contains(char::is_control));
        assert!(!json(&steering).contains(char::is_control));
    }
}
