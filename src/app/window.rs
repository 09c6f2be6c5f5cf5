//! A bounded run of rows. Batches stay as they came; a row is found by its position.

use std::collections::VecDeque;

use serde::Serialize;

use crate::session::{Batch, DialId, MessageId, Timestamp, json};

use super::row::{Entry, RowId};

/// The most rows a window keeps.
pub const ROWS: u64 = 10_000;
/// The most bytes it keeps, counting the shared buffers of batches; one block alone may be larger.
pub const BYTES: usize = 8 << 20;

/// Rows that arrived together.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub first: RowId,
    pub at: Timestamp,
    /// The time of the row before it.
    pub before: Option<Timestamp>,
    pub dial: DialId,
    /// The first message that is in this block or behind it.
    pub next_message: MessageId,
    pub rows: Rows,
}

#[derive(Clone, Debug)]
pub(super) enum Rows {
    Messages(Batch),
    One(Entry),
}

impl Block {
    pub(super) fn len(&self) -> u64 {
        match &self.rows {
            Rows::Messages(batch) => batch.len() as u64,
            Rows::One(_) => 1,
        }
    }

    fn end(&self) -> u64 {
        self.first.0 + self.len()
    }

    fn bytes(&self) -> usize {
        let held = match &self.rows {
            Rows::Messages(batch) => {
                batch.run.bytes.len() + batch.run.spans.len() * size_of::<crate::session::Span>()
            }
            Rows::One(Entry::Sent(sent)) => sent.payload.len(),
            Rows::One(Entry::Failed(failure)) => written(failure),
            Rows::One(Entry::Lost(lost)) => written(lost),
            Rows::One(Entry::Found(finding)) => written(finding),
            Rows::One(_) => 0,
        };
        held + size_of::<Self>()
    }
}

/// About as many bytes as it holds. A server may put much into a refusal, and refuse often.
fn written(value: &impl Serialize) -> usize {
    let mut out = Vec::new();
    json::write_value(&mut out, value);
    out.len()
}

/// Consecutive rows within the two bounds.
#[derive(Clone, Debug, Default)]
pub(super) struct Window {
    blocks: VecDeque<Block>,
    bytes: usize,
    /// First row kept; it may lie inside the first block.
    first: u64,
    end: u64,
}

impl Window {
    /// An empty window whose first row will be `first`.
    pub(super) fn starting_at(first: RowId) -> Self {
        Self { first: first.0, end: first.0, ..Self::default() }
    }

    pub(super) const fn first(&self) -> RowId {
        RowId(self.first)
    }

    /// The row behind the last.
    pub(super) const fn end(&self) -> RowId {
        RowId(self.end)
    }

    pub(super) const fn len(&self) -> u64 {
        self.end - self.first
    }

    #[cfg(test)]
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn push(&mut self, block: Block) {
        self.end = block.end();
        self.bytes += block.bytes();
        self.blocks.push_back(block);
    }

    /// Whether taking `block` in would push other rows out.
    pub(super) fn is_full_for(&self, block: &Block) -> bool {
        !self.blocks.is_empty() && (self.len() + block.len() > ROWS || self.bytes + block.bytes() > BYTES)
    }

    /// Lets the oldest rows go until both bounds hold. The last block stays, cut to the last rows.
    pub(super) fn trim(&mut self) {
        self.first = self.first.max(self.end.saturating_sub(ROWS));
        while let Some(oldest) = self.blocks.front() {
            let useless = oldest.end() <= self.first;
            if !useless && (self.bytes <= BYTES || self.blocks.len() == 1) {
                break;
            }
            self.bytes -= oldest.bytes();
            self.first = self.first.max(oldest.end());
            self.blocks.pop_front();
        }
    }

    /// The block that holds `row`, and the row's place in it.
    pub(super) fn find(&self, row: RowId) -> Option<(&Block, u64)> {
        if row.0 < self.first || row.0 >= self.end {
            return None;
        }
        let nth = self.blocks.partition_point(|block| block.first <= row).checked_sub(1)?;
        let block = self.blocks.get(nth)?;
        Some((block, row.0 - block.first.0))
    }

    /// The batch that holds a message, if it is kept, and when it came.
    pub(super) fn batch_of(&self, id: MessageId) -> Option<&Batch> {
        let nth = self.blocks.partition_point(|block| block.next_message <= id).checked_sub(1)?;
        match &self.blocks.get(nth)?.rows {
            Rows::Messages(batch) if batch.get(id).is_some() => Some(batch),
            _ => None,
        }
    }

    /// The first message that is kept here or yet to come.
    pub(super) fn oldest_message(&self) -> Option<MessageId> {
        self.blocks.front().map(|block| block.next_message)
    }
}
