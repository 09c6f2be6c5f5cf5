//! Lines that the pipeline would have logged.

use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// The level of a log line.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, IntoStaticStr,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase", const_into_str)]
pub enum Level {
    Debug,
    #[default]
    Info,
    Warn,
    Error,
}

impl Level {
    /// The level as text, in JSON and on the screen.
    #[must_use]
    pub const fn word(self) -> &'static str {
        self.into_str()
    }
}

/// A line that the pipeline would have logged. Most events have none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipelineLine {
    pub level: Level,
    pub text: String,
}
