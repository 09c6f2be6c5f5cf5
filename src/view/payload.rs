//! A payload in the detail: JSON in colours, text, or hex, and the rule below it that says where one is in it.

use std::ops::Range;

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use crate::{
    app::{App, Reading},
    payload::{
        CUT_SHORT, counted,
        document::{Document, Folded, Form, PartKind, Row, Token},
        hex, size, thousands,
    },
};

use super::{canvas, canvas::Canvas, found, theme::Theme};

/// Draws the rows that are in sight.
pub fn draw(canvas: &mut Canvas<'_>, area: Rect, foot: Rect, app: &App, reading: &Reading) {
    let document = &reading.document;
    let pane = canvas::inner(area);
    let rows = document.page(app.detail.top, area.height.into());
    let pen = Pen {
        document,
        places: &found::places(document, &rows, app.sought_in_detail()),
        now: app.detail.found().filter(|_| app.find.filter().is_some()),
        theme: canvas.theme,
    };
    for ((place, row), nth) in pane.rows().zip(&rows).zip(app.detail.top..) {
        let line = pen.line(row);
        canvas.line(place, &line);
        if app.focus.is_detail() && nth == app.detail.cursor {
            canvas.fill(Rect { x: area.x, width: area.width, ..place });
        }
    }
    if foot.height > 0 {
        let path = path(app, document);
        let room = usize::from(foot.width).saturating_sub(5);
        let beside = canvas::width(&path).min(PATH);
        let forms = position(app, reading, area.height.into()).into_iter();
        let mut right = String::new();
        for form in forms {
            right = form;
            if canvas::width(&right) + beside + 2 <= room {
                break;
            }
        }
        let left = canvas::cut(&path, room.saturating_sub(canvas::width(&right) + 2));
        canvas.rule(foot, Span::styled(left, canvas.theme.note), Span::styled(right, canvas.theme.dim));
    }
}

/// Cells of a path that are worth more than what is said at length.
const PATH: usize = 12;

/// The path of the cursor, or where a payload is no longer JSON.
fn path(app: &App, document: &Document) -> String {
    let path = match document.fault() {
        _ if app.focus.is_detail() => app.path_of_cursor().unwrap_or_default(),
        Some(fault) => format!("not JSON from byte {}", thousands(fault as u64)),
        None => String::new(),
    };
    super::untrusted::safe(&path)
}

/// How much of the payload is in sight, and why it is not all, in forms that become shorter; the last is always said.
fn position(app: &App, reading: &Reading, height: u64) -> Vec<String> {
    let document = &reading.document;
    let is_part = app.timeline.selected_message().is_some_and(|message| !message.is_whole);
    let (rows, upto) = (document.rows(), (app.detail.top + height).min(document.rows()));
    let in_sight = format!("{}–{}", thousands(app.detail.top + 1), thousands(upto));
    if is_part {
        return vec![format!("{in_sight} … reading the rest")];
    }
    let of = match document.laid_out() {
        Some(bytes) => {
            let percent = 100 * bytes as u64 / (document.text().len() as u64).max(1);
            format!("{in_sight} of {}+, {percent} % laid out", thousands(rows))
        }
        None => format!("{in_sight} of {}", thousands(rows)),
    };
    match mark(reading) {
        None => vec![of],
        Some((long, short)) => {
            vec![format!("{of}, {long}"), format!("{of}, {short}"), format!("{in_sight}, {short}"), short]
        }
    }
}

/// Why the payload is not all here, at length and in short.
fn mark(reading: &Reading) -> Option<(String, String)> {
    let shown = size(reading.document.text().len() as u64);
    if let Some(fault) = reading.fault {
        let layer = reading.title.as_deref().and_then(|title| title.split_once(','));
        let name = layer.map_or("payload", |(name, _)| name.rsplit(" › ").next().unwrap_or(name));
        let name = super::untrusted::safe(name);
        return Some(if fault == CUT_SHORT {
            (format!("this {name} ends too early: {shown} are shown"), "ends too early".to_owned())
        } else {
            (format!("this {name} is read no further: {fault}"), "read no further".to_owned())
        });
    }
    if reading.left_out > 0 {
        let rest = size(reading.left_out as u64);
        return Some((format!("{rest} of it not unpacked"), format!("{rest} not unpacked")));
    }
    reading
        .is_stopped
        .then(|| (format!("stopped after {shown}: this expands to more"), format!("cut at {shown}")))
}

/// Writes rows of a document.
struct Pen<'a> {
    document: &'a Document,
    /// What is found in the rows in sight.
    places: &'a [Range<usize>],
    /// The place that one has gone to.
    now: Option<&'a Range<usize>>,
    theme: &'a Theme,
}

impl Pen<'_> {
    fn line(&self, row: &Row) -> Line<'static> {
        let (document, theme) = (self.document, self.theme);
        if document.form() == Form::Hex {
            return self.hex_line(row);
        }
        let mut spans = vec![Span::raw(" ".repeat(row.indent))];
        if !row.is_continued && row.indent < row.depth * 2 {
            // Deeper than there is room to indent: the number of the level stands for it.
            let depth = format!("{}› ", thousands(row.depth as u64));
            spans = vec![Span::styled(format!("{depth:>width$}", width = row.indent), theme.dim)];
        }
        for part in &row.parts {
            match part.kind {
                PartKind::Folded(folded) => spans.extend(self.closed(part.range.start, folded)),
                PartKind::Plain => self.pieces(part.range.clone(), theme.plain, &mut spans),
                PartKind::Json(Token::Colon) => spans.push(Span::styled(": ", theme.dim)),
                PartKind::Json(Token::Empty) => {
                    let both = if document.text().get(part.range.start) == Some(&b'{') { "{}" } else { "[]" };
                    spans.push(Span::styled(both, theme.dim));
                }
                PartKind::Json(token) => {
                    let style = match token {
                        Token::Name => theme.note,
                        Token::Text => theme.ok,
                        Token::Number => theme.plain,
                        Token::Literal => theme.wait,
                        Token::Open | Token::Close | Token::Comma | Token::Colon | Token::Empty => theme.dim,
                    };
                    self.pieces(part.range.clone(), style, &mut spans);
                }
            }
        }
        Line::from(spans)
    }

    /// `{ 12 members }`, and its size where that says more.
    fn closed(&self, start: usize, folded: Folded) -> [Span<'static>; 3] {
        let theme = self.theme;
        let (open, close, what) = match self.document.text().get(start) {
            Some(b'{') => ("{ ", " }", "member"),
            _ => ("[ ", " ]", "element"),
        };
        let bytes = folded.end - start;
        let large = if bytes >= 1024 { format!(", {}", size(bytes as u64)) } else { String::new() };
        let inside = format!("{}{large}", counted(folded.items, what));
        [Span::styled(open, theme.dim), Span::styled(inside, theme.note), Span::styled(close, theme.dim)]
    }

    /// A piece of the text, with bytes that are not UTF-8 marked, and what is found.
    fn pieces(&self, range: Range<usize>, style: Style, spans: &mut Vec<Span<'static>>) {
        for (range, is_found) in found::cuts(range, self.places) {
            let over = |style: Style| self.over(style, &range, is_found);
            let shown = self.document.shown(range.clone()).into_iter();
            spans.extend(shown.map(|(text, is_broken)| {
                Span::styled(text, over(if is_broken { self.theme.bad } else { style }))
            }));
        }
    }

    /// The style of a piece, with that of what is found over it.
    fn over(&self, style: Style, range: &Range<usize>, is_found: bool) -> Style {
        let is_now = self.now.is_some_and(|now| now.start <= range.start && range.end <= now.end);
        match (is_found, is_now) {
            (false, _) => style,
            (true, false) => style.patch(self.theme.found),
            (true, true) => style.patch(self.theme.found_now),
        }
    }

    fn hex_line(&self, row: &Row) -> Line<'static> {
        let bytes = self.document.text();
        let each = self.document.each();
        let Some(shown) = hex::row(bytes, row.at / each, each) else { return Line::default() };
        let digits = hex::digits(bytes.len());
        let mut spans = vec![Span::styled(format!("{:0digits$x}  ", shown.offset), self.theme.dim)];
        // Every byte has one cell as text, and two as digits with a gap before the next, a wider one after eight.
        let cell = |byte: usize| byte * 3 + usize::from(byte > 8);
        let row = row.at..row.at + shown.text.chars().count();
        let cuts = found::cuts(row.clone(), self.places);
        for (range, is_found) in &cuts {
            let (from, upto) = (range.start - row.start, range.end - row.start);
            let upto = if *is_found { cell(upto - 1) + 2 } else { cell(upto) };
            let from = if *is_found || from == 0 { cell(from) } else { cell(from - 1) + 2 };
            let digits = shown.hex.get(from..upto.min(shown.hex.len())).unwrap_or_default().to_owned();
            spans.push(Span::styled(digits, self.over(self.theme.plain, range, *is_found)));
        }
        let width: usize = spans.iter().skip(1).map(|span| span.content.len()).sum();
        spans.push(Span::raw(" ".repeat(shown.hex.len().saturating_sub(width) + 2)));
        for (range, is_found) in cuts {
            let seen = shown.text.chars().skip(range.start - row.start).take(range.len());
            spans.push(Span::styled(seen.collect::<String>(), self.over(self.theme.ok, &range, is_found)));
        }
        Line::from(spans)
    }
}
