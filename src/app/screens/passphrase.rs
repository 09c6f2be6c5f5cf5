//! The passphrase of a client key: asked for when a connection fails for want of it, and kept for this session only.

use crate::{
    app::{
        effect::Effect,
        model::App,
        state::{AskedPassphrase, Overlay, Prompt, Purpose},
    },
    config::{CertFaultKind, Secret, Settings, passphrase_path},
    session::{ConnectionId, Event, EventKind, Failure, FailureKind},
};

impl App {
    /// Asks for a passphrase where this event says that a client key does not open.
    pub(in crate::app) fn ask_if_locked(&mut self, event: &Event) {
        match &event.kind {
            EventKind::Failed(failure) => self.ask_for_passphrase(event.connection, failure),
            EventKind::Opened(_) if self.asks_for_passphrase() => self.overlay = None,
            _ => {}
        }
    }

    fn ask_for_passphrase(&mut self, connection: ConnectionId, failure: &Failure) {
        let FailureKind::ClientKey { fault: CertFaultKind::Password, entry, .. } = &failure.kind else {
            return;
        };
        if self.overlay.is_some() || self.form.is_editing() {
            return;
        }
        let asked = self.passphrase.as_ref().filter(|asked| asked.entry == *entry);
        let refusal = match asked.map(|asked| asked.answered) {
            None => None,
            // It was left without an answer, and not asked once more before somebody connects.
            Some(None) => return,
            Some(Some(before)) if connection <= before => return,
            Some(Some(_)) => Some("this does not open the key".to_owned()),
        };
        let (entry, reason) = (entry.clone(), failure.message.clone());
        self.passphrase = Some(AskedPassphrase { entry, reason, answered: None });
        let prompt = Prompt { refusal, ..Prompt::new(Purpose::Passphrase, "") };
        self.overlay = Some(Overlay::Prompt(prompt));
    }

    fn asks_for_passphrase(&self) -> bool {
        matches!(&self.overlay, Some(Overlay::Prompt(prompt)) if prompt.purpose == Purpose::Passphrase)
    }

    /// Connects with the passphrase. The values are as they were: it stands beside them.
    pub(in crate::app) fn unlock_with(&mut self, answer: &str) -> Vec<Effect> {
        let has_ended = self.current.has_ended();
        let Some(asked) = &mut self.passphrase else { return Vec::new() };
        asked.answered = Some(if has_ended { ConnectionId::default() } else { self.current.connection });
        let Some(path) = passphrase_path(&asked.entry) else { return Vec::new() };
        // The end of the line may have come with a paste.
        let passphrase = Secret::new(answer.trim_end_matches(['\r', '\n']));
        for values in [&mut self.form.values, &mut self.form.applied] {
            values.give_passphrase(&path, passphrase.clone());
        }
        match Settings::from_values(&self.form.applied) {
            Ok(settings) => self.connect(settings),
            Err(_) => Vec::new(),
        }
    }
}
