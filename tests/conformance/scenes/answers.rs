//! Answers to the upgrade.

use super::{ONCE, answer};
use crate::{
    engines::Engine,
    scene::{Scene, scene},
    server::{Conn, text},
    support::servers::{header, switching},
};

/// Status lines and headers of answers that are no upgrade.
const REFUSALS: [(&str, &str, &str); 26] = [
    ("200", "HTTP/1.1 200 OK", ""),
    ("201", "HTTP/1.1 201 Created", ""),
    ("204", "HTTP/1.1 204 No Content", ""),
    ("301", "HTTP/1.1 301 Moved Permanently", "Location: /other\r\n"),
    ("302", "HTTP/1.1 302 Found", "Location: ws://127.0.0.1:9/\r\n"),
    ("307", "HTTP/1.1 307 Temporary Redirect", "Location: https://feed.test/\r\n"),
    ("308-without-location", "HTTP/1.1 308 Permanent Redirect", ""),
    ("400", "HTTP/1.1 400 Bad Request", ""),
    ("401", "HTTP/1.1 401 Unauthorized", "WWW-Authenticate: Basic realm=\"x\"\r\n"),
    ("403", "HTTP/1.1 403 Forbidden", ""),
    ("404", "HTTP/1.1 404 Not Found", ""),
    ("407", "HTTP/1.1 407 Proxy Authentication Required", ""),
    ("426", "HTTP/1.1 426 Upgrade Required", "Sec-WebSocket-Version: 8\r\n"),
    ("429", "HTTP/1.1 429 Too Many Requests", "Retry-After: 1\r\n"),
    ("500", "HTTP/1.1 500 Internal Server Error", ""),
    ("502", "HTTP/1.1 502 Bad Gateway", ""),
    ("503", "HTTP/1.1 503 Service Unavailable", ""),
    ("999", "HTTP/1.1 999 Odd", ""),
    ("no-phrase", "HTTP/1.1 503", ""),
    ("empty-phrase", "HTTP/1.1 503 ", ""),
    ("http-1.0", "HTTP/1.0 403 Forbidden", ""),
    ("http-2", "HTTP/2.0 403 Forbidden", ""),
    ("http-9.9", "HTTP/9.9 403 Forbidden", ""),
    ("two-digits", "HTTP/1.1 40 Odd", ""),
    ("four-digits", "HTTP/1.1 4030 Odd", ""),
    ("no-number", "HTTP/1.1 abc Odd", ""),
];

/// Starts of answers at which the engine gives up; the server waits.
const UNFINISHED: [(&str, &str); 7] = [
    ("phrase", "HTTP/1.1\r\n"),
    ("status", "HTTP/1.1 +1 x\r\n"),
    ("no-colon", "HTTP/1.1 101 S\r\nUpgrade websocket\r\n"),
    ("first-blank", "HTTP/1.1 101 S\r\n\tX: y\r\n"),
    ("control", "HTTP/1.1 101 S\r\nX: \x1b[31m\r\nUpgrade: websocket\r\n"),
    ("encoding", "HTTP/1.1 101 S\r\nTransfer-Encoding: gzip\r\n\r\n"),
    ("trailer", "HTTP/1.1 403 F\r\nTransfer-Encoding: chunked\r\nTrailer: Trailer\r\n\r\n"),
];

/// Whole answers that are not what was asked for. `{accept}` stands for the right value.
const ODD: [(&str, &str); 38] = [
    ("101-no-upgrade", "HTTP/1.1 101 S\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"),
    ("101-no-connection", "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"),
    (
        "101-other-upgrade",
        "HTTP/1.1 101 S\r\nUpgrade: h2c\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n",
    ),
    (
        "101-connection-close",
        "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: close\r\nSec-WebSocket-Accept: {accept}\r\n\r\n",
    ),
    (
        "101-keep-alive-upgrade",
        "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n",
    ),
    (
        "101-upper",
        "HTTP/1.1 101 S\r\nUPGRADE: WebSocket\r\nCONNECTION: UPGRADE\r\nSEC-WEBSOCKET-ACCEPT: {accept}\r\n\r\n",
    ),
    (
        "101-two-upgrades",
        "HTTP/1.1 101 S\r\nUpgrade: foo\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n",
    ),
    ("101-no-accept", "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"),
    (
        "101-wrong-accept",
        "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
    ),
    (
        "101-accept-blank-around",
        "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept:   {accept}  \r\n\r\n",
    ),
    (
        "101-two-accepts",
        "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\nSec-WebSocket-Accept: {accept}\r\n\r\n",
    ),
    (
        "101-http-1.0",
        "HTTP/1.0 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n",
    ),
    (
        "101-no-phrase",
        "HTTP/1.1 101\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n",
    ),
    (
        "101-line-feeds",
        "HTTP/1.1 101 S\nUpgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Accept: {accept}\n\n",
    ),
    (
        "101-length",
        "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\nContent-Length: 0\r\n\r\n",
    ),
    (
        "101-folded-header",
        "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Long: a\r\n b\r\nSec-WebSocket-Accept: {accept}\r\n\r\n",
    ),
    (
        "101-subprotocol-unasked",
        "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: graphql-ws\r\nSec-WebSocket-Accept: {accept}\r\n\r\n",
    ),
    (
        "101-deflate-unasked",
        "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Accept: {accept}\r\n\r\n",
    ),
    (
        "101-deflate-plain",
        "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\nSec-WebSocket-Accept: {accept}\r\n\r\n",
    ),
    (
        "101-other-extension",
        "HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Extensions: x-webkit\r\nSec-WebSocket-Accept: {accept}\r\n\r\n",
    ),
    (
        "100-first",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n",
    ),
    (
        "103-first",
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n",
    ),
    ("102-alone", "HTTP/1.1 102 Processing\r\n\r\n"),
    ("not-http", "SSH-2.0-OpenSSH_9.6\r\n"),
    ("http-without-version", "HTTP 403 Forbidden\r\n\r\n"),
    ("small-http", "http/1.1 403 Forbidden\r\n\r\n"),
    ("empty-line", "\r\n\r\n"),
    ("binary", "\x16\x03\x01\x02\n"),
    ("frame", "\x01\x05hello\n"),
    ("no-colon", "HTTP/1.1 101 S\r\nUpgrade websocket\r\n\r\n"),
    ("no-colon-refused", "HTTP/1.1 403 Forbidden\r\nOdd line\r\n\r\n"),
    ("blank-before-colon", "HTTP/1.1 403 Forbidden\r\nX : y\r\n\r\n"),
    ("blank-in-name", "HTTP/1.1 403 Forbidden\r\nX Y: z\r\n\r\n"),
    ("starts-with-blank", "HTTP/1.1 403 Forbidden\r\n X: y\r\n\r\n"),
    ("empty-name", "HTTP/1.1 403 Forbidden\r\n: y\r\n\r\n"),
    ("nul-in-value", "HTTP/1.1 403 Forbidden\r\nX: a\0b\r\n\r\n"),
    ("two-lengths", "HTTP/1.1 403 Forbidden\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
    ("length-word", "HTTP/1.1 403 Forbidden\r\nContent-Length: abc\r\n\r\nab"),
];

const CHUNKED: &str = "HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n";

fn odd(name: &str, whole: &'static str) -> Scene {
    scene(format!("answer-{name}"), move |conn, _| {
        let head = conn.head()?;
        let right = switching(&head, "");
        let accept = header(&right, "Sec-WebSocket-Accept").unwrap_or_default();
        conn.send(whole.replace("{accept}", accept))?;
        // A server that has said all it has to say: what is opened gets a message, what is not gets the end.
        if whole.ends_with("\n\r\n") || whole.ends_with("\n\n") {
            conn.send(text("1"))?;
            return conn.watch();
        }
        conn.stream.shutdown(std::net::Shutdown::Write)?;
        conn.watch()
    })
    .fields(ONCE)
    .lasts(1000)
}

pub fn all() -> Vec<Scene> {
    let refusal = |(name, line, headers): &(&str, &str, &str)| {
        scene(
            format!("answer-{name}"),
            answer(format!("{line}\r\n{headers}Content-Length: 14\r\n\r\n{{\"error\":\"no\"}}")),
        )
        .fields(ONCE)
        .lasts(1000)
    };
    let mut all: Vec<_> = REFUSALS.iter().map(refusal).collect();
    all.extend(ODD.iter().map(|(name, whole)| odd(name, whole)));
    all.push(scene("answer-chunked", answer(CHUNKED)).fields(ONCE).lasts(1000));
    all.push(scene("answer-nothing", |conn, _| conn.head().map(|_| ())).fields(ONCE).lasts(1000));
    all.push(
        scene("answer-reset", |conn, _| {
            conn.head()?;
            conn.reset()
        })
        .fields(ONCE)
        .lasts(1000),
    );
    all.push(scene("answer-none-read", |conn, _| conn.exactly(1).map(|_| ())).fields(ONCE).lasts(1000));
    all.push(
        scene("answer-cut", |conn, _| {
            conn.head()?;
            conn.send("HTTP/1.1 101 Switching Protocols\r\nUpgr")
        })
        .fields(ONCE)
        .lasts(1000),
    );
    all.push(scene("answer-in-pieces", |conn, _| {
        let head = conn.head()?;
        let whole = switching(&head, "");
        for piece in whole.as_bytes().chunks(7) {
            conn.send(piece)?;
        }
        conn.send(text("1"))?;
        conn.watch()
    }));
    for (name, sent) in UNFINISHED {
        let plays = move |conn: &mut Conn, _| {
            conn.head()?;
            conn.send(sent)?;
            conn.watch()
        };
        all.push(scene(format!("answer-unfinished-{name}"), plays).fields(ONCE).lasts(1000));
    }
    all.push(
        scene("answer-hang-in-tls", |conn, _| {
            // It reads until the client gives up.
            conn.exactly(1 << 20).map(|_| ())
        })
        .url("wss://127.0.0.1:{port}/ticks")
        .fields(ONCE)
        .engines(&[Engine::V80])
        .lasts(50_000),
    );
    all.push(
        scene("answer-never", |conn, _| {
            conn.head()?;
            conn.watch()
        })
        .fields(ONCE)
        .engines(&[Engine::V77, Engine::V80])
        .lasts(50_000),
    );
    all.push(scene("answer-large-head", |conn, _| {
        conn.upgrade(&format!("X-Large: {}\r\n", "x".repeat(3000)))?;
        conn.send(text("1"))?;
        conn.watch()
    }));
    all.push(
        scene("answer-huge-head", |conn, _| {
            conn.upgrade(&format!("X-Large: {}\r\n", "x".repeat(5000)))?;
            conn.send(text("1"))?;
            conn.watch()
        })
        .fields(ONCE)
        .lasts(1000),
    );
    all
}
