//! What the feed does over time, as the screen shows it: the folds at one moment, what is looked at of them, and what was
//! found.

use std::{collections::BTreeSet, time::Duration};

use crate::{
    session::{ConnectionId, FindingCode, MessageId, Noticed, Timestamp},
    stats::{ConnectionRow, Happening, KindRow, LagReader, ShapeRow, Snapshot},
};

use super::step::Step;

/// Findings that are remembered as told.
const TOLD: usize = 1_000;
/// The widest bar is so many doublings of the narrowest.
const ZOOMS: u8 = 16;

/// What whoever folds has to say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatsNews {
    /// The folds, while the screen shows them.
    pub snapshot: Option<Box<Snapshot>>,
    /// All that holds now.
    pub noticed: Vec<Noticed>,
    /// How much of a capture is read, in percent, while it is.
    pub percent: Option<u8>,
    /// Since when is counted, where nothing before can be read again.
    pub counted_since: Option<Timestamp>,
    /// Why a capture could not be read to its end.
    pub failed: Option<String>,
    /// How the lag of a message is read, where a time is.
    pub lag: Option<LagReader>,
}

/// What has the keys on the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::VariantArray)]
pub enum StatsPane {
    #[default]
    Happenings,
    Kinds,
    Shapes,
    Connections,
    Chart,
}

/// What the chart shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    #[default]
    Rate,
    Size,
    Lag,
    Gap,
}

impl Measure {
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Rate => Self::Size,
            Self::Size => Self::Lag,
            Self::Lag => Self::Gap,
            Self::Gap => Self::Rate,
        }
    }

    /// What a bar is as high as.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Rate => "messages a second",
            Self::Size => "bytes a message",
            Self::Lag => "greatest lag",
            Self::Gap => "longest gap",
        }
    }
}

/// The state of the screen.
#[derive(Clone, Debug, Default)]
pub struct OverTime {
    pub snapshot: Box<Snapshot>,
    pub noticed: Vec<Noticed>,
    pub percent: Option<u8>,
    pub counted_since: Option<Timestamp>,
    /// How the lag of a message is read, where a time is.
    pub lag: Option<LagReader>,
    /// Whether whoever folds knows that the screen is looked at.
    pub is_watched: bool,
    /// The old capture that was read, or is, with the place of its session.
    pub read: Option<(std::path::PathBuf, usize)>,
    pub pane: StatsPane,
    pub measure: Measure,
    /// Each doubles the width of a bar; `None` fits what there is, or shows seconds of a live session.
    pub zoom: Option<u8>,
    /// The moment that the chart points at.
    pub cursor: Option<Timestamp>,
    chosen: Option<(Timestamp, Option<MessageId>)>,
    chosen_kind: Option<String>,
    chosen_shape: Option<String>,
    chosen_connection: Option<ConnectionId>,
    told: BTreeSet<(FindingCode, Timestamp)>,
    /// Something was found that nobody has looked at.
    unseen: bool,
}

impl OverTime {
    /// A new session: what was looked at stays, and so do the paths that were chosen.
    #[must_use]
    pub fn renewed(&self) -> Self {
        let snapshot = Snapshot { choices: self.snapshot.choices.clone(), ..Snapshot::default() };
        let (is_watched, pane, measure) = (self.is_watched, self.pane, self.measure);
        Self { snapshot: Box::new(snapshot), is_watched, pane, measure, ..Self::default() }
    }

    /// Takes what has come. Returns what is new among what was found.
    pub fn take(&mut self, news: StatsNews) -> Vec<Noticed> {
        if let Some(snapshot) = news.snapshot {
            self.snapshot = snapshot;
        }
        (self.percent, self.counted_since) = (news.percent, news.counted_since);
        self.noticed = news.noticed;
        self.lag = news.lag;
        let is_new = |one: &&Noticed| !self.told.contains(&(one.finding.code, one.since));
        let new: Vec<_> = self.noticed.iter().filter(is_new).cloned().collect();
        self.told.extend(new.iter().map(|one| (one.finding.code, one.since)));
        while self.told.len() > TOLD {
            self.told.pop_first();
        }
        self.unseen |= !new.is_empty();
        new
    }

    /// The screen is looked at, and so is what was found.
    pub fn saw(&mut self) {
        self.unseen = false;
    }

    /// What was found that nobody has looked at, the gravest first.
    pub fn unseen(&self) -> Option<&Noticed> {
        let gravest = self.noticed.iter().rev().max_by_key(|one| one.finding.severity);
        gravest.filter(|_| self.unseen)
    }

    /// The list that is shown where there is room for one.
    pub const fn list(&self) -> StatsPane {
        match self.pane {
            StatsPane::Chart => StatsPane::Happenings,
            pane => pane,
        }
    }

    /// How many rows a list has.
    pub fn rows(&self, pane: StatsPane) -> usize {
        match pane {
            StatsPane::Happenings => self.snapshot.happenings.len(),
            StatsPane::Kinds => self.snapshot.kinds.len(),
            StatsPane::Shapes => self.snapshot.shapes.len(),
            StatsPane::Connections => self.snapshot.connections.rows.len(),
            StatsPane::Chart => 0,
        }
    }

    /// The place of the selected row of a list: the newest that has happened, the newest connection, or the most frequent, unless one was
    /// chosen.
    pub fn place(&self, pane: StatsPane) -> usize {
        let of = &self.snapshot;
        let place = match pane {
            StatsPane::Happenings => of.happenings.iter().position(|one| Some(key(one)) == self.chosen),
            StatsPane::Kinds => {
                of.kinds.iter().position(|row| Some(&row.written) == self.chosen_kind.as_ref())
            }
            StatsPane::Shapes => {
                of.shapes.iter().position(|row| Some(&row.name) == self.chosen_shape.as_ref())
            }
            StatsPane::Connections => {
                let rows = &of.connections.rows;
                rows.iter().position(|row| Some(row.connection) == self.chosen_connection)
            }
            StatsPane::Chart => None,
        };
        let newest = self.rows(pane).saturating_sub(1);
        place.unwrap_or(match pane {
            StatsPane::Happenings | StatsPane::Connections => newest,
            _ => 0,
        })
    }

    pub fn connection(&self) -> Option<&ConnectionRow> {
        self.snapshot.connections.rows.get(self.place(StatsPane::Connections))
    }

    /// Whether the feed was late at a time.
    pub fn is_late_at(&self, at: Timestamp) -> bool {
        self.noticed.iter().any(|one| one.finding.code == FindingCode::Lag && one.since <= at)
    }

    pub fn happening(&self) -> Option<&Happening> {
        self.snapshot.happenings.get(self.place(StatsPane::Happenings))
    }

    pub fn kind(&self) -> Option<&KindRow> {
        self.snapshot.kinds.get(self.place(StatsPane::Kinds))
    }

    pub fn shape(&self) -> Option<&ShapeRow> {
        self.snapshot.shapes.get(self.place(StatsPane::Shapes))
    }

    /// Moves through the list that is shown; the chart gives the keys to it.
    pub fn go(&mut self, step: Step) {
        self.pane = self.list();
        let last = self.rows(self.pane).saturating_sub(1);
        self.select(self.pane, step.from(self.place(self.pane), last));
    }

    /// Selects a row. At the newest that has happened it goes on with newer ones.
    pub fn select(&mut self, pane: StatsPane, place: usize) {
        let of = &self.snapshot;
        match pane {
            StatsPane::Happenings => {
                let is_last = place + 1 >= of.happenings.len();
                self.chosen = of.happenings.get(place).map(key).filter(|_| !is_last);
            }
            StatsPane::Kinds => self.chosen_kind = of.kinds.get(place).map(|row| row.written.clone()),
            StatsPane::Shapes => self.chosen_shape = of.shapes.get(place).map(|row| row.name.clone()),
            StatsPane::Connections => {
                let rows = &of.connections.rows;
                let is_last = place + 1 >= rows.len();
                self.chosen_connection = rows.get(place).map(|row| row.connection).filter(|_| !is_last);
            }
            StatsPane::Chart => {}
        }
    }

    /// Moves to the next of what has happened, or the one before; false if there is none. The first step forward comes
    /// to the first.
    pub fn go_to_happening(&mut self, by: i64) -> bool {
        self.pane = StatsPane::Happenings;
        let (place, count) = (self.place(StatsPane::Happenings), self.snapshot.happenings.len());
        let next = place.checked_add_signed(isize::try_from(by).unwrap_or(0));
        let is_there = next.filter(|next| *next < count);
        if let Some(next) = is_there {
            self.select(StatsPane::Happenings, next);
        }
        is_there.is_some()
    }

    /// Gives the keys to the next pane, or the one before.
    pub fn switch_pane(&mut self, by: i64) {
        use strum::VariantArray as _;
        let all = StatsPane::VARIANTS;
        let at = all.iter().position(|pane| *pane == self.pane).unwrap_or(0);
        let next = (i64::try_from(at).unwrap_or(0) + by).rem_euclid(i64::try_from(all.len()).unwrap_or(1));
        self.pane = usize::try_from(next).ok().and_then(|next| all.get(next)).copied().unwrap_or_default();
    }

    /// How many doublings wide a bar is on a chart of so many cells.
    pub fn zoom(&self, cells: usize, is_live: bool) -> u8 {
        let buckets = self.snapshot.series.buckets().len();
        let fitting = || (0..ZOOMS).find(|zoom| buckets.div_ceil(1 << zoom) <= cells).unwrap_or(ZOOMS);
        self.zoom.unwrap_or_else(|| if is_live { 0 } else { fitting() })
    }

    /// Makes bars wider (above zero) or narrower; false if they are as narrow or wide as they can be.
    pub fn zoom_by(&mut self, by: i8, cells: usize, is_live: bool) -> bool {
        let zoom = self.zoom(cells, is_live).checked_add_signed(by).filter(|zoom| *zoom <= ZOOMS);
        self.zoom = zoom.or(self.zoom);
        zoom.is_some()
    }

    /// How long a bar is.
    pub fn bar(&self, cells: usize, is_live: bool) -> Duration {
        self.snapshot.series.width() * (1 << self.zoom(cells, is_live))
    }

    /// Moves the cursor of the chart by so many bars; it begins at the newest.
    pub fn move_cursor(&mut self, by: i64, cells: usize, is_live: bool) {
        self.pane = StatsPane::Chart;
        let series = &self.snapshot.series;
        let Some((first, last)) = series.time(0).zip(series.time(series.buckets().len().saturating_sub(1)))
        else {
            return;
        };
        let bar = i64::try_from(self.bar(cells, is_live).as_micros()).unwrap_or(i64::MAX);
        let to = match self.cursor {
            Some(cursor) => cursor.0.saturating_add(bar.saturating_mul(by)),
            None => last.0,
        };
        self.cursor = Some(Timestamp(to.clamp(first.0, last.0)));
    }
}

fn key(happening: &Happening) -> (Timestamp, Option<MessageId>) {
    (happening.at, happening.message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Finding, Severity};

    fn noticed(code: FindingCode, since: i64) -> Noticed {
        let finding = Finding {
            code,
            severity: Severity::Warning,
            title: String::new(),
            cause: String::new(),
            evidence: Vec::new(),
            fixes: Vec::new(),
            field: None,
        };
        Noticed { since: Timestamp(since), finding }
    }

    fn take(over_time: &mut OverTime, noticed: &[Noticed]) -> usize {
        over_time.take(StatsNews { noticed: noticed.to_vec(), ..StatsNews::default() }).len()
    }

    #[test]
    fn what_was_found_is_new_once_and_another_of_its_kind_again() {
        let mut over_time = OverTime::default();
        let silence = noticed(FindingCode::Silence, 1);
        assert_eq!(take(&mut over_time, std::slice::from_ref(&silence)), 1);
        assert_eq!(take(&mut over_time, std::slice::from_ref(&silence)), 0);
        assert_eq!(take(&mut over_time, &[]), 0);
        assert_eq!(take(&mut over_time, &[noticed(FindingCode::Silence, 2)]), 1);
    }

    #[test]
    fn what_was_found_is_unseen_until_it_is_looked_at_or_over() {
        let mut over_time = OverTime::default();
        take(&mut over_time, &[noticed(FindingCode::Silence, 1)]);
        assert!(over_time.unseen().is_some());
        over_time.saw();
        assert!(over_time.unseen().is_none());
        take(&mut over_time, &[noticed(FindingCode::Silence, 2)]);
        take(&mut over_time, &[]);
        assert!(over_time.unseen().is_none(), "it is over");
    }

    #[test]
    fn panes_are_gone_through_in_both_ways() {
        let mut over_time = OverTime::default();
        over_time.switch_pane(-1);
        assert_eq!(over_time.pane, StatsPane::Chart);
        over_time.switch_pane(2);
        assert_eq!(over_time.pane, StatsPane::Kinds);
    }
}
