//! Each setting as the engine uses it, and what the engine does with it, a line each.

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use crate::{
    app::{App, first_shown, screens::config::EffectiveRow},
    config::{Effective, FieldId},
    payload::counted,
};

use super::{canvas, canvas::Canvas, untrusted};

/// Cells of the names, and of the values at most.
const NAME: usize = 27;
const VALUE: usize = 44;
/// Lines in which the chosen row is told whole, its rule included.
const WHOLE: u16 = 3;

/// Draws the list over `body`.
pub fn draw(canvas: &mut Canvas<'_>, body: Rect, app: &App, chosen: usize) {
    canvas.clear(body);
    if body.height < 2 {
        return;
    }
    let theme = canvas.theme;
    let not_applied = app.form.changes().len() as u64;
    let right = match not_applied {
        _ if app.capture.is_reading() => Span::styled("an old capture", theme.dim),
        0 => Span::styled(format!("as: {}", app.form.values.options.dialect.word()), theme.dim),
        count => {
            Span::styled(format!("{} not applied: F5 on the form", counted(count, "change")), theme.wait)
        }
    };
    canvas.rule(body, Span::styled("Effective settings", theme.accent), right);
    let mut area = Rect { y: body.y + 1, height: body.height - 1, ..body };
    let rows = app.effective_rows();
    let at = rows.iter().enumerate().filter(|(_, row)| row.id().is_some()).nth(chosen);
    if body.height >= 12 {
        let foot = Rect { y: area.bottom() - WHOLE, height: WHOLE, ..area };
        area.height -= WHOLE;
        if let Some((_, EffectiveRow::Setting(id, found))) = at {
            whole(canvas, foot, app, *id, found);
        }
    }
    let at = at.map_or(0, |(at, _)| at);
    let from = first_shown(at, area.height.into());
    for (place, (nth, row)) in area.rows().zip(rows.iter().enumerate().skip(from)) {
        match row {
            EffectiveRow::Heading(heading) => {
                canvas.text(canvas::indented(place, 2), heading, theme.dim);
            }
            EffectiveRow::Setting(id, found) => setting(canvas, place, app, (*id, found), nth == at),
        }
    }
}

/// `▌ tls.enabled             on                     TLS with the settings of this block`
fn setting(
    canvas: &mut Canvas<'_>,
    place: Rect,
    app: &App,
    (id, found): (FieldId, &Effective),
    is_chosen: bool,
) {
    let theme = canvas.theme;
    let width = usize::from(place.width);
    let value_cells = VALUE.min((width.saturating_sub(NAME)) / 3);
    let (does, style) = told(app, id, found, canvas.theme.plain, canvas.theme.bad);
    let (own, style) = if found.applies { (theme.plain, style) } else { (theme.dim, theme.dim) };
    let is_given = app.form.values.highest(id).is_some();
    let value_style = if found.applies && is_given { theme.strong } else { own };
    let value = canvas::cut(&untrusted::safe(&found.value), value_cells.saturating_sub(2));
    let pad = " ".repeat(value_cells.saturating_sub(canvas::width(&value)));
    let room = width.saturating_sub(3 + NAME + value_cells);
    let spans = vec![
        Span::styled(if is_chosen { "▌ " } else { "  " }, theme.accent),
        Span::styled(format!("{:<NAME$}", id.path()), own),
        Span::styled(value, value_style),
        Span::raw(pad),
        Span::styled(canvas::cut(&untrusted::safe(&does), room), style),
    ];
    canvas.row(place, &Line::from(spans), is_chosen);
}

/// What a setting does; where it is wrong, what is wrong with it.
fn told(app: &App, id: FieldId, found: &Effective, plain: Style, bad: Style) -> (String, Style) {
    let of_field = |problem: &&crate::config::Problem| {
        crate::config::Field::at(&problem.path).is_some_and(|field| field.id == id) && problem.is_error()
    };
    match app.form.problems.iter().chain(&app.form.files).find(of_field) {
        Some(problem) => (format!("✕ {}", problem.message.lines().next().unwrap_or_default()), bad),
        None => (found.does.clone(), plain),
    }
}

/// The chosen row, with what does not fit into one line.
fn whole(canvas: &mut Canvas<'_>, area: Rect, app: &App, id: FieldId, found: &Effective) {
    let theme = canvas.theme;
    let whose = match id.field() {
        field if field.is_ours() => "the engine has none: an option of Sockeye",
        _ => match app.form.values.highest(id) {
            None => "the default",
            Some(_) => "set",
        },
    };
    canvas.rule(area, Span::styled(id.path(), theme.strong), Span::styled(whose, theme.dim));
    let (does, style) = told(app, id, found, theme.plain, theme.bad);
    let text = untrusted::safe(&format!("{}: {does}", found.value));
    let below = Rect { y: area.y + 1, height: area.height - 1, ..area };
    let inner = canvas::indented(below, 2);
    let lines = canvas::wrap(&text, usize::from(inner.width).saturating_sub(1));
    canvas.lines(inner, lines.into_iter().map(|line| Line::styled(line, style)));
}
