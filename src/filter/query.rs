//! One value of a JSON payload, by an expression of jq.

use jaq_json::Val;

use super::{error::FilterError, jq::Jq};

/// An expression that takes a value out of a payload: `.id`, `.result.token`.
#[derive(Clone, Debug)]
pub struct Query(Jq);

impl Query {
    /// Compiles an expression.
    ///
    /// # Errors
    ///
    /// It is not written in jq's language, or could run for ever; the column counts from its beginning.
    pub fn parse(source: &str) -> Result<Self, FilterError> {
        Jq::parse(source).map(Self).map_err(|error| FilterError {
            column: source[..error.at].chars().count() + 1,
            message: error.message,
        })
    }

    /// Its first value in a payload: text without its quotes, anything else as JSON. `None` if the payload is not JSON,
    /// and for `null`.
    #[must_use]
    pub fn first(&self, payload: &[u8]) -> Option<String> {
        self.0.first(payload, |value| match value {
            Val::Null => None,
            Val::TStr(text) => Some(String::from_utf8_lossy(&text).into_owned()),
            value => Some(value.to_string()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Query;

    fn first(source: &str, payload: &str) -> Option<String> {
        Query::parse(source).expect("it is jq").first(payload.as_bytes())
    }

    #[test]
    fn text_comes_without_quotes_and_numbers_as_they_were_sent() {
        let payload = r#"{"id":12345678901234567890123,"px":1.50,"s":"a\"b","o":{"x":[1]},"n":null}"#;
        for (source, value) in [
            (".id", Some("12345678901234567890123")),
            (".px", Some("1.50")),
            (".s", Some("a\"b")),
            (".o", Some(r#"{"x":[1]}"#)),
            (".n", None),
            (".missing", None),
        ] {
            assert_eq!(first(source, payload).as_deref(), value, "{source}");
        }
        assert_eq!(first(".id", "no JSON"), None);
    }

    #[test]
    fn an_error_has_its_column() {
        let error = Query::parse(".a | nosuch").expect_err("jq does not know it");
        assert_eq!(error.column, 6);
    }
}
