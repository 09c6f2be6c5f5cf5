//! Whose behaviour a session follows, and what else is asked for beside the fields.

use std::net::IpAddr;

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
}

/// How a session is conducted, beyond what the fields of the input say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Manner {
    /// `--as`
    pub dialect: Dialect,
    /// `--deflate`: whether permessage-deflate is offered (RFC 7692).
    pub deflate: bool,
    /// `--all-addresses`: which address of the host alone is dialled.
    pub only: Option<Only>,
}

/// One of the addresses of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// The first that the resolver gives.
    First,
    This(IpAddr),
}

#[cfg(test)]
mod tests {
    use super::Dialect;

    #[test]
    fn each_dialect_has_its_word() {
        for (dialect, word) in Dialect::ALL.into_iter().zip(Dialect::WORDS) {
            assert_eq!(dialect.word(), word);
            assert_eq!(Dialect::of(word), Some(dialect));
        }
        assert_eq!(Dialect::of("benthos-v4"), None);
    }
}
