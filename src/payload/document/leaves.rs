//! All values of a JSON text that are not brackets, each with its path.

use std::ops::Range;

use super::{
    lexer::{Lexer, Token},
    path::{Trail, written},
};

/// A value that is not a bracket with something in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// As jq writes it. Deep inside it ends early.
    pub path: String,
    /// Where it stands in the text.
    pub value: Range<usize>,
}

/// The values of a text, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaves {
    pub leaves: Vec<Leaf>,
    /// Whether there are more, or the text stops being JSON.
    pub is_cut: bool,
}

/// The first values of a text, at most so many.
#[must_use]
pub fn leaves(text: &[u8], most: usize) -> Leaves {
    let (mut lexer, mut trail, mut leaves) = (Lexer::default(), Trail::default(), Vec::new());
    loop {
        let depth = lexer.position().depth;
        let lexeme = match lexer.token(text) {
            Ok(Some(lexeme)) if leaves.len() < most => lexeme,
            found => return Leaves { leaves, is_cut: found != Ok(None) },
        };
        trail.pass(&lexeme, depth);
        if let Token::Text | Token::Number | Token::Literal | Token::Empty = lexeme.token {
            let path = written(trail.steps(depth), text);
            leaves.push(Leaf { path, value: lexeme.start..lexeme.end });
        }
    }
}
