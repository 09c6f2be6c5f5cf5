//! The form of the connection: its fields, and the explanation of the selected one.

mod applying;
mod editing;
mod finding;
mod rewriting;

use ratatui::layout::{Position, Rect};

pub use finding::EffectiveRow;

use super::{PLAIN, Scope, Screen, ScreenSpec};
use crate::app::{
    effect::Effect,
    layout::{self, Panes},
    model::App,
    state::{Form, Key, Listed, Pane, Sight},
};

/// From this width the explanation stands beside the fields.
const SIDE_BY_SIDE: u16 = 92;
/// From this height it stands below them where the screen is narrower.
const STACKED: u16 = 40;
/// From this height the help of the selected field stands below the fields otherwise.
const FOOT: u16 = 12;

pub(super) const SPEC: ScreenSpec = ScreenSpec {
    title: "Config",
    keys: &[Key::char('2')],
    label: "config",
    doc: "Go to the fields of the connection",
    scopes: |app| {
        if app.form.is_editing() {
            &[Scope::Edit, Scope::Everywhere]
        } else if app.form.is_finding() {
            &[Scope::Search, Scope::Everywhere]
        } else {
            &[Scope::Config, Scope::Screens, Scope::Everywhere]
        }
    },
    text: |app| app.form.written(),
    text_mut: |app| app.form.written_mut(),
    wrote: App::wrote_form,
    entered: |app| app.look_at_all(),
    go: |app, step| {
        let sight = sight(app);
        app.form.go(step, sight);
    },
    click: App::click_form,
    ..PLAIN
};

/// Where the parts of the screen stand; one that is absent has no height.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FormAreas {
    /// The fields, and the explanation with the preview.
    pub panes: Panes,
    /// The help of the selected field, where the explanation is absent.
    pub foot: Rect,
    /// What is looked for, while it is written.
    pub search: Rect,
}

/// Computes the places.
pub fn areas(app: &App) -> FormAreas {
    let body = layout::areas(app.size, app).body;
    let mut areas = FormAreas { panes: panes(body, app.form.pane), ..FormAreas::default() };
    let fields = &mut areas.panes.first;
    if !has_headings(body) && fields.height >= FOOT {
        areas.foot = layout::bottom(fields, 2);
    }
    if app.form.is_finding() {
        areas.search = layout::bottom(if areas.foot.height > 0 { &mut areas.foot } else { fields }, 1);
    }
    areas
}

fn panes(body: Rect, pane: Pane) -> Panes {
    match pane {
        _ if body.width >= SIDE_BY_SIDE => Panes::side_by_side(body, body.width * 11 / 20),
        _ if body.height >= STACKED => Panes::stacked(body, body.height * 11 / 20),
        // One at a time, the one that has the keys.
        Pane::Fields => Panes::only_first(body),
        Pane::About => Panes::only_second(body),
    }
}

/// Whether there is room for the headings of groups.
const fn has_headings(body: Rect) -> bool {
    body.width >= SIDE_BY_SIDE || body.height >= STACKED
}

/// How much of the fields is seen.
pub fn sight(app: &App) -> Sight {
    let body = layout::areas(app.size, app).body;
    Sight { height: areas(app).panes.first.height, has_headings: has_headings(body) }
}

/// Whether the explanation and the preview take the place of the fields, or that of nothing.
pub fn shows_one_pane(app: &App) -> bool {
    !sight(app).has_headings
}

impl App {
    fn click_form(&mut self, at: Position) {
        let panes = areas(self).panes;
        if panes.first.contains(at) && !self.form.is_editing() {
            let sight = sight(self);
            self.form.select_line(at.y - panes.first.y, sight);
        } else if panes.second.contains(at) {
            self.form.pane = Pane::About;
        }
    }

    /// Selects the line of a field, the nearest there is.
    pub(in crate::app) fn select_field(&mut self, path: &str) {
        let sight = sight(self);
        self.form.select(path, sight);
    }

    /// Goes to a field on the form.
    pub(in crate::app) fn edit_field(&mut self, path: &str) -> Vec<Effect> {
        self.screen = Screen::Config;
        self.form.pane = Pane::Fields;
        self.select_field(path);
        if self.form.selected != path {
            // It may be one that is not listed.
            self.form.listed = Listed::All;
            self.select_field(path);
        }
        self.look_at_all()
    }

    /// Throws the selected switch, or takes the next choice.
    pub(in crate::app) fn choose_next(&mut self) -> Vec<Effect> {
        if self.form.choose_next() { self.changed_form() } else { Vec::new() }
    }

    /// Takes the selected value back to what the session runs with.
    pub(in crate::app) fn reset_field(&mut self) -> Vec<Effect> {
        self.form.reset_selected();
        self.changed_form()
    }

    /// Takes the selected value away, so that its default holds; of an entry, the entry.
    pub(in crate::app) fn unset_field(&mut self) -> Vec<Effect> {
        self.form.unset_selected();
        self.changed_form()
    }

    /// What follows from a change of the values: what is wrong with them, and with the files they name.
    pub(in crate::app) fn changed_form(&mut self) -> Vec<Effect> {
        self.form.changed();
        self.select_again();
        vec![Effect::CheckFiles(Box::new(self.form.values.clone()))]
    }

    /// Looks at the files, where fields name any.
    pub(in crate::app) fn look_at_all(&self) -> Vec<Effect> {
        if self.form.names_files() && !self.capture.is_reading() { self.check_draft() } else { Vec::new() }
    }

    /// Looks at the files once more when what is being typed concerns them.
    fn look_at(&self, path: &str) -> Vec<Effect> {
        if Form::concerns_files(path) { self.check_draft() } else { Vec::new() }
    }

    fn check_draft(&self) -> Vec<Effect> {
        vec![Effect::CheckFiles(Box::new(self.form.draft()))]
    }
}
