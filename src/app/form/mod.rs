//! The form of the connection: values being edited, and what the session runs with.

mod applying;
mod editing;
mod layout;
mod lines;

pub(super) use editing::place_in_list;
pub use editing::switch_of;
pub use layout::{FormAreas, areas};
pub use lines::{FormLine, lines};

use ratatui::layout::Position;

use crate::config::{FieldId, FieldValue, FileSummary, Origin, Problem, Values, lint};

use super::{model::App, text_input::TextInput, update::Effect};

/// The state of the form.
#[derive(Clone, Debug)]
pub struct Form {
    /// As edited so far.
    pub values: Values,
    /// What the session was last asked to run with.
    pub applied: Values,
    /// The path of the selected line.
    pub selected: String,
    /// The first line that is shown.
    pub top: usize,
    pub edit: Option<Edit>,
    /// What is wrong with the values as they are, those being typed included.
    pub problems: Vec<Problem>,
    /// What is wrong with the files they name, as last looked at.
    pub files: Vec<Problem>,
    /// What those files hold, and the PEM texts.
    pub file_summaries: Vec<FileSummary>,
    /// The secret that is shown, until the selection leaves it.
    pub revealed: Option<String>,
    pub pane: Pane,
    /// How far the right pane is scrolled, in lines.
    pub scroll: usize,
}

/// Which side of the form gets the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    #[default]
    Fields,
    /// What is said of the selected field, and the preview.
    About,
}

/// A text that is being edited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub path: String,
    pub kind: EditSubject,
    pub input: TextInput,
    /// Names that the path being typed may go on with.
    pub completions: Vec<String>,
}

/// What the text will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditSubject {
    Value,
    /// The name of a new entry of a map.
    Name,
    /// Another name for an entry of a map.
    Rename,
}

impl Default for Form {
    fn default() -> Self {
        Self::new(Values::default())
    }
}

impl Form {
    #[must_use]
    pub fn new(values: Values) -> Self {
        let mut form = Self {
            applied: values.clone(),
            values,
            selected: FieldId::Url.path().to_owned(),
            top: 0,
            edit: None,
            problems: Vec::new(),
            files: Vec::new(),
            file_summaries: Vec::new(),
            revealed: None,
            pane: Pane::Fields,
            scroll: 0,
        };
        form.validate();
        form
    }

    /// Whether the text of a field is being edited.
    #[must_use]
    pub const fn is_editing(&self) -> bool {
        self.edit.is_some()
    }

    pub(super) fn written(&mut self) -> Option<&mut TextInput> {
        self.edit.as_mut().map(|edit| &mut edit.input)
    }

    /// Whether a text that was typed differs from the value at its path.
    pub(super) fn would_change(&self, path: &str, text: &str) -> bool {
        match self.values.get(path) {
            Some(given) => *given.expression.as_ref().unwrap_or(&given.text) != text,
            None => !text.is_empty(),
        }
    }

    /// Whether taking what is being typed would change anything.
    pub(super) fn edit_changes(&self) -> bool {
        self.edit.as_ref().is_some_and(|edit| self.would_change(&edit.path, edit.input.text()))
    }

    /// Whether what is being typed is a secret that is not shown.
    #[must_use]
    pub fn hides_edit(&self) -> bool {
        self.edit.as_ref().is_some_and(|edit| {
            edit.kind == EditSubject::Value
                && self.values.hides(&edit.path)
                && self.revealed.as_ref() != Some(&edit.path)
        })
    }

    /// The values with the text that is being typed.
    #[must_use]
    pub fn finding_builder(&self) -> Values {
        let mut values = self.values.clone();
        if let Some(Edit { path, kind: EditSubject::Value, input, .. }) = &self.edit {
            set(&mut values, path, input.text());
        }
        values
    }

    /// Finds what is wrong with the values as they are now.
    pub(super) fn validate(&mut self) {
        self.problems = lint(&self.finding_builder());
    }

    /// What is wrong with a field and its entries, of the values and of the files.
    pub fn problems_of<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a Problem> {
        let within = move |problem: &&Problem| {
            problem.path == path
                || problem.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'))
                || path.strip_prefix(problem.path.as_str()).is_some_and(|rest| rest.starts_with('.'))
        };
        self.problems.iter().chain(&self.files).filter(within)
    }

    /// The first error that keeps the values from being used.
    #[must_use]
    pub fn fault(&self) -> Option<&Problem> {
        self.problems.iter().chain(&self.files).find(|problem| problem.is_error())
    }

    /// Whether a profile that is written would hold a secret itself, and not where to find it.
    #[must_use]
    pub fn has_typed_secrets(&self) -> bool {
        self.values.iter().any(|(path, given)| {
            let elsewhere = given.expression.is_some() || matches!(given.origin, Origin::Environment(_));
            self.values.hides(path) && !given.text.is_empty() && !elsewhere
        })
    }

    /// What the file behind a field holds, or the PEM text in it.
    #[must_use]
    pub fn file_summary(&self, path: &str) -> Option<&FileSummary> {
        self.file_summaries.iter().find(|file_summary| file_summary.path == path)
    }

    /// Whether a value differs from what the session runs with.
    #[must_use]
    pub fn is_changed(&self, path: &str) -> bool {
        let text = |values: &Values| values.get(path).map(|given| given.text.clone());
        text(&self.values) != text(&self.applied)
    }

    /// The paths whose values differ from what the session runs with.
    #[must_use]
    pub fn changes(&self) -> Vec<String> {
        let mut paths: Vec<_> =
            self.values.iter().chain(self.applied.iter()).map(|(path, _)| path.to_owned()).collect();
        paths.sort();
        paths.dedup();
        paths.retain(|path| self.is_changed(path));
        paths
    }
}

/// Sets a value as typed, whatever stands there now.
pub(in crate::app) fn set(values: &mut Values, path: &str, text: &str) {
    values.unset(path);
    values.put(path.to_owned(), FieldValue { text: text.to_owned(), origin: Origin::Form, expression: None });
}

impl App {
    /// Moves through the fields, or scrolls what is said of one.
    pub(super) fn go_form(&mut self, by: i64) -> Vec<Effect> {
        if self.form.pane == Pane::About {
            let by = isize::try_from(by).unwrap_or(if by < 0 { isize::MIN } else { isize::MAX });
            self.form.scroll = self.form.scroll.saturating_add_signed(by).min(500);
            return Vec::new();
        }
        let lines = lines(&self.form.values);
        let selectable: Vec<_> = lines.iter().filter_map(FormLine::path).collect();
        let at = selectable.iter().position(|path| *path == self.form.selected).unwrap_or(0);
        let by = isize::try_from(by).unwrap_or(if by < 0 { isize::MIN } else { isize::MAX });
        let next = at.saturating_add_signed(by).min(selectable.len().saturating_sub(1));
        let path = selectable.get(next).map(|path| (*path).to_owned());
        path.map_or_else(Vec::new, |path| self.select_field(&path))
    }

    /// Selects the line of a field, the nearest there is, and brings it into sight.
    pub(super) fn select_field(&mut self, path: &str) -> Vec<Effect> {
        let lines = lines(&self.form.values);
        let exact = lines.iter().position(|line| line.path() == Some(path));
        let below =
            |one: &str, other: &str| one.strip_prefix(other).is_some_and(|rest| rest.starts_with('.'));
        let first = || lines.iter().position(|line| line.path().is_some_and(|own| below(own, path)));
        // The nearest that stands above it is the last of them.
        let above = || lines.iter().rposition(|line| line.path().is_some_and(|own| below(path, own)));
        let Some(at) = exact.or_else(first).or_else(above) else { return Vec::new() };
        let Some(path) = lines[at].path() else { return Vec::new() };
        if self.form.selected != path {
            self.form.revealed = None;
            self.form.scroll = 0;
            path.clone_into(&mut self.form.selected);
        }
        let height = usize::from(areas(self.size, self).fields.height).max(1);
        let lowest = (at + 1).saturating_sub(height);
        // The heading of a group stays with its first field.
        let highest = if at > 0 && lines[at - 1].path().is_none() { at - 1 } else { at };
        self.form.top = self.form.top.clamp(lowest.min(highest), highest);
        Vec::new()
    }

    /// Goes to a field on the form.
    pub(super) fn edit_field(&mut self, path: &str) -> Vec<Effect> {
        self.screen = super::Screen::Config;
        self.form.pane = Pane::Fields;
        drop(self.select_field(path));
        self.look_at_all()
    }

    pub(super) fn click_form(&mut self, at: Position) -> Vec<Effect> {
        let areas = areas(self.size, self);
        if areas.fields.contains(at) && !self.form.is_editing() {
            self.form.pane = Pane::Fields;
            let nth = self.form.top + usize::from(at.y - areas.fields.y);
            let path = lines(&self.form.values).get(nth).and_then(FormLine::path).map(str::to_owned);
            return path.map_or_else(Vec::new, |path| self.select_field(&path));
        }
        if areas.about.contains(at) {
            self.form.pane = Pane::About;
        }
        Vec::new()
    }
}
