//! The form of the connection: values being edited, and what the session runs with.

use crate::config::{Settings, Values};

use ratatui::layout::Position;

use super::{model::App, text_input::TextInput, update::Effect};

/// The state of the form.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// As edited so far.
    pub values: Values,
    /// What the session was last asked to run with.
    pub applied: Values,
}

impl Form {
    #[must_use]
    pub fn new(values: Values) -> Self {
        Self { applied: values.clone(), values }
    }

    /// Whether the text of a field is being edited.
    #[must_use]
    pub const fn is_editing(&self) -> bool {
        false
    }

    pub(super) fn written(&mut self) -> Option<&mut TextInput> {
        None
    }
}

impl App {
    /// Moves through the fields.
    pub(super) fn go_form(&mut self, _by: i64) -> Vec<Effect> {
        Vec::new()
    }

    pub(super) fn click_form(&mut self, _at: Position) -> Vec<Effect> {
        Vec::new()
    }

    /// The text of the edited field has changed.
    pub(super) fn wrote_form(&mut self) -> Vec<Effect> {
        Vec::new()
    }

    /// Makes the edited values those of the session, and dials with them.
    pub(super) fn apply_form(&mut self) -> Vec<Effect> {
        let settings = match Settings::from_values(&self.form.values) {
            Ok(settings) => settings,
            Err(problems) => {
                let says =
                    problems.iter().find(|problem| problem.is_error()).map(|problem| format!("{problem:#}"));
                self.say(super::Tone::Bad, says.unwrap_or_default());
                return Vec::new();
            }
        };
        self.form.applied = self.form.values.clone();
        self.profile.take_on(&settings);
        if self.link.has_ended() {
            self.begin_anew();
        }
        vec![Effect::Dial(Box::new(settings))]
    }
}
