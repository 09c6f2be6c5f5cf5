//! What a row of the table of actions is, and how its readers take it.

use std::borrow::Cow;

use super::{
    key::Key,
    model::{App, Focus},
    update::Effect,
};

/// Why something cannot be done here and now, in words.
pub type Unavailable = Cow<'static, str>;

/// Where an action's keys mean it. Inner scopes are asked first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Everywhere,
    /// The main region and the detail.
    Feed,
    Send,
    Help,
}

/// One thing a person can do. Keymap, footer and help are read from these rows.
pub struct ActionSpec {
    /// Its name in the help; unique within its scope.
    pub name: &'static str,
    /// One sentence for the help.
    pub doc: &'static str,
    pub scope: Scope,
    pub keys: &'static [Key],
    /// Its place in the footer, the smallest first; `None` keeps it out.
    pub rank: fn(&App) -> Option<u8>,
    pub available: fn(&App) -> Result<(), Unavailable>,
    pub run: fn(&mut App) -> Vec<Effect>,
}

impl ActionSpec {
    /// What it is called now.
    #[must_use]
    pub fn called(&self, app: &App) -> &'static str {
        match self.name {
            "reconnect now" if app.link.has_ended() => "new session",
            name => name,
        }
    }

    /// What it does now: where the ladder has the main region, there are lines and no rows.
    #[must_use]
    pub fn explained(&self, app: &App) -> &'static str {
        match self.name {
            "reconnect now" if app.link.has_ended() => "Begin a new session with the same settings",
            "down" if app.shows_ladder() => "Scroll down in what happened",
            "up" if app.shows_ladder() => "Scroll up in what happened",
            "first" if app.shows_ladder() => "Go to the beginning of what happened",
            "newest" if app.shows_ladder() => "Go to the end of what happened",
            _ => self.doc,
        }
    }
}

/// A key and what it does, as the footer shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hint {
    pub key: Key,
    pub name: &'static str,
}

impl App {
    /// The scopes that get a key now, the innermost first.
    #[must_use]
    pub fn scopes(&self) -> &'static [Scope] {
        match (self.help, self.focus) {
            (Some(_), _) => &[Scope::Help, Scope::Everywhere],
            (None, Focus::Send) => &[Scope::Send, Scope::Everywhere],
            (None, _) => &[Scope::Feed, Scope::Everywhere],
        }
    }

    /// Whether printing keys write text now.
    #[must_use]
    pub const fn is_writing(&self) -> bool {
        self.help.is_none() && matches!(self.focus, Focus::Send)
    }
}

/// What a key means now.
#[must_use]
pub(super) fn meaning(app: &App, key: Key) -> Option<&'static ActionSpec> {
    app.scopes().iter().find_map(|scope| {
        super::ACTIONS.iter().find(|action| action.scope == *scope && action.keys.contains(&key))
    })
}

/// The keys that matter here and now and that work, at most `most`.
#[must_use]
pub fn hints(app: &App, most: usize) -> Vec<Hint> {
    let mut ranked: Vec<(u8, Hint)> = super::ACTIONS
        .iter()
        .filter(|action| app.scopes().contains(&action.scope) && (action.available)(app).is_ok())
        .filter_map(|action| {
            let key = action.keys.iter().find(|key| !(app.is_writing() && key.typed().is_some()))?;
            Some(((action.rank)(app)?, Hint { key: *key, name: action.called(app) }))
        })
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().take(most).map(|(_, hint)| hint).collect()
}
