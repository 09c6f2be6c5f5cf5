//! The editor of many lines: how the text that is being written is looked at, over the whole screen.
//!
//! The text itself stays where it is written, in the edited field or on the send line. It is no `ratatui-textarea`:
//! that moves by `char` and not by grapheme, drops `\r`, has no bound, and its history would keep secrets.

use std::ops::Range;

use ratatui::layout::Rect;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use crate::payload::{fold, printable_lines};

/// How the text is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Editor {
    /// The first row that is shown.
    pub top: usize,
    /// The bytes of each row, as last laid out.
    rows: Vec<Range<usize>>,
    /// The lines of the text, of which each takes a row at least.
    lines: usize,
    /// The cell that up and down keep to, while nothing else is pressed.
    goal: Option<usize>,
    /// Whether leaving was asked for once, with a changed text.
    pub leaving: bool,
}

/// Where the parts of the editor stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EditorAreas {
    /// The rule above the text.
    pub title: Rect,
    /// The numbers of the lines.
    pub numbers: Rect,
    pub text: Rect,
    /// The line under the text, for what is wrong with it.
    pub foot: Rect,
}

impl Editor {
    /// Computes the places within the body of a screen.
    pub fn areas(&self, body: Rect) -> EditorAreas {
        let digits = self.lines.max(1).ilog10() + 1;
        let gutter = u16::try_from(digits.max(2) + 2).unwrap_or(4).min(body.width / 3);
        let foot = u16::from(body.height >= 4);
        let height = body.height.saturating_sub(1 + foot);
        let inner = Rect { y: body.y + 1, height, ..body };
        EditorAreas {
            title: Rect { height: body.height.min(1), ..body },
            numbers: Rect { width: gutter, ..inner },
            text: Rect { x: body.x + gutter, width: body.width - gutter, ..inner },
            foot: Rect { y: inner.bottom(), height: foot, ..body },
        }
    }

    /// Lays the text out. It costs time in proportion to the text, and is to be done when the text or the width has
    /// changed, not when the cursor moves.
    pub fn lay_out(&mut self, text: &str, body: Rect) {
        self.lines = text.matches('\n').count() + 1;
        self.rows = rows(text, self.areas(body).text.width);
    }

    /// The bytes of each row.
    pub fn rows(&self) -> &[Range<usize>] {
        &self.rows
    }

    /// How many lines the text has.
    pub const fn lines(&self) -> usize {
        self.lines
    }

    /// The row that a byte of the text stands in, and the cell in it.
    pub fn place(&self, text: &str, at: usize) -> (usize, usize) {
        let row = self.row_of(at);
        let start = self.rows.get(row).map_or(0, |row| row.start);
        let before = text.get(start..at).unwrap_or_default();
        (row, before.graphemes(true).map(cells).sum())
    }

    fn row_of(&self, at: usize) -> usize {
        self.rows.partition_point(|row| row.start <= at).saturating_sub(1)
    }

    /// Brings the row of a byte into sight of `height` rows.
    pub fn show(&mut self, at: usize, height: u16) {
        let row = self.row_of(at);
        self.top = self.top.clamp((row + 1).saturating_sub(usize::from(height).max(1)), row);
    }

    /// The byte that stands so many rows below this one, or above: in the cell where this began, or the last before it.
    pub fn move_by_rows(&mut self, text: &str, at: usize, by: i64) -> usize {
        let Some(last) = self.rows.len().checked_sub(1) else { return at };
        let (row, cell) = self.place(text, at);
        let goal = *self.goal.get_or_insert(cell);
        let to = row.saturating_add_signed(isize::try_from(by).unwrap_or(0)).min(last);
        match &self.rows[to] {
            _ if to == row && by < 0 => 0,
            _ if to == row => text.len(),
            found => {
                let is_wrapped = self.rows.get(to + 1).is_some_and(|next| next.start == found.end);
                byte_at(text, found, goal, is_wrapped)
            }
        }
    }

    /// The cursor was moved by something else than rows, or the text has changed.
    pub fn forget_goal(&mut self) {
        self.goal = None;
    }
}

/// A text as it is seen: the bytes of each row. A line longer than `width` cells continues in the
/// next row; its last cell stays free for the cursor.
fn rows(text: &str, width: u16) -> Vec<Range<usize>> {
    let room = usize::from(width.saturating_sub(1)).max(1);
    let mut rows = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        for row in fold(line, room, cells) {
            rows.push(start..start + row.len());
            start += row.len();
        }
        start += 1;
    }
    rows
}

/// The cells of one character as a person sees them.
fn cells(grapheme: &str) -> usize {
    printable_lines(grapheme).width()
}

/// The byte of a row that stands nearest before a cell.
fn byte_at(text: &str, row: &Range<usize>, goal: usize, is_wrapped: bool) -> usize {
    let mut used = 0;
    let mut last = row.start;
    for (at, grapheme) in text[row.clone()].grapheme_indices(true) {
        last = row.start + at;
        used += cells(grapheme);
        if used > goal {
            return last;
        }
    }
    // Behind the end of a row that is continued, the cursor would stand in the next one.
    if is_wrapped { last } else { row.end }
}

#[cfg(test)]
mod tests {
    use super::{Editor, byte_at, rows};

    fn seen(text: &str, width: u16) -> Vec<&str> {
        rows(text, width).into_iter().map(|row| &text[row]).collect()
    }

    #[test]
    fn a_long_line_goes_on_in_the_next_row() {
        assert_eq!(seen("abcdef\ngh", 4), ["abc", "def", "gh"]);
        assert_eq!(seen("", 4), [""]);
        assert_eq!(seen("a\n", 4), ["a", ""]);
        assert_eq!(seen("漢字漢", 5), ["漢字", "漢"]);
    }

    #[test]
    fn a_cursor_between_two_rows_stands_in_the_second() {
        let text = "abcdef\ngh";
        let editor = Editor { rows: rows(text, 4), ..Editor::default() };
        assert_eq!(editor.place(text, 2), (0, 2));
        assert_eq!(editor.place(text, 3), (1, 0));
        assert_eq!(editor.place(text, 6), (1, 3));
        assert_eq!(editor.place(text, 7), (2, 0));
    }

    #[test]
    fn up_and_down_keep_the_cell_where_the_row_is_long_enough() {
        let text = "\tx\nab\nabcdefgh";
        let rows = rows(text, 40);
        assert_eq!(byte_at(text, &rows[0], 4, false), 1, "a tab is four cells");
        assert_eq!(byte_at(text, &rows[1], 4, false), 5, "the row ends before");
        assert_eq!(byte_at(text, &rows[2], 4, false), 10);
    }

    #[test]
    fn every_byte_belongs_to_one_row() {
        for text in ["a\u{301}bc\n\n👨‍👩‍👧 family", "x\r\ny", "\u{202e}abc\u{7}"] {
            for width in 1..9 {
                let rows = rows(text, width);
                let mut joined = String::new();
                for (nth, row) in rows.iter().enumerate() {
                    joined.push_str(&text[row.clone()]);
                    if rows.get(nth + 1).is_some_and(|next| next.start > row.end) {
                        joined.push('\n');
                    }
                }
                assert_eq!(joined, text, "in {width} cells");
            }
        }
    }
}
