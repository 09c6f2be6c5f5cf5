//! Checks whether standard output was writable at the start of the program.
//!
//! If standard output is closed, Rust replaces it by `/dev/null` before `main` starts, and the output is lost
//! without an error. After that it cannot be told from a `/dev/null` that the caller chose, so the check runs
//! earlier. Rust also ignores errors of an output that is open for reading only.

use std::{
    io,
    sync::atomic::{AtomicU8, Ordering},
};

const CLOSED: u8 = 1;
const READ_ONLY: u8 = 2;

static FAULT: AtomicU8 = AtomicU8::new(0);

#[cfg(unix)]
ctor::declarative::ctor! {
    /// Runs before the Rust runtime starts, so it calls only the system.
    #[ctor(unsafe)]
    fn check() {
        use rustix::fs::OFlags;
        let fault = match rustix::fs::fcntl_getfl(rustix::stdio::stdout()) {
            Ok(flags) if (flags & OFlags::RWMODE) == OFlags::RDONLY => READ_ONLY,
            Err(rustix::io::Errno::BADF) => CLOSED,
            _ => 0,
        };
        FAULT.store(fault, Ordering::Relaxed);
    }
}

/// Whether standard output was writable when the program started.
///
/// # Errors
///
/// Standard output is closed or read-only.
pub fn check_stdout() -> io::Result<()> {
    match FAULT.load(Ordering::Relaxed) {
        CLOSED => Err(io::Error::other("it is closed")),
        READ_ONLY => Err(io::Error::other("it is open for reading only")),
        _ => Ok(()),
    }
}
