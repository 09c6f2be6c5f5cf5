//! The screens there are.

/// What has the region between the header and the footer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, strum::Display)]
#[strum(serialize_all = "kebab-case")]
pub enum Screen {
    /// Before there is a session.
    Start,
    #[default]
    Feed,
    Config,
    Connections,
    Delivery,
    Log,
}

impl Screen {
    /// Those of a session, in the order of their keys.
    pub const TABS: [Self; 5] = [Self::Feed, Self::Config, Self::Connections, Self::Delivery, Self::Log];

    /// The key that goes there; 0 for the start screen, which has none.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Start => 0,
            Self::Feed => 1,
            Self::Config => 2,
            Self::Connections => 3,
            Self::Delivery => 4,
            Self::Log => 6,
        }
    }

    /// What it is called.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Start => "Start",
            Self::Feed => "Feed",
            Self::Config => "Config",
            Self::Connections => "Connections",
            Self::Delivery => "Delivery",
            Self::Log => "Log",
        }
    }
}
