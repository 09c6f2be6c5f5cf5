//! What goes into a new file, and which question asks for its name.

use bytes::Bytes;

use crate::{
    filter::Filter,
    session::{DeadLetter, Seq},
};

use super::prompt::Purpose;

/// What goes into a new file.
#[derive(Clone, Debug)]
pub enum Saving {
    /// These bytes. `count` messages are in them.
    Bytes { bytes: Bytes, count: u64 },
    /// Messages of the capture as JSON Lines, those that pass if there is a filter.
    Range { filter: Option<Filter>, from: Seq, to: Seq },
    /// These messages of the capture as JSON Lines.
    Places(Vec<Seq>),
    /// Rejected messages of the capture as JSON Lines, each with its deliveries.
    DeadLetters(Vec<(Seq, DeadLetter)>),
    /// The certificates that a connection was served, as PEM.
    Chain { pem: String, count: u64 },
}

impl Saving {
    /// The question whose answer this is.
    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        match self {
            Self::Bytes { .. } | Self::Places(_) => Purpose::Save,
            Self::Range { .. } => Purpose::Export,
            Self::DeadLetters(_) => Purpose::DeadLetters,
            Self::Chain { .. } => Purpose::SaveChain,
        }
    }
}
