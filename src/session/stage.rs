//! The stages of a connection.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A step of a connection. One that does not apply is absent from the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// The host's name to its addresses.
    Lookup,
    Tcp,
    Proxy,
    Tls,
    /// The HTTP exchange of RFC 6455, section 4.
    Upgrade,
    /// The opening messages.
    Open,
    /// Waiting for a first message.
    First,
}

impl Stage {
    pub const ALL: [Self; 7] =
        [Self::Lookup, Self::Tcp, Self::Proxy, Self::Tls, Self::Upgrade, Self::Open, Self::First];

    /// The word for it in code, JSON, screen and tables.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Lookup => "lookup",
            Self::Tcp => "tcp",
            Self::Proxy => "proxy",
            Self::Tls => "tls",
            Self::Upgrade => "upgrade",
            Self::Open => "open",
            Self::First => "first",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}
