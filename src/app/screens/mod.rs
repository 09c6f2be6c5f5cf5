//! What happens on each screen: one file a screen, with the row that says how it is reached, moved through, clicked and
//! written into, and one for what stands over any of them. Nothing here knows which key does what.

mod bookmarks;
mod capture;
mod colours;
mod columns;
pub mod config;
pub mod connections;
mod copying;
pub mod delivery;
mod detail;
mod dispatch;
mod editor;
mod feed;
mod filter;
mod find;
mod jumps;
mod leaving;
pub mod log;
mod named_filters;
mod pairs;
mod passphrase;
mod profiles;
mod prompt;
mod saved_messages;
mod saving;
mod scope;
mod sending;
mod session;
pub mod start;
pub mod stats;

use ratatui::layout::Position;

pub use copying::CopyForm;
pub use delivery::Rung;
pub(super) use jumps::time_of;
pub use scope::Scope;

use super::{
    effect::Effect,
    model::App,
    state::{Key, Step, TextInput},
};

/// What has the region between the header and the footer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, strum::Display, strum::VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Screen {
    /// Before there is a session.
    Start,
    #[default]
    Feed,
    Config,
    Connections,
    Delivery,
    Stats,
    Log,
}

/// How a screen is reached, and what happens on it.
pub struct ScreenSpec {
    /// What it is called in the line of screens.
    pub title: &'static str,
    /// The keys that go there, the first of them shown beside its title.
    pub keys: &'static [Key],
    /// What going there is called, and does, in the help.
    pub label: &'static str,
    pub doc: &'static str,
    /// The scopes that get a key while nothing stands over it, the innermost first.
    pub(super) scopes: fn(&App) -> &'static [Scope],
    /// What is being written on it.
    text: fn(&App) -> Option<&TextInput>,
    text_mut: fn(&mut App) -> Option<&mut TextInput>,
    /// What follows from a change of that.
    wrote: fn(&mut App) -> Vec<Effect>,
    /// What follows from going there.
    entered: fn(&mut App) -> Vec<Effect>,
    go: fn(&mut App, Step),
    wheel: fn(&mut App, Position, i64),
    click: fn(&mut App, Position),
    /// Whether something on it is shown in tenths of a second and changes by itself.
    ticks: fn(&App) -> bool,
}

/// A screen without text, on which moves and clicks do nothing.
const PLAIN: ScreenSpec = ScreenSpec {
    title: "",
    keys: &[],
    label: "",
    doc: "",
    scopes: |_| &[Scope::Screens, Scope::Everywhere],
    text: |_| None,
    text_mut: |_| None,
    wrote: |_| Vec::new(),
    entered: |_| Vec::new(),
    go: |_, _| {},
    wheel: |app, _, lines| app.go(Step::By(lines)),
    click: |_, _| {},
    ticks: |_| false,
};

impl Screen {
    /// Those of a session, in the order of their keys.
    pub const TABS: [Self; 6] =
        [Self::Feed, Self::Config, Self::Connections, Self::Delivery, Self::Stats, Self::Log];

    pub const fn spec(self) -> &'static ScreenSpec {
        match self {
            Self::Start => &start::SPEC,
            Self::Feed => &feed::SPEC,
            Self::Config => &config::SPEC,
            Self::Connections => &connections::SPEC,
            Self::Delivery => &delivery::SPEC,
            Self::Stats => &stats::SPEC,
            Self::Log => &log::SPEC,
        }
    }
}
