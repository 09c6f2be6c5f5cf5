//! Writing into the frame: lines, rules and text cut or wrapped by grapheme.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::{Modifier, Style},
    text::{Line, Span},
};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::app::TextInput;

use super::{theme::Theme, untrusted};

pub use crate::payload::wrap;

/// The frame under the pen, and the colours.
pub struct Canvas<'a> {
    pub buffer: &'a mut Buffer,
    pub theme: &'a Theme,
}

impl Canvas<'_> {
    /// Writes `line` into the first line of `area`; what does not fit is not written.
    pub fn line(&mut self, area: Rect, line: &Line<'_>) {
        if area.height > 0 && area.width > 0 {
            self.buffer.set_line(area.x, area.y, line, area.width);
        }
    }

    /// Writes lines one below the other, as many as there is room for.
    pub fn lines<'a>(&mut self, area: Rect, lines: impl IntoIterator<Item = Line<'a>>) {
        area.rows().zip(lines).for_each(|(place, line)| self.line(place, &line));
    }

    /// Writes `text` in one style, cut with `…` when it does not fit.
    pub fn text(&mut self, area: Rect, text: impl AsRef<str>, style: Style) {
        let text = cut(text.as_ref(), area.width.into());
        self.line(area, &Line::from(Span::styled(text, style)));
    }

    /// Writes `line` so that it ends where `area` ends.
    pub fn right(&mut self, area: Rect, line: &Line<'_>) {
        let width = u16::try_from(line.width()).unwrap_or(u16::MAX).min(area.width);
        self.line(Rect { x: area.right() - width, width, ..area }, line);
    }

    /// A rule across `area` with a title in its left and one in its right end. The left one is
    /// cut when both do not fit, the right one left out when there is no room for it at all.
    pub fn rule<'a>(&mut self, area: Rect, left: impl Into<Line<'a>>, right: impl Into<Line<'a>>) {
        let (mut left, right) = (left.into(), right.into());
        if area.height == 0 || area.width < 4 {
            return;
        }
        self.buffer.set_string(area.x, area.y, "─".repeat(area.width.into()), self.theme.rule);
        let inner = usize::from(area.width) - 2;
        if left.width() > 0 {
            left.spans.insert(0, Span::raw(" "));
            left.spans.push(Span::raw(" "));
        }
        let room = inner.saturating_sub(left.width() + 1);
        if right.width() > 0 && right.width() + 2 <= room {
            let width = u16::try_from(right.width() + 2).unwrap_or(0);
            let place = Rect { x: area.right() - width - 1, width, height: 1, ..area };
            self.blank(place);
            self.line(Rect { x: place.x + 1, width: width - 1, ..place }, &right);
        }
        let width = u16::try_from(left.width()).unwrap_or(u16::MAX).min(area.width - 2);
        let place = Rect { x: area.x + 1, width, height: 1, ..area };
        self.blank(place);
        self.line(place, &left);
    }

    /// Writes the row of a table; the one that is selected is filled.
    pub fn row(&mut self, area: Rect, line: &Line<'_>, is_selected: bool) {
        self.line(area, line);
        if is_selected {
            self.fill(area);
        }
    }

    /// Fills the line of what is selected, over its whole width; the colours of its text stay, and those of a match.
    pub fn fill(&mut self, area: Rect) {
        let kept = self.theme.found_now.bg;
        for place in area.intersection(self.buffer.area).positions() {
            if let Some(cell) = self.buffer.cell_mut(place).filter(|cell| kept != Some(cell.bg)) {
                cell.set_style(self.theme.selected);
            }
        }
    }

    /// Writes `text` into `area`, wrapped.
    pub fn paragraph(&mut self, area: Rect, text: &str, style: Style) {
        self.lines(area, wrap(text, area.width.into()).into_iter().map(|part| Line::styled(part, style)));
    }

    /// Writes `lines` from number `from` on; when they go on below, the last line says so.
    pub fn page(&mut self, area: Rect, mut lines: Vec<Line<'_>>, from: usize) {
        let end = from + usize::from(area.height);
        if lines.len() > end && area.height > 1 {
            lines[end - 1] = Line::styled("  … j scrolls", self.theme.dim);
        }
        self.lines(area, lines.into_iter().skip(from));
    }

    /// Writes a line of text that is being written behind `lead`, the part around the cursor; where
    /// the cursor stands.
    pub fn input(&mut self, line: Rect, lead: &str, input: &TextInput) -> Position {
        let room = usize::from(line.width).saturating_sub(width(lead) + 1);
        let (before, behind) = input.split();
        let before = tail(before, room);
        let left = room.saturating_sub(width(&before));
        let behind = crate::payload::preview(behind, left);
        let ahead = u16::try_from(width(lead) + width(&before)).unwrap_or(0);
        let selected = self.theme.plain.add_modifier(Modifier::REVERSED);
        let style = if input.is_selected() { selected } else { self.theme.plain };
        let spans = vec![
            Span::styled(lead.to_owned(), self.theme.accent),
            Span::styled(before, style),
            Span::styled(behind, style),
        ];
        self.line(line, &Line::from(spans));
        Position { x: (line.x + ahead).min(line.right().saturating_sub(1)), y: line.y }
    }

    /// The same of a secret: only how long it is.
    pub fn hidden(&mut self, line: Rect, input: &TextInput) -> Position {
        let (before, behind) = input.split();
        let [before, behind] = [before, behind].map(|text| text.graphemes(true).count());
        let mut dots = TextInput::default();
        dots.insert(&"•".repeat(before + behind));
        dots.move_to_grapheme(before);
        self.input(line, "", &dots)
    }

    /// Empties a region for what stands over it.
    pub fn clear(&mut self, area: Rect) {
        area.rows().for_each(|row| self.blank(row));
    }

    /// Takes the rule away, so that a title in it has its own colours only.
    fn blank(&mut self, area: Rect) {
        self.buffer.set_style(area, Style::reset());
        self.buffer.set_string(area.x, area.y, " ".repeat(area.width.into()), Style::new());
    }

    /// An upright rule whose ends sit in the rules it meets.
    pub fn upright(&mut self, area: Rect) {
        for y in area.y..area.bottom() {
            let sign = if y == area.y { "┬" } else { "│" };
            self.buffer.set_string(area.x, y, sign, self.theme.rule);
        }
    }
}

/// `text` wrapped in a column of its own behind `head`, together at most `width` cells wide.
pub fn hanging(
    head: Span<'static>,
    text: &str,
    style: Style,
    width: usize,
) -> impl Iterator<Item = Line<'static>> + use<> {
    let column = self::width(&head.content);
    let mut head = Some(head);
    wrap(text, width.saturating_sub(column)).into_iter().map(move |part| {
        let head = head.take().unwrap_or_else(|| Span::raw(" ".repeat(column)));
        Line::from(vec![head, Span::styled(part, style)])
    })
}

/// `text` in at most `cells` cells, cut by grapheme; `…` stands for what is missing.
pub fn cut(text: &str, cells: usize) -> String {
    crate::payload::cut(text, cells).into_owned()
}

/// The end of `text` that fits, so that the cursor stays in sight.
fn tail(text: &str, cells: usize) -> String {
    let mut used = 0;
    let mut shown = Vec::new();
    for grapheme in text.graphemes(true).rev() {
        let grapheme = untrusted::safe(grapheme);
        used += width(&grapheme);
        if used > cells {
            break;
        }
        shown.push(grapheme);
    }
    shown.into_iter().rev().collect()
}

/// A region without so many cells at its left.
pub const fn indented(area: Rect, by: u16) -> Rect {
    Rect { x: area.x + by, width: area.width.saturating_sub(by), ..area }
}

/// A pane without the blank cells at its sides.
pub const fn inner(area: Rect) -> Rect {
    Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area }
}

/// How many cells `text` takes.
pub fn width(text: &str) -> usize {
    text.width()
}

#[cfg(test)]
mod tests {
    use super::width;

    #[test]
    fn wide_characters_count_twice() {
        assert_eq!(width("漢字"), 4);
    }
}
