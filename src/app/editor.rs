//! The editor of many lines: the text that is being written, over the whole screen.
//!
//! The text itself stays where it is written, in the edited field or on the send line; this is how
//! it is looked at and moved through.

use std::ops::Range;

use ratatui::layout::Rect;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use crate::{
    config::Secret,
    payload::{fold, printable_lines},
    session::{Command, Kind, Outgoing},
};

use super::{
    key::{Code, Key},
    layout,
    model::{App, Tone},
    overlay::Overlay,
    screen::Screen,
    text_input::TextInput,
    update::{EditTarget, Effect},
};

/// How the text is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Editor {
    /// The first row that is shown.
    pub top: usize,
    /// The cell that up and down keep to, while nothing else is pressed.
    goal: Option<usize>,
    /// Whether leaving was asked for once, with a changed text.
    leaving: bool,
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

/// Computes the places within the body of a screen.
#[must_use]
pub fn areas(body: Rect, text: &str) -> EditorAreas {
    let digits = (text.matches('\n').count() + 1).ilog10() + 1;
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

/// A text as it is seen: the bytes of each row. A line longer than `width` cells goes on in the
/// next row; its last cell stays free for the cursor.
#[must_use]
pub fn rows(text: &str, width: u16) -> Vec<Range<usize>> {
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

/// The row that a byte of the text stands in, and the cell in it.
#[must_use]
pub fn place(text: &str, rows: &[Range<usize>], at: usize) -> (usize, usize) {
    let row = rows.partition_point(|row| row.start <= at).saturating_sub(1);
    let start = rows.get(row).map_or(0, |row| row.start);
    let before = text.get(start..at).unwrap_or_default();
    (row, before.graphemes(true).map(cells).sum())
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
    // Behind the end of a row that goes on, the cursor would stand in the next one.
    if is_wrapped { last } else { row.end }
}

impl App {
    /// The text that the editor shows, and where its cursor stands.
    #[must_use]
    pub fn edited_text(&self) -> Option<&TextInput> {
        match self.screen {
            Screen::Config => self.form.edit.as_ref().map(|edit| &edit.input),
            Screen::Feed => Some(&self.send),
            _ => None,
        }
    }

    /// Whether what is being written is a secret that is not shown.
    #[must_use]
    pub fn hides_written(&self) -> bool {
        self.screen == Screen::Config && self.form.hides_edit()
    }

    /// Goes on with what is being written in the editor of many lines.
    pub(super) fn open_editor(&mut self) -> Vec<Effect> {
        self.overlay = Some(Overlay::Editor(Editor::default()));
        self.show_cursor();
        Vec::new()
    }

    /// Edits by one key.
    pub(super) fn press_in_editor(&mut self, key: Key) -> Vec<Effect> {
        let areas = self.editor_areas();
        let page = i64::from(areas.text.height.saturating_sub(1).max(1));
        let by = match (key.code, key.ctrl, key.alt) {
            (Code::Up, false, false) | (Code::Char('p'), true, false) => Some(-1),
            (Code::Down, false, false) | (Code::Char('n'), true, false) => Some(1),
            (Code::PageUp, ..) => Some(-page),
            (Code::PageDown, ..) => Some(page),
            _ => None,
        };
        if let Some(by) = by {
            self.move_by_rows(by, areas.text.width);
            self.show_cursor();
            return Vec::new();
        }
        let Some(input) = self.written() else { return Vec::new() };
        let before = input.text().len();
        // A key either moves or changes the length of the text.
        let is_known = input.press_in_lines(key);
        let has_changed = input.text().len() != before;
        if let Some(Overlay::Editor(editor)) = &mut self.overlay {
            editor.goal = None;
            editor.leaving &= !is_known;
        }
        self.show_cursor();
        if has_changed { self.wrote() } else { Vec::new() }
    }

    fn move_by_rows(&mut self, by: i64, width: u16) {
        let Some(input) = self.edited_text() else { return };
        let (text, at) = (input.text(), input.split().0.len());
        let rows = rows(text, width);
        let (row, cell) = place(text, &rows, at);
        let Some(Overlay::Editor(editor)) = &self.overlay else { return };
        let goal = editor.goal.unwrap_or(cell);
        let to = row.saturating_add_signed(isize::try_from(by).unwrap_or(0)).min(rows.len() - 1);
        let is_wrapped = rows.get(to + 1).is_some_and(|next| next.start == rows[to].end);
        let to = if to == row && by < 0 {
            0
        } else if to == row {
            text.len()
        } else {
            byte_at(text, &rows[to], goal, is_wrapped)
        };
        if let Some(input) = self.written() {
            input.move_to(to);
        }
        if let Some(Overlay::Editor(editor)) = &mut self.overlay {
            editor.goal = Some(goal);
        }
    }

    /// The wheel moves the cursor, so that it stays in sight.
    pub(super) fn scroll_editor(&mut self, lines: i64) {
        let width = self.editor_areas().text.width;
        self.move_by_rows(lines, width);
        self.show_cursor();
    }

    fn editor_areas(&self) -> EditorAreas {
        let text = self.edited_text().map_or("", TextInput::text);
        areas(layout::areas(self.size, self).body, text)
    }

    /// Brings the row of the cursor into sight.
    pub(super) fn show_cursor(&mut self) {
        if !matches!(self.overlay, Some(Overlay::Editor(_))) {
            return;
        }
        let areas = self.editor_areas();
        let Some(input) = self.edited_text() else { return };
        let rows = rows(input.text(), areas.text.width);
        let (row, _) = place(input.text(), &rows, input.split().0.len());
        let height = usize::from(areas.text.height).max(1);
        if let Some(Overlay::Editor(editor)) = &mut self.overlay {
            editor.top = editor.top.clamp((row + 1).saturating_sub(height), row);
        }
    }

    /// Takes the text as the value of its field, or sends it.
    pub(super) fn take_written(&mut self) -> Vec<Effect> {
        self.overlay = None;
        if self.screen == Screen::Config { self.take_edit() } else { self.send_line() }
    }

    /// Puts the line on the wire.
    pub(super) fn send_line(&mut self) -> Vec<Effect> {
        let payload = self.send.take().into();
        vec![Effect::Engine(Command::Send(Outgoing::Data { kind: Kind::Text, payload }))]
    }

    /// Leaves the editor. The text of the send line stays; that of a field is dropped, and where
    /// it was changed only when that was asked for twice.
    pub(super) fn leave_editor(&mut self) -> Vec<Effect> {
        let is_field = self.screen == Screen::Config;
        if let Some(Overlay::Editor(editor)) = &mut self.overlay
            && is_field
            && !editor.leaving
            && self.form.edit_changes()
        {
            editor.leaving = true;
            self.say(Tone::Note, "the text was changed: ctrl+s takes it, esc once more drops it");
            return Vec::new();
        }
        self.overlay = None;
        if is_field { self.leave_edit() } else { Vec::new() }
    }

    /// Hands what is being written to the person's own editor.
    pub(super) fn edit_outside(&mut self) -> Vec<Effect> {
        self.hand_out(EditTarget::Here)
    }

    /// Opens the selected field in the person's own editor, and takes what comes back as its value.
    pub(super) fn edit_field_outside(&mut self) -> Vec<Effect> {
        drop(self.begin_edit());
        self.overlay = None;
        self.hand_out(EditTarget::Taken)
    }

    fn hand_out(&mut self, back: EditTarget) -> Vec<Effect> {
        let ending = self.ending();
        let text = self.edited_text().map(|input| input.text().to_owned());
        text.map(|text| Effect::EditOutside { text: Secret::new(text), ending, back }).into_iter().collect()
    }

    /// How a file with the text is called, so that an editor knows what it is.
    fn ending(&self) -> &'static str {
        let text = self.edited_text().map_or("", TextInput::text).trim_start();
        match text.as_bytes().first() {
            Some(b'{' | b'[') => "json",
            Some(b'-') if text.starts_with("-----BEGIN") => "pem",
            _ => "txt",
        }
    }

    /// Takes in what the person's own editor has left.
    pub(super) fn edited_outside(&mut self, text: &str, back: EditTarget) -> Vec<Effect> {
        let left_out = match self.written() {
            Some(input) => input.replace(text),
            None => return Vec::new(),
        };
        debug_assert_eq!(left_out, 0, "a text that is too long is not handed back");
        match back {
            EditTarget::Taken => self.take_edit(),
            EditTarget::Here if text.contains('\n') && self.overlay.is_none() => {
                drop(self.open_editor());
                self.wrote()
            }
            EditTarget::Here => {
                self.show_cursor();
                self.wrote()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{byte_at, place, rows};

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
        let rows = rows(text, 4);
        assert_eq!(place(text, &rows, 2), (0, 2));
        assert_eq!(place(text, &rows, 3), (1, 0));
        assert_eq!(place(text, &rows, 6), (1, 3));
        assert_eq!(place(text, &rows, 7), (2, 0));
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
