//! Reads numbers and runs of bytes from the front of a payload.

use std::ops::ControlFlow;

use super::super::decoded::{Body, Input, Misfit, Opened};
use super::tree::Tree;

/// The fewest bytes that are taken for a format without a mark of its own when they hold no readable string.
const TELLING: usize = 16;

/// The fewest with one: `{"a": 1}` in four bytes.
const LEAST: usize = 4;

#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    pub rest: &'a [u8],
}

/// Why a payload is not read any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// It ends inside a value.
    End,
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
        let (taken, rest) = taken.ok_or(Stop::End)?;
        self.rest = rest;
        Ok(taken)
    }

    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Stop> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(Stop::End)?;
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

/// Reads one value to its end, token by token. A guess holds only if the top is an array or a map, all bytes were used,
/// and there is enough that only this format would have.
pub(super) fn one_value<'a, S: Default>(
    input: Input<'a>,
    token: fn(&mut Cursor<'a>, &mut Tree, &mut S) -> Result<(), Stop>,
) -> Result<Opened<'a>, Misfit> {
    let mut cursor = Cursor { rest: input.front() };
    let mut tree = Tree::new(input.limit);
    let mut state = S::default();
    let end = loop {
        match token(&mut cursor, &mut tree, &mut state) {
            Ok(()) if tree.is_done() => break ControlFlow::Continue(()),
            Ok(()) => {}
            Err(stop) => break ControlFlow::Break(stop),
        }
    };
    match end {
        ControlFlow::Break(Stop::Misfit(misfit)) => return Err(misfit),
        ControlFlow::Break(Stop::End) if !input.goes_on() => return Err("it ends inside a value"),
        ControlFlow::Continue(()) if !cursor.rest.is_empty() || input.goes_on() => {
            return Err("bytes follow its value");
        }
        _ => {}
    }
    if !input.is_chosen {
        if !tree.text.starts_with(['{', '[']) {
            return Err("its value is not an array or a map");
        }
        // Any small bytes are numbers of a byte each.
        let least = if tree.readable == 0 { TELLING.max(2 * tree.values) } else { LEAST };
        if input.payload.len() < least {
            return Err("it is too short to tell");
        }
    }
    let body = Body::Json(tree.text.into());
    Ok(if end == ControlFlow::Break(Stop::Full) { Opened::Front(body) } else { Opened::Body(body) })
}
