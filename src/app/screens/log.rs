//! The log: what happened, and what the pipeline would have logged beside it.

use ratatui::layout::{Position, Rect};

use super::{PLAIN, Scope, ScreenSpec};
use crate::app::{
    effect::Effect,
    layout,
    model::App,
    state::{Key, Tone},
};

/// From this width both logs stand side by side.
const SIDE_BY_SIDE: u16 = 100;
/// Lines that show the selected one whole, the rule included.
const WHOLE: u16 = 4;

pub(super) const SPEC: ScreenSpec = ScreenSpec {
    title: "Log",
    keys: &[Key::char('6')],
    label: "log",
    doc: "Go to the log: what happened, and what the pipeline would have logged",
    scopes: |app| {
        if app.journal.is_searching {
            &[Scope::Search, Scope::Everywhere]
        } else {
            &[Scope::Log, Scope::Screens, Scope::Everywhere]
        }
    },
    text: |app| app.journal.written(),
    text_mut: |app| app.journal.written_mut(),
    wrote: |app| {
        app.journal.wrote_search();
        Vec::new()
    },
    go: |app, step| app.journal.go(step),
    click: App::click_log,
    ..PLAIN
};

/// The place of each part; one that is absent has no height.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogAreas {
    pub title: Rect,
    pub rows: Rect,
    /// The selected line, whole, its rule first.
    pub whole: Rect,
    /// The search, while it is written.
    pub search: Rect,
}

/// Computes the places.
pub fn areas(app: &App) -> LogAreas {
    let body = layout::areas(app.size, app).body;
    let mut rest = body;
    let mut areas = LogAreas { title: layout::top(&mut rest, 1), ..LogAreas::default() };
    if app.journal.is_searching {
        areas.search = layout::bottom(&mut rest, 1);
    }
    if body.height >= 14 {
        areas.whole = layout::bottom(&mut rest, WHOLE);
    }
    areas.rows = rest;
    areas
}

/// Whether what the pipeline says stands beside our lines, and not below each.
pub const fn is_side_by_side(app: &App) -> bool {
    app.size.width >= SIDE_BY_SIDE
}

impl App {
    fn click_log(&mut self, at: Position) {
        let place = areas(self).rows;
        if place.contains(at) {
            let rows = self.journal.rows(usize::from(place.height), is_side_by_side(self));
            if let Some((number, _)) = rows.get(usize::from(at.y - place.y)) {
                self.journal.select(*number);
            }
        }
    }

    /// Shows less, or everything again.
    pub(in crate::app) fn next_level(&mut self) {
        self.journal.next_level();
        self.say(Tone::Note, format!("showing {} and above", self.journal.least.word()));
    }

    pub(in crate::app) fn copy_log_line(&mut self) -> Vec<Effect> {
        self.journal.selected().map(|(_, line)| Effect::Copy(line.to_string())).into_iter().collect()
    }

    pub(in crate::app) fn show_connection_of_line(&mut self) {
        if let Some(connection) = self.journal.selected().and_then(|(_, line)| line.connection) {
            self.show_connection(connection);
        }
    }

    pub(in crate::app) fn show_log_file(&mut self) {
        let message = match &self.journal.file {
            Some(path) => format!("the program's own log is in {path}"),
            None => "the program keeps no log of its own".to_owned(),
        };
        self.say(Tone::Note, message);
    }
}
