//! The stage `tcp`: connects to the first address that answers.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use socket2::{SockRef, TcpKeepalive};
use tokio::{
    net::{TcpSocket, TcpStream},
    time::{Instant, timeout_at},
};

use crate::session::{Evidence, FailureKind, Tried};

use super::Cause;

/// Keep-alive probes as in the pipeline's runtime: idle time, interval and number.
const KEEPALIVE: (Duration, Duration, u32) = (Duration::from_secs(15), Duration::from_secs(15), 9);

/// The least time for an address, however many there are.
const SMALLEST_SHARE: Duration = Duration::from_secs(2);

#[derive(Debug, Default)]
pub(super) struct Observed {
    tried: Vec<Tried>,
    /// The address that is being tried, and the start.
    trying: Option<(SocketAddr, Instant)>,
    local: Option<SocketAddr>,
    remote: Option<SocketAddr>,
    pub(super) of_proxy: bool,
    unix_socket: Option<String>,
}

impl Observed {
    fn end(&mut self, error: Option<String>) {
        if let Some((address, since)) = self.trying.take() {
            let took_us = u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX);
            self.tried.push(Tried { address, took_us, error });
        }
    }
}

impl From<Observed> for Evidence {
    fn from(mut observed: Observed) -> Self {
        observed.end(Some("aborted".to_owned()));
        Self::Tcp {
            tried: observed.tried,
            local: observed.local,
            remote: observed.remote,
            of_proxy: observed.of_proxy,
            unix_socket: observed.unix_socket,
        }
    }
}

/// Tries the addresses in order, each with its share of the time until `deadline`, from `source` if it is given.
pub(super) async fn connect(
    addresses: &[SocketAddr],
    source: Option<IpAddr>,
    deadline: Instant,
    observed: &mut Observed,
) -> Result<TcpStream, Cause> {
    let mut failures = Vec::new();
    for (nth, address) in addresses.iter().enumerate() {
        let now = Instant::now();
        let share = share(deadline.saturating_duration_since(now), addresses.len() - nth);
        observed.trying = Some((*address, now));
        let peer = if observed.of_proxy { format!("the proxy {address}") } else { address.to_string() };
        let failure = match timeout_at(now + share, connect_from(source, *address)).await {
            Ok(Ok(stream)) => {
                observed.end(None);
                observed.local = stream.local_addr().ok();
                observed.remote = Some(*address);
                tune(&stream);
                return Ok(stream);
            }
            Ok(Err(Refused::Source(error))) => {
                let from = source.map_or(String::new(), |source| source.to_string());
                let message = format!("cannot connect from {from}: it is no address of this machine");
                Cause::new(FailureKind::Io, message).because(&error)
            }
            Ok(Err(Refused::Peer(error))) => connect_failure(&peer, now.elapsed(), &error),
            Err(_) => Cause::timed_out(&peer, share),
        };
        observed.end(Some(failure.message.clone()));
        failures.push(failure);
    }
    Err(most_specific(failures))
}

/// Connects to a unix socket.
#[cfg(unix)]
pub(super) async fn connect_to_unix_socket(
    path: &std::path::Path,
    observed: &mut Observed,
) -> Result<tokio::net::UnixStream, Cause> {
    let shown = path.display().to_string();
    observed.unix_socket = Some(shown.clone());
    tokio::net::UnixStream::connect(path).await.map_err(|error| {
        let (kind, message) = match error.kind() {
            io::ErrorKind::ConnectionRefused => {
                (FailureKind::Refused, format!("nothing listens on the unix socket {shown}"))
            }
            io::ErrorKind::NotFound => (FailureKind::Unreachable, format!("there is no unix socket {shown}")),
            _ => (FailureKind::Io, format!("could not connect to the unix socket {shown}")),
        };
        Cause::new(kind, message).because(&error)
    })
}

/// Why an address was not reached.
enum Refused {
    /// The address to connect from is not this machine's.
    Source(io::Error),
    Peer(io::Error),
}

async fn connect_from(source: Option<IpAddr>, to: SocketAddr) -> Result<TcpStream, Refused> {
    let Some(source) = source else { return TcpStream::connect(to).await.map_err(Refused::Peer) };
    let socket = if to.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() };
    let socket = socket.map_err(Refused::Peer)?;
    socket.bind(SocketAddr::new(source, 0)).map_err(Refused::Source)?;
    socket.connect(to).await.map_err(Refused::Peer)
}

/// An equal share of the time that is `left`, but at least two seconds as long as they are left.
fn share(left: Duration, addresses: usize) -> Duration {
    let equal = left / u32::try_from(addresses).unwrap_or(u32::MAX).max(1);
    equal.max(SMALLEST_SHARE).min(left)
}

/// Sets `TCP_NODELAY`, so that small frames are sent at once, and keep-alive, so that a dead peer is noticed. A
/// socket that refuses these options still works.
fn tune(stream: &TcpStream) {
    let (idle, interval, retries) = KEEPALIVE;
    let keepalive = TcpKeepalive::new().with_time(idle).with_interval(interval).with_retries(retries);
    let tuned = stream.set_nodelay(true).and_then(|()| SockRef::from(stream).set_tcp_keepalive(&keepalive));
    if let Err(error) = tuned {
        tracing::debug!(%error, "the socket options could not be set");
    }
}

fn connect_failure(peer: &str, took: Duration, source: &io::Error) -> Cause {
    use io::ErrorKind as Kind;
    let (message, kind) = match source.kind() {
        Kind::ConnectionRefused => (format!("connection refused by {peer}"), FailureKind::Refused),
        Kind::HostUnreachable | Kind::NetworkUnreachable | Kind::AddrNotAvailable => {
            (format!("no route to {peer}"), FailureKind::Unreachable)
        }
        Kind::TimedOut => return Cause::timed_out(peer, took),
        _ => (format!("could not connect to {peer}"), FailureKind::Io),
    };
    Cause::new(kind, message).because(source)
}

/// The most specific of several failures: a refusal before a timeout, a timeout before a missing route.
fn most_specific(failures: Vec<Cause>) -> Cause {
    let rank = |cause: &Cause| match cause.kind {
        FailureKind::Refused => 0,
        FailureKind::TimedOut { .. } => 1,
        FailureKind::Io => 2,
        _ => 3,
    };
    let tried = failures.len();
    let nothing = || Cause::new(FailureKind::Unreachable, "there is no address to try");
    let mut chosen = failures.into_iter().min_by_key(rank).unwrap_or_else(nothing);
    if tried > 1 && !matches!(chosen.kind, FailureKind::TimedOut { .. }) {
        chosen.message = format!("{}; none of {tried} addresses accepted", chosen.message);
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused_by(address: &str, kind: io::ErrorKind) -> Cause {
        connect_failure(address, Duration::ZERO, &kind.into())
    }

    #[test]
    fn each_address_gets_its_share_of_the_time() {
        let seconds = Duration::from_secs;
        assert_eq!(share(seconds(45), 1), seconds(45));
        assert_eq!(share(seconds(45), 3), seconds(15));
        assert_eq!(share(seconds(3), 3), seconds(2), "never less than two seconds");
        assert_eq!(share(seconds(1), 3), seconds(1), "never more than is left");
    }

    #[test]
    fn a_refusal_is_more_specific_than_a_missing_route() {
        let cause = most_specific(vec![
            refused_by("[::1]:80", io::ErrorKind::NetworkUnreachable),
            refused_by("127.0.0.1:80", io::ErrorKind::ConnectionRefused),
        ]);
        assert_eq!(cause.kind, FailureKind::Refused);
        assert_eq!(cause.message, "connection refused by 127.0.0.1:80; none of 2 addresses accepted");
    }

    #[test]
    fn no_route_is_unreachable() {
        let cause = most_specific(vec![refused_by("10.0.0.1:80", io::ErrorKind::HostUnreachable)]);
        assert_eq!(cause.kind, FailureKind::Unreachable);
        assert_eq!(cause.message, "no route to 10.0.0.1:80");
    }
}
