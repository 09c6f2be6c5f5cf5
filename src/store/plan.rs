//! How a capture is written.

use super::Compress;

/// How a capture is written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plan {
    /// The most pages of the file; 0 means no limit.
    pub pages: i64,
    pub compress: Compress,
}
