//! Writes what was decoded as JSON text, value by value, without a tree in memory and without recursion.
//!
//! What JSON has no word for is a string or an object with one member: bytes are `"h'01ff'"`, numbers that are not
//! finite `"NaN"`, tags and extensions `{"tag 1": …}`. Keys that are no strings are their text in quotes.

use std::fmt::{Display, Write as _};

use crate::payload::{decoded::EXPANDED, hex};

/// The deepest nesting that is written.
const DEEPEST: usize = 512;

/// A JSON text that is being written.
#[derive(Debug)]
pub(super) struct Tree {
    pub text: String,
    open: Vec<Level>,
    limit: usize,
    is_done: bool,
    /// How many values were begun.
    pub values: usize,
    /// How many strings that a person can read were written.
    pub readable: usize,
    /// How many bytes those have.
    pub letters: usize,
    /// How many strings were written that no person can read, or that are no text.
    pub odd: usize,
}

/// An array, or an object.
#[derive(Debug)]
struct Level {
    is_map: bool,
    /// How many values are missing, keys counted; `None` until something else says that it ends.
    left: Option<u64>,
    written: u64,
    /// Where the key began that is being written.
    key: Option<usize>,
}

/// The text became too long, or too deep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Full;

impl Tree {
    pub fn new(limit: usize) -> Self {
        Self {
            text: String::new(),
            open: Vec::new(),
            limit: limit.min(EXPANDED),
            is_done: false,
            values: 0,
            readable: 0,
            letters: 0,
            odd: 0,
        }
    }

    /// Whether the outermost value is complete.
    pub const fn is_done(&self) -> bool {
        self.is_done
    }

    /// Opens an array with this many values.
    pub fn array(&mut self, values: Option<u64>) -> Result<(), Full> {
        self.level(false, values)
    }

    /// Opens an object with this many members.
    pub fn map(&mut self, members: Option<u64>) -> Result<(), Full> {
        self.level(true, members.map(|members| members.saturating_mul(2)))
    }

    /// A number or a literal, spelled as it is.
    pub fn plain(&mut self, value: impl Display) -> Result<(), Full> {
        self.begin()?;
        // Writing to a string does not fail.
        let _ = write!(self.text, "{value}");
        self.end()
    }

    pub fn float(&mut self, value: f64) -> Result<(), Full> {
        if value.is_finite() { self.plain(format_args!("{value:?}")) } else { self.word(&not_finite(value)) }
    }

    pub fn short_float(&mut self, value: f32) -> Result<(), Full> {
        if value.is_finite() {
            self.plain(format_args!("{value:?}"))
        } else {
            self.word(&not_finite(value.into()))
        }
    }

    /// A string that was sent.
    pub fn string(&mut self, value: &str) -> Result<(), Full> {
        if value.chars().any(|c| c.is_control() && !c.is_whitespace()) {
            self.odd += 1;
        } else if !value.is_empty() {
            self.readable += 1;
            self.letters += value.len();
        }
        self.word(value)
    }

    pub fn bytes(&mut self, value: &[u8]) -> Result<(), Full> {
        let shown = &value[..value.len().min(self.limit)];
        self.word(&format!("h'{}'", hex::encode(shown)))
    }

    /// Opens an object with one member, whose value follows: `{"tag 1": …}`.
    pub fn named(&mut self, name: &str) -> Result<(), Full> {
        self.map(Some(1))?;
        self.word(name)
    }

    /// A string of ours.
    pub fn word(&mut self, value: &str) -> Result<(), Full> {
        self.begin()?;
        quote(&mut self.text, value);
        self.end()
    }

    /// Ends what was opened without a length. `false` if nothing such is open, or a key has no value.
    pub fn close(&mut self) -> Result<bool, Full> {
        match self.open.last() {
            Some(level) if level.left.is_none() && !(level.is_map && level.written % 2 == 1) => {
                self.shut();
                self.end().map(|()| true)
            }
            _ => Ok(false),
        }
    }

    fn level(&mut self, is_map: bool, left: Option<u64>) -> Result<(), Full> {
        self.begin()?;
        if self.open.len() == DEEPEST {
            return Err(Full);
        }
        self.text.push(if is_map { '{' } else { '[' });
        self.open.push(Level { is_map, left, written: 0, key: None });
        if left == Some(0) {
            self.shut();
            return self.end();
        }
        Ok(())
    }

    fn shut(&mut self) {
        if let Some(level) = self.open.pop() {
            self.text.push(if level.is_map { '}' } else { ']' });
        }
    }

    /// What stands before a value.
    fn begin(&mut self) -> Result<(), Full> {
        self.values += 1;
        if self.text.len() > self.limit {
            return Err(Full);
        }
        let Some(level) = self.open.last_mut() else { return Ok(()) };
        let is_value = level.is_map && level.written % 2 == 1;
        if is_value {
            self.text.push_str(": ");
        } else if level.written > 0 {
            self.text.push_str(", ");
        }
        level.key = (level.is_map && !is_value).then_some(self.text.len());
        Ok(())
    }

    /// What follows a value: the ends of all that it completes.
    fn end(&mut self) -> Result<(), Full> {
        while let Some(level) = self.open.last_mut() {
            if let Some(key) = level.key.take()
                && !self.text[key..].starts_with('"')
            {
                let spelled = self.text.split_off(key);
                quote(&mut self.text, &spelled);
            }
            level.written += 1;
            if level.left.is_none_or(|left| level.written < left) {
                return if self.text.len() > self.limit { Err(Full) } else { Ok(()) };
            }
            self.shut();
        }
        self.is_done = true;
        Ok(())
    }
}

fn not_finite(value: f64) -> String {
    let sign = if value.is_sign_negative() { "-" } else { "" };
    if value.is_nan() { "NaN".to_owned() } else { format!("{sign}Infinity") }
}

/// Adds a text in the quotes of JSON.
pub(super) fn quote(text: &mut String, value: &str) {
    // A string is always JSON.
    text.push_str(&serde_json::to_string(value).unwrap_or_default());
}
