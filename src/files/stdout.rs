//! Whether the program was given a standard output that it can write.
//!
//! Rust opens `/dev/null` in the place of one that is closed, before `main` begins: what is written then
//! goes nowhere, and nobody is told. Afterwards it looks like the `/dev/null` that many programs give on
//! purpose, so it is looked at before that. Writing to one that can only be read is no error of Rust's either.

use std::{
    io,
    sync::atomic::{AtomicU8, Ordering},
};

const CLOSED: u8 = 1;
const READ_ONLY: u8 = 2;

static FAULT: AtomicU8 = AtomicU8::new(0);

#[cfg(unix)]
ctor::declarative::ctor! {
    /// Runs before Rust's own beginning, so it asks the system and nothing else.
    #[ctor(unsafe)]
    fn look() {
        use rustix::fs::OFlags;
        let fault = match rustix::fs::fcntl_getfl(rustix::stdio::stdout()) {
            Ok(flags) if (flags & OFlags::RWMODE) == OFlags::RDONLY => READ_ONLY,
            Err(rustix::io::Errno::BADF) => CLOSED,
            _ => 0,
        };
        FAULT.store(fault, Ordering::Relaxed);
    }
}

/// Whether standard output could be written when the program began.
///
/// # Errors
///
/// It could not, and why.
pub fn check_stdout() -> io::Result<()> {
    match FAULT.load(Ordering::Relaxed) {
        CLOSED => Err(io::Error::other("it is closed")),
        READ_ONLY => Err(io::Error::other("it is open for reading only")),
        _ => Ok(()),
    }
}
