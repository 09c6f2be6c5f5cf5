//! Changing the fields of the form.

use crate::{
    config::{Field, FieldId, FieldValue, Kind, Origin, Relevance, Values, is_looked_at, is_pem},
    payload::size,
};

use super::{App, Edit, EditSubject, Effect, FormLine, Pane, TextInput, lines, set};
use crate::app::{Tone, model::Completed, update::PathPrefix};

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
            match field.kind {
                Kind::TextMap | Kind::AnyMap | Kind::TextList => is_entry,
                Kind::ObjectList => false,
                _ => true,
            }
        })
    }

    /// Opens the selected value for editing; a switch is thrown, a choice goes on to its next.
    pub(in crate::app) fn begin_edit(&mut self) -> Vec<Effect> {
        self.form.pane = Pane::Fields;
        let Some(field) = self.selected_field() else { return Vec::new() };
        if !self.selected_is_scalar() {
            if self.form.selected == field.path {
                return self.add_entry();
            }
            // Of a certificate, what comes first is edited.
            drop(self.go_form(1));
        }
        let Some(field) = self.selected_field() else { return Vec::new() };
        match field.kind {
            Kind::Bool | Kind::Choice(_) if self.form.selected == field.path => self.choose_next(),
            _ => {
                let path = self.form.selected.clone();
                let given = self.form.values.get(&path);
                let text = given.map(|given| given.expression.as_ref().unwrap_or(&given.text).clone());
                let text = text.unwrap_or_default();
                let is_long = is_pem(field) || (field.takes_lines() && text.contains('\n'));
                let effects = self.open_edit(path, EditSubject::Value, &text);
                if is_long && self.form.is_editing() {
                    drop(self.open_editor());
                }
                effects
            }
        }
    }

    fn open_edit(&mut self, path: String, kind: EditSubject, text: &str) -> Vec<Effect> {
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
        self.form.edit = Some(Edit { path, kind, input, completions: Vec::new() });
        Vec::new()
    }

    /// Throws a switch, or takes the next choice.
    pub(in crate::app) fn choose_next(&mut self) -> Vec<Effect> {
        let Some(field) = self.selected_field() else { return Vec::new() };
        let now = self.form.values.get(field.path).map(|given| given.text.clone());
        let now = now.or_else(|| field.default_text()).unwrap_or_default();
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
        let Some(Edit { path, kind, input, .. }) = self.form.edit.take() else { return Vec::new() };
        let text = input.text().to_owned();
        match kind {
            EditSubject::Value => {}
            EditSubject::Name => return self.take_name(&path, text.trim()),
            EditSubject::Rename => return self.take_new_name(&path, text.trim()),
        }
        if !self.form.would_change(&path, &text) {
            return self.changed_form();
        }
        set(&mut self.form.values, &path, &text);
        let mut effects = self.changed_form();
        if text.contains("${") {
            effects.push(Effect::Interpolate { path, expression: text });
        }
        effects
    }

    /// Adds an entry to a map and goes on to its value.
    fn take_name(&mut self, map: &str, name: &str) -> Vec<Effect> {
        if name.is_empty() {
            return Vec::new();
        }
        let path = format!("{map}.{name}");
        let known = self.form.values.same(&path).map(str::to_owned);
        match &known {
            Some(known) => self.say(Tone::Note, format!("{known} is there already")),
            None => set(&mut self.form.values, &path, ""),
        }
        drop(self.select_field(known.as_deref().unwrap_or(&path)));
        let mut effects = self.changed_form();
        effects.extend(self.begin_edit());
        effects
    }

    /// Gives an entry of a map another name; its value and its place stay.
    fn take_new_name(&mut self, path: &str, name: &str) -> Vec<Effect> {
        let Some(map) = Field::at(path).map(|field| field.path) else { return Vec::new() };
        let to = format!("{map}.{name}");
        if name.is_empty() || to == path {
            return Vec::new();
        }
        if let Some(known) = self.form.values.same(&to).filter(|known| *known != path) {
            let message = format!("{known} is there already; the name stays");
            self.say(Tone::Bad, message);
            return Vec::new();
        }
        self.form.values.rename(path, &to);
        drop(self.select_field(&to));
        self.changed_form()
    }

    /// Opens the name of the selected entry of a map for editing.
    pub(in crate::app) fn rename_entry(&mut self) -> Vec<Effect> {
        let path = self.form.selected.clone();
        let Some(field) = self.selected_field() else { return Vec::new() };
        let name = path.strip_prefix(field.path).unwrap_or_default().trim_start_matches('.').to_owned();
        self.open_edit(path, EditSubject::Rename, &name)
    }

    /// Moves the selected entry of a list up or down by one.
    pub(in crate::app) fn move_entry(&mut self, by: isize) -> Vec<Effect> {
        let Some((list, index, leaf)) = place_in_list(&self.form.selected) else { return Vec::new() };
        let all = indices(&self.form.values, &list);
        let to = all.iter().position(|own| *own == index).and_then(|at| at.checked_add_signed(by));
        let Some(to) = to.and_then(|to| all.get(to).copied()) else {
            self.say(Tone::Note, if by < 0 { "it is the first already" } else { "it is the last already" });
            return Vec::new();
        };
        let entries = |nth: usize| format!("{list}.{nth}");
        let (one, other) = (entries(index), entries(to));
        let (mine, theirs) = (within(&self.form.values, &one), within(&self.form.values, &other));
        for (path, _) in mine.iter().chain(&theirs) {
            self.form.values.unset(path);
        }
        for (own, from, to) in [(mine, &one, &other), (theirs, &other, &one)] {
            for (path, given) in own {
                self.form.values.put(format!("{to}{}", &path[from.len()..]), given);
            }
        }
        drop(self.select_field(&format!("{other}{leaf}")));
        self.changed_form()
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
        let given = FieldValue { text: text.to_owned(), origin: Origin::Form, expression: Some(expression) };
        self.form.values.unset(&path);
        self.form.values.put(path, given);
        self.form.validate();
        if let [first, ..] = unset {
            self.say(Tone::Bad, format!("the environment variable {first} is not set, so it is empty here"));
        }
    }

    /// Leaves the edited text and keeps the value as it was.
    pub(in crate::app) fn leave_edit(&mut self) -> Vec<Effect> {
        let edited = self.form.edit.take().map(|edit| edit.path);
        self.form.validate();
        edited.map_or_else(Vec::new, |path| self.look_at(&path))
    }

    /// Looks at the files once more, as they are with what is being typed, where that may matter.
    fn look_at(&self, path: &str) -> Vec<Effect> {
        let matters = Field::at(path)
            .is_some_and(|field| is_looked_at(field) || field.id == FieldId::TlsClientCertsPassword);
        if matters { vec![Effect::CheckFiles(Box::new(self.form.finding_builder()))] } else { Vec::new() }
    }

    /// The text of the edited field has changed.
    pub(in crate::app) fn wrote_form(&mut self) -> Vec<Effect> {
        if let Some(edit) = &mut self.form.edit {
            edit.completions.clear();
        }
        self.form.validate();
        let path = self.form.edit.as_ref().map(|edit| edit.path.clone());
        path.map_or_else(Vec::new, |path| self.look_at(&path))
    }

    /// Asks which files the path being typed may go on with.
    pub(in crate::app) fn complete(&mut self) -> Vec<Effect> {
        let begun = self.form.edit.as_ref().map(|edit| PathPrefix {
            typed: edit.input.text().to_owned(),
            is_field: true,
            is_pem: Field::at(&edit.path).is_some_and(is_looked_at),
        });
        begun.map(Effect::Complete).into_iter().collect()
    }

    /// Takes in the files that begin as the path does: what they share is written, several are shown.
    pub(in crate::app) fn completed(&mut self, completed: &Completed) -> Vec<Effect> {
        let input = match &mut self.form.edit {
            Some(edit) => {
                edit.completions.clone_from(&completed.names);
                &mut edit.input
            }
            None => match &mut self.overlay {
                Some(super::super::Overlay::Prompt(prompt)) => &mut prompt.input,
                _ => return Vec::new(),
            },
        };
        if input.text() != completed.typed {
            return Vec::new();
        }
        match completed.names.as_slice() {
            [] => self.say(Tone::Note, "no file begins like this"),
            [only] => {
                input.replace(only);
                self.form.edit.iter_mut().for_each(|edit| edit.completions.clear());
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
            }
        }
        self.form.validate();
        let path = self.form.edit.as_ref().map(|edit| edit.path.clone());
        path.map_or_else(Vec::new, |path| self.look_at(&path))
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
        if let Some((list, ..)) = place_in_list(&path) {
            close_gaps(&mut self.form.values, &list);
        }
        drop(self.select_field(&path));
        self.changed_form()
    }

    /// Adds an entry to the selected list or map.
    pub(in crate::app) fn add_entry(&mut self) -> Vec<Effect> {
        let Some(field) = self.selected_field() else { return Vec::new() };
        let list = field.path.split("[]").next().unwrap_or_default().to_owned();
        match FieldId::of_list(&list).map(|id| id.field().kind) {
            Some(Kind::TextMap | Kind::AnyMap) => self.open_edit(list, EditSubject::Name, ""),
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

    /// Looks at the files, where fields name any.
    pub(in crate::app) fn look_at_all(&self) -> Vec<Effect> {
        let matters = self.form.values.iter().any(|(path, _)| Field::at(path).is_some_and(is_looked_at));
        if matters { vec![Effect::CheckFiles(Box::new(self.form.finding_builder()))] } else { Vec::new() }
    }

    /// What follows from a change of the values: what is wrong with them, and with the files they name.
    pub(in crate::app) fn changed_form(&mut self) -> Vec<Effect> {
        self.form.validate();
        vec![Effect::CheckFiles(Box::new(self.form.values.clone()))]
    }
}

/// Why a field has no effect as things are: its switch is off.
#[must_use]
pub fn switch_of(field: &Field, values: &Values) -> Option<FieldId> {
    match field.matters {
        Relevance::EnabledBy(switch) if values.text_of(switch) != "true" => Some(switch),
        _ => None,
    }
}

/// A value and those below it. What is below the name of an entry of a map is part of other names.
fn within(values: &Values, path: &str) -> Vec<(String, FieldValue)> {
    let is_name = Field::at(path)
        .is_some_and(|field| matches!(field.kind, Kind::TextMap | Kind::AnyMap) && field.path != path);
    let is_within = |own: &str| {
        own.strip_prefix(path).is_some_and(|rest| rest.is_empty() || (rest.starts_with('.') && !is_name))
    };
    values
        .iter()
        .filter(|(own, _)| is_within(own))
        .map(|(path, given)| (path.to_owned(), given.clone()))
        .collect()
}

/// The list, the index in it and what stands behind that, of a path within a list.
pub(in crate::app) fn place_in_list(path: &str) -> Option<(String, usize, String)> {
    let field = Field::at(path)?;
    let list = field.path.split("[]").next().unwrap_or_default();
    let is_list = matches!(FieldId::of_list(list)?.field().kind, Kind::TextList | Kind::ObjectList);
    let rest = path.strip_prefix(list)?.strip_prefix('.').filter(|_| is_list)?;
    let index = rest.split('.').next().unwrap_or_default();
    Some((list.to_owned(), index.parse().ok()?, rest[index.len()..].to_owned()))
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
fn close_gaps(values: &mut Values, list: &str) {
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
