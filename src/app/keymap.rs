//! From keys to actions: where a key is heard, and what it means there.

use super::{
    actions::{ActionSpec, actions},
    key::Key,
    model::{App, Focus, Tone},
    overlay::Overlay,
    screen::Screen,
    text_input::TextInput,
    update::Effect,
};

/// Where an action's keys mean it, in the order of the help. Inner scopes are asked first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::VariantArray)]
pub enum Scope {
    Start,
    /// The main region of the feed and its detail.
    Feed,
    Config,
    Connections,
    Delivery,
    Log,
    /// Every screen of a session, while no text is being written.
    Screens,
    Send,
    /// The line of the feed's filter.
    Filter,
    /// A field of the form whose text is being edited.
    Edit,
    /// The editor of many lines, of a field or of the send line.
    Editor,
    /// The line of the log's search.
    Search,
    Prompt,
    Palette,
    Help,
    Everywhere,
}

impl Scope {
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

/// A key and what it does, as the footer shows it.
#[derive(Clone, Copy, Debug)]
pub struct Hint {
    pub key: Key,
    pub action: &'static ActionSpec,
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

impl App {
    /// Does an action, or says why it cannot be done now.
    pub(super) fn perform(&mut self, action: &ActionSpec) -> Vec<Effect> {
        match action.available(self) {
            Ok(()) => action.perform(self),
            Err(reason) => {
                self.say(Tone::Note, format!("{}: {reason}", action.label_now(self)));
                Vec::new()
            }
        }
    }
}

/// What a key means now.
#[must_use]
pub(super) fn meaning(app: &App, key: Key) -> Option<&'static ActionSpec> {
    app.scopes()
        .iter()
        .find_map(|scope| actions().find(|action| action.scope == *scope && action.keys.contains(&key)))
}

/// The keys that matter here and now and that work, at most `most`.
#[must_use]
pub fn hints(app: &App, most: usize) -> Vec<Hint> {
    let mut ranked: Vec<(u8, Hint)> = actions()
        .filter(|action| app.scopes().contains(&action.scope) && action.available(app).is_ok())
        .filter_map(|action| {
            let key = action.keys.iter().find(|key| !(app.is_writing() && key.typed().is_some()))?;
            Some((action.rank_now(app)?, Hint { key: *key, action }))
        })
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().take(most).map(|(_, hint)| hint).collect()
}
