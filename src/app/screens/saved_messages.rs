//! The list of messages with names: written on the line, sent, removed.

use crate::{
    app::{
        effect::{By, Effect},
        model::App,
        screens::Screen,
        state::{Focus, Overlay, Step, Tone},
    },
    send::KeptMessage,
};

impl App {
    pub(in crate::app) fn show_saved_messages(&mut self) {
        self.overlay = Some(Overlay::SavedMessages(0));
    }

    pub(in crate::app) fn choose_saved_message(&mut self, step: Step) {
        let last = self.sender.history.named().count().saturating_sub(1);
        if let Some(Overlay::SavedMessages(chosen)) = &mut self.overlay {
            *chosen = step.from(*chosen, last);
        }
    }

    fn chosen_saved_message(&self) -> Option<KeptMessage> {
        let Some(Overlay::SavedMessages(chosen)) = self.overlay else { return None };
        self.sender.history.named().rev().nth(chosen).cloned()
    }

    /// Writes the chosen message on the line.
    pub(in crate::app) fn write_saved_message(&mut self) {
        let Some(kept) = self.chosen_saved_message() else { return };
        self.overlay = None;
        self.screen = Screen::Feed;
        self.focus = Focus::Send;
        self.send.replace(&kept.text);
        self.sender.take(&kept.message());
        if kept.text.contains('\n') {
            self.open_editor();
        }
    }

    /// Sends the chosen message; the list stays for the next.
    pub(in crate::app) fn send_saved_message(&mut self) -> Vec<Effect> {
        let Some(kept) = self.chosen_saved_message() else { return Vec::new() };
        let message = kept.message();
        if let Err(fault) = message.prepare() {
            self.say(Tone::Bad, format!("not sent: {fault}"));
            return Vec::new();
        }
        self.say(Tone::Note, format!("sending {}", kept.name.as_deref().unwrap_or_default()));
        vec![self.utter(message, By::Line)]
    }

    /// Removes the chosen message for good; the list closes with the last.
    pub(in crate::app) fn remove_saved_message(&mut self) -> Vec<Effect> {
        let Some(name) = self.chosen_saved_message().and_then(|kept| kept.name) else { return Vec::new() };
        self.sender.history.remove(&name);
        if self.sender.history.named().next().is_none() {
            self.overlay = None;
        }
        self.choose_saved_message(Step::By(0));
        self.say(Tone::Done, format!("removed {name}"));
        vec![Effect::ForgetMessage(name)]
    }
}
