//! Looking for a field, listing only some, undo, and the settings as the engine uses them.

use crate::{
    app::{
        effect::Effect,
        model::App,
        screens::Screen,
        state::{Find, FormLine, Listed, Overlay, Pane, Step, Tone, form},
    },
    config::{Effective, FieldId, effective},
    payload::counted,
};

/// Paths that are named in one sentence.
const NAMED: usize = 3;

impl App {
    /// Opens the line on which it is written what to look for among the fields.
    pub(in crate::app) fn begin_find_field(&mut self) {
        let form = &mut self.form;
        form.pane = Pane::Fields;
        form.find = Some(Find { is_writing: true, begun: form.selected.clone(), ..Find::default() });
        self.select_again();
    }

    /// What is looked for has changed: the first field from where it began is selected at once.
    pub(in crate::app) fn wrote_find_field(&mut self) {
        let Some(begun) = self.form.find.as_ref().map(|find| find.begun.clone()) else { return };
        let found = self.form.next_hit(&begun, true, true).unwrap_or(begun);
        self.select_field(&found);
    }

    /// Goes back to the fields, or to the lines of the log, and keeps the search.
    pub(in crate::app) fn keep_search(&mut self) {
        if self.screen != Screen::Config {
            self.journal.is_searching = false;
            return;
        }
        match &mut self.form.find {
            Some(find) if !find.input.text().trim().is_empty() => find.is_writing = false,
            _ => self.form.find = None,
        }
        if self.form.find.is_some() && self.form.hits().is_empty() {
            self.say_nothing_found();
        }
    }

    fn say_nothing_found(&mut self) {
        let written = self.form.find.as_ref().map_or("", |find| find.input.text());
        let message = format!("no field has \"{written}\" in its name, its path or its help");
        self.say(Tone::Note, message);
    }

    /// Looks for nothing any more; while it is written, the selection goes back to where it began.
    pub(in crate::app) fn drop_search(&mut self) {
        if self.screen != Screen::Config {
            return self.journal.drop_search();
        }
        if let Some(find) = self.form.find.take().filter(|find| find.is_writing) {
            self.select_field(&find.begun);
        }
    }

    /// Goes to the next field that is found, or to the one before.
    pub(in crate::app) fn go_to_hit(&mut self, onward: bool) {
        let selected = self.form.selected.clone();
        match self.form.next_hit(&selected, onward, false) {
            Some(path) => self.select_field(&path),
            None => self.say_nothing_found(),
        }
    }

    /// Lists the fields that are not the default, those that were changed, or all.
    pub(in crate::app) fn list_next(&mut self) {
        self.form.listed = match self.form.listed {
            Listed::All => Listed::Set,
            Listed::Set => Listed::Changed,
            Listed::Changed => Listed::All,
        };
        self.form.pane = Pane::Fields;
        self.select_again();
    }

    /// Ends the search, or lists all fields again.
    pub(in crate::app) fn list_all(&mut self) {
        if self.form.find.take().is_none() {
            self.form.listed = Listed::All;
            self.select_again();
        }
    }

    /// Selects the nearest line to the selected one, in sight.
    pub(in crate::app) fn select_again(&mut self) {
        let path = self.form.selected.clone();
        self.select_field(&path);
    }

    /// Takes the last change of the form back.
    pub(in crate::app) fn undo_change(&mut self) -> Vec<Effect> {
        let paths = self.form.undo();
        self.tell_restored("undid", paths)
    }

    /// Makes the change again that was taken back last.
    pub(in crate::app) fn redo_change(&mut self) -> Vec<Effect> {
        let paths = self.form.redo();
        self.tell_restored("redid", paths)
    }

    fn tell_restored(&mut self, what: &str, paths: Option<Vec<String>>) -> Vec<Effect> {
        let Some(paths) = paths else { return Vec::new() };
        let mut named = paths.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
        if let Some(more) = paths.len().checked_sub(NAMED).filter(|more| *more > 0) {
            named = format!("{named} and {more} more");
        }
        if paths.is_empty() {
            "the order of the entries".clone_into(&mut named);
        }
        let left = match self.form.changes().len() as u64 {
            0 => String::new(),
            count => format!("; {} not applied", counted(count, "change")),
        };
        self.say(Tone::Done, format!("{what}: {named}{left}"));
        match paths.first() {
            Some(first) => self.select_field(&first.clone()),
            None => self.select_again(),
        }
        self.changed_form()
    }

    /// Opens the list of the settings as the engine uses them, at the selected field.
    pub(in crate::app) fn show_effective(&mut self) {
        let selected = self.form.selected_field().map(|field| field.path);
        let of_selected = |row: &EffectiveRow| {
            let list = selected.map(|path| path.split("[]").next().unwrap_or(path));
            matches!(row, EffectiveRow::Setting(id, _) if Some(id.path()) == list)
        };
        let chosen = self.effective_rows().iter().filter(|row| row.id().is_some()).position(of_selected);
        self.overlay = Some(Overlay::Effective(chosen.unwrap_or(0)));
    }

    pub(in crate::app) fn choose_effective(&mut self, step: Step) {
        let count = self.effective_rows().iter().filter(|row| row.id().is_some()).count();
        if let Some(Overlay::Effective(chosen)) = &mut self.overlay {
            *chosen = step.from(*chosen, count.saturating_sub(1));
        }
    }

    /// Goes to the field of the chosen setting.
    pub(in crate::app) fn go_to_effective(&mut self) -> Vec<Effect> {
        let Some(Overlay::Effective(chosen)) = self.overlay.take() else { return Vec::new() };
        let id = self.effective_rows().iter().filter_map(EffectiveRow::id).nth(chosen);
        id.map_or_else(Vec::new, |id| self.edit_field(id.path()))
    }

    /// Each setting of the form as the engine uses it, under the headings of the form.
    pub fn effective_rows(&self) -> Vec<EffectiveRow> {
        let row = |line: FormLine| match line {
            FormLine::Heading(heading) => Some(EffectiveRow::Heading(heading)),
            FormLine::Field(id) => Some(EffectiveRow::Setting(id, effective(&self.form.values, id.path())?)),
            FormLine::Entry { .. } | FormLine::Verdict => None,
        };
        form::lines(&self.form.values).into_iter().filter_map(row).collect()
    }
}

/// A line of the settings as the engine uses them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EffectiveRow {
    Heading(&'static str),
    Setting(FieldId, Effective),
}

impl EffectiveRow {
    /// Its field; `None` for a heading.
    pub const fn id(&self) -> Option<FieldId> {
        match self {
            Self::Heading(_) => None,
            Self::Setting(id, _) => Some(*id),
        }
    }
}
