//! The explanation of the selected field, and the profile as YAML.

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use crate::{
    app::{
        App,
        form::{Pane, switch_of},
        layout::Panes,
    },
    config::{DefaultValue, Engines, Field, Kind, Origin, Secrets, YamlWriter, effective, type_of},
};

use super::super::{canvas, canvas::Canvas, theme::Theme, untrusted};

pub fn draw(canvas: &mut Canvas<'_>, panes: &Panes, app: &App) {
    if panes.second.height == 0 {
        return;
    }
    let theme = canvas.theme;
    let style = if app.form.pane == Pane::About { theme.accent } else { theme.strong };
    let name = canvas::cut(
        &untrusted::safe(&app.form.selected),
        usize::from(panes.second_title.width).saturating_sub(6),
    );
    canvas.rule(panes.second_title, Span::styled(name, style), "");
    if panes.divider.height > 0 {
        canvas.upright(panes.divider);
    }
    let inner = canvas::inner(panes.second);
    let width = usize::from(inner.width);
    let mut lines = Vec::new();
    if let Some(field) = app.form.selected_field() {
        said(app, field, theme, width, &mut lines);
    }
    let completions = app.form.edit.iter().flat_map(|edit| &edit.completions);
    let names: Vec<_> =
        completions.map(|name| Line::raw(canvas::cut(&untrusted::safe(name), width))).collect();
    if !names.is_empty() {
        lines.push(Line::default());
        lines.extend(names);
    }
    let preview = yaml(app, theme, width);
    // The preview has what is left, and its heading stays in sight.
    let from =
        app.form.scroll.min((lines.len() + preview.len() + 1).saturating_sub(usize::from(inner.height)));
    lines.push(Line::default());
    let heading = lines.len();
    lines.extend(preview);
    for (place, (nth, line)) in inner.rows().zip(lines.iter().enumerate().skip(from)) {
        if nth + 1 == heading {
            let rule = Rect { x: panes.second.x, width: panes.second.width, ..place };
            canvas.rule(rule, Span::styled("as YAML", theme.strong), "");
            if panes.divider.height > 0 {
                canvas.text(Rect { y: place.y, height: 1, ..panes.divider }, "├", theme.rule);
            }
        } else {
            canvas.line(place, line);
        }
    }
}

fn said(app: &App, field: &Field, theme: &Theme, width: usize, lines: &mut Vec<Line<'static>>) {
    let path = app.form.selected.as_str();
    let values = &app.form.values;
    let mut paragraph = |text: &str, style: Style| {
        lines.extend(canvas::wrap(text, width).into_iter().map(|line| Line::styled(line, style)));
    };
    paragraph(field.doc, theme.plain);
    if let Some(switch) = switch_of(field, values) {
        paragraph(&format!("It has no effect while {} is off.", switch.path()), theme.wait);
    }
    lines.push(Line::default());
    let mut fact = |name: &str, text: String| {
        let head = Span::styled(format!("{name:<9}"), theme.dim);
        lines.extend(canvas::hanging(head, &untrusted::safe(&text), theme.plain, width));
    };
    let text = app.form.edit.as_ref().filter(|edit| edit.path == path).map(|edit| edit.input.text());
    let text = text.or_else(|| values.get(path).map(|given| given.text.as_str()));
    match text.and_then(|text| type_of(path, text)) {
        Some(Ok(word)) => fact("type", format!("{word}; in quotes it is text")),
        Some(Err(message)) => fact("type", format!("none: {message}")),
        None => fact("type", kind(field)),
    }
    let default = match field.default_text() {
        Some(default) if default.is_empty() => "empty".to_owned(),
        Some(default) => default,
        None if matches!(field.default, DefaultValue::Required) => "none: it must be set".to_owned(),
        None => "none".to_owned(),
    };
    fact("default", default);
    if !field.example.is_empty() {
        fact("example", field.example.to_owned());
    }
    if let Some(found) = effective(&app.form.draft(), path).filter(|found| !found.does.is_empty()) {
        fact("effect", found.does);
    }
    fact("from", origin(values.get(path).map(|given| &given.origin)));
    if let Some(file_summary) = app.form.file_summary(path) {
        fact("holds", file_summary.message.clone());
    }
    if field.engines != Engines::ALL {
        fact("known to", engines(field.engines));
    }
    if values.hides(path) && values.get(path).is_some_and(|given| !given.text.is_empty()) {
        let is_shown = app.form.revealed.as_deref() == Some(path);
        let message = if is_shown { "shown (ctrl+r hides it)" } else { "masked (ctrl+r shows it)" };
        fact("secret", message.to_owned());
    }
    problems(app, path, theme, width, lines);
}

/// What is wrong with the field.
fn problems(app: &App, path: &str, theme: &Theme, width: usize, lines: &mut Vec<Line<'static>>) {
    for problem in app.form.problems_of(path) {
        lines.push(Line::default());
        let (sign, style) = theme.problem(problem.severity);
        let place = if problem.path == path { String::new() } else { format!("{}: ", problem.path) };
        let message = untrusted::safe(&format!("{place}{}", problem.message));
        lines.extend(canvas::hanging(Span::styled(format!("{sign} "), style), &message, theme.plain, width));
        if let Some(advice) = &problem.advice {
            lines.extend(canvas::hanging(Span::raw("  "), &untrusted::safe(advice), theme.note, width));
        }
    }
}

fn kind(field: &Field) -> String {
    match field.kind {
        Kind::Text => "text".to_owned(),
        Kind::Url { schemes } => format!("an address: {}", schemes.join("://, ") + "://"),
        Kind::Bool => "on or off".to_owned(),
        Kind::Int => "a whole number".to_owned(),
        Kind::Choice(choices) => choices.join(" or "),
        Kind::Path => "the path of a file".to_owned(),
        Kind::TextMap | Kind::AnyMap => "names with a value each".to_owned(),
        Kind::TextList => "a list of texts".to_owned(),
        Kind::ObjectList => "a list of certificates with their keys".to_owned(),
        Kind::Group => "a group".to_owned(),
    }
}

pub(super) fn origin(origin: Option<&Origin>) -> String {
    match origin {
        None | Some(Origin::Default) => "the default".to_owned(),
        Some(Origin::File { path, line: 0, .. }) => path.display().to_string(),
        Some(Origin::File { path, line, .. }) => format!("{} line {line}", path.display()),
        Some(Origin::Environment(name)) => format!("the environment, {name}"),
        Some(Origin::Flag) => "the command line".to_owned(),
        Some(Origin::Form) => "this form".to_owned(),
    }
}

pub(super) fn engines(engines: Engines) -> String {
    match engines {
        Engines { page: false, bento: false, benthos: false } => {
            "no engine: an option of Sockeye, which is never written into a pipeline".to_owned()
        }
        Engines { bento: true, benthos: false, .. } => "Bento only".to_owned(),
        Engines { bento: false, .. } => "Redpanda Connect only".to_owned(),
        Engines { .. } => "both engines".to_owned(),
    }
}

/// The profile as the pipeline reads it; changed lines stand out.
fn yaml(app: &App, theme: &Theme, width: usize) -> Vec<Line<'static>> {
    let values = app.form.draft();
    let written = YamlWriter { values: &values, with_defaults: false, secrets: Secrets::Masked }.lines();
    let line = |line: crate::config::YamlLine| {
        let changed = line.path.as_deref().is_some_and(|path| {
            let text = |given: Option<&crate::config::FieldValue>| given.map(|given| given.text.clone());
            text(values.get(path)) != text(app.form.applied.get(path))
        });
        let style = if changed { theme.wait } else { theme.plain };
        Line::styled(canvas::cut(&untrusted::safe(&line.text), width), style)
    };
    written.into_iter().map(line).collect()
}
