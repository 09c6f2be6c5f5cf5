//! Takes secrets out of texts on their way out: those that are known, however they are encoded, and whatever
//! looks like a private key or a token.

use std::{borrow::Cow, ops::Range};

use aho_corasick::AhoCorasick;
use base64::{Engine as _, prelude::BASE64_STANDARD_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    MASK, Secret,
    shapes::looks_secret,
    unescape::{Escapes, unescaped},
};

/// A shorter base64 text would be found by chance.
const SHORTEST_CODED: usize = 6;
/// An escaped text may be escaped again: so many times.
const LAYERS: usize = 3;
/// Secrets that are remembered beside those of the settings: tokens of earlier connections, addresses of servers.
const LEARNED: usize = 32;

/// What is looked for in every text that leaves.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    secrets: Vec<Secret>,
    /// How many of them came first and stay.
    lasting: usize,
    search: Option<Search>,
}

#[derive(Clone, Debug)]
struct Search {
    automaton: AhoCorasick,
    needles: Vec<Needle>,
}

/// How a piece that is looked for counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needle {
    Plain,
    /// Short enough to be part of other words, so that it counts by itself only.
    Word,
    /// A piece of base64: all of the text around it may hold more of the secret.
    Coded,
}

impl FromIterator<Secret> for Redactor {
    fn from_iter<I: IntoIterator<Item = Secret>>(secrets: I) -> Self {
        // Those of the settings may be many, and stay.
        let mut redactor = Self { lasting: usize::MAX - LEARNED, ..Self::default() };
        redactor.extend(secrets);
        redactor.lasting = redactor.secrets.len();
        redactor
    }
}

impl Extend<Secret> for Redactor {
    /// Takes in more secrets; of many the oldest that were learned are forgotten.
    fn extend<I: IntoIterator<Item = Secret>>(&mut self, secrets: I) {
        let before = self.secrets.len();
        for secret in secrets {
            if secret.expose().len() >= Self::SHORTEST && !self.secrets.contains(&secret) {
                self.secrets.push(secret);
            }
        }
        if self.secrets.len() > before {
            let most = self.lasting + LEARNED;
            if self.secrets.len() > most {
                self.secrets.drain(self.lasting..self.lasting + self.secrets.len() - most);
            }
            self.search = Search::of(&self.secrets);
        }
    }
}

impl Redactor {
    /// In bytes: a value shorter than this could be any piece of a text and is not searched for.
    pub const SHORTEST: usize = 4;
    /// A secret shorter than this is one only where it stands by itself.
    pub const SHORTEST_PIECE: usize = 8;

    /// With what another one looks for.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        // Of those it learned the oldest are the first to be forgotten.
        let (settings, learned) = other.secrets.split_at(other.lasting.min(other.secrets.len()));
        self.extend(learned.iter().chain(settings).cloned());
        self
    }

    /// The text without secrets.
    #[must_use]
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut found = looks_secret(text);
        self.find(text.as_bytes(), &mut found);
        if found.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut shown = String::with_capacity(text.len());
        let mut rest = 0;
        for range in merged(found) {
            shown.push_str(text.get(rest..range.start).unwrap_or_default());
            shown.push_str(MASK);
            rest = range.end;
        }
        shown.push_str(text.get(rest..).unwrap_or_default());
        Cow::Owned(shown)
    }

    /// The bytes without secrets; `None` when there are none in them.
    #[must_use]
    pub fn bytes(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut found = str::from_utf8(bytes).map(looks_secret).unwrap_or_default();
        self.find(bytes, &mut found);
        if found.is_empty() {
            return None;
        }
        let mut shown = Vec::with_capacity(bytes.len());
        let mut rest = 0;
        for range in merged(found) {
            shown.extend_from_slice(bytes.get(rest..range.start).unwrap_or_default());
            shown.extend_from_slice(MASK.as_bytes());
            rest = range.end;
        }
        shown.extend_from_slice(bytes.get(rest..).unwrap_or_default());
        Some(shown)
    }

    /// Masks a text in place.
    pub fn redact(&self, text: &mut String) {
        if let Cow::Owned(shown) = self.text(text) {
            *text = shown;
        }
    }

    /// Finds the secrets in a text as it stands, and in what its escapes stand for.
    fn find(&self, text: &[u8], found: &mut Vec<Range<usize>>) {
        if let Some(search) = &self.search {
            search.within(text, LAYERS, found);
        }
    }
}

impl Search {
    fn of(secrets: &[Secret]) -> Option<Self> {
        let mut patterns: Vec<Vec<u8>> = Vec::new();
        let mut needles = Vec::new();
        let mut add = |pattern: Vec<u8>, needle| {
            patterns.push(pattern);
            needles.push(needle);
        };
        for secret in secrets {
            let text = secret.expose();
            let short = text.len() < Redactor::SHORTEST_PIECE;
            let plain = if short { Needle::Word } else { Needle::Plain };
            add(text.as_bytes().to_vec(), plain);
            if text.contains(' ') {
                // As forms and queries write it.
                add(text.replace(' ', "+").into_bytes(), plain);
            }
            let trimmed = text.trim();
            if trimmed.len() < text.len() && trimmed.len() >= Redactor::SHORTEST {
                // As a header has it.
                add(trimmed.as_bytes().to_vec(), plain);
            }
            // A header may be sent with its values escaped, and be repeated as base64.
            let escaped = utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
            let json = serde_json::to_string(text).unwrap_or_default();
            let forms = [text, &escaped, json.trim_matches('"')];
            let new = forms.iter().enumerate().filter(|(nth, form)| *nth == 0 || **form != text);
            for coded in new.flat_map(|(_, form)| coded(form.as_bytes())) {
                if coded.contains(['+', '/']) {
                    add(coded.replace('+', "-").replace('/', "_").into_bytes(), Needle::Coded);
                }
                add(coded.into_bytes(), Needle::Coded);
            }
        }
        // It fails for patterns beyond all memory only.
        let automaton = AhoCorasick::new(&patterns).ok()?;
        (!patterns.is_empty()).then_some(Self { automaton, needles })
    }

    /// Finds secrets in a text, and in what its escapes stand for, so many layers of them deep.
    fn within(&self, text: &[u8], layers: usize, found: &mut Vec<Range<usize>>) {
        self.find(text, found);
        if layers == 0 {
            return;
        }
        for plain in Escapes::ALL.into_iter().filter_map(|escapes| unescaped(text, escapes)) {
            let mut within = Vec::new();
            self.within(&plain.bytes, layers - 1, &mut within);
            found.extend(within.into_iter().map(|range| plain.raw(range)));
        }
    }

    fn find(&self, text: &[u8], found: &mut Vec<Range<usize>>) {
        let is_word =
            |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_alphanumeric);
        for hit in self.automaton.find_overlapping_iter(text) {
            let range = hit.range();
            match self.needles[hit.pattern().as_usize()] {
                Needle::Plain => found.push(range),
                Needle::Word => {
                    if !is_word(range.start.checked_sub(1)) && !is_word(Some(range.end)) {
                        found.push(range);
                    }
                }
                Needle::Coded => {
                    let is_coded = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=_-".contains(byte);
                    let before = text[..range.start].iter().rev().take_while(|byte| is_coded(byte)).count();
                    let behind = text[range.end..].iter().take_while(|byte| is_coded(byte)).count();
                    found.push(range.start - before..range.end + behind);
                }
            }
        }
    }
}

/// What base64 makes of a secret wherever it stands in a longer text: the digits that depend on it alone, for
/// each of the three places that its first byte can have.
fn coded(secret: &[u8]) -> Vec<String> {
    let of = |shift: usize| {
        let mut padded = vec![0; shift];
        padded.extend_from_slice(secret);
        let digits = BASE64_STANDARD_NO_PAD.encode(&padded);
        let (from, to) = ([0, 2, 3][shift], padded.len() * 8 / 6);
        digits.get(from..to).unwrap_or_default().to_owned()
    };
    (0..3).map(of).filter(|digits| digits.len() >= SHORTEST_CODED).collect()
}

fn merged(mut found: Vec<Range<usize>>) -> Vec<Range<usize>> {
    found.sort_by_key(|range| range.start);
    let mut all: Vec<Range<usize>> = Vec::with_capacity(found.len());
    for range in found {
        match all.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => all.push(range),
        }
    }
    all
}

#[cfg(test)]
mod tests;
