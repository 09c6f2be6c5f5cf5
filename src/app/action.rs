//! What a row of the table of actions is, and how its readers take it.

use std::borrow::Cow;

use super::{
    key::Key,
    model::{App, Focus},
    overlay::Overlay,
    screen::Screen,
    text_input::TextInput,
    update::Effect,
};

/// Why something cannot be done here and now, in words.
pub type Unavailable = Cow<'static, str>;

/// Where an action's keys mean it. Inner scopes are asked first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Everywhere,
    /// Every screen of a session, while no text is being written.
    Screens,
    Start,
    /// The main region of the feed and its detail.
    Feed,
    Send,
    /// The line of the feed's filter.
    Filter,
    Config,
    /// A field of the form whose text is being edited.
    Edit,
    /// The editor of many lines, of a field or of the send line.
    Editor,
    Connections,
    Delivery,
    Log,
    /// The line of the log's search.
    Search,
    Prompt,
    Palette,
    Help,
}

impl Scope {
    /// All of them, in the order of the help.
    pub const ALL: [Self; 16] = [
        Self::Start,
        Self::Feed,
        Self::Config,
        Self::Connections,
        Self::Delivery,
        Self::Log,
        Self::Screens,
        Self::Send,
        Self::Filter,
        Self::Edit,
        Self::Editor,
        Self::Search,
        Self::Prompt,
        Self::Palette,
        Self::Help,
        Self::Everywhere,
    ];

    /// Where that is, in words.
    #[must_use]
    pub const fn place(self) -> &'static str {
        match self {
            Self::Everywhere => "anywhere",
            Self::Screens => "on every screen",
            Self::Start => "on the start screen",
            Self::Feed => "on the feed",
            Self::Send => "on the send line",
            Self::Filter => "in the filter",
            Self::Edit => "in a field",
            Self::Editor => "in the editor",
            Self::Search => "in the search",
            Self::Config => "in the config",
            Self::Connections => "on the connections",
            Self::Delivery => "on the delivery",
            Self::Log => "on the log",
            Self::Prompt => "in a question",
            Self::Palette => "in the palette",
            Self::Help => "in the help",
        }
    }
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
            "reconnect now" if app.current.has_ended() => "new session",
            "open" if app.screen == Screen::Feed && app.shows_ladder() => "fix",
            name => name,
        }
    }

    /// What it does now: where the ladder has the main region, there are lines and no rows.
    #[must_use]
    pub fn explained(&self, app: &App) -> &'static str {
        match self.name {
            "reconnect now" if app.current.has_ended() => "Begin a new session with the same settings",
            "open" if app.screen == Screen::Feed && app.shows_ladder() => {
                "Apply the first fix: set its fields and connect again"
            }
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
        match &self.overlay {
            Some(Overlay::Help(_)) => &[Scope::Help, Scope::Everywhere],
            Some(Overlay::Palette(_)) => &[Scope::Palette, Scope::Everywhere],
            Some(Overlay::Prompt(_)) => &[Scope::Prompt, Scope::Everywhere],
            Some(Overlay::Editor(_)) => &[Scope::Editor, Scope::Everywhere],
            None => self.screen_scopes(),
        }
    }

    /// The same for the screen under any overlay.
    #[must_use]
    pub const fn screen_scopes(&self) -> &'static [Scope] {
        match (self.screen, self.focus) {
            (Screen::Start, _) => &[Scope::Start, Scope::Everywhere],
            (Screen::Feed, Focus::Send) => &[Scope::Send, Scope::Everywhere],
            (Screen::Feed, Focus::Filter) => &[Scope::Filter, Scope::Everywhere],
            (Screen::Feed, _) => &[Scope::Feed, Scope::Screens, Scope::Everywhere],
            (Screen::Config, _) if self.form.is_editing() => &[Scope::Edit, Scope::Everywhere],
            (Screen::Config, _) => &[Scope::Config, Scope::Screens, Scope::Everywhere],
            (Screen::Connections, _) => &[Scope::Connections, Scope::Screens, Scope::Everywhere],
            (Screen::Delivery, _) => &[Scope::Delivery, Scope::Screens, Scope::Everywhere],
            (Screen::Log, _) if self.journal.is_searching() => &[Scope::Search, Scope::Everywhere],
            (Screen::Log, _) => &[Scope::Log, Scope::Screens, Scope::Everywhere],
        }
    }

    /// The text that printing keys write now.
    pub(super) fn written(&mut self) -> Option<&mut TextInput> {
        match &mut self.overlay {
            Some(Overlay::Help(_)) => None,
            Some(Overlay::Palette(palette)) => Some(&mut palette.input),
            Some(Overlay::Prompt(prompt)) => Some(&mut prompt.input),
            Some(Overlay::Editor(_)) | None => match (self.screen, self.focus) {
                (Screen::Start, _) => Some(&mut self.start.input),
                (Screen::Feed, Focus::Send) => Some(&mut self.send),
                (Screen::Feed, Focus::Filter) => Some(&mut self.filter),
                (Screen::Config, _) => self.form.written(),
                (Screen::Log, _) => self.journal.written(),
                (Screen::Feed | Screen::Connections | Screen::Delivery, _) => None,
            },
        }
    }

    /// Whether printing keys write text now.
    #[must_use]
    pub const fn is_writing(&self) -> bool {
        match &self.overlay {
            Some(Overlay::Help(_)) => false,
            Some(Overlay::Palette(_) | Overlay::Prompt(_)) => true,
            Some(Overlay::Editor(_)) | None => match self.screen {
                Screen::Start => true,
                Screen::Feed => matches!(self.focus, Focus::Send | Focus::Filter),
                Screen::Config => self.form.is_editing(),
                Screen::Log => self.journal.is_searching(),
                Screen::Connections | Screen::Delivery => false,
            },
        }
    }
}

/// What a key means now.
#[must_use]
pub(super) fn meaning(app: &App, key: Key) -> Option<&'static ActionSpec> {
    app.scopes().iter().find_map(|scope| {
        super::actions().find(|action| action.scope == *scope && action.keys.contains(&key))
    })
}

/// The keys that matter here and now and that work, at most `most`.
#[must_use]
pub fn hints(app: &App, most: usize) -> Vec<Hint> {
    let mut ranked: Vec<(u8, Hint)> = super::actions()
        .filter(|action| app.scopes().contains(&action.scope) && (action.available)(app).is_ok())
        .filter_map(|action| {
            let key = action.keys.iter().find(|key| !(app.is_writing() && key.typed().is_some()))?;
            Some(((action.rank)(app)?, Hint { key: *key, name: action.called(app) }))
        })
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().take(most).map(|(_, hint)| hint).collect()
}
