//! Connections through proxies, correct ones and others.

use std::{net::SocketAddr, time::Duration};

use sockeye::{
    config::{Dialect, Proxy, ProxyChoice, RootSource, Settings, TlsSettings},
    net::{Environment, Limits, Network},
    session::{BodyEnd, Counted, Evidence, FailureKind, ProxyEvidence, Route, SocksReply, Stage},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::{
    Outcome, dial, dial_by, settings,
    support::{
        certs::{Authority, Valid},
        proxies::{socks, socks_refusing, tunnel, tunnelling},
        servers::{
            Server, answering, header, once, once_tls, read_head, switching, until_left, upgrade, upgrading,
        },
    },
};

const OPEN: &str = "HTTP/1.1 200 Connection established\r\n\r\n";
const UPGRADED: [Stage; 4] = [Stage::Lookup, Stage::Tcp, Stage::Proxy, Stage::Upgrade];
const LIMITS: Limits = Limits {
    connect: Duration::from_secs(20),
    open: Duration::from_secs(20),
    quiet: Duration::from_millis(100),
};

impl Outcome {
    fn proxy(&self) -> &ProxyEvidence {
        match self.evidence(Stage::Proxy) {
            Evidence::Proxy(evidence) => evidence,
            other => panic!("not the evidence of a proxy: {other:?}"),
        }
    }
}

fn through(proxy: &str, url: &str) -> Settings {
    let proxy = ProxyChoice::Through(Proxy::parse(proxy).expect("the proxy is right"));
    Settings { proxy, ..settings(url) }
}

fn with_dialect(dialect: Dialect, mut settings: Settings) -> Settings {
    settings.options.dialect = dialect;
    settings
}

fn trusting(authority: &Authority, settings: Settings) -> Settings {
    let roots = Some(RootSource::Text(authority.pem().to_owned()));
    Settings { tls: TlsSettings { enabled: true, roots, ..TlsSettings::default() }, ..settings }
}

/// A connection to `ws://feed.example` through this proxy.
async fn dial_through<T>(scheme: &str, proxy: &Server<T>) -> Outcome {
    dial(through(&format!("{scheme}://{}", proxy.address), "ws://feed.example/")).await
}

/// A connection with these environment variables.
async fn dial_in_environment(variables: &[(&str, String)], settings: Settings) -> Outcome {
    let read = |name| variables.iter().find(|(own, _)| *own == name).map(|(_, value)| value.clone());
    dial_by(Network::with_limits(LIMITS).with_environment(Environment::from_variables(read)), settings).await
}

fn http(address: SocketAddr) -> String {
    format!("http://{address}")
}

#[tokio::test]
async fn connect_is_used_for_ws_too() {
    let server = upgrading("", b"\x81\x01a".to_vec()).await;
    let proxy = tunnelling(OPEN, server.address).await;
    let outcome = dial(through(&http(proxy.address), "ws://feed.example/ticks")).await;
    assert_eq!(outcome.stages(), UPGRADED);
    let Evidence::Lookup { host, route, .. } = outcome.evidence(Stage::Lookup) else { panic!("a lookup") };
    let shown = http(proxy.address);
    assert_eq!(host, "127.0.0.1");
    assert_eq!(*route, Some(Route { proxy: Some(shown.clone()), by: "proxy_url".to_owned() }));
    assert!(matches!(outcome.evidence(Stage::Tcp), Evidence::Tcp { of_proxy: true, .. }));
    assert_eq!((outcome.proxy().url.as_str(), outcome.proxy().target.as_str()), (&*shown, "feed.example:80"));
    let exchange = outcome.proxy().exchange.as_ref().expect("CONNECT was sent");
    let begin = "CONNECT feed.example:80 HTTP/1.1\r\nHost: feed.example:80\r\nUser-Agent: sockeye/";
    assert!(exchange.request.starts_with(begin), "{}", exchange.request);
    assert_eq!(exchange.response.as_ref().map(|answer| answer.head.as_str()), Some(OPEN));
    let request = outcome.exchange().request.clone();
    assert!(request.starts_with("GET /ticks HTTP/1.1\r\nHost: feed.example\r\n"), "{request}");
    let socket = outcome.socket();
    assert_eq!(socket.opened.remote, Some(proxy.address), "the peer of the socket");
    drop(socket);
    assert!(proxy.outcome().await.starts_with(begin));
}

#[tokio::test]
async fn the_tls_handshake_is_with_the_server_behind_the_proxy() {
    let authority = Authority::new("our own");
    let identity = authority.issue(&["feed.example"], Valid::Today);
    let server = once_tls(identity.acceptor(), async |stream| upgrade(stream, "", b"").await).await;
    let proxy = tunnelling(OPEN, server.address).await;
    let settings = through(&http(proxy.address), "wss://feed.example/");
    let outcome = dial(trusting(&authority, settings)).await;
    assert_eq!(outcome.stages(), [Stage::Lookup, Stage::Tcp, Stage::Proxy, Stage::Tls, Stage::Upgrade]);
    assert_eq!(outcome.proxy().target, "feed.example:443");
    assert_eq!(outcome.tls().server_name.as_deref(), Some("feed.example"));
    outcome.socket();
}

#[tokio::test]
async fn bytes_after_the_head_belong_to_the_tunnel() {
    // A server that sends first: its bytes follow the answer of the proxy in the same packet.
    let proxy = answering(vec![b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nSSH-2.0-x\r\n".to_vec()]).await;
    let outcome = dial_through("http", &proxy).await;
    assert_eq!(outcome.failed(), (Stage::Upgrade, FailureKind::NotHttp { looks_like_tls: false }));
    assert_eq!(outcome.exchange().unread, b"SSH-2.0-x\r\n");
    assert_eq!(outcome.failure().message, "feed.example:80 does not speak HTTP");
}

#[tokio::test]
async fn a_proxy_can_answer_the_upgrade_itself() {
    let proxy = once(async |mut stream| {
        let connect = read_head(&mut stream).await;
        stream.write_all(OPEN.as_bytes()).await.expect("the client reads");
        let request = read_head(&mut stream).await;
        stream.write_all(switching(&request, "").as_bytes()).await.expect("the client reads");
        until_left(stream).await;
        connect
    })
    .await;
    let outcome = dial_through("http", &proxy).await;
    assert_eq!(outcome.stages(), UPGRADED);
    outcome.socket();
}

#[tokio::test]
async fn credentials_are_sent_and_what_the_proxy_repeats_is_not_changed() {
    let refusal = "HTTP/1.1 407 no hunter2\r\nProxy-Authenticate: Basic realm=\"bWU6aHVudGVyMg==\"\r\n\
        Content-Length: 19\r\n\r\nno me:hunter2 here\n";
    let proxy = answering(vec![refusal.into()]).await;
    let url = format!("http://me:hunter2@{}", proxy.address);
    let outcome = dial(through(&url, "ws://feed.example/")).await;
    assert_eq!(outcome.failed(), (Stage::Proxy, FailureKind::Status { code: 407 }));
    assert_eq!(outcome.failure().message, "the proxy answered 407 no hunter2 to CONNECT");
    let exchange = outcome.proxy().exchange.as_ref().expect("CONNECT was sent");
    assert_eq!(header(&exchange.request, "Proxy-Authorization"), Some("Basic •••"));
    let answer = exchange.response.as_ref().expect("it was answered");
    assert_eq!((answer.body.as_str(), answer.body_end), ("no me:hunter2 here\n", BodyEnd::Whole));
    drop(outcome);
    let sent = proxy.outcome().await;
    assert_eq!(header(&sent, "Proxy-Authorization"), Some("Basic bWU6aHVudGVyMg=="));
}

#[tokio::test]
async fn a_pipeline_sends_no_user_name_without_a_password() {
    for (dialect, sends) in [(Dialect::Standard, true), (Dialect::Bento, false)] {
        let proxy = answering(vec![b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n".to_vec()]).await;
        let url = format!("http://somebody@{}", proxy.address);
        let outcome = dial(with_dialect(dialect, through(&url, "ws://feed.example/"))).await;
        assert_eq!(outcome.failed(), (Stage::Proxy, FailureKind::Status { code: 403 }));
        drop(outcome);
        let sent = proxy.outcome().await;
        assert_eq!(header(&sent, "Proxy-Authorization").is_some(), sends, "{sent}");
        let agent = header(&sent, "User-Agent").expect("there is one");
        assert_eq!(agent == "Go-http-client/1.1", dialect.is_pipeline(), "{agent}");
    }
}

#[tokio::test]
async fn a_pipeline_accepts_only_200_from_a_proxy() {
    let created = "HTTP/1.1 204 No Content\r\n\r\n";
    let server = upgrading("", Vec::new()).await;
    let proxy = tunnelling(created, server.address).await;
    dial_through("http", &proxy).await.socket();
    let proxy = answering(vec![created.into()]).await;
    let outcome =
        dial(with_dialect(Dialect::Connect, through(&http(proxy.address), "ws://feed.example/"))).await;
    assert_eq!(outcome.failed(), (Stage::Proxy, FailureKind::Status { code: 204 }));
}

#[tokio::test]
async fn the_refusal_of_a_proxy_is_kept_and_bounded() {
    let body = "x".repeat(3 << 20);
    let head = format!(
        "HTTP/1.1 502 Bad Gateway\r\nX-Squid-Error: ERR_CONNECT_FAIL 111\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let proxy = answering(vec![head.into(), body.into()]).await;
    let outcome = dial_through("http", &proxy).await;
    assert_eq!(outcome.failed(), (Stage::Proxy, FailureKind::Status { code: 502 }));
    let answer = outcome.proxy().exchange.as_ref().and_then(|exchange| exchange.response.as_ref());
    let answer = answer.expect("it was answered");
    assert_eq!(answer.header("X-Squid-Error"), Some("ERR_CONNECT_FAIL 111"));
    assert_eq!((answer.body.len(), answer.body_end), (1 << 20, BodyEnd::TooLong));
}

#[tokio::test]
async fn a_proxy_that_hangs_up_is_named_in_the_message() {
    let proxy = once(async |stream| drop(stream)).await;
    let outcome = dial_through("http", &proxy).await;
    let (stage, kind) = outcome.failed();
    assert_eq!(stage, Stage::Proxy);
    // Closing while our request is unread resets the connection.
    assert!(matches!(kind, FailureKind::ClosedEarly | FailureKind::Io), "{kind:?}");
    let message = outcome.failure().message;
    assert!(message.starts_with(&format!("the proxy {} ", proxy.address)), "{message}");
    assert!(message.contains("CONNECT"), "{message}");
}

#[tokio::test]
async fn a_silent_proxy_times_out_at_the_deadline_of_the_whole_connection() {
    for scheme in ["http", "https", "socks5h"] {
        let proxy = once(until_left).await;
        let limits = Limits { connect: Duration::from_millis(300), ..LIMITS };
        let url = format!("{scheme}://{}", proxy.address);
        let outcome = dial_by(Network::with_limits(limits), through(&url, "ws://feed.example/")).await;
        let (stage, kind) = outcome.failed();
        assert_eq!(stage, Stage::Proxy);
        assert!(matches!(kind, FailureKind::TimedOut { limit_ms } if limit_ms <= 300), "{kind:?}");
        let message = outcome.failure().message;
        assert!(
            message.starts_with(&format!("no answer from the proxy {} within ", proxy.address)),
            "{message}"
        );
    }
}

#[tokio::test]
async fn the_head_of_an_answer_is_limited() {
    let proxy = once(async |mut stream| {
        read_head(&mut stream).await;
        let line = format!("X: {}\r\n", "y".repeat(1000)).repeat(64);
        drop(stream.write_all(b"HTTP/1.1 200 OK\r\n").await);
        while stream.write_all(line.as_bytes()).await.is_ok() {}
    })
    .await;
    let outcome = dial_through("http", &proxy).await;
    let limit = FailureKind::AnswerTooLarge { limit: 262_144, counted: Counted::Bytes };
    assert_eq!(outcome.failed(), (Stage::Proxy, limit));
    let exchange = outcome.proxy().exchange.as_ref().expect("CONNECT was sent");
    assert_eq!(exchange.unread.len(), 1024);
}

#[tokio::test]
async fn an_answer_that_is_not_http_is_kept() {
    let proxy = answering(vec![b"\x05\xff".to_vec()]).await;
    let outcome = dial_through("http", &proxy).await;
    assert_eq!(outcome.failed(), (Stage::Proxy, FailureKind::NotHttp { looks_like_tls: false }));
    let exchange = outcome.proxy().exchange.as_ref().expect("CONNECT was sent");
    assert_eq!(exchange.unread, b"\x05\xff");
}

#[tokio::test]
async fn a_refused_connection_to_a_proxy_names_the_proxy() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    drop(listener);
    let outcome = dial(through(&http(address), "ws://feed.example/")).await;
    assert_eq!(outcome.failed(), (Stage::Tcp, FailureKind::Refused));
    assert_eq!(outcome.failure().message, format!("connection refused by the proxy {address}"));
}

#[tokio::test]
async fn a_proxy_name_that_does_not_exist_is_reported_as_such() {
    let outcome = dial(through("http://no-such-proxy.invalid:1", "ws://127.0.0.1/")).await;
    assert_eq!(outcome.failed(), (Stage::Lookup, FailureKind::ProxyNotFound));
    assert!(outcome.failure().message.starts_with("the proxy: "), "{}", outcome.failure().message);
}

#[tokio::test]
async fn an_https_proxy_has_a_certificate_of_its_own() {
    let authority = Authority::new("our own");
    let server = upgrading("", Vec::new()).await;
    let target = server.address;
    let identity = authority.issue(&["127.0.0.1"], Valid::Today);
    let proxy = once_tls(identity.acceptor(), async move |stream| tunnel(stream, OPEN, target).await).await;
    let url = format!("https://{}", proxy.address);
    let outcome = dial(trusting(&authority, through(&url, "ws://feed.example/"))).await;
    assert_eq!(outcome.stages(), UPGRADED);
    let tls = outcome.proxy().tls.as_ref().expect("there was a TLS handshake");
    assert_eq!(tls.version.as_deref(), Some("TLS 1.3"));
    assert_eq!(tls.chain.len(), 1);
    outcome.socket();
}

#[tokio::test]
async fn tls_runs_within_tls_through_an_https_proxy() {
    let authority = Authority::new("our own");
    let identity = authority.issue(&["feed.example"], Valid::Today);
    let server = once_tls(identity.acceptor(), async |stream| upgrade(stream, "", b"").await).await;
    let target = server.address;
    let identity = authority.issue(&["127.0.0.1"], Valid::Today);
    let proxy = once_tls(identity.acceptor(), async move |stream| tunnel(stream, OPEN, target).await).await;
    let url = format!("https://{}", proxy.address);
    let outcome = dial(trusting(&authority, through(&url, "wss://feed.example/"))).await;
    assert_eq!(outcome.stages().len(), 5);
    outcome.socket();
}

#[tokio::test]
async fn an_invalid_certificate_of_the_proxy_fails_the_proxy_stage() {
    let authority = Authority::new("our own");
    let identity = authority.issue(&["other.example"], Valid::Today);
    let proxy = once_tls(identity.acceptor(), until_left).await;
    let url = format!("https://{}", proxy.address);
    let outcome = dial(trusting(&authority, through(&url, "ws://feed.example/"))).await;
    let (stage, kind) = outcome.failed();
    assert_eq!(stage, Stage::Proxy);
    assert!(matches!(kind, FailureKind::CertWrongName { .. }), "{kind:?}");
    assert!(
        outcome.failure().message.starts_with("the proxy's certificate "),
        "{}",
        outcome.failure().message
    );
    assert_eq!(outcome.proxy().tls.as_ref().map(|tls| tls.chain.len()), Some(1));
    assert_eq!(outcome.proxy().exchange, None, "no request was sent");
}

#[tokio::test]
async fn socks5h_sends_the_name_to_the_proxy() {
    let server = upgrading("", Vec::new()).await;
    let proxy = socks(None, server.address).await;
    let outcome = dial_through("socks5h", &proxy).await;
    assert_eq!(outcome.stages(), UPGRADED);
    assert_eq!(outcome.proxy().socks, Some(SocksReply::Succeeded));
    assert_eq!(outcome.proxy().target, "feed.example:80");
    drop(outcome.socket());
    assert_eq!(proxy.outcome().await, b"\x03\x0cfeed.example\0\x50");
}

#[tokio::test]
async fn socks5_resolves_the_name_locally_and_a_pipeline_sends_it_to_the_proxy() {
    for (dialect, by_name) in [(Dialect::Standard, false), (Dialect::Bento, true)] {
        let server = upgrading("", Vec::new()).await;
        let proxy = socks(None, server.address).await;
        let url = format!("socks5://{}", proxy.address);
        let outcome = dial(with_dialect(dialect, through(&url, "ws://localhost/"))).await;
        let target = outcome.proxy().target.clone();
        assert_eq!(target == "localhost:80", by_name, "{target}");
        drop(outcome.socket());
        assert_eq!(proxy.outcome().await[0] == 3, by_name);
    }
}

#[tokio::test]
async fn a_failed_lookup_for_socks5_fails_the_proxy_stage() {
    let proxy = once(until_left).await;
    let url = format!("socks5://{}", proxy.address);
    let outcome = dial(through(&url, "ws://no-such-host.invalid/")).await;
    let (stage, kind) = outcome.failed();
    assert_eq!(stage, Stage::Proxy);
    assert!(matches!(kind, FailureKind::NameNotFound | FailureKind::LookupFailed), "{kind:?}");
}

#[tokio::test]
async fn socks_uses_a_name_and_a_password() {
    let server = upgrading("", Vec::new()).await;
    let proxy = socks(Some(("me", "hunter2")), server.address).await;
    let url = format!("socks5h://me:hunter2@{}", proxy.address);
    let outcome = dial(through(&url, "ws://feed.example/")).await;
    assert!(!format!("{:?}", outcome.steps).contains("hunter2"));
    assert_eq!(outcome.proxy().url, format!("socks5h://•••@{}", proxy.address));
    outcome.socket();
}

#[tokio::test]
async fn socks_distinguishes_wrong_credentials_from_missing_ones() {
    let server = upgrading("", Vec::new()).await;
    for (login, reply) in
        [("", SocksReply::NoMethod), ("me:wrong@", SocksReply::LoginRefused), ("me@", SocksReply::NoMethod)]
    {
        let proxy = socks(Some(("me", "hunter2")), server.address).await;
        let url = format!("socks5h://{login}{}", proxy.address);
        let outcome = dial(through(&url, "ws://feed.example/")).await;
        assert_eq!(outcome.failed(), (Stage::Proxy, FailureKind::Socks { reply }), "{login}");
    }
}

#[tokio::test]
async fn a_socks_reply_is_reported_in_the_words_of_the_rfc() {
    for (code, reply, words) in [
        (1, SocksReply::GeneralFailure, "general SOCKS server failure"),
        (2, SocksReply::NotAllowed, "connection not allowed by ruleset"),
        (4, SocksReply::HostUnreachable, "host unreachable"),
        (5, SocksReply::ConnectionRefused, "connection refused"),
        (8, SocksReply::AddressNotSupported, "address type not supported"),
        (9, SocksReply::Unassigned, "a reply that RFC 1928 does not assign"),
    ] {
        let proxy = socks_refusing(code).await;
        let outcome = dial_through("socks5h", &proxy).await;
        assert_eq!(outcome.failed(), (Stage::Proxy, FailureKind::Socks { reply }));
        assert_eq!(
            outcome.failure().message,
            format!("the proxy {} did not connect: {words}", proxy.address)
        );
        assert_eq!(outcome.proxy().socks, Some(reply));
    }
}

#[tokio::test]
async fn an_answer_that_is_not_socks_is_kept() {
    let proxy = once(async |mut stream| {
        drop(stream.read_u8().await);
        drop(stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await);
        until_left(stream).await;
    })
    .await;
    let outcome = dial_through("socks5h", &proxy).await;
    assert_eq!(outcome.failed(), (Stage::Proxy, FailureKind::Socks { reply: SocksReply::NotSocks }));
    assert_eq!(outcome.proxy().unread, b"HTTP/1.1 400 Bad Request\r\n\r\n");
}

#[tokio::test]
async fn a_socks_proxy_that_hangs_up_is_reported() {
    let proxy = once(async |mut stream| {
        let mut methods = [0; 3];
        drop(stream.read_exact(&mut methods).await);
        drop(stream.write_all(b"\x05").await);
    })
    .await;
    let outcome = dial_through("socks5h", &proxy).await;
    assert_eq!(outcome.failed(), (Stage::Proxy, FailureKind::ClosedEarly));
    let message = format!("the proxy {} closed the connection in the middle of SOCKS 5", proxy.address);
    assert_eq!(outcome.failure().message, message);
}

#[tokio::test]
async fn the_environment_names_the_proxy_if_proxy_url_is_not_set() {
    for choice in [ProxyChoice::Environment, ProxyChoice::Empty] {
        let server = upgrading("", Vec::new()).await;
        let proxy = tunnelling(OPEN, server.address).await;
        let settings = Settings { proxy: choice, ..settings("ws://feed.example/") };
        let outcome = dial_in_environment(&[("HTTP_PROXY", http(proxy.address))], settings).await;
        assert_eq!(outcome.stages(), UPGRADED);
        assert_eq!(outcome.proxy().by, "HTTP_PROXY");
        outcome.socket();
    }
}

#[tokio::test]
async fn no_proxy_makes_a_connection_direct_and_the_evidence_says_so() {
    let server = upgrading("", Vec::new()).await;
    let variables = [("http_proxy", "http://127.0.0.1:1".to_owned()), ("no_proxy", "*".to_owned())];
    // A loopback address is always exempt, so the rule is tested with a name.
    let url = "ws://no-such-host.invalid/";
    let outcome = dial_in_environment(&variables, settings(url)).await;
    assert_eq!(outcome.failed().0, Stage::Lookup);
    let Evidence::Lookup { route, .. } = outcome.evidence(Stage::Lookup) else { panic!("a lookup") };
    let by = "no_proxy has \"*\", so http_proxy is not used".to_owned();
    assert_eq!(*route, Some(Route { proxy: None, by }));

    let outcome = dial_in_environment(&variables[..1], settings(&server.ws("/"))).await;
    assert_eq!(outcome.stages(), [Stage::Lookup, Stage::Tcp, Stage::Upgrade]);
    let Evidence::Lookup { route: Some(route), .. } = outcome.evidence(Stage::Lookup) else {
        panic!("a lookup")
    };
    assert_eq!(route.by, "127.0.0.1 is this machine, where http_proxy is not used");
    outcome.socket();
}

#[tokio::test]
async fn proxy_url_takes_precedence_over_the_environment_and_its_exceptions() {
    let server = upgrading("", Vec::new()).await;
    let proxy = tunnelling(OPEN, server.address).await;
    let variables = [("HTTP_PROXY", "http://127.0.0.1:1".to_owned()), ("NO_PROXY", "*".to_owned())];
    let outcome = dial_in_environment(&variables, through(&http(proxy.address), &server.ws("/"))).await;
    assert_eq!((outcome.stages(), outcome.proxy().by.as_str()), (UPGRADED.to_vec(), "proxy_url"));
    outcome.socket();
}

#[tokio::test]
async fn an_invalid_proxy_of_the_environment_fails_before_the_lookup() {
    let unknown = |scheme: &str| FailureKind::ProxyUrl { scheme: Some(scheme.to_owned()) };
    let environment = [("HTTP_PROXY", "ftp://h".to_owned())];
    let outcome = dial_in_environment(&environment, settings("ws://feed.example/")).await;
    assert_eq!(outcome.failed(), (Stage::Proxy, unknown("ftp")));
    assert_eq!(outcome.stages(), [Stage::Proxy]);
    let bento = with_dialect(Dialect::Bento, settings("ws://feed.example/"));
    let outcome = dial_in_environment(&environment, bento).await;
    assert_eq!(outcome.failure().message, "proxy: unknown scheme: ftp");

    let cgi = [("HTTP_PROXY", "http://h".to_owned()), ("REQUEST_METHOD", "GET".to_owned())];
    let outcome = dial_in_environment(&cgi, settings("ws://feed.example/")).await;
    assert_eq!(outcome.failed(), (Stage::Proxy, FailureKind::ProxyUrl { scheme: None }));
}

#[tokio::test]
async fn a_pipeline_without_a_login_goes_on_whatever_method_the_proxy_chooses() {
    let proxy = once(async |mut stream| {
        drop(stream.read_exact(&mut [0; 3]).await);
        drop(stream.write_all(b"\x05\x02").await);
        let mut request = [0; 5 + 12 + 2];
        drop(stream.read_exact(&mut request).await);
        assert_eq!(request, *b"\x05\x01\x00\x03\x0cfeed.example\x00\x50");
        drop(stream.write_all(b"\x05\x5b\x00\x01").await);
        until_left(stream).await;
    })
    .await;
    let url = format!("socks5h://{}", proxy.address);
    let outcome = dial(with_dialect(Dialect::Benthos, through(&url, "ws://feed.example/"))).await;
    assert_eq!(outcome.failed(), (Stage::Proxy, FailureKind::Socks { reply: SocksReply::Unassigned }));
    assert_eq!(outcome.proxy().unread, b"\x05\x02\x05\x5b\x00\x01");
}
