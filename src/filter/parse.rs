//! From the text of a filter to its terms, or to an error that says what would be right.

use std::{iter::Peekable, str::Chars};

use regex::bytes::RegexBuilder;

use super::{
    term::{Pattern, Term},
    word,
};

/// Why a filter cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the filter cannot be read at column {column}: {message}")]
pub struct FilterError {
    /// Where it went wrong, in characters, counted from 1.
    pub column: usize,
    /// What is wrong and what would be right.
    pub message: String,
}

/// Reads all terms of a filter.
pub(super) fn terms(text: &str) -> Result<Vec<Term>, FilterError> {
    let mut reader = Reader { rest: text.chars().peekable(), column: 1 };
    let mut terms = Vec::new();
    while let Some(term) = reader.term()? {
        terms.push(term);
    }
    Ok(terms)
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    /// Of the character that comes next.
    column: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let next = self.rest.next()?;
        self.column += 1;
        Some(next)
    }

    fn next_if(&mut self, wanted: impl FnOnce(char) -> bool) -> Option<char> {
        let next = self.rest.next_if(|&next| wanted(next))?;
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
        let unclosed =
            || error(column, r#"the phrase has no end, write "like this" (a quote inside it is \")"#);
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
                r#"the phrase is empty, write the text between the quotes: "like this""#,
            ));
        }
        self.ends_here(
            r#"a phrase ends with its quote, put a blank behind it or write \" for a quote inside"#,
        )?;
        Ok(word::pattern(&phrase))
    }

    fn regex(&mut self) -> Result<Pattern, FilterError> {
        let column = self.column;
        let unclosed = || {
            error(
                column,
                r#"the regex has no end, write /like this/ (to find the text itself, put it in "quotes")"#,
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
                "the regex is empty, write the pattern between the slashes: /like this/",
            ));
        }
        let any_case = self.next_if(|next| next == 'i').is_some();
        self.ends_here(
            r#"the one flag behind a regex is i, as in /error/i (a slash inside it is \/, text goes in "quotes")"#,
        )?;
        let regex = RegexBuilder::new(&source).case_insensitive(any_case).build();
        regex.map(Pattern::Regex).map_err(|problem| explain(column, &source, &problem))
    }

    fn ends_here(&mut self, otherwise: &str) -> Result<(), FilterError> {
        match self.rest.peek() {
            Some(next) if !next.is_whitespace() => Err(error(self.column, otherwise)),
            _ => Ok(()),
        }
    }
}

fn nothing_to_exclude(column: usize) -> FilterError {
    error(column, r#"there is nothing behind the !, write !word, or "!" to find one"#)
}

fn error(column: usize, message: &str) -> FilterError {
    FilterError { column, message: message.to_owned() }
}

/// The last line of the regex engine's explanation; its drawing of the place has no room in a line.
fn explain(column: usize, source: &str, problem: &regex::Error) -> FilterError {
    let text = problem.to_string();
    let last = text.lines().last().unwrap_or_default().trim();
    let reason = last.strip_prefix("error: ").unwrap_or(last);
    let message = format!(
        "/{source}/ is not a regex: {reason}; signs such as ( [ * stand for themselves behind a backslash, \
         or in \"quotes\""
    );
    FilterError { column, message }
}

#[cfg(test)]
mod tests {
    use crate::filter::Filter;

    #[test]
    fn a_filter_that_cannot_be_read_names_the_column_and_what_would_be_right() {
        for (text, column, part) in [
            (r#"a "b c"#, 3, "the phrase has no end"),
            (r#"ä ö "b"#, 5, "the phrase has no end"),
            (r#""a"b"#, 4, "put a blank behind it"),
            (r#""""#, 1, "the phrase is empty"),
            ("x /ab", 3, "the regex has no end"),
            (r"/ab\/", 1, "the regex has no end"),
            ("//", 1, "the regex is empty"),
            ("/ab/x", 5, "the one flag behind a regex is i"),
            ("a !", 3, "there is nothing behind the !"),
            ("! a", 1, "there is nothing behind the !"),
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
