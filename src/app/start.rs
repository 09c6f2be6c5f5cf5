//! The start screen: recent profiles, old captures, an address to paste, the demo.

use std::path::PathBuf;

use ratatui::layout::Position;

use crate::{
    config::{Problem, Secret, Settings, Values, import, is_yaml},
    session::Timestamp,
};

use super::{
    form::Form,
    layout,
    model::{App, Tone},
    prompt::Purpose,
    screen::Screen,
    text_input::TextInput,
    update::Effect,
};

/// Lines above the list: title, explanation, the line for an address, and blank ones.
pub const HEAD: u16 = 6;

/// Something to begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    Demo,
    /// A config file that was opened before.
    Profile {
        path: PathBuf,
        url: String,
        at: Timestamp,
    },
    /// An old capture, or why it cannot be read.
    Capture {
        path: PathBuf,
        bytes: u64,
        about: Result<About, String>,
    },
}

/// What an old capture holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// Masked.
    pub url: String,
    pub began: Timestamp,
    pub messages: u64,
}

/// What the start screen shows.
#[derive(Clone, Debug)]
pub struct Start {
    /// An address, or a line to read one from.
    pub input: TextInput,
    /// Why that does not do.
    pub fault: Option<String>,
    pub offers: Vec<Offer>,
    /// The chosen offer.
    pub chosen: usize,
}

impl Default for Start {
    fn default() -> Self {
        Self { input: TextInput::default(), fault: None, offers: vec![Offer::Demo], chosen: 0 }
    }
}

impl Start {
    /// The chosen offer.
    #[must_use]
    pub fn offer(&self) -> Option<&Offer> {
        self.offers.get(self.chosen)
    }
}

impl App {
    /// Moves through what is offered.
    pub(super) fn go_start(&mut self, by: i64) -> Vec<Effect> {
        let by = isize::try_from(by).unwrap_or(if by < 0 { isize::MIN } else { isize::MAX });
        let last = self.start.offers.len().saturating_sub(1);
        self.start.chosen = self.start.chosen.saturating_add_signed(by).min(last);
        Vec::new()
    }

    pub(super) fn click_start(&mut self, at: Position) -> Vec<Effect> {
        let body = layout::areas(self.size, self).body;
        let height = usize::from(body.height.saturating_sub(HEAD)).max(1);
        let top = super::connections::first_shown(self.start.chosen, height);
        if let Some(line) = at.y.checked_sub(body.y + HEAD) {
            let nth = top + usize::from(line);
            if nth < self.start.offers.len() {
                self.start.chosen = nth;
            }
        }
        Vec::new()
    }

    /// The line for an address has changed.
    pub(super) fn wrote_start(&mut self) -> Vec<Effect> {
        self.start.fault = None;
        Vec::new()
    }

    /// Takes in what there is to begin with.
    pub(super) fn offered(&mut self, offers: Vec<Offer>) {
        self.start.offers = offers;
        self.start.offers.push(Offer::Demo);
        self.start.chosen = self.start.chosen.min(self.start.offers.len() - 1);
    }

    /// Opens the line, or what is chosen when there is none.
    pub(super) fn begin(&mut self) -> Vec<Effect> {
        let text = self.start.input.text().to_owned();
        if text.trim().is_empty() {
            return match self.start.offer() {
                Some(Offer::Demo) => vec![Effect::StartDemo],
                Some(Offer::Profile { path, .. }) => vec![Effect::OpenProfile(path.clone())],
                Some(Offer::Capture { path, .. }) => {
                    vec![Effect::OpenCapture { path: path.clone(), back: 0 }]
                }
                None => Vec::new(),
            };
        }
        if is_yaml(&text) {
            return vec![Effect::ReadYaml(Secret::new(text))];
        }
        match import(&text) {
            Ok(imported) => {
                let left_out = imported.left_out.join(" ");
                let effects = self.take_profile(imported.values, String::new(), &[]);
                if !left_out.is_empty() {
                    self.say(Tone::Bad, format!("not understood, and left out: {left_out}"));
                }
                effects
            }
            Err(message) => {
                self.start.fault = Some(message);
                Vec::new()
            }
        }
    }

    /// Begins with these values; what is wrong with them is fixed on the form.
    pub(super) fn take_profile(
        &mut self,
        mut values: Values,
        name: String,
        problems: &[Problem],
    ) -> Vec<Effect> {
        if values.iter().next().is_none()
            && let Some(problem) = problems.iter().find(|problem| problem.is_error())
        {
            self.start.fault = Some(format!("{problem:#}"));
            self.say(Tone::Bad, format!("{problem}"));
            return Vec::new();
        }
        // How the session is conducted was said on the command line, and holds for every profile.
        values.options = self.form.values.options;
        self.form = Form::new(values);
        self.profile.name = name;
        let first = problems.iter().find(|problem| problem.is_error());
        match (Settings::from_values(&self.form.values), first) {
            (Ok(settings), None) => {
                self.start = Start::default();
                self.profile.take_on(&settings);
                if self.profile.name.is_empty() {
                    self.profile.name.clone_from(&settings.url.host);
                }
                self.screen = Screen::Feed;
                self.dial(settings)
            }
            (settings, first) => {
                let problem = settings.err().and_then(|all| all.into_iter().find(Problem::is_error));
                let problem = problem.or_else(|| first.cloned());
                let path = problem.as_ref().map_or("url".to_owned(), |problem| problem.path.clone());
                if let Some(problem) = problem {
                    self.say(Tone::Bad, format!("{problem:#}"));
                }
                drop(self.edit_field(&path));
                self.changed_form()
            }
        }
    }

    /// Asks whether the chosen capture is really to be deleted.
    pub(super) fn ask_to_delete(&mut self) -> Vec<Effect> {
        self.ask(Purpose::Delete, "");
        Vec::new()
    }

    pub(super) fn delete_if(&mut self, answer: &str) -> Vec<Effect> {
        match self.start.offer() {
            Some(Offer::Capture { path, .. }) if answer.trim().eq_ignore_ascii_case("y") => {
                vec![Effect::DeleteCapture(path.clone())]
            }
            _ => {
                self.say(Tone::Note, "nothing was deleted");
                Vec::new()
            }
        }
    }
}
