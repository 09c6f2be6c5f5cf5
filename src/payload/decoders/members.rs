//! The outermost members of an object or an array, read from the front of its text.

use crate::payload::document::{Lexer, Token};

/// How many tokens of a text are looked at.
const TOKENS: usize = 1024;

/// Members with their values as they are spelled; `{` or `[` for what is not a plain value. Those of an array have no name.
#[derive(Debug)]
pub(super) struct Members<'a> {
    pub all: Vec<(&'a str, &'a str)>,
}

impl<'a> Members<'a> {
    pub fn of(text: &'a str) -> Self {
        let (mut lexer, mut name, mut all) = (Lexer::default(), "", Vec::new());
        for _ in 0..TOKENS {
            let depth = lexer.position().depth;
            let Ok(Some(lexeme)) = lexer.token(text.as_bytes()) else { break };
            let spelled = &text[lexeme.start..lexeme.end];
            match lexeme.token {
                _ if depth != 1 => {}
                Token::Name => name = spelled.trim_matches('"'),
                Token::Colon | Token::Comma | Token::Close => {}
                Token::Text | Token::Number | Token::Literal | Token::Open | Token::Empty => {
                    all.push((std::mem::take(&mut name), spelled));
                }
            }
        }
        Self { all }
    }

    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.all.iter().find(|(found, _)| *found == name).map(|(_, value)| *value)
    }

    /// The text of a string, without its quotes.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        unquoted(self.get(name)?)
    }

    /// Whether all names are among these.
    pub fn only(&self, names: &[&str]) -> bool {
        self.all.iter().all(|(name, _)| names.contains(name))
    }
}

/// A string without its quotes.
pub(super) fn unquoted(value: &str) -> Option<&str> {
    value.strip_prefix('"')?.strip_suffix('"')
}
