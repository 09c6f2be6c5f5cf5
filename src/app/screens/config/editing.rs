//! Writing the text of a field, and the names of entries.

use crate::{
    app::{
        effect::{Completed, Effect, PathPrefix},
        model::App,
        state::{Edit, EditSubject, Overlay, Pane, Step, TextInput, Tone, form},
    },
    config::{Field, FieldId, Kind, has_file_summary, is_pem},
    payload::size,
};

impl App {
    /// Opens the selected value for editing; toggles a switch, takes the next choice.
    pub(in crate::app) fn begin_edit(&mut self) -> Vec<Effect> {
        self.form.pane = Pane::Fields;
        let Some(field) = self.form.selected_field() else { return Vec::new() };
        if !self.form.selects_a_value() {
            if self.form.selected == field.path {
                return self.add_entry();
            }
            // Of a certificate, what comes first is edited.
            self.go(Step::By(1));
        }
        let Some(field) = self.form.selected_field() else { return Vec::new() };
        if matches!(field.kind, Kind::Bool | Kind::Choice(_)) && self.form.selected == field.path {
            return self.choose_next();
        }
        let text = self.form.selected_text().to_owned();
        let is_long = is_pem(field) || (field.takes_lines() && text.contains('\n'));
        self.open_edit(self.form.selected.clone(), EditSubject::Value, &text);
        if is_long && self.form.is_editing() {
            self.open_editor();
        }
        Vec::new()
    }

    fn open_edit(&mut self, path: String, kind: EditSubject, text: &str) {
        let mut input = TextInput::default();
        let left_out = input.insert(text);
        if left_out > 0 {
            // A text that does not fit is not cut, since taking it would lose the rest.
            let left_out = size(left_out as u64);
            self.say(Tone::Bad, format!("the text is {left_out} too long for this editor; edit the file"));
        } else {
            self.form.edit = Some(Edit { path, kind, input, completions: Vec::new() });
            self.form.find = None;
            self.form.validate();
            self.select_again();
        }
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
        if form::take(&mut self.form.values, &path, &text) {
            self.say(Tone::Note, format!("the unix socket of the address is {}", FieldId::UnixSocket.path()));
        }
        let mut effects = self.changed_form();
        if text.contains("${") {
            effects.push(Effect::Interpolate { path, expression: text });
        }
        effects
    }

    /// Adds an entry to a map and opens its value.
    fn take_name(&mut self, map: &str, name: &str) -> Vec<Effect> {
        if name.is_empty() {
            return Vec::new();
        }
        let path = format!("{map}.{name}");
        let known = self.form.values.same(&path).map(str::to_owned);
        match &known {
            Some(known) => self.say(Tone::Note, format!("{known} already exists")),
            None => form::set(&mut self.form.values, &path, ""),
        }
        self.edit_entry(known.as_deref().unwrap_or(&path))
    }

    /// Gives an entry of a map another name; its value and its place stay.
    fn take_new_name(&mut self, path: &str, name: &str) -> Vec<Effect> {
        let Some(map) = Field::at(path).map(|field| field.path) else { return Vec::new() };
        let to = format!("{map}.{name}");
        if name.is_empty() || to == path {
            return Vec::new();
        }
        if let Some(known) = self.form.values.same(&to).filter(|known| *known != path) {
            let message = format!("{known} already exists; the name stays");
            self.say(Tone::Bad, message);
            return Vec::new();
        }
        self.form.values.rename(path, &to);
        self.select_field(&to);
        self.changed_form()
    }

    /// Opens the name of the selected entry of a map for editing.
    pub(in crate::app) fn rename_entry(&mut self) {
        let path = self.form.selected.clone();
        let Some(field) = self.form.selected_field() else { return };
        let name = path.strip_prefix(field.path).unwrap_or_default().trim_start_matches('.').to_owned();
        self.open_edit(path, EditSubject::Rename, &name);
    }

    /// Moves the selected entry of a list up or down by one.
    pub(in crate::app) fn move_entry(&mut self, by: isize) -> Vec<Effect> {
        let Some(path) = self.form.move_entry(by) else {
            self.say(Tone::Note, if by < 0 { "it is already the first" } else { "it is already the last" });
            return Vec::new();
        };
        self.select_field(&path);
        self.changed_form()
    }

    /// Adds an entry to the selected list or map.
    pub(in crate::app) fn add_entry(&mut self) -> Vec<Effect> {
        let Some(field) = self.form.selected_field() else { return Vec::new() };
        let list = field.path.split("[]").next().unwrap_or_default().to_owned();
        match FieldId::of_list(&list).map(|id| id.field().kind) {
            Some(Kind::TextMap | Kind::AnyMap) => {
                self.open_edit(list, EditSubject::Name, "");
                Vec::new()
            }
            Some(Kind::TextList) => self.add_to_list(&list, ""),
            Some(Kind::ObjectList) => self.add_to_list(&list, ".cert_file"),
            _ => Vec::new(),
        }
    }

    fn add_to_list(&mut self, list: &str, leaf: &str) -> Vec<Effect> {
        let next = form::indices(&self.form.values, list).last().map_or(0, |last| last + 1);
        let path = format!("{list}.{next}{leaf}");
        form::set(&mut self.form.values, &path, "");
        self.edit_entry(&path)
    }

    /// Goes on to the value of an entry that was added.
    fn edit_entry(&mut self, path: &str) -> Vec<Effect> {
        self.select_field(path);
        let mut effects = self.changed_form();
        effects.extend(self.begin_edit());
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
        if self.form.interpolated(path, expression, text)
            && let [first, ..] = unset
        {
            self.say(Tone::Bad, format!("the environment variable {first} is not set: the value is empty"));
        }
    }

    /// Leaves the edited text and keeps the value as it was.
    pub(in crate::app) fn leave_edit(&mut self) -> Vec<Effect> {
        let edited = self.form.edit.take().map(|edit| edit.path);
        self.form.validate();
        self.select_again();
        edited.map_or_else(Vec::new, |path| self.look_at(&path))
    }

    /// The text of the edited field has changed.
    pub(in crate::app) fn wrote_form(&mut self) -> Vec<Effect> {
        if self.form.is_finding() {
            self.wrote_find_field();
            return Vec::new();
        }
        if let Some(edit) = &mut self.form.edit {
            edit.completions.clear();
        }
        self.look_at_edit()
    }

    fn look_at_edit(&mut self) -> Vec<Effect> {
        self.form.validate();
        self.form.edit.as_ref().map_or_else(Vec::new, |edit| self.look_at(&edit.path))
    }

    /// Asks which files the path being typed may go on with.
    pub(in crate::app) fn complete(&mut self) -> Vec<Effect> {
        let begun = self.form.edit.as_ref().map(|edit| PathPrefix {
            typed: edit.input.text().to_owned(),
            is_field: true,
            is_pem: Field::at(&edit.path).is_some_and(has_file_summary),
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
                Some(Overlay::Prompt(prompt)) => &mut prompt.input,
                _ => return Vec::new(),
            },
        };
        if input.text() != completed.typed {
            return Vec::new();
        }
        match completed.names.as_slice() {
            [] => self.say(Tone::Note, "no file matches"),
            [only] => {
                input.replace(only);
                self.form.edit.iter_mut().for_each(|edit| edit.completions.clear());
            }
            [first, rest @ ..] => {
                let shared = rest.iter().fold(first.as_str(), |shared, name| common_prefix(shared, name));
                if shared.len() > completed.typed.len() {
                    input.replace(shared);
                }
            }
        }
        self.look_at_edit()
    }
}

/// What two names begin with.
fn common_prefix<'a>(one: &'a str, other: &str) -> &'a str {
    let same = one.char_indices().zip(other.chars()).take_while(|((_, a), b)| a == b).last();
    same.map_or("", |((at, c), _)| &one[..at + c.len_utf8()])
}
