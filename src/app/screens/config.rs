//! The form of the connection: its fields, and the explanation of the selected one.

mod applying;
mod editing;
mod rewriting;

use ratatui::layout::Position;

use super::{PLAIN, Scope, Screen, ScreenSpec};
use crate::app::{
    effect::Effect,
    layout::{self, Panes},
    model::App,
    state::{Form, Key, Pane},
};

/// From this width the explanation stands beside the fields.
const SIDE_BY_SIDE: u16 = 92;

pub(super) const SPEC: ScreenSpec = ScreenSpec {
    title: "Config",
    keys: &[Key::char('2')],
    label: "config",
    doc: "Go to the fields of the connection",
    scopes: |app| {
        if app.form.is_editing() {
            &[Scope::Edit, Scope::Everywhere]
        } else {
            &[Scope::Config, Scope::Screens, Scope::Everywhere]
        }
    },
    text: |app| app.form.written(),
    text_mut: |app| app.form.written_mut(),
    wrote: App::wrote_form,
    entered: |app| app.look_at_all(),
    go: |app, step| {
        let height = fields_height(app);
        app.form.go(step, height);
    },
    click: App::click_form,
    ..PLAIN
};

/// Where the fields stand, and the explanation with the preview under it.
pub fn panes(app: &App) -> Panes {
    let body = layout::areas(app.size, app).body;
    match app.form.pane {
        _ if body.width >= SIDE_BY_SIDE => Panes::side_by_side(body, body.width * 11 / 20),
        _ if body.height >= 16 => Panes::stacked(body, body.height * 11 / 20),
        // One at a time, the one that has the keys.
        Pane::Fields => Panes::only_first(body),
        Pane::About => Panes::only_second(body),
    }
}

fn fields_height(app: &App) -> u16 {
    panes(app).first.height
}

impl App {
    fn click_form(&mut self, at: Position) {
        let panes = panes(self);
        if panes.first.contains(at) && !self.form.is_editing() {
            self.form.select_line(at.y - panes.first.y, panes.first.height);
        } else if panes.second.contains(at) {
            self.form.pane = Pane::About;
        }
    }

    /// Selects the line of a field, the nearest there is.
    pub(in crate::app) fn select_field(&mut self, path: &str) {
        let height = fields_height(self);
        self.form.select(path, height);
    }

    /// Goes to a field on the form.
    pub(in crate::app) fn edit_field(&mut self, path: &str) -> Vec<Effect> {
        self.screen = Screen::Config;
        self.form.pane = Pane::Fields;
        self.select_field(path);
        self.look_at_all()
    }

    /// Throws the selected switch, or takes the next choice.
    pub(in crate::app) fn choose_next(&mut self) -> Vec<Effect> {
        if self.form.choose_next() { self.changed_form() } else { Vec::new() }
    }

    /// Takes the selected value back to what the session runs with.
    pub(in crate::app) fn undo_field(&mut self) -> Vec<Effect> {
        self.form.undo_selected();
        self.changed_form()
    }

    /// Takes the selected value away, so that its default holds; of an entry, the entry.
    pub(in crate::app) fn unset_field(&mut self) -> Vec<Effect> {
        let path = self.form.selected.clone();
        self.form.unset_selected();
        self.select_field(&path);
        self.changed_form()
    }

    /// What follows from a change of the values: what is wrong with them, and with the files they name.
    pub(in crate::app) fn changed_form(&mut self) -> Vec<Effect> {
        self.form.validate();
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
