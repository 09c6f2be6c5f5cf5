//! Why a connection could not be opened.

use std::{error::Error, io, time::Duration};

use crate::session::{Failure, FailureKind, Stage, Timestamp};

/// Where a dial stopped, and what stopped it.
#[derive(Debug, thiserror::Error)]
#[error("{stage} failed")]
pub struct DialError {
    pub stage: Stage,
    #[source]
    pub cause: Cause,
}

/// A variant for each cause that a person can act on; see [`FailureKind`] for their meaning.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    #[error("no answer within {} s", limit.as_secs_f64())]
    TimedOut { limit: Duration },
    #[error("{says}")]
    Io {
        says: String,
        kind: FailureKind,
        #[source]
        source: io::Error,
    },
    #[error("{says}")]
    Tls {
        says: String,
        kind: FailureKind,
        #[source]
        source: Option<rustls::Error>,
    },
    #[error("{says}")]
    Answer { says: String, kind: FailureKind },
}

impl DialError {
    /// The same as plain data for events and captures.
    #[must_use]
    pub fn failure(&self) -> Failure {
        let mut because = Vec::new();
        let mut source = self.cause.source();
        while let Some(error) = source {
            because.push(error.to_string());
            source = error.source();
        }
        Failure { stage: self.stage, kind: self.cause.kind(), says: self.cause.to_string(), because }
    }
}

impl Cause {
    /// What kind of failure this is.
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::TimedOut { limit } => {
                FailureKind::TimedOut { limit_ms: u64::try_from(limit.as_millis()).unwrap_or(u64::MAX) }
            }
            Self::Io { kind, .. } | Self::Tls { kind, .. } | Self::Answer { kind, .. } => kind.clone(),
        }
    }
}

/// The time of the wall clock, for certificates; read at the one door of this room.
#[must_use]
pub fn wall_clock() -> Timestamp {
    Timestamp(jiff::Timestamp::now().as_microsecond())
}
