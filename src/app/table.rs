//! The table of the feed: which columns fit, what stands at the paths among them, and which rows fit the lines.

use unicode_width::UnicodeWidthStr as _;

use crate::payload::{
    break_all, cut,
    document::{Found, MemberPath, values},
    duration_in_words, one_line, printable, thousands,
};
use crate::stats::LagReader;

use super::{
    layout,
    model::App,
    state::{Column, Line, Row, RowOrder},
};

/// The least a preview is worth; below it other columns leave.
const PREVIEW: usize = 20;
/// The most cells of a column that shows values of a path.
const MEMBER: usize = 24;
/// The most lines of a preview that is wrapped.
const LINES: usize = 4;

/// The table as it stands in an area.
#[derive(Clone, Debug)]
pub struct Table<'a> {
    /// The columns that fit, in order, with their widths in cells.
    pub shown: Vec<(&'a Column, usize)>,
    /// Whether the values of each wanted path stand at its right end: where numbers are in sight.
    pub at_right: Vec<bool>,
    /// Cells that are left for the preview.
    pub preview: usize,
    /// The rows from the top of the screen down.
    pub rows: Vec<TableRow<'a>>,
}

/// A row and the lines that it takes.
#[derive(Clone, Debug)]
pub struct TableRow<'a> {
    pub row: Row<'a>,
    /// Of the wanted paths, in order; none where the row has no payload.
    pub members: Vec<Value>,
    /// How old the message was when it came, in microseconds; `None` where that is not wanted or not known.
    pub lag: Option<i64>,
    pub lines: u16,
}

/// The value of a path as a cell shows it.
#[derive(Clone, Debug)]
pub struct Value {
    pub text: String,
    pub is_number: bool,
    /// Whether it is a value, and no sign that there is none.
    pub is_there: bool,
}

impl<'a> Table<'a> {
    /// Of so many cells and lines.
    pub fn of(app: &'a App, width: u16, height: u16) -> Self {
        let paths: Vec<&MemberPath> = app.columns.wanted().filter_map(Column::path).collect();
        let rows = app.timeline.visible(height);
        let reader = app.over_time.lag.as_ref().filter(|_| app.columns.has_lag());
        let rows = rows.map(|row| TableRow {
            members: member_values(&row, &paths),
            lag: reader.and_then(|reader| lag(&row, reader)),
            row,
            lines: 1,
        });
        let mut table = Self { shown: Vec::new(), at_right: Vec::new(), preview: 0, rows: rows.collect() };
        table.fit_columns(app, width, &paths);
        if app.wraps {
            table.wrap(app, height);
        }
        if app.row_order == RowOrder::NewestFirst {
            table.rows.reverse();
        }
        table
    }

    fn fit_columns(&mut self, app: &'a App, width: u16, paths: &[&MemberPath]) {
        let number = thousands(app.current.counts.messages).len().max(7);
        let mut members = widths(paths, &self.rows).into_iter();
        let wanted = app.columns.wanted().map(|column| {
            let width = match column {
                Column::Number => number,
                Column::Time => 12,
                Column::Delta | Column::Lag => 9,
                Column::Direction => 1,
                Column::Type | Column::Size => 7,
                Column::Delivery => 3,
                Column::Member(_) => members.next().unwrap_or_default(),
            };
            (column, width)
        });
        self.shown = wanted.collect();
        let values = |nth: usize| self.rows.iter().filter_map(move |row| row.members.get(nth));
        self.at_right = (0..paths.len()).map(|nth| values(nth).any(|value| value.is_number)).collect();
        // Whole columns leave, the least telling first and chosen paths late, until the preview has its room.
        let chosen: Vec<&Column> = app.columns.wanted().filter(|column| column.is_chosen()).collect();
        let leaving = [Column::Delta, Column::Size, Column::Delivery, Column::Number, Column::Type];
        let mut leaving = leaving.iter().chain(chosen.into_iter().rev()).chain([&Column::Time]);
        loop {
            self.preview = usize::from(width).saturating_sub(self.before_preview());
            let Some(next) = leaving.next() else { return };
            // The time is worth more than a long preview, and so is a path that somebody chose.
            let late = matches!(next, Column::Time | Column::Lag | Column::Member(_));
            if self.preview >= if late { PREVIEW / 2 } else { PREVIEW } {
                return;
            }
            self.shown.retain(|(column, _)| *column != next);
        }
    }

    /// Cells before the preview.
    pub fn before_preview(&self) -> usize {
        2 + self.shown.iter().map(|(_, width)| width + 2).sum::<usize>()
    }

    /// Gives each row its lines, and keeps the rows that fit: from the newest up while the view follows, else from the
    /// first one on.
    fn wrap(&mut self, app: &App, height: u16) {
        let room = self.room(true);
        for row in &mut self.rows {
            row.lines = lines(app, &row.row, self.preview, room);
        }
        let lines = self.rows.iter().map(|row| row.lines);
        if app.timeline.is_following() {
            let count = fitting(lines.rev(), height);
            self.rows.drain(..self.rows.len() - count);
        } else {
            self.rows.truncate(fitting(lines, height));
        }
    }

    /// Cells that a preview may take, on one line or on several.
    pub const fn room(&self, wraps: bool) -> usize {
        // A wide character may leave a cell at the end of each line.
        if wraps { (self.preview * LINES).saturating_sub(LINES) } else { self.preview }
    }

    /// The place among the rows, from the top, of the one on a line.
    pub fn row_on(&self, line: u16) -> Option<usize> {
        let mut behind = 0;
        self.rows.iter().position(|row| {
            behind += row.lines;
            line < behind
        })
    }
}

/// How many rows of these lines fit into `height`; at least one.
fn fitting(lines: impl ExactSizeIterator<Item = u16>, height: u16) -> usize {
    let all = lines.len();
    let mut taken = 0;
    let fits = |lines: &u16| {
        taken += lines;
        taken <= height
    };
    lines.take_while(fits).count().max(1).min(all)
}

/// The lines that a row takes.
fn lines(app: &App, row: &Row<'_>, cells: usize, room: usize) -> u16 {
    let Some((kind, payload, size)) = row.preview_payload() else { return 1 };
    let lead = lead(app, row);
    let preview = one_line(kind, payload, size, room.saturating_sub(lead.width()));
    let texts = [lead.as_str()].into_iter().chain(preview.pieces.iter().map(|piece| piece.text.as_str()));
    u16::try_from(break_all(texts, cells).len().clamp(1, LINES)).unwrap_or(1)
}

/// What stands before the preview: for how many equal messages the row stands, and how long after its request an answer
/// came.
pub fn lead(app: &App, row: &Row<'_>) -> String {
    let times = app.timeline.times_repeated(row.id).map(|times| format!("×{} ", thousands(times)));
    let took = app.answered_after(row.id).map(|(_, took)| format!("← {} ", duration_in_words(took)));
    times.into_iter().chain(took).collect()
}

/// How old a received message was when it came. A redelivered one came before.
fn lag(row: &Row<'_>, reader: &LagReader) -> Option<i64> {
    let Line::Message { .. } = &row.line else { return None };
    let (payload, is_whole) = row.json()?;
    reader.read(payload, is_whole, row.at)
}

/// The values of a row at these paths; none where it has no payload at hand.
fn member_values(row: &Row<'_>, paths: &[&MemberPath]) -> Vec<Value> {
    let Some((payload, is_whole)) = row.json().filter(|_| !paths.is_empty()) else { return Vec::new() };
    let value = |found| match found {
        Found::Missing => Value { text: "·".to_owned(), is_number: false, is_there: false },
        Found::Unread => Value { text: "…".to_owned(), is_number: false, is_there: false },
        Found::At(place) => written(&payload[place]),
    };
    values(payload, is_whole, paths).into_iter().map(value).collect()
}

/// A value as it was sent; a text without its quotes.
fn written(value: &[u8]) -> Value {
    // More does not fit into a cell.
    let text = String::from_utf8_lossy(&value[..value.len().min(4 * MEMBER)]);
    let text = match text.strip_prefix('"') {
        Some(inner) => inner.strip_suffix('"').filter(|_| value.len() <= 4 * MEMBER).unwrap_or(inner),
        None => &text,
    };
    let is_number = value.first().is_some_and(|first| first.is_ascii_digit() || *first == b'-');
    Value { text: cut(&printable(text), MEMBER).into_owned(), is_number, is_there: true }
}

/// The cells that each path takes: by what is in sight, in steps, so that a column mostly keeps its place.
fn widths(paths: &[&MemberPath], rows: &[TableRow<'_>]) -> Vec<usize> {
    let width = |(nth, path): (usize, &&MemberPath)| {
        let values = rows.iter().filter_map(|row| row.members.get(nth)).map(|value| value.text.width());
        let head = path.to_string().width();
        values.max().unwrap_or(0).max(head).next_multiple_of(4).min(MEMBER)
    };
    paths.iter().enumerate().map(width).collect()
}

impl App {
    /// Rows that the feed shows at once.
    pub fn page(&self) -> u16 {
        let rows = layout::areas(self.size, self).rows;
        if !self.wraps || rows.height == 0 {
            return rows.height;
        }
        u16::try_from(Table::of(self, rows.width, rows.height).rows.len()).unwrap_or(u16::MAX).max(1)
    }

    /// Brings the selected row into sight; how many rows are shown then.
    pub(super) fn fit_rows(&mut self) -> u16 {
        /// Other rows come into sight than those that were counted, mostly once.
        const TRIES: usize = 4;
        let mut page = self.page();
        for _ in 0..TRIES {
            self.timeline.fit(page);
            let after = self.page();
            if after >= page {
                return after;
            }
            page = after;
        }
        let least = usize::from(layout::areas(self.size, self).rows.height) / LINES;
        let least = u16::try_from(least).unwrap_or(u16::MAX);
        self.timeline.fit(least.max(1));
        self.page()
    }
}
