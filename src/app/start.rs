//! The start screen: recent profiles, old captures, an address to paste, the demo.

use ratatui::layout::Position;

use super::{model::App, text_input::TextInput, update::Effect};

/// What the start screen shows.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// An address, or a line to read one from.
    pub input: TextInput,
}

impl App {
    /// Moves through what is offered.
    pub(super) fn go_start(&mut self, _by: i64) -> Vec<Effect> {
        Vec::new()
    }

    pub(super) fn click_start(&mut self, _at: Position) -> Vec<Effect> {
        Vec::new()
    }

    /// The line for an address has changed.
    pub(super) fn wrote_start(&mut self) -> Vec<Effect> {
        Vec::new()
    }
}
