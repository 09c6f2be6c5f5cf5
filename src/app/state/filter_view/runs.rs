//! Rows in order, as runs.

/// Runs that are kept at most, of either part of what was found.
const RUNS: usize = 500_000;

/// Rows in order, as runs: where each begins, and how many rows there are before it.
#[derive(Clone, Debug, Default)]
pub(super) struct Runs(Vec<Run>);

#[derive(Clone, Copy, Debug)]
struct Run {
    row: u64,
    before: u64,
    len: u64,
}

impl Runs {
    pub(super) fn len(&self) -> u64 {
        self.0.last().map_or(0, |last| last.before + last.len)
    }

    pub(super) fn first(&self) -> Option<u64> {
        self.0.first().map(|first| first.row)
    }

    /// Adds rows behind the last; false when there is no room for them.
    pub(super) fn push(&mut self, row: u64, len: u64) -> bool {
        self.push_within(RUNS, row, len)
    }

    fn push_within(&mut self, room: usize, row: u64, len: u64) -> bool {
        let (before, runs) = (self.len(), self.0.len());
        match self.0.last_mut() {
            Some(last) if last.row + last.len == row => last.len += len,
            _ if runs >= room => return false,
            _ => self.0.push(Run { row, before, len }),
        }
        true
    }

    /// Lets the rows from this one on go.
    pub(super) fn cut(&mut self, row: u64) {
        self.0.truncate(self.0.partition_point(|run| run.row < row));
        if let Some(last) = self.0.last_mut() {
            last.len = last.len.min(row - last.row);
        }
    }

    pub(super) fn at(&self, place: u64) -> Option<u64> {
        let nth = self.0.partition_point(|run| run.before <= place).checked_sub(1)?;
        let run = self.0.get(nth)?;
        (place < run.before + run.len).then(|| run.row + (place - run.before))
    }

    pub(super) fn contains(&self, row: u64) -> bool {
        self.at(self.before(row)) == Some(row)
    }

    /// Adds a row between the others; false when there is no room for it.
    fn insert(&mut self, row: u64, room: usize) -> bool {
        let nth = self.0.partition_point(|run| run.row <= row);
        let joins_last = nth.checked_sub(1).is_some_and(|last| self.0[last].row + self.0[last].len == row);
        let joins_next = self.0.get(nth).is_some_and(|next| next.row == row + 1);
        match (joins_last, joins_next) {
            (true, true) => {
                self.0[nth - 1].len += 1 + self.0[nth].len;
                self.0.remove(nth);
            }
            (true, false) => self.0[nth - 1].len += 1,
            (false, true) => {
                self.0[nth].row = row;
                self.0[nth].len += 1;
            }
            (false, false) if self.0.len() >= room => return false,
            (false, false) => self.0.insert(nth, Run { row, before: 0, len: 1 }),
        }
        self.count_from(nth.saturating_sub(1));
        true
    }

    /// Takes a row out that is in it.
    fn remove(&mut self, row: u64) {
        let Some(nth) = self.0.partition_point(|run| run.row <= row).checked_sub(1) else { return };
        let Run { row: first, len, .. } = self.0[nth];
        self.0[nth].len = row - first;
        let behind = first + len - (row + 1);
        if behind > 0 {
            self.0.insert(nth + 1, Run { row: row + 1, before: 0, len: behind });
        }
        if row == first {
            self.0.remove(nth);
        }
        self.count_from(nth.saturating_sub(1));
    }

    /// Lets a row be in it or not; false when there is no room for it.
    pub(super) fn set(&mut self, row: u64, is_in: bool) -> bool {
        match (self.contains(row), is_in) {
            (false, true) => return self.insert(row, RUNS),
            (true, false) => self.remove(row),
            _ => {}
        }
        true
    }

    /// Counts the rows before each run from this one on.
    fn count_from(&mut self, nth: usize) {
        let mut before = nth.checked_sub(1).map_or(0, |last| self.0[last].before + self.0[last].len);
        for run in self.0.iter_mut().skip(nth) {
            run.before = before;
            before += run.len;
        }
    }

    /// How many rows stand before this one.
    pub(super) fn before(&self, row: u64) -> u64 {
        let Some(nth) = self.0.partition_point(|run| run.row <= row).checked_sub(1) else { return 0 };
        let run = self.0[nth];
        run.before + (row - run.row).min(run.len)
    }
}

/// Rows that are found in parts, in any order of these.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    /// In order, none of them empty.
    parts: Vec<Part>,
    /// Of all parts.
    runs: usize,
}

#[derive(Clone, Debug)]
struct Part {
    first: u64,
    /// How many rows there are before it.
    before: u64,
    runs: Runs,
}

impl Part {
    fn end(&self) -> u64 {
        self.before + self.runs.len()
    }
}

impl Parts {
    pub(super) fn len(&self) -> u64 {
        self.parts.last().map_or(0, Part::end)
    }

    /// Adds a part, whose runs of rows lie beside all others; false when there was no room for all of them.
    pub(super) fn add(&mut self, rows: impl Iterator<Item = (u64, u64)>) -> bool {
        let (mut runs, room) = (Runs::default(), RUNS - self.runs.min(RUNS));
        let has_room = rows.fold(true, |has_room, (row, len)| runs.push_within(room, row, len) && has_room);
        if let Some(first) = runs.first() {
            self.runs += runs.0.len();
            let nth = self.parts.partition_point(|part| part.first < first);
            self.parts.insert(nth, Part { first, before: 0, runs });
            self.count_from(nth);
        }
        has_room
    }

    /// Counts the rows before each part from this one on.
    fn count_from(&mut self, nth: usize) {
        let mut before = nth.checked_sub(1).map_or(0, |last| self.parts[last].end());
        for part in self.parts.iter_mut().skip(nth) {
            part.before = before;
            before = part.end();
        }
    }

    pub(super) fn contains(&self, row: u64) -> bool {
        self.at(self.before(row)) == Some(row)
    }

    /// Lets a row be in it or not, once all parts are added; false when there is no room for it.
    pub(super) fn set(&mut self, row: u64, is_in: bool) -> bool {
        if self.contains(row) == is_in {
            return true;
        }
        if self.parts.is_empty() {
            return self.add(std::iter::once((row, 1)));
        }
        let nth = self.parts.partition_point(|part| part.first <= row).saturating_sub(1);
        let part = &mut self.parts[nth];
        let had = part.runs.0.len();
        let has_room = self.runs < RUNS || !is_in;
        if has_room {
            part.runs.set(row, is_in);
        }
        self.runs = self.runs - had + part.runs.0.len();
        match part.runs.first() {
            Some(first) => part.first = first,
            None => drop(self.parts.remove(nth)),
        }
        self.count_from(nth);
        has_room
    }

    /// Lets the rows from this one on go.
    pub(super) fn cut(&mut self, row: u64) {
        self.parts.truncate(self.parts.partition_point(|part| part.first < row));
        if let Some(last) = self.parts.last_mut() {
            last.runs.cut(row);
        }
        self.runs = self.parts.iter().map(|part| part.runs.0.len()).sum();
    }

    pub(super) fn at(&self, place: u64) -> Option<u64> {
        let nth = self.parts.partition_point(|part| part.before <= place).checked_sub(1)?;
        let part = self.parts.get(nth)?;
        part.runs.at(place - part.before)
    }

    /// How many rows stand before this one.
    pub(super) fn before(&self, row: u64) -> u64 {
        let Some(nth) = self.parts.partition_point(|part| part.first <= row).checked_sub(1) else { return 0 };
        let part = &self.parts[nth];
        part.before + part.runs.before(row)
    }
}
