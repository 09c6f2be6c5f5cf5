//! Every action by its name.

use super::text_input::TextInput;

/// The palette: what has been written, and which of the actions that fit it is chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Palette {
    pub input: TextInput,
    pub chosen: usize,
}

impl super::model::App {
    /// The text that names are looked up by has changed.
    pub(super) fn wrote_palette(&mut self) -> Vec<super::update::Effect> {
        Vec::new()
    }
}
