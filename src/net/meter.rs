//! What the system knows of a socket: the unread bytes in its buffer, and how its line stands.

use tokio::net::TcpStream;

use crate::session::TcpLine;

/// A second handle to a socket. The connection closes when this and the stream are dropped.
#[derive(Debug)]
pub struct Meter {
    #[cfg(unix)]
    socket: std::os::fd::OwnedFd,
}

impl Meter {
    /// `None` where the system does not support it.
    #[cfg(unix)]
    pub(super) fn of(stream: &TcpStream) -> Option<Self> {
        use std::os::fd::AsFd as _;
        stream.as_fd().try_clone_to_owned().ok().map(|socket| Self { socket })
    }

    /// `None` where the system does not support it.
    #[cfg(not(unix))]
    pub(super) const fn of(_: &TcpStream) -> Option<Self> {
        None
    }

    /// The number of bytes that were received and not read.
    #[cfg(unix)]
    #[must_use]
    pub fn unread(&self) -> Option<u64> {
        rustix::io::ioctl_fionread(&self.socket).ok()
    }

    /// The size of the receive buffer in bytes, as the system counts it.
    #[cfg(unix)]
    #[must_use]
    pub fn buffer(&self) -> Option<u64> {
        rustix::net::sockopt::socket_recv_buffer_size(&self.socket).ok().and_then(|size| size.try_into().ok())
    }

    /// The size of the receive buffer in bytes, as the system counts it.
    #[cfg(not(unix))]
    #[must_use]
    pub const fn buffer(&self) -> Option<u64> {
        None
    }

    /// The number of bytes that were received and not read.
    #[cfg(not(unix))]
    #[must_use]
    pub const fn unread(&self) -> Option<u64> {
        None
    }

    /// How the TCP connection stands, where the system tells.
    #[cfg(target_os = "linux")]
    #[must_use]
    pub fn line(&self) -> Option<TcpLine> {
        use std::os::fd::AsFd as _;
        super::tcp_line::read(self.socket.as_fd())
    }

    /// How the TCP connection stands, where the system tells.
    #[cfg(not(target_os = "linux"))]
    #[must_use]
    pub const fn line(&self) -> Option<TcpLine> {
        None
    }
}
