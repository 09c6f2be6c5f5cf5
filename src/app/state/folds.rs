//! Equal failures as one row: a retry loop must not push away what matters.
//!
//! A run is connections that all ended alike with no message between them. Of its rows only the last failure is
//! shown; the others stand behind it. A row keeps its id, so that folding only changes which place it has.

use crate::session::{ConnectionId, FailureKind, Finding, LossKind, Stage, Timestamp};

use super::row::{Entry, RowId};

/// Runs that are kept; what fails beyond that is shown row by row.
const RUNS: usize = 100_000;

/// Connections that ended alike, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// When the first of them ended.
    pub since: Timestamp,
    pub times: u64,
    start: u64,
    /// The row that is shown: the last of them.
    shown: u64,
    end: u64,
    /// How many rows the folds before this one hide.
    before: u64,
}

impl Fold {
    /// The row that is shown: the last failure.
    pub const fn shown(&self) -> RowId {
        RowId(self.shown)
    }

    /// The rows that stand behind the last failure and tell what was found about it.
    pub fn found(&self) -> impl Iterator<Item = RowId> + use<> {
        (self.shown + 1..=self.end).map(RowId)
    }

    /// The first row of all that belong to it.
    pub(super) const fn start(&self) -> u64 {
        self.start
    }

    const fn hides(&self) -> u64 {
        self.end - self.start
    }

    /// Its place if no row before it were missing.
    const fn place(&self) -> u64 {
        self.start - self.before
    }
}

/// What two failures have in common that are told as one.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Alike {
    Failed(Stage, FailureKind, String),
    Lost(LossKind, String),
}

/// The failures since the last row that was not about the opening or the end of a connection.
#[derive(Clone, Debug)]
struct Run {
    alike: Alike,
    fold: Fold,
    connection: ConnectionId,
}

/// All runs, and the one that may go on.
#[derive(Clone, Debug, Default)]
pub(super) struct Folds {
    all: Vec<Fold>,
    run: Option<Run>,
    /// The first row of the connection under way.
    begun: Option<u64>,
}

impl Folds {
    /// Ends the run that may go on: something else happened.
    pub(super) fn end_run(&mut self) {
        self.run = None;
        self.begun = None;
    }

    /// Takes the next row in; the fold that has grown, if one has.
    pub(super) fn take(
        &mut self,
        entry: &Entry,
        row: u64,
        at: Timestamp,
        connection: ConnectionId,
    ) -> Option<Fold> {
        let alike = match entry {
            Entry::Failed(failure) => {
                Alike::Failed(failure.stage, failure.kind.clone(), failure.message.clone())
            }
            Entry::Lost(lost, _) if !lost.is_ours() => Alike::Lost(lost.kind.clone(), lost.message.clone()),
            Entry::Found(_) => return self.found(row, connection),
            Entry::Opened(_) | Entry::Control(_) => {
                self.begun.get_or_insert(row);
                return None;
            }
            Entry::Sent(sent) if sent.opening => {
                self.begun.get_or_insert(row);
                return None;
            }
            _ => {
                self.end_run();
                return None;
            }
        };
        let start = self.begun.take().unwrap_or(row);
        match &mut self.run {
            Some(run) if run.alike == alike => {
                run.connection = connection;
                run.fold = Fold { times: run.fold.times + 1, shown: row, end: row, ..run.fold };
                let fold = run.fold;
                self.grow(fold)
            }
            _ => {
                let before = self.all.last().map_or(0, |last| last.before + last.hides());
                let fold = Fold { since: at, times: 1, start, shown: row, end: row, before };
                self.run = Some(Run { alike, fold, connection });
                None
            }
        }
    }

    /// What is found about the last failure of a fold stands behind it.
    fn found(&mut self, row: u64, connection: ConnectionId) -> Option<Fold> {
        match &mut self.run {
            Some(run) if run.fold.times > 1 && run.connection == connection && run.fold.end + 1 == row => {
                run.fold.end = row;
                let fold = run.fold;
                self.grow(fold)
            }
            _ => {
                self.begun.get_or_insert(row);
                None
            }
        }
    }

    fn grow(&mut self, fold: Fold) -> Option<Fold> {
        let is_full = self.all.len() >= RUNS;
        match self.all.last_mut() {
            Some(last) if last.start == fold.start => *last = fold,
            _ if is_full => {
                self.end_run();
                return None;
            }
            _ => self.all.push(fold),
        }
        Some(fold)
    }

    /// The last fold that begins at or before this row.
    fn near(&self, row: u64) -> Option<&Fold> {
        let nth = self.all.partition_point(|fold| fold.start <= row).checked_sub(1)?;
        self.all.get(nth)
    }

    /// The fold that this row belongs to.
    pub(super) fn of(&self, row: u64) -> Option<&Fold> {
        self.near(row).filter(|fold| row <= fold.end)
    }

    /// The row that is shown for this one: itself, or the last of its fold.
    pub(super) fn shown(&self, row: u64) -> u64 {
        self.of(row).map_or(row, |fold| fold.shown)
    }

    /// The place of a row among all that are shown since the session began.
    pub(super) fn place(&self, row: u64) -> u64 {
        match self.near(row) {
            Some(fold) if row <= fold.end => fold.place(),
            Some(fold) => row - fold.before - fold.hides(),
            None => row,
        }
    }

    /// The row at a place among all that are shown.
    pub(super) fn at(&self, place: u64) -> u64 {
        let nth = self.all.partition_point(|fold| fold.place() <= place);
        match nth.checked_sub(1).and_then(|nth| self.all.get(nth)) {
            Some(fold) if fold.place() == place => fold.shown,
            Some(fold) => place + fold.before + fold.hides(),
            None => place,
        }
    }
}

/// The gravest finding about a failure; the first of equals.
pub(super) fn gravest<'a>(findings: impl Iterator<Item = &'a Finding>) -> Option<&'a Finding> {
    findings.reduce(|gravest, next| if next.severity > gravest.severity { next } else { gravest })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Failure;

    fn failed(message: &str) -> Entry {
        Entry::Failed(Box::new(Failure {
            stage: Stage::Tcp,
            kind: FailureKind::Refused,
            message: message.to_owned(),
            sources: Vec::new(),
        }))
    }

    /// Rows: three refusals, one row of something else, two refusals.
    fn folds() -> Folds {
        let mut folds = Folds::default();
        for row in 0..3 {
            folds.take(&failed("refused"), row, Timestamp(0), ConnectionId(1));
        }
        folds.end_run();
        for row in 4..6 {
            folds.take(&failed("refused"), row, Timestamp(0), ConnectionId(1));
        }
        folds
    }

    #[test]
    fn equal_failures_have_one_place_and_the_last_is_shown() {
        let folds = folds();
        assert_eq!((0..6).map(|row| folds.place(row)).collect::<Vec<_>>(), [0, 0, 0, 1, 2, 2]);
        assert_eq!((0..4).map(|place| folds.at(place)).collect::<Vec<_>>(), [2, 3, 5, 6]);
        assert_eq!(folds.of(1).map(|fold| fold.times), Some(3));
        assert_eq!(folds.of(3), None);
    }

    #[test]
    fn failures_that_differ_stay_apart() {
        let mut folds = Folds::default();
        for (row, message) in (0..).zip(["refused", "unreachable", "refused"]) {
            assert_eq!(folds.take(&failed(message), row, Timestamp(0), ConnectionId(1)), None);
        }
        assert_eq!((0..3).map(|row| folds.place(row)).collect::<Vec<_>>(), [0, 1, 2]);
    }
}
