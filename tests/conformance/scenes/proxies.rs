//! Proxies: the fields, the environment, and what a proxy answers.

use std::io;

use super::ONCE;
use crate::{
    engines::Engine::{V77, V80},
    scene::{Scene, scene},
    server::{Conn, text},
};

const HTTP: &str = "proxy_url: http://127.0.0.1:{port}";
const SOCKS: &str = "proxy_url: socks5://127.0.0.1:{port}";

/// Lets the client through, and is the server behind.
fn through(conn: &mut Conn, _: usize) -> io::Result<()> {
    let asked = conn.head()?;
    conn.remember(asked);
    conn.send("HTTP/1.1 200 OK\r\n\r\n")?;
    conn.upgrade_and("", &text("1"))?;
    conn.watch()
}

/// Answers what it is asked with these bytes.
fn refuses(answer: &'static str) -> impl Fn(&mut Conn, usize) -> io::Result<()> {
    move |conn, _| {
        let asked = conn.head()?;
        conn.remember(asked);
        conn.send(answer)?;
        conn.watch()
    }
}

/// A SOCKS server that chooses this method and answers with this code.
fn socks(method: u8, code: u8) -> impl Fn(&mut Conn, usize) -> io::Result<()> {
    move |conn, _| {
        let greeting = conn.exactly(2)?;
        let methods = conn.exactly(usize::from(greeting[1]))?;
        conn.remember(format!("{greeting:?} {methods:?}"));
        conn.send([5, method])?;
        if method == 2 {
            let name = conn.exactly(2)?;
            let name = conn.exactly(usize::from(name[1]))?;
            let size = conn.exactly(1)?;
            let word = conn.exactly(usize::from(size[0]))?;
            conn.remember(format!("{name:?} {word:?}"));
            conn.send([1, u8::from(name == b"bad")])?;
        }
        if method == 0xff {
            return conn.watch();
        }
        let asked = conn.exactly(4)?;
        let name = match asked[3] {
            1 => conn.exactly(4)?,
            4 => conn.exactly(16)?,
            _ => {
                let size = conn.exactly(1)?;
                conn.exactly(usize::from(size[0]))?
            }
        };
        let port = conn.exactly(2)?;
        conn.remember(format!("{asked:?} {} {port:?}", name.escape_ascii()));
        conn.send([5, code, 0, 1, 0, 0, 0, 0, 0, 0])?;
        if code == 0 {
            conn.upgrade_and("", &text("1"))?;
        }
        conn.watch()
    }
}

const ANSWERS: [(&str, &str); 17] = [
    ("200-no-phrase", "HTTP/1.1 204\r\n\r\n"),
    ("bad-length", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"),
    ("odd-header-unfinished", "HTTP/1.1 200 OK\r\nOdd line\r\n"),
    ("407", "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno"),
    ("403", "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"),
    ("403-other-phrase", "HTTP/1.1 403 Go away now\r\nContent-Length: 2\r\n\r\nno"),
    ("502", "HTTP/1.1 502 Bad Gateway\r\n\r\n"),
    ("503-no-phrase", "HTTP/1.1 503\r\n\r\n"),
    ("503-empty-phrase", "HTTP/1.1 503 \r\n\r\n"),
    ("201", "HTTP/1.1 201 Created\r\n\r\n"),
    ("301", "HTTP/1.1 301 Moved Permanently\r\nLocation: /\r\n\r\n"),
    ("101", "HTTP/1.1 101 Switching Protocols\r\n\r\n"),
    ("100-first", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"),
    ("http-1.0", "HTTP/1.0 403 Forbidden\r\n\r\n"),
    ("not-http", "SSH-2.0-OpenSSH_9.6\r\n"),
    ("odd-header", "HTTP/1.1 403 Forbidden\r\nOdd line\r\n\r\n"),
    ("no-number", "HTTP/1.1 abc Odd\r\n\r\n"),
];

/// What a SOCKS proxy sends in one go before it ends.
const SOCKS_ANSWERS: [(&str, &[u8]); 7] = [
    ("ends", b""),
    ("ends-in-method", b"\x05"),
    ("ends-after-method", b"\x05\x00"),
    ("ends-in-reply", b"\x05\x00\x05\x00"),
    ("version-4", b"\x04\x00"),
    ("reserved", b"\x05\x00\x05\x00\x01\x01"),
    ("address-type", b"\x05\x00\x05\x00\x00\x07"),
];

const ADDRESSES: [(&str, &str); 19] = [
    ("with-user", "proxy_url: http://us:p%20s@127.0.0.1:{port}"),
    ("with-user-only", "proxy_url: http://us@127.0.0.1:{port}"),
    ("with-path", "proxy_url: http://127.0.0.1:{port}/some/path?x=1"),
    ("upper-scheme", "proxy_url: HTTP://127.0.0.1:{port}"),
    ("ftp", "proxy_url: ftp://127.0.0.1:{port}"),
    ("socks4", "proxy_url: socks4://127.0.0.1:{port}"),
    ("name-only", "proxy_url: proxy"),
    ("empty", "proxy_url: ''"),
    ("no-slashes", "proxy_url: http:127.0.0.1"),
    ("ws", "proxy_url: ws://127.0.0.1:{port}"),
    ("other-host", "proxy_url: http://localhost:{port}"),
    ("no-host", "proxy_url: http://"),
    ("no-scheme", "proxy_url: 127.0.0.1:{port}"),
    ("name-and-port", "proxy_url: localhost:{port}"),
    ("upper-host", "proxy_url: http://LOCALHOST:{port}"),
    ("odd-user", "proxy_url: 'http://a%40b:p%C3%A4%3A@127.0.0.1:{port}'"),
    ("percent-in-password", "proxy_url: http://u:p%zz@127.0.0.1:{port}"),
    ("blank", "proxy_url: 'http://127.0.0.1:{port}/a b'"),
    ("large-port", "proxy_url: http://127.0.0.1:70000"),
];

fn named(scene: Scene) -> Scene {
    scene.url("ws://feed.test:8080/x")
}

pub fn all() -> Vec<Scene> {
    [http(), socks5(), environment()].concat()
}

fn http() -> Vec<Scene> {
    let mut all = vec![
        named(scene("proxy-connect", through)).fields(HTTP),
        scene("proxy-default-port", through).fields(HTTP).url("ws://feed.test/x"),
        scene("proxy-to-address", through).fields(HTTP).url("ws://10.0.0.1:81/x?y=z"),
        scene("proxy-to-v6", through).fields(HTTP).url("ws://[2001:db8::1]:81/x"),
        named(scene("proxy-basic", through))
            .fields(format!("{HTTP}\nbasic_auth: {{enabled: true, username: a, password: b}}")),
        named(scene("proxy-closes", |conn, _| conn.head().map(|_| ())))
            .fields(format!("{HTTP}\n{ONCE}"))
            .lasts(1200),
        named(scene("proxy-resets", |conn, _| {
            conn.head()?;
            conn.reset()
        }))
        .fields(format!("{HTTP}\n{ONCE}"))
        .lasts(1200),
        named(scene("proxy-never-answers", |conn, _| {
            conn.head()?;
            conn.watch()
        }))
        .fields(format!("{HTTP}\n{ONCE}"))
        .engines(&[V77, V80])
        .lasts(50_000),
        // The process panics, and connects no more.
        named(scene("proxy-answer-no-phrase-for-ever", refuses("HTTP/1.1 503\r\n\r\n")))
            .fields(HTTP)
            .lasts(3000),
        named(scene("proxy-refuses-behind", |conn, _| {
            conn.head()?;
            conn.send("HTTP/1.1 200 OK\r\n\r\n")?;
            conn.head()?;
            conn.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")?;
            conn.watch()
        }))
        .fields(format!("{HTTP}\n{ONCE}"))
        .lasts(1200),
    ];
    for (name, answer) in ANSWERS {
        all.push(
            named(scene(format!("proxy-answer-{name}"), refuses(answer)))
                .fields(format!("{HTTP}\n{ONCE}"))
                .lasts(1200),
        );
    }
    for (name, fields) in ADDRESSES {
        all.push(
            named(scene(format!("proxy-url-{name}"), through))
                .fields(format!("{fields}\n{ONCE}"))
                .lasts(1200),
        );
    }
    all
}

fn socks5() -> Vec<Scene> {
    let mut all = vec![
        named(scene("proxy-socks5", socks(0, 0))).fields(SOCKS),
        scene("proxy-socks5-default-port", socks(0, 0)).fields(SOCKS).url("ws://feed.test/x"),
        scene("proxy-socks5-to-address", socks(0, 0)).fields(SOCKS).url("ws://10.0.0.1:81/x"),
        scene("proxy-socks5-to-v6", socks(0, 0)).fields(SOCKS).url("ws://[2001:db8::1]:81/x"),
        named(scene("proxy-socks5h", socks(0, 0))).fields("proxy_url: socks5h://127.0.0.1:{port}"),
        named(scene("proxy-socks5-user", socks(2, 0))).fields("proxy_url: socks5://us:pw@127.0.0.1:{port}"),
        named(scene("proxy-socks5-user-refused", socks(2, 0)))
            .fields(format!("proxy_url: socks5://bad:pw@127.0.0.1:{{port}}\n{ONCE}"))
            .lasts(1200),
        named(scene("proxy-socks5-wants-user", socks(2, 0))).fields(format!("{SOCKS}\n{ONCE}")).lasts(1200),
        named(scene("proxy-socks5-no-method", socks(0xff, 0))).fields(format!("{SOCKS}\n{ONCE}")).lasts(1200),
    ];
    for (name, bytes) in SOCKS_ANSWERS {
        let plays = move |conn: &mut Conn, _| {
            conn.exactly(3)?;
            conn.send(bytes)?;
            conn.stream.shutdown(std::net::Shutdown::Write)?;
            conn.watch()
        };
        all.push(
            named(scene(format!("proxy-socks5-{name}"), plays))
                .fields(format!("{SOCKS}\n{ONCE}"))
                .lasts(1200),
        );
    }
    for code in [1, 2, 3, 4, 5, 6, 7, 8, 9, 0x5b] {
        all.push(
            named(scene(format!("proxy-socks5-code-{code}"), socks(0, code)))
                .fields(format!("{SOCKS}\n{ONCE}"))
                .lasts(1200),
        );
    }
    all
}

fn environment() -> Vec<Scene> {
    let mut all = Vec::new();
    let from = |name: &str, variable: &str, value: &str| {
        named(scene(format!("proxy-env-{name}"), through)).env(variable, value).fields(ONCE).lasts(1200)
    };
    all.push(from("http", "HTTP_PROXY", "http://127.0.0.1:{port}"));
    all.push(from("http-small", "http_proxy", "http://127.0.0.1:{port}"));
    all.push(from("no-scheme", "HTTP_PROXY", "127.0.0.1:{port}"));
    all.push(from("user", "HTTP_PROXY", "http://u:p@127.0.0.1:{port}"));
    all.push(
        from("not-excepted", "HTTP_PROXY", "http://127.0.0.1:{port}")
            .env("NO_PROXY", "other.test,.feed.test,10.0.0.0/8"),
    );
    let excepted = |name: &str, list: &str| {
        scene(format!("proxy-env-no-proxy-{name}"), super::serve)
            .url("ws://127.0.0.1:{port}/x")
            .env("HTTP_PROXY", "http://127.0.0.1:9")
            .env("NO_PROXY", list)
            .fields(ONCE)
    };
    all.push(excepted("loopback-anyway", "other.test"));
    all.push(excepted("star", "*"));
    all.push(
        named(scene("proxy-env-request-method", through))
            .env("HTTP_PROXY", "http://127.0.0.1:{port}")
            .env("REQUEST_METHOD", "GET")
            .fields(ONCE)
            .lasts(1200),
    );
    all
}
