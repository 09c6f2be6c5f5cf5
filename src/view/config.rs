//! The form of the connection: fields at the left, the explanation of the selected one at the right.

mod about;
mod foot;

use ratatui::{
    layout::{Position, Rect},
    style::Style,
    text::{Line, Span},
};

use crate::{
    app::{
        App, Capture,
        form::{EditSubject, FormLine, Hit, Listed, Pane, switch_of},
        layout::Areas,
        screens::config,
    },
    config::{Field, FieldValue, Kind, MASK, Severity, ValueType, is_secret, type_of},
    payload::counted,
};

use super::{canvas, canvas::Canvas, theme::Theme, untrusted};

/// Cells of the names of fields.
const NAME: usize = 24;

/// In place of the fields of a session that nobody has kept.
const NO_PROFILE: &str = "this capture does not hold the fields that its session ran with: it was begun before captures \
                          held them";

/// Draws the screen; where the cursor stands, while a field is edited.
pub fn draw(canvas: &mut Canvas<'_>, areas: &Areas, app: &App) -> Option<Position> {
    let places = config::areas(app);
    let panes = places.panes;
    if panes.first.height == 0 && panes.second.height == 0 {
        return None;
    }
    debug_assert!(panes.title.bottom() <= areas.body.bottom(), "the form stands in the body");
    title(canvas, panes.title, app);
    let cursor = fields(canvas, panes.first, app);
    about::draw(canvas, &panes, app);
    foot::help(canvas, places.foot, app);
    foot::search(canvas, places.search, app).or(cursor)
}

fn title(canvas: &mut Canvas<'_>, area: Rect, app: &App) {
    let theme = canvas.theme;
    let style = if app.form.pane == Pane::Fields { theme.accent } else { theme.strong };
    let (found, way_back) = found(app);
    if let Some(found) = found {
        let right = vec![Span::styled(found, theme.note), Span::styled(way_back, theme.dim)];
        return canvas.rule(area, Span::styled("Config", style), right);
    }
    if app.capture.is_reading() {
        let right = Span::styled("an old capture, read only", theme.dim);
        return canvas.rule(area, Span::styled("Config", style), right);
    }
    let changed = app.form.changes().len() as u64;
    let problems = |severity| {
        let all = app.form.problems.iter().chain(&app.form.files);
        all.filter(|problem| problem.severity == severity).count() as u64
    };
    let mut right = Vec::new();
    let mut tell = |text: String, style: Style| {
        if !right.is_empty() {
            right.push(Span::styled(" · ", theme.dim));
        }
        right.push(Span::styled(text, style));
    };
    if changed > 0 {
        tell(format!("{changed} changed"), theme.wait);
    }
    match (problems(Severity::Error), problems(Severity::Warning)) {
        (0, 0) if changed == 0 => tell("unchanged".to_owned(), theme.dim),
        (0, 0) => {}
        (0, warnings) => tell(counted(warnings, "warning"), theme.wait),
        (errors, _) => tell(counted(errors, "problem"), theme.bad),
    }
    canvas.rule(area, Span::styled("Config", style), right);
}

/// What is looked for or listed, and how to get back from that.
fn found(app: &App) -> (Option<String>, &'static str) {
    let form = &app.form;
    if let Some(find) = form.find.as_ref().filter(|find| !find.is_writing) {
        let text = canvas::cut(&untrusted::safe(find.input.text()), 20);
        let place = match (form.hit_number(), form.hits().len()) {
            (_, 0) => "nothing found".to_owned(),
            (Some(nth), count) => format!("{nth} of {count}"),
            (None, count) => counted(count as u64, "hit"),
        };
        return (Some(format!("/{text} {place}")), " · n next, esc ends");
    }
    let what = match form.listed {
        Listed::All => return (None, ""),
        Listed::Set => "not the default",
        Listed::Changed => "in no file",
    };
    let (listed, all) = form.counts();
    (Some(format!("only what is {what}: {listed} of {all}")), " · esc lists all")
}

/// What stands in place of fields of which none is listed.
const fn none_listed(listed: Listed) -> &'static str {
    match listed {
        Listed::Changed => "no field was changed since it was last in a file; esc lists all fields, v too",
        _ => "every field has its default; esc lists all fields, v those that were changed",
    }
}

fn fields(canvas: &mut Canvas<'_>, area: Rect, app: &App) -> Option<Position> {
    if matches!(app.capture, Capture::Reading { has_profile: false, .. }) {
        canvas.paragraph(canvas::indented(area, 2), NO_PROFILE, canvas.theme.dim);
        return None;
    }
    let mut cursor = None;
    let has_headings = config::sight(app).has_headings;
    let all = app.form.lines(has_headings);
    if all.is_empty() {
        canvas.paragraph(canvas::indented(area, 2), none_listed(app.form.listed), canvas.theme.dim);
        return None;
    }
    for (place, line) in area.rows().zip(all.iter().skip(app.form.top)) {
        match (line, line.path(), line.field()) {
            (FormLine::Heading(heading), ..) => {
                canvas.text(canvas::indented(place, 2), heading, canvas.theme.dim);
            }
            (FormLine::Verdict, ..) => foot::verdict(canvas, place, app),
            (_, Some(path), Some(field)) => {
                cursor = row(canvas, place, app, (line, path, field)).or(cursor);
            }
            _ => {}
        }
    }
    let more = all.len() > app.form.top + usize::from(area.height);
    if more && area.height > 1 && area.width > 20 {
        let sign = Rect { x: area.right() - 2, y: area.bottom() - 1, width: 2, height: 1 };
        canvas.text(sign, "↓", canvas.theme.dim);
    }
    cursor
}

/// `▌   root_cas_file       ./certs/ca.pem                          ✕`
fn row(
    canvas: &mut Canvas<'_>,
    place: Rect,
    app: &App,
    (line, path, field): (&FormLine, &str, &Field),
) -> Option<Position> {
    let theme = canvas.theme;
    let form = &app.form;
    let is_selected = form.selected == path;
    let name_width = NAME.min(usize::from(place.width) / 3);
    let idle = switch_of(field, &form.values).is_some();
    let name_style = match (is_selected, idle) {
        (true, _) => theme.strong,
        (false, true) => theme.dim,
        (false, false) => theme.plain,
    };
    let has_headings = config::sight(app).has_headings;
    let label = canvas::cut(&untrusted::safe(&line.label(has_headings)), name_width);
    // Without headings nothing stands further out than a field.
    let indent = if has_headings { "   " } else { " " };
    let hit = form.find.as_ref().and_then(|find| find.hit(line));
    let name_style = if hit == Some(Hit::Path) { name_style.patch(theme.note) } else { name_style };
    let mark = match (is_selected, hit) {
        (true, _) => Span::styled("▌", theme.accent),
        (false, Some(_)) => Span::styled("›", theme.note),
        (false, None) => Span::raw(" "),
    };
    let pad = " ".repeat(name_width.saturating_sub(canvas::width(&label)) + 1);
    let mut head = vec![mark, Span::raw(indent)];
    head.extend(name(
        field,
        label,
        (!has_headings && line.path() == Some(field.path)).then_some(theme.dim),
        name_style,
    ));
    head.push(Span::raw(pad));
    let lead = head.iter().map(Span::width).sum::<usize>();
    canvas.line(place, &Line::from(head));
    let lead = u16::try_from(lead).unwrap_or(0).min(place.width);
    let room = Rect { x: place.x + lead, width: (place.width - lead).saturating_sub(4), ..place };
    let signs = Rect { x: room.right() + 1, width: 2, ..place };
    let (sign, style) = sign(app, path, theme);
    canvas.text(signs, sign, style);
    if let Some(edit) = form.edit.as_ref().filter(|edit| edit.path == path) {
        let lead = match edit.kind {
            EditSubject::Value => "",
            EditSubject::Name => "new name: ",
            EditSubject::Rename => "name: ",
        };
        let cursor = if form.hides_edit() {
            canvas.hidden(room, &edit.input)
        } else {
            canvas.input(room, lead, &edit.input)
        };
        canvas.buffer.set_style(room, theme.edited);
        return Some(cursor);
    }
    let (text, style) = value(app, path, field, theme);
    canvas.text(room, text, if idle && !is_selected { theme.dim } else { style });
    if is_selected {
        canvas.fill(place);
    }
    None
}

/// A name; where it has its whole path, its group stands back.
fn name(field: &Field, label: String, group: Option<Style>, style: Style) -> Vec<Span<'static>> {
    let at = field.path.rfind('.').map_or(0, |dot| dot + 1);
    match (group, label.split_at_checked(at)) {
        (Some(group), Some((before, own))) => {
            vec![Span::styled(before.to_owned(), group), Span::styled(own.to_owned(), style)]
        }
        _ => vec![Span::styled(label, style)],
    }
}

/// The sign at the end of a line: the gravest problem, or that the value was changed.
fn sign(app: &App, path: &str, theme: &Theme) -> (&'static str, Style) {
    let own = |problem: &&crate::config::Problem| problem.path == path;
    let gravest = app
        .form
        .problems_of(path)
        .filter(own)
        .map(|problem| problem.severity)
        .max_by_key(|severity| matches!(severity, Severity::Error));
    match gravest {
        Some(severity) => theme.problem(severity),
        None if app.form.is_changed(path) => ("•", theme.wait),
        None => (" ", theme.plain),
    }
}

/// A value as it is shown, and its style.
fn value(app: &App, path: &str, field: &Field, theme: &Theme) -> (String, Style) {
    let values = &app.form.values;
    let is_entry = path != field.path;
    if is_entry && field.kind == Kind::ObjectList {
        return match app.form.file_summary(path) {
            Some(file_summary) if file_summary.fits => (one_line(&file_summary.message), theme.plain),
            Some(file_summary) => (one_line(&file_summary.message), theme.wait),
            None => ("incomplete".to_owned(), theme.dim),
        };
    }
    if !is_entry && matches!(field.kind, Kind::TextMap | Kind::AnyMap | Kind::TextList | Kind::ObjectList) {
        let mut names: Vec<_> = values.entries(field.id).into_iter().map(|(name, _)| name).collect();
        if field.kind == Kind::ObjectList {
            names = names.into_iter().filter_map(|name| name.split('.').next()).collect();
            names.dedup();
        }
        return match names.len() as u64 {
            0 => ("–".to_owned(), theme.dim),
            n => (counted(n, "entry"), theme.plain),
        };
    }
    let Some(given) = values.get(path) else {
        let default = field.default_text().filter(|default| !default.is_empty() && !is_entry);
        let text = match (field.kind, default) {
            (Kind::Bool, Some(default)) => switch(&default).to_owned(),
            (_, Some(default)) => default,
            (_, None) => "–".to_owned(),
        };
        return (text, theme.dim);
    };
    let text = of_given(app, path, field, given);
    // What looks like a number is one, and a text of digits in quotes is not.
    match type_of(path, &given.text) {
        Some(Ok(value_type)) if value_type != ValueType::Text => {
            (format!("{text}  · {value_type}"), theme.plain)
        }
        _ if text == EMPTY => (text, theme.dim),
        _ => (text, theme.plain),
    }
}

/// How an empty text is shown.
const EMPTY: &str = "\"\"";

fn of_given(app: &App, path: &str, field: &Field, given: &FieldValue) -> String {
    let values = &app.form.values;
    if app.form.revealed.as_deref() == Some(path) {
        return one_line(&given.text);
    }
    let shown = values.shown(path).unwrap_or_default();
    match field.kind {
        Kind::Bool if given.expression.is_none() => switch(&shown).to_owned(),
        _ if shown == MASK => "••••••••".to_owned(),
        _ if given.expression.is_some() && !is_secret(path) && shown != given.text => {
            let full = values.shown_in_full(path).unwrap_or_default();
            format!("{}  = {}", one_line(&shown), one_line(&full))
        }
        _ if shown.is_empty() => EMPTY.to_owned(),
        _ => one_line(&shown),
    }
}

fn switch(text: &str) -> &str {
    match text {
        "true" => "✓ on",
        "false" => "· off",
        other => other,
    }
}

/// A text with its line breaks as signs.
fn one_line(text: &str) -> String {
    untrusted::safe(&text.replace("\r\n", "⏎").replace('\n', "⏎"))
}
