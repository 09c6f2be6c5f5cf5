//! Through a proxy: what a probe shows of it, and a feed that is opened again behind it.

use serde_json::Value;
use tokio::{io::AsyncWriteExt as _, net::TcpListener};

use crate::{
    program::{close_code, feeding, run, settled, sockeye, text, welcome},
    support::{
        proxies::{socks, tunnelling},
        servers::{answering, read_head},
    },
};

const OPEN: &str = "HTTP/1.1 200 Connection established\r\n\r\n";

#[tokio::test]
async fn a_probe_tells_the_proxy_apart_from_the_server() {
    let server = feeding(text("tick")).await;
    let proxy = tunnelling(OPEN, server.address).await;
    let url = format!("http://me:hunter2@{}", proxy.address);
    let ran = run(&["probe", "ws://feed.example/ticks", "-x", &url]).await;
    assert_eq!(
        settled(&ran.out).replace(env!("CARGO_PKG_VERSION"), "VERSION"),
        "ws://feed.example/ticks\n\
         \n\
         ✓ lookup SPAN BAR 127.0.0.1 (the proxy by proxy_url)\n\
         ✓ tcp SPAN BAR 127.0.0.1:PORT\n\
         ✓ proxy SPAN BAR tunnel to feed.example:80\n\
         ✓ upgrade SPAN BAR 101 Switching Protocols\n\
         ✓ first SPAN BAR text, 4 B: tick\n\
         \n\
         proxy\n  address   http://•••@127.0.0.1:PORT\n  chosen by proxy_url\n  target    feed.example:80\n\
         \n\
         request to the proxy\n  CONNECT feed.example:80 HTTP/1.1\n  Host: feed.example:80\n  \
         User-Agent: sockeye/VERSION\n  Proxy-Authorization: Basic •••\n\
         \n\
         answer of the proxy\n  HTTP/1.1 200 Connection established\n\
         \n\
         answer\n  HTTP/1.1 101 Switching Protocols\n  Upgrade: websocket\n  Connection: Upgrade\n  \
         Sec-WebSocket-Accept: KEY\n\
         \n\
         opened in SPAN, and messages come (exit 0)\n"
    );
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
}

#[tokio::test]
async fn a_refusal_of_the_proxy_is_told_to_machines_with_its_answer() {
    let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"corp\"\r\n\
        Content-Length: 3\r\n\r\nno\n";
    let proxy = answering(vec![refusal.into()]).await;
    let url = format!("http://{}", proxy.address);
    let ran = run(&["probe", "ws://feed.example/", "-x", &url, "--json"]).await;
    let report: Value = serde_json::from_str(&ran.out).expect("one JSON object");
    assert_eq!(report["ladder"][0]["evidence"]["route"]["by"], "proxy_url");
    assert_eq!(report["ladder"][1]["evidence"]["of_proxy"], true);
    let stage = &report["ladder"][2];
    assert_eq!(stage["stage"], "proxy");
    assert_eq!(stage["evidence"]["exchange"]["response"]["body"], "no\n");
    assert_eq!(report["findings"][0]["code"], "proxy-auth");
    assert_eq!(ran.code, Some(22));
}

#[tokio::test]
async fn a_proxy_of_the_environment_is_taken_and_told() {
    let server = feeding(text("tick")).await;
    let proxy = socks(None, server.address).await;
    let mut command = sockeye(&["probe", "ws://feed.example/"]);
    command.env("http_proxy", format!("socks5h://{}", proxy.address));
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("no panic");
    let out = String::from_utf8(output.expect("the program starts").stdout).expect("its output is UTF-8");
    assert!(out.contains("(the proxy by http_proxy)"), "{out}");
    assert!(out.contains("note: a proxy from the environment is used [proxy-from-env]"), "{out}");
    assert!(out.contains("SOCKS     succeeded"), "{out}");
}

#[tokio::test]
async fn a_connection_that_is_lost_is_opened_again_through_the_proxy() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a loopback port is free");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    let proxy = tokio::spawn(async move {
        let mut asked = Vec::new();
        for payload in ["one", "two"] {
            let (mut stream, _) = listener.accept().await.expect("someone connects");
            asked.push(read_head(&mut stream).await.lines().next().map(str::to_owned));
            stream.write_all(OPEN.as_bytes()).await.expect("the client listens");
            welcome(&mut stream).await;
            stream.write_all(&text(payload)).await.expect("the client listens");
            // The first is dropped, the second stays until the client has enough.
            if payload == "two" {
                close_code(&mut stream).await;
            }
        }
        asked
    });
    let ran = run(&["tail", "ws://feed.example/", "-x", &url, "--count", "2", "--format", "raw"]).await;
    assert_eq!((ran.out.as_str(), ran.code), ("one\ntwo\n", Some(0)), "{}", ran.err);
    assert!(settled(&ran.err).contains("opened in SPAN, 127.0.0.1:PORT through the proxy\n"), "{}", ran.err);
    let connect = Some("CONNECT feed.example:80 HTTP/1.1".to_owned());
    assert_eq!(proxy.await.expect("the proxy does not panic"), [connect.clone(), connect]);
}

#[tokio::test]
async fn a_pipeline_that_panics_at_an_answer_of_the_proxy_connects_no_more() {
    let proxy = answering(vec!["HTTP/1.1 503\r\n\r\n".into()]).await;
    let url = format!("http://{}", proxy.address);
    let ran = run(&["tail", "ws://feed.example/", "-x", &url, "--as", "connect", "--events"]).await;
    let connections = ran.out.lines().filter(|line| line.contains("\"kind\":\"connecting\"")).count();
    assert_eq!(connections, 1, "{}", ran.out);
    assert!(!ran.out.contains("Failed to connect to websocket"), "{}", ran.out);
    assert_eq!(ran.code, Some(22));
}
