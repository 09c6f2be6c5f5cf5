//! Rows that were read back from the capture, kept while they are near what is looked at.

use std::{collections::BTreeMap, ops::Range};

use bytes::Bytes;

use crate::session::{
    ConnectionId, Delivery, DeliveryUpdate, EventKind, MessageId, Seq, Stored, StoredKind, StoredMessage,
    Timestamp,
};

use super::row::{Entry, Received};

/// Rows that are kept at most; each has at most [`StoredMessage::HEAD`] bytes of its payload.
const ROWS: usize = 2_000;
/// How many rows are read at once, on both sides of what is seen.
const MARGIN: u64 = 100;

/// A row as it was read.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    pub at: Timestamp,
    pub connection: ConnectionId,
    pub kind: LeafKind,
}

#[derive(Clone, Debug)]
pub(super) enum LeafKind {
    Message(StoredMessage),
    Redelivered(DeliveryUpdate, Option<StoredMessage>),
    Entry(Entry),
}

/// What is to be read: places, and how many from each on.
pub type Ranges = Vec<(Seq, u32)>;

/// The rows that were read, and those that are being read.
#[derive(Clone, Debug, Default)]
pub(super) struct Pages {
    leaves: BTreeMap<Seq, Leaf>,
    /// One whole payload, that of the row that is looked at.
    whole: Option<(Seq, Bytes)>,
    asked: bool,
    asked_whole: Option<Seq>,
    /// What was asked for last is not committed yet; it is asked for again later.
    pub short: bool,
}

impl Pages {
    pub(super) fn get(&self, seq: Seq) -> Option<&Leaf> {
        self.leaves.get(&seq)
    }

    /// What to ask for, so that these places can be shown; `None` while an answer is due.
    pub(super) fn ask(&mut self, wanted: &[Seq]) -> Option<Ranges> {
        if self.asked || self.short || wanted.is_empty() {
            return None;
        }
        let mut ranges: Vec<Range<u64>> = Vec::new();
        // Places next to one another are read together; a few unneeded ones cost nothing.
        for seq in wanted {
            match ranges.last_mut() {
                Some(last) if seq.0 <= last.end + MARGIN => last.end = seq.0 + 1,
                _ => ranges.push(seq.0..seq.0 + 1),
            }
        }
        if let [only] = ranges.as_mut_slice() {
            *only = only.start.saturating_sub(MARGIN).max(1)..only.end + MARGIN;
        }
        self.asked = true;
        let length = |range: &Range<u64>| u32::try_from(range.end - range.start).unwrap_or(u32::MAX);
        Some(ranges.iter().map(|range| (Seq(range.start), length(range))).collect())
    }

    /// Takes in what was read. `wanted` is what still should be seen then.
    pub(super) fn take(&mut self, stored: Vec<Stored>, wanted: &[Seq]) {
        self.asked = false;
        if self.leaves.len() + stored.len() > ROWS {
            self.leaves.retain(|seq, _| wanted.contains(seq));
        }
        let mut lost: Option<Seq> = None;
        for Stored { seq, at, connection, kind } in stored {
            let kind = match kind {
                StoredKind::Message(message) => LeafKind::Message(message),
                StoredKind::Redelivered { update, message } => LeafKind::Redelivered(update, message),
                StoredKind::Event(kind) => match (*kind, lost) {
                    (EventKind::Finding(finding), Some(lost)) if self.joins(lost, connection) => {
                        if let Some(Leaf { kind: LeafKind::Entry(Entry::Lost(_, findings)), .. }) =
                            self.leaves.get_mut(&lost)
                        {
                            findings.push(*finding);
                        }
                        continue;
                    }
                    (kind, _) => match Entry::of(kind) {
                        Some(entry) => LeafKind::Entry(entry),
                        None => continue,
                    },
                },
            };
            lost = matches!(kind, LeafKind::Entry(Entry::Lost(..))).then_some(seq);
            self.leaves.insert(seq, Leaf { at, connection, kind });
        }
        self.short = wanted.iter().any(|seq| !self.leaves.contains_key(seq));
    }

    fn joins(&self, lost: Seq, connection: ConnectionId) -> bool {
        self.leaves.get(&lost).is_some_and(|leaf| leaf.connection == connection)
    }

    /// The place of a payload to ask for, if this one is not whole here and not asked for.
    pub(super) fn ask_whole(&mut self, seq: Seq) -> Option<Seq> {
        let is_here = self.whole.as_ref().is_some_and(|(own, _)| *own == seq);
        (!is_here && self.asked_whole.replace(seq) != Some(seq)).then_some(seq)
    }

    pub(super) fn take_whole(&mut self, seq: Seq, bytes: Option<Bytes>) {
        self.asked_whole = None;
        self.whole = bytes.map(|bytes| (seq, bytes));
    }

    /// A stored message as it is shown: with its whole payload if that is here, else with its head.
    pub(super) fn received<'a>(&'a self, message: &'a StoredMessage) -> Received<'a> {
        let whole = match &self.whole {
            Some((seq, bytes)) if *seq == message.seq => Some(bytes),
            _ => None,
        };
        let StoredMessage { id, kind, valid, frames, wire, size, .. } = *message;
        let is_whole = whole.is_some() || message.head.len() as u64 == size;
        Received {
            id,
            kind,
            valid,
            frames,
            wire,
            size,
            payload: Some(whole.unwrap_or(&message.head)),
            buffer: whole.unwrap_or(&message.head),
            is_whole,
        }
    }

    /// A message is redelivered, or a verdict came: what was read says so too.
    pub(super) fn tell(&mut self, id: MessageId, delivery: Delivery) {
        for leaf in self.leaves.values_mut() {
            match &mut leaf.kind {
                LeafKind::Message(message) | LeafKind::Redelivered(_, Some(message)) if message.id == id => {
                    message.delivery = delivery;
                }
                _ => {}
            }
        }
    }
}
