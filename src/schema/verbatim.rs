//! Decides whether a payload can be a member of a line as it is: it is JSON that any parser of the line reads, and it
//! shows nothing that a terminal would obey. Nothing is built: one pass finds the quotation marks, one walks from token to
//! token.

use memchr::memchr;

use super::block::{WIDE, survey};

/// The deepest nesting. Parsers of lines stop at 128 or later.
const DEEPEST: usize = 64;
/// A number of at most so many bytes, with an exponent of at most two digits, is in the range of a double.
const SHORT_NUMBER: usize = 200;
/// The names of an object are compared each with each up to this number, beyond it they are sorted.
const FEW: usize = 32;

/// Checks payloads; keeps its room from one to the next.
#[derive(Debug, Default)]
pub(super) struct Checker {
    /// The quotation marks, a bit for each byte.
    quotes: Vec<u64>,
    names: Names,
}

impl Checker {
    /// Whether a payload, which must be UTF-8, can be a member.
    ///
    /// It cannot if it begins or ends with a blank, since a parser does not tell that from the line; if an object has
    /// two names that are spelled alike, a string has half a surrogate pair, or a number is beyond a double, since
    /// parsers refuse that or lose it; and if it has line breaks or other controls.
    pub(super) fn stands(&mut self, payload: &[u8]) -> bool {
        let (Some(first), Some(last)) = (payload.first(), payload.last()) else { return false };
        if !matches!(first, b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') || *last == b' ' {
            return false;
        }
        self.quotes.clear();
        let (mut has_backslash, mut may_be_unsafe) = (false, false);
        let (blocks, rest) = payload.as_chunks();
        let mut padded = [b' '; WIDE];
        padded[..rest.len()].copy_from_slice(rest);
        for block in blocks.iter().chain([&padded]) {
            let found = survey(block);
            self.quotes.push(found.quotes);
            has_backslash |= found.has_backslash;
            may_be_unsafe |= found.may_be_unsafe;
        }
        if may_be_unsafe && has_control(payload) {
            return false;
        }
        self.names.clear();
        let quotes = Quotes { next: 0, bits: 0, rest: &self.quotes };
        let mut text = Text { bytes: payload, at: 0, quotes, has_backslash };
        walk(&mut text, &mut self.names).is_some()
    }
}

/// Whether there is C0, DEL or C1.
fn has_control(text: &[u8]) -> bool {
    let pairs = text.windows(2);
    text.iter().any(u8::is_ascii_control) || pairs.into_iter().any(|pair| matches!(pair, [0xc2, 0x80..=0x9f]))
}

/// Walks to the end of the JSON; `None` if it is none.
fn walk(text: &mut Text<'_>, names: &mut Names) -> Option<()> {
    // A bit for each open bracket, 1 for an object.
    let (mut open, mut depth) = (0_u64, 0);
    loop {
        text.blanks();
        match text.next()? {
            bracket @ (b'{' | b'[') => {
                let is_object = bracket == b'{';
                if depth == DEEPEST {
                    return None;
                }
                depth += 1;
                open = open << 1 | u64::from(is_object);
                text.blanks();
                if is_object {
                    names.open();
                }
                if text.peek() != Some(if is_object { b'}' } else { b']' }) {
                    if is_object {
                        text.name(names)?;
                    }
                    continue;
                }
            }
            b'"' => drop(text.string()?),
            b'-' => text.number()?,
            b'0'..=b'9' => {
                text.at -= 1;
                text.number()?;
            }
            b't' => text.word(b"rue")?,
            b'f' => text.word(b"alse")?,
            b'n' => text.word(b"ull")?,
            _ => return None,
        }
        // What follows a value: a comma, or the ends of brackets.
        loop {
            if depth == 0 {
                return text.peek().is_none().then_some(());
            }
            text.blanks();
            let in_object = open & 1 == 1;
            match text.next()? {
                b',' => {
                    if in_object {
                        text.blanks();
                        text.name(names)?;
                    }
                    break;
                }
                b'}' if in_object => names.close(text.bytes)?,
                b']' if !in_object => {}
                _ => return None,
            }
            open >>= 1;
            depth -= 1;
        }
    }
}

struct Text<'a> {
    bytes: &'a [u8],
    at: usize,
    quotes: Quotes<'a>,
    has_backslash: bool,
}

impl Text<'_> {
    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    #[inline]
    fn blanks(&mut self) {
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
    }

    /// A name and its colon.
    #[inline]
    fn name(&mut self, names: &mut Names) -> Option<()> {
        if self.next()? != b'"' {
            return None;
        }
        let (start, end) = self.string()?;
        names.add(self.bytes, start, end);
        self.blanks();
        (self.next()? == b':').then_some(())
    }

    /// The rest of a string whose first quotation mark was read; where its text begins and ends.
    #[inline]
    fn string(&mut self) -> Option<(usize, usize)> {
        let start = self.at;
        // The first one.
        self.quotes.next()?;
        let mut end = self.quotes.next()?;
        if self.has_backslash {
            end = self.escapes(start, end)?;
        }
        self.at = end + 1;
        Some((start, end))
    }

    /// The end of a string that has escapes perhaps; `quote` is the next quotation mark.
    #[cold]
    fn escapes(&mut self, mut at: usize, mut quote: usize) -> Option<usize> {
        while let Some(before) = memchr(b'\\', self.bytes.get(at..quote)?) {
            at += before;
            at += escape(self.bytes.get(at..)?)?;
            if at > quote {
                quote = self.quotes.next()?;
            }
        }
        Some(quote)
    }

    #[inline]
    fn word(&mut self, word: &[u8]) -> Option<()> {
        let rest = self.bytes.get(self.at..)?;
        self.at += word.len();
        rest.starts_with(word).then_some(())
    }

    /// A number without its sign.
    #[inline]
    fn number(&mut self) -> Option<()> {
        let start = self.at;
        if self.next()? != b'0' {
            self.at = start;
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        let mut exponent = 0;
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            exponent = self.digits()?;
        }
        if exponent <= 2 && self.at - start <= SHORT_NUMBER {
            return Some(());
        }
        let number: f64 = str::from_utf8(self.bytes.get(start..self.at)?).ok()?.parse().ok()?;
        number.is_finite().then_some(())
    }

    /// How many digits follow, at least one.
    #[inline]
    fn digits(&mut self) -> Option<usize> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        (self.at > start).then_some(self.at - start)
    }
}

/// The length of the escape at the start of `text`; of a surrogate pair, that of both.
fn escape(text: &[u8]) -> Option<usize> {
    match text {
        [_, b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => Some(2),
        [_, b'u', rest @ ..] => match (unit(rest)?, rest.get(4..)) {
            (0xd800..=0xdbff, Some([b'\\', b'u', rest @ ..])) => {
                matches!(unit(rest)?, 0xdc00..=0xdfff).then_some(12)
            }
            (0xd800..=0xdfff, _) => None,
            _ => Some(6),
        },
        _ => None,
    }
}

/// Four hexadecimal digits.
fn unit(text: &[u8]) -> Option<u32> {
    let digits: &[u8; 4] = text.first_chunk()?;
    digits.iter().try_fold(0, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)?))
}

/// The places of the quotation marks, in order.
struct Quotes<'a> {
    /// The place of the first byte behind `bits`.
    next: usize,
    /// Those of the block before it that are not taken yet.
    bits: u64,
    rest: &'a [u64],
}

impl Quotes<'_> {
    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.bits == 0 {
            let (first, rest) = self.rest.split_first()?;
            (self.bits, self.rest) = (*first, rest);
            self.next += WIDE;
        }
        let at = self.next - WIDE + self.bits.trailing_zeros() as usize;
        self.bits &= self.bits - 1;
        Some(at)
    }
}

/// The names of the objects that are open.
#[derive(Debug, Default)]
struct Names {
    all: Vec<Name>,
    /// Where those of each object begin.
    firsts: Vec<usize>,
}

/// A name: where it stands, and a key that is the same for names that are spelled alike.
#[derive(Clone, Copy, Debug)]
struct Name {
    key: u64,
    start: usize,
    end: usize,
}

impl Names {
    fn clear(&mut self) {
        self.all.clear();
        self.firsts.clear();
    }

    #[inline]
    fn open(&mut self) {
        self.firsts.push(self.all.len());
    }

    #[inline]
    fn add(&mut self, bytes: &[u8], start: usize, end: usize) {
        self.all.push(Name { key: key_of(&bytes[start..end]), start, end });
    }

    /// Forgets the names of the last object; `None` if two of them are spelled alike.
    #[inline]
    fn close(&mut self, bytes: &[u8]) -> Option<()> {
        let first = self.firsts.pop()?;
        let own = &mut self.all[first..];
        // Most objects are done with a bit for each name, since no two fall on the same.
        let bits = own.iter().fold(0_u64, |bits, name| bits | 1 << (name.key >> 58));
        if bits.count_ones() as usize != own.len() && has_twins(bytes, own) {
            return None;
        }
        self.all.truncate(first);
        Some(())
    }
}

fn has_twins(bytes: &[u8], names: &mut [Name]) -> bool {
    let spelled = |name: &Name| &bytes[name.start..name.end];
    let are_twins = |a: &Name, b: &Name| a.key == b.key && spelled(a) == spelled(b);
    if names.len() <= FEW {
        return (1..names.len()).any(|nth| names[..nth].iter().any(|name| are_twins(name, &names[nth])));
    }
    names.sort_unstable_by(|a, b| a.key.cmp(&b.key).then_with(|| spelled(a).cmp(spelled(b))));
    names.windows(2).any(|pair| are_twins(&pair[0], &pair[1]))
}

/// A number that is made of the length, the first eight and the last eight bytes.
#[inline]
fn key_of(name: &[u8]) -> u64 {
    const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
    let ends = match (name.first_chunk(), name.last_chunk()) {
        (Some(first), Some(last)) => {
            u64::from_le_bytes(*first) ^ u64::from_le_bytes(*last).wrapping_mul(SPREAD).rotate_left(29)
        }
        _ => name.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    };
    (ends ^ (name.len() as u64) << 56).wrapping_mul(SPREAD)
}

#[cfg(test)]
mod tests;
