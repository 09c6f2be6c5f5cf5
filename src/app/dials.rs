//! Every dial of the session: its ladder, what it showed and what was found.

use ratatui::layout::Position;

use crate::session::Event;

use super::{model::App, update::Effect};

/// The dials so far, and the one that is looked at.
#[derive(Clone, Debug, Default)]
pub struct Dials {}

impl Dials {
    /// Folds one event into it.
    pub fn apply(&mut self, _event: &Event) {}
}

impl App {
    /// Moves through the dials, or scrolls the one that is looked at.
    pub(super) fn go_dials(&mut self, _by: i64) -> Vec<Effect> {
        Vec::new()
    }

    pub(super) fn click_dials(&mut self, _at: Position) -> Vec<Effect> {
        Vec::new()
    }
}
