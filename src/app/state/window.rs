//! A bounded run of rows. Batches stay as they came; a row is found by its position. Rows are small
//! and bounded by their number, payloads by their bytes: the oldest are let go, their rows stay.

use std::collections::VecDeque;

use bytes::Bytes;
use serde::Serialize;

use crate::{
    schema,
    session::{Batch, ConnectionId, Finding, MessageId, Timestamp},
};

use super::row::{Entry, Received, RowId};

/// The most rows a window keeps.
pub const ROWS: u64 = 10_000;
/// The most bytes of payloads it keeps, counting the shared buffers of batches; what came last is
/// kept also when it is larger.
pub const BYTES: usize = 8 << 20;

/// Rows that arrived together.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub first: RowId,
    pub at: Timestamp,
    /// The time of the row before it.
    pub before: Option<Timestamp>,
    pub connection: ConnectionId,
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

    /// Of the payloads that are kept, and of words that quote a server.
    fn bytes(&self) -> usize {
        match &self.rows {
            Rows::Messages(batch) => batch.run.bytes.len(),
            Rows::One(Entry::Sent(sent)) => sent.payload.as_ref().map_or(0, Bytes::len),
            Rows::One(Entry::Failed(failure)) => written(failure),
            Rows::One(Entry::Lost(lost, findings)) => {
                written(lost) + findings.iter().map(written).sum::<usize>()
            }
            Rows::One(Entry::Found(finding)) => written(finding),
            Rows::One(_) => 0,
        }
    }

    /// Whether it had payloads and has let them go.
    pub(super) fn is_bare(&self) -> bool {
        match &self.rows {
            Rows::Messages(batch) => {
                batch.run.bytes.is_empty() && batch.run.spans.iter().any(|span| span.len > 0)
            }
            Rows::One(Entry::Sent(sent)) => sent.payload.is_none(),
            Rows::One(_) => false,
        }
    }

    /// Lets the payload go; words stay as long as their row.
    fn let_go(&mut self) {
        match &mut self.rows {
            Rows::Messages(batch) => batch.run.bytes = Bytes::new(),
            Rows::One(Entry::Sent(sent)) if sent.size > 0 => sent.payload = None,
            Rows::One(_) => {}
        }
    }

    /// Lets rows at the front go, so that no more than a window's remain.
    fn cut(&mut self) {
        let Rows::Messages(batch) = &mut self.rows else { return };
        let over = (batch.len() as u64).saturating_sub(ROWS);
        if let Ok(count @ 1..) = usize::try_from(over) {
            batch.run = batch.run.part(count..batch.len());
            batch.first = batch.first.plus(over);
            self.first = RowId(self.first.0 + over);
            self.next_message = batch.first;
        }
    }
}

/// Consecutive rows within the two bounds.
#[derive(Clone, Debug, Default)]
pub(super) struct Window {
    blocks: VecDeque<Block>,
    /// Of payloads and of words that quote a server.
    bytes: usize,
    /// How many blocks at the front have let their payloads go.
    bare: usize,
    /// When the last message that is gone was received.
    gone: Option<Timestamp>,
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

    /// The first row whose block has its payloads still.
    pub(super) fn first_whole(&self) -> RowId {
        self.blocks.get(self.bare).map_or(self.end(), |block| RowId(block.first.0.max(self.first)))
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

    #[cfg(test)]
    pub(super) fn last_bytes(&self) -> usize {
        self.blocks.back().map_or(0, Block::bytes)
    }

    /// Whether rows are kept whose payloads are not.
    pub(super) const fn is_partly_bare(&self) -> bool {
        self.bare > 0
    }

    /// Whether taking `block` in would let something go.
    pub(super) fn is_full_for(&self, block: &Block) -> bool {
        !self.blocks.is_empty() && (self.len() + block.len() > ROWS || self.bytes + block.bytes() > BYTES)
    }

    /// Takes `block` in and lets the oldest go until both bounds hold; true when rows have left.
    pub(super) fn push(&mut self, mut block: Block) -> bool {
        self.end = block.end();
        block.cut();
        self.bytes += block.bytes();
        self.blocks.push_back(block);
        let before = self.first;
        self.first = self.first.max(self.end.saturating_sub(ROWS));
        while let Some(oldest) = self.blocks.front().filter(|oldest| oldest.end() <= self.first) {
            self.bytes -= oldest.bytes();
            self.bare = self.bare.saturating_sub(1);
            self.note_gone();
            self.blocks.pop_front();
        }
        while self.bytes > BYTES && self.bare + 1 < self.blocks.len() {
            let block = &mut self.blocks[self.bare];
            self.bytes -= block.bytes();
            block.let_go();
            self.bytes += block.bytes();
            self.bare += 1;
        }
        let newest = self.blocks.back().map_or(0, Block::bytes);
        while self.bytes - newest > BYTES && !self.blocks.is_empty() {
            self.note_gone();
            let Some(oldest) = self.blocks.pop_front() else { break };
            self.bytes -= oldest.bytes();
            self.bare = self.bare.saturating_sub(1);
            self.first = self.first.max(oldest.end());
        }
        self.first > before
    }

    /// Adds what was found about the loss that is the last row; the next row that is taken in makes room for it.
    pub(super) fn join(&mut self, finding: Finding) {
        if let Some(Block { rows: Rows::One(Entry::Lost(_, findings)), .. }) = self.blocks.back_mut() {
            self.bytes += written(&finding);
            findings.push(finding);
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

    /// Remembers of the oldest block what is asked of rows that are gone.
    fn note_gone(&mut self) {
        if let Some(block) = self.blocks.front().filter(|block| matches!(block.rows, Rows::Messages(_))) {
            self.gone = Some(block.at);
        }
    }

    /// When the last message before a row was received, as far as it is known.
    pub(super) fn received_before(&self, row: RowId) -> Option<Timestamp> {
        let before = self.blocks.partition_point(|block| block.first < row);
        let messages =
            self.blocks.iter().take(before).rev().find(|block| matches!(block.rows, Rows::Messages(_)));
        messages.map(|block| block.at).or(self.gone)
    }

    /// A message, if its row is kept.
    pub(super) fn message(&self, id: MessageId) -> Option<Received<'_>> {
        let nth = self.blocks.partition_point(|block| block.next_message <= id).checked_sub(1)?;
        match &self.blocks.get(nth)?.rows {
            Rows::Messages(batch) => message(batch, id.0.checked_sub(batch.first.0)?),
            Rows::One(_) => None,
        }
    }

    /// The first message that is kept here or yet to come.
    pub(super) fn oldest_message(&self) -> Option<MessageId> {
        self.blocks.front().map(|block| block.next_message)
    }
}

/// Message `nth` of a batch.
pub(super) fn message(batch: &Batch, nth: u64) -> Option<Received<'_>> {
    let span = batch.run.spans.get(usize::try_from(nth).ok()?)?;
    Some(Received::of(batch.first.plus(nth), span, &batch.run.bytes))
}

/// About as many bytes as it holds. A server may put much into a refusal, and refuse often.
fn written(value: &impl Serialize) -> usize {
    let mut out = Vec::new();
    schema::write_value(&mut out, value);
    out.len()
}
