//! Masks secrets in texts that leave the program: known secrets in all encodings, and texts that look like private keys or
//! tokens.

use std::{borrow::Cow, ops::Range};

use aho_corasick::AhoCorasick;
use base64::{Engine as _, prelude::BASE64_STANDARD_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    MASK, Secret,
    shapes::looks_secret,
    unescape::{Escapes, unescaped},
};

/// The shortest Base64 text that is searched for; a shorter one would match by chance.
const SHORTEST_BASE64: usize = 6;
/// The most layers of escapes that are removed.
const MOST_LAYERS: usize = 3;
/// The most secrets beside those of the settings, such as tokens of earlier connections and addresses of servers.
const MOST_LEARNED: usize = 32;

/// Masks known secrets in texts.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    secrets: Vec<Secret>,
    /// The number of secrets at the start that are never forgotten.
    permanent: usize,
    search: Option<Search>,
}

#[derive(Clone, Debug)]
struct Search {
    automaton: AhoCorasick,
    needles: Vec<Needle>,
}

/// How a match of a pattern counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needle {
    Plain,
    /// Short enough to be a part of other words, so that it counts only as a whole word.
    Word,
    /// A piece of Base64: the Base64 text around it may contain more of the secret.
    Base64,
}

impl FromIterator<Secret> for Redactor {
    fn from_iter<I: IntoIterator<Item = Secret>>(secrets: I) -> Self {
        // The secrets of the settings may be many, and are never forgotten.
        let mut redactor = Self { permanent: usize::MAX - MOST_LEARNED, ..Self::default() };
        redactor.extend(secrets);
        redactor.permanent = redactor.secrets.len();
        redactor
    }
}

impl Extend<Secret> for Redactor {
    /// Learns more secrets. Beyond the limit the oldest learned ones are forgotten.
    fn extend<I: IntoIterator<Item = Secret>>(&mut self, secrets: I) {
        let before = self.secrets.len();
        for secret in secrets {
            if secret.expose().len() >= Self::SHORTEST && !self.secrets.contains(&secret) {
                self.secrets.push(secret);
            }
        }
        if self.secrets.len() > before {
            let most = self.permanent + MOST_LEARNED;
            if self.secrets.len() > most {
                self.secrets.drain(self.permanent..self.permanent + self.secrets.len() - most);
            }
            self.search = Search::of(&self.secrets);
        }
    }
}

impl Redactor {
    /// The shortest secret that is searched for, in bytes; a shorter one could be part of any text.
    pub const SHORTEST: usize = 4;
    /// A shorter secret is masked only as a whole word.
    pub const SHORTEST_PIECE: usize = 8;

    /// Adds the secrets of another redactor.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        // Learned secrets are added first, so that they are forgotten first.
        let (settings, learned) = other.secrets.split_at(other.permanent.min(other.secrets.len()));
        self.extend(learned.iter().chain(settings).cloned());
        self
    }

    /// The text with masked secrets.
    #[must_use]
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.bytes(text.as_bytes()) {
            Some(shown) => String::from_utf8_lossy(&shown).into_owned().into(),
            None => text.into(),
        }
    }

    /// The bytes with masked secrets; `None` if there are none.
    #[must_use]
    pub fn bytes(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut found = str::from_utf8(bytes).map(looks_secret).unwrap_or_default();
        if let Some(search) = &self.search {
            search.within(bytes, MOST_LAYERS, &mut found);
        }
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
                // The form encoding.
                add(text.replace(' ', "+").into_bytes(), plain);
            }
            let trimmed = text.trim();
            if trimmed.len() < text.len() && trimmed.len() >= Redactor::SHORTEST {
                // The value in a header is trimmed.
                add(trimmed.as_bytes().to_vec(), plain);
            }
            // A server may repeat an escaped value in Base64.
            let escaped = utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
            let json = serde_json::to_string(text).unwrap_or_default();
            let forms = [text, &escaped, json.trim_matches('"')];
            let new = forms.iter().enumerate().filter(|(nth, form)| *nth == 0 || **form != text);
            for base64_forms in new.flat_map(|(_, form)| base64_forms(form.as_bytes())) {
                if base64_forms.contains(['+', '/']) {
                    add(base64_forms.replace('+', "-").replace('/', "_").into_bytes(), Needle::Base64);
                }
                add(base64_forms.into_bytes(), Needle::Base64);
            }
        }
        // Fails only for patterns that exceed the memory.
        let automaton = AhoCorasick::new(&patterns).ok()?;
        (!patterns.is_empty()).then_some(Self { automaton, needles })
    }

    /// Finds the secrets in a text and in its unescaped forms, up to a number of layers.
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
                Needle::Base64 => {
                    let is_coded = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=_-".contains(byte);
                    let before = text[..range.start].iter().rev().take_while(|byte| is_coded(byte)).count();
                    let behind = text[range.end..].iter().take_while(|byte| is_coded(byte)).count();
                    found.push(range.start - before..range.end + behind);
                }
            }
        }
    }
}

/// The Base64 digits of a secret within a longer text that depend only on the secret, for each of the three alignments of
/// its first byte.
fn base64_forms(secret: &[u8]) -> Vec<String> {
    let of = |shift: usize| {
        let mut padded = vec![0; shift];
        padded.extend_from_slice(secret);
        let digits = BASE64_STANDARD_NO_PAD.encode(&padded);
        let (from, to) = ([0, 2, 3][shift], padded.len() * 8 / 6);
        digits.get(from..to).unwrap_or_default().to_owned()
    };
    (0..3).map(of).filter(|digits| digits.len() >= SHORTEST_BASE64).collect()
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
