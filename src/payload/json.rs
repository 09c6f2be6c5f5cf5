//! Whether a text is JSON, with the words of an error, and JSON spread over lines.

use super::document::{Lexer, Token};

/// Whether a text is JSON.
///
/// # Errors
///
/// Where it stops being JSON, by line and column, and why.
pub fn check(text: &str) -> serde_json::Result<()> {
    serde_json::from_str::<serde::de::IgnoredAny>(text).map(drop)
}

/// JSON spread over lines, each number as it is spelled; `None` if it is not JSON.
#[must_use]
pub fn laid_out(text: &str) -> Option<String> {
    let (mut lexer, mut out, mut depth) = (Lexer::default(), String::with_capacity(text.len() * 2), 0);
    let break_line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", depth));
    };
    while let Some(lexeme) = lexer.token(text.as_bytes()).ok()? {
        let written = text.get(lexeme.start..lexeme.end)?;
        if lexeme.token == Token::Close {
            depth -= 1;
            break_line(&mut out, depth);
        }
        match lexeme.token {
            Token::Empty => out.extend([&written[..1], &written[written.len() - 1..]]),
            _ => out.push_str(written),
        }
        match lexeme.token {
            Token::Colon => out.push(' '),
            Token::Comma => break_line(&mut out, depth),
            Token::Open => {
                depth += 1;
                break_line(&mut out, depth);
            }
            _ => {}
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::{check, laid_out};

    #[test]
    fn json_is_laid_out_with_its_numbers_as_they_are_spelled() {
        let text = r#"{"a":[1.10,{}, { } ],"b":{"c":"x","c":1e400}}"#;
        let lines = "{\n  \"a\": [\n    1.10,\n    {},\n    {}\n  ],\n  \"b\": {\n    \"c\": \"x\",\n    \"c\": 1e400\n  }\n}";
        assert_eq!(laid_out(text).as_deref(), Some(lines));
        assert_eq!(laid_out("{\"a\":").as_deref(), None);
    }

    #[test]
    fn an_error_has_its_line_and_column() {
        assert!(check("{\"a\": [1, 2]}").is_ok());
        let error = check("{\n  \"a\" 1}").expect_err("it is not JSON");
        assert_eq!((error.line(), error.column()), (2, 7));
    }
}
