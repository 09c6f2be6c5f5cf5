//! All values of a JSON text that are not brackets, each with its path.

use std::{collections::BTreeSet, ops::Range};

use strum::{EnumString, IntoStaticStr};

use super::{
    lexer::{Fault, Lexer, Token},
    path::{Step, Trail, pattern, written},
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

/// What kind of value stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum LeafKind {
    Null,
    Bool,
    Number,
    Text,
    EmptyArray,
    EmptyObject,
}

impl LeafKind {
    /// The kind as text: `number`, `empty-array`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        self.into_str()
    }

    /// The kind with this text.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        word.parse().ok()
    }
}

/// The paths of a text, all elements of an array alike, with the kinds of their values.
pub type Outline = BTreeSet<(String, LeafKind)>;

/// The first values of a text, at most so many.
#[must_use]
pub fn leaves(text: &[u8], most: usize) -> Leaves {
    let mut leaves = Vec::new();
    let read = each(text, &mut |steps, value| {
        leaves.push(Leaf { path: written(steps, text), value });
        leaves.len() < most
    });
    Leaves { leaves, is_cut: read != Ok(true) }
}

/// The paths of a JSON text with at most so many values; `None` if it is not JSON, or longer.
#[must_use]
pub fn outline(text: &[u8], most: usize) -> Option<Outline> {
    let mut outline = Outline::new();
    let mut count = 0;
    let read = each(text, &mut |steps, value| {
        let kind = match text[value.start] {
            b'n' => LeafKind::Null,
            b't' | b'f' => LeafKind::Bool,
            b'"' => LeafKind::Text,
            b'[' => LeafKind::EmptyArray,
            b'{' => LeafKind::EmptyObject,
            _ => LeafKind::Number,
        };
        outline.insert((pattern(steps, text), kind));
        count += 1;
        count < most
    });
    (read == Ok(true)).then_some(outline)
}

/// A hash of the names and the kinds of values of a JSON text, in their order: texts with the same one have the same
/// [`outline`]. `None` if it is not JSON. Much faster than the outline.
#[must_use]
pub fn fingerprint(text: &[u8]) -> Option<u64> {
    let mut lexer = Lexer::default();
    // FNV-1a, with a byte for each kind of token.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let mut any = false;
    while let Some(lexeme) = lexer.token(text).ok()? {
        any = true;
        match lexeme.token {
            Token::Name => text.get(lexeme.start..lexeme.end)?.iter().for_each(|byte| add(*byte)),
            Token::Colon | Token::Comma => {}
            Token::Open | Token::Close | Token::Empty => add(*text.get(lexeme.start)?),
            Token::Text => add(b'"'),
            Token::Number => add(b'0'),
            Token::Literal if text.get(lexeme.start) == Some(&b'n') => add(b'n'),
            Token::Literal => add(b't'),
        }
    }
    any.then_some(hash)
}

/// Goes through the values while `take` wants more; whether it came to the end.
fn each(text: &[u8], take: &mut dyn FnMut(&[Step], Range<usize>) -> bool) -> Result<bool, Fault> {
    let (mut lexer, mut trail) = (Lexer::default(), Trail::default());
    loop {
        let depth = lexer.position().depth;
        let Some(lexeme) = lexer.token(text)? else { return Ok(true) };
        trail.pass(&lexeme, depth);
        if let Token::Text | Token::Number | Token::Literal | Token::Empty = lexeme.token
            && !take(trail.steps(depth), lexeme.start..lexeme.end)
        {
            return Ok(false);
        }
    }
}
