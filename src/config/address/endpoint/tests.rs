//! Parsing and masking of addresses.

use super::*;

fn parsed(text: &str) -> Endpoint {
    Endpoint::parse(text).unwrap_or_else(|message| panic!("{text}: {message}"))
}

#[test]
fn path_and_query_stay_as_written() {
    for (text, target) in [
        ("ws://host", "/"),
        ("ws://host/", "/"),
        ("ws://host?a=b", "/?a=b"),
        ("ws://host/a/../b//c?x=%7e&y=[]|#frag", "/a/../b//c?x=%7e&y=[]|"),
    ] {
        assert_eq!(parsed(text).target, target, "{text}");
    }
}

#[test]
fn host_port_and_authority_are_parsed() {
    let table = [
        ("WS://Host", "host", 80, "Host", false),
        ("wss://host", "host", 443, "host", true),
        ("wss://host:443/x", "host", 443, "host:443", true),
        ("ws://[::1]:9/x", "::1", 9, "[::1]:9", false),
        ("ws://127.0.0.1:1", "127.0.0.1", 1, "127.0.0.1:1", false),
        ("ws://b\u{fc}cher.example:1", "xn--bcher-kva.example", 1, "xn--bcher-kva.example:1", false),
    ];
    for (text, host, port, authority, secure) in table {
        let endpoint = parsed(text);
        assert_eq!((endpoint.host.as_str(), endpoint.port, endpoint.secure), (host, port, secure), "{text}");
        assert_eq!(endpoint.authority, authority, "{text}");
    }
}

#[test]
fn an_error_has_the_fault_and_a_fix() {
    let table = [
        ("", "it is empty; write ws://host/path or wss://host/path"),
        ("localhost:4195", "the scheme is missing; write ws://localhost:4195 or wss://localhost:4195"),
        ("ws:/host/x", "'//' is missing after 'ws:'; write ws://host/x"),
        ("http://host/x?token=1", "the scheme is 'http', not ws or wss; write ws://host/x"),
        ("ftp://host", "the scheme is 'ftp', not ws or wss"),
        ("ws:///path", "it has no host; write ws://host/path or wss://host/path"),
        ("ws://host:70000", "the port 70000 is out of range; ports go from 1 to 65535"),
        ("ws://host:0", "the port 0 is out of range; ports go from 1 to 65535"),
        ("ws://host:abc", "the port 'abc' is not a number"),
        ("ws://::1/x", "an IPv6 address needs brackets; write [::1]"),
        ("ws://[::1/x", "the ']' of its IPv6 address is missing"),
        ("ws://ho st", "it contains a space; write it as %20"),
        ("ws://host/\u{fc}", "its path or query contains '\u{fc}', which must be percent-encoded"),
    ];
    for (text, message) in table {
        assert_eq!(Endpoint::parse(text), Err(message.to_owned()), "{text}");
    }
}

#[test]
fn user_info_is_refused_and_never_shown() {
    for text in [
        "ws://ann:hunter2@host",
        "ws://ann:hunter2/x@host",
        "ws://ann:hunter2?@host",
        "ann:hunter2@host",
        "http://ann:hunter2@host",
        "wss://hunter2@host:1/",
        "ws://ann:hunter2#@host",
    ] {
        let message = Endpoint::parse(text).expect_err("user info is refused");
        assert!(!message.contains("hunter2"), "{message}");
    }
}

#[test]
fn query_values_named_like_credentials_are_masked() {
    let shown =
        parsed("wss://h/p?token=a&channel=b&api_key=c&X-Amz-Signature=d&sig=e&access_token=&auth=f&key=g");
    assert_eq!(
        shown.shown_target(),
        "/p?token=•••&channel=b&api_key=•••&X-Amz-Signature=•••&sig=•••&access_token=\
         &auth=•••&key=•••"
    );
    assert!(!format!("{shown:?}").contains("=a&"));
}
