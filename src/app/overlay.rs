//! What stands over a screen and takes its keys until it is closed.

use super::{editor::Editor, palette::Palette, prompt::Prompt};

/// At most one is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overlay {
    /// How far it is scrolled, in lines.
    Help(u16),
    Palette(Palette),
    Prompt(Prompt),
    Editor(Editor),
}
