//! Every connection of the session, and the one that is looked at.

use std::collections::VecDeque;

use crate::{
    describe::Story,
    payload::compare::{Unit, pairs},
    session::{BodyEnd, ConnectionId, Event, EventKind, Fix},
};

use super::{
    compared::{Compared, With},
    connection::Connection,
    facts::facts,
    step::Step,
};

/// Connections that are kept.
const KEPT: usize = 200;
/// Connections whose refusals are kept whole; of older ones the beginning is.
const WHOLE: usize = 8;
/// How much of an older refusal is kept, in bytes.
const REST: usize = 8 << 10;
/// Findings and lines of the pipeline's log that are kept of a connection.
const TOLD: usize = 16;

/// The connections so far, and the one that is looked at.
#[derive(Clone, Debug, Default)]
pub struct Connections {
    /// The oldest first.
    all: VecDeque<Connection>,
    /// Those that are not kept any more.
    pub forgotten: u64,
    /// The one that is looked at; `None` follows the newest.
    selected: Option<ConnectionId>,
    pub pane: ConnectionsPane,
    /// How far the connection that is looked at is scrolled, in lines.
    pub scroll: usize,
    /// The fix that is chosen, while one is being chosen.
    pub choosing: Option<usize>,
    /// The comparison that is shown in place of the one that is looked at.
    pub compared: Option<Compared<ConnectionId>>,
    /// The one that others can be compared with.
    pub marked: Option<ConnectionId>,
}

/// Which side gets the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConnectionsPane {
    #[default]
    List,
    Detail,
}

impl Connections {
    /// Folds one event into it.
    pub fn apply(&mut self, event: &Event) {
        if let EventKind::Connecting { .. } = event.kind {
            let mut connection = Connection::default();
            connection.ladder.apply(event);
            connection.story = Story::begun(event).unwrap_or_default();
            self.all.push_back(connection);
            return self.forget();
        }
        // An event belongs to one of the last connections.
        let Some(connection) =
            self.all.iter_mut().rev().find(|connection| connection.id() == event.connection)
        else {
            return;
        };
        connection.ladder.apply(event);
        connection.story.take(event);
        match &event.kind {
            EventKind::Opened(opened) => connection.opened = Some((event.at, opened.clone())),
            EventKind::Lost(lost) => connection.lost = Some((event.at, lost.clone())),
            EventKind::Finding(finding) if connection.findings.len() < TOLD => {
                connection.findings.push((**finding).clone());
            }
            EventKind::Pipeline(line) if connection.pipeline.len() < TOLD => {
                connection.pipeline.push(line.clone());
            }
            EventKind::Sent(sent) if sent.opening && connection.sent.len() < TOLD => {
                connection.sent.push(sent.clone());
            }
            _ => {}
        }
    }

    /// So many messages were received on a connection.
    pub fn received(&mut self, id: ConnectionId, messages: u64) {
        let found = self.all.iter_mut().rev().find(|connection| connection.id() == id);
        if let Some(connection) = found {
            connection.story.received(messages);
        }
    }

    fn forget(&mut self) {
        if self.all.len() > KEPT {
            self.all.pop_front();
            self.forgotten += 1;
        }
        let old = self.all.len().checked_sub(WHOLE + 1).and_then(|nth| self.all.get_mut(nth));
        for stage_row in old.into_iter().flat_map(|connection| &mut connection.ladder.stage_rows) {
            if let Some(report) = &mut stage_row.report
                && let Some(exchange) = report.evidence.exchange_mut()
                && let Some(response) = &mut exchange.response
                && response.body.len() > REST
            {
                response.body.truncate(response.body.floor_char_boundary(REST));
                response.body.shrink_to_fit();
                response.body_end = BodyEnd::TooLong;
            }
        }
    }

    /// All that are kept, the newest first.
    pub fn newest_first(&self) -> impl DoubleEndedIterator<Item = &Connection> + ExactSizeIterator {
        self.all.iter().rev()
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The one that is looked at.
    pub fn selected(&self) -> Option<&Connection> {
        let chosen =
            self.selected.and_then(|id| self.all.iter().rev().find(|connection| connection.id() == id));
        chosen.or_else(|| self.all.back())
    }

    /// Whether the newest is looked at, whichever that is.
    pub const fn is_following(&self) -> bool {
        self.selected.is_none()
    }

    /// The place of the one that is looked at, counted from the newest.
    pub fn place(&self) -> usize {
        let id = self.selected().map(Connection::id);
        self.newest_first().position(|connection| Some(connection.id()) == id).unwrap_or(0)
    }

    /// Looks at the one at a place, counted from the newest.
    pub fn select(&mut self, place: usize) {
        let id = self.newest_first().nth(place).map(Connection::id);
        self.selected = id.filter(|_| place > 0);
        self.scroll = 0;
        self.choosing = None;
    }

    /// Looks at a connection; false when it is not kept any more.
    pub fn select_id(&mut self, id: ConnectionId) -> bool {
        let place = self.newest_first().position(|connection| connection.id() == id);
        self.select_found(place)
    }

    /// Looks at the next older one that failed or was lost, or for a number below zero at the next newer one; false
    /// when there is none.
    pub fn select_failure(&mut self, by: i64) -> bool {
        let here = self.place();
        let failed = |place: &usize| self.newest_first().nth(*place).is_some_and(Connection::has_failed);
        let found =
            if by > 0 { (here + 1..self.all.len()).find(failed) } else { (0..here).rev().find(failed) };
        self.select_found(found)
    }

    fn select_found(&mut self, place: Option<usize>) -> bool {
        if let Some(place) = place {
            self.select(place);
        }
        place.is_some()
    }

    /// Moves through the list, or scrolls the one that is looked at as far as `furthest`, or chooses among its
    /// fixes.
    pub fn go(&mut self, step: Step, furthest: usize) {
        if self.pane == ConnectionsPane::Detail
            && let Some(compared) = &mut self.compared
        {
            compared.step(step);
        } else if let Some(chosen) = self.choosing {
            let fixes = self.selected().map_or(0, |connection| connection.fixes().count());
            self.choosing = Some(step.from(chosen, fixes.saturating_sub(1)));
        } else if self.pane == ConnectionsPane::Detail {
            self.scroll = step.from(self.scroll, furthest);
        } else {
            let last = self.newest_first().len().saturating_sub(1);
            self.select(step.from(self.place(), last));
        }
    }

    /// Marks the one that is looked at, or removes its mark; one at most is marked.
    pub fn toggle_mark(&mut self) {
        let id = self.selected().map(Connection::id);
        self.marked = if self.marked == id { None } else { id };
    }

    /// Shows a comparison with another, or what is looked at again.
    pub fn toggle_comparison(&mut self, with: With) {
        let is_shown = self.compared.as_ref().is_some_and(|compared| compared.with == with);
        self.compared = (!is_shown).then(|| Compared::new(with));
        self.choosing = None;
    }

    /// Compares the one that is looked at, as far as it has come, if a comparison is shown.
    pub fn compare(&mut self) {
        let Some(mut compared) = self.compared.take() else { return };
        let kept = |id| self.all.iter().find(|connection| connection.id() == id);
        let other = match compared.with {
            With::Previous => self.newest_first().nth(self.place() + 1),
            With::Marked => self.marked.and_then(kept),
        };
        match (self.selected(), other) {
            (Some(own), Some(other)) if own.id() != other.id() => {
                let [before, after] = [other, own].map(facts);
                let [first, second] = [&before, &after].map(|facts| {
                    facts.iter().map(|(name, fact)| (name.as_str(), fact.as_str())).collect::<Vec<_>>()
                });
                let comparison = pairs::compare(Unit::Facts, &first, &second);
                compared.take((own.id(), other.id()), comparison);
            }
            _ => compared.clear(None),
        }
        self.compared = Some(compared);
    }

    /// Begins to choose among the fixes, or ends that.
    pub fn toggle_choosing(&mut self) {
        self.choosing = if self.choosing.is_some() { None } else { Some(0) };
        self.scroll = 0;
    }

    /// The fix that would be applied: the chosen one, or the first that does not weaken security.
    pub fn fix(&self) -> Option<&Fix> {
        let connection = self.selected()?;
        match self.choosing {
            Some(chosen) => connection.fixes().nth(chosen),
            None => connection.fixes().find(|fix| !fix.weakens_security()),
        }
    }

    /// The same; nothing is being chosen any more.
    pub fn take_fix(&mut self) -> Option<Fix> {
        let fix = self.fix().cloned();
        self.choosing = None;
        fix
    }
}
