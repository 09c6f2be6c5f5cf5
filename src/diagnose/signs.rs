//! What gives away the protocol of a connection.

use crate::config::Settings;

use super::{conversation::Conversation, listing::wire};

/// A sign of a protocol.
#[derive(Debug)]
pub(super) enum Sign {
    /// The host of the URL is this one, or one below it.
    Host(&'static str),
    /// The host of the URL contains this.
    HostPart(&'static str),
    /// The path or the query of the URL contains this.
    Path(&'static str),
    /// The server chose this subprotocol.
    Subprotocol(&'static str),
    /// The first message contains this.
    First(&'static str),
    /// The reason of the close contains this, in lower case.
    Reason(&'static str),
}

impl Sign {
    /// The sign in words.
    pub(super) fn told(&self) -> String {
        match self {
            Self::Host(host) => format!("host {}", wire(host)),
            Self::HostPart(part) => format!("{} in the host", wire(part)),
            Self::Path(part) => format!("{} in path or query", wire(part)),
            Self::Subprotocol(name) => format!("subprotocol {}", wire(name)),
            Self::First(part) => format!("{} in the first message", wire(part)),
            Self::Reason(part) => format!("{} in the reason", wire(part)),
        }
    }
}

/// What was seen of a connection.
pub(super) struct Seen<'a> {
    pub(super) settings: &'a Settings,
    pub(super) conversation: &'a Conversation,
    pub(super) reason: &'a str,
}

impl Seen<'_> {
    pub(super) fn is_any(&self, signs: &[Sign]) -> bool {
        signs.iter().any(|sign| self.has(sign))
    }

    fn has(&self, sign: &Sign) -> bool {
        let url = &self.settings.url;
        match sign {
            Sign::Host(host) => {
                let own = url.host.to_ascii_lowercase();
                own.strip_suffix(host).is_some_and(|before| before.is_empty() || before.ends_with('.'))
            }
            Sign::HostPart(part) => url.host.to_ascii_lowercase().contains(part),
            Sign::Path(part) => url.target.contains(part),
            Sign::Subprotocol(name) => self.conversation.subprotocol.as_deref() == Some(name),
            Sign::First(part) => self.conversation.first().contains(part),
            Sign::Reason(part) => self.reason.to_ascii_lowercase().contains(part),
        }
    }
}
