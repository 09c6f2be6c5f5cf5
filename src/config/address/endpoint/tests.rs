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
        ("ws://[fe80::1%25lo]:9/", "fe80::1%lo", 9, "[fe80::1]:9", false),
        ("ws://[::1%25lo]", "::1%lo", 80, "[::1]", false),
        ("ws://h:00080", "h", 80, "h:00080", false),
        ("wss://host.:1", "host.", 1, "host.:1", true),
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
        ("WS:host", "'//' is missing after 'WS:'; write ws://host"),
        ("ws:\\\\host\\x", "'//' is missing after 'ws:'; write ws://host/path"),
        ("https:/host/x", "'//' is missing after 'https:'; write wss://host/x"),
        ("wss//host/x", "':' is missing after 'wss'; write wss://host/x"),
        ("\"wss://host/x\"", "it begins with a quote; remove the quotes around it"),
        ("host:9:9/x", "the scheme is missing; write ws://host/path or wss://host/path"),
        ("wss://wss://host/x", "its scheme is written twice; remove one of the two"),
        ("wss:///feed.example/x", "it has a third '/' before its host; remove it"),
        ("ws://host:/x", "the port behind ':' is missing; write the number, or remove the ':'"),
        ("ws://localhost:9:9/", "it has more than one port; write localhost:9"),
        ("ws://a:b:c/", "its host contains more than one ':'; write host:port"),
        ("ws://host\\x", "its host contains '\\'; write '/' in its place"),
        ("ws://[::1%lo]/", "the '%' before a zone is written as %25; write [::1%25lo]"),
        ("ws://h%41/", "'h%41' is not a host name: a '%' begins an escape, which a host does not have"),
        ("http://host/x?token=1", "the scheme is 'http', not ws or wss; write ws://host/x"),
        ("ftp://host", "the scheme is 'ftp', not ws or wss"),
        ("ws:///path", "it has no host; write ws://host/path or wss://host/path"),
        ("ws://host:70000", "the port 70000 is out of range; ports go from 1 to 65535"),
        ("ws://host:abc", "the port 'abc' is not a number"),
        ("ws://::1/x", "an IPv6 address needs brackets; write [::1]"),
        ("ws://[::1/x", "the ']' of its IPv6 address is missing"),
        ("//127.0.0.1:9/", "the scheme is missing; write ws://127.0.0.1:9/ or wss://127.0.0.1:9/"),
        ("ws://ho st", "its host contains a space; remove it"),
        ("ws://ho\tst/a b", "its host contains a tab; remove it"),
        (" ws://host", "it begins with a space; remove it"),
        ("ws://host/\n", "it ends with a line break; remove it"),
        ("ws://host/%zz", "it contains a percent sign that does not begin an escape; write it as %25"),
        ("ws://host/a b/100%", "it contains a percent sign that does not begin an escape; write it as %25"),
        ("ws://host/a\tb", "it contains a tab; write it as %09"),
        ("ws://host/a b\u{7f}c", "it contains a control character; write it as %7F"),
    ];
    for (text, message) in table {
        assert_eq!(Endpoint::parse(text), Err(message.to_owned()), "{text}");
    }
}

#[test]
fn what_go_dials_is_dialled_with_the_bytes_of_go_and_told() {
    let zero = "nothing listens on port 0; write the port of the server, from 1 to 65535";
    let table = [
        ("ws://host/a b", "/a%20b", "it contains a space; write it as %20"),
        ("ws://host/?a=b c", "/?a=b c", "it contains a space; write it as %20"),
        ("ws://host/x ", "/x%20", "it ends with a space; remove it"),
        ("ws://host/x#a b", "/x", "it contains a space; write it as %20"),
        ("ws://host?a=\u{2003}b", "/?a=\u{2003}b", "it contains a blank; write it as %E2%80%83"),
        ("ws://host/\u{fc}", "/%C3%BC", "its path or query contains '\u{fc}'; write it as %C3%BC"),
        ("ws://host/?q=\u{fc}", "/?q=\u{fc}", "its path or query contains '\u{fc}'; write it as %C3%BC"),
        ("ws://host:0/x", "/x", zero),
        ("wss://host:000", "/", zero),
    ];
    for (text, target, oddity) in table {
        assert_eq!(parsed(text).target, target, "{text}");
        assert_eq!(Endpoint::oddity(text).as_deref(), Some(oddity), "{text}");
    }
    assert_eq!(Endpoint::oddity("ws://host:9/a%20b?c=d"), None);
}

#[test]
fn a_path_that_is_no_valid_encoding_is_encoded_as_go_does() {
    for (text, target) in [
        ("ws://host/a|b", "/a%7Cb"),
        ("ws://host/\"x\"", "/%22x%22"),
        ("ws://host/{id}^`", "/%7Bid%7D%5E%60"),
        ("ws://host/a\\b", "/a%5Cb"),
        ("ws://host/[a]!'(b)*", "/[a]!'(b)*"),
        ("ws://host/a%2fb", "/a%2fb"),
    ] {
        assert_eq!(parsed(text).target, target, "{text}");
        assert_eq!(Endpoint::in_pipeline(text).connects().map(|url| url.target).as_deref(), Some(target));
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

#[test]
fn a_pipeline_connects_where_go_connects() {
    // Host, port, `Host` header, request target, signed address, and what a proxy is asked for.
    let table = [
        (
            "ws://LOCALHOST/a%2Fb/\u{e9}",
            "LOCALHOST",
            80,
            "LOCALHOST",
            "/a/b/%C3%A9",
            "ws://LOCALHOST/a/b/%C3%A9",
            "LOCALHOST:80",
        ),
        ("WSS://h:9?a=b c#\u{fc} d", "h", 9, "h:9", "/?a=b c", "wss://h:9?a=b c#%C3%BC%20d", "h:9"),
        ("ws://", "", 80, "", "/", "ws:", ":80"),
        ("ws:/h/x", "", 80, "", "/h/x", "ws:/h/x", ":80"),
        ("wss:h/x y", "", 443, "", "h/x y", "wss:h/x y", ":443"),
        ("ws://:9/", "", 9, ":9", "/", "ws://:9/", ":9"),
        ("ws://h:/", "h", 0, "h:", "/", "ws://h:/", "h:"),
        ("ws://h:00080", "h", 80, "h:00080", "/", "ws://h:00080", "h:00080"),
        (
            "ws://[fe80::1%25lo]:9/",
            "fe80::1%lo",
            9,
            "[fe80::1]:9",
            "/",
            "ws://[fe80::1%25lo]:9/",
            "[fe80::1%lo]:9",
        ),
        (
            "ws://b\u{fc}cher.example:8080",
            "b\u{fc}cher.example",
            8080,
            "xn--bcher-kva.example:8080",
            "/",
            "ws://b%C3%BCcher.example:8080",
            "b\u{fc}cher.example:8080",
        ),
        ("ws://a<b", "a<b", 80, "", "/", "ws://a<b", "a<b:80"),
    ];
    for (text, host, port, authority, target, full, place) in table {
        let url = Endpoint::in_pipeline(text).connects().unwrap_or_else(|| panic!("{text}: it connects"));
        assert_eq!((url.host.as_str(), url.port, url.authority.as_str()), (host, port, authority), "{text}");
        assert_eq!((url.target.as_str(), url.full.as_str(), url.place()), (target, full, place), "{text}");
        assert_eq!(url.secure, text.to_lowercase().starts_with("wss"), "{text}");
    }
}

#[test]
fn a_pipeline_fails_with_the_error_of_go() {
    for (text, error) in [
        ("", "malformed ws or wss URL"),
        ("/ticks", "malformed ws or wss URL"),
        ("//h/a", "malformed ws or wss URL"),
        ("h:9", "malformed ws or wss URL"),
        ("http://h/", "malformed ws or wss URL"),
        ("ws://u@h/", "malformed ws or wss URL"),
        ("ws://h:70000/", "dial tcp: address 70000: invalid port"),
        ("ws://[::1]:99999999999999999999/", "dial tcp: address 99999999999999999999: invalid port"),
        ("ws://::1/x", "dial tcp: address ::1: too many colons in address"),
        ("ws://a]b/", "dial tcp: address a]b:80: unexpected ']' in address"),
    ] {
        assert_eq!(Endpoint::in_pipeline(text), InPipeline::NoConnection(error.to_owned()), "{text}");
    }
}

#[test]
fn a_unix_socket_is_named_as_one() {
    for text in ["unix:/tmp/s.sock", "ws+unix:///tmp/s.sock:/api", "WS+UNIX:/tmp/s.sock", "/tmp/s.sock"] {
        let message = Endpoint::parse(text).expect_err("it is refused");
        assert!(
            message.starts_with("it is a unix socket") && message.contains("UNIX-CONNECT:/tmp/s.sock,"),
            "{message}"
        );
    }
}

proptest::proptest! {
    #[test]
    fn what_an_error_proposes_is_an_address_itself(text in ADDRESSES) {
        if let Err(message) = Endpoint::parse(&text) {
            let proposed = message.split([' ', ',']).filter(|word| word.starts_with("ws://") || word.starts_with("wss://"));
            for address in proposed {
                proptest::prop_assert!(Endpoint::parse(address).is_ok(), "{}: {}", text, message);
                proptest::prop_assert_eq!(Endpoint::oddity(address), None, "{}: {}", text, message);
                let in_pipeline = Endpoint::in_pipeline(address).connects();
                proptest::prop_assert!(in_pipeline.is_some_and(|url| !url.host.is_empty()), "{}: {}", text, message);
            }
        }
    }

    #[test]
    fn what_the_standard_reads_go_reads_too(text in ADDRESSES) {
        if let (Ok(own), Some(url)) = (Endpoint::parse(&text), Endpoint::in_pipeline(&text).connects()) {
            proptest::prop_assert_eq!((own.port, own.secure, own.target), (url.port, url.secure, url.target), "{}", text);
        }
    }
}

/// Addresses, and what looks like one.
const ADDRESSES: &str = "(wss?|WS|http|https|tcp|)(:|)(//|/|\\\\|///|)(u:p@|)(localhost|feed\\.example|127\\.1|\\[::1(%25lo|%lo|)\\]|::1|ws:|)\
                         (:|:9|:9:9|:0|:70000|:abc|)(/|/a%b|/a b|\\\\x|/x\\.sock|\\?a=1|#|)";
