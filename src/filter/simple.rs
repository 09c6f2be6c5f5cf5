//! The conditions that people write most, such as `.price > 100 and .s == "BTC"`, asked of the bytes of a payload
//! without making values of it. Where the answer might differ from that of jq there is none, and jq is asked.

use crate::payload::document::{Lexer, closing};

/// A condition.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Simple {
    And(Box<Simple>, Box<Simple>),
    Or(Box<Simple>, Box<Simple>),
    Compare(Path, Operator, Literal),
    /// The value is there, and is neither null nor false.
    There(Path),
}

/// Names of members, from the top.
pub(super) type Path = Vec<String>;

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

/// A value of a payload, in the order in which jq sorts kinds.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Value<'a> {
    Null,
    Bool(bool),
    Number(f64),
    Text(&'a [u8]),
    Array,
    Object,
}

/// jq must be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Unclear;

/// The path or the number at the end of a text, or at its front; a number is an empty path, and anything else `None`.
pub(super) fn path_at_end(text: &str, at_end: bool) -> Option<Path> {
    let is_operand = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '.';
    let text = text.trim();
    let operand = if at_end {
        let before = text.char_indices().rev().find(|(_, letter)| !is_operand(*letter));
        &text[before.map_or(0, |(at, letter)| at + letter.len_utf8())..]
    } else {
        &text[..text.find(|letter| !is_operand(letter)).unwrap_or(text.len())]
    };
    // A path may go on behind a bracket, which is not looked at.
    let goes_on =
        if at_end { text.ends_with([')', ']']) } else { text[operand.len()..].starts_with(['[', '(', '?']) };
    let mut reader = Reader { rest: operand };
    match operand.chars().next() {
        _ if goes_on => None,
        Some('.') => reader.path().filter(|_| reader.rest.is_empty()),
        Some(first) if first.is_ascii_digit() => Some(Path::new()),
        _ => None,
    }
}

/// Whether a payload has text at a path, or what stands there cannot be told.
pub(super) fn is_text(payload: &[u8], path: &[String]) -> bool {
    locate(payload, path).map_or(true, |at| at.is_some_and(|at| payload.get(at) == Some(&b'"')))
}

impl Simple {
    /// Reads a condition; `None` if it is not so simple.
    pub fn parse(source: &str) -> Option<Self> {
        let mut reader = Reader { rest: source };
        let found = reader.or()?;
        reader.rest.trim().is_empty().then_some(found)
    }

    /// Whether a payload meets the condition; `None` if jq must be asked.
    pub fn matches(&self, payload: &[u8]) -> Option<bool> {
        if !payload.is_ascii() && str::from_utf8(payload).is_err() {
            return None;
        }
        let mut lexer = Lexer::default();
        while lexer.token(payload).ok()?.is_some() {}
        self.holds(payload).ok()
    }

    fn holds(&self, payload: &[u8]) -> Result<bool, Unclear> {
        match self {
            Self::And(one, other) => Ok(one.holds(payload)? && other.holds(payload)?),
            Self::Or(one, other) => Ok(one.holds(payload)? || other.holds(payload)?),
            Self::There(path) => Ok(!matches!(value(payload, path)?, Value::Null | Value::Bool(false))),
            Self::Compare(path, operator, literal) => Ok(operator.holds(value(payload, path)?, literal)),
        }
    }

    /// Names without which nothing matches.
    pub fn needed(&self, names: &mut Vec<String>) {
        match self {
            Self::And(one, other) => {
                one.needed(names);
                other.needed(names);
            }
            // What is not there is null, which sorts before all else.
            Self::Compare(_, Operator::Unequal | Operator::Less | Operator::AtMost, _)
            | Self::Compare(_, _, Literal::Null)
            | Self::Or(..) => {}
            Self::Compare(path, ..) | Self::There(path) => names.extend(path.iter().cloned()),
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

/// Where the value at a path begins in a text that is JSON; `None` where jq finds null in its place.
fn locate(text: &[u8], path: &[String]) -> Result<Option<usize>, Unclear> {
    let mut at = space(text, 0);
    for name in path {
        match text.get(at) {
            Some(b'{') => match member(text, at, name)? {
                Some(found) => at = space(text, found),
                None => return Ok(None),
            },
            Some(b'n') => return Ok(None),
            // jq has an error here.
            _ => return Err(Unclear),
        }
    }
    Ok(Some(at))
}

/// The value at a path in a text that is JSON.
fn value<'a>(text: &'a [u8], path: &[String]) -> Result<Value<'a>, Unclear> {
    let Some(at) = locate(text, path)? else { return Ok(Value::Null) };
    Ok(match text.get(at) {
        Some(b'{') => Value::Object,
        Some(b'[') => Value::Array,
        Some(b'n') => Value::Null,
        Some(b't') => Value::Bool(true),
        Some(b'f') => Value::Bool(false),
        Some(b'"') => Value::Text(plain_text(text, at)?.0),
        _ => Value::Number(number(&text[at..end_of_scalar(text, at)]).ok_or(Unclear)?),
    })
}

/// Where the value of a member begins, in an object that begins at a place: the last of those with that name.
fn member(text: &[u8], object: usize, name: &str) -> Result<Option<usize>, Unclear> {
    let mut found = None;
    let mut at = space(text, object + 1);
    while text.get(at) == Some(&b'"') {
        let (own, behind) = plain_text(text, at)?;
        let start = space(text, space(text, behind) + 1);
        if own == name.as_bytes() {
            found = Some(start);
        }
        let end = match text.get(start) {
            Some(b'{' | b'[') => closing(text, start).0,
            Some(b'"') => end_of_text(text, start),
            _ => end_of_scalar(text, start),
        };
        at = space(text, end);
        if text.get(at) != Some(&b',') {
            break;
        }
        at = space(text, at + 1);
    }
    Ok(found)
}

/// A string that stands for itself, and the place behind it.
fn plain_text(text: &[u8], at: usize) -> Result<(&[u8], usize), Unclear> {
    let inside = text.get(at + 1..).ok_or(Unclear)?;
    match memchr::memchr2(b'"', b'\\', inside) {
        Some(end) if inside[end] == b'"' => Ok((&inside[..end], at + end + 2)),
        _ => Err(Unclear),
    }
}

fn end_of_text(text: &[u8], at: usize) -> usize {
    let mut end = at + 1;
    while let Some(next) = memchr::memchr2(b'"', b'\\', text.get(end..).unwrap_or_default()) {
        end += next + 1;
        if text[end - 1] == b'"' {
            return end;
        }
        end += 1;
    }
    text.len()
}

fn end_of_scalar(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r');
    at + rest.iter().position(ends).unwrap_or(rest.len())
}

fn space(text: &[u8], mut at: usize) -> usize {
    while matches!(text.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// A number of so few digits that it is the same in any arithmetic.
fn number(text: &[u8]) -> Option<f64> {
    let is_short = text.len() <= 15 && !text.iter().any(|byte| matches!(byte, b'e' | b'E'));
    // Minus zero is equal to zero, but not in the order used here.
    let number: f64 = str::from_utf8(text).ok().filter(|_| is_short)?.parse().ok()?;
    Some(number + 0.0)
}

/// Reads the source from the left.
struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn or(&mut self) -> Option<Simple> {
        let mut found = self.and()?;
        while self.word("or") {
            found = Simple::Or(found.into(), self.and()?.into());
        }
        Some(found)
    }

    fn and(&mut self) -> Option<Simple> {
        let mut found = self.condition()?;
        while self.word("and") {
            found = Simple::And(found.into(), self.condition()?.into());
        }
        Some(found)
    }

    fn condition(&mut self) -> Option<Simple> {
        if self.sign("(") {
            let found = self.or()?;
            return self.sign(")").then_some(found);
        }
        let path = self.path()?;
        let operators = [
            ("==", Operator::Equal),
            ("!=", Operator::Unequal),
            ("<=", Operator::AtMost),
            (">=", Operator::AtLeast),
            ("<", Operator::Less),
            (">", Operator::More),
        ];
        match operators.into_iter().find(|(sign, _)| self.sign(sign)) {
            Some((_, operator)) => Some(Simple::Compare(path, operator, self.literal()?)),
            None => Some(Simple::There(path)),
        }
    }

    fn path(&mut self) -> Option<Path> {
        let mut path = Path::new();
        self.rest = self.rest.trim_start();
        while let Some(rest) = self.rest.strip_prefix('.') {
            let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
            let end = rest.find(|letter| !is_letter(letter)).unwrap_or(rest.len());
            let name = &rest[..end];
            if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
                return None;
            }
            path.push(name.to_owned());
            self.rest = &rest[end..];
        }
        (!path.is_empty()).then_some(path)
    }

    fn literal(&mut self) -> Option<Literal> {
        self.rest = self.rest.trim_start();
        for (word, literal) in
            [("null", Literal::Null), ("true", Literal::Bool(true)), ("false", Literal::Bool(false))]
        {
            if self.word(word) {
                return Some(literal);
            }
        }
        if let Some(inside) = self.rest.strip_prefix('"') {
            let end = inside.find(['"', '\\']).filter(|end| inside[*end..].starts_with('"'))?;
            self.rest = &inside[end + 1..];
            return Some(Literal::Text(inside[..end].to_owned()));
        }
        let is_digit = |letter: char| letter.is_ascii_digit() || letter == '.' || letter == '-';
        let end = self.rest.find(|letter| !is_digit(letter)).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        // A minus in front only, and digits on both sides of a dot.
        let is_number = digits
            .strip_prefix('-')
            .unwrap_or(digits)
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
        self.rest = rest;
        is_number.then(|| number(digits.as_bytes()).map(Literal::Number)).flatten()
    }

    fn sign(&mut self, sign: &str) -> bool {
        let rest = self.rest.trim_start().strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn word(&mut self, word: &str) -> bool {
        let rest = self.rest.trim_start().strip_prefix(word);
        let rest = rest.filter(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_'));
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }
}
