//! The values of Bloblang, and what they are made of.

use jiff::Zoned;

use super::layout;

/// What functions ask of the outside.
#[derive(Clone, Debug)]
pub struct Moment {
    pub now: Zoned,
    /// Chance for a UUID.
    pub chance: [u8; 16],
    pub host: String,
}

/// Why an expression has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A word or a sign that is not known here.
    Unknown(String),
    /// It fails in the pipeline too, with this error.
    Failed(String),
}

/// A value of Bloblang.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Number(i64),
    Decimal(f64),
    Text(String),
    Bytes(Vec<u8>),
    Time(Box<Zoned>),
}

impl Value {
    /// As it stands in the value of a header.
    pub(super) fn into_text(self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Decimal(number) => written(number),
            Self::Text(text) => text,
            Self::Bytes(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Self::Time(time) => layout::rfc3339(&time),
        }
    }

    /// As a decimal, where it is a number.
    #[expect(clippy::cast_precision_loss, reason = "Bloblang divides whole numbers as decimals")]
    pub(super) const fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number as f64),
            Self::Decimal(number) => Some(*number),
            _ => None,
        }
    }

    /// The name of its type in the errors of Bloblang.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Number(_) | Self::Decimal(_) => "number",
            Self::Text(_) | Self::Time(_) => "string",
            Self::Bytes(_) => "bytes",
        }
    }
}

/// A decimal as `strconv.FormatFloat(number, 'g', -1, 64)` writes it.
fn written(number: f64) -> String {
    let scientific = format!("{number:e}");
    let exponent =
        scientific.split_once('e').and_then(|(digits, ten)| Some((digits, ten.parse::<i32>().ok()?)));
    match exponent {
        Some((digits, ten)) if !(-4..6).contains(&ten) => {
            let sign = if ten < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", ten.abs())
        }
        _ => number.to_string(),
    }
}
