//! Whose behaviour a session follows, and what else is asked for beside the fields.

use std::{net::IpAddr, time::Duration};

use super::Field;

/// The largest message read when `max_message_size` is not set, in bytes: 64 MiB.
pub const MAX_MESSAGE_SIZE: u64 = 64 << 20;

/// Whose behaviour is followed: `--as`.
///
/// The pipelines differ from one another and from what their own reference promises; the
/// standard does what the fields promise, and tells where a pipeline would do otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// What the fields promise, by the RFCs.
    #[default]
    Standard,
    /// Bento 1.12 and later.
    Bento,
    /// The Benthos library in the pipelines of today.
    Benthos,
    /// Redpanda Connect of today.
    Connect,
    /// Redpanda Connect up to 4.106.
    Connect4106,
}

impl Dialect {
    pub const ALL: [Self; 5] = [Self::Standard, Self::Bento, Self::Benthos, Self::Connect, Self::Connect4106];

    /// The words of `--as`, in the order of [`Self::ALL`].
    pub const WORDS: [&'static str; 5] = ["standard", "bento", "benthos", "connect", "connect-4.106"];

    /// The word for it on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    /// The dialect with this word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.word() == word)
    }

    /// Whether it is that of a pipeline, whose own ways are then followed to the letter.
    #[must_use]
    pub const fn is_pipeline(self) -> bool {
        !matches!(self, Self::Standard)
    }

    /// Its row of the table.
    #[must_use]
    pub const fn behavior(self) -> &'static Behavior {
        &WAYS[self as usize]
    }

    /// Whether a field is known there.
    #[must_use]
    pub const fn knows(self, field: &Field) -> bool {
        match self {
            Self::Standard => true,
            Self::Bento => field.engines.bento,
            Self::Benthos => field.engines.page,
            Self::Connect | Self::Connect4106 => field.engines.benthos,
        }
    }
}

/// What is done where the pipelines differ from the standard or from one another.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one column of a table, and none follows from another"
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Behavior {
    /// What it is called in a sentence.
    pub name: &'static str,
    /// The pause before the first connection after a loss, outside the back-off.
    pub redial: Duration,
    /// The largest message where `max_message_size` is not set; `None` has no limit of its own.
    pub max_message: Option<u64>,
    /// Whether a connection that we leave is closed by a close frame (RFC 6455, section 7.1.2).
    pub closes_politely: bool,
    /// Whether the socket of a lost connection is closed by us, or left to the server.
    pub closes_lost: bool,
    /// Whether `tls.enabled` with a `ws://` address is refused.
    pub refuses_tls_on_ws: bool,
    /// Whether the opening messages have a time limit of their own.
    pub limits_opening: bool,
    /// Whether opening messages are compressed where compression is on.
    pub compresses: bool,
    /// Whether OAuth 1 is signed as RFC 5849 has it.
    pub signs_by_rfc: bool,
    /// What is logged about a lost connection, at debug.
    pub logs_loss: Option<&'static str>,
}

const RECONNECTING: &str = "Input websocket lost its connection, reconnecting in 100ms";

/// The pipelines before the Benthos of mid September 2026.
const EARLIER: Behavior = Behavior {
    name: "the Benthos of Redpanda Connect up to 4.105",
    redial: Duration::ZERO,
    max_message: None,
    closes_politely: false,
    closes_lost: false,
    refuses_tls_on_ws: false,
    limits_opening: false,
    compresses: true,
    signs_by_rfc: false,
    logs_loss: None,
};

/// A row for each dialect, in the order of [`Dialect::ALL`].
const WAYS: [Behavior; 5] = [
    Behavior {
        name: "the standard",
        redial: Duration::from_millis(100),
        max_message: Some(MAX_MESSAGE_SIZE),
        closes_politely: true,
        closes_lost: true,
        refuses_tls_on_ws: true,
        limits_opening: true,
        compresses: false,
        signs_by_rfc: true,
        // Shown beside our own log, as what the newest of them has.
        logs_loss: Some(RECONNECTING),
    },
    Behavior { name: "Bento", ..EARLIER },
    EARLIER,
    Behavior {
        name: "Redpanda Connect",
        redial: Duration::from_millis(100),
        max_message: Some(32 << 20),
        closes_lost: true,
        refuses_tls_on_ws: true,
        logs_loss: Some(RECONNECTING),
        ..EARLIER
    },
    Behavior { name: "Redpanda Connect 4.106", closes_lost: true, ..EARLIER },
];

/// How a session is conducted, beyond what the fields of the input say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SessionOptions {
    /// `--as`
    pub dialect: Dialect,
    /// `--deflate`: whether permessage-deflate is offered (RFC 7692).
    pub deflate: bool,
    /// `--no-retry`: the first failure or loss ends the session.
    pub no_retry: bool,
    /// `--all-addresses`: which address of the host alone is tried.
    pub only: Option<AddressChoice>,
}

/// One of the addresses of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressChoice {
    /// The first that the resolver gives.
    First,
    This(IpAddr),
}

#[cfg(test)]
mod tests {
    use super::{Dialect, Duration};
    use crate::config::FieldId;

    #[test]
    fn each_dialect_has_its_word() {
        for (dialect, word) in Dialect::ALL.into_iter().zip(Dialect::WORDS) {
            assert_eq!(dialect.word(), word);
            assert_eq!(Dialect::of(word), Some(dialect));
        }
        assert_eq!(Dialect::of("benthos-v4"), None);
    }

    #[test]
    fn the_profiles_differ_where_the_engines_do() {
        use Dialect::{Benthos, Bento, Connect, Connect4106, Standard};
        let all = [Standard, Bento, Benthos, Connect, Connect4106];
        let redial = all.map(|dialect| dialect.behavior().redial.as_millis());
        assert_eq!(redial, [100, 0, 0, 100, 0]);
        let limits = all.map(|dialect| dialect.behavior().max_message.map(|bytes| bytes >> 20));
        assert_eq!(limits, [Some(64), None, None, Some(32), None]);
        assert_eq!(all.map(|dialect| dialect.behavior().closes_lost), [true, false, false, true, true]);
        let knows = |id: FieldId| all.map(|dialect| dialect.knows(id.field()));
        assert_eq!(knows(FieldId::Headers), [true, true, false, false, false]);
        assert_eq!(knows(FieldId::OpenMessages), [true, true, false, false, false]);
        assert_eq!(knows(FieldId::MaxMessageSize), [true, false, false, true, true]);
        assert_eq!(knows(FieldId::TlsRootCas), [true; 5]);
        assert_eq!(Standard.behavior().redial, Duration::from_millis(100));
    }
}
