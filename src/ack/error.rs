//! Why a text or a number is not a valid ack mode.

/// Why a text or a number is not a valid ack mode.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct AckModeError(String);

impl AckModeError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}
