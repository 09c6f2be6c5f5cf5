//! The stages of a connection.

use serde::{Deserialize, Serialize};
use strum::{Display, IntoStaticStr};

/// A stage of a connection. A stage that does not apply is absent from the ladder.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Display, IntoStaticStr,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase", const_into_str)]
pub enum Stage {
    /// The lookup of the host's addresses.
    Lookup,
    Tcp,
    Proxy,
    Tls,
    /// The HTTP exchange of RFC 6455, section 4.
    Upgrade,
    /// The opening messages.
    Open,
    /// The wait for the first message.
    First,
}

impl Stage {
    pub const ALL: [Self; 7] =
        [Self::Lookup, Self::Tcp, Self::Proxy, Self::Tls, Self::Upgrade, Self::Open, Self::First];

    /// The word for it in code, JSON, screen and tables.
    #[must_use]
    pub const fn word(self) -> &'static str {
        self.into_str()
    }
}
