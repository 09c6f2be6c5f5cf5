//! Whether a text is JSON, with the words of an error.

/// Whether a text is JSON.
///
/// # Errors
///
/// Where it stops being JSON, by line and column, and why.
pub fn check(text: &str) -> serde_json::Result<()> {
    serde_json::from_str::<serde::de::IgnoredAny>(text).map(drop)
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn an_error_has_its_line_and_column() {
        assert!(check("{\"a\": [1, 2]}").is_ok());
        let error = check("{\n  \"a\" 1}").expect_err("it is not JSON");
        assert_eq!((error.line(), error.column()), (2, 7));
    }
}
