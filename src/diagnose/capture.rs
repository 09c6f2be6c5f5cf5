//! What is wrong with a capture.

use crate::session::{Finding, FindingCode, Severity};

use super::finding_builder::FindingBuilder;

/// Nothing more is captured. `message` is why; the session goes on.
#[must_use]
pub fn capture_failed(message: &str) -> Finding {
    FindingBuilder::new(
        FindingCode::CaptureFailed,
        "Nothing more is captured. The session goes on, and what was captured before stays.",
    )
    .seen([message.to_owned()])
    .advise("make room or choose another file, then begin again with --capture FILE")
    .done()
}

/// The capture, or its disk, has reached a size worth a word. `message` is which.
#[must_use]
pub fn capture_large(message: &str) -> Finding {
    FindingBuilder::new(
        FindingCode::CaptureLarge,
        "The capture goes on until the disk has less than 100 MiB left, then it stops.",
    )
    .severity(Severity::Warning)
    .seen([message.to_owned()])
    .advise("delete old captures on the start screen, or go on with --no-capture")
    .done()
}
