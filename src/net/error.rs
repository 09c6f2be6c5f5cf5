//! Why a stage failed.

use std::{error::Error, time::Duration};

use crate::{
    payload::limit_in_words,
    session::{Failure, FailureKind, Stage},
};

/// The cause of a failed stage.
#[derive(Debug)]
pub(super) struct Cause {
    pub(super) kind: FailureKind,
    pub(super) message: String,
    /// The chain of source errors, outermost first.
    pub(super) sources: Vec<String>,
}

impl Cause {
    pub(super) fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), sources: Vec::new() }
    }

    /// `peer` is a name or an address: `the resolver`, `127.0.0.1:4195`.
    pub(super) fn timed_out(peer: &str, limit: Duration) -> Self {
        let limit_ms = u64::try_from(limit.as_micros().div_ceil(1000)).unwrap_or(u64::MAX);
        let message = format!("no answer from {peer} within {}", limit_in_words(limit));
        Self::new(FailureKind::TimedOut { limit_ms }, message)
    }

    /// Adds an error and its sources.
    pub(super) fn because(mut self, error: &dyn Error) -> Self {
        let mut next = Some(error);
        while let Some(error) = next {
            self.sources.push(error.to_string());
            next = error.source();
        }
        self
    }

    /// The cause with a failed lookup attributed to the proxy's name.
    pub(super) fn for_proxy(self) -> Self {
        match self.kind {
            FailureKind::NameNotFound | FailureKind::LookupFailed => Self {
                kind: FailureKind::ProxyNotFound,
                message: format!("the proxy: {}", self.message),
                ..self
            },
            _ => self,
        }
    }

    /// The failure of a stage.
    pub(super) fn at(self, stage: Stage) -> Failure {
        Failure { stage, kind: self.kind, message: self.message, sources: self.sources }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn a_failure_keeps_its_sources() {
        let source = io::Error::new(io::ErrorKind::ConnectionRefused, "Connection refused");
        let message = "connection refused by 127.0.0.1:1";
        let failure = Cause::new(FailureKind::Refused, message).because(&source).at(Stage::Tcp);
        let sources = vec!["Connection refused".to_owned()];
        let message = message.to_owned();
        assert_eq!(failure, Failure { stage: Stage::Tcp, kind: FailureKind::Refused, message, sources });
    }
}
