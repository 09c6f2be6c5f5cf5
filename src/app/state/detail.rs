//! The pane of one message: the payload as a document, the row that the cursor is on, and where the pane stands in it.

mod finding;

use std::ops::Range;

use crate::payload::{compare::compare, document::Document};

use super::{
    compared::Compared, panes::DetailMode, reading::Reading, row::RowId, step::Step, subject::Subject,
};

/// The pane of one message.
#[derive(Clone, Debug, Default)]
pub struct Detail {
    /// Whether it was opened or closed by hand; unset, the width of the screen decides.
    pub wish: Option<bool>,
    /// Whether it takes the whole width.
    pub is_wide: bool,
    pub mode: DetailMode,
    /// The first row in sight.
    pub top: u64,
    /// The row that the cursor is on.
    pub cursor: u64,
    shown: Option<Shown>,
    /// The comparison that is shown in its place.
    pub compared: Option<Compared<RowId>>,
    /// Where to go once it is laid out so far.
    goal: Option<Goal>,
    /// Where a search began, in bytes.
    origin: usize,
    /// The place that was found last.
    found: Option<Range<usize>>,
    /// Where the first places begin, once somebody goes through them.
    counted: Option<Vec<usize>>,
    /// Tells what was laid out for this document from what was for another.
    generation: u64,
}

/// What is shown, and how.
#[derive(Clone, Debug)]
struct Shown {
    subject: Subject,
    reading: Reading,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goal {
    End,
    /// The row in which this byte of the text is.
    Byte(usize),
    /// The same, with the brackets around it opened.
    Found(usize),
}

impl Detail {
    /// What is shown.
    pub fn reading(&self) -> Option<&Reading> {
        self.shown.as_ref().map(|shown| &shown.reading)
    }

    pub fn document(&self) -> Option<&Document> {
        self.reading().map(|reading| &reading.document)
    }

    /// Shows a payload in so many cells; what is to be laid out elsewhere, if that takes long. A payload of as many rows
    /// as the one before keeps the place, so that the same field stays in sight.
    pub fn show(&mut self, subject: Option<Subject>, width: usize) -> Option<(u64, Document)> {
        let Some(subject) = subject else {
            self.shown = None;
            return None;
        };
        let before = self.shown.as_ref();
        let is_same = before.is_some_and(|shown| shown.subject.is(&subject));
        if is_same && before.is_some_and(|shown| shown.reading.is_for(self.mode, width)) {
            return None;
        }
        let place = is_same.then(|| self.document().map(|document| document.at(self.top)));
        let reading = Reading::of(subject.kind, &subject.payload, self.mode, width);
        let rows = self.document().map(|document| (document.form(), document.rows()));
        let keeps = rows == Some((reading.document.form(), reading.document.rows()));
        self.shown = Some(Shown { subject, reading });
        self.goal = None;
        self.found = None;
        self.counted = None;
        match place.flatten() {
            Some(byte) => self.go_to_byte(byte),
            None if keeps => {}
            None => (self.top, self.cursor) = (0, 0),
        }
        self.lay_out()
    }

    /// Compares with another payload, if a comparison is shown and these two are not compared already.
    pub fn compare(&mut self, subject: Option<&Subject>, other: Option<&Subject>) {
        let Some(compared) = &mut self.compared else { return };
        let (Some(subject), Some(other)) = (subject, other) else {
            return compared.clear(subject.map(|subject| subject.row));
        };
        let pair = (subject.row, other.row);
        if !compared.is_of(pair) {
            compared.take(pair, compare((other.kind, &other.payload), (subject.kind, &subject.payload)));
        }
    }

    /// What is to be laid out elsewhere.
    pub fn lay_out(&mut self) -> Option<(u64, Document)> {
        self.generation += 1;
        let document = self.document().filter(|document| document.laid_out().is_some())?.clone();
        Some((self.generation, document))
    }

    /// Takes in what was laid out elsewhere; what is to be laid out anew, where a bracket was opened.
    pub fn learn(&mut self, generation: u64, further: Document, height: u64) -> Option<(u64, Document)> {
        let shown = self.shown.as_mut().filter(|_| self.generation == generation)?;
        shown.reading.document.learn(further);
        match self.goal {
            Some(Goal::End) => self.step(Step::Last, height),
            Some(Goal::Byte(byte)) => self.go_to_byte(byte),
            Some(Goal::Found(byte)) => {
                let before = self.document()?.laid_out();
                self.reveal(byte);
                self.keep_in_sight(height);
                if self.document()?.laid_out() != before {
                    return self.lay_out();
                }
            }
            None => {}
        }
        None
    }

    /// Goes to the row in which a byte of the text is, as soon as it is laid out so far.
    pub fn go_to_byte(&mut self, byte: usize) {
        let Some(document) = self.document() else { return };
        if document.laid_out().is_some_and(|upto| upto <= byte) {
            self.goal = Some(Goal::Byte(byte));
            return;
        }
        self.cursor = document.row_at(byte);
        self.goal = None;
    }

    /// Moves the cursor, and the pane with it, by rows of a pane of this height.
    pub fn step(&mut self, step: Step, height: u64) {
        let Some(document) = self.document() else { return };
        let (last, is_whole) = (document.rows().saturating_sub(1), document.laid_out().is_none());
        self.goal = (step == Step::Last && !is_whole).then_some(Goal::End);
        self.cursor = step.from_row(self.cursor, last);
        self.keep_in_sight(height);
    }

    /// Moves the pane, and the cursor no more than it must.
    pub fn scroll(&mut self, step: Step, height: u64) {
        let Some(document) = self.document() else { return };
        self.top = step.from_row(self.top, document.rows().saturating_sub(height));
        self.cursor = self.cursor.clamp(self.top, self.top + height.saturating_sub(1));
    }

    /// Moves the pane so that it shows the cursor and is filled.
    pub fn keep_in_sight(&mut self, height: u64) {
        let Some(document) = self.document() else { return };
        let rows = document.rows();
        self.cursor = self.cursor.min(rows.saturating_sub(1));
        let height = height.max(1);
        self.top = self.top.min(self.cursor).max((self.cursor + 1).saturating_sub(height));
        self.top = self.top.min(rows.saturating_sub(height));
    }

    /// While it has the keys the cursor stays in sight; otherwise the pane need only be filled.
    pub fn keep_in_sight_if_focused(&mut self, is_focused: bool, height: u64) {
        if is_focused {
            return self.keep_in_sight(height);
        }
        if let Some(rows) = self.document().map(Document::rows) {
            self.top = self.top.min(rows.saturating_sub(height));
        }
    }

    /// Opens or closes the bracket under the cursor; false if there is none.
    pub fn toggle(&mut self) -> bool {
        let cursor = self.cursor;
        let toggled = self.shown.as_mut().and_then(|shown| shown.reading.document.toggle(cursor));
        toggled.is_some()
    }

    /// Closes all brackets from this depth on, or opens all; the cursor stays on what it was on, or on the bracket
    /// around it.
    pub fn fold_below(&mut self, depth: Option<usize>) {
        let Some(shown) = &mut self.shown else { return };
        let byte = shown.reading.document.at(self.cursor);
        shown.reading.document.fold_below(depth);
        self.go_to_byte(byte);
    }
}
