//! The errors of the pipeline's library for SOCKS (`golang.org/x/net/internal/socks`).

use crate::session::{FailureKind, SocksReply, Stage};

use super::failed_connection::FailedConnection;

/// What stands before each error on the way through a SOCKS proxy: `socks connect tcp PROXY->HOST:PORT: `.
pub(super) fn lead(failed: &FailedConnection) -> String {
    let on_the_way = matches!(failed.failure.stage, Stage::Lookup | Stage::Tcp | Stage::Proxy)
        && !matches!(failed.failure.kind, FailureKind::ProxyUrl { .. });
    match failed.address_of_proxy() {
        Some(proxy) if on_the_way && proxy.scheme.is_socks() => {
            let host = if proxy.host.contains(':') { format!("[{}]", proxy.host) } else { proxy.host };
            format!("socks connect tcp {host}:{}->{}: ", proxy.port, failed.place())
        }
        _ => String::new(),
    }
}

/// The error about this reply; empty where the pipeline goes on.
pub(super) fn error(failed: &FailedConnection, reply: SocksReply) -> String {
    let received = failed.proxy().map(|proxy| proxy.unread.as_slice()).unwrap_or_default();
    let has_login = failed.address_of_proxy().is_some_and(|proxy| proxy.login.is_some());
    match reply {
        SocksReply::NoMethod | SocksReply::NotSocks => unexpected(received, has_login),
        SocksReply::LoginRefused => "username/password authentication failed".to_owned(),
        SocksReply::Unassigned => {
            let code = behind_method(received, has_login).get(1).copied().unwrap_or_default();
            format!("unknown error unknown code: {code}")
        }
        reply => format!("unknown error {}", reply.words()),
    }
}

/// Whether a SOCKS proxy ended where the library waits for the first byte of an answer.
pub(super) fn ends_before_an_answer(failed: &FailedConnection) -> bool {
    let proxy =
        failed.proxy().filter(|proxy| proxy.exchange.is_none() && failed.failure.stage == Stage::Proxy);
    let has_login = failed.address_of_proxy().is_some_and(|proxy| proxy.login.is_some());
    proxy.is_some_and(|proxy| {
        let reply = behind_method(&proxy.unread, has_login).len();
        matches!(proxy.unread.len(), 0 | 2) || matches!(reply, 4) || (reply == 0 && proxy.unread.len() == 4)
    })
}

/// The reply, which stands behind the method and the answer to the login.
fn behind_method(received: &[u8], has_login: bool) -> &[u8] {
    let method = if has_login && received.get(1) == Some(&2) { 4 } else { 2 };
    received.get(method..).unwrap_or_default()
}

/// The error about the first byte that is not as it should be.
fn unexpected(received: &[u8], has_login: bool) -> String {
    match (received, has_login) {
        ([] | [5, 0xff, ..], _) => return "no acceptable authentication methods".to_owned(),
        ([5, 0, ..], _) | ([5, ..], false) | ([5, 2, 1, ..], true) => {}
        ([5, 2], true) => return "invalid username/password".to_owned(),
        ([5, 2, ..], true) => return "invalid username/password version".to_owned(),
        ([5, method, ..], true) => return format!("unsupported authentication method {method}"),
        ([version, ..], _) => return format!("unexpected protocol version {version}"),
    }
    match behind_method(received, has_login) {
        [5, 0, 0, kind, ..] => format!("unknown address type {kind}"),
        [5, 0, _, ..] => "non-zero reserved field".to_owned(),
        [version, ..] if *version != 5 => format!("unexpected protocol version {version}"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::unexpected;

    #[test]
    fn what_is_not_socks_is_named_as_by_the_pipelines_library() {
        let cases: [(&[u8], bool, &str); 9] = [
            (b"\x05\xff", false, "no acceptable authentication methods"),
            (b"HTTP/1.1 400", true, "unexpected protocol version 72"),
            (b"\x05\x07", true, "unsupported authentication method 7"),
            (b"\x05\x02\x05\x00", true, "invalid username/password version"),
            (b"\x05\x00\x04\x00\x00\x01", false, "unexpected protocol version 4"),
            (b"\x05\x02\x01\x00\x05\x00\x01\x01", true, "non-zero reserved field"),
            (b"\x05\x00\x05\x00\x00\x09", false, "unknown address type 9"),
            (b"\x05\x02", false, ""),
            (b"\x05\x02", true, "invalid username/password"),
        ];
        for (received, has_login, error) in cases {
            assert_eq!(unexpected(received, has_login), error);
        }
    }
}
