//! The lines below the fields: the help of the selected one, what is looked for, and what is said of a text while it is
//! typed.

use ratatui::{
    layout::{Position, Rect},
    text::{Line, Span},
};

use crate::{app::App, config::Field};

use super::{
    super::{canvas, canvas::Canvas, untrusted},
    about,
};

/// The help of the selected field in one line, and in the next what is wrong with it, or where its value is from.
pub fn help(canvas: &mut Canvas<'_>, area: Rect, app: &App) {
    let theme = canvas.theme;
    let Some(field) = app.form.selected_field().filter(|_| area.height > 0) else { return };
    let inner = canvas::indented(area, 1);
    let room = usize::from(inner.width).saturating_sub(1);
    let first = Rect { height: 1, ..inner };
    canvas.text(first, canvas::cut(field.doc, room), theme.plain);
    if area.height < 2 {
        return;
    }
    let second = Rect { y: inner.y + 1, height: 1, ..inner };
    let names = app.form.edit.iter().flat_map(|edit| &edit.completions);
    let names: Vec<_> = names.map(|name| untrusted::safe(name)).collect();
    if !names.is_empty() {
        return canvas.text(second, canvas::cut(&names.join("  "), room), theme.plain);
    }
    let path = app.form.selected.as_str();
    // While it is typed, that stands below its line.
    let gravest = app.form.problems_of(path).max_by_key(|problem| problem.is_error());
    match gravest.filter(|_| !app.form.is_editing()) {
        Some(problem) => {
            let (sign, style) = theme.problem(problem.severity);
            let advice = problem.advice.as_ref().map(|advice| format!("; {advice}")).unwrap_or_default();
            let message = untrusted::safe(&format!("{}{advice}", problem.message));
            let message = canvas::cut(&message, room.saturating_sub(2));
            let spans = vec![Span::styled(format!("{sign} "), style), Span::raw(message)];
            canvas.line(second, &Line::from(spans));
        }
        None => canvas.text(second, canvas::cut(&untrusted::safe(&facts(app, path, field)), room), theme.dim),
    }
}

/// `example wss://… · from the command line · Bento only`
fn facts(app: &App, path: &str, field: &Field) -> String {
    let mut facts =
        vec![format!("from {}", about::origin(app.form.values.get(path).map(|given| &given.origin)))];
    if !field.example.is_empty() {
        facts.push(format!("example {}", field.example));
    }
    if field.is_ours() {
        facts.push("no engine has it".to_owned());
    } else if field.engines != crate::config::Engines::ALL {
        facts.push(about::engines(field.engines));
    }
    facts.join(" · ")
}

/// The line on which it is written what to look for, with how many fields have that.
pub fn search(canvas: &mut Canvas<'_>, area: Rect, app: &App) -> Option<Position> {
    let find = app.form.find.as_ref().filter(|_| area.height > 0)?;
    let theme = canvas.theme;
    let cursor = canvas.input(area, " / ", &find.input);
    let (message, style) = match (app.form.hit_number(), app.form.hits().len()) {
        _ if find.input.text().trim().is_empty() => {
            ("a name, a path, or words of the help".to_owned(), theme.dim)
        }
        (_, 0) => ("no field has that in its name, path or help".to_owned(), theme.bad),
        (Some(nth), count) => (format!("{nth} of {count}"), theme.dim),
        (None, count) => (count.to_string(), theme.dim),
    };
    let message = canvas::cut(&message, usize::from(area.width) * 2 / 3);
    canvas.right(area, &Line::from(Span::styled(format!("{message} "), style)));
    Some(cursor)
}

/// Whether the text of the line above is right.
pub fn verdict(canvas: &mut Canvas<'_>, place: Rect, app: &App) {
    let Some(verdict) = app.form.verdict() else { return };
    let theme = canvas.theme;
    let (sign, style) = verdict.severity.map_or(("✓", theme.ok), |severity| theme.problem(severity));
    let inner = canvas::indented(place, 4);
    let room = usize::from(inner.width).saturating_sub(4);
    let message = canvas::cut(&untrusted::safe(&verdict.message), room);
    canvas.line(
        inner,
        &Line::from(vec![Span::styled(format!("{sign} "), style), Span::styled(message, theme.dim)]),
    );
}
