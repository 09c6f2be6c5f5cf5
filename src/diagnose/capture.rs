//! Findings about the capture.

use crate::session::{Finding, FindingCode, Severity};

use super::finding_builder::FindingBuilder;

/// The capture stopped while the session continues. `message` is the error.
#[must_use]
pub fn capture_failed(message: &str) -> Finding {
    FindingBuilder::new(
        FindingCode::CaptureFailed,
        "The capture stopped. The session continues, and what was captured before is kept.",
    )
    .evidence([message.to_owned()])
    .advise("free disk space or choose another file, then start again with --capture FILE")
    .build()
}

/// The capture or the disk has reached a limit that deserves a warning. `message` says which.
#[must_use]
pub fn capture_large(message: &str) -> Finding {
    FindingBuilder::new(
        FindingCode::CaptureLarge,
        "The capture continues until less than 100 MiB of the disk is free, then it stops.",
    )
    .severity(Severity::Warning)
    .evidence([message.to_owned()])
    .advise("delete old captures on the start screen, or run with --no-capture")
    .build()
}
