//! Chunks: many consecutive messages in one row, their payloads one after the other.
//!
//! Messages of a chunk have the same connection, type and verdict, and one frame each. The rest is in lists of numbers,
//! each written as one character of three bytes, so that plain SQL reads any of them: `unicode(substr(list, 3 * n + 1,
//! 3)) - 2048`.

use std::num::NonZeroU32;

use crate::session::{ConnectionId, Kind, Message, MessageId, Seq, Timestamp, Verdict};

use super::captured::Captured;

/// The most messages of a chunk, which is also the number of rows of the table `number`.
pub(super) const MOST: usize = 1_000;
/// The bytes of the payloads and lists of a chunk, so that its row fits into a page: any part of a row that does not
/// must be copied for each message that SQL reads of it.
const ROOM: usize = 32_600;
/// Larger messages are rows of their own, in bytes.
pub(super) const LARGE: usize = ROOM / 2;
/// The first character that UTF-8 writes in three bytes, and the last one before the surrogates.
const ZERO: u32 = 0x800;
const LARGEST: u32 = 0xd7ff - ZERO;
const WIDTH: usize = 3;

/// What the messages of a chunk have in common, and its first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub seq: Seq,
    pub id: MessageId,
    pub at: Timestamp,
    pub connection: ConnectionId,
    pub kind: Kind,
    pub valid: bool,
    pub verdict: Verdict,
}

/// A chunk that is being filled.
#[derive(Debug)]
pub(super) struct OpenChunk {
    pub head: Head,
    pub count: usize,
    /// Empty while all messages were received at the same time.
    later: Vec<u8>,
    /// Empty while no message was compressed.
    wires: Vec<u8>,
    ends: Vec<u8>,
    payloads: Vec<u8>,
}

impl OpenChunk {
    /// A chunk with a first message, in the memory of an `old` one; `None` if the message must have a row of its own.
    pub fn with(seq: Seq, captured: &Captured<'_>, old: Option<Self>) -> Option<Self> {
        let Captured { at, connection, verdict, message } = *captured;
        let Message { id, kind, valid, .. } = message;
        let head = Head { seq, id, at, connection, kind, valid, verdict };
        let [later, wires, ends, payloads] = old.map_or_else(Default::default, |old| {
            [old.later, old.wires, old.ends, old.payloads].map(|mut list| {
                list.clear();
                list
            })
        });
        let mut new = Self { head, count: 0, later, wires, ends, payloads };
        (message.payload.len() <= LARGE && new.add(captured)).then_some(new)
    }

    /// Adds the message that follows; false if it does not belong to this chunk, or there is no room.
    pub fn add(&mut self, captured: &Captured<'_>) -> bool {
        let Captured { at, message, .. } = *captured;
        let later = number_of(at.0 - self.head.at.0);
        let wire = number_of(i64::from(message.wire.map_or(0, NonZeroU32::get)));
        let (Some(later), Some(wire), true) = (later, wire, self.continues(captured)) else { return false };
        let is_listed = |list: &[u8], number| usize::from(number > 0 || !list.is_empty());
        let lists = 1 + is_listed(&self.later, later) + is_listed(&self.wires, wire);
        let size = self.payloads.len() + message.payload.len() + (self.count + 1) * lists * WIDTH;
        if self.count == MOST || size > ROOM {
            return false;
        }
        self.payloads.extend_from_slice(message.payload);
        put_unless_zero(&mut self.later, self.count, later);
        put_unless_zero(&mut self.wires, self.count, wire);
        put(&mut self.ends, u32::try_from(self.payloads.len()).unwrap_or(LARGEST));
        self.count += 1;
        true
    }

    fn continues(&self, captured: &Captured<'_>) -> bool {
        let Captured { at: _, connection, verdict, message } = captured;
        let Message { id, kind, payload: _, valid, frames, wire: _ } = *message;
        let Head { connection: of_chunk, verdict: common, .. } = self.head;
        frames == 1
            && id == self.head.id.plus(self.count as u64)
            && (*connection, *verdict, kind, valid) == (of_chunk, common, self.head.kind, self.head.valid)
    }

    /// A chunk as it was stored, without its payloads; it is not added to.
    pub fn index_of(chunk: &Chunk<'_>) -> Self {
        let Chunk { head, count, later, wires, ends, payloads: _ } = *chunk;
        let [later, wires, ends] = [later, wires, ends].map(<[u8]>::to_vec);
        Self { head, count, later, wires, ends, payloads: Vec::new() }
    }

    /// The place after its last message.
    pub fn next(&self) -> Seq {
        self.head.seq.plus(self.count as u64)
    }

    /// Whether so few messages are rather rows of their own, which any tool can look up by their columns.
    pub fn is_small(&self) -> bool {
        // Of a blob without a byte SQLite cuts NULL, and not an empty payload.
        self.payloads.is_empty() || (self.count < 32 && self.payloads.len() < LARGE)
    }

    pub fn chunk(&self) -> Chunk<'_> {
        let Self { head, count, later, wires, ends, payloads } = self;
        Chunk { head: *head, count: *count, later, wires, ends, payloads: Some(payloads) }
    }
}

/// A chunk as it is stored.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chunk<'a> {
    pub head: Head,
    pub count: usize,
    /// How many microseconds after the first message each was received; empty if all were received with it.
    pub later: &'a [u8],
    /// The compressed sizes, 0 for a message that was not compressed; empty if none was.
    pub wires: &'a [u8],
    /// The offsets at which the payloads end.
    pub ends: &'a [u8],
    /// `None` if they are compressed and were not asked for.
    pub payloads: Option<&'a [u8]>,
}

impl<'a> Chunk<'a> {
    /// The message at this place of the chunk, and the size of its payload; `None` past its end, and where it is
    /// damaged.
    pub fn message(&self, nth: usize) -> Option<(Captured<'a>, u64)> {
        if nth >= self.count {
            return None;
        }
        let start = nth.checked_sub(1).map_or(Some(0), |before| number(self.ends, before))?;
        let end = number(self.ends, nth)?;
        let size = u64::from(end.checked_sub(start)?);
        let payload = self.payloads.map_or(Some(&[][..]), |all| all.get(start as usize..end as usize))?;
        let Head { id, at, connection, kind, valid, verdict, .. } = self.head;
        let later = number(self.later, nth).unwrap_or(0);
        let wire = number(self.wires, nth).and_then(NonZeroU32::new);
        let id = MessageId(id.0.saturating_add(nth as u64));
        let captured = Captured {
            at: Timestamp(at.0.saturating_add(i64::from(later))),
            connection,
            verdict,
            message: Message { id, kind, payload, valid, frames: 1, wire },
        };
        Some((captured, size))
    }

    /// The size of all payloads, in bytes; 0 where the chunk is damaged.
    pub fn payloads_size(&self) -> usize {
        self.count.checked_sub(1).and_then(|last| number(self.ends, last)).unwrap_or(0) as usize
    }
}

fn number_of(count: i64) -> Option<u32> {
    u32::try_from(count).ok().filter(|number| *number <= LARGEST)
}

/// Adds a number to a list that is empty while all of its `count` numbers are zero.
fn put_unless_zero(list: &mut Vec<u8>, count: usize, number: u32) {
    if list.is_empty() && number > 0 {
        (0..count).for_each(|_| put(list, 0));
    }
    if !list.is_empty() || number > 0 {
        put(list, number);
    }
}

fn put(list: &mut Vec<u8>, number: u32) {
    let character = char::from_u32(ZERO + number).unwrap_or(char::REPLACEMENT_CHARACTER);
    list.extend_from_slice(character.encode_utf8(&mut [0; WIDTH + 1]).as_bytes());
}

fn number(list: &[u8], nth: usize) -> Option<u32> {
    let &[high, middle, low] = list.get(nth * WIDTH..)?.first_chunk::<WIDTH>()?;
    let character = u32::from(high & 0xf) << 12 | u32::from(middle & 0x3f) << 6 | u32::from(low & 0x3f);
    character.checked_sub(ZERO)
}

#[cfg(test)]
mod tests {
    use super::{LARGEST, number, put};

    #[test]
    fn every_number_of_a_list_is_read_back() {
        let mut list = Vec::new();
        (0..=LARGEST).for_each(|number| put(&mut list, number));
        assert!((0..=LARGEST).zip(0..).all(|(expected, nth)| number(&list, nth) == Some(expected)));
        assert!(str::from_utf8(&list).is_ok());
    }
}
