//! Everything in order, as rows: a window that follows the newest or stands still.
//!
//! ```text
//!   following   [ rows ........ newest ]         the selection is the newest row
//!   held        [ rows ...... newest ]           rows are added, none leaves
//!   held, full  [ rows ] (n newer)  [ newest ]   what was seen stays; the newest wait behind it
//! ```
//!
//! Either part is within the bounds of a window, so a hold at most doubles
//! the memory. Rows are named by their place in the session: a flood moves neither the selected
//! row nor the view. What waits behind a full hold is reached by following.

use std::{collections::BTreeMap, time::Duration};

use crate::session::{
    Batch, Delivery, DialId, Event, Finding, MessageId, Redelivery, Timestamp, Verdict, What,
};

use super::{
    row::{Entry, Line, Received, Row, RowId},
    window::{self, Block, ROWS, Rows, Window},
};

/// How many rows after a loss its findings may come, and how many of them are joined to it.
const NEAR: usize = 8;

/// Whether the window moves with what arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Following,
    /// `since` is the first row that arrived while it stands still.
    Held {
        since: RowId,
    },
}

/// The rows of a session that are kept, the selected one, and the first one shown.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// What is held, set apart when it would otherwise lose what is looked at.
    apart: Option<Window>,
    newest: Window,
    mode: Mode,
    selected: RowId,
    top: RowId,
    /// The last row's time.
    last: Option<Timestamp>,
    next_message: MessageId,
    /// Messages, control frames and frames of ours so far, cleared ones included.
    traffic: u64,
    /// The latest delivery of those messages whose batch does not tell it.
    verdicts: BTreeMap<MessageId, Delivery>,
    lost_rows: bool,
}

impl Default for Timeline {
    fn default() -> Self {
        Self {
            apart: None,
            newest: Window::default(),
            mode: Mode::Following,
            selected: RowId::default(),
            top: RowId::default(),
            last: None,
            next_message: MessageId(1),
            traffic: 0,
            verdicts: BTreeMap::new(),
            lost_rows: false,
        }
    }
}

impl Timeline {
    /// Folds one event into it. Messages are moved in, not copied.
    pub fn apply(&mut self, event: Event) {
        let Event { at, dial, what } = event;
        let entry = match what {
            What::Messages(batch) => return self.receive(batch, at, dial),
            What::Delivery(told) => match self.redeliver(told) {
                Some(entry) => entry,
                None => return,
            },
            What::Control(control) => Entry::Control(control),
            What::Sent(sent) => Entry::Sent(sent.into()),
            What::Opened(opened) => Entry::Opened(opened),
            What::Lost(lost) => Entry::Lost(lost, Vec::new()),
            What::Failed(failure) => Entry::Failed(failure),
            What::ReadingPaused { read_ahead } => Entry::Paused { read_ahead },
            What::ReadingResumed { after } => Entry::Resumed { after },
            What::Ended(ended) => Entry::Ended(ended),
            What::Finding(finding) => match self.belongs_to_a_loss(finding, dial) {
                Some(finding) => Entry::Found(finding),
                None => return,
            },
            What::Dialing { .. }
            | What::StageStarted(_)
            | What::StageEnded(_)
            | What::RetryIn(_)
            | What::Refused { .. } => return,
        };
        self.traffic += u64::from(matches!(entry, Entry::Control(_) | Entry::Sent(_)));
        self.push(Rows::One(entry), at, dial);
    }

    /// Joins what is found about a loss to its row; gives back what belongs to no loss.
    fn belongs_to_a_loss(&mut self, finding: Box<Finding>, dial: DialId) -> Option<Box<Finding>> {
        let lost = self.newest.latest().take(NEAR).find_map(|block| match &mut block.rows {
            Rows::One(Entry::Lost(_, findings)) if block.dial == dial && findings.len() < NEAR => {
                Some(findings)
            }
            _ => None,
        });
        match lost {
            Some(findings) => findings.push(*finding),
            None => return Some(finding),
        }
        None
    }

    fn receive(&mut self, batch: Batch, at: Timestamp, dial: DialId) {
        if batch.is_empty() {
            return;
        }
        self.traffic += batch.len() as u64;
        let next = batch.first.plus(batch.len() as u64);
        self.next_message = batch.first;
        self.push(Rows::Messages(batch), at, dial);
        self.next_message = next;
    }

    fn push(&mut self, rows: Rows, at: Timestamp, dial: DialId) {
        let first = self.newest.end();
        let block = Block { first, at, before: self.last, dial, next_message: self.next_message, rows };
        self.last = Some(at);
        let holds = self.mode != Mode::Following && self.apart.is_none();
        if holds && self.newest.is_full_for(&block) {
            self.apart = Some(std::mem::replace(&mut self.newest, Window::starting_at(first)));
        }
        if self.newest.push(block) {
            self.lost_rows = true;
            self.forget_verdicts();
        }
        if self.mode == Mode::Following {
            self.selected = RowId(self.newest.end().0 - 1);
        }
    }

    fn forget_verdicts(&mut self) {
        if self.verdicts.len() as u64 <= 2 * ROWS {
            return;
        }
        let oldest = self.seen().oldest_message();
        if let Some(oldest) = oldest {
            self.verdicts = self.verdicts.split_off(&oldest);
        }
        while self.verdicts.len() as u64 > 2 * ROWS {
            self.verdicts.pop_first();
        }
    }

    fn redeliver(&mut self, told: Redelivery) -> Option<Entry> {
        let known = self.verdicts.insert(told.id, told.delivery);
        let attempt = told.delivery.attempt;
        self.forget_verdicts();
        let again = attempt > known.map_or(1, |delivery| delivery.attempt);
        again.then_some(Entry::Redelivered { id: told.id, attempt })
    }

    /// The rows that can be reached.
    fn seen(&self) -> &Window {
        self.apart.as_ref().unwrap_or(&self.newest)
    }

    /// How many rows wait behind what is held.
    fn newer(&self) -> u64 {
        self.apart.as_ref().map_or(0, |apart| self.newest.end().0 - apart.end().0)
    }

    /// How many rows can be reached, those that wait counted as one.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.seen().len() + u64::from(self.apart.is_some())
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    #[must_use]
    pub const fn is_following(&self) -> bool {
        matches!(self.mode, Mode::Following)
    }

    /// Rows that arrived since the window stands still.
    #[must_use]
    pub const fn passed(&self) -> u64 {
        match self.mode {
            Mode::Following => 0,
            Mode::Held { since } => self.newest.end().0 - since.0,
        }
    }

    /// Whether rows have left the window.
    #[must_use]
    pub const fn has_lost_rows(&self) -> bool {
        self.lost_rows
    }

    /// Whether payloads of rows that are kept have been let go.
    #[must_use]
    pub fn has_lost_payloads(&self) -> bool {
        self.seen().is_partly_bare()
    }

    /// Messages and control frames of both directions so far.
    #[must_use]
    pub const fn traffic(&self) -> u64 {
        self.traffic
    }

    #[must_use]
    pub const fn selected_id(&self) -> RowId {
        self.selected
    }

    /// The selected row, if there is any row.
    #[must_use]
    pub fn selected(&self) -> Option<Row<'_>> {
        self.row(self.selected)
    }

    /// The received message of the selected row, be it of a first or of a later delivery.
    #[must_use]
    pub fn selected_message(&self) -> Option<Received<'_>> {
        match self.selected()?.line {
            Line::Message { message, .. } => Some(message),
            Line::Redelivered { message, .. } => message,
            _ => None,
        }
    }

    /// A row by its id; `None` when it has left.
    #[must_use]
    pub fn row(&self, id: RowId) -> Option<Row<'_>> {
        if id == self.seen().end() && self.apart.is_some() {
            let at = self.last.unwrap_or(Timestamp(0));
            return Some(Row { id, at, delta: None, dial: DialId(0), line: Line::Newer(self.newer()) });
        }
        self.seen().find(id).map(|(block, nth)| self.describe(block, id, nth))
    }

    fn describe<'a>(&'a self, block: &'a Block, id: RowId, nth: u64) -> Row<'a> {
        let delta =
            if nth == 0 { block.before.map(|before| block.at.since(before)) } else { Some(Duration::ZERO) };
        let line = match &block.rows {
            Rows::Messages(batch) => {
                let message = window::message(batch, nth).expect("a block's rows are its batch's messages");
                Line::Message { message, delivery: self.delivery(message.id, batch.verdict) }
            }
            Rows::One(Entry::Redelivered { id, attempt }) => {
                let latest = self.delivery(*id, Verdict::Pending);
                let over = Delivery { attempt: *attempt, verdict: Verdict::Nacked };
                let delivery = if latest.attempt == *attempt { latest } else { over };
                Line::Redelivered { id: *id, delivery, message: self.message(*id) }
            }
            Rows::One(entry) => Line::Entry(entry),
        };
        Row { id, at: block.at, delta, dial: block.dial, line }
    }

    fn delivery(&self, id: MessageId, first: Verdict) -> Delivery {
        self.verdicts.get(&id).copied().unwrap_or(Delivery { attempt: 1, verdict: first })
    }

    /// A received message, while its row is kept.
    #[must_use]
    pub fn message(&self, id: MessageId) -> Option<Received<'_>> {
        self.seen().message(id).or_else(|| self.newest.message(id))
    }

    /// The place of a row among those that can be reached; of a row that has left, the nearest.
    fn place(&self, id: RowId) -> u64 {
        id.0.saturating_sub(self.seen().first().0).min(self.len().saturating_sub(1))
    }

    fn at_place(&self, place: u64) -> RowId {
        RowId(self.seen().first().0 + place)
    }

    /// The rows that `height` lines show, from the top.
    pub fn visible(&self, height: u16) -> impl Iterator<Item = Row<'_>> {
        let top = match self.mode {
            Mode::Following => self.len().saturating_sub(u64::from(height)),
            Mode::Held { .. } => self.place(self.top),
        };
        let end = top.saturating_add(u64::from(height)).min(self.len());
        (top..end).filter_map(|place| self.row(self.at_place(place)))
    }

    /// Makes the window stand still, with what `height` lines show.
    pub fn hold(&mut self, height: u16) {
        if self.mode == Mode::Following {
            self.top = self.at_place(self.len().saturating_sub(u64::from(height)));
            self.mode = Mode::Held { since: self.newest.end() };
        }
    }

    /// Lets the window move with what arrives; the newest row becomes the selected one.
    pub fn follow(&mut self) {
        self.mode = Mode::Following;
        self.lost_rows |= self.apart.take().is_some();
        self.selected = RowId(self.newest.end().0.saturating_sub(1));
    }

    /// Selects the row `by` places further down, and holds.
    pub fn select_by(&mut self, by: i64, height: u16) {
        if !self.is_empty() {
            let place = self.place(self.selected).saturating_add_signed(by).min(self.len() - 1);
            self.select_place(place, height);
        }
    }

    /// Selects the first row that is kept, and holds.
    pub fn select_first(&mut self, height: u16) {
        if !self.is_empty() {
            self.select_place(0, height);
        }
    }

    /// Selects the row shown on this line, and holds; false when there is none.
    pub fn select_line(&mut self, line: u16, height: u16) -> bool {
        let Some(id) = self.visible(height).nth(usize::from(line)).map(|row| row.id) else { return false };
        self.hold(height);
        self.selected = id;
        true
    }

    fn select_place(&mut self, place: u64, height: u16) {
        self.hold(height);
        self.selected = self.at_place(place);
        self.fit(height);
    }

    /// Moves the view as little as brings the selected row onto its `height` lines.
    pub fn fit(&mut self, height: u16) {
        if self.mode == Mode::Following || self.is_empty() {
            return;
        }
        let height = u64::from(height.max(1));
        let selected = self.place(self.selected);
        let furthest = self.len().saturating_sub(height);
        let lowest = selected.saturating_sub(height - 1);
        let top = self.place(self.top).clamp(lowest, selected).min(furthest.max(lowest));
        self.top = self.at_place(top);
        self.selected = self.at_place(selected);
    }

    /// Empties the view. What was counted stays counted.
    pub fn clear(&mut self) {
        let next = self.newest.end();
        *self = Self {
            newest: Window::starting_at(next),
            last: self.last,
            next_message: self.next_message,
            traffic: self.traffic,
            selected: next,
            top: next,
            ..Self::default()
        };
    }
}

#[cfg(test)]
mod tests;
