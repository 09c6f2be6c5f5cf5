//! Parses the text of a filter into terms.

use std::{iter::Peekable, str::Chars};

use regex::bytes::RegexBuilder;

use super::{
    term::{Pattern, Term},
    word,
};

/// Why a filter is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the filter cannot be read at column {column}: {message}")]
pub struct FilterError {
    /// The position of the error in characters, counted from 1.
    pub column: usize,
    /// What is wrong, and what would fix it.
    pub message: String,
}

/// Parses all terms of a filter.
pub(super) fn terms(text: &str) -> Result<Vec<Term>, FilterError> {
    let mut parser = Parser { rest: text.chars().peekable(), column: 1 };
    let mut terms = Vec::new();
    while let Some(term) = parser.term()? {
        terms.push(term);
    }
    Ok(terms)
}

struct Parser<'a> {
    rest: Peekable<Chars<'a>>,
    /// The column of the next character.
    column: usize,
}

impl Parser<'_> {
    fn next(&mut self) -> Option<char> {
        let next = self.rest.next()?;
        self.column += 1;
        Some(next)
    }

    fn next_if(&mut self, is_match: impl FnOnce(char) -> bool) -> Option<char> {
        let next = self.rest.next_if(|&next| is_match(next))?;
        self.column += 1;
        Some(next)
    }

    fn term(&mut self) -> Result<Option<Term>, FilterError> {
        while self.next_if(char::is_whitespace).is_some() {}
        let column = self.column;
        let wanted = self.next_if(|next| next == '!').is_none();
        let pattern = match self.rest.peek() {
            None if wanted => return Ok(None),
            None => return Err(nothing_to_exclude(column)),
            Some(next) if next.is_whitespace() => return Err(nothing_to_exclude(column)),
            Some('"') => self.phrase()?,
            Some('/') => self.regex()?,
            Some(_) => self.word(),
        };
        Ok(Some(Term { wanted, pattern }))
    }

    fn word(&mut self) -> Pattern {
        let mut word = String::new();
        while let Some(next) = self.next_if(|next| !next.is_whitespace()) {
            word.push(next);
        }
        word::pattern(&word)
    }

    fn phrase(&mut self) -> Result<Pattern, FilterError> {
        let column = self.column;
        let unclosed = || {
            error(
                column,
                r#"the phrase has no closing quote; write "like this", and \" for a quote inside it"#,
            )
        };
        let mut phrase = String::new();
        self.next();
        loop {
            match self.next().ok_or_else(unclosed)? {
                '"' => break,
                '\\' => phrase.push(self.next_if(|next| matches!(next, '"' | '\\')).unwrap_or('\\')),
                other => phrase.push(other),
            }
        }
        if phrase.is_empty() {
            return Err(error(
                column,
                r#"the phrase is empty; write the text between the quotes: "like this""#,
            ));
        }
        self.expect_end(
            r#"text follows the closing quote; put a space between them, or write \" for a quote inside the phrase"#,
        )?;
        Ok(word::pattern(&phrase))
    }

    fn regex(&mut self) -> Result<Pattern, FilterError> {
        let column = self.column;
        let unclosed = || {
            error(
                column,
                r#"the regex has no closing slash; write /like this/, or put literal text in "quotes""#,
            )
        };
        let mut source = String::new();
        self.next();
        loop {
            match self.next().ok_or_else(unclosed)? {
                '/' => break,
                '\\' if self.next_if(|next| next == '/').is_some() => source.push('/'),
                '\\' => {
                    source.push('\\');
                    source.push(self.next().ok_or_else(unclosed)?);
                }
                other => source.push(other),
            }
        }
        if source.is_empty() {
            return Err(error(
                column,
                "the regex is empty; write the pattern between the slashes: /like this/",
            ));
        }
        let any_case = self.next_if(|next| next == 'i').is_some();
        self.expect_end(
            r#"the only flag of a regex is i, as in /error/i; write \/ for a slash inside it, or put literal text in "quotes""#,
        )?;
        let regex = RegexBuilder::new(&source).case_insensitive(any_case).build();
        regex.map(Pattern::Regex).map_err(|problem| explain(column, &source, &problem))
    }

    fn expect_end(&mut self, message: &str) -> Result<(), FilterError> {
        match self.rest.peek() {
            Some(next) if !next.is_whitespace() => Err(error(self.column, message)),
            _ => Ok(()),
        }
    }
}

fn nothing_to_exclude(column: usize) -> FilterError {
    error(
        column,
        r#"nothing follows the !; write !word to exclude a word, or "!" to find an exclamation mark"#,
    )
}

fn error(column: usize, message: &str) -> FilterError {
    FilterError { column, message: message.to_owned() }
}

/// The last line of the regex engine's error; the lines before it draw the position.
fn explain(column: usize, source: &str, problem: &regex::Error) -> FilterError {
    let text = problem.to_string();
    let last = text.lines().last().unwrap_or_default().trim();
    let reason = last.strip_prefix("error: ").unwrap_or(last);
    let message = format!(
        "/{source}/ is not a regex: {reason}; write a backslash before literal signs such as ( [ *, \
         or put the text in \"quotes\""
    );
    FilterError { column, message }
}

#[cfg(test)]
mod tests {
    use crate::filter::Filter;

    #[test]
    fn an_invalid_filter_is_refused_with_the_column_and_a_fix() {
        for (text, column, part) in [
            (r#"a "b c"#, 3, "the phrase has no closing quote"),
            (r#"ä ö "b"#, 5, "the phrase has no closing quote"),
            (r#""a"b"#, 4, "put a space between them"),
            (r#""""#, 1, "the phrase is empty"),
            ("x /ab", 3, "the regex has no closing slash"),
            (r"/ab\/", 1, "the regex has no closing slash"),
            ("//", 1, "the regex is empty"),
            ("/ab/x", 5, "the only flag of a regex is i"),
            ("a !", 3, "nothing follows the !"),
            ("! a", 1, "nothing follows the !"),
            ("a /(b/", 3, "/(b/ is not a regex: unclosed group"),
        ] {
            let error = Filter::parse(text).expect_err("it must be refused");
            assert_eq!(error.column, column, "{text}: {error}");
            assert!(error.message.contains(part), "{text}: {error}");
            assert!(!error.to_string().contains('\n'), "{text}: {error}");
        }
    }

    #[test]
    fn a_regex_that_would_take_too_much_memory_is_refused() {
        let error = Filter::parse(r"/\w{1000}{1000}/").expect_err("it must be refused");
        assert!(error.message.contains("is not a regex"), "{error}");
    }
}
