//! What the keys do, read from the table of actions, with why some do not work now.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use strum::VariantArray as _;

use crate::app::{ActionSpec, App, Capture, Scope, actions};

use crate::config::Origin;

use super::{canvas, canvas::Canvas, theme::Theme};

const KEYS: usize = 16;
const NAME: usize = 18;

/// The signs of the feed, in words.
const SIGNS: &[(&str, &str)] = &[
    ("↓ ↑ ↻", "received, sent, redelivered"),
    ("✓ … ✕ ⊘", "acked, delivered, nacked, dropped; ↻2 is the second attempt"),
    ("·", "in the column Δ: received in the same read as the row above"),
    ("● ◐ ◌ ✕ •", "open, connecting, waiting, ended by a failure, stopped as asked"),
    ("◉ ▤", "after the size of a capture: it is being written; it is an old one"),
    ("◆", "a marked message"),
];

/// What the mouse does.
const MOUSE: &[(&str, &str)] = &[
    ("click, wheel", "select a row or a pane; scroll what is under it"),
    ("shift-drag", "selects text in most terminals while the mouse is in use"),
];

pub fn draw(canvas: &mut Canvas<'_>, area: Rect, app: &App, scroll: usize) {
    let theme = canvas.theme;
    let right = Span::styled("esc closes", theme.dim);
    canvas.rule(area, Span::styled("Help", theme.accent), right);
    let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let lines = lines(app, theme, usize::from(body.width));
    let room = usize::from(body.height);
    let from = scroll.min(lines.len().saturating_sub(room));
    canvas.page(body, lines, from);
}

fn lines(app: &App, theme: &Theme, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let here = app.screen_scopes();
    let others = Scope::VARIANTS.iter().filter(|scope| !here.contains(scope));
    for scope in here.iter().chain(others) {
        lines.push(Line::styled(format!(" {}", scope.place()), theme.strong));
        for action in actions().filter(|action| action.scope == *scope) {
            row(action, app, theme, width, &mut lines);
        }
        lines.push(Line::default());
    }
    for (heading, rows) in [("signs", SIGNS), ("mouse", MOUSE)] {
        lines.push(Line::styled(format!(" {heading}"), theme.strong));
        for (sign, message) in rows {
            entry(&mut lines, Span::raw(format!("  {sign:<KEYS$}")), message, theme.plain, width);
        }
        lines.push(Line::default());
    }
    lines.push(Line::styled(" files", theme.strong));
    for (name, path) in files(app) {
        let head = Span::raw(format!("  {name:<KEYS$}"));
        entry(&mut lines, head, &super::untrusted::safe(&path), theme.plain, width);
    }
    lines
}

/// The files that take part.
fn files(app: &App) -> Vec<(&'static str, String)> {
    let capture = match &app.capture {
        Capture::Off => "nothing is captured".to_owned(),
        Capture::Recording { path, .. } | Capture::Failed { path, .. } | Capture::Reading { path, .. } => {
            path.display().to_string()
        }
    };
    let log = app.journal.file.clone().unwrap_or_else(|| "none".to_owned());
    let config = app.form.values.iter().find_map(|(_, given)| match &given.origin {
        Origin::File { path, .. } => Some(path.display().to_string()),
        _ => None,
    });
    let mut files = vec![("capture", capture), ("log", log)];
    files.extend(app.preferences_file.clone().map(|path| ("preferences", path)));
    files.extend(app.named_filters.file.clone().map(|path| ("filters", path)));
    files.extend(config.map(|path| ("profile", path)));
    files
}

fn row(action: &ActionSpec, app: &App, theme: &Theme, width: usize, lines: &mut Vec<Line<'static>>) {
    let keys = app.keys_of(action).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let reason = action.available(app).err();
    let style = if reason.is_some() { theme.dim } else { theme.strong };
    let head = Span::styled(format!("  {keys:<KEYS$}{:<NAME$}", action.label_now(app)), style);
    match reason {
        Some(reason) => entry(lines, head, &format!("not now: {reason}"), theme.dim, width),
        None => entry(lines, head, action.doc_now(app), theme.plain, width),
    }
}

/// A head and its text, wrapped in a column of its own.
fn entry(
    lines: &mut Vec<Line<'static>>,
    head: Span<'static>,
    message: &str,
    style: ratatui::style::Style,
    width: usize,
) {
    let column = canvas::width(&head.content);
    let width = width.saturating_sub(1);
    if width.saturating_sub(column) < 16 {
        // Too narrow for two columns: the text goes below.
        lines.push(Line::from(head));
        return lines.extend(canvas::hanging(Span::raw("    "), message, style, width));
    }
    lines.extend(canvas::hanging(head, message, style, width));
}
