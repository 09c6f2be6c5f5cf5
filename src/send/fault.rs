//! Why what is written cannot be sent, and where.

use std::fmt;

/// What is wrong in a message or a script, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Line and column in characters, each counted from 1; `None` if it is not about a place.
    pub place: Option<(usize, usize)>,
    /// What is wrong, and what would fix it.
    pub message: String,
}

impl Fault {
    /// A fault of the whole.
    pub(super) fn whole(message: impl Into<String>) -> Self {
        Self { place: None, message: message.into() }
    }

    /// A fault at this byte of `text`.
    pub(super) fn at(text: &str, byte: usize, message: impl Into<String>) -> Self {
        let before = &text[..text.floor_char_boundary(byte)];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let place = (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1);
        Self { place: Some(place), message: message.into() }
    }

    /// The same in a text whose first line begins at this place.
    #[must_use]
    pub fn within(self, line: usize, column: usize) -> Self {
        let place = match self.place {
            None => (line, column),
            Some((1, inner)) => (line, column + inner - 1),
            Some((inner_line, inner)) => (line + inner_line - 1, inner),
        };
        Self { place: Some(place), ..self }
    }
}

/// The line is left out where it is the first.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            None => {}
            Some((1, column)) => write!(f, "column {column}: ")?,
            Some((line, column)) => write!(f, "line {line}, column {column}: ")?,
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}
