//! The second stage: a TCP connection to the first address that answers.

use std::{io, net::SocketAddr, time::Duration};

use socket2::{SockRef, TcpKeepalive};
use tokio::{
    net::TcpStream,
    time::{Instant, timeout_at},
};

use crate::session::{Evidence, FailureKind, Tried};

use super::Cause;

/// Keep-alive probes as the pipeline's runtime sends them: idle time, interval and number.
const KEEPALIVE: (Duration, Duration, u32) = (Duration::from_secs(15), Duration::from_secs(15), 9);

/// An address gets at least this much time, however many there are.
const SMALLEST_SHARE: Duration = Duration::from_secs(2);

/// What became of each address.
#[derive(Debug, Default)]
pub(super) struct Observed {
    tried: Vec<Tried>,
    /// The address being tried, and since when.
    trying: Option<(SocketAddr, Instant)>,
    local: Option<SocketAddr>,
    remote: Option<SocketAddr>,
    pub(super) of_proxy: bool,
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
    fn from(mut seen: Observed) -> Self {
        seen.end(Some("given up".to_owned()));
        Self::Tcp { tried: seen.tried, local: seen.local, remote: seen.remote, of_proxy: seen.of_proxy }
    }
}

/// Tries the addresses in order, each with its share of the time until `deadline`.
pub(super) async fn connect(
    addresses: &[SocketAddr],
    deadline: Instant,
    seen: &mut Observed,
) -> Result<TcpStream, Cause> {
    let mut failures = Vec::new();
    for (nth, address) in addresses.iter().enumerate() {
        let now = Instant::now();
        let share = share(deadline.saturating_duration_since(now), addresses.len() - nth);
        seen.trying = Some((*address, now));
        let whom = if seen.of_proxy { format!("the proxy {address}") } else { address.to_string() };
        let failure = match timeout_at(now + share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                seen.end(None);
                seen.local = stream.local_addr().ok();
                seen.remote = Some(*address);
                tune(&stream);
                return Ok(stream);
            }
            Ok(Err(error)) => refusal(&whom, now.elapsed(), error),
            Err(_) => Cause::TimedOut { whom, limit: share },
        };
        seen.end(Some(failure.to_string()));
        failures.push(failure);
    }
    Err(most_telling(failures))
}

/// An equal share of what is `left`, but not less than two seconds while there are any.
fn share(left: Duration, addresses: usize) -> Duration {
    let equal = left / u32::try_from(addresses).unwrap_or(u32::MAX).max(1);
    equal.max(SMALLEST_SHARE).min(left)
}

/// Small frames leave at once, and a peer that is gone is noticed. Both are wishes: a socket
/// that refuses them still works.
fn tune(stream: &TcpStream) {
    let (idle, interval, retries) = KEEPALIVE;
    let keepalive = TcpKeepalive::new().with_time(idle).with_interval(interval).with_retries(retries);
    let tuned = stream.set_nodelay(true).and_then(|()| SockRef::from(stream).set_tcp_keepalive(&keepalive));
    if let Err(error) = tuned {
        tracing::debug!(%error, "the socket options could not be set");
    }
}

fn refusal(whom: &str, took: Duration, source: io::Error) -> Cause {
    use io::ErrorKind as Kind;
    let (message, kind) = match source.kind() {
        Kind::ConnectionRefused => (format!("connection refused by {whom}"), FailureKind::Refused),
        Kind::HostUnreachable | Kind::NetworkUnreachable | Kind::AddrNotAvailable => {
            (format!("no route to {whom}"), FailureKind::Unreachable)
        }
        Kind::TimedOut => return Cause::TimedOut { whom: whom.to_owned(), limit: took },
        _ => (format!("could not connect to {whom}"), FailureKind::Io),
    };
    Cause::Io { message, kind, source }
}

/// Of several failures the one that says most: a peer that refused before silence, silence
/// before no route at all.
fn most_telling(failures: Vec<Cause>) -> Cause {
    let rank = |cause: &Cause| match cause.kind() {
        FailureKind::Refused => 0,
        FailureKind::TimedOut { .. } => 1,
        FailureKind::Io => 2,
        _ => 3,
    };
    let nothing =
        Cause::Answer { message: "there is no address to try".to_owned(), kind: FailureKind::Unreachable };
    let tried = failures.len();
    let told = failures.into_iter().min_by_key(rank).unwrap_or(nothing);
    match told {
        Cause::Io { message, kind, source } if tried > 1 => {
            Cause::Io { message: format!("{message}; none of {tried} addresses took it"), kind, source }
        }
        told => told,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused_by(address: &str, kind: io::ErrorKind) -> Cause {
        refusal(address, Duration::ZERO, kind.into())
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
    fn a_refusal_says_more_than_a_missing_route() {
        let cause = most_telling(vec![
            refused_by("[::1]:80", io::ErrorKind::NetworkUnreachable),
            refused_by("127.0.0.1:80", io::ErrorKind::ConnectionRefused),
        ]);
        assert_eq!(cause.kind(), FailureKind::Refused);
        assert_eq!(cause.to_string(), "connection refused by 127.0.0.1:80; none of 2 addresses took it");
    }

    #[test]
    fn no_route_is_unreachable() {
        let cause = most_telling(vec![refused_by("10.0.0.1:80", io::ErrorKind::HostUnreachable)]);
        assert_eq!(cause.kind(), FailureKind::Unreachable);
        assert_eq!(cause.to_string(), "no route to 10.0.0.1:80");
    }
}
