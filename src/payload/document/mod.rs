//! A payload as rows: JSON spread over lines, text, or hex. Only the rows that are seen are made, from places that a
//! pass over the text has marked; the pass can be made in pieces, so that a large payload opens as fast as a small one.
//!
//! ```text
//! text ──> lexer ──> walk (rows of a width, brackets closed by folds) ──> index (places) ──> rows that are seen
//! ```

mod brackets;
mod fit;
mod folds;
mod index;
mod leaves;
mod lexer;
mod members;
mod path;
mod walk;

use std::ops::Range;

use bytes::Bytes;

pub use folds::Folded;
pub use leaves::{Leaf, LeafKind, Leaves, Outline, fingerprint, leaves, outline};
pub use lexer::{Fault, Lexer, Token, closing};
pub use members::{Found, MemberPath, Spot, SpotKind, all_values, each_spot, values};
pub use walk::{Part, PartKind, Row};

use index::Index;
use walk::{Layout, Walk};

use super::hex;
use folds::Folds;

/// How a payload is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Json,
    /// JSON whose brackets are closed from the second level on.
    Tree,
    Text,
    Hex,
}

/// A payload laid out for a width.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    text: Bytes,
    form: Form,
    layout: Layout,
    index: Index,
}

/// Bytes that are laid out at once when a payload is opened.
const FIRST: usize = 256 << 10;

impl Document {
    /// Lays the beginning out. `width` is in cells.
    #[must_use]
    pub fn new(text: Bytes, form: Form, width: usize) -> Self {
        let mut document = Self::unread(text, form, width);
        document.lay_out(FIRST);
        document
    }

    fn unread(text: Bytes, form: Form, width: usize) -> Self {
        let below = (form == Form::Tree).then_some(1);
        let layout = Layout { width: width.max(1), folds: Folds::below(below) };
        let walk = if matches!(form, Form::Json | Form::Tree) { Walk::of_json() } else { Walk::of_text() };
        Self { text, form, layout, index: Index::starting(walk) }
    }

    pub const fn text(&self) -> &Bytes {
        &self.text
    }

    pub const fn form(&self) -> Form {
        self.form
    }

    /// In cells.
    pub const fn width(&self) -> usize {
        self.layout.width
    }

    /// Lays about so many bytes more out.
    pub fn lay_out(&mut self, bytes: usize) {
        if self.form != Form::Hex {
            self.index.lay_out(&self.text, &mut self.layout, bytes);
        }
    }

    /// Takes in what a pass over a copy of this document has laid out.
    pub fn learn(&mut self, further: Self) {
        if further.index.upto > self.index.upto || further.index.is_whole {
            self.index = further.index;
            self.layout.folds.learn(further.layout.folds);
        }
    }

    /// How many bytes are laid out, while there are more.
    pub fn laid_out(&self) -> Option<usize> {
        (self.form != Form::Hex && !self.index.is_whole).then_some(self.index.upto)
    }

    /// How many rows there are, as far as they are laid out.
    pub fn rows(&self) -> u64 {
        match self.form {
            Form::Hex => hex::rows(self.text.len(), self.each()) as u64,
            _ => self.index.rows,
        }
    }

    /// Where the text stops being JSON, if it was to be JSON.
    pub const fn fault(&self) -> Option<usize> {
        self.index.fault
    }

    /// Bytes on a row of hex.
    pub fn each(&self) -> usize {
        hex::each(self.text.len(), self.layout.width)
    }

    /// Rows from one on, at most `height`.
    #[must_use]
    pub fn page(&self, from: u64, height: usize) -> Vec<Row> {
        let most = usize::try_from(self.rows().saturating_sub(from)).unwrap_or(usize::MAX).min(height);
        if self.form == Form::Hex {
            let each = self.each();
            let first = usize::try_from(from).unwrap_or(usize::MAX);
            return (first..first + most).map(|nth| self.hex_row(nth * each, each)).collect();
        }
        if most == 0 {
            return Vec::new();
        }
        let mut walk = self.index.before(from, &self.text, &self.layout);
        let rows = std::iter::from_fn(|| {
            let mut row = Row::default();
            walk.row(&self.text, &self.layout, &mut row).then_some(row)
        });
        rows.take(most).collect()
    }

    fn hex_row(&self, at: usize, each: usize) -> Row {
        let range = at..self.text.len().min(at + each);
        Row { at, parts: vec![Part { kind: PartKind::Plain, range }], ..Row::default() }
    }

    /// The row in which a byte of the text is, as far as it is laid out.
    #[must_use]
    pub fn row_at(&self, at: usize) -> u64 {
        match self.form {
            Form::Hex => (at / self.each()) as u64,
            _ => self.index.row_at(at, &self.text, &self.layout),
        }
    }

    /// Where a row begins in the text, in bytes.
    #[must_use]
    pub fn at(&self, row: u64) -> usize {
        self.page(row, 1).first().map_or(0, |row| row.at)
    }

    /// A piece of the text as it is shown: printable, with the bytes that are not UTF-8 as `<FF>`, marked.
    #[must_use]
    pub fn shown(&self, range: Range<usize>) -> Vec<(String, bool)> {
        fit::shown(&self.text, range)
    }

    /// The way to what stands on a row, as jq writes it; `None` if it is not in JSON, or too far inside.
    #[must_use]
    pub fn path(&self, row: u64) -> Option<String> {
        let (walk, row) = self.walked(row)?;
        (row.depth <= path::LEVELS).then(|| path::written(walk.steps(&row), &self.text))
    }

    /// Where the value that begins on a row stands in the text, without its name; `None` for a closing bracket and for
    /// what is not JSON.
    #[must_use]
    pub fn value(&self, row: u64) -> Option<Range<usize>> {
        let (_, row) = self.walked(row)?;
        let last = row.parts.iter().find_map(|part| match part.kind {
            PartKind::Folded(folded) => Some(part.range.start..folded.end),
            PartKind::Json(Token::Open) => {
                Some(part.range.start..lexer::closing(&self.text, part.range.start).0)
            }
            PartKind::Json(Token::Text | Token::Number | Token::Literal | Token::Empty) => {
                Some(part.range.clone())
            }
            _ => None,
        })?;
        (!row.is_continued).then_some(last)
    }

    /// Opens or closes the bracket of a row; the row where it begins, or `None` if there is no bracket.
    pub fn toggle(&mut self, row: u64) -> Option<u64> {
        let (_, found) = self.walked(row)?;
        let start = found.parts.iter().find_map(|part| match part.kind {
            PartKind::Folded(_) | PartKind::Json(Token::Open) => Some(part.range.start),
            _ => None,
        })?;
        self.layout.folds.toggle(start);
        self.index.cut(found.at);
        self.lay_out(FIRST);
        Some(row)
    }

    /// Whether a bracket that is closed on a row has this byte inside.
    #[must_use]
    pub fn hides(&self, row: u64, at: usize) -> bool {
        self.page(row, 1).iter().flat_map(|row| &row.parts).any(|part| match part.kind {
            PartKind::Folded(folded) => (part.range.start..folded.end).contains(&at),
            _ => false,
        })
    }

    /// Closes all brackets from this depth on; `None` opens all.
    pub fn fold_below(&mut self, depth: Option<usize>) {
        self.layout.folds = Folds::below(depth);
        self.index.cut(0);
        self.lay_out(FIRST);
    }

    fn walked(&self, row: u64) -> Option<(Walk, Row)> {
        if !matches!(self.form, Form::Json | Form::Tree) || row >= self.rows() {
            return None;
        }
        let mut walk = self.index.before(row, &self.text, &self.layout);
        let mut made = Row::default();
        let is_json = walk.row(&self.text, &self.layout, &mut made)
            && made.parts.iter().all(|part| part.kind != PartKind::Plain);
        is_json.then_some((walk, made))
    }
}

#[cfg(test)]
mod tests;
