//! Writing the profile back into the file it came from, and going to another input of that file.

use crate::{
    app::{
        effect::Effect,
        model::App,
        state::{Form, InputChoice, Overlay, Purpose, Rewriting, Step, Tone},
    },
    config::{OpenedFile, Problem, Secret, Settings, Values},
    payload::counted,
    session::Level,
};

impl App {
    /// Shows what would change in the file of the profile; without one, asks for the name of a new one.
    pub(in crate::app) fn write(&mut self) -> Vec<Effect> {
        if self.form.is_editing() {
            drop(self.take_edit());
        }
        if let Some(file) = &self.opened {
            let (file, values) = (file.clone(), Box::new(self.form.values.clone()));
            return vec![Effect::PreviewRewrite { file, values, theirs: Vec::new() }];
        }
        self.write_elsewhere();
        Vec::new()
    }

    /// Asks for the name of a new file for the whole profile.
    pub(in crate::app) fn write_elsewhere(&mut self) {
        self.ask_for_file(Purpose::WriteProfile, ".yaml");
    }

    /// Takes the other side of the chosen conflict.
    pub(in crate::app) fn turn_conflict(&mut self) -> Vec<Effect> {
        let (Some(Overlay::Rewriting(rewriting)), Some(file)) = (&self.overlay, &self.opened) else {
            return Vec::new();
        };
        let (file, values) = (file.clone(), Box::new(self.form.values.clone()));
        vec![Effect::PreviewRewrite { file, values, theirs: rewriting.turned() }]
    }

    /// Goes to the next conflict.
    pub(in crate::app) fn next_conflict(&mut self) {
        if let Some(Overlay::Rewriting(rewriting)) = &mut self.overlay {
            rewriting.chosen = (rewriting.chosen + 1) % rewriting.conflicts.len().max(1);
        }
    }

    /// Takes in what would change. The chosen conflict stays chosen.
    pub(in crate::app) fn preview_rewrite(&mut self, mut rewriting: Box<Rewriting>) {
        if let Some(Overlay::Rewriting(before)) = &self.overlay {
            rewriting.chosen = before.chosen.min(rewriting.conflicts.len().saturating_sub(1));
        }
        self.overlay = Some(Overlay::Rewriting(rewriting));
    }

    /// Writes the file as it was shown.
    pub(in crate::app) fn rewrite(&mut self) -> Vec<Effect> {
        let Some(Overlay::Rewriting(rewriting)) = self.overlay.take() else { return Vec::new() };
        let is_empty = rewriting.is_empty();
        let (Some(file), Ok(new)) = (&mut self.opened, rewriting.new) else { return Vec::new() };
        self.form.adopted = rewriting.adopted;
        if is_empty {
            file.base = new;
            let taken = self.form.adopt();
            self.form.written_out = self.form.values.clone();
            self.done(format!("taken from the file: {}", taken.join(", ")));
            return Vec::new();
        }
        vec![Effect::Rewrite { path: file.path.clone(), current: rewriting.current, new }]
    }

    /// The file has been written.
    pub(in crate::app) fn rewritten(&mut self, new: Secret) {
        let Some(file) = &mut self.opened else { return };
        file.base = new;
        let taken = self.form.adopt();
        self.form.written_out = self.form.values.clone();
        let mut message = format!("wrote the changes: {}", file.path.display());
        if !taken.is_empty() {
            message = format!("{message}; taken from it: {}", taken.join(", "));
        }
        self.journal.note(self.now, Level::Info, message.clone());
        self.done(message);
    }

    /// Scrolls the diff.
    pub(in crate::app) fn scroll_rewriting(&mut self, step: Step) {
        if let Some(Overlay::Rewriting(rewriting)) = &mut self.overlay {
            rewriting.scroll(step);
        }
    }

    /// Reads the file once more, in place of what the form holds.
    pub(in crate::app) fn reload(&mut self) -> Vec<Effect> {
        self.overlay = None;
        let Some(file) = self.opened.clone() else { return Vec::new() };
        let (input, options) = (file.input.clone(), self.form.values.options);
        vec![Effect::ReadInput { file, input, options }]
    }

    /// Opens the list of the inputs of the file.
    pub(in crate::app) fn show_inputs(&mut self) {
        let Some(file) = &self.opened else { return };
        let chosen = file.inputs.iter().position(|(path, _)| *path == file.input).unwrap_or_default();
        self.overlay = Some(Overlay::Inputs(InputChoice { chosen, is_warned: false }));
    }

    pub(in crate::app) fn choose_input(&mut self, step: Step) {
        let count = self.opened.as_ref().map_or(0, |file| file.inputs.len());
        if let Some(Overlay::Inputs(choice)) = &mut self.overlay {
            choice.chosen = step.from(choice.chosen, count);
        }
    }

    /// Goes to the chosen input; asks first whether changes may be lost.
    pub(in crate::app) fn switch_input(&mut self) -> Vec<Effect> {
        let changed = self.form.changes().len() as u64;
        let (Some(Overlay::Inputs(choice)), Some(file)) = (&mut self.overlay, &self.opened) else {
            return Vec::new();
        };
        if changed > 0 && !choice.is_warned {
            choice.is_warned = true;
            let message =
                format!("{} of the form would be lost: enter again to go on", counted(changed, "change"));
            self.say(Tone::Bad, message);
            return Vec::new();
        }
        let input = file.inputs.get(choice.chosen).map(|(path, _)| path.clone());
        let (file, options) = (file.clone(), self.form.values.options);
        self.overlay = None;
        input.map(|input| Effect::ReadInput { file, input, options }).into_iter().collect()
    }

    /// Takes in an input that was read: another one begins a connection, the same one only fills the form.
    pub(in crate::app) fn take_input(
        &mut self,
        file: Option<Box<OpenedFile>>,
        values: Values,
        problems: &[Problem],
    ) -> Vec<Effect> {
        let Some(file) = file else {
            // The form keeps what it has.
            let first = problems.iter().find(|problem| problem.is_error());
            let reason = first.map_or_else(|| "it has no such input".to_owned(), Problem::in_one_line);
            self.say(Tone::Bad, format!("not read, and the form is as it was: {reason}"));
            return Vec::new();
        };
        if self.has_no_session {
            let name =
                file.path.file_stem().map_or(String::new(), |stem| stem.to_string_lossy().into_owned());
            self.opened = Some(file);
            return self.take_profile(values, name, problems);
        }
        let is_other = self.opened.as_ref().is_none_or(|own| own.input != file.input);
        let path = file.path.display().to_string();
        let input = file.input.clone();
        self.opened = Some(file);
        if !is_other {
            self.form.values = values;
            self.say(Tone::Done, format!("the form holds what {path} holds; F5 applies it"));
            return self.changed_form();
        }
        self.form = Form::new(values);
        self.say(Tone::Done, format!("the form is that of {input}"));
        match Settings::from_values(&self.form.values) {
            Ok(_) => self.apply_form(),
            Err(_) => self.changed_form(),
        }
    }
}
