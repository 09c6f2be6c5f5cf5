//! How much waits in the system's buffer of a socket that is not read.

use tokio::net::TcpStream;

/// A second hold on a socket, only to ask it. The connection closes when this and the stream are gone.
#[derive(Debug)]
pub struct Meter {
    #[cfg(unix)]
    socket: std::os::fd::OwnedFd,
}

impl Meter {
    /// `None` where the system has no way to ask.
    #[cfg(unix)]
    pub(super) fn of(stream: &TcpStream) -> Option<Self> {
        use std::os::fd::AsFd as _;
        stream.as_fd().try_clone_to_owned().ok().map(|socket| Self { socket })
    }

    /// `None` where the system has no way to ask.
    #[cfg(not(unix))]
    pub(super) const fn of(_: &TcpStream) -> Option<Self> {
        None
    }

    /// Bytes that have come and were not read.
    #[cfg(unix)]
    #[must_use]
    pub fn unread(&self) -> Option<u64> {
        rustix::io::ioctl_fionread(&self.socket).ok()
    }

    /// Bytes that have come and were not read.
    #[cfg(not(unix))]
    #[must_use]
    pub const fn unread(&self) -> Option<u64> {
        None
    }
}
