//! The way from the top of a JSON text to a place in it, as jq writes it.

use std::{fmt::Write as _, ops::Range};

use super::lexer::{Lexeme, Token};

/// How many levels of a way are known; further in, only the depth is.
pub(super) const LEVELS: usize = 64;

/// A step inwards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Step {
    /// Before the first member or element.
    #[default]
    Before,
    /// The member whose name, with its quotes, stands here.
    Member(Range<usize>),
    /// The element with this number, counted from 0.
    Element(u64),
}

/// The steps to a place, kept token by token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Trail {
    steps: Vec<Step>,
    /// Whether the value that comes has a name.
    is_member: bool,
}

impl Trail {
    /// The steps to a place at this depth.
    pub fn steps(&self, depth: usize) -> &[Step] {
        &self.steps[..depth.min(self.steps.len())]
    }

    /// Passes a token that stands at this depth.
    pub fn pass(&mut self, lexeme: &Lexeme, depth: usize) {
        let has_name = std::mem::replace(&mut self.is_member, lexeme.token == Token::Colon);
        let inner = depth.checked_sub(1).and_then(|inner| self.steps.get_mut(inner));
        match (lexeme.token, inner) {
            (Token::Name, Some(step)) => *step = Step::Member(lexeme.start..lexeme.end),
            (Token::Name | Token::Colon | Token::Comma | Token::Close, _) => {}
            (_, Some(step)) if !has_name => *step = step.next_element(),
            _ => {}
        }
        match lexeme.token {
            Token::Open if depth < LEVELS => {
                self.steps.truncate(depth);
                self.steps.push(Step::Before);
            }
            Token::Close => self.steps.truncate(depth - 1),
            _ => {}
        }
    }

    /// Leaves out what is inside of a bracket at this depth.
    pub fn skip(&mut self, depth: usize) {
        self.steps.truncate(depth);
    }
}

impl Step {
    fn next_element(&self) -> Self {
        match self {
            Self::Element(nth) => Self::Element(nth + 1),
            Self::Before | Self::Member(_) => Self::Element(0),
        }
    }
}

/// `.data[3]."odd name"`; the top is `.`.
pub(super) fn written(steps: &[Step], text: &[u8]) -> String {
    path_with(steps, text, true)
}

/// The same for all elements of an array alike: `.data[]`.
pub(super) fn pattern(steps: &[Step], text: &[u8]) -> String {
    path_with(steps, text, false)
}

fn path_with(steps: &[Step], text: &[u8], has_numbers: bool) -> String {
    let mut path = String::new();
    for step in steps {
        match step {
            Step::Before => {}
            Step::Element(nth) => {
                let dot = if path.is_empty() { "." } else { "" };
                let number = if has_numbers { nth.to_string() } else { String::new() };
                // Writing to a string does not fail.
                let _ = write!(path, "{dot}[{number}]");
            }
            Step::Member(name) => {
                let name = String::from_utf8_lossy(&text[name.clone()]);
                let bare = name.trim_matches('"');
                path.push('.');
                path.push_str(if is_identifier(bare) { bare } else { &name });
            }
        }
    }
    if path.is_empty() { ".".to_owned() } else { path }
}

/// Whether jq takes a name without quotes.
fn is_identifier(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}
