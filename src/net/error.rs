//! Errors of connections.

use std::{error::Error, io, time::Duration};

use crate::{
    payload::limit_in_words,
    session::{Failure, FailureKind, Stage},
};

/// The stage in which a connection failed, and the cause.
#[derive(Debug, thiserror::Error)]
#[error("{stage} failed")]
pub struct ConnectError {
    pub stage: Stage,
    #[source]
    pub cause: Cause,
}

/// The cause of a failure, by its origin. [`FailureKind`] has a variant for each cause that a person can act on.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// `peer` is a name or an address: `the resolver`, `127.0.0.1:4195`.
    #[error("no answer from {peer} within {}", limit_in_words(*limit))]
    TimedOut { peer: String, limit: Duration },
    /// The operating system reported an error.
    #[error("{message}")]
    Io {
        message: String,
        kind: FailureKind,
        #[source]
        source: io::Error,
    },
    /// The TLS library reported an error.
    #[error("{message}")]
    Tls {
        message: String,
        kind: FailureKind,
        #[source]
        source: Option<Box<rustls::Error>>,
    },
    /// The peer refused, closed the connection, or answered against the protocol.
    #[error("{message}")]
    Peer { message: String, kind: FailureKind },
    /// The settings cannot be used for a connection.
    #[error("{message}")]
    Settings { message: String, kind: FailureKind },
}

impl ConnectError {
    /// The error as plain data for events and captures.
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
    /// The cause with a failed lookup attributed to the proxy's name.
    pub(super) fn for_proxy(self) -> Self {
        match self {
            Self::Io { message, kind: FailureKind::NameNotFound | FailureKind::LookupFailed, source } => {
                Self::Io {
                    message: format!("the proxy: {message}"),
                    kind: FailureKind::ProxyNotFound,
                    source,
                }
            }
            Self::Peer { message, kind: FailureKind::NameNotFound } => {
                Self::Peer { message: format!("the proxy: {message}"), kind: FailureKind::ProxyNotFound }
            }
            cause => cause,
        }
    }

    #[must_use]
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::TimedOut { limit, .. } => FailureKind::TimedOut {
                limit_ms: u64::try_from(limit.as_micros().div_ceil(1000)).unwrap_or(u64::MAX),
            },
            Self::Io { kind, .. }
            | Self::Tls { kind, .. }
            | Self::Peer { kind, .. }
            | Self::Settings { kind, .. } => kind.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_keeps_its_sources() {
        let source = io::Error::new(io::ErrorKind::ConnectionRefused, "Connection refused");
        let message = "connection refused by 127.0.0.1:1".to_owned();
        let cause = Cause::Io { message: message.clone(), kind: FailureKind::Refused, source };
        let failure = ConnectError { stage: Stage::Tcp, cause }.failure();
        let sources = vec!["Connection refused".to_owned()];
        assert_eq!(failure, Failure { stage: Stage::Tcp, kind: FailureKind::Refused, message, sources });
    }
}
