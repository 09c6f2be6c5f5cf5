//! What is done on the screen that is shown, or on what stands over it: the one reader of the screens' rows.

use ratatui::layout::Position;

use super::{Scope, Screen};
use crate::app::{
    effect::Effect,
    layout,
    model::App,
    state::{Overlay, Step, TextInput},
};

impl App {
    /// Shows a screen.
    pub(in crate::app) fn go_to(&mut self, screen: Screen) -> Vec<Effect> {
        self.screen = screen;
        (screen.spec().entered)(self)
    }

    /// Moves what has the focus.
    pub(in crate::app) fn go(&mut self, step: Step) {
        (self.screen.spec().go)(self, step);
    }

    /// The scopes that get a key now, the innermost first.
    pub fn scopes(&self) -> &'static [Scope] {
        match &self.overlay {
            Some(Overlay::Help(_)) => &[Scope::Help, Scope::Everywhere],
            Some(Overlay::Palette(_)) => &[Scope::Palette, Scope::Everywhere],
            Some(Overlay::Colours(_)) => &[Scope::Colours, Scope::Everywhere],
            Some(Overlay::Columns(_)) => &[Scope::Columns, Scope::Everywhere],
            Some(Overlay::Bookmarks(_)) => &[Scope::Bookmarks, Scope::Everywhere],
            Some(Overlay::Filters(_)) => &[Scope::Filters, Scope::Everywhere],
            Some(Overlay::Prompt(_)) => &[Scope::Prompt, Scope::Everywhere],
            Some(Overlay::Editor(_)) => &[Scope::Editor, Scope::Everywhere],
            Some(Overlay::Rewriting(_)) => &[Scope::Rewriting, Scope::Everywhere],
            Some(Overlay::Inputs(_)) => &[Scope::Inputs, Scope::Everywhere],
            Some(Overlay::Profiles(_)) => &[Scope::Profiles, Scope::Everywhere],
            Some(Overlay::ComparedProfiles(_)) => &[Scope::ComparedProfiles, Scope::Everywhere],
            Some(Overlay::Decoders(_)) => &[Scope::Decoders, Scope::Everywhere],
            Some(Overlay::SavedMessages(_)) => &[Scope::SavedMessages, Scope::Everywhere],
            Some(Overlay::Unanswered(_)) => &[Scope::Unanswered, Scope::Everywhere],
            Some(Overlay::Effective(_)) => &[Scope::Effective, Scope::Everywhere],
            Some(Overlay::CopyAs(_)) => self.copy_scopes(),
            Some(Overlay::Leaving(_)) => &[Scope::Leaving, Scope::Everywhere],
            None => self.screen_scopes(),
        }
    }

    /// The same for the screen under any overlay.
    pub fn screen_scopes(&self) -> &'static [Scope] {
        (self.screen.spec().scopes)(self)
    }

    /// The text that printing keys write now.
    pub fn text(&self) -> Option<&TextInput> {
        match &self.overlay {
            Some(Overlay::Palette(palette)) => Some(&palette.input),
            Some(Overlay::Prompt(prompt)) => Some(&prompt.input),
            // The editor shows what is written on the screen below it.
            Some(Overlay::Editor(_)) | None => self.screen_text(),
            Some(_) => None,
        }
    }

    /// The text that is written on the screen under any overlay.
    pub fn screen_text(&self) -> Option<&TextInput> {
        (self.screen.spec().text)(self)
    }

    pub(in crate::app) fn text_mut(&mut self) -> Option<&mut TextInput> {
        if matches!(self.overlay, Some(Overlay::Editor(_)) | None) {
            return (self.screen.spec().text_mut)(self);
        }
        match &mut self.overlay {
            Some(Overlay::Palette(palette)) => Some(&mut palette.input),
            Some(Overlay::Prompt(prompt)) => Some(&mut prompt.input),
            _ => None,
        }
    }

    /// What follows from a change of that text.
    pub(in crate::app) fn wrote(&mut self) -> Vec<Effect> {
        match &mut self.overlay {
            Some(Overlay::Palette(palette)) => palette.chosen = 0,
            Some(Overlay::Prompt(prompt)) => {
                prompt.refusal = None;
                prompt.chosen = None;
            }
            Some(Overlay::Editor(_)) | None => return (self.screen.spec().wrote)(self),
            Some(_) => {}
        }
        Vec::new()
    }

    /// A click on the line of screens, or on the screen; over one that is covered it closes the help.
    pub(in crate::app) fn click(&mut self, at: Position) -> Vec<Effect> {
        if self.overlay.is_some() {
            self.overlay.take_if(|overlay| matches!(overlay, Overlay::Help(_)));
            return Vec::new();
        }
        if let Some(screen) = layout::areas(self.size, self).tab_at(at, &self.bindings) {
            return self.go_to(screen);
        }
        (self.screen.spec().click)(self, at);
        Vec::new()
    }

    /// The wheel, over the screen or the editor.
    pub(in crate::app) fn wheel(&mut self, at: Position, lines: i64) {
        match &mut self.overlay {
            Some(Overlay::Editor(_)) => self.move_in_editor(lines),
            Some(Overlay::Decoders(decoders)) => decoders.choose(Step::By(lines)),
            Some(Overlay::Effective(_)) => self.choose_effective(Step::By(lines)),
            Some(overlay) => overlay.scroll_help(lines),
            None => (self.screen.spec().wheel)(self, at, lines),
        }
    }

    /// Whether something is shown in tenths of a second and changes by itself.
    pub(in crate::app) fn ticks(&self) -> bool {
        (self.screen.spec().ticks)(self)
    }
}
