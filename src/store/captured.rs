//! Messages as a capture gives them back.

use crate::{
    filter::{Candidate, Needs},
    session::{ConnectionId, Event, Kind, Message, Seq, Timestamp, Verdict},
};

/// Selects payloads of a kind.
pub type Predicate<'a> = &'a dyn Fn(Kind, &[u8]) -> bool;

/// What is looked for in a capture.
#[derive(Clone, Copy)]
pub struct Search<'a> {
    pub matches: &'a dyn Fn(&Candidate<'_>) -> bool,
    /// Whether any of several payloads of one kind, one after the other, may match.
    pub may_match: Predicate<'a>,
    /// What `matches` asks for.
    pub needs: Needs,
    /// Whether a scan finds connections, losses, findings and pauses too, as landmarks.
    pub landmarks: bool,
}

impl Search<'static> {
    /// Finds everything but control frames.
    pub const ALL: Self = Self {
        matches: &|_| true,
        may_match: &|_, _| true,
        needs: Needs { gap: false, answer: false, control: false },
        landmarks: true,
    };
}

/// A message of a capture with its whole payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Captured<'a> {
    pub at: Timestamp,
    pub connection: ConnectionId,
    /// The verdict of its first attempt.
    pub verdict: Verdict,
    pub message: Message<'a>,
}

/// What a session has at one of its places.
#[derive(Clone, Copy, Debug)]
pub enum Item<'a> {
    /// Anything but received messages.
    Event(&'a Event),
    Message(&'a Captured<'a>),
}

/// How much of the payload of a large message is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    None,
    /// At least the part that a page shows.
    Head,
    Whole,
}

/// A message at its place.
pub(super) struct Placed<'a> {
    pub seq: Seq,
    /// The size of the whole payload in bytes.
    pub size: u64,
    pub captured: Captured<'a>,
}

/// Takes a message and returns whether to continue.
pub(super) type Each<'a> = &'a mut dyn FnMut(&Placed<'_>) -> rusqlite::Result<bool>;
