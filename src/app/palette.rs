//! Every action by its name: the box that is opened by `:`.

use crate::session::MessageId;

use super::{
    actions::{ActionSpec, actions},
    keymap::Scope,
    model::{App, Tone},
    overlay::Overlay,
    text_input::TextInput,
    update::Effect,
};

/// The palette: what has been written, and which of the actions that fit it is chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Palette {
    pub input: TextInput,
    pub chosen: usize,
}

impl App {
    /// Opens the palette.
    pub(super) fn open_palette(&mut self) -> Vec<Effect> {
        self.overlay = Some(Overlay::Palette(Palette::default()));
        Vec::new()
    }

    /// The actions of the screen under the palette that fit what is written, the best first.
    #[must_use]
    pub fn palette_fits(&self, palette: &Palette) -> Vec<&'static ActionSpec> {
        let wanted = palette.input.text().trim().to_lowercase();
        let here = self.screen_scopes();
        let offered = |action: &&ActionSpec| here.contains(&action.scope) || action.scope == Scope::Screens;
        let mut fits: Vec<_> = actions()
            .filter(offered)
            .filter_map(|action| Some((fit(&wanted, action, action.label_now(self))?, action)))
            .collect();
        fits.sort_by_key(|(fit, _)| *fit);
        fits.into_iter().map(|(_, action)| action).collect()
    }

    /// The text that names are looked up by has changed.
    pub(super) fn wrote_palette(&mut self) -> Vec<Effect> {
        if let Some(Overlay::Palette(palette)) = &mut self.overlay {
            palette.chosen = 0;
        }
        Vec::new()
    }

    /// Moves among the actions that fit.
    pub(super) fn choose_in_palette(&mut self, by: isize) -> Vec<Effect> {
        if let Some(Overlay::Palette(palette)) = &self.overlay {
            let last = self.palette_fits(palette).len().saturating_sub(1);
            let chosen = palette.chosen.saturating_add_signed(by).min(last);
            if let Some(Overlay::Palette(palette)) = &mut self.overlay {
                palette.chosen = chosen;
            }
        }
        Vec::new()
    }

    /// Does what is chosen, or goes to the message with the number that was written.
    pub(super) fn do_chosen(&mut self) -> Vec<Effect> {
        let Some(Overlay::Palette(palette)) = self.overlay.take() else { return Vec::new() };
        if let Ok(number) = palette.input.text().trim().trim_start_matches('#').replace(',', "").parse() {
            return self.go_to_message(MessageId(number));
        }
        let Some(action) = self.palette_fits(&palette).get(palette.chosen).copied() else {
            self.say(Tone::Note, format!("no action is called {}", palette.input.text()));
            return Vec::new();
        };
        self.perform(action)
    }
}

/// How well an action fits: by the beginning of its name, by a part of it, by its letters in order, by its words.
fn fit(wanted: &str, action: &ActionSpec, called: &str) -> Option<u8> {
    let name = called.to_lowercase();
    let mut letters = name.chars();
    if name.starts_with(wanted) {
        Some(0)
    } else if name.contains(wanted) {
        Some(1)
    } else if wanted.chars().filter(|c| *c != ' ').all(|c| letters.any(|own| own == c)) {
        Some(2)
    } else if action.doc.to_lowercase().contains(wanted) {
        Some(3)
    } else {
        None
    }
}
