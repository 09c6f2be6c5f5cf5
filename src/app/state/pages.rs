//! Rows that were read back from the capture. Those that were looked at last are kept, so that going to and fro between
//! a few places reads nothing again.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};

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
    /// The last look at it, or its reading.
    seen: u64,
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
    /// The places of each message among them.
    of_message: HashMap<MessageId, Vec<Seq>>,
    /// Counts looks and readings.
    looks: u64,
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

    /// The places that are at hand, in order.
    pub(super) fn places(&self) -> impl Iterator<Item = Seq> + '_ {
        self.leaves.keys().copied()
    }

    /// What to ask for, so that these places can be shown; `None` if all are here, and while an answer is due.
    pub(super) fn ask(&mut self, wanted: &[Seq]) -> Option<Ranges> {
        self.looks += 1;
        let mut missing = Vec::new();
        for seq in wanted {
            match self.leaves.get_mut(seq) {
                Some(leaf) => leaf.seen = self.looks,
                None => missing.push(*seq),
            }
        }
        if self.asked || self.short || missing.is_empty() {
            return None;
        }
        let mut ranges: Vec<Range<u64>> = Vec::new();
        // Places next to one another are read together; a few unneeded ones cost nothing.
        for seq in missing {
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
        self.looks += 1;
        self.make_room(stored.len(), wanted);
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
            self.leaves.insert(seq, Leaf { at, connection, kind, seen: self.looks });
        }
        self.of_message.clear();
        for (seq, leaf) in &self.leaves {
            if let LeafKind::Message(message) | LeafKind::Redelivered(_, Some(message)) = &leaf.kind {
                self.of_message.entry(message.id).or_default().push(*seq);
            }
        }
        self.short = wanted.iter().any(|seq| !self.leaves.contains_key(seq));
    }

    /// Lets the rows go that were looked at longest ago, those of one look together.
    fn make_room(&mut self, more: usize, wanted: &[Seq]) {
        let over = (self.leaves.len() + more).saturating_sub(ROWS);
        if over == 0 {
            return;
        }
        let mut seen: Vec<_> = self.leaves.values().map(|leaf| leaf.seen).collect();
        seen.sort_unstable();
        let last = seen.get(over - 1).copied().unwrap_or(u64::MAX);
        self.leaves.retain(|seq, leaf| leaf.seen > last || wanted.binary_search(seq).is_ok());
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
        for seq in self.of_message.get(&id).into_iter().flatten() {
            if let Some(Leaf { kind, .. }) = self.leaves.get_mut(seq)
                && let LeafKind::Message(message) | LeafKind::Redelivered(_, Some(message)) = kind
            {
                message.delivery = delivery;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::session::{Kind, Verdict};

    /// Looks at these places, and reads those that are not here; how many were read.
    fn look(pages: &mut Pages, from: u64) -> usize {
        let wanted: Vec<_> = (from..from + 40).map(Seq).collect();
        let ranges = pages.ask(&wanted).unwrap_or_default();
        let places = ranges.iter().flat_map(|(from, count)| from.0..from.0 + u64::from(*count));
        let kind = || StoredKind::Event(Box::new(EventKind::ReadingResumed { after: Duration::ZERO }));
        let stored: Vec<_> = places
            .map(|seq| Stored { seq: Seq(seq), at: Timestamp(0), connection: ConnectionId(1), kind: kind() })
            .collect();
        let count = stored.len();
        if count > 0 {
            pages.take(stored, &wanted);
        }
        count
    }

    #[test]
    fn a_verdict_is_told_to_each_place_of_its_message_that_is_kept() {
        let message = |seq, id| StoredMessage {
            seq: Seq(seq),
            id: MessageId(id),
            kind: Kind::Text,
            valid: true,
            frames: 1,
            wire: None,
            size: 1,
            head: Bytes::from_static(b"a"),
            delivery: Delivery::first(Verdict::Pending),
        };
        let stored =
            |seq, kind| Stored { seq: Seq(seq), at: Timestamp(0), connection: ConnectionId(1), kind };
        let acked = Delivery { attempt: 2, verdict: Verdict::Acked };
        let update = DeliveryUpdate { id: MessageId(1), delivery: acked, recalled: false };
        let mut pages = Pages::default();
        let read = vec![
            stored(1, StoredKind::Message(message(1, 1))),
            stored(2, StoredKind::Message(message(2, 2))),
            stored(3, StoredKind::Redelivered { update, message: Some(message(1, 1)) }),
        ];
        pages.take(read, &[]);
        pages.tell(MessageId(1), acked);
        pages.tell(MessageId(9), acked);
        let verdicts = pages.leaves.values().map(|leaf| match &leaf.kind {
            LeafKind::Message(message) | LeafKind::Redelivered(_, Some(message)) => message.delivery.verdict,
            _ => panic!("a message is expected"),
        });
        assert_eq!(verdicts.collect::<Vec<_>>(), [Verdict::Acked, Verdict::Pending, Verdict::Acked]);
    }

    #[test]
    fn going_to_and_fro_reads_nothing_again_and_memory_is_bounded() {
        let mut pages = Pages::default();
        assert_eq!((look(&mut pages, 1_000), look(&mut pages, 500_000)), (240, 240));
        for far in 0..100 {
            assert_eq!(look(&mut pages, 600_000 + 1_000 * far), 240);
            assert_eq!((look(&mut pages, 1_000), look(&mut pages, 500_000)), (0, 0));
            assert!(pages.leaves.len() <= ROWS, "{}", pages.leaves.len());
        }
    }
}
