//! PEM as Go reads it (`encoding/pem`, `Decode`).
//!
//! Go looks for the first line that begins with `-----END `, then for the last `-----BEGIN ` before it, so that a block
//! without an end does not spoil the next one. A block that is not sound is passed over in silence.

use std::collections::BTreeMap;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use memchr::memmem;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"\n-----END ";
const DASHES: &[u8] = b"-----";

/// As `base64.StdEncoding`: padding is needed, the bits under it are not looked at.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

/// One block of PEM (`pem.Block`). What is not UTF-8 in its label and headers is replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What stands after `BEGIN`.
    pub label: String,
    /// The lines with a colon before the first without one.
    pub headers: BTreeMap<String, String>,
    /// What the base64 stands for.
    pub bytes: Vec<u8>,
}

/// The next block and what follows it; `None` if there is no further one.
pub fn decode(text: &[u8]) -> Option<(Block, &[u8])> {
    let mut rest = text;
    loop {
        match attempt(rest) {
            Attempt::Block(block, after) => return Some((block, after)),
            Attempt::Again(after) => rest = after,
            Attempt::Nothing => return None,
        }
    }
}

/// What came of looking at one end.
enum Attempt<'a> {
    Block(Block, &'a [u8]),
    /// Look for the next end from here on.
    Again(&'a [u8]),
    /// No block is to be found any more.
    Nothing,
}

/// The block of the first end in `text`.
fn attempt(text: &[u8]) -> Attempt<'_> {
    let Some(end) = memmem::find(text, END) else {
        return Attempt::Nothing;
    };
    let Some((before, from_end)) = text.split_at_checked(end) else {
        return Attempt::Nothing;
    };
    let Some(after_end) = from_end.get(END.len()..) else {
        return Attempt::Nothing;
    };
    let Some(from_label) = after_last_begin(text, before) else {
        return Attempt::Again(after_end);
    };
    let (label_line, body) = line(from_label);
    let Some(label) = label_line.strip_suffix(DASHES) else {
        return Attempt::Again(after_end);
    };
    let Some((headers, body)) = headers(body) else {
        return Attempt::Nothing;
    };
    // The headers may have run past the end that was found.
    let ran_past = body.len() < after_end.len();
    if ran_past {
        return Attempt::Nothing;
    }
    let content = content(body, from_end);
    if !headers.is_empty() && content.is_none() {
        return Attempt::Again(after_end);
    }
    let Some(after_end_line) = closing(after_end, label) else {
        return Attempt::Again(after_end);
    };
    match base64(content.unwrap_or_default()) {
        Some(bytes) => {
            let label = String::from_utf8_lossy(label).into_owned();
            Attempt::Block(Block { label, headers, bytes }, after_end_line)
        }
        None => Attempt::Again(after_end),
    }
}

/// What follows the last BEGIN in `before`, if that stands at the beginning of a line. The line is one of the whole
/// `text`.
fn after_last_begin<'a>(text: &'a [u8], before: &[u8]) -> Option<&'a [u8]> {
    let begin = memmem::rfind(before, BEGIN)?;
    let is_at_line_start = match begin.checked_sub(1) {
        None => true,
        Some(previous) => before.get(previous) == Some(&b'\n'),
    };
    if is_at_line_start { text.get(begin.checked_add(BEGIN.len())?..) } else { None }
}

/// The lines with a colon in front, and what follows them; `None` if that is nothing.
fn headers(mut body: &[u8]) -> Option<(BTreeMap<String, String>, &[u8])> {
    let mut headers = BTreeMap::new();
    while !body.is_empty() {
        let (header, next) = line(body);
        let Some(colon) = memchr::memchr(b':', header) else {
            return Some((headers, body));
        };
        let (key, value) = header.split_at_checked(colon).unwrap_or((header, &[]));
        headers.insert(trimmed(key), trimmed(value.get(1..).unwrap_or_default()));
        body = next;
    }
    None
}

/// What is between the headers and the end; `None` if the line before took the line break of the end with it.
fn content<'a>(body: &'a [u8], from_end: &[u8]) -> Option<&'a [u8]> {
    body.get(..body.len().checked_sub(from_end.len())?)
}

/// What follows the line of the end, if that has the same label and nothing but blanks after its dashes.
fn closing<'a>(after_end: &'a [u8], label: &[u8]) -> Option<&'a [u8]> {
    let rest = after_end.strip_prefix(label)?.strip_prefix(DASHES)?;
    let (blank, after) = line(rest);
    blank.is_empty().then_some(after)
}

/// The first line without blanks at its end, and what follows it (`getLine`).
fn line(text: &[u8]) -> (&[u8], &[u8]) {
    let (line, rest) = match memchr::memchr(b'\n', text) {
        Some(at) => {
            let (line, rest) = text.split_at_checked(at).unwrap_or((text, &[]));
            (line.strip_suffix(b"\r").unwrap_or(line), rest.get(1..).unwrap_or_default())
        }
        None => (text, &[][..]),
    };
    let end = line.iter().rposition(|byte| !b" \t".contains(byte)).map_or(0, |last| last.saturating_add(1));
    (line.get(..end).unwrap_or(line), rest)
}

fn trimmed(text: &[u8]) -> String {
    String::from_utf8_lossy(text).trim().to_owned()
}

fn base64(content: &[u8]) -> Option<Vec<u8>> {
    let digits: Vec<u8> = content.iter().copied().filter(|byte| !b" \t\r\n".contains(byte)).collect();
    BASE64.decode(digits).ok()
}
