//! The editor of many lines: numbered lines of the text, its facts above and what is wrong below.

use std::ops::Range;

use ratatui::{
    layout::{Position, Rect},
    style::Style,
    text::{Line, Span},
};
use unicode_segmentation::UnicodeSegmentation as _;

use crate::{
    app::{App, Editor, TextInput},
    config::{Severity, type_of},
    payload::{counted, json, printable_lines, size},
};

use super::{canvas, canvas::Canvas, theme::Theme, untrusted};

/// Draws the editor over `body`; where the cursor stands.
pub fn draw(canvas: &mut Canvas<'_>, body: Rect, app: &App, editor: &Editor) -> Option<Position> {
    let input = app.screen_text()?;
    let (text, rows) = (input.text(), editor.rows());
    let areas = editor.areas(body);
    canvas.clear(body);
    let said = said(app, text, canvas.theme);
    title(canvas, areas.title, app, (text, editor.lines()), &said);
    let (row, cell) = editor.place(text, input.cursor());
    let hidden = app.hides_written();
    let above = text.get(..rows.get(editor.top).map_or(0, |row| row.start)).unwrap_or_default();
    let mut number = above.matches('\n').count();
    for (y, row) in (areas.text.y..areas.text.bottom()).zip(rows.iter().skip(editor.top)) {
        let begins = row.start == 0 || text.as_bytes().get(row.start - 1) == Some(&b'\n');
        if begins {
            number += 1;
            let numbers =
                Rect { y, height: 1, width: areas.numbers.width.saturating_sub(1), ..areas.numbers };
            canvas.right(numbers, &Line::styled(number.to_string(), canvas.theme.rule));
        }
        let shown: String = match text.get(row.clone()).unwrap_or_default() {
            part if hidden => "•".repeat(part.graphemes(true).count()),
            part => part.graphemes(true).map(printable_lines).collect(),
        };
        canvas.line(Rect { y, height: 1, ..areas.text }, &Line::raw(shown));
    }
    foot(canvas, areas.foot, &said);
    let cell = if hidden { before_cursor(input, rows.get(row)) } else { cell };
    let x = areas.text.x + u16::try_from(cell).unwrap_or(u16::MAX).min(areas.text.width.saturating_sub(1));
    let y = areas.text.y + u16::try_from(row.saturating_sub(editor.top)).unwrap_or(0);
    (areas.text.height > 0).then_some(Position { x, y })
}

/// How many characters stand between the beginning of a row and the cursor.
fn before_cursor(input: &TextInput, row: Option<&Range<usize>>) -> usize {
    let start = row.map_or(0, |row| row.start);
    input.text().get(start..input.cursor()).unwrap_or_default().graphemes(true).count()
}

/// What is known of the text: a word for the title, and what is wrong, with its sign.
struct Said {
    word: String,
    style: Style,
    fault: Option<(Severity, String)>,
}

fn said(app: &App, text: &str, theme: &Theme) -> Said {
    let ok = |word: String| Said { word, style: theme.ok, fault: None };
    let wrong = |word: &str, message: String| Said {
        word: word.to_owned(),
        style: theme.wait,
        fault: Some((Severity::Warning, message)),
    };
    let plain = |word: &str| Said { word: word.to_owned(), style: theme.dim, fault: None };
    let edit = app.edited_field();
    let mut said = match edit {
        Some(edit) if let Some(held) = app.form.file_summary(&edit.path).filter(|_| !text.is_empty()) => {
            if held.fits {
                ok(held.message.clone())
            } else {
                wrong("not what it is for", held.message.clone())
            }
        }
        Some(edit) if let Some(Ok(value_type)) = type_of(&edit.path, text) => plain(&value_type.to_string()),
        _ if !text.trim_start().starts_with(['{', '[']) => plain("text"),
        _ => match json::check(text) {
            Ok(()) => ok("JSON".to_owned()),
            Err(fault) => wrong("no JSON", format!("no JSON: {fault}")),
        },
    };
    let problems = edit.map(|edit| app.form.problems_of(&edit.path));
    let gravest = problems.and_then(|problems| problems.max_by_key(|problem| problem.is_error()));
    if let Some(problem) = gravest.filter(|problem| problem.is_error() || said.fault.is_none()) {
        said.fault = Some((problem.severity, problem.message.clone()));
    }
    said
}

/// ` open_messages.0 ─────────── 7 lines · 182 B · JSON `
fn title(canvas: &mut Canvas<'_>, area: Rect, app: &App, (text, lines): (&str, usize), said: &Said) {
    let theme = canvas.theme;
    let edit = app.edited_field();
    let name = untrusted::safe(edit.map_or("send", |edit| &edit.path));
    let lines = counted(lines as u64, "line");
    let facts = format!("{lines} · {} · ", size(text.len() as u64));
    let room = usize::from(area.width).saturating_sub(canvas::width(&name) + 8);
    let word = untrusted::safe(&said.word);
    // What it is matters more than how long it is.
    let facts = if canvas::width(&facts) + canvas::width(&word) <= room { facts } else { String::new() };
    let word = canvas::cut(&word, room.saturating_sub(canvas::width(&facts)));
    let right = vec![Span::styled(facts, theme.dim), Span::styled(word, said.style)];
    canvas.rule(area, Span::styled(name, theme.accent), right);
}

/// What is wrong with the text.
fn foot(canvas: &mut Canvas<'_>, area: Rect, said: &Said) {
    let Some((severity, message)) = &said.fault else { return };
    let (sign, style) = canvas.theme.problem(*severity);
    let room = usize::from(area.width).saturating_sub(3);
    let message = canvas::cut(&untrusted::safe(message), room);
    canvas.line(
        area,
        &Line::from(vec![Span::raw(" "), Span::styled(sign, style), Span::raw(format!(" {message}"))]),
    );
}
