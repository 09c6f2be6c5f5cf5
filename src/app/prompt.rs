//! A question with one line for its answer: a path, a number, an address.

use super::{
    model::App,
    overlay::Overlay,
    text_input::TextInput,
    update::{Effect, PathPrefix},
};

/// What the answer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The path of a new file for the profile.
    WriteProfile,
    /// The path of a new file for the selected payload, or for the marked messages.
    Save,
    /// The path of a new file for what is shown.
    Export,
    /// The path of a new file for the certificates that a connection was served.
    SaveChain,
    /// How messages are answered.
    AckMode,
    /// The path of a new file for the messages that were rejected.
    DeadLetters,
    /// Whether a capture is really to be deleted.
    Delete,
}

/// An open question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    pub purpose: Purpose,
    pub input: TextInput,
    /// Why the last answer does not do.
    pub refusal: Option<String>,
}

impl Purpose {
    /// The question, as the line says it.
    #[must_use]
    pub const fn question(self) -> &'static str {
        match self {
            Self::WriteProfile => "write the profile to a new file",
            Self::Save => "save to a new file",
            Self::Export => "export what is shown as JSON Lines to a new file",
            Self::SaveChain => "save the served certificates as PEM to a new file",
            Self::AckMode => {
                "ack mode: auto · manual 64 · reject 30% / first 2 / every 5 / EXPR · slow 200ms x4"
            }
            Self::DeadLetters => "export rejected messages with their attempts to a new file",
            Self::Delete => "delete the capture for good? y and enter delete it",
        }
    }

    /// Whether the answer is the path of a file, so that it can be completed.
    #[must_use]
    pub const fn is_path(self) -> bool {
        match self {
            Self::WriteProfile | Self::Save | Self::Export | Self::SaveChain | Self::DeadLetters => true,
            Self::AckMode | Self::Delete => false,
        }
    }
}

impl App {
    /// Opens a question with a suggestion.
    pub(super) fn ask(&mut self, purpose: Purpose, suggestion: &str) {
        let mut input = TextInput::default();
        input.insert(suggestion);
        self.overlay = Some(Overlay::Prompt(Prompt { purpose, input, refusal: None }));
    }

    /// Says under the open question why its answer does not do.
    pub(super) fn refuse_answer(&mut self, message: String) {
        if let Some(Overlay::Prompt(prompt)) = &mut self.overlay {
            prompt.refusal = Some(message);
        }
    }

    /// Asks which files the path being written may go on with.
    pub(super) fn complete_answer(&mut self) -> Vec<Effect> {
        match &self.overlay {
            Some(Overlay::Prompt(prompt)) => {
                let typed = prompt.input.text().to_owned();
                vec![Effect::Complete(PathPrefix { typed, is_field: false, is_pem: false })]
            }
            _ => Vec::new(),
        }
    }

    /// The answer has changed.
    pub(super) fn wrote_answer(&mut self) -> Vec<Effect> {
        if let Some(Overlay::Prompt(prompt)) = &mut self.overlay {
            prompt.refusal = None;
        }
        Vec::new()
    }

    /// Takes the line of the open question as its answer.
    pub(super) fn answer(&mut self) -> Vec<Effect> {
        let Some(Overlay::Prompt(prompt)) = self.overlay.take() else { return Vec::new() };
        match prompt.purpose {
            Purpose::WriteProfile => self.write_profile(prompt.input.text().into()),
            Purpose::Save => self.save_to(prompt.input.text().into()),
            Purpose::AckMode => self.answer_as(prompt.input.text()),
            Purpose::DeadLetters => self.dead_letters_to(prompt.input.text().into()),
            Purpose::SaveChain => self.save_chain_to(prompt.input.text().into()),
            Purpose::Delete => self.delete_if(prompt.input.text()),
            Purpose::Export => self.export_to(prompt.input.text().into()),
        }
    }
}
