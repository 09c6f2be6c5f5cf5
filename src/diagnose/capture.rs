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
    .cure()
}

/// The capture or the disk has reached a limit that deserves a warning. `message` says which.
#[must_use]
pub fn capture_large(message: &str) -> Finding {
    Finding::new(
        FindingCode::CaptureLarge,
        "The capture continues until less than 100 MiB of the disk is free, then it stops.",
    )
    .evidence([message])
    .cure()
}

/// A session was imported from a file. `seen` says what was imported, and what the file does not tell.
#[must_use]
pub fn imported(name: &str, seen: &[String]) -> Finding {
    let cause =
        format!("This session was read from {name} into a temporary capture, which is gone afterwards.");
    Finding::new(FindingCode::Imported, cause).title(format!("imported from {name}")).evidence(seen).cure()
}
