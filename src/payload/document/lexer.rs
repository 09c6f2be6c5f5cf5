//! Reads JSON token by token, without values: numbers keep their spelling, members their order, and a name may occur
//! twice. It can begin at any token, so that a large text need not be read from its front.

use super::brackets::{Bracket, Brackets};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// The name of a member, in its quotes.
    Name,
    Colon,
    Text,
    Number,
    /// `true`, `false` or `null`.
    Literal,
    /// `{` or `[`, with something in it.
    Open,
    /// `}` or `]`.
    Close,
    /// `{}` or `[]`, perhaps with blanks inside.
    Empty,
    Comma,
}

/// A token and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lexeme {
    pub token: Token,
    pub start: usize,
    pub end: usize,
}

/// Where a text stops being JSON (RFC 8259).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not JSON at byte {at}")]
pub struct Fault {
    pub at: usize,
}

/// What must come next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Next {
    #[default]
    Value,
    /// A member or an element: the bracket around it tells.
    Item,
    Colon,
    /// A comma, the closing bracket, or the end.
    Follower,
}

/// A place between two tokens: enough to go on from there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    pub at: usize,
    pub depth: usize,
    next: Next,
}

/// Reads tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lexer {
    at: Position,
    /// The brackets around this place that were read; further out there may be more.
    open: Brackets,
}

impl Lexer {
    /// Goes on at a place in a text that has been read up to there.
    pub fn resume(at: Position) -> Self {
        Self { at, open: Brackets::default() }
    }

    /// Begins with the value at a place.
    pub fn beginning_at(at: usize) -> Self {
        Self::resume(Position { at, ..Position::default() })
    }

    pub const fn position(&self) -> Position {
        self.at
    }

    /// The next token; `None` at the end.
    ///
    /// # Errors
    ///
    /// The text is not JSON here.
    pub fn token(&mut self, text: &[u8]) -> Result<Option<Lexeme>, Fault> {
        self.space(text);
        let start = self.at.at;
        let byte = text.get(start).copied();
        let token = match (self.at.next, byte) {
            (Next::Follower, None) if self.at.depth == 0 => return Ok(None),
            (Next::Follower, Some(b',')) if self.at.depth > 0 => {
                self.at.at += 1;
                self.at.next = Next::Item;
                Token::Comma
            }
            (Next::Follower, Some(byte @ (b'}' | b']'))) if self.closes(byte) => {
                self.at.at += 1;
                self.at.depth -= 1;
                self.open.pop();
                Token::Close
            }
            (Next::Colon, Some(b':')) => {
                self.at.at += 1;
                self.at.next = Next::Value;
                Token::Colon
            }
            (Next::Value, Some(_)) => self.value(text)?,
            (Next::Item, Some(_)) => self.item(text)?,
            _ => return Err(self.fault()),
        };
        Ok(Some(Lexeme { token, start, end: self.at.at }))
    }

    /// Leaves out what is inside the bracket that was opened last, and the bracket: what follows is as behind any value.
    /// `end` is the place behind the closing bracket.
    pub fn skip_to(&mut self, end: usize) {
        self.at = Position { at: end, depth: self.at.depth.saturating_sub(1), next: Next::Follower };
        self.open.pop();
    }

    /// Whether a value comes next.
    pub fn is_at_value(&self) -> bool {
        self.at.next == Next::Value
    }

    /// Whether a comma comes next.
    pub fn is_followed(&self, text: &[u8]) -> bool {
        let mut rest = text.get(self.at.at..).unwrap_or_default().iter();
        rest.find(|byte| !is_space(**byte)) == Some(&b',')
    }

    fn closes(&self, byte: u8) -> bool {
        self.at.depth > 0 && self.open.last().is_none_or(|open| open.closing() == byte)
    }

    /// A scalar, an empty bracket, or an opening one.
    fn value(&mut self, text: &[u8]) -> Result<Token, Fault> {
        self.at.next = Next::Follower;
        match text[self.at.at] {
            b'{' => Ok(self.bracket(text, Bracket::Object)),
            b'[' => Ok(self.bracket(text, Bracket::Array)),
            b'"' => self.string(text).map(|()| Token::Text),
            b'-' | b'0'..=b'9' => self.number(text).map(|()| Token::Number),
            _ => self.literal(text).map(|()| Token::Literal),
        }
    }

    fn bracket(&mut self, text: &[u8], bracket: Bracket) -> Token {
        self.at.at += 1;
        self.space(text);
        if text.get(self.at.at) == Some(&bracket.closing()) {
            self.at.at += 1;
            return Token::Empty;
        }
        self.at.depth += 1;
        self.at.next = Next::Item;
        self.open.push(bracket);
        Token::Open
    }

    fn item(&mut self, text: &[u8]) -> Result<Token, Fault> {
        match self.open.last() {
            Some(Bracket::Object) => self.name(text),
            // The bracket was not read: a text with a colon behind it is a name.
            None if text[self.at.at] == b'"' => {
                let before = self.at;
                self.string(text)?;
                let end = self.at.at;
                self.space(text);
                if text.get(self.at.at) == Some(&b':') {
                    self.at = Position { at: end, next: Next::Colon, ..before };
                    return Ok(Token::Name);
                }
                self.at = Position { at: end, next: Next::Follower, ..before };
                Ok(Token::Text)
            }
            Some(Bracket::Array) | None => self.value(text),
        }
    }

    fn name(&mut self, text: &[u8]) -> Result<Token, Fault> {
        if text[self.at.at] != b'"' {
            return Err(self.fault());
        }
        self.string(text)?;
        self.at.next = Next::Colon;
        Ok(Token::Name)
    }

    fn string(&mut self, text: &[u8]) -> Result<(), Fault> {
        self.at.at += 1;
        loop {
            self.at.at += plain(text.get(self.at.at..).unwrap_or_default());
            match text.get(self.at.at) {
                Some(b'"') => break,
                Some(b'\\') => self.escape(text)?,
                _ => return Err(self.fault()),
            }
        }
        self.at.at += 1;
        Ok(())
    }

    fn escape(&mut self, text: &[u8]) -> Result<(), Fault> {
        self.at.at += 1;
        let digits = match text.get(self.at.at) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 0,
            Some(b'u') => 4,
            _ => return Err(self.fault()),
        };
        self.at.at += 1;
        for _ in 0..digits {
            match text.get(self.at.at) {
                Some(digit) if digit.is_ascii_hexdigit() => self.at.at += 1,
                _ => return Err(self.fault()),
            }
        }
        Ok(())
    }

    fn number(&mut self, text: &[u8]) -> Result<(), Fault> {
        self.take(text, b"-");
        if !self.take(text, b"0") {
            self.digits(text)?;
        }
        if self.take(text, b".") {
            self.digits(text)?;
        }
        if self.take(text, b"eE") {
            self.take(text, b"+-");
            self.digits(text)?;
        }
        Ok(())
    }

    fn digits(&mut self, text: &[u8]) -> Result<(), Fault> {
        let start = self.at.at;
        while text.get(self.at.at).is_some_and(u8::is_ascii_digit) {
            self.at.at += 1;
        }
        if self.at.at == start { Err(self.fault()) } else { Ok(()) }
    }

    fn literal(&mut self, text: &[u8]) -> Result<(), Fault> {
        let rest = &text[self.at.at..];
        for word in ["true", "false", "null"] {
            let common = rest.iter().zip(word.as_bytes()).take_while(|(a, b)| a == b).count();
            if common > 0 {
                self.at.at += common;
                return if common == word.len() { Ok(()) } else { Err(self.fault()) };
            }
        }
        Err(self.fault())
    }

    fn space(&mut self, text: &[u8]) {
        while text.get(self.at.at).copied().is_some_and(is_space) {
            self.at.at += 1;
        }
    }

    fn take(&mut self, text: &[u8], any_of: &[u8]) -> bool {
        let is_next = text.get(self.at.at).is_some_and(|byte| any_of.contains(byte));
        self.at.at += usize::from(is_next);
        is_next
    }

    const fn fault(&self) -> Fault {
        Fault { at: self.at.at }
    }
}

/// Whether this is a blank of JSON.
const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// How many bytes at the front stand for themselves in a string. Whole blocks first, which the compiler does at once.
fn plain(text: &[u8]) -> usize {
    let ends = |byte: u8| byte == b'"' || byte == b'\\' || byte < 0x20;
    let is_plain = |block: &&[u8; 32]| !block.iter().fold(false, |found, &byte| found | ends(byte));
    let (blocks, _) = text.as_chunks::<32>();
    let passed = blocks.iter().take_while(is_plain).count() * 32;
    passed + text[passed..].iter().take_while(|byte| !ends(**byte)).count()
}

/// The end of the bracket that opens at `start`, behind its closing one, and how many members or elements it has. The
/// text is JSON there; one that ends before is taken as closed.
pub fn closing(text: &[u8], start: usize) -> (usize, u64) {
    let (mut depth, mut commas, mut at) = (0_usize, 0_u64, start);
    while let Some(&byte) = text.get(at) {
        at += 1;
        match byte {
            b'"' => at = string_end(text, at),
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return (at, commas + 1);
                }
            }
            b',' if depth == 1 => commas += 1,
            _ => {}
        }
    }
    (text.len(), commas + 1)
}

/// The place behind the quote that ends a string.
fn string_end(text: &[u8], mut at: usize) -> usize {
    loop {
        at += plain(text.get(at..).unwrap_or_default());
        match text.get(at) {
            Some(b'\\') => at += 2,
            Some(b'"') | None => return (at + 1).min(text.len()),
            Some(_) => at += 1,
        }
    }
}
