//! The dialects and their behaviour, and the options of a session beside the fields.

use std::{net::IpAddr, time::Duration};

use strum::{EnumString, IntoStaticStr, VariantArray};

use super::Field;

/// The default of `max_message_size` in the standard, in bytes: 64 MiB.
pub const MAX_MESSAGE_SIZE: u64 = 64 << 20;

/// The engine whose behaviour is followed: `--as`.
///
/// The pipelines differ from each other and from their own reference. The standard follows the reference and the
/// RFCs, and reports where a pipeline would behave differently.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Dialect {
    /// By the reference of the fields and the RFCs.
    #[default]
    Standard,
    /// Bento 1.12 and later.
    Bento,
    /// The Benthos library in current pipelines.
    Benthos,
    /// Current Redpanda Connect.
    Connect,
    /// Redpanda Connect up to 4.106.
    #[strum(serialize = "connect-4.106")]
    Connect4106,
}

impl Dialect {
    pub const ALL: &[Self] = Self::VARIANTS;

    /// The word of `--as`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        self.into_str()
    }

    /// Whether it is that of a pipeline, which is then followed exactly.
    #[must_use]
    pub const fn is_pipeline(self) -> bool {
        !matches!(self, Self::Standard)
    }

    /// The row of this dialect.
    #[must_use]
    pub const fn behavior(self) -> &'static Behavior {
        &BEHAVIORS[self as usize]
    }

    /// That this engine does not know the field at `path`; the first part is the text of its lint.
    pub(in crate::config) fn not_known(self, path: &str) -> String {
        format!("field {path} not recognised: {} does not know it", self.behavior().name)
    }

    /// Whether this engine knows a field. Options of ours are no fields, and work under each.
    #[must_use]
    pub const fn knows(self, field: &Field) -> bool {
        match self {
            _ if field.is_ours() => true,
            Self::Standard => true,
            Self::Bento => field.engines.bento,
            Self::Benthos => field.engines.page,
            Self::Connect | Self::Connect4106 => field.engines.benthos,
        }
    }
}

/// The behaviour in which the pipelines differ from the standard or from each other.
#[expect(clippy::struct_excessive_bools, reason = "each is an independent column of a table")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Behavior {
    /// The name in a sentence.
    pub name: &'static str,
    /// The pause before the first connection after a loss, outside the back-off.
    pub reconnect_delay: Duration,
    /// The default of `max_message_size`; `None` means no limit.
    pub max_message: Option<u64>,
    /// Whether this side sends a close frame before it closes a connection (RFC 6455, section 7.1.2).
    pub sends_close_frame: bool,
    /// Whether this side closes the socket of a lost connection, or leaves it to the server.
    pub closes_lost: bool,
    /// Whether `tls.enabled` with a `ws://` address is refused.
    pub refuses_tls_on_ws: bool,
    /// Whether the opening messages have a time limit of their own.
    pub limits_opening: bool,
    /// Whether opening messages are compressed if compression is on.
    pub compresses: bool,
    /// Whether OAuth 1 is signed by RFC 5849.
    pub signs_by_rfc: bool,
    /// The log line about a message over `max_message_size`, at level error.
    pub limit_log: Option<&'static str>,
    /// The log line about a lost connection, at level debug.
    pub loss_log: Option<&'static str>,
}

const RECONNECTING: &str = "Input websocket lost its connection, reconnecting in 100ms";

const OVER_LIMIT: &str = "Closing connection: received a message exceeding max_message_size";

/// The Benthos library before mid September 2026.
const EARLY_BENTHOS: Behavior = Behavior {
    name: "the Benthos of Redpanda Connect up to 4.105",
    reconnect_delay: Duration::ZERO,
    max_message: None,
    sends_close_frame: false,
    closes_lost: false,
    refuses_tls_on_ws: false,
    limits_opening: false,
    compresses: true,
    signs_by_rfc: false,
    limit_log: None,
    loss_log: None,
};

/// A row for each dialect, in the order of [`Dialect::ALL`].
const BEHAVIORS: [Behavior; 5] = [
    Behavior {
        name: "the standard",
        reconnect_delay: Duration::from_millis(100),
        max_message: Some(MAX_MESSAGE_SIZE),
        sends_close_frame: true,
        closes_lost: true,
        refuses_tls_on_ws: true,
        limits_opening: true,
        compresses: false,
        signs_by_rfc: true,
        // The lines of the newest pipeline, which are shown beside the own log.
        limit_log: Some(OVER_LIMIT),
        loss_log: Some(RECONNECTING),
    },
    Behavior { name: "Bento", ..EARLY_BENTHOS },
    EARLY_BENTHOS,
    Behavior {
        name: "Redpanda Connect",
        reconnect_delay: Duration::from_millis(100),
        max_message: Some(32 << 20),
        closes_lost: true,
        refuses_tls_on_ws: true,
        limit_log: Some(OVER_LIMIT),
        loss_log: Some(RECONNECTING),
        ..EARLY_BENTHOS
    },
    Behavior {
        name: "Redpanda Connect 4.106",
        closes_lost: true,
        limit_log: Some(OVER_LIMIT),
        ..EARLY_BENTHOS
    },
];

/// The options of a session beside the fields of the input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SessionOptions {
    /// Whose behaviour is followed: `--as`, or what a profile says.
    pub dialect: Dialect,
    /// `--as` of the command line, which outranks every profile.
    pub asked: Option<Dialect>,
    /// `--deflate`: whether permessage-deflate is offered (RFC 7692).
    pub deflate: bool,
    /// `--no-retry`: the first failure or loss ends the session.
    pub no_retry: bool,
    /// `--read-only`: nothing is sent but what the config says, and what the protocol wants.
    pub read_only: bool,
    /// `--all-addresses`: the only address of the host to try.
    pub address: Option<AddressChoice>,
    pub refusal: After401,
}

/// What a refusal with 401 does to a session without retries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum After401 {
    #[default]
    Ends,
    /// It waits for another secret, since a command gives one; the refusal after that ends it.
    AwaitsSecret,
}

/// One of the addresses of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressChoice {
    /// The first one that the resolver returns.
    First,
    This(IpAddr),
}

#[cfg(test)]
mod tests {
    use super::{Dialect, Duration};
    use crate::config::FieldId;

    #[test]
    fn each_dialect_has_a_word() {
        let words = ["standard", "bento", "benthos", "connect", "connect-4.106"];
        assert_eq!(Dialect::ALL.iter().map(|dialect| dialect.word()).collect::<Vec<_>>(), words);
        assert_eq!(words.map(|word| word.parse().ok()), [0, 1, 2, 3, 4].map(|nth| Some(Dialect::ALL[nth])));
    }

    #[test]
    fn the_dialects_differ_as_the_engines_do() {
        use Dialect::{Benthos, Bento, Connect, Connect4106, Standard};
        let all = [Standard, Bento, Benthos, Connect, Connect4106];
        let reconnect_delay = all.map(|dialect| dialect.behavior().reconnect_delay.as_millis());
        assert_eq!(reconnect_delay, [100, 0, 0, 100, 0]);
        let limits = all.map(|dialect| dialect.behavior().max_message.map(|bytes| bytes >> 20));
        assert_eq!(limits, [Some(64), None, None, Some(32), None]);
        assert_eq!(all.map(|dialect| dialect.behavior().closes_lost), [true, false, false, true, true]);
        let knows = |id: FieldId| all.map(|dialect| dialect.knows(id.field()));
        assert_eq!(knows(FieldId::Headers), [true, true, false, false, false]);
        assert_eq!(knows(FieldId::OpenMessages), [true, true, false, false, false]);
        assert_eq!(knows(FieldId::MaxMessageSize), [true, false, false, true, true]);
        assert_eq!(knows(FieldId::TlsRootCas), [true; 5]);
        assert_eq!(Standard.behavior().reconnect_delay, Duration::from_millis(100));
    }
}
