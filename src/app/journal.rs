//! What happened, line by line, with what the pipeline would have logged beside it.

use ratatui::layout::Position;

use crate::session::{Event, Timestamp};

use super::{model::App, text_input::TextInput, update::Effect};

/// The lines of the log screen.
#[derive(Clone, Debug, Default)]
pub struct Journal {}

impl Journal {
    /// Folds one event into it.
    pub fn apply(&mut self, _event: &Event) {}

    /// Something that a person asked for is done.
    pub fn note_done(&mut self, _at: Timestamp, _says: String) {}

    /// Something went wrong on this side.
    pub fn note_bad(&mut self, _at: Timestamp, _says: String) {}

    /// Whether the search is being written.
    #[must_use]
    pub const fn is_searching(&self) -> bool {
        false
    }

    pub(super) fn written(&mut self) -> Option<&mut TextInput> {
        None
    }
}

impl App {
    /// Moves through the lines.
    pub(super) fn go_log(&mut self, _by: i64) -> Vec<Effect> {
        Vec::new()
    }

    pub(super) fn click_log(&mut self, _at: Position) -> Vec<Effect> {
        Vec::new()
    }

    /// The text of the search has changed.
    pub(super) fn wrote_search(&mut self) -> Vec<Effect> {
        Vec::new()
    }
}
