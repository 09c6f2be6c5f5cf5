//! Spreads JSON over lines without parsing it into values: numbers keep their spelling,
//! members keep their order, and a name may occur twice.
//!
//! Lines are made one at a time from the front, so the first screen of a large payload costs
//! no more than that of a small one.

/// The deepest nesting that is followed.
pub const DEEPEST: usize = 512;

/// The lines of a JSON text, or the first offset in it that is not JSON (RFC 8259).
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    text: &'a str,
    at: usize,
    open: Vec<Bracket>,
    /// Whether a value must follow.
    more: bool,
    failed: bool,
}

/// One line: a member, an element, or a closing bracket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    pub depth: usize,
    pub parts: Vec<Part<'a>>,
}

/// A piece of a line, spelled as it was. It is not printable yet: see [`printable()`](super::printable()).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    pub token: Token,
    pub text: &'a str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// The name of a member, in its quotes.
    Name,
    Text,
    Number,
    /// `true`, `false` or `null`.
    Literal,
    /// Brackets, colon and comma.
    Punctuation,
}

/// The text is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not JSON at byte {at}")]
pub struct Fault {
    pub at: usize,
}

/// Whether a text is JSON.
///
/// # Errors
///
/// Where it stops being JSON, by line and column, and why.
pub fn check(text: &str) -> serde_json::Result<()> {
    serde_json::from_str::<serde::de::IgnoredAny>(text).map(drop)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bracket {
    Object,
    Array,
}

impl<'a> Lines<'a> {
    #[must_use]
    pub fn of(text: &'a str) -> Self {
        Self { text, at: 0, open: Vec::new(), more: true, failed: false }
    }

    fn line(&mut self) -> Result<Option<Line<'a>>, Fault> {
        self.space();
        let mut parts = Vec::with_capacity(4);
        if self.more {
            let depth = self.open.len();
            if self.open.last() == Some(&Bracket::Object) {
                parts.push(Part { token: Token::Name, text: self.string()? });
                self.space();
                self.expect(b':')?;
                parts.push(Part { token: Token::Punctuation, text: ": " });
                self.space();
            }
            self.value(&mut parts)?;
            return Ok(Some(Line { depth, parts }));
        }
        let Some(bracket) = self.open.pop() else {
            return if self.at == self.text.len() { Ok(None) } else { Err(self.fault()) };
        };
        self.expect(bracket.closing())?;
        parts.push(Part { token: Token::Punctuation, text: &self.text[self.at - 1..self.at] });
        self.after(&mut parts);
        Ok(Some(Line { depth: self.open.len(), parts }))
    }

    /// A scalar, an empty bracket, or an opening one.
    fn value(&mut self, parts: &mut Vec<Part<'a>>) -> Result<(), Fault> {
        let (token, text) = match self.peek() {
            Some(b'{') => return self.bracket(Bracket::Object, parts),
            Some(b'[') => return self.bracket(Bracket::Array, parts),
            Some(b'"') => (Token::Text, self.string()?),
            Some(b'-' | b'0'..=b'9') => (Token::Number, self.number()?),
            _ => (Token::Literal, self.literal()?),
        };
        parts.push(Part { token, text });
        self.after(parts);
        Ok(())
    }

    fn bracket(&mut self, bracket: Bracket, parts: &mut Vec<Part<'a>>) -> Result<(), Fault> {
        self.at += 1;
        self.space();
        let (opening, both) = match bracket {
            Bracket::Object => ("{", "{}"),
            Bracket::Array => ("[", "[]"),
        };
        if self.take(bracket.closing()) {
            parts.push(Part { token: Token::Punctuation, text: both });
            self.after(parts);
            return Ok(());
        }
        if self.open.len() == DEEPEST {
            return Err(self.fault());
        }
        parts.push(Part { token: Token::Punctuation, text: opening });
        self.open.push(bracket);
        Ok(())
    }

    /// The comma behind a value, if there is one.
    fn after(&mut self, parts: &mut Vec<Part<'a>>) {
        self.more = false;
        if self.open.is_empty() {
            return;
        }
        self.space();
        if self.take(b',') {
            self.more = true;
            parts.push(Part { token: Token::Punctuation, text: "," });
        }
    }

    fn string(&mut self) -> Result<&'a str, Fault> {
        let start = self.at;
        self.expect(b'"')?;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                None | Some(..0x20) => return Err(self.fault()),
                Some(_) => self.at += 1,
            }
        }
        self.at += 1;
        Ok(&self.text[start..self.at])
    }

    fn escape(&mut self) -> Result<(), Fault> {
        self.at += 1;
        let digits = match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 0,
            Some(b'u') => 4,
            _ => return Err(self.fault()),
        };
        self.at += 1;
        for _ in 0..digits {
            match self.peek() {
                Some(digit) if digit.is_ascii_hexdigit() => self.at += 1,
                _ => return Err(self.fault()),
            }
        }
        Ok(())
    }

    fn number(&mut self) -> Result<&'a str, Fault> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        Ok(&self.text[start..self.at])
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(self.fault()) } else { Ok(()) }
    }

    fn literal(&mut self) -> Result<&'a str, Fault> {
        let rest = &self.text.as_bytes()[self.at..];
        for word in ["true", "false", "null"] {
            let common = rest.iter().zip(word.as_bytes()).take_while(|(a, b)| a == b).count();
            if common > 0 {
                self.at += common;
                return if common == word.len() { Ok(word) } else { Err(self.fault()) };
            }
        }
        Err(self.fault())
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn expect(&mut self, byte: u8) -> Result<(), Fault> {
        if self.take(byte) { Ok(()) } else { Err(self.fault()) }
    }

    fn fault(&self) -> Fault {
        Fault { at: self.at }
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Result<Line<'a>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let line = self.line();
        self.failed = line.is_err();
        line.transpose()
    }
}

impl Bracket {
    const fn closing(self) -> u8 {
        match self {
            Self::Object => b'}',
            Self::Array => b']',
        }
    }
}

#[cfg(test)]
mod tests;
