//! Rows to jump to: errors, connections, gaps, and the first of each second.

use std::time::Duration;

use crate::session::{Severity, Timestamp};

use super::row::{Entry, RowId};

/// The most rows of a kind that are remembered, at 16 bytes each; later ones are not jumped to. Of seconds, these are
/// eleven days.
pub const EACH: usize = 1_000_000;

/// A silence longer than this is a gap.
pub const GAP: Duration = Duration::from_secs(1);

/// What is jumped to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Landmark {
    /// A loss, a failure, or a finding that is an error.
    Error,
    /// A connection that has opened.
    Opened,
    /// The first row after a gap.
    Gap,
}

/// Where they are, each list in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Landmarks {
    errors: Vec<Mark>,
    opened: Vec<Mark>,
    gaps: Vec<Mark>,
    seconds: Vec<Mark>,
}

/// A row and its time.
type Mark = (RowId, Timestamp);

impl Landmarks {
    /// Rows have come at a time, the first of them this one. `before` is the time of the row before it.
    pub fn came(&mut self, row: RowId, at: Timestamp, before: Option<Timestamp>) {
        if before.is_some_and(|before| at.since(before) > GAP) {
            push(&mut self.gaps, (row, at));
        }
        let second = |at: Timestamp| at.0.div_euclid(1_000_000);
        if self.seconds.last().is_none_or(|(_, last)| second(*last) < second(at)) {
            push(&mut self.seconds, (row, at));
        }
    }

    /// A row that is no message.
    pub fn note(&mut self, row: RowId, entry: &Entry, at: Timestamp) {
        let is_error = match entry {
            Entry::Lost(lost, _) => !lost.is_ours(),
            Entry::Failed(_) => true,
            Entry::Found(finding) => finding.severity == Severity::Error,
            _ => false,
        };
        if is_error {
            push(&mut self.errors, (row, at));
        }
        if let Entry::Opened(_) = entry {
            push(&mut self.opened, (row, at));
        }
    }

    const fn marks(&self, landmark: Landmark) -> &Vec<Mark> {
        match landmark {
            Landmark::Error => &self.errors,
            Landmark::Opened => &self.opened,
            Landmark::Gap => &self.gaps,
        }
    }

    /// Whether later rows of a kind are not known.
    pub const fn is_full(&self, landmark: Landmark) -> bool {
        self.marks(landmark).len() >= EACH
    }

    /// The next row of a kind behind this one.
    pub fn next(&self, landmark: Landmark, row: RowId) -> Option<RowId> {
        let marks = self.marks(landmark);
        marks.get(marks.partition_point(|(mark, _)| *mark <= row)).map(|(mark, _)| *mark)
    }

    /// The last row of a kind before this one.
    pub fn previous(&self, landmark: Landmark, row: RowId) -> Option<RowId> {
        let marks = self.marks(landmark);
        let before = marks.partition_point(|(mark, _)| *mark < row);
        marks.get(before.checked_sub(1)?).map(|(mark, _)| *mark)
    }

    /// Whether the seconds of later rows are not known.
    pub const fn seconds_are_full(&self) -> bool {
        self.seconds.len() >= EACH
    }

    /// The first row from the beginning of a second on.
    pub fn at(&self, second: Timestamp) -> Option<RowId> {
        let behind = self.seconds.partition_point(|(_, at)| *at < second);
        self.seconds.get(behind).map(|(row, _)| *row)
    }

    /// When the connection that a row belongs to had opened.
    pub fn opened_before(&self, row: RowId) -> Option<Timestamp> {
        let behind = self.opened.partition_point(|(mark, _)| *mark <= row);
        self.opened.get(behind.checked_sub(1)?).map(|(_, at)| *at)
    }
}

fn push(marks: &mut Vec<Mark>, mark: Mark) {
    if marks.len() < EACH {
        marks.push(mark);
    }
}

#[cfg(test)]
mod tests {
    use super::{EACH, Landmark, Landmarks, RowId, Timestamp};

    /// The rows of a session that came at these milliseconds.
    fn landmarks(millis: &[i64]) -> Landmarks {
        let mut landmarks = Landmarks::default();
        let mut before = None;
        for (row, at) in (0..).zip(millis.iter().map(|millis| Timestamp(millis * 1_000))) {
            landmarks.came(RowId(row), at, before);
            before = Some(at);
        }
        landmarks
    }

    #[test]
    fn a_silence_of_more_than_a_second_is_a_gap() {
        let landmarks = landmarks(&[0, 1_000, 2_001, 2_002, 9_000]);
        assert_eq!(landmarks.next(Landmark::Gap, RowId(0)), Some(RowId(2)));
        assert_eq!(landmarks.next(Landmark::Gap, RowId(2)), Some(RowId(4)));
        assert_eq!(landmarks.next(Landmark::Gap, RowId(4)), None);
        assert_eq!(landmarks.previous(Landmark::Gap, RowId(9)), Some(RowId(4)));
        assert_eq!(landmarks.previous(Landmark::Gap, RowId(4)), Some(RowId(2)));
        assert_eq!(landmarks.previous(Landmark::Gap, RowId(2)), None);
    }

    #[test]
    fn a_time_is_the_first_row_from_its_second_on() {
        let landmarks = landmarks(&[0, 900, 1_200, 1_300, 4_000]);
        let at = |second: i64| landmarks.at(Timestamp(second * 1_000_000));
        assert_eq!([at(0), at(1), at(2), at(4)], [0, 2, 4, 4].map(|row| Some(RowId(row))));
        assert_eq!(at(5), None);
    }

    #[test]
    fn rows_beyond_those_that_are_remembered_are_told() {
        let mut landmarks = Landmarks::default();
        for (nth, row) in (0..).zip(0..=EACH as u64) {
            let at = Timestamp(nth * 2_000_000);
            landmarks.came(RowId(row), at, Some(Timestamp(at.0 - 2_000_000)));
        }
        assert!(landmarks.is_full(Landmark::Gap) && landmarks.seconds_are_full());
        assert!(!landmarks.is_full(Landmark::Error));
    }
}
