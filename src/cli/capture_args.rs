//! The arguments of the commands that read captures: `export`, `bundle`, `sql`.

use std::path::PathBuf;

use clap::{
    Args, ValueEnum,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};

use crate::export::{FILE_FORMATS, FileFormat, Format, PayloadEnd};

#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportArgs {
    /// The capture
    pub capture: PathBuf,
    /// Write to this new file instead of stdout; it is readable only by you
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The format of the file [default: by the ending of its name, jsonl for stdout]
    #[arg(long, value_name = "WORD", value_parser = file_formats())]
    pub format: Option<&'static FileFormat>,
    /// Only this session of the capture; several may be named
    #[arg(long, value_name = "N")]
    pub session: Vec<i64>,
    /// Only messages that match: words, "a phrase", /regex/, size:>10k, .price > 100; the README has the language
    #[arg(long, value_name = "EXPR")]
    pub filter: Option<String>,
    /// Take values out of payloads, by JSON paths and expressions: '.token,.data[].key,/\d{16}/'; credentials are masked
    /// anyhow
    #[arg(long, value_name = "RULES")]
    pub redact: Option<String>,
    /// With --format csv: the columns and their order, of which some may be JSON paths: id,time,.price
    #[arg(long, value_name = "LIST")]
    pub columns: Option<String>,
    /// Replace the file of --output if it exists
    #[arg(long, requires = "output")]
    pub force: bool,
    #[command(flatten)]
    pub raw: RawArgs,
}

#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct BundleArgs {
    /// The capture
    pub capture: PathBuf,
    /// The new archive, readable only by you [default: the name of the capture with the session's number, here]
    #[arg(short, long, value_name = "FILE.zip")]
    pub output: Option<PathBuf>,
    /// This session of the capture [default: the last one]
    #[arg(long, value_name = "N")]
    pub session: Option<i64>,
    /// How many messages it holds, counted from the end
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub last: u64,
    /// Take values out of payloads, by JSON paths and expressions: '.token,.data[].key,/\d{16}/'; credentials are masked
    /// anyhow
    #[arg(long, value_name = "RULES")]
    pub redact: Option<String>,
    /// Replace the archive if it exists
    #[arg(long)]
    pub force: bool,
}

/// How payloads end with `--format raw`.
#[derive(Args, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RawArgs {
    /// With --format raw: a zero byte behind each payload instead of a line break
    #[arg(long, conflicts_with = "length")]
    pub null: bool,
    /// With --format raw: the length before each payload, in four bytes, the highest first
    #[arg(long)]
    pub length: bool,
}

impl RawArgs {
    /// The end that is asked for.
    ///
    /// # Errors
    ///
    /// It is asked for with another format.
    pub fn end(self, format: Option<Format>) -> Result<PayloadEnd, String> {
        let end = match (self.null, self.length) {
            (false, false) => return Ok(PayloadEnd::LineBreak),
            (true, _) => PayloadEnd::Null,
            _ => PayloadEnd::Length,
        };
        if format == Some(Format::Raw) {
            return Ok(end);
        }
        Err(format!("--{} goes with --format raw", if self.null { "null" } else { "length" }))
    }
}

/// Takes the words of the formats.
fn file_formats() -> impl TypedValueParser<Value = &'static FileFormat> {
    let words = FILE_FORMATS.iter().map(|format| PossibleValue::new(format.word).help(format.doc));
    PossibleValuesParser::new(words).try_map(|word| FileFormat::named(&word).ok_or("there is no such format"))
}

#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct SqlArgs {
    /// The capture
    pub capture: PathBuf,
    /// One query, such as "SELECT * FROM message LIMIT 10"; assets/capture.md has the tables
    pub query: String,
    /// How rows are written [default: table on a terminal, else json]
    #[arg(long, value_name = "WORD")]
    pub format: Option<RowFormat>,
}

/// How the rows of a query are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RowFormat {
    /// Columns for people; long values are cut, and blobs are hex
    Table,
    /// JSON Lines: an object a row, with blobs as base64
    Json,
    /// Comma-separated values with a header, and blobs as base64
    Csv,
}
