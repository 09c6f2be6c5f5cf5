//! What the screen says of the session it belongs to.

use std::time::Duration;

use crate::config::{Dialect, Settings};

/// A session in a few facts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    pub name: String,
    /// Masked.
    pub url: String,
    /// Whose behaviour is followed.
    pub dialect: Dialect,
    /// Whether a rejected message is redelivered.
    pub replays: bool,
    /// Whether the `open` stage is part of a connection.
    pub opening: bool,
    /// How long a connection may take from the lookup to the answer to the upgrade.
    pub connect_limit: Duration,
    /// How long its opening messages may take.
    pub open_limit: Duration,
}

impl Profile {
    /// What the screen says of a session with these settings, called `name`.
    pub fn of(name: String, settings: &Settings, connect_limit: Duration, open_limit: Duration) -> Self {
        let mut profile = Self { name, connect_limit, open_limit, ..Self::default() };
        profile.take_on(settings);
        profile
    }

    /// Says of the session what its settings say now.
    pub(in crate::app) fn take_on(&mut self, settings: &Settings) {
        self.url = settings.shown_url();
        self.dialect = settings.options.dialect;
        self.replays = settings.auto_replay_nacks;
        self.opening = !settings.open_messages.is_empty();
    }

    /// Whether it has a name of its own. A session without a file is called after its host, which
    /// the address says already.
    pub fn is_named(&self) -> bool {
        let authority = self.url.split('/').nth(2).unwrap_or(&self.url);
        !self.name.is_empty() && !authority.starts_with(&self.name)
    }
}
