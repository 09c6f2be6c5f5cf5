//! Why a filter is invalid.

/// Why a filter is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the filter cannot be read at column {column}: {message}")]
pub struct FilterError {
    /// The position of the error in characters, counted from 1.
    pub column: usize,
    /// What is wrong, and what would fix it.
    pub message: String,
}
