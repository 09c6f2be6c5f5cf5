//! Findings about the capture.

use crate::session::{Finding, FindingCode};

/// The capture stopped while the session continues. `message` is the error.
#[must_use]
pub fn capture_failed(message: &str) -> Finding {
    Finding::new(
        FindingCode::CaptureFailed,
        "The capture stopped. The session continues, and what was captured before is kept.",
    )
    .evidence([message])
    .advise("free disk space or choose another file, then start again with --capture FILE")
}

/// The capture or the disk has reached a limit that deserves a warning. `message` says which.
#[must_use]
pub fn capture_large(message: &str) -> Finding {
    Finding::warning(
        FindingCode::CaptureLarge,
        "The capture continues until less than 100 MiB of the disk is free, then it stops.",
    )
    .evidence([message])
    .advise("delete old captures on the start screen, or run with --no-capture")
}
