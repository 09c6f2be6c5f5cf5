//! Which row is what, for every row of a session: a few bytes for each run of messages, none for a message.

use crate::session::{MessageId, Seq};

use super::row::RowId;

/// Marks a span of rows that are not received messages.
const ENTRY: u64 = 1 << 63;

/// Rows that stand in a row both on the screen and in the stream.
#[derive(Clone, Copy, Debug)]
struct Span {
    row: u64,
    /// With [`ENTRY`] in its top bit.
    seq: u64,
    /// The first message of the span, or the first behind it.
    message: u64,
}

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub seq: Seq,
    /// The number of the message; `None` for any other row.
    pub message: Option<MessageId>,
}

/// Every row of a session, in spans of 24 bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    spans: Vec<Span>,
    end: u64,
}

impl Index {
    /// Adds rows at the end: `count` messages from `message` on.
    pub(super) fn messages(&mut self, seq: Seq, message: MessageId, count: u64) {
        let joins = self.spans.last().is_some_and(|last| {
            let len = self.end - last.row;
            last.seq & ENTRY == 0 && last.seq + len == seq.0 && last.message + len == message.0
        });
        if !joins {
            self.spans.push(Span { row: self.end, seq: seq.0, message: message.0 });
        }
        self.end += count;
    }

    /// Adds a row that is not a received message; `next` is the first message behind it.
    pub(super) fn entry(&mut self, seq: Seq, next: MessageId) {
        let joins = self
            .spans
            .last()
            .is_some_and(|last| last.seq & ENTRY != 0 && (last.seq & !ENTRY) + self.end - last.row == seq.0);
        if !joins {
            self.spans.push(Span { row: self.end, seq: seq.0 | ENTRY, message: next.0 });
        }
        self.end += 1;
    }

    /// How many rows there are.
    pub(super) const fn len(&self) -> u64 {
        self.end
    }

    /// What a row is.
    pub(super) fn at(&self, row: RowId) -> Option<Place> {
        let nth = self.spans.partition_point(|span| span.row <= row.0).checked_sub(1)?;
        let span = self.spans.get(nth).filter(|_| row.0 < self.end)?;
        let by = row.0 - span.row;
        let message = (span.seq & ENTRY == 0).then(|| MessageId(span.message + by));
        Some(Place { seq: Seq((span.seq & !ENTRY) + by), message })
    }

    /// The row of a message.
    pub(super) fn row_of(&self, message: MessageId) -> Option<RowId> {
        let nth = self.spans.partition_point(|span| span.message <= message.0).checked_sub(1)?;
        // Entries share their number with the messages behind them, and stand before those.
        let row = self.spans[nth].row + message.0.checked_sub(self.spans[nth].message)?;
        (self.at(RowId(row))?.message == Some(message)).then_some(RowId(row))
    }

    /// The rows that stand at `count` places from `seq` on, in runs: the first row, how many there are, and whether they
    /// are messages.
    pub(super) fn rows_at(&self, seq: Seq, count: u64) -> impl Iterator<Item = (u64, u64, bool)> {
        let (begin, end) = (seq.0, seq.0.saturating_add(count));
        let nth = self.spans.partition_point(|span| span.seq & !ENTRY <= begin).saturating_sub(1);
        let spans = self.spans.get(nth..).unwrap_or_default();
        let ends = spans.iter().skip(1).map(|next| next.row).chain([self.end]);
        spans.iter().zip(ends).map_while(move |(span, behind)| {
            let first = span.seq & !ENTRY;
            let (from, to) = (first.max(begin), (first + (behind - span.row)).min(end));
            (first < end).then(|| (span.row + (from - first), to.saturating_sub(from), span.seq & ENTRY == 0))
        })
    }

    /// What it takes in memory, in bytes.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.spans.len() * size_of::<Span>()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Index, MessageId, Place, RowId, Seq};

    proptest! {
        #[test]
        fn every_row_message_and_place_is_found(steps in prop::collection::vec((0_u64..4, 0_u64..3), 0..60)) {
            let mut index = Index::default();
            let (mut seq, mut message) = (1, 1);
            let mut rows = Vec::new();
            for (count, silent) in steps {
                // Some events have a place and no row.
                seq += silent;
                if count == 0 {
                    index.entry(Seq(seq), MessageId(message));
                    rows.push((seq, None));
                    seq += 1;
                } else {
                    index.messages(Seq(seq), MessageId(message), count);
                    rows.extend((0..count).map(|by| (seq + by, Some(MessageId(message + by)))));
                    seq += count;
                    message += count;
                }
            }
            prop_assert_eq!(index.len(), rows.len() as u64);
            for (row, (seq, message)) in (0..).map(RowId).zip(&rows) {
                prop_assert_eq!(index.at(row), Some(Place { seq: Seq(*seq), message: *message }));
                prop_assert_eq!(index.rows_at(Seq(*seq), 1).collect::<Vec<_>>(), [(row.0, 1, message.is_some())]);
                if let Some(message) = message {
                    prop_assert_eq!(index.row_of(*message), Some(row));
                }
            }
            for begin in 0..8 {
                let behind = seq.saturating_sub(2);
                let found = index.rows_at(Seq(begin), behind.saturating_sub(begin));
                let found: Vec<_> = found.flat_map(|(row, len, is_message)| (row..row + len).map(move |row| (row, is_message))).collect();
                let expected: Vec<_> = (0..)
                    .zip(&rows)
                    .filter(|(_, (seq, _))| (begin..behind).contains(seq))
                    .map(|(row, (_, message))| (row, message.is_some()))
                    .collect();
                prop_assert_eq!(found, expected);
            }
            prop_assert_eq!(index.row_of(MessageId(message)), None);
            prop_assert_eq!(index.at(RowId(rows.len() as u64)), None);
        }
    }

    #[test]
    fn a_million_messages_in_a_row_take_one_span() {
        let mut index = Index::default();
        for batch in 0..1_000 {
            index.messages(Seq(1 + batch * 1_000), MessageId(1 + batch * 1_000), 1_000);
        }
        assert_eq!((index.len(), index.bytes()), (1_000_000, 24));
    }
}
