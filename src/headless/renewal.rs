//! Secrets that commands give: the commands are run once more when the server refuses the secrets with 401.

use std::time::Duration;

use tokio::time::Instant;

use crate::{
    cli::refreshed,
    config::{After401, Settings, Values},
    engine::Handle,
    session::{Command, Event, EventKind},
};

/// The shortest time between two runs of the commands: a server that refuses every secret is not flooded.
const SHORTEST: Duration = Duration::from_secs(30);

/// What a session runs with, as far as its secrets may be given anew.
pub(super) struct Renewal {
    values: Values,
    settings: Settings,
    /// When the commands were last run.
    last: Option<Instant>,
}

impl Renewal {
    /// For a session that begins with these settings. If a command gives a secret, a refusal does not end it at once.
    pub(super) fn new(values: Values, settings: &mut Settings) -> Self {
        if values.commands().next().is_some() {
            settings.options.refusal = After401::AwaitsSecret;
        }
        Self { values, settings: settings.clone(), last: None }
    }

    pub(super) const fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(super) fn into_parts(self) -> (Settings, Values) {
        (self.settings, self.values)
    }

    /// If one of these events is a refusal, has the session connect with another secret, or end if there is none and
    /// nothing else keeps it. What there is to say of it.
    pub(super) async fn take(&mut self, events: &[Event], handle: &Handle) -> Option<String> {
        if !events.iter().any(is_refusal) || self.values.commands().next().is_none() {
            return None;
        }
        let (command, told) = match self.renewed().await {
            Some(changed) => {
                let told = format!("401: the command for {} gave another secret", changed.join(", "));
                (Command::Connect(Box::new(self.settings.clone())), Some(told))
            }
            None => (Command::NoOtherSecret, None),
        };
        // A session that cannot be asked has ended.
        handle.send(command).ok().and(told)
    }

    /// Runs the commands, unless they have just been run; the paths of the secrets that are others.
    async fn renewed(&mut self) -> Option<Vec<String>> {
        if self.last.is_some_and(|last| last.elapsed() < SHORTEST) {
            return None;
        }
        self.last = Some(Instant::now());
        let values = self.values.clone();
        let found = tokio::task::spawn_blocking(move || refreshed(&values)).await;
        let (values, changed) = found.ok().flatten()?;
        let Settings { options, open_messages, .. } = self.settings.clone();
        let settings = Settings::from_values(&values).ok()?;
        // What the command line says beside the fields stays.
        self.settings = Settings { open_messages, options, ..settings };
        self.values = values;
        Some(changed)
    }
}

/// Whether the server refused the credentials.
pub(super) fn is_refusal(event: &Event) -> bool {
    matches!(&event.kind, EventKind::Failed(failure) if failure.kind.is_unauthorized())
}
