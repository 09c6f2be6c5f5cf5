//! A value of any type as one line of text, for maps with values of any type (`jwt.claims`).
//!
//! The text is YAML in flow style, read as the pipeline's library reads it: `1900000000` is a
//! number, `"1900000000"` a text, `yes` a text, `2030-01-01` a timestamp, `[a, 1]` a list.

use serde_json::{Map, Number, Value};

use crate::config::schema::{Field, Kind};

use super::scalar::parse_integer;

/// The type of a value; its words are for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "lowercase")]
pub enum ValueType {
    Null,
    #[strum(to_string = "true or false")]
    Bool,
    Number,
    Text,
    List,
    Map,
}

/// Parses a text as a value.
///
/// # Errors
///
/// It begins as a list, a map or a quoted text but is not valid YAML, or JSON cannot represent the value.
pub fn typed(text: &str) -> Result<Value, String> {
    if text.starts_with(['[', '{', '"', '\'']) {
        let parsed: serde_yaml::Value =
            serde_yaml::from_str(text).map_err(|_| "its brackets or quotes do not match".to_owned())?;
        return nested(parsed);
    }
    plain(text)
}

/// The type of a text in a field that takes values of any type; `None` for other fields.
///
/// # Errors
///
/// Those of [`typed`].
#[must_use]
pub fn type_of(path: &str, text: &str) -> Option<Result<ValueType, String>> {
    Field::at(path).filter(|field| field.kind == Kind::AnyMap && field.path != path)?;
    Some(typed(text).map(|value| match value {
        Value::Null => ValueType::Null,
        Value::Bool(_) => ValueType::Bool,
        Value::Number(_) => ValueType::Number,
        Value::String(_) => ValueType::Text,
        Value::Array(_) => ValueType::List,
        Value::Object(_) => ValueType::Map,
    }))
}

/// The text that [`typed`] parses as this value.
#[must_use]
pub fn to_text(value: &Value) -> String {
    match value {
        Value::String(text) if typed(text).as_ref() == Ok(value) => text.clone(),
        other => other.to_string(),
    }
}

/// Parses a scalar without quotes by the rules of Go's `yaml.v3`.
pub(super) fn plain(text: &str) -> Result<Value, String> {
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF" | ".nan"
        | ".NaN" | ".NAN" => return Err(format!("JSON has no number {text}")),
        _ => number(text).or_else(|| timestamp(text)).unwrap_or_else(|| Value::String(text.to_owned())),
    })
}

fn number(text: &str) -> Option<Value> {
    if !text.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first)) {
        return None;
    }
    let digits = text.replace('_', "");
    if let Some(number) = parse_integer(&digits) {
        return Some(number.into());
    }
    if let Ok(number) = digits.parse::<u64>() {
        return Some(number.into());
    }
    let is_float = digits.bytes().any(|byte| byte.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    if !is_float {
        return None;
    }
    digits.parse().ok().and_then(Number::from_f64).map(Value::Number)
}

/// A timestamp as Go's JSON writes it: `2030-01-01` becomes `2030-01-01T00:00:00Z`.
fn timestamp(text: &str) -> Option<Value> {
    if text.len() < 8 || text.as_bytes().get(4) != Some(&b'-') {
        return None;
    }
    if text.len() == 10 {
        let day: jiff::civil::Date = text.parse().ok()?;
        return Some(format!("{day}T00:00:00Z").into());
    }
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        // An offset other than Z is kept as written.
        return Some(if text.ends_with('Z') { at.to_string() } else { text.replacen(' ', "T", 1) }.into());
    }
    let time = text.parse::<jiff::civil::DateTime>().ok().filter(|_| text.contains(' '))?;
    Some(format!("{time}Z").into())
}

fn nested(value: serde_yaml::Value) -> Result<Value, String> {
    use serde_yaml::Value as Yaml;
    Ok(match value {
        Yaml::Null => Value::Null,
        Yaml::Bool(is) => is.into(),
        Yaml::String(text) => text.into(),
        Yaml::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(number), ..) => number.into(),
            (_, Some(number), _) => number.into(),
            (_, _, number) => number
                .and_then(Number::from_f64)
                .map(Value::Number)
                .ok_or_else(|| "JSON has no such number".to_owned())?,
        },
        Yaml::Sequence(items) => items.into_iter().map(nested).collect::<Result<Vec<_>, _>>()?.into(),
        Yaml::Mapping(entries) => {
            let mut map = Map::new();
            for (key, value) in entries {
                let Yaml::String(key) = key else {
                    return Err(
                        "a map in it has a key that is not a text, which JSON does not allow".to_owned()
                    );
                };
                map.insert(key, nested(value)?);
            }
            map.into()
        }
        Yaml::Tagged(tagged) => nested(tagged.value)?,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn scalars_have_the_types_of_the_pipeline() {
        let table = [
            ("1900000000", json!(1_900_000_000)),
            ("-7", json!(-7)),
            ("010", json!(8)),
            ("0x10", json!(16)),
            ("1_000", json!(1000)),
            ("18446744073709551615", json!(u64::MAX)),
            ("1.5", json!(1.5)),
            (".5", json!(0.5)),
            ("1e3", json!(1000.0)),
            ("true", json!(true)),
            ("FALSE", json!(false)),
            ("yes", json!("yes")),
            ("", json!(null)),
            ("~", json!(null)),
            ("ann", json!("ann")),
            ("1.2.3", json!("1.2.3")),
            ("+", json!("+")),
            ("2030-01-01", json!("2030-01-01T00:00:00Z")),
            ("2030-01-01T10:00:00Z", json!("2030-01-01T10:00:00Z")),
            ("2030-01-01 10:00:00", json!("2030-01-01T10:00:00Z")),
            ("2030-13-01", json!("2030-13-01")),
            ("\"1900000000\"", json!("1900000000")),
            ("'true'", json!("true")),
            ("[a, 1, true]", json!(["a", 1, true])),
            ("{\"roles\": [\"a\"], \"n\": 1.5}", json!({"n": 1.5, "roles": ["a"]})),
        ];
        for (text, expected) in table {
            assert_eq!(typed(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn only_a_claim_has_a_type() {
        let word =
            |path, text| type_of(path, text).map(|one| one.map_or("wrong".to_owned(), |one| one.to_string()));
        for (text, expected) in [
            ("7", "number"),
            ("\"7\"", "text"),
            ("", "null"),
            ("[a]", "list"),
            ("{a: 1}", "map"),
            ("[a", "wrong"),
        ] {
            assert_eq!(word("jwt.claims.exp", text), Some(expected.to_owned()), "{text}");
        }
        assert_eq!(word("jwt.claims", "7"), None);
        assert_eq!(word("headers.X-Number", "7"), None);
    }

    #[test]
    fn a_value_that_json_cannot_represent_is_an_error() {
        for text in [".inf", "-.Inf", ".nan", "{1: x}", "[{true: x}]", "[a, b", "\"open", "[.inf]"] {
            assert!(typed(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_written_value_reads_back() {
        let values = [
            json!("plain"),
            json!("1900000000"),
            json!("true"),
            json!("2030-01-01"),
            json!(""),
            json!("[not a list"),
            json!("two\nlines"),
            json!(1.5),
            json!(null),
            json!(["a", {"b": false}]),
        ];
        for value in values {
            assert_eq!(typed(&to_text(&value)), Ok(value.clone()), "{}", to_text(&value));
        }
    }
}
