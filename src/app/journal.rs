//! What happened, line by line, with what the pipeline would have logged beside it.

mod told;

use std::collections::VecDeque;

use ratatui::layout::{Position, Rect, Size};

use crate::{
    filter::Filter,
    session::{ConnectionId, Event, EventKind, Level, PipelineLine, Timestamp},
};

use super::{
    layout,
    model::{App, Tone},
    text_input::TextInput,
    update::Effect,
};

/// Lines that are kept.
const KEPT: usize = 5_000;
/// How far back a line of the pipeline looks for what it is about.
const NEAR: usize = 12;
/// From this width both logs stand side by side.
pub const BESIDE: u16 = 100;
/// Lines that show the selected one whole, the rule included.
const WHOLE: u16 = 4;

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
#[derive(Clone, Debug)]
pub struct Journal {
    lines: VecDeque<JournalLine>,
    /// Lines that are not kept any more.
    pub forgotten: u64,
    /// The least level that is shown.
    pub least: Level,
    pub search: TextInput,
    searching: bool,
    /// Why the search cannot be read, when it cannot.
    pub fault: Option<String>,
    filter: Filter,
    /// The selected line, counted over all there have been; `None` follows the newest.
    selected: Option<u64>,
    /// A line of the pipeline that belongs to what is told next.
    pending: Option<PipelineLine>,
    /// Where the program's own log lies, if it keeps one.
    pub file: Option<String>,
}

impl Default for Journal {
    fn default() -> Self {
        Self {
            lines: VecDeque::new(),
            forgotten: 0,
            least: Level::Info,
            search: TextInput::default(),
            searching: false,
            fault: None,
            filter: Filter::default(),
            selected: None,
            pending: None,
            file: None,
        }
    }
}

impl Journal {
    /// Folds one event into it.
    pub fn apply(&mut self, event: &Event) {
        if let EventKind::Pipeline(line) = &event.kind {
            return self.beside(line, event.connection);
        }
        if let Some((level, text, anchor)) = told::line(event) {
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

    fn note(&mut self, at: Timestamp, level: Level, text: String) {
        self.push(JournalLine { at, connection: None, level, text, pipeline: None, anchor: false });
    }

    /// Something that a person asked for is done.
    pub fn note_done(&mut self, at: Timestamp, message: String) {
        self.note(at, Level::Info, message);
    }

    /// Something went wrong on this side.
    pub fn note_bad(&mut self, at: Timestamp, message: String) {
        self.note(at, Level::Error, message);
    }

    /// The lines that are shown, with their numbers, the oldest first.
    #[must_use]
    pub fn shown(&self) -> impl DoubleEndedIterator<Item = (u64, &JournalLine)> {
        (self.forgotten..)
            .zip(0..self.lines.len())
            .filter_map(|(number, nth)| Some((number, self.lines.get(nth)?)))
            .filter(|(_, line)| self.shows(line))
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// A line by its number, shown or not.
    #[must_use]
    pub fn line(&self, number: u64) -> Option<&JournalLine> {
        self.lines.get(usize::try_from(number.checked_sub(self.forgotten)?).ok()?)
    }

    fn shows(&self, line: &JournalLine) -> bool {
        let level = line.pipeline.as_ref().map_or(line.level, |pipeline| pipeline.level.max(line.level));
        let said = line.pipeline.as_ref().map_or("", |pipeline| pipeline.text.as_str());
        level >= self.least
            && (self.filter.is_empty() || self.filter.matches(format!("{} {said}", line.text).as_bytes()))
    }

    /// How many lines are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    #[must_use]
    pub const fn is_following(&self) -> bool {
        self.selected.is_none()
    }

    /// The selected line and its number.
    #[must_use]
    pub fn selected(&self) -> Option<(u64, &JournalLine)> {
        let mut shown = self.shown();
        match self.selected {
            None => shown.next_back(),
            Some(number) => shown.rfind(|(own, _)| *own <= number).or_else(|| self.shown().next()),
        }
    }

    /// Whether the search is being written.
    #[must_use]
    pub const fn is_searching(&self) -> bool {
        self.searching
    }

    /// Whether a search is in force.
    #[must_use]
    pub fn is_searched(&self) -> bool {
        !self.filter.is_empty()
    }

    pub(super) fn written(&mut self) -> Option<&mut TextInput> {
        self.searching.then_some(&mut self.search)
    }
}

/// The place of each part; one that is absent has no height.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogAreas {
    pub title: Rect,
    pub rows: Rect,
    /// The selected line, whole, its rule first.
    pub whole: Rect,
    /// The search, while it is written.
    pub search: Rect,
}

/// Computes the places for a terminal of this size.
#[must_use]
pub fn areas(size: Size, app: &App) -> LogAreas {
    let body = layout::areas(size, app).body;
    let mut areas = LogAreas { title: Rect { height: body.height.min(1), ..body }, ..LogAreas::default() };
    let mut rest = Rect { y: body.y + areas.title.height, height: body.height - areas.title.height, ..body };
    let mut bottom = |height: u16| {
        let height = height.min(rest.height);
        rest.height -= height;
        Rect { y: rest.bottom(), height, ..rest }
    };
    if app.journal.searching {
        areas.search = bottom(1);
    }
    if body.height >= 14 {
        areas.whole = bottom(WHOLE);
    }
    areas.rows = rest;
    areas
}

impl App {
    /// Moves through the lines.
    pub(super) fn go_log(&mut self, by: i64) -> Vec<Effect> {
        let numbers: Vec<u64> = self.journal.shown().map(|(number, _)| number).collect();
        let Some(last) = numbers.len().checked_sub(1) else { return Vec::new() };
        let selected = self.journal.selected().map(|(number, _)| number);
        let at = numbers.iter().position(|number| Some(*number) == selected).unwrap_or(last);
        let by = isize::try_from(by).unwrap_or(if by < 0 { isize::MIN } else { isize::MAX });
        let next = at.saturating_add_signed(by).min(last);
        // At the last line it follows, as it did before anybody moved.
        self.journal.selected = if next == last && by > 0 { None } else { numbers.get(next).copied() };
        Vec::new()
    }

    pub(super) fn click_log(&mut self, at: Position) -> Vec<Effect> {
        let areas = areas(self.size, self);
        if areas.rows.contains(at) {
            let rows = rows(self, usize::from(areas.rows.height));
            self.journal.selected = rows
                .get(usize::from(at.y - areas.rows.y))
                .map(|(number, _)| *number)
                .or(self.journal.selected);
        }
        Vec::new()
    }

    /// The text of the search has changed.
    pub(super) fn wrote_search(&mut self) -> Vec<Effect> {
        match Filter::parse(self.journal.search.text()) {
            Ok(filter) => {
                self.journal.filter = filter;
                self.journal.fault = None;
            }
            Err(error) => self.journal.fault = Some(error.to_string()),
        }
        Vec::new()
    }

    pub(super) fn begin_search(&mut self) -> Vec<Effect> {
        self.journal.searching = true;
        Vec::new()
    }

    pub(super) fn keep_search(&mut self) -> Vec<Effect> {
        self.journal.searching = false;
        Vec::new()
    }

    pub(super) fn drop_search(&mut self) -> Vec<Effect> {
        self.journal.searching = false;
        self.journal.search = TextInput::default();
        self.wrote_search()
    }

    /// Shows less, or everything again.
    pub(super) fn next_level(&mut self) -> Vec<Effect> {
        let next = match self.journal.least {
            Level::Debug => Level::Info,
            Level::Info => Level::Warn,
            Level::Warn => Level::Error,
            Level::Error => Level::Debug,
        };
        self.journal.least = next;
        self.say(Tone::Note, format!("lines from {} on", next.word()));
        Vec::new()
    }

    pub(super) fn follow_log(&mut self) -> Vec<Effect> {
        self.journal.selected = None;
        Vec::new()
    }

    pub(super) fn copy_log_line(&mut self) -> Vec<Effect> {
        let copied = self.journal.selected().map(|(_, line)| {
            let said = line
                .pipeline
                .as_ref()
                .map_or(String::new(), |said| format!("\npipeline {}: {}", said.level.word(), said.text));
            Effect::Copy(format!("{} {} {}{said}", line.at, line.level.word(), line.text))
        });
        copied.into_iter().collect()
    }

    pub(super) fn show_connection_of_line(&mut self) -> Vec<Effect> {
        let connection = self.journal.selected().and_then(|(_, line)| line.connection);
        connection.map_or_else(Vec::new, |connection| self.show_connection(connection))
    }

    pub(super) fn tell_log_file(&mut self) -> Vec<Effect> {
        let message = match &self.journal.file {
            Some(path) => format!("the program's own log is in {path}"),
            None => "the program keeps no log of its own".to_owned(),
        };
        self.say(Tone::Note, message);
        Vec::new()
    }
}

/// The lines that fit, so that the selected one is among them; where both logs do not fit side by side, what
/// the pipeline says takes a line of its own below.
#[must_use]
pub fn rows(app: &App, height: usize) -> Vec<(u64, bool)> {
    let beside = app.size.width >= BESIDE;
    let mut rows = Vec::new();
    for (number, line) in app.journal.shown() {
        rows.push((number, false));
        if !beside && line.pipeline.is_some() {
            rows.push((number, true));
        }
    }
    let selected = app.journal.selected().map(|(number, _)| number);
    let last = rows.iter().rposition(|(number, _)| Some(*number) == selected).map_or(0, |at| at + 1);
    let end = if app.journal.is_following() { rows.len() } else { last.max(height.min(rows.len())) };
    rows[end.saturating_sub(height)..end].to_vec()
}
