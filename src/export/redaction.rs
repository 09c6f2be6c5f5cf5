//! Takes values out of payloads before they leave: at paths of JSON, and what an expression matches.
//!
//! A payload is JSON, several such texts, other text, or bytes. A path leads into JSON only. An expression sees a payload
//! as it was sent, and the names and texts of JSON also without their escapes; in bytes it masks as many as it matches,
//! so that what stands around them can still be read. What could not be looked at is counted, and told.

use std::{borrow::Cow, cell::Cell, ops::Range};

use regex::bytes::{Regex, RegexBuilder};

use crate::{
    payload::{
        counted,
        document::{MemberPath, Spot, SpotKind, each_spot},
    },
    session::{Event, EventKind, Mask},
};

use super::Exported;

/// What stands in the place of a value.
const MASK: &str = "•••";

/// What is to be taken out, and how often it was.
#[derive(Clone, Debug, Default)]
pub struct Redaction {
    rules: Vec<Rule>,
    /// Payloads that are no JSON, where there are paths.
    not_json: Cell<u64>,
    /// Payloads that are no text.
    no_text: Cell<u64>,
}

/// One rule, and what it has removed.
#[derive(Clone, Debug)]
struct Rule {
    written: String,
    what: What,
    removed: Cell<u64>,
}

#[derive(Clone, Debug)]
enum What {
    Path(MemberPath),
    Pattern(Regex),
}

/// Why a text says nothing that could be taken out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {message}")]
pub struct RedactionError {
    /// Counted in letters, from 1.
    pub column: usize,
    pub message: String,
}

/// A place to be masked, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Masked {
    place: Range<usize>,
    /// Whether it is a whole value of JSON, which must stay one.
    is_value: bool,
}

impl Redaction {
    /// Reads rules with commas between them: `.token,.data[].key,/\d{16}/`. A path is one of JSON, `[]` each element; an
    /// expression stands between slashes, with an `i` behind it for any case.
    ///
    /// # Errors
    ///
    /// One of them is neither, or there is none; the error has its column.
    pub fn parse(text: &str) -> Result<Self, RedactionError> {
        let mut rules = Vec::new();
        let mut at = 0;
        loop {
            at += text[at..].len() - text[at..].trim_start().len();
            let fail = |message: String| {
                let column = text[..at].chars().count() + 1;
                RedactionError { column, message }
            };
            let rest = &text[at..];
            let (what, len) = match rest.chars().next() {
                Some('.') => {
                    let path = &rest[..end_of_path(rest)];
                    (What::Path(MemberPath::parse(path).map_err(fail)?), path.len())
                }
                Some('/') => {
                    let (pattern, len) = pattern(rest).map_err(fail)?;
                    (What::Pattern(pattern), len)
                }
                _ => {
                    return Err(fail(
                        r"write a path such as .token, or an expression such as /\d{16}/".to_owned(),
                    ));
                }
            };
            rules.push(Rule { written: rest[..len].trim_end().to_owned(), what, removed: Cell::new(0) });
            at += len;
            at += text[at..].len() - text[at..].trim_start().len();
            match text[at..].chars().next() {
                None => return Ok(Self { rules, ..Self::default() }),
                Some(',') => at += 1,
                Some(_) => {
                    let column = text[..at].chars().count() + 1;
                    let message =
                        "a comma stands between two rules, and a slash in an expression is \\/".to_owned();
                    return Err(RedactionError { column, message });
                }
            }
        }
    }

    /// Whether nothing is to be taken out.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// A payload without what is to be taken out of it.
    pub fn payload<'p>(&self, payload: &'p [u8]) -> Cow<'p, [u8]> {
        if self.is_empty() {
            return payload.into();
        }
        let (masked, is_json) = self.look(payload);
        let is_text = str::from_utf8(payload).is_ok();
        if !is_json && !payload.is_empty() && self.rules.iter().any(|rule| matches!(rule.what, What::Path(_)))
        {
            self.not_json.update(|count| count + 1);
        }
        if !is_text {
            self.no_text.update(|count| count + 1);
        }
        if masked.is_empty() { payload.into() } else { write(payload, masked, is_text).into() }
    }

    /// An event without what is to be taken out of its payload and its texts.
    #[must_use]
    pub fn event(&self, event: &Event) -> Event {
        let mut event = event.clone();
        if let EventKind::Sent(sent) = &mut event.kind {
            if let Cow::Owned(payload) = self.payload(&sent.payload) {
                sent.payload = payload.into();
            }
        } else {
            event.redact(self);
        }
        event
    }

    /// A message without what is to be taken out of its payload, as `write` takes it.
    pub fn message<T>(&self, exported: &Exported<'_>, write: impl FnOnce(&Exported<'_>) -> T) -> T {
        let payload = self.payload(exported.message.payload);
        let mut exported = *exported;
        exported.message.payload = &payload;
        write(&exported)
    }

    /// What was removed, and what could not be looked at, in sentences.
    #[must_use]
    pub fn told(&self) -> Vec<String> {
        let mut told: Vec<_> = self
            .rules
            .iter()
            .map(|rule| format!("{}: {} removed", rule.written, counted(rule.removed.get(), "value")))
            .collect();
        let (not_json, no_text) = (self.not_json.get(), self.no_text.get());
        if not_json > 0 {
            let payloads = counted(not_json, "payload");
            told.push(format!("no path was looked for to the end of {payloads}, since that is not JSON"));
        }
        if no_text > 0 {
            let payloads = counted(no_text, "payload");
            told.push(format!(
                "{payloads} of bytes went as they are but for literal matches: what is compressed or encoded in them was not looked at"
            ));
        }
        told
    }

    /// What is to be masked, and whether all of the payload is JSON.
    fn look(&self, payload: &[u8]) -> (Vec<Masked>, bool) {
        let paths: Vec<_> = self.rules.iter().filter_map(Rule::path).collect();
        let of_paths: Vec<_> = self.rules.iter().filter(|rule| rule.path().is_some()).collect();
        let patterns: Vec<_> = self.rules.iter().filter_map(Rule::pattern).collect();
        let (mut masked, mut spots) = (Vec::new(), Vec::new());
        let read = each_spot(payload, &paths, &mut |spot: Spot| {
            if let Some(nth) = spot.path {
                of_paths[nth].removed.update(|count| count + 1);
                masked.push(Masked { place: spot.place.clone(), is_value: true });
            }
            if !patterns.is_empty() && spot.kind != SpotKind::Bracket {
                spots.push(spot);
            }
        });
        for (rule, pattern) in patterns {
            let before = masked.len();
            matches(pattern, payload, &spots, &mut masked);
            rule.removed.update(|count| count + (masked.len() - before) as u64);
        }
        (masked, read.is_ok())
    }
}

/// Texts of events count what is removed from them, and nothing else: most are no payloads.
impl Mask for Redaction {
    fn redact(&self, text: &mut String) {
        let (masked, _) = self.look(text.as_bytes());
        if !masked.is_empty() {
            *text = String::from_utf8_lossy(&write(text.as_bytes(), masked, true)).into_owned();
        }
    }

    fn bytes(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let (masked, _) = self.look(bytes);
        (!masked.is_empty()).then(|| write(bytes, masked, str::from_utf8(bytes).is_ok()))
    }
}

impl Rule {
    const fn path(&self) -> Option<&MemberPath> {
        match &self.what {
            What::Path(path) => Some(path),
            What::Pattern(_) => None,
        }
    }

    fn pattern(&self) -> Option<(&Self, &Regex)> {
        match &self.what {
            What::Pattern(pattern) => Some((self, pattern)),
            What::Path(_) => None,
        }
    }
}

/// Adds what an expression matches: in the payload as it is, and in the names and texts of its JSON without escapes.
fn matches(pattern: &Regex, payload: &[u8], spots: &[Spot], masked: &mut Vec<Masked>) {
    for found in pattern.find_iter(payload).filter(|found| !found.is_empty()) {
        let first = spots.partition_point(|spot| spot.place.end <= found.start());
        let touched = spots[first..].iter().take_while(|spot| spot.place.start < found.end());
        // Half a number is none.
        let scalars = touched.filter(|spot| spot.kind == SpotKind::Scalar).map(|spot| spot.place.clone());
        let place = scalars.fold(found.range(), |all, one| all.start.min(one.start)..all.end.max(one.end));
        let is_value = spots.get(first).is_some_and(|spot| spot.place == place);
        masked.push(Masked { place, is_value });
    }
    for spot in spots.iter().filter(|spot| spot.kind != SpotKind::Scalar) {
        let quoted = &payload[spot.place.clone()];
        let is_matched = quoted.contains(&b'\\')
            && serde_json::from_slice::<String>(quoted).is_ok_and(|text| pattern.is_match(text.as_bytes()));
        if is_matched && !masked.iter().any(|own| own.place == spot.place) {
            masked.push(Masked { place: spot.place.clone(), is_value: true });
        }
    }
}

/// The payload with the masked places, of which some may lie in others.
fn write(payload: &[u8], mut masked: Vec<Masked>, is_text: bool) -> Vec<u8> {
    masked.sort_by_key(|one| (one.place.start, std::cmp::Reverse(one.place.end)));
    let mut whole: Vec<Masked> = Vec::new();
    for one in masked {
        match whole.last_mut() {
            Some(last) if one.place.start < last.place.end => {
                if one.place.end > last.place.end {
                    *last = Masked { place: last.place.start..one.place.end, is_value: false };
                }
            }
            _ => whole.push(one),
        }
    }
    let (mut out, mut rest) = (Vec::with_capacity(payload.len()), 0);
    for Masked { place, is_value } in whole {
        out.extend_from_slice(&payload[rest..place.start]);
        rest = place.end;
        match (is_text, is_value) {
            (false, _) => out.resize(out.len() + place.len(), b'*'),
            (true, true) => out.extend_from_slice(format!("\"{MASK}\"").as_bytes()),
            (true, false) => out.extend_from_slice(MASK.as_bytes()),
        }
    }
    out.extend_from_slice(&payload[rest..]);
    out
}

/// Where a path ends: at a comma outside of quotes.
fn end_of_path(text: &str) -> usize {
    let mut is_quoted = false;
    let is_end = |letter: char| {
        is_quoted ^= letter == '"';
        !is_quoted && letter == ','
    };
    text.find(is_end).unwrap_or(text.len())
}

/// The expression that a text begins with, and how many bytes it takes.
fn pattern(text: &str) -> Result<(Regex, usize), String> {
    let mut source = String::new();
    let mut letters = text.char_indices().skip(1);
    let mut end = loop {
        match letters.next() {
            Some((end, '/')) => break end + 1,
            Some((_, '\\')) => match letters.next() {
                Some((_, '/')) => source.push('/'),
                Some((_, next)) => source.extend(['\\', next]),
                None => {}
            },
            Some((_, letter)) => source.push(letter),
            None => return Err("the expression has no closing slash; write /like this/".to_owned()),
        }
    };
    let any_case = text[end..].starts_with('i');
    end += usize::from(any_case);
    let regex = RegexBuilder::new(&source).case_insensitive(any_case).build().map_err(|error| {
        let text = error.to_string();
        let last = text.lines().last().unwrap_or_default().trim();
        let reason = last.strip_prefix("error: ").unwrap_or(last);
        format!("/{source}/ is not a regex: {reason}; write a backslash before literal signs such as ( [ *")
    })?;
    if regex.is_match(b"") {
        return Err(format!(
            "/{source}/ matches nothing at all too, and would say nothing of what to remove"
        ));
    }
    Ok((regex, end))
}

#[cfg(test)]
mod tests;
