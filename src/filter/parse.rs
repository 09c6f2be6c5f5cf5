//! Parses the text of a filter into an expression.

use super::{
    error::FilterError,
    expression::Expression,
    extent::{extent, is_jq_group},
    jq::Jq,
    key::{KEYS, Key},
    named::Named,
    nearest::nearest,
    pattern::Pattern,
};

/// How deep parentheses may be nested.
const DEEPEST: usize = 64;

/// Parses a whole filter, in which `@name` is one of these.
pub(super) fn expression(text: &str, named: &Named) -> Result<Expression, FilterError> {
    let mut parser = Parser { text, at: 0, depth: 0, named };
    let found = parser.any()?;
    match parser.peek() {
        None => Ok(found),
        Some(_) => {
            Err(parser.error(parser.at, "this ) closes nothing; remove it, or write \")\" to find one"))
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    /// In bytes.
    at: usize,
    depth: usize,
    named: &'a Named,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// The next character behind blanks.
    fn peek(&mut self) -> Option<char> {
        self.at = self.text.len() - self.rest().trim_start().len();
        self.rest().chars().next()
    }

    fn error(&self, at: usize, message: impl Into<String>) -> FilterError {
        FilterError { column: self.text[..at].chars().count() + 1, message: message.into() }
    }

    /// Takes a word that joins two conditions.
    fn joins(&mut self, word: &str) -> bool {
        self.peek();
        let rest = self.rest().strip_prefix(word);
        let is_whole = rest.is_some_and(|rest| {
            rest.is_empty() || rest.starts_with(|next: char| next.is_whitespace() || "()".contains(next))
        });
        self.at += if is_whole { word.len() } else { 0 };
        is_whole
    }

    fn any(&mut self) -> Result<Expression, FilterError> {
        let mut parts = vec![self.all()?];
        loop {
            let at = self.at;
            if !self.joins("or") {
                break;
            }
            if is_nothing(&parts[parts.len() - 1]) {
                return Err(
                    self.error(self.at - 2, "nothing stands before or; write \"or\" to find the word")
                );
            }
            parts.push(self.all()?);
            if is_nothing(&parts[parts.len() - 1]) {
                self.at = at;
                self.peek();
                return Err(self.error(self.at, "nothing follows or; write \"or\" to find the word"));
            }
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::Any(parts) })
    }

    fn all(&mut self) -> Result<Expression, FilterError> {
        let mut parts = Vec::new();
        while let Some(next) = self.peek() {
            let at = self.at;
            if next == ')' || self.joins("or") {
                self.at = at;
                break;
            }
            if self.joins("and") {
                let is_last = matches!(self.peek(), None | Some(')'));
                let message = match (parts.is_empty(), is_last) {
                    (true, _) => "nothing stands before and; write \"and\" to find the word",
                    (_, true) => "nothing follows and; write \"and\" to find the word",
                    _ => "",
                };
                if !message.is_empty() {
                    return Err(self.error(at, message));
                }
                continue;
            }
            parts.push(self.one()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::All(parts) })
    }

    fn one(&mut self) -> Result<Expression, FilterError> {
        let at = self.at;
        if self.rest().starts_with('!') {
            self.at += 1;
            if self.rest().chars().next().is_none_or(|next| next.is_whitespace() || next == ')') {
                return Err(self.error(
                    at,
                    r#"nothing follows the !; write !word to exclude a word, or "!" to find an exclamation mark"#,
                ));
            }
            return self.nested(at, |parser| Ok(Expression::Not(Box::new(parser.one()?))));
        }
        match self.rest().chars().next() {
            Some('(') if is_jq_group(self.rest()) => self.jq(),
            Some('(') => self.nested(at, Self::group),
            Some('"') => self.phrase().map(|text| Expression::Payload(Pattern::text(&text))),
            Some('/') => self.regex(),
            Some('.') => self.jq(),
            Some('@') => self.named(),
            _ => self.key_or_word(),
        }
    }

    fn nested(
        &mut self,
        at: usize,
        read: impl FnOnce(&mut Self) -> Result<Expression, FilterError>,
    ) -> Result<Expression, FilterError> {
        if self.depth == DEEPEST {
            return Err(self.error(at, "too many parentheses inside one another"));
        }
        self.depth += 1;
        let found = read(self);
        self.depth -= 1;
        found
    }

    fn group(&mut self) -> Result<Expression, FilterError> {
        let at = self.at;
        self.at += 1;
        let inside = self.any()?;
        if self.peek() != Some(')') {
            return Err(
                self.error(at, "this ( is not closed; write ) behind the group, or \"(\" to find one")
            );
        }
        self.at += 1;
        if is_nothing(&inside) {
            return Err(self.error(at, "there is nothing between the parentheses; write \"()\" to find them"));
        }
        Ok(inside)
    }

    fn jq(&mut self) -> Result<Expression, FilterError> {
        let length = extent(self.rest());
        let source = &self.rest()[..length];
        let at = self.at;
        self.at += length;
        Jq::parse(source).map(Expression::Jq).map_err(|error| {
            let hint = if length < 2 {
                "; a filter that begins with a dot is jq, and text with a dot stands in quotes"
            } else {
                ""
            };
            self.error(at + error.at, format!("{}{hint}", error.message))
        })
    }

    fn named(&mut self) -> Result<Expression, FilterError> {
        let at = self.at;
        let word = self.word();
        let name = &word[1..];
        match self.named.get(name) {
            Some(filter) => Ok(filter.clone()),
            None if Named::is_name(name) => {
                Err(self
                    .error(at, format!("{}; write \"{word}\" to find the text", unnamed(name, self.named))))
            }
            None => Ok(Expression::Payload(Pattern::text(word))),
        }
    }

    fn key_or_word(&mut self) -> Result<Expression, FilterError> {
        let at = self.at;
        let word = self.word();
        let Some((name, value)) = word.split_once(':') else {
            return Ok(Expression::Payload(Pattern::text(word)));
        };
        let is_name = name.len() > 1 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let key = Key::find(name);
        if key.is_none() && (!is_name || value.starts_with(['/', '"']) || value.is_empty()) {
            return Ok(Expression::Payload(Pattern::text(word)));
        }
        let Some(key) = key else { return Err(self.error(at, unknown_key(name, word))) };
        let start = at + name.len() + 1;
        let value = if value.starts_with('"') {
            self.at = start;
            self.phrase()?
        } else {
            value.to_owned()
        };
        key.condition(&value).map(Expression::Key).ok_or_else(|| {
            let values = key.values;
            let message = if value.is_empty() {
                format!("{name}: wants a value: {values} ({})", key.doc)
            } else {
                format!("{name}: does not take {value}: write {values} ({})", key.doc)
            };
            self.error(start, message)
        })
    }

    /// A word: up to a blank, or to a `)` that closes a group around it.
    fn word(&mut self) -> &'a str {
        let mut depth = 0_usize;
        let end = self.rest().char_indices().find(|(_, letter)| match letter {
            '(' => {
                depth += 1;
                false
            }
            ')' if depth == 0 => true,
            ')' => {
                depth -= 1;
                false
            }
            letter => letter.is_whitespace(),
        });
        let word = &self.rest()[..end.map_or(self.rest().len(), |(end, _)| end)];
        self.at += word.len();
        word
    }

    /// The text of a phrase; `\"` and `\\` are a quote and a backslash.
    fn phrase(&mut self) -> Result<String, FilterError> {
        let at = self.at;
        let unclosed = || {
            self.error(
                at,
                r#"the phrase has no closing quote; write "like this", and \" for a quote inside it"#,
            )
        };
        let mut phrase = String::new();
        let mut letters = self.rest().char_indices().skip(1).peekable();
        let end = loop {
            match letters.next().ok_or_else(unclosed)? {
                (end, '"') => break end + 1,
                (_, '\\') => {
                    phrase.push(
                        letters
                            .next_if(|(_, next)| matches!(next, '"' | '\\'))
                            .map_or('\\', |(_, next)| next),
                    );
                }
                (_, other) => phrase.push(other),
            }
        };
        if phrase.is_empty() {
            return Err(
                self.error(at, r#"the phrase is empty; write the text between the quotes: "like this""#)
            );
        }
        self.at += end;
        self.expect_end(
            r#"text follows the closing quote; put a space between them, or write \" for a quote inside the phrase"#,
        )?;
        Ok(phrase)
    }

    fn regex(&mut self) -> Result<Expression, FilterError> {
        let at = self.at;
        let unclosed = || {
            self.error(
                at,
                r#"the regex has no closing slash; write /like this/, or put literal text in "quotes""#,
            )
        };
        let mut source = String::new();
        let mut letters = self.rest().char_indices().skip(1).peekable();
        let end = loop {
            match letters.next().ok_or_else(unclosed)? {
                (end, '/') => break end + 1,
                (_, '\\') if letters.next_if(|(_, next)| *next == '/').is_some() => source.push('/'),
                (_, '\\') => {
                    source.push('\\');
                    source.push(letters.next().ok_or_else(unclosed)?.1);
                }
                (_, other) => source.push(other),
            }
        };
        if source.is_empty() {
            return Err(
                self.error(at, "the regex is empty; write the pattern between the slashes: /like this/")
            );
        }
        self.at += end;
        let any_case = self.rest().starts_with('i');
        self.at += usize::from(any_case);
        self.expect_end(
            r#"the only flag of a regex is i, as in /error/i; write \/ for a slash inside it, or put literal text in "quotes""#,
        )?;
        Pattern::regex(&source, any_case)
            .map(Expression::Payload)
            .map_err(|problem| self.error(at, explain(&source, &problem)))
    }

    fn expect_end(&self, message: &str) -> Result<(), FilterError> {
        match self.rest().chars().next() {
            Some(next) if !next.is_whitespace() && next != ')' => Err(self.error(self.at, message)),
            _ => Ok(()),
        }
    }
}

/// Whether an expression was not written at all.
fn is_nothing(expression: &Expression) -> bool {
    matches!(expression, Expression::All(parts) if parts.is_empty())
}

fn unknown_key(name: &str, word: &str) -> String {
    let nearest = match nearest(name, KEYS.iter().map(|key| key.name)) {
        Some(nearest) => format!("the nearest is {nearest}"),
        None => format!("there are {}", KEYS.map(|key| key.name).join(", ")),
    };
    format!("there is no key {name}: {nearest}; write \"{word}\" to find the text")
}

fn unnamed(name: &str, named: &Named) -> String {
    match nearest(name, named.names()) {
        Some(nearest) => format!("no filter is named {name}: the nearest is @{nearest}"),
        None if named.names().next().is_none() => {
            format!(
                "@{name} would be a filter with a name, and none is known here: the screen names them with F"
            )
        }
        None => format!("no filter is named {name}: F lists those there are"),
    }
}

/// The last line of the regex engine's error; the lines before it draw the position.
fn explain(source: &str, problem: &regex::Error) -> String {
    let text = problem.to_string();
    let last = text.lines().last().unwrap_or_default().trim();
    let reason = last.strip_prefix("error: ").unwrap_or(last);
    format!(
        "/{source}/ is not a regex: {reason}; write a backslash before literal signs such as ( [ *, \
         or put the text in \"quotes\""
    )
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
            ("ä (b or c", 3, "this ( is not closed"),
            ("a b) c", 4, "this ) closes nothing"),
            ("a ()", 3, "nothing between the parentheses"),
            ("and a", 1, "nothing stands before and"),
            ("a and", 3, "nothing follows and"),
            ("or a", 1, "nothing stands before or"),
            ("(a or) b", 4, "nothing follows or"),
            ("szie:>3", 1, "the nearest is size"),
            ("colour:red", 1, "there are dir, type"),
            ("ä size:big", 8, "does not take big: write >10k"),
            ("type:", 6, "type: wants a value: text|binary"),
            ("dir:in,up", 5, "does not take in,up"),
            ("id:9..3", 4, "does not take 9..3"),
            ("after:25:00", 7, "does not take 25:00"),
            ("ä .price >", 11, "jq expects"),
            ("btc .price > 1 eth", 16, "words stand before the jq"),
            (".a | range(9)", 6, "could run for ever"),
            ("(.a > 1", 1, "this ( is not closed"),
            ("ä @errors", 3, "none is known here"),
        ] {
            let error = Filter::parse(text).expect_err(text);
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

    #[test]
    fn parentheses_inside_one_another_are_bounded() {
        assert!(Filter::parse(&("(".repeat(60) + "a" + &")".repeat(60))).is_ok());
        for text in ["(".repeat(100_000), "!".repeat(100_000) + "a"] {
            assert!(Filter::parse(&text).is_err());
        }
    }
}
