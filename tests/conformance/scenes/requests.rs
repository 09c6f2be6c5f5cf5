//! What is asked for: the request line and headers, as the address is written.

use super::{ONCE, serve};
use crate::{
    engines,
    scene::{Scene, closed_port, scene},
};

/// Addresses that are asked for; the server accepts.
const ASKED: [(&str, &str); 31] = [
    ("plain", "ws://127.0.0.1:{port}/ticks"),
    ("query", "ws://127.0.0.1:{port}/a/b?x=1&y=%20z"),
    ("no-path", "ws://127.0.0.1:{port}"),
    ("no-path-query", "ws://127.0.0.1:{port}?a=b"),
    ("empty-query", "ws://127.0.0.1:{port}/a?"),
    ("query-plus", "ws://127.0.0.1:{port}/?a=1+2&b=;&c"),
    ("fragment", "ws://127.0.0.1:{port}/a#part"),
    ("fragment-in-query", "ws://127.0.0.1:{port}/a?x=1#part"),
    ("odd-path", "ws://127.0.0.1:{port}/a%2Fb/é/|x/{y}"),
    ("encoded-slash", "ws://127.0.0.1:{port}/a%2Fb"),
    ("encoded-small", "ws://127.0.0.1:{port}/a%2fb%c3%a9"),
    ("umlaut", "ws://127.0.0.1:{port}/grüße?q=ü"),
    ("blank-in-path", "ws://127.0.0.1:{port}/a b"),
    ("blank-in-query", "ws://127.0.0.1:{port}/?a=b c"),
    ("blank-behind", "ws://127.0.0.1:{port}/ "),
    ("double-slash", "ws://127.0.0.1:{port}//a//b/"),
    ("dots", "ws://127.0.0.1:{port}/a/../b/./c"),
    ("brackets", "ws://127.0.0.1:{port}/a[0]/<b>/\"c\"/^d/`e`"),
    ("stars", "ws://127.0.0.1:{port}/a*b!$&'()+,;=:@~"),
    ("backslash", "ws://127.0.0.1:{port}/a\\b"),
    ("upper-host", "ws://LOCALHOST:{port}/a"),
    ("upper-scheme", "WS://127.0.0.1:{port}/a"),
    ("no-host", "ws://:{port}/a"),
    ("percent-in-query", "ws://127.0.0.1:{port}/?a=%zz"),
    ("two-question-marks", "ws://127.0.0.1:{port}/a??b?c"),
    ("no-path-blank-query", "ws://127.0.0.1:{port}?a b#c d"),
    ("encoded-among-odd", "ws://127.0.0.1:{port}/%41%7e%2f/\u{fc}%20"),
    ("odd-fragment", "ws://127.0.0.1:{port}/a#é b%2F"),
    ("long-port", "ws://127.0.0.1:0{port}/a"),
    ("quotes-in-query", "ws://127.0.0.1:{port}/?\"<>^`{|}\\[]"),
    ("expression", "ws://127.0.0.1:{port}/${! json(\"a\") }"),
];

/// Addresses that no attempt can connect to.
const FAILING: [(&str, &str); 18] = [
    ("userinfo", "ws://user:p%40ss@127.0.0.1:{port}/a"),
    ("http-scheme", "http://127.0.0.1:{port}/a"),
    ("https-scheme", "https://127.0.0.1:{port}/a"),
    ("other-scheme", "foo://127.0.0.1:{port}/a"),
    ("no-scheme", "//127.0.0.1:{port}/a"),
    ("empty", ""),
    ("path-only", "/ticks"),
    ("user-only", "ws://user@127.0.0.1:{port}/a"),
    ("name-and-port", "localhost:{port}/a"),
    ("name-only", "localhost"),
    ("opaque", "ws:127.0.0.1:{port}"),
    ("one-slash", "ws:/127.0.0.1:{port}/a"),
    ("three-slashes", "ws:///a"),
    ("empty-port", "ws://127.0.0.1:/a"),
    ("large-port", "ws://127.0.0.1:70000/a"),
    ("bare-v6", "ws://::1/a"),
    ("bracket-in-host", "ws://a]b/"),
    ("angle-in-host", "ws://a<b>.test/"),
];

/// Addresses with which the engine does not start.
const UNREADABLE: [(&str, &str); 9] = [
    ("percent-in-path", "ws://127.0.0.1:{port}/%zz"),
    ("percent-in-fragment", "ws://127.0.0.1:{port}/#%zz"),
    ("blank-in-host", "ws://a b:{port}/"),
    ("blank-before", " ws://127.0.0.1:{port}/"),
    ("line-break", "ws://127.0.0.1:{port}/\n"),
    ("port-word", "ws://127.0.0.1:port/"),
    ("address-and-port", "127.0.0.1:{port}/a"),
    ("bad-v6", "ws://[::zz]:{port}/"),
    ("colon-only", ":"),
];

pub fn all() -> Vec<Scene> {
    let asked = ASKED.iter().map(|(name, url)| scene(format!("request-{name}"), serve).url(*url));
    let failing = FAILING
        .iter()
        .map(|(name, url)| scene(format!("request-{name}"), serve).url(*url).fields(ONCE).lasts(3000));
    let unreadable = UNREADABLE
        .iter()
        .map(|(name, url)| scene(format!("request-{name}"), serve).url(*url).fields(ONCE).lasts(3000));
    let unanswered = [
        scene("request-http-scheme-for-ever", serve)
            .url("http://127.0.0.1:{port}/a")
            .differs(&engines::ALL, "Sockeye refuses at once what the engine tries for ever."),
        closed_port("request-refused-port").fields(ONCE),
        closed_port("request-port-zero").url("ws://127.0.0.1:0/").fields(ONCE),
        closed_port("request-no-network").url("ws://255.255.255.255:9/").fields(ONCE),
    ];
    asked.chain(failing).chain(unreadable).chain(unanswered).collect()
}
