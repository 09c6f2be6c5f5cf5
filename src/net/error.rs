//! Why a connection could not be opened.

use std::{error::Error, io, time::Duration};

use crate::{
    payload::limit_in_words,
    session::{Failure, FailureKind, Stage},
};

/// Where a connection stopped, and what stopped it.
#[derive(Debug, thiserror::Error)]
#[error("{stage} failed")]
pub struct ConnectError {
    pub stage: Stage,
    #[source]
    pub cause: Cause,
}

/// A variant for each cause that a person can act on; see [`FailureKind`] for their meaning.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// `whom` names the peer: `the resolver`, `127.0.0.1:4195`.
    #[error("no answer from {whom} within {}", limit_in_words(*limit))]
    TimedOut { whom: String, limit: Duration },
    #[error("{message}")]
    Io {
        message: String,
        kind: FailureKind,
        #[source]
        source: io::Error,
    },
    #[error("{message}")]
    Tls {
        message: String,
        kind: FailureKind,
        #[source]
        source: Option<Box<rustls::Error>>,
    },
    #[error("{message}")]
    Answer { message: String, kind: FailureKind },
}

impl ConnectError {
    /// The same as plain data for events and captures.
    #[must_use]
    pub fn failure(&self) -> Failure {
        let mut sources = Vec::new();
        let mut source = self.cause.source();
        while let Some(error) = source {
            sources.push(error.to_string());
            source = error.source();
        }
        Failure { stage: self.stage, kind: self.cause.kind(), message: self.cause.to_string(), sources }
    }
}

impl Cause {
    /// The same of a name that is the proxy's.
    pub(super) fn of_proxys_name(self) -> Self {
        match self {
            Self::Io { message, kind: FailureKind::NameNotFound | FailureKind::LookupFailed, source } => {
                Self::Io {
                    message: format!("the proxy: {message}"),
                    kind: FailureKind::ProxyNotFound,
                    source,
                }
            }
            Self::Answer { message, kind: FailureKind::NameNotFound } => {
                Self::Answer { message: format!("the proxy: {message}"), kind: FailureKind::ProxyNotFound }
            }
            cause => cause,
        }
    }

    /// What kind of failure this is.
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::TimedOut { limit, .. } => FailureKind::TimedOut {
                limit_ms: u64::try_from(limit.as_micros().div_ceil(1000)).unwrap_or(u64::MAX),
            },
            Self::Io { kind, .. } | Self::Tls { kind, .. } | Self::Answer { kind, .. } => kind.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_keeps_what_lay_beneath_it() {
        let source = io::Error::new(io::ErrorKind::ConnectionRefused, "Connection refused");
        let message = "connection refused by 127.0.0.1:1".to_owned();
        let cause = Cause::Io { message: message.clone(), kind: FailureKind::Refused, source };
        let failure = ConnectError { stage: Stage::Tcp, cause }.failure();
        let sources = vec!["Connection refused".to_owned()];
        assert_eq!(failure, Failure { stage: Stage::Tcp, kind: FailureKind::Refused, message, sources });
    }
}
