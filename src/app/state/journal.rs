//! What happened, line by line, with what the pipeline would have logged beside it.

mod entry;

use std::{collections::VecDeque, fmt};

use crate::{
    filter::{Candidate, Filter},
    session::{ConnectionId, Event, EventKind, Level, PipelineLine, Timestamp},
};

use super::{step::Step, text_input::TextInput};

/// Lines that are kept.
const KEPT: usize = 5_000;
/// How far back a line of the pipeline looks for what it is about.
const NEAR: usize = 12;

/// One line of ours, and the pipeline's beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalLine {
    pub at: Timestamp,
    /// The connection it is about, if it is about one.
    pub connection: Option<ConnectionId>,
    pub level: Level,
    pub text: String,
    /// What the pipeline would have said; mostly nothing.
    pub pipeline: Option<PipelineLine>,
    /// Whether the pipeline may have something to say about it.
    anchor: bool,
}

/// The lines of the log screen.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    lines: VecDeque<JournalLine>,
    /// Lines that are not kept any more.
    pub forgotten: u64,
    /// The least level that is shown.
    pub least: Level,
    pub search: TextInput,
    /// Whether the search is being written.
    pub is_searching: bool,
    /// Why the search cannot be read, when it cannot.
    pub fault: Option<String>,
    filter: Filter,
    /// The selected line, counted over all there have been; `None` follows the newest.
    selected: Option<u64>,
    /// A line of the pipeline that belongs to the next event.
    pending: Option<PipelineLine>,
    /// Where the program's own log lies, if it keeps one.
    pub file: Option<String>,
}

impl Journal {
    /// Folds one event into it.
    pub fn apply(&mut self, event: &Event) {
        if let EventKind::Pipeline(line) = &event.kind {
            return self.beside(line, event.connection);
        }
        if let Some((level, text, anchor)) = entry::line(event) {
            let connection = (event.connection.0 > 0).then_some(event.connection);
            self.push(JournalLine { at: event.at, connection, level, text, pipeline: None, anchor });
        }
    }

    /// Puts a line of the pipeline beside the line that it is about.
    fn beside(&mut self, line: &PipelineLine, connection: ConnectionId) {
        let about = self
            .lines
            .iter_mut()
            .rev()
            .take(NEAR)
            .find(|own| own.connection == Some(connection) && own.anchor);
        match about {
            Some(own) if own.pipeline.is_none() => own.pipeline = Some(line.clone()),
            _ => self.pending = Some(line.clone()),
        }
    }

    fn push(&mut self, mut line: JournalLine) {
        if line.anchor {
            line.pipeline = self.pending.take();
        }
        self.lines.push_back(line);
        if self.lines.len() > KEPT {
            self.lines.pop_front();
            self.forgotten += 1;
        }
    }

    /// Adds a line that belongs to no connection.
    pub fn note(&mut self, at: Timestamp, level: Level, text: String) {
        self.push(JournalLine { at, connection: None, level, text, pipeline: None, anchor: false });
    }

    /// The lines that are shown, with their numbers, the oldest first.
    pub fn shown(&self) -> impl DoubleEndedIterator<Item = (u64, &JournalLine)> {
        let numbers = self.forgotten..self.forgotten + self.lines.len() as u64;
        numbers.zip(&self.lines).filter(|(_, line)| self.shows(line)).collect::<Vec<_>>().into_iter()
    }

    /// A line by its number, shown or not.
    pub fn line(&self, number: u64) -> Option<&JournalLine> {
        self.lines.get(usize::try_from(number.checked_sub(self.forgotten)?).ok()?)
    }

    fn shows(&self, line: &JournalLine) -> bool {
        let level = line.pipeline.as_ref().map_or(line.level, |pipeline| pipeline.level.max(line.level));
        let said = line.pipeline.as_ref().map_or("", |pipeline| pipeline.text.as_str());
        level >= self.least
            && (self.filter.is_empty()
                || self.filter.matches(&Candidate::text(&format!("{} {said}", line.text))))
    }

    /// How many lines are kept.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    pub const fn is_following(&self) -> bool {
        self.selected.is_none()
    }

    /// The selected line and its number.
    pub fn selected(&self) -> Option<(u64, &JournalLine)> {
        let mut shown = self.shown();
        match self.selected {
            None => shown.next_back(),
            Some(number) => shown.rfind(|(own, _)| *own <= number).or_else(|| self.shown().next()),
        }
    }

    /// Whether a search is in force.
    pub fn is_searched(&self) -> bool {
        !self.filter.is_empty()
    }

    /// What is being written of the search.
    pub fn written(&self) -> Option<&TextInput> {
        self.is_searching.then_some(&self.search)
    }

    pub fn written_mut(&mut self) -> Option<&mut TextInput> {
        self.is_searching.then_some(&mut self.search)
    }

    pub fn drop_search(&mut self) {
        self.is_searching = false;
        self.search = TextInput::default();
        self.wrote_search();
    }

    /// The text of the search has changed; one that cannot be read leaves the last in force.
    pub fn wrote_search(&mut self) {
        match Filter::parse(self.search.text()) {
            Ok(filter) => {
                self.filter = filter;
                self.fault = None;
            }
            Err(error) => self.fault = Some(error.to_string()),
        }
    }

    /// Moves through the lines that are shown. At the last line it follows, as it did before anybody moved.
    pub fn go(&mut self, step: Step) {
        let numbers: Vec<u64> = self.shown().map(|(number, _)| number).collect();
        let Some(last) = numbers.len().checked_sub(1) else { return };
        let selected = self.selected().map(|(number, _)| number);
        let at = numbers.iter().position(|number| Some(*number) == selected).unwrap_or(last);
        let next = step.from(at, last);
        self.selected = if next == last && step.is_onward() { None } else { numbers.get(next).copied() };
    }

    pub fn follow(&mut self) {
        self.selected = None;
    }

    /// Selects a line by its number.
    pub fn select(&mut self, number: u64) {
        self.selected = Some(number);
    }

    /// Shows less, or everything again.
    pub fn next_level(&mut self) {
        self.least = match self.least {
            Level::Debug => Level::Info,
            Level::Info => Level::Warn,
            Level::Warn => Level::Error,
            Level::Error => Level::Debug,
        };
    }

    /// The rows that fit into `height` lines, so that the selected line is among them: the number of a line, and
    /// whether the row is what the pipeline says, which takes one of its own where both logs do not stand side
    /// by side.
    pub fn rows(&self, height: usize, side_by_side: bool) -> Vec<(u64, bool)> {
        let mut rows = Vec::new();
        for (number, line) in self.shown() {
            rows.push((number, false));
            if !side_by_side && line.pipeline.is_some() {
                rows.push((number, true));
            }
        }
        let selected = self.selected().map(|(number, _)| number);
        let last = rows.iter().rposition(|(number, _)| Some(*number) == selected).map_or(0, |at| at + 1);
        let end = if self.is_following() { rows.len() } else { last.max(height.min(rows.len())) };
        rows[end.saturating_sub(height)..end].to_vec()
    }
}

/// The line as text, with what the pipeline says beside it.
impl fmt::Display for JournalLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.at, self.level.word(), self.text)?;
        match &self.pipeline {
            Some(said) => write!(f, "\npipeline {}: {}", said.level.word(), said.text),
            None => Ok(()),
        }
    }
}
