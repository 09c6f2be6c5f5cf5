//! What the log of the pipeline would have said.

use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// How much a line of a log matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase", const_into_str)]
pub enum Level {
    Debug,
    Info,
    Warn,
    Error,
}

impl Level {
    /// The word for it in JSON and on the screen.
    #[must_use]
    pub const fn word(self) -> &'static str {
        self.into_str()
    }
}

/// A line that an operator of the pipeline would have seen, at its level. Of most events there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipelineLine {
    pub level: Level,
    pub text: String,
}
