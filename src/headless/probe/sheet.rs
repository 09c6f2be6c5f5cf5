//! The page and its primitives: lines, headings, entries and quotations, none wider than the page.

use std::collections::HashSet;

use unicode_width::UnicodeWidthStr as _;

use crate::payload::{counted, cut, printable, wrap};

use super::style::Style;

/// How many lines of an answer are shown.
const LINES: usize = 20;
/// How many cells of one line from outside are shown.
const LONGEST: usize = 1000;
/// Cells before the text of an entry, unless its label is longer than most.
pub(super) const ENTRY: usize = 12;
/// A page is at least this wide, so that a bar and some text fit.
const NARROWEST: usize = 60;

pub(super) struct Page {
    pub text: String,
    pub style: Style,
    pub columns: usize,
    /// Evidence that was shown already, since several findings may share it.
    pub evidence: HashSet<String>,
}

impl Page {
    /// An empty page in this style.
    pub(super) fn new(style: Style) -> Self {
        Self { text: String::new(), style, columns: style.columns.max(NARROWEST), evidence: HashSet::new() }
    }

    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    pub(super) fn heading(&mut self, text: &str) {
        self.line("");
        self.line(&self.style.bold(text));
    }

    pub(super) fn entry(&mut self, label: &str, text: &str) {
        let label = format!("{label:<9}");
        self.rows(&format!("  {} ", self.style.dim(&label)), label.width() + 3, text);
    }

    /// Writes text behind a `lead` of `indent` cells, in as many rows as it takes.
    pub(super) fn rows(&mut self, lead: &str, indent: usize, text: &str) {
        let text = clipped(text);
        for (nth, row) in wrap(&text, self.columns - indent).into_iter().enumerate() {
            match nth {
                0 => self.line(&format!("{lead}{row}")),
                _ => self.line(&format!("{:indent$}{row}", "")),
            }
        }
    }

    /// Writes the first lines of a text from the server.
    pub(super) fn quoted(&mut self, text: &str) {
        let text = text.trim_end();
        for line in text.lines().take(LINES) {
            self.rows("  ", 2, line);
        }
        let more = text.lines().count().saturating_sub(LINES);
        if more > 0 {
            self.line(&self.style.dim(&format!("  ({} more)", counted(more as u64, "line"))));
        }
    }
}

/// A line from outside, printable and of limited length.
pub(super) fn clipped(text: &str) -> String {
    cut(&printable(text), LONGEST).into_owned()
}
