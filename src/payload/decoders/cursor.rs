//! Reads numbers and runs of bytes from the front of a payload.

use std::ops::ControlFlow;

use super::super::decoded::{Body, CUT_SHORT, Input, Misfit, Opened};
use super::tree::Tree;

/// The fewest bytes that are taken for a format without a mark of its own when they hold no readable string.
const TELLING: usize = 16;

/// The fewest with one: `{"a": 1}` in four bytes.
const LEAST: usize = 4;

/// As many values without a string that is no text are of the format that they seem to be.
const MANY: usize = 64;

/// The part of a payload that is text, at least, where text has to tell: an eighth.
const SHARE: usize = 8;

/// How many times longer than its bytes a value is as JSON at most: `f7` is `"undefined", `.
const LONGER: usize = 16;

#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    pub rest: &'a [u8],
}

/// Why a payload is not read any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// It ends inside a value, of which so many bytes are missing.
    End(u64),
    /// As much is written as is wanted.
    Full,
    /// It is not of this kind.
    Misfit(Misfit),
}

impl From<super::tree::Full> for Stop {
    fn from(_: super::tree::Full) -> Self {
        Self::Full
    }
}

impl<'a> Cursor<'a> {
    pub fn take(&mut self, length: u64) -> Result<&'a [u8], Stop> {
        let taken = usize::try_from(length).ok().and_then(|length| self.rest.split_at_checked(length));
        let (taken, rest) = taken.ok_or(Stop::End(length.saturating_sub(self.rest.len() as u64)))?;
        self.rest = rest;
        Ok(taken)
    }

    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Stop> {
        let missing = N.saturating_sub(self.rest.len()) as u64;
        let (taken, rest) = self.rest.split_first_chunk().ok_or(Stop::End(missing))?;
        self.rest = rest;
        Ok(*taken)
    }

    /// A big-endian number of 1 to 8 bytes.
    pub fn number(&mut self, bytes: u64) -> Result<u64, Stop> {
        Ok(self.take(bytes)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// A number in groups of 7 bits, the lowest first.
    pub fn varint(&mut self) -> Result<u64, Stop> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let [byte] = self.array()?;
            if shift == 63 && byte > 1 {
                break;
            }
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Stop::Misfit("a number is longer than 64 bits"))
    }
}

type Token<S> = fn(&mut Cursor<'_>, &mut Tree, &mut S) -> Result<(), Stop>;

/// Reads one value to its end, token by token. A guess holds only if the top is an array or a map, all bytes were used,
/// and there is enough that only this format would have. One that ends too early has to hold more of that.
pub(super) fn one_value<S: Default>(input: Input<'_>, token: Token<S>) -> Result<Opened<'_>, Misfit> {
    // A guess is made of all that is here, however long it is as text.
    let room = if input.is_chosen || input.is_decided { input.limit } else { LONGER * input.limit };
    let mut cursor = Cursor { rest: input.front() };
    let (tree, end) = read(&mut cursor, room, token);
    let fault = match end {
        ControlFlow::Break(Stop::Misfit(misfit)) => Some(misfit),
        ControlFlow::Break(Stop::End(_)) if !input.goes_on() => Some(CUT_SHORT),
        ControlFlow::Break(Stop::End(missing)) if !input.is_decided && is_beyond(input, missing) => {
            Some(CUT_SHORT)
        }
        ControlFlow::Continue(()) if !cursor.rest.is_empty() || input.goes_on() => {
            Some("bytes follow its value")
        }
        _ => None,
    };
    let may_stop = input.is_decided || (fault == Some(CUT_SHORT) && is_sure(&tree, input));
    if let Some(fault) = fault.filter(|_| !may_stop || tree.text.is_empty()) {
        return Err(if fault == CUT_SHORT { "it ends inside a value" } else { fault });
    }
    if !input.is_chosen && !input.is_decided {
        if !tree.text.starts_with(['{', '[']) {
            return Err("its value is not an array or a map");
        }
        // Any small bytes are numbers of a byte each.
        let least = if tree.readable == 0 { TELLING.max(2 * tree.values) } else { LEAST };
        if input.payload.len() < least {
            return Err("it is too short to tell");
        }
        if let ControlFlow::Break(Stop::End(missing)) = end
            && !is_sure(&tree, input)
            && !is_most(&tree, input, missing)
        {
            return Err("it holds too little to tell");
        }
    }
    let body = Body::Json(tree.text.into());
    Ok(match (fault, end) {
        (Some(fault), _) => Opened::Faulty(body, String::new(), fault),
        (None, ControlFlow::Break(Stop::Full)) => Opened::Front(body),
        (None, _) => Opened::Body(body),
    })
}

fn read<S: Default>(cursor: &mut Cursor<'_>, room: usize, token: Token<S>) -> (Tree, ControlFlow<Stop>) {
    let mut tree = Tree::new(room);
    let mut state = S::default();
    loop {
        match token(cursor, &mut tree, &mut state) {
            Ok(()) if tree.is_done() => return (tree, ControlFlow::Continue(())),
            Ok(()) => {}
            Err(stop) => return (tree, ControlFlow::Break(stop)),
        }
    }
}

/// Whether bytes are one whole array or map, and much of it is text.
pub(super) fn is_one_with_text<S: Default>(bytes: &[u8], token: Token<S>) -> bool {
    let mut cursor = Cursor { rest: bytes };
    let (tree, end) = read(&mut cursor, usize::MAX, token);
    let is_whole = end.is_continue() && cursor.rest.is_empty() && tree.text.starts_with(['{', '[']);
    is_whole && tree.odd == 0 && tree.letters * SHARE >= bytes.len()
}

/// Whether a value would end behind the end of the payload.
fn is_beyond(input: Input<'_>, missing: u64) -> bool {
    let here = input.payload.len().saturating_sub(input.front().len()) as u64;
    input.behind().is_some_and(|behind| missing > behind + here)
}

/// Whether what was read up to an end in the midst could hardly be anything else.
fn is_sure(tree: &Tree, input: Input<'_>) -> bool {
    let is_text = tree.readable > 1 && tree.letters * SHARE >= input.front().len();
    tree.odd == 0 && tree.text.starts_with(['{', '[']) && (is_text || tree.values >= MANY)
}

/// Whether a value with a name is most of what follows.
fn is_most(tree: &Tree, input: Input<'_>, missing: u64) -> bool {
    let behind = input.behind().unwrap_or(u64::MAX);
    tree.odd == 0 && tree.readable > 0 && missing <= behind && missing >= behind / 2
}
