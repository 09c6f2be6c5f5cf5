//! The conditions that people write most, such as `.price > 100 and .s == "BTC"` or `any(.bids[]; .price > 7)`, asked
//! of the bytes of a payload without making values of it. Where the answer might differ from that of jq there is none,
//! and jq is asked.

use crate::payload::document::Lexer;

use super::place::{Path, Place, Unclear, Value, any_inside, any_part, locate, value};

/// A condition. It holds where one of its outputs is neither null nor false.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Simple {
    And(Box<Simple>, Box<Simple>),
    Or(Box<Simple>, Box<Simple>),
    Compare(Path, Operator, Literal),
    /// The value is there, and is neither null nor false.
    There(Path),
    /// The condition sees what stands at a path.
    Within(Path, Box<Simple>),
    /// The condition has an output for each of the parts.
    Each(Parts, Box<Simple>),
    /// Whether the condition holds, as one output.
    Any(Box<Simple>),
    /// Whether it does not.
    Not(Box<Simple>),
}

/// Parts of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parts {
    /// Its elements or members: `.[]`.
    Direct,
    /// The value itself and all that is inside of it: `..`.
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Literal {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
}

impl Simple {
    /// What is asked is the value itself.
    pub const THERE: Self = Self::There(Path::new());

    /// Whether a payload meets the condition; `None` if jq must be asked.
    pub fn matches(&self, payload: &[u8]) -> Option<bool> {
        if !payload.is_ascii() && str::from_utf8(payload).is_err() {
            return None;
        }
        let mut lexer = Lexer::default();
        while lexer.token(payload).ok()?.is_some() {}
        self.holds(payload, Some(0)).ok()
    }

    fn holds(&self, payload: &[u8], at: Place) -> Result<bool, Unclear> {
        match self {
            Self::And(one, other) => Ok(one.holds(payload, at)? && other.holds(payload, at)?),
            Self::Or(one, other) => Ok(one.holds(payload, at)? || other.holds(payload, at)?),
            Self::There(path) => {
                let value = value(payload, locate(payload, at, path)?)?;
                Ok(!matches!(value, Value::Null | Value::Bool(false)))
            }
            Self::Compare(path, operator, literal) => {
                Ok(operator.holds(value(payload, locate(payload, at, path)?)?, literal))
            }
            Self::Within(path, inside) => inside.holds(payload, locate(payload, at, path)?),
            Self::Each(parts, inside) => {
                let at = locate(payload, at, &[])?;
                let any = match parts {
                    Parts::Direct => any_part,
                    Parts::All => any_inside,
                };
                any(payload, at, &mut |part| inside.holds(payload, part))
            }
            Self::Any(inside) => inside.holds(payload, at),
            Self::Not(inside) => Ok(!inside.holds(payload, at)?),
        }
    }

    /// Whether it has one output whatever it sees, or an error.
    pub fn has_one_output(&self) -> bool {
        match self {
            Self::And(one, other) | Self::Or(one, other) => one.has_one_output() && other.has_one_output(),
            Self::Within(_, inside) => inside.has_one_output(),
            Self::Compare(..) | Self::There(_) | Self::Any(_) | Self::Not(_) => true,
            Self::Each(..) => false,
        }
    }

    /// The same, of what stands at a path.
    pub fn within(self, path: Path) -> Self {
        if path.is_empty() { self } else { Self::Within(path, self.into()) }
    }

    /// Whether this one output is false or null.
    pub fn negated(self) -> Self {
        Self::Not(self.into())
    }

    /// This, piped into a condition; `None` if that is not so simple.
    pub fn then(self, next: Self) -> Option<Self> {
        match self {
            Self::There(path) => Some(next.within(path)),
            Self::Within(path, inside) => Some(inside.then(next)?.within(path)),
            Self::Each(parts, inside) => Some(Self::Each(parts, inside.then(next)?.into())),
            truth if next == Self::THERE.negated() && truth.has_one_output() => Some(truth.negated()),
            _ => None,
        }
    }

    /// Texts that a payload has if it matches: names of members and values, unless they are written with escapes.
    pub fn needed(&self, texts: &mut Vec<String>) {
        match self {
            Self::And(one, other) => {
                one.needed(texts);
                other.needed(texts);
            }
            // What is not there is null, which sorts before all else.
            Self::Compare(_, Operator::Unequal | Operator::Less | Operator::AtMost, _)
            | Self::Compare(_, _, Literal::Null)
            | Self::Or(..)
            | Self::Not(_) => {}
            Self::Compare(path, operator, literal) => {
                texts.extend(path.iter().cloned());
                if let (Operator::Equal, Literal::Text(text)) = (operator, literal) {
                    texts.push(text.clone());
                }
            }
            Self::There(path) => texts.extend(path.iter().cloned()),
            Self::Within(path, inside) => {
                if inside.holds(b"null", Some(0)) != Ok(true) {
                    texts.extend(path.iter().cloned());
                }
                inside.needed(texts);
            }
            Self::Each(_, inside) | Self::Any(inside) => inside.needed(texts),
        }
    }
}

impl Operator {
    fn holds(self, value: Value<'_>, literal: &Literal) -> bool {
        let order = order(value, literal);
        match self {
            Self::Equal => order.is_eq(),
            Self::Unequal => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::More => order.is_gt(),
            Self::AtLeast => order.is_ge(),
        }
    }
}

fn order(value: Value<'_>, literal: &Literal) -> std::cmp::Ordering {
    let kind = |nth: u8| nth;
    let own = match value {
        Value::Null => kind(0),
        Value::Bool(_) => 1,
        Value::Number(_) => 2,
        Value::Text(_) => 3,
        Value::Array => 4,
        Value::Object => 5,
    };
    let (other, same) = match (literal, value) {
        (Literal::Null, _) => (0, std::cmp::Ordering::Equal),
        (Literal::Bool(literal), Value::Bool(value)) => (1, value.cmp(literal)),
        (Literal::Number(literal), Value::Number(value)) => (2, value.total_cmp(literal)),
        (Literal::Text(literal), Value::Text(value)) => (3, value.cmp(literal.as_bytes())),
        (Literal::Bool(_), _) => (1, std::cmp::Ordering::Equal),
        (Literal::Number(_), _) => (2, std::cmp::Ordering::Equal),
        (Literal::Text(_), _) => (3, std::cmp::Ordering::Equal),
    };
    own.cmp(&other).then(same)
}
