//! Decodes a YAML scalar for a field, by the rules of the pipeline's YAML library.
//!
//! The rules are those of Go's `yaml.v3` with a typed target: `yes` is a bool only for a bool field, `010` is
//! eight, a quoted number is a text, and null is the zero value.

use crate::config::schema::{Field, FieldId, Kind, Mend, Origin, Problem};

use super::node::Scalar;

/// A scalar as the text stored in [`Values`](crate::config::Values).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    pub text: String,
    /// What is suspicious about it, although it is valid.
    pub oddity: Option<Oddity>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Oddity {
    /// The value is null, so the zero value applies instead of the default.
    Null,
    /// The fraction of a number was cut off.
    Fraction,
}

impl Oddity {
    /// What to tell a person of it.
    pub fn problem(self, field: &Field, path: &str, origin: &Origin, text: &str) -> Option<Problem> {
        let (code, message, advice) = match self {
            Self::Null if field.id == FieldId::ConnectionMaxRetries => (
                "max-retries-empty",
                "its value is empty, which means 0: a failed attempt is never retried".to_owned(),
                "remove the field to retry for ever, or write the number",
            ),
            Self::Null if field.default_text().is_none_or(|default| default == text) => return None,
            Self::Null => {
                let zero = if text.is_empty() { "an empty text" } else { text };
                let message = format!("its value is empty, which means {zero}, not the default");
                ("empty-value", message, "remove the field, or write its value")
            }
            Self::Fraction => {
                ("fraction-cut", format!("its fraction is cut off: {text}"), "write a whole number")
            }
        };
        Some(Problem::warning(code, path, origin.clone(), message).advise(advice))
    }
}

/// Decodes a scalar for a field of this kind.
///
/// # Errors
///
/// What kind of value the field expects; the value itself is not repeated.
pub(super) fn decode(scalar: &Scalar, kind: Kind) -> Result<Decoded, String> {
    let (text, oddity) = match kind {
        Kind::Bool if scalar.is_null() => ("false".to_owned(), Some(Oddity::Null)),
        Kind::Int if scalar.is_null() => ("0".to_owned(), Some(Oddity::Null)),
        _ if scalar.is_null() => (String::new(), Some(Oddity::Null)),
        // The bools of YAML 1.1 are texts that become bools, so that quotes make no difference.
        Kind::Bool => match (scalar.text.as_str(), scalar.plain) {
            ("true" | "True" | "TRUE", true)
            | ("y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON", _) => ("true".to_owned(), None),
            ("false" | "False" | "FALSE", true)
            | ("n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF", _) => ("false".to_owned(), None),
            (_, false) => return Err("expected true or false, got a text in quotes".to_owned()),
            (_, true) => return Err("expected true or false".to_owned()),
        },
        Kind::Int if !scalar.plain => return Err("expected a whole number, got a text in quotes".to_owned()),
        Kind::Int => {
            let (number, oddity) = integer(&scalar.text)?;
            (number.to_string(), oddity)
        }
        _ => (scalar.text.clone(), None),
    };
    Ok(Decoded { text, oddity })
}

/// The mend of a number, or of `true` or `false`, in quotes.
pub(super) fn unquoted(scalar: &Scalar, kind: Kind) -> Option<Mend> {
    let bare = Scalar { text: scalar.text.clone(), plain: true };
    let is_valid = decode(&bare, kind).is_ok_and(|decoded| decoded.oddity.is_none());
    (!scalar.plain && is_valid).then_some(Mend::Unquote { length: scalar.text.len() })
}

fn integer(text: &str) -> Result<(i64, Option<Oddity>), String> {
    let digits = text.replace('_', "");
    if let Some(number) = parse_integer(&digits) {
        return Ok((number, None));
    }
    let expected = || "expected a whole number".to_owned();
    if !digits.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte)) {
        return Err(expected());
    }
    let number: f64 = digits.parse().map_err(|_| expected())?;
    let whole = format!("{:.0}", number.trunc());
    let whole = whole.parse().map_err(|_| "the number does not fit into 64 bits".to_owned())?;
    Ok((whole, (number.fract() != 0.0).then_some(Oddity::Fraction)))
}

/// Go's `ParseInt` with base 0: a prefix, or a leading zero for octal, chooses the base.
pub(super) fn parse_integer(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_ascii_lowercase();
    let (radix, digits) = match lower.get(..2) {
        Some("0x") => (16, &lower[2..]),
        Some("0o") => (8, &lower[2..]),
        Some("0b") => (2, &lower[2..]),
        Some(two) if two.starts_with('0') => (8, &lower[1..]),
        _ => (10, lower.as_str()),
    };
    if !digits.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        return None;
    }
    i64::from_str_radix(&format!("{sign}{digits}"), radix).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str, kind: Kind) -> Result<String, String> {
        decode(&Scalar { text: text.to_owned(), plain: true }, kind).map(|decoded| decoded.text)
    }

    #[test]
    fn bools_follow_the_pipelines_yaml() {
        for text in ["true", "True", "TRUE", "yes", "Yes", "on", "ON", "y", "Y"] {
            assert_eq!(plain(text, Kind::Bool).as_deref(), Ok("true"), "{text}");
        }
        for text in ["false", "no", "NO", "off", "Off", "n", "N", "~", ""] {
            assert_eq!(plain(text, Kind::Bool).as_deref(), Ok("false"), "{text}");
        }
        for text in ["yEs", "1", "maybe"] {
            assert!(plain(text, Kind::Bool).is_err(), "{text}");
        }
        assert_eq!(plain("yes", Kind::Text).as_deref(), Ok("yes"));
        let quoted = |text: &str| decode(&Scalar { text: text.to_owned(), plain: false }, Kind::Bool);
        assert_eq!(quoted("Yes").map(|decoded| decoded.text).as_deref(), Ok("true"));
        assert!(quoted("true").is_err() && quoted("~").is_err());
    }

    #[test]
    fn numbers_follow_the_pipelines_yaml() {
        let table = [
            ("3", "3"),
            ("-1", "-1"),
            ("+7", "7"),
            ("010", "8"),
            ("0x10", "16"),
            ("0b11", "3"),
            ("1_000", "1000"),
            ("1e3", "1000"),
            ("08", "8"),
            ("1.9", "1"),
            ("0", "0"),
            ("", "0"),
        ];
        for (text, expected) in table {
            assert_eq!(plain(text, Kind::Int).as_deref(), Ok(expected), "{text}");
        }
        for text in ["three", "1e40", "99999999999999999999", "--1", "0x", "."] {
            assert!(plain(text, Kind::Int).is_err(), "{text}");
        }
    }

    #[test]
    fn a_quoted_number_is_a_text() {
        let quoted = Scalar { text: "3".to_owned(), plain: false };
        assert!(decode(&quoted, Kind::Int).is_err());
        assert_eq!(decode(&quoted, Kind::Text).map(|decoded| decoded.text).as_deref(), Ok("3"));
    }
}
