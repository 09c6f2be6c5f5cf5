//! The list of forms to copy in: the rows of the table of actions that are forms, and the one that is chosen.

use super::{
    action_id::ActionId,
    actions::{ActionSpec, actions},
    effect::Effect,
    model::App,
    screens::Screen,
    state::{Overlay, Step},
};

impl App {
    pub(in crate::app) fn show_copy_forms(&mut self) {
        if self.screen == Screen::Feed {
            self.timeline.hold(self.page());
        }
        let usable = self.copy_forms().iter().position(|form| form.available(self).is_ok());
        self.overlay = Some(Overlay::CopyAs(usable.unwrap_or(0)));
    }

    /// The forms that are listed.
    pub fn copy_forms(&self) -> Vec<&'static ActionSpec> {
        let scopes = self.copy_scopes();
        let is_form =
            |action: &&ActionSpec| matches!(action.id, ActionId::CopyAs(_)) && scopes.contains(&action.scope);
        actions().filter(is_form).collect()
    }

    pub(in crate::app) fn choose_copy_form(&mut self, step: Step) {
        let last = self.copy_forms().len().saturating_sub(1);
        if let Some(Overlay::CopyAs(chosen)) = &mut self.overlay {
            *chosen = step.from(*chosen, last);
        }
    }

    /// Copies in the chosen form, or says why that cannot be.
    pub(in crate::app) fn copy_chosen(&mut self) -> Vec<Effect> {
        let Some(Overlay::CopyAs(chosen)) = self.overlay else { return Vec::new() };
        let form = self.copy_forms().get(chosen).copied();
        form.map_or_else(Vec::new, |form| self.perform(form))
    }
}
