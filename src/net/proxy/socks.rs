//! Opens a tunnel through a SOCKS 5 proxy (RFC 1928), with a user name and password (RFC 1929) or without.
//!
//! A pipeline without a login goes on whatever method the proxy chooses (`golang.org/x/net/internal/socks`), which no
//! library does; hence none is used.

use std::{
    io,
    net::{IpAddr, SocketAddr},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::{timeout, timeout_at},
};

use crate::{
    config::{Login, Proxy, ProxyScheme, Secret, Settings},
    session::{FailureKind, SocksReply},
};

use super::{
    super::{Cause, Io, lookup, stream::Timeouts, tap::Tap},
    Observed,
};

/// The version of the protocol, and that of the login.
const VERSION: u8 = 5;
const LOGIN_VERSION: u8 = 1;

/// The methods that are offered, and the answer that none is acceptable.
const NO_LOGIN: u8 = 0;
const LOGIN: u8 = 2;
const NONE: u8 = 0xff;

/// What the proxy is asked to connect to.
enum Target<'a> {
    Name(&'a str, u16),
    Address(SocketAddr),
}

/// Why the proxy did not connect.
enum Refusal {
    Io(io::Error),
    Reply(SocksReply),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Requests the connection. The protocol bounds what is read: a reply has at most 262 bytes.
pub(super) async fn connect(
    proxy: &Proxy,
    io: Box<dyn Io>,
    remote: &str,
    settings: &Settings,
    timeouts: Timeouts,
    observed: &mut Observed,
) -> Result<Box<dyn Io>, Cause> {
    let target = target(proxy, settings, timeouts, observed).await?;
    let as_pipeline = settings.options.dialect.is_pipeline();
    let mut tap = Tap::new(io);
    let reply = match converse(&mut tap, proxy.login.as_ref(), as_pipeline, &target).await {
        Ok(()) => {
            observed.evidence.socks = Some(SocksReply::Succeeded);
            return Ok(tap.into_inner());
        }
        Err(Refusal::Io(error)) => {
            observed.evidence.unread = tap.first().to_vec();
            return Err(broken_connection(&error, remote, tap.first().len()));
        }
        Err(Refusal::Reply(reply)) => reply,
    };
    observed.evidence.socks = Some(reply);
    if reply == SocksReply::NotSocks {
        // A few more bytes help to identify the protocol.
        drop(timeout(timeouts.quiet, tap.read(&mut [0; 254])).await);
    }
    let is_told = !matches!(tap.first(), [VERSION, NONE] | [VERSION, _, LOGIN_VERSION, _]);
    if matches!(reply, SocksReply::NotSocks | SocksReply::Unassigned | SocksReply::NoMethod) && is_told {
        observed.evidence.unread = tap.first().to_vec();
    }
    Err(refused(reply, remote))
}

/// Agrees on a method, logs in, and requests the connection.
async fn converse<S>(
    stream: &mut S,
    login: Option<&Login>,
    as_pipeline: bool,
    target: &Target<'_>,
) -> Result<(), Refusal>
where
    S: AsyncReadExt + AsyncWriteExt + Unpin,
{
    let methods: &[u8] =
        if login.is_some() { &[VERSION, 2, NO_LOGIN, LOGIN] } else { &[VERSION, 1, NO_LOGIN] };
    send(stream, methods).await?;
    let [version, method]: [u8; 2] = receive(stream).await?;
    match (version, method, login) {
        (VERSION, NONE, _) => return Err(Refusal::Reply(SocksReply::NoMethod)),
        (VERSION, NO_LOGIN, _) => {}
        (VERSION, LOGIN, Some(login)) => log_in(stream, login, as_pipeline).await?,
        (VERSION, _, None) if as_pipeline => {}
        (VERSION, LOGIN, None) => return Err(Refusal::Reply(SocksReply::NoMethod)),
        _ => return Err(Refusal::Reply(SocksReply::NotSocks)),
    }
    send(stream, &request(target)).await?;
    let [version, code, reserved, kind]: [u8; 4] = receive(stream).await?;
    let length = match (version, code, reserved, kind) {
        (VERSION, 0, 0, 1) => 4,
        (VERSION, 0, 0, 4) => 16,
        (VERSION, 0, 0, 3) => receive::<1, _>(stream).await?[0],
        (VERSION, 1.., ..) => return Err(Refusal::Reply(reply(code))),
        _ => return Err(Refusal::Reply(SocksReply::NotSocks)),
    };
    // The address that the proxy connects from is of no use.
    stream.read_exact(&mut vec![0; usize::from(length) + 2]).await?;
    Ok(())
}

async fn log_in<S>(stream: &mut S, login: &Login, as_pipeline: bool) -> Result<(), Refusal>
where
    S: AsyncReadExt + AsyncWriteExt + Unpin,
{
    let (user, password) = (login.user.expose(), login.password.as_ref().map_or("", Secret::expose));
    let sizes = (u8::try_from(user.len()), u8::try_from(password.len()));
    let (user_size, password_size) = match sizes {
        // The RFC has no empty password; a pipeline sends it.
        (Ok(user @ 1..), Ok(password)) if password > 0 || as_pipeline => (user, password),
        _ => return Err(Refusal::Reply(SocksReply::NoMethod)),
    };
    let parts = [&[LOGIN_VERSION, user_size], user.as_bytes(), &[password_size], password.as_bytes()];
    send(stream, &parts.concat()).await?;
    match receive(stream).await? {
        [LOGIN_VERSION, 0] => Ok(()),
        [LOGIN_VERSION, _] => Err(Refusal::Reply(SocksReply::LoginRefused)),
        [_, _] => Err(Refusal::Reply(SocksReply::NotSocks)),
    }
}

async fn send<S: AsyncWriteExt + Unpin>(stream: &mut S, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes).await?;
    stream.flush().await
}

async fn receive<const N: usize, S: AsyncReadExt + Unpin>(stream: &mut S) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}

/// The request for a connection (RFC 1928, section 4).
fn request(target: &Target) -> Vec<u8> {
    let mut request = vec![VERSION, 1, 0];
    let port = match target {
        Target::Name(name, port) => {
            request.extend([3, u8::try_from(name.len()).unwrap_or(u8::MAX)]);
            request.extend_from_slice(name.as_bytes());
            *port
        }
        Target::Address(address) => {
            match address.ip().to_canonical() {
                IpAddr::V4(ip) => request.extend([1].into_iter().chain(ip.octets())),
                IpAddr::V6(ip) => request.extend([4].into_iter().chain(ip.octets())),
            }
            address.port()
        }
    };
    request.extend(port.to_be_bytes());
    request
}

/// The address of the host after a lookup here, or its name. A pipeline leaves the lookup to the proxy.
async fn target<'a>(
    proxy: &Proxy,
    settings: &'a Settings,
    timeouts: Timeouts,
    observed: &mut Observed,
) -> Result<Target<'a>, Cause> {
    let url = &settings.url;
    let by_name = || Target::Name(&url.host, url.port);
    if let Ok(address) = url.host.parse::<IpAddr>() {
        return Ok(Target::Address((address, url.port).into()));
    }
    if url.host.len() > 255 {
        let message = "the host name is too long for SOCKS: more than 255 bytes (RFC 1928, section 5)";
        let kind = FailureKind::Socks { reply: SocksReply::AddressNotSupported };
        return Err(Cause::new(kind, message));
    }
    if proxy.scheme == ProxyScheme::Socks5h || settings.options.dialect.is_pipeline() {
        return Ok(by_name());
    }
    let mut ignored = lookup::Observed::default();
    let lookup = lookup::addresses(&url.host, url.port, &settings.beyond, &mut ignored);
    let found = timeout_at(timeouts.deadline, lookup).await.unwrap_or_else(|_| {
        // The stage would report a timeout of the proxy, but the resolver is to blame.
        let message = format!("the resolver did not answer about \"{}\" in time", url.host);
        Err(Cause::new(FailureKind::LookupFailed, message))
    })?;
    let Some(first) = found.first() else { return Ok(by_name()) };
    observed.evidence.target = format!("{first} ({})", url.host);
    Ok(Target::Address(*first))
}

/// The reply of this code (RFC 1928, section 6).
const fn reply(code: u8) -> SocksReply {
    match code {
        0 => SocksReply::Succeeded,
        1 => SocksReply::GeneralFailure,
        2 => SocksReply::NotAllowed,
        3 => SocksReply::NetworkUnreachable,
        4 => SocksReply::HostUnreachable,
        5 => SocksReply::ConnectionRefused,
        6 => SocksReply::TtlExpired,
        7 => SocksReply::CommandNotSupported,
        8 => SocksReply::AddressNotSupported,
        _ => SocksReply::Unassigned,
    }
}

fn refused(reply: SocksReply, remote: &str) -> Cause {
    let message = match reply {
        SocksReply::NotSocks => format!("{remote} does not speak SOCKS 5"),
        SocksReply::NoMethod => format!("{remote} accepts none of the offered authentication methods"),
        SocksReply::LoginRefused => format!("{remote} refused the user name or the password"),
        reply => format!("{remote} did not connect: {}", reply.words()),
    };
    Cause::new(FailureKind::Socks { reply }, message)
}

fn broken_connection(error: &io::Error, remote: &str, received: usize) -> Cause {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        let message = match received {
            0 => format!("{remote} closed the connection without an answer to SOCKS 5"),
            _ => format!("{remote} closed the connection in the middle of SOCKS 5"),
        };
        return Cause::new(FailureKind::ClosedEarly, message);
    }
    let message = format!("the connection to {remote} broke during SOCKS 5");
    Cause::new(FailureKind::Io, message).because(error)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;
    use tokio::{io::AsyncWriteExt, time::Instant};

    use super::*;
    use crate::config::Endpoint;

    /// Connects to a proxy that sends these bytes and then closes.
    fn connect_to(login: &str, bytes: &[u8]) -> Result<(), FailureKind> {
        let proxy = Proxy::parse(&format!("socks5h://{login}p:1")).expect("a proxy");
        let settings = Settings::new(Endpoint::parse("ws://feed.example/").expect("a URL"));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        runtime.block_on(async {
            let (ours, mut theirs) = tokio::io::duplex(1024);
            theirs.write_all(bytes).await.expect("there is room");
            theirs.shutdown().await.expect("it can end");
            let timeouts = Timeouts {
                quiet: Duration::from_millis(1),
                deadline: Instant::now() + Duration::from_secs(9),
            };
            let mut observed = Observed::default();
            let done = connect(&proxy, Box::new(ours), "the proxy", &settings, timeouts, &mut observed).await;
            done.map(drop).map_err(|cause| cause.kind)
        })
    }

    #[test]
    fn a_close_within_a_reply_is_closed_early() {
        assert_eq!(connect_to("", b"\x05\x00\x05\x00\x00\x03\xffabc"), Err(FailureKind::ClosedEarly));
        assert_eq!(connect_to("", b"\x05\x00\x05\x00\x00\x03\x01a\x00\x50"), Ok(()));
    }

    proptest! {
        #[test]
        fn no_bytes_of_a_proxy_make_it_panic(
            login in prop_oneof!["", "me:pw@"],
            version in prop_oneof![Just(5u8), any::<u8>()],
            rest in prop::collection::vec(prop_oneof![Just(0u8), Just(1), Just(3), Just(5), any::<u8>()], 0..300),
        ) {
            let bytes = [&[version][..], &rest].concat();
            let kind = connect_to(&login, &bytes);
            prop_assert!(
                matches!(kind, Ok(()) | Err(FailureKind::ClosedEarly | FailureKind::Socks { .. })),
                "{:?}", kind
            );
        }
    }
}
