//! What is wrong with a capture.

use crate::session::{Finding, Severity};

use super::draft::Draft;

/// Nothing more is captured. `says` is why; the session goes on.
#[must_use]
pub fn capture_failed(says: &str) -> Finding {
    Draft::new(
        "capture-failed",
        "Nothing more is captured. The session goes on, and what was captured before stays.",
    )
    .seen([says.to_owned()])
    .advise("make room or choose another file, then begin again with --capture FILE")
    .done()
}

/// The capture, or its disk, has reached a size worth a word. `says` is which.
#[must_use]
pub fn capture_large(says: &str) -> Finding {
    Draft::new(
        "capture-large",
        "The capture goes on until the disk has less than 100 MiB left, then it stops.",
    )
    .severity(Severity::Warning)
    .seen([says.to_owned()])
    .advise("delete old captures on the start screen, or go on with --no-capture")
    .done()
}
