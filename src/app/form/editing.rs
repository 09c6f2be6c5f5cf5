//! Changing the fields of the form.

use crate::{
    config::{Field, FieldId, Given, Kind, Matters, Origin, Values},
    payload::size,
};

use super::{App, Edit, EditWhat, Effect, FormLine, Pane, TextInput, lines, set};
use crate::app::{Tone, model::Completed};

impl App {
    /// The row of the selected line.
    #[must_use]
    pub fn selected_field(&self) -> Option<&'static Field> {
        let lines = lines(&self.form.values);
        lines.iter().find(|line| line.path() == Some(self.form.selected.as_str())).and_then(FormLine::field)
    }

    /// Whether the selected line has a value of its own.
    pub(in crate::app) fn selected_is_scalar(&self) -> bool {
        self.selected_field().is_some_and(|field| {
            let is_entry = self.form.selected != field.path;
            let holds_others =
                matches!(field.kind, Kind::TextMap | Kind::AnyMap | Kind::TextList | Kind::ObjectList);
            is_entry || !holds_others
        })
    }

    /// Opens the selected value for editing; a switch is thrown, a choice goes on to its next.
    pub(in crate::app) fn begin_edit(&mut self) -> Vec<Effect> {
        self.form.pane = Pane::Fields;
        let Some(field) = self.selected_field() else { return Vec::new() };
        if !self.selected_is_scalar() {
            return self.add_entry();
        }
        match field.kind {
            Kind::Bool | Kind::Choice(_) if self.form.selected == field.path => self.choose_next(),
            _ => {
                let path = self.form.selected.clone();
                let given = self.form.values.get(&path);
                let text = given.map(|given| given.expression.as_ref().unwrap_or(&given.text).clone());
                self.open_edit(path, EditWhat::Value, &text.unwrap_or_default())
            }
        }
    }

    fn open_edit(&mut self, path: String, what: EditWhat, text: &str) -> Vec<Effect> {
        let mut input = TextInput::default();
        let left_out = input.insert(text);
        if left_out > 0 {
            // A text that does not fit is not cut, since taking it would lose the rest.
            self.say(
                Tone::Bad,
                format!("{} more than can be edited here; edit the file", size(left_out as u64)),
            );
            return Vec::new();
        }
        self.form.edit = Some(Edit { path, what, input, completions: Vec::new() });
        Vec::new()
    }

    /// Throws a switch, or takes the next choice.
    pub(in crate::app) fn choose_next(&mut self) -> Vec<Effect> {
        let Some(field) = self.selected_field() else { return Vec::new() };
        let now = self.form.values.get(field.path).map(|given| given.text.clone());
        let now = now.or_else(|| field.preset_text()).unwrap_or_default();
        let next = match field.kind {
            Kind::Bool => {
                if now == "true" {
                    "false"
                } else {
                    "true"
                }
            }
            Kind::Choice(choices) => {
                let at =
                    choices.iter().position(|choice| *choice == now).map_or(0, |at| (at + 1) % choices.len());
                choices[at]
            }
            _ => return Vec::new(),
        };
        set(&mut self.form.values, field.path, next);
        self.changed_form()
    }

    /// Takes the text that was edited.
    pub(in crate::app) fn take_edit(&mut self) -> Vec<Effect> {
        let Some(Edit { path, what, input, .. }) = self.form.edit.take() else { return Vec::new() };
        let text = input.text().to_owned();
        if what == EditWhat::Name {
            if text.trim().is_empty() {
                return Vec::new();
            }
            let path = format!("{path}.{}", text.trim());
            if self.form.values.get(&path).is_some() {
                self.say(Tone::Note, format!("{path} is there already"));
            } else {
                set(&mut self.form.values, &path, "");
            }
            drop(self.select_field(&path));
            let mut effects = self.changed_form();
            effects.extend(self.begin_edit());
            return effects;
        }
        let unchanged = self
            .form
            .values
            .get(&path)
            .is_some_and(|given| *given.expression.as_ref().unwrap_or(&given.text) == text);
        let absent = self.form.values.get(&path).is_none() && text.is_empty();
        if unchanged || absent {
            self.form.judge();
            return Vec::new();
        }
        set(&mut self.form.values, &path, &text);
        let mut effects = self.changed_form();
        if text.contains("${") {
            effects.push(Effect::Interpolate { path, expression: text });
        }
        effects
    }

    /// What an expression that was typed stands for now.
    pub(in crate::app) fn interpolated(
        &mut self,
        path: String,
        expression: String,
        text: &str,
        unset: &[String],
    ) {
        let still = self.form.values.get(&path).is_some_and(|given| given.text == expression);
        if !still {
            return;
        }
        let given = Given { text: text.to_owned(), origin: Origin::Form, expression: Some(expression) };
        self.form.values.unset(&path);
        self.form.values.put(path, given);
        self.form.judge();
        if let [first, ..] = unset {
            self.say(Tone::Bad, format!("the environment variable {first} is not set, so it is empty here"));
        }
    }

    /// Leaves the edited text and keeps the value as it was.
    pub(in crate::app) fn leave_edit(&mut self) -> Vec<Effect> {
        self.form.edit = None;
        self.form.judge();
        Vec::new()
    }

    /// The text of the edited field has changed.
    pub(in crate::app) fn wrote_form(&mut self) -> Vec<Effect> {
        if let Some(edit) = &mut self.form.edit {
            edit.completions.clear();
        }
        self.form.judge();
        Vec::new()
    }

    /// Asks which files the path being typed may go on with.
    pub(in crate::app) fn complete(&mut self) -> Vec<Effect> {
        self.form
            .edit
            .as_ref()
            .map(|edit| Effect::Complete(edit.input.text().to_owned()))
            .into_iter()
            .collect()
    }

    /// Takes in the files that begin as the path does: what they share is written, several are shown.
    pub(in crate::app) fn completed(&mut self, completed: &Completed) {
        let input = match &mut self.form.edit {
            Some(edit) => {
                edit.completions.clone_from(&completed.names);
                &mut edit.input
            }
            None => match &mut self.overlay {
                Some(super::super::Overlay::Prompt(prompt)) => &mut prompt.input,
                _ => return,
            },
        };
        if input.text() != completed.typed {
            return;
        }
        match completed.names.as_slice() {
            [] => self.say(Tone::Note, "no file begins like this"),
            [only] => {
                input.replace(only);
                self.form.edit.iter_mut().for_each(|edit| edit.completions.clear());
                drop(self.wrote_form());
            }
            [first, rest @ ..] => {
                let shared = rest.iter().fold(first.as_str(), |shared, name| {
                    let same =
                        shared.char_indices().zip(name.chars()).take_while(|((_, a), b)| a == b).last();
                    same.map_or("", |((at, c), _)| &shared[..at + c.len_utf8()])
                });
                if shared.len() > completed.typed.len() {
                    input.replace(shared);
                }
                self.form.judge();
            }
        }
    }

    /// Takes the selected value back to what the session runs with.
    pub(in crate::app) fn undo_field(&mut self) -> Vec<Effect> {
        let path = self.form.selected.clone();
        let applied: Vec<_> = within(&self.form.applied, &path);
        for (path, _) in within(&self.form.values, &path) {
            self.form.values.unset(&path);
        }
        for (path, given) in applied {
            self.form.values.put(path, given);
        }
        self.changed_form()
    }

    /// Takes the selected value away, so that its default holds; of an entry, the entry.
    pub(in crate::app) fn unset_field(&mut self) -> Vec<Effect> {
        let path = self.form.selected.clone();
        for (path, _) in within(&self.form.values, &path) {
            self.form.values.unset(&path);
        }
        close_gap(&mut self.form.values, &path);
        drop(self.select_field(&path));
        self.changed_form()
    }

    /// Adds an entry to the selected list or map.
    pub(in crate::app) fn add_entry(&mut self) -> Vec<Effect> {
        let Some(field) = self.selected_field() else { return Vec::new() };
        let list = field.path.split("[]").next().unwrap_or_default().to_owned();
        match FieldId::of_list(&list).map(|id| id.field().kind) {
            Some(Kind::TextMap | Kind::AnyMap) => self.open_edit(list, EditWhat::Name, ""),
            Some(Kind::TextList) => self.add_to_list(&list, ""),
            Some(Kind::ObjectList) => self.add_to_list(&list, ".cert_file"),
            _ => Vec::new(),
        }
    }

    fn add_to_list(&mut self, list: &str, leaf: &str) -> Vec<Effect> {
        let next = indices(&self.form.values, list).last().map_or(0, |last| last + 1);
        let path = format!("{list}.{next}{leaf}");
        set(&mut self.form.values, &path, "");
        drop(self.select_field(&path));
        let mut effects = self.changed_form();
        effects.extend(self.begin_edit());
        effects
    }

    /// Shows the selected secret, or hides it again.
    pub(in crate::app) fn reveal(&mut self) -> Vec<Effect> {
        let path =
            self.form.edit.as_ref().map_or_else(|| self.form.selected.clone(), |edit| edit.path.clone());
        self.form.revealed = if self.form.revealed.as_ref() == Some(&path) { None } else { Some(path) };
        Vec::new()
    }

    /// Whether the selected value is masked.
    pub(in crate::app) fn selected_is_secret(&self) -> bool {
        self.form.values.hides(&self.form.selected) && self.selected_is_scalar()
    }

    /// What follows from a change of the values: what is wrong with them, and with the files they name.
    pub(in crate::app) fn changed_form(&mut self) -> Vec<Effect> {
        self.form.judge();
        vec![Effect::CheckFiles(Box::new(self.form.values.clone()))]
    }
}

/// Why a field has no effect as things are: its switch is off.
#[must_use]
pub fn switch_of(field: &Field, values: &Values) -> Option<FieldId> {
    match field.matters {
        Matters::While(switch) if values.text_of(switch) != "true" => Some(switch),
        _ => None,
    }
}

/// A value and those below it.
fn within(values: &Values, path: &str) -> Vec<(String, Given)> {
    let is_within =
        |own: &str| own.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    values
        .iter()
        .filter(|(own, _)| is_within(own))
        .map(|(path, given)| (path.to_owned(), given.clone()))
        .collect()
}

/// The indices that a list has, in order.
fn indices(values: &Values, list: &str) -> Vec<usize> {
    let prefix = format!("{list}.");
    let mut indices: Vec<usize> = values
        .iter()
        .filter_map(|(path, _)| path.strip_prefix(&prefix)?.split('.').next()?.parse().ok())
        .collect();
    indices.sort_unstable();
    indices.dedup();
    indices
}

/// After an entry of a list has gone, those behind it move up.
fn close_gap(values: &mut Values, path: &str) {
    let Some((list, index)) = path.rsplit_once('.') else { return };
    if index.parse::<usize>().is_err() {
        return;
    }
    for (nth, index) in indices(values, list).into_iter().enumerate() {
        if nth == index {
            continue;
        }
        let (from, to) = (format!("{list}.{index}"), format!("{list}.{nth}"));
        for (own, given) in within(values, &from) {
            values.unset(&own);
            values.put(format!("{to}{}", &own[from.len()..]), given);
        }
    }
}
