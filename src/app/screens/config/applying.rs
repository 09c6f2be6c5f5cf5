//! Making the edited values those of the session, and writing them to a file.

use std::path::PathBuf;

use crate::{
    app::{
        effect::{Effect, ProfileOrder},
        model::App,
        screens::Screen,
        state::{Contents, Purpose, Tone, form},
    },
    config::{Field, FieldId, Problem, Secret, Secrets, Settings, YamlWriter, unmasked, with_variables},
    payload::counted,
    session::{Command, Fix, Level},
};

impl App {
    /// Makes the edited values those of the session, and connects with them. Where only what may change
    /// without a new connection has changed, there is none.
    pub(in crate::app) fn apply_form(&mut self) -> Vec<Effect> {
        if self.form.is_editing() {
            drop(self.take_edit());
        }
        let settings = match Settings::from_values(&self.form.values) {
            Ok(settings) => settings,
            Err(problems) => {
                let first = problems.into_iter().find(Problem::is_error);
                if let Some(problem) = first {
                    self.say(Tone::Bad, problem.in_one_line());
                    drop(self.edit_field(&problem.path));
                }
                return Vec::new();
            }
        };
        let changes = self.form.changes();
        let only_live =
            !changes.is_empty() && changes.iter().all(|path| Field::at(path).is_some_and(|field| field.live));
        let message = match changes.len() {
            0 => "nothing has changed; reconnecting".to_owned(),
            _ => format!("{} applied: {}", counted(changes.len() as u64, "change"), changes.join(", ")),
        };
        self.journal.note(self.now, Level::Info, message.clone());
        self.passphrase = None;
        self.form.applied = self.form.values.clone();
        self.profile.take_on(&settings);
        let runs = !self.current.has_ended() && !self.capture.is_reading() && !self.has_no_session;
        if only_live && runs {
            self.say(Tone::Done, format!("{message}, without a new connection"));
            return vec![Effect::Engine(Command::Adjust { auto_replay_nacks: settings.auto_replay_nacks })];
        }
        self.say(Tone::Done, message);
        self.connect(settings)
    }

    /// Sets what a fix sets, and connects with it. One that names a file that is to be written shows first what goes
    /// into it.
    pub(in crate::app) fn apply_fix(&mut self, fix: &Fix) -> Vec<Effect> {
        if let Some(file) = &fix.file {
            let path = self.form.values.folder().join(&file.name);
            self.waiting_fix = Some(fix.clone());
            self.ask(Purpose::SaveRoot, &path.to_string_lossy());
            return Vec::new();
        }
        for edit in &fix.edits {
            // What is masked in it stands in the field already.
            let given = self.form.values.get(&edit.path).map_or("", |given| given.text.as_str());
            let Some(value) = unmasked(&edit.value, given) else {
                self.say(Tone::Bad, format!("{} needs a secret that is masked here: type it", edit.path));
                self.screen = Screen::Config;
                return Vec::new();
            };
            form::set(&mut self.form.values, &edit.path, &value);
        }
        self.form.changed();
        let effects = self.apply_form();
        if effects.is_empty() {
            self.screen = Screen::Config;
        }
        effects
    }

    /// Writes the certificate of the fix that waits to a new file.
    pub(in crate::app) fn save_root_to(&mut self, path: PathBuf) -> Vec<Effect> {
        let file = self.waiting_fix.as_ref().and_then(|fix| fix.file.as_ref());
        file.map_or_else(Vec::new, |file| {
            let contents = Contents::Bytes { bytes: file.pem.clone().into(), count: 1, removed: Vec::new() };
            vec![Effect::Save { path, purpose: Purpose::SaveRoot, contents }]
        })
    }

    /// Applies the fix whose file was written to this path.
    pub(in crate::app) fn trust_saved(&mut self, path: &str) -> Vec<Effect> {
        let Some(mut fix) = self.waiting_fix.take() else { return Vec::new() };
        fix.file = None;
        for edit in fix.edits.iter_mut().filter(|edit| edit.path == FieldId::TlsRootCasFile.path()) {
            path.clone_into(&mut edit.value);
        }
        self.journal.note(
            self.now,
            Level::Info,
            format!("wrote 1 certificate, which is trusted now: {path}"),
        );
        self.apply_fix(&fix)
    }

    /// Keeps the profile under a name.
    pub(in crate::app) fn keep_profile(&mut self, name: &str) -> Vec<Effect> {
        let (name, values) = (name.trim().to_owned(), Box::new(self.form.values.clone()));
        vec![Effect::Profiles(ProfileOrder::Keep { name, values })]
    }

    /// Says that the profile was kept, and what of it is not in the file.
    pub(in crate::app) fn profile_kept(&mut self, name: &str, was_there: bool, notes: &[String]) {
        self.form.written_out = self.form.values.clone();
        let how = if was_there { "replaced" } else { "saved" };
        self.done(format!("{how} the profile {name}"));
        if !notes.is_empty() {
            self.say(Tone::Note, format!("{how} the profile {name}; {}", notes.join("; ")));
        }
    }

    /// Writes the profile to a new file, with a variable in the place of each secret. Values from the environment stay
    /// expressions.
    pub(in crate::app) fn write_profile(&mut self, path: PathBuf) -> Vec<Effect> {
        let values = with_variables(&self.form.values, &|_| None);
        let text = YamlWriter { values: &values, with_defaults: false, secrets: Secrets::Typed }.text();
        let url = self.form.values.shown("url").unwrap_or_default();
        vec![Effect::WriteProfile { path, text: Secret::new(text), url }]
    }
}
