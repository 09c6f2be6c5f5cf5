//! How far a jq expression reaches inside a filter, and the pieces it is made of.
//!
//! It ends at an unmatched `)`, before a `key:` that is known, before a `!` that begins a word, before a regex, and
//! before an `and` or `or` behind which no jq follows. So jq keeps its own order of operators: `.a | .b and .c` is one
//! expression.

use super::key::Key;

/// How many strings may be interpolated in one another.
const DEEPEST: usize = 16;

/// A piece of jq.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A name that is not a field, a variable or a key of an object.
    Word(&'a str),
    /// A string, with its quotes.
    Text(&'a str),
    /// Any other sign.
    Sign(char),
}

/// The pieces with their places in bytes; blanks, fields such as `.name`, variables and numbers left out.
pub(super) fn pieces(source: &str) -> impl Iterator<Item = (usize, Piece<'_>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = &source[at..];
            let first = rest.chars().next()?;
            let start = at;
            if first == '"' {
                at += string_end(rest);
                return Some((start, Piece::Text(&source[start..at])));
            }
            if is_letter(first) {
                let len =
                    rest.find(|letter| !is_letter(letter) && !letter_is_digit(letter)).unwrap_or(rest.len());
                at += len;
                let is_field = source[..start].ends_with(['.', '$', '@']) && !source[..start].ends_with("..");
                let is_key = source[at..].trim_start().starts_with(':');
                if is_field || is_key {
                    continue;
                }
                return Some((start, Piece::Word(&source[start..at])));
            }
            at += first.len_utf8();
            if first.is_whitespace() || letter_is_digit(first) {
                continue;
            }
            return Some((start, Piece::Sign(first)));
        }
    })
}

const fn is_letter(letter: char) -> bool {
    letter.is_ascii_alphabetic() || letter == '_'
}

const fn letter_is_digit(letter: char) -> bool {
    letter.is_ascii_digit()
}

/// The length of the string at the front; all of the rest if it is not closed. What is interpolated in it is part of it.
fn string_end(text: &str) -> usize {
    string_within(text, DEEPEST)
}

/// The same with so many strings inside one another at most.
fn string_within(text: &str, levels: usize) -> usize {
    let mut letters = text.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return at + 1,
            '\\' => match letters.next() {
                Some((open, '(')) => {
                    let Some(levels) = levels.checked_sub(1) else { return text.len() };
                    let inside = &text[open + 1..];
                    let end = open + 1 + group_within(inside, levels);
                    while letters.clone().next().is_some_and(|(at, _)| at < end) {
                        letters.next();
                    }
                }
                Some(_) => {}
                None => return text.len(),
            },
            _ => {}
        }
    }
    text.len()
}

/// The length up to and with the `)` that closes a group whose inside this is.
fn group_within(inside: &str, levels: usize) -> usize {
    let (mut depth, mut at) = (1_usize, 0);
    while let Some(letter) = inside[at..].chars().next() {
        match letter {
            '"' => {
                at += string_within(&inside[at..], levels);
                continue;
            }
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        at += letter.len_utf8();
        if depth == 0 {
            return at;
        }
    }
    inside.len()
}

/// The length of the jq expression at the front of a filter.
pub(super) fn extent(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(letter) = text[at..].chars().next() {
        let begins =
            at == 0 || text[..at].ends_with(|before: char| before.is_whitespace() || ")]}".contains(before));
        if depth == 0 && begins && at > 0 && ends_before(&text[at..]) {
            break;
        }
        match letter {
            '"' => {
                at += string_end(&text[at..]);
                continue;
            }
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        at += letter.len_utf8();
    }
    text[..at].trim_end().len()
}

/// Whether a term of ours, or a word that joins one, begins here.
fn ends_before(rest: &str) -> bool {
    for word in ["and", "or"] {
        if let Some(behind) = rest.strip_prefix(word).filter(|behind| behind.starts_with(char::is_whitespace))
        {
            return !is_jq(behind.trim_start());
        }
    }
    known_key(rest) || is_regex(rest) || (rest.starts_with('!') && !rest.starts_with("!="))
}

/// Whether a key of ours stands here.
fn known_key(rest: &str) -> bool {
    let name = rest.split(':').next().unwrap_or_default();
    name.len() < rest.len() && Key::find(name).is_some()
}

/// Whether a regex stands here and not a division.
fn is_regex(rest: &str) -> bool {
    let Some(inside) = rest.strip_prefix('/').filter(|inside| !inside.starts_with([' ', '='])) else {
        return false;
    };
    let Some(close) = inside.find('/') else { return false };
    let behind = inside[close + 1..].trim_start_matches('i');
    behind.is_empty() || behind.starts_with([' ', ')'])
}

/// Whether a group in parentheses is an operand of jq: `(.a | length) > 1`.
pub(super) fn is_jq_group(rest: &str) -> bool {
    let Some(inside) = rest.strip_prefix('(').filter(|inside| is_jq(inside.trim_start())) else {
        return false;
    };
    operator(&inside[group_within(inside, DEEPEST)..])
}

/// Whether an operator of jq comes next.
fn operator(behind: &str) -> bool {
    let behind = behind.trim_start();
    ["==", "!=", "<", ">", "|", "+", "-", "*", "%", "as "].iter().any(|sign| behind.starts_with(sign))
}

/// Whether what stands here is jq, as an operand of `and` or `or`.
fn is_jq(rest: &str) -> bool {
    let rest = rest.trim_start_matches(['(', ' ']);
    if known_key(rest) || is_regex(rest) {
        return false;
    }
    match rest.chars().next() {
        Some('.' | '$' | '[' | '{') => true,
        Some('"') => operator(&rest[string_end(rest)..]),
        Some(letter) if is_letter(letter) => {
            let len =
                rest.find(|letter| !is_letter(letter) && !letter_is_digit(letter)).unwrap_or(rest.len());
            rest[len..].starts_with('(') || operator(&rest[len..])
        }
        Some(letter) if letter_is_digit(letter) => {
            let len =
                rest.find(|letter: char| !letter_is_digit(letter) && letter != '.').unwrap_or(rest.len());
            operator(&rest[len..])
        }
        _ => false,
    }
}
