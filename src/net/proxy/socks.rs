//! Opens a tunnel through a SOCKS 5 proxy (RFC 1928), with a user name and password (RFC 1929) or without.

use std::{io, net::IpAddr};

use tokio::{
    io::AsyncReadExt,
    time::{timeout, timeout_at},
};
use tokio_socks::{Error, TargetAddr, tcp::Socks5Stream};

use crate::{
    config::{Proxy, ProxyScheme, Secret, Settings},
    session::{FailureKind, SocksReply},
};

use super::{
    super::{Cause, Io, lookup, stream::Timeouts, tap::Tap},
    Observed,
};

/// Requests the connection. The protocol bounds what the library reads: a reply has at most 262 bytes.
pub(super) async fn connect(
    proxy: &Proxy,
    io: Box<dyn Io>,
    remote: &str,
    settings: &Settings,
    timeouts: Timeouts,
    observed: &mut Observed,
) -> Result<Box<dyn Io>, Cause> {
    let target = target(proxy, settings, timeouts, observed).await?;
    let mut tap = Tap::new(io);
    let done = match &proxy.login {
        None => Socks5Stream::connect_with_socket(&mut tap, target).await.map(drop),
        Some(login) => {
            let (user, password) = (login.user.expose(), login.password.as_ref().map_or("", Secret::expose));
            Socks5Stream::connect_with_password_and_socket(&mut tap, target, user, password).await.map(drop)
        }
    };
    let error = match done {
        Ok(()) => {
            observed.evidence.socks = Some(SocksReply::Succeeded);
            return Ok(tap.into_inner());
        }
        Err(error) => error,
    };
    let Some(reply) = reply(&error, tap.first().len()) else {
        return Err(broken_connection(error, remote, tap.first().len()));
    };
    observed.evidence.socks = Some(reply);
    if reply == SocksReply::NotSocks {
        // The library stops at the second byte; a few more bytes help to identify the protocol.
        drop(timeout(timeouts.quiet, tap.read(&mut [0; 254])).await);
        observed.evidence.unread = tap.first().to_vec();
    }
    Err(refused(reply, remote))
}

/// The address of the host after a lookup here, or its name. A pipeline leaves the lookup to the proxy.
async fn target(
    proxy: &Proxy,
    settings: &Settings,
    timeouts: Timeouts,
    observed: &mut Observed,
) -> Result<TargetAddr<'static>, Cause> {
    let url = &settings.url;
    let by_name = || TargetAddr::Domain(url.host.clone().into(), url.port);
    if let Ok(address) = url.host.parse::<IpAddr>() {
        return Ok(TargetAddr::Ip((address, url.port).into()));
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
    let lookup = lookup::addresses(&url.host, url.port, &mut ignored);
    let found = timeout_at(timeouts.deadline, lookup).await.unwrap_or_else(|_| {
        // The stage would report a timeout of the proxy, but the resolver is to blame.
        let message = format!("the resolver did not answer about \"{}\" in time", url.host);
        Err(Cause::new(FailureKind::LookupFailed, message))
    })?;
    let Some(first) = found.first() else { return Ok(by_name()) };
    observed.evidence.target = format!("{first} ({})", url.host);
    Ok(TargetAddr::Ip(*first))
}

/// The reply that an error of the library means; `None` if there was no reply.
fn reply(error: &Error, received: usize) -> Option<SocksReply> {
    Some(match error {
        Error::NoAcceptableAuthMethods | Error::AuthorizationRequired | Error::InvalidAuthValues(_) => {
            SocksReply::NoMethod
        }
        Error::PasswordAuthFailure(_) => SocksReply::LoginRefused,
        Error::GeneralSocksServerFailure => SocksReply::GeneralFailure,
        Error::ConnectionNotAllowedByRuleset => SocksReply::NotAllowed,
        Error::NetworkUnreachable => SocksReply::NetworkUnreachable,
        Error::HostUnreachable => SocksReply::HostUnreachable,
        Error::ConnectionRefused => SocksReply::ConnectionRefused,
        Error::TtlExpired => SocksReply::TtlExpired,
        Error::CommandNotSupported => SocksReply::CommandNotSupported,
        Error::AddressTypeNotSupported => SocksReply::AddressNotSupported,
        // The library has the same error for an unknown method and an unknown reply. The reply comes after the
        // two bytes of the method.
        Error::UnknownAuthMethod if received > 2 => SocksReply::Unassigned,
        Error::Io(_) => return None,
        _ => SocksReply::NotSocks,
    })
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

fn broken_connection(error: Error, remote: &str, received: usize) -> Cause {
    let source = match error {
        Error::Io(source) => source,
        other => io::Error::other(other),
    };
    if source.kind() == io::ErrorKind::UnexpectedEof {
        let message = match received {
            0 => format!("{remote} closed the connection without an answer to SOCKS 5"),
            _ => format!("{remote} closed the connection in the middle of SOCKS 5"),
        };
        return Cause::new(FailureKind::ClosedEarly, message);
    }
    let message = format!("the connection to {remote} broke during SOCKS 5");
    Cause::new(FailureKind::Io, message).because(&source)
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
