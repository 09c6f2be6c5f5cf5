//! Time limits of single stages.

use std::time::Duration;

use crate::payload::parse_duration;

/// How long a stage may take; `None`: only the deadline of the whole connection holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StageLimits {
    pub lookup: Option<Duration>,
    pub tcp: Option<Duration>,
    pub tls: Option<Duration>,
    pub upgrade: Option<Duration>,
}

impl StageLimits {
    /// Reads a limit, such as `500ms` or `3s`.
    ///
    /// # Errors
    ///
    /// A sentence about what is wrong.
    pub fn parse(text: &str) -> Result<Duration, String> {
        let limit = parse_duration(text)?;
        if limit.is_zero() { Err("a stage cannot end in no time".to_owned()) } else { Ok(limit) }
    }

    /// The limits that are set, with the words of their stages.
    pub fn set(self) -> impl Iterator<Item = (&'static str, Duration)> {
        let all = [("lookup", self.lookup), ("tcp", self.tcp), ("tls", self.tls), ("upgrade", self.upgrade)];
        all.into_iter().filter_map(|(stage, limit)| Some((stage, limit?)))
    }
}
