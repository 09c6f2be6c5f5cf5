//! Connections through proxies that behave, and through some that do not.

use std::{net::SocketAddr, time::Duration};

use sockeye::{
    config::{Dialect, Proxy, ProxyChoice, RootSource, Settings, TlsSettings},
    net::{Environment, Limits, Network},
    session::{BodyEnd, Counted, Evidence, FailureKind, ProxyEvidence, Route, SocksReply, Stage},
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::{
    Told, dial, dial_by, settings,
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

impl Told {
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

fn as_(dialect: Dialect, mut settings: Settings) -> Settings {
    settings.options.dialect = dialect;
    settings
}

fn trusting(authority: &Authority, settings: Settings) -> Settings {
    let roots = Some(RootSource::Text(authority.pem().to_owned()));
    Settings { tls: TlsSettings { enabled: true, roots, ..TlsSettings::default() }, ..settings }
}

/// A connection for `ws://feed.example` through whatever plays the proxy.
async fn refused_by<T>(scheme: &str, proxy: &Server<T>) -> Told {
    dial(through(&format!("{scheme}://{}", proxy.address), "ws://feed.example/")).await
}

/// A connection with these variables in its environment.
async fn within(variables: &[(&str, String)], settings: Settings) -> Told {
    let read = |name| variables.iter().find(|(own, _)| *own == name).map(|(_, value)| value.clone());
    dial_by(Network::with_limits(LIMITS).with_environment(Environment::from_variables(read)), settings).await
}

fn http(address: SocketAddr) -> String {
    format!("http://{address}")
}

#[tokio::test]
async fn connect_opens_a_tunnel_for_ws_too() {
    let server = upgrading("", b"\x81\x01a".to_vec()).await;
    let proxy = tunnelling(OPEN, server.address).await;
    let told = dial(through(&http(proxy.address), "ws://feed.example/ticks")).await;
    assert_eq!(told.stages(), UPGRADED);
    let Evidence::Lookup { host, route, .. } = told.evidence(Stage::Lookup) else { panic!("a lookup") };
    let shown = http(proxy.address);
    assert_eq!(host, "127.0.0.1");
    assert_eq!(*route, Some(Route { proxy: Some(shown.clone()), by: "proxy_url".to_owned() }));
    assert!(matches!(told.evidence(Stage::Tcp), Evidence::Tcp { of_proxy: true, .. }));
    assert_eq!((told.proxy().url.as_str(), told.proxy().target.as_str()), (&*shown, "feed.example:80"));
    let exchange = told.proxy().exchange.as_ref().expect("CONNECT was sent");
    let begin = "CONNECT feed.example:80 HTTP/1.1\r\nHost: feed.example:80\r\nUser-Agent: sockeye/";
    assert!(exchange.request.starts_with(begin), "{}", exchange.request);
    assert_eq!(exchange.response.as_ref().map(|answer| answer.head.as_str()), Some(OPEN));
    let request = told.exchange().request.clone();
    assert!(request.starts_with("GET /ticks HTTP/1.1\r\nHost: feed.example\r\n"), "{request}");
    let socket = told.socket();
    assert_eq!(socket.opened.remote, Some(proxy.address), "whom we are connected to");
    drop(socket);
    assert!(proxy.outcome().await.starts_with(begin));
}

#[tokio::test]
async fn tls_is_spoken_with_the_server_behind_the_proxy() {
    let authority = Authority::new("our own");
    let identity = authority.issue(&["feed.example"], Valid::Today);
    let server = once_tls(identity.acceptor(), async |stream| upgrade(stream, "", b"").await).await;
    let proxy = tunnelling(OPEN, server.address).await;
    let settings = through(&http(proxy.address), "wss://feed.example/");
    let told = dial(trusting(&authority, settings)).await;
    assert_eq!(told.stages(), [Stage::Lookup, Stage::Tcp, Stage::Proxy, Stage::Tls, Stage::Upgrade]);
    assert_eq!(told.proxy().target, "feed.example:443");
    assert_eq!(told.tls().server_name.as_deref(), Some("feed.example"));
    told.socket();
}

#[tokio::test]
async fn what_comes_behind_the_head_belongs_to_the_tunnel() {
    // A server that speaks first: its bytes come with the answer of the proxy.
    let proxy = answering(vec![b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nSSH-2.0-x\r\n".to_vec()]).await;
    let told = refused_by("http", &proxy).await;
    assert_eq!(told.failed(), (Stage::Upgrade, FailureKind::NotHttp { looks_like_tls: false }));
    assert_eq!(told.exchange().unread, b"SSH-2.0-x\r\n");
    assert_eq!(told.failure().message, "feed.example:80 does not speak HTTP");
}

#[tokio::test]
async fn a_whole_upgrade_can_come_in_the_packet_of_the_proxy() {
    let proxy = once(async |mut stream| {
        let connect = read_head(&mut stream).await;
        stream.write_all(OPEN.as_bytes()).await.expect("the client listens");
        let request = read_head(&mut stream).await;
        stream.write_all(switching(&request, "").as_bytes()).await.expect("the client listens");
        until_left(stream).await;
        connect
    })
    .await;
    let told = refused_by("http", &proxy).await;
    assert_eq!(told.stages(), UPGRADED);
    told.socket();
}

#[tokio::test]
async fn credentials_are_sent_and_what_the_proxy_repeats_is_seen_as_it_is() {
    let refusal = "HTTP/1.1 407 no hunter2\r\nProxy-Authenticate: Basic realm=\"bWU6aHVudGVyMg==\"\r\n\
        Content-Length: 19\r\n\r\nno me:hunter2 here\n";
    let proxy = answering(vec![refusal.into()]).await;
    let url = format!("http://me:hunter2@{}", proxy.address);
    let told = dial(through(&url, "ws://feed.example/")).await;
    assert_eq!(told.failed(), (Stage::Proxy, FailureKind::Status { code: 407 }));
    assert_eq!(told.failure().message, "the proxy answered 407 no hunter2 to CONNECT");
    let exchange = told.proxy().exchange.as_ref().expect("CONNECT was sent");
    assert_eq!(header(&exchange.request, "Proxy-Authorization"), Some("Basic •••"));
    let answer = exchange.response.as_ref().expect("it was answered");
    assert_eq!((answer.body.as_str(), answer.body_end), ("no me:hunter2 here\n", BodyEnd::Whole));
    drop(told);
    let sent = proxy.outcome().await;
    assert_eq!(header(&sent, "Proxy-Authorization"), Some("Basic bWU6aHVudGVyMg=="));
}

#[tokio::test]
async fn a_pipeline_sends_no_name_without_a_password() {
    for (dialect, sends) in [(Dialect::Standard, true), (Dialect::Bento, false)] {
        let proxy = answering(vec![b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n".to_vec()]).await;
        let url = format!("http://somebody@{}", proxy.address);
        let told = dial(as_(dialect, through(&url, "ws://feed.example/"))).await;
        assert_eq!(told.failed(), (Stage::Proxy, FailureKind::Status { code: 403 }));
        drop(told);
        let sent = proxy.outcome().await;
        assert_eq!(header(&sent, "Proxy-Authorization").is_some(), sends, "{sent}");
        let agent = header(&sent, "User-Agent").expect("there is one");
        assert_eq!(agent == "Go-http-client/1.1", dialect.is_pipeline(), "{agent}");
    }
}

#[tokio::test]
async fn only_200_opens_the_tunnel_of_a_pipeline() {
    let created = "HTTP/1.1 204 No Content\r\n\r\n";
    let server = upgrading("", Vec::new()).await;
    let proxy = tunnelling(created, server.address).await;
    refused_by("http", &proxy).await.socket();
    let proxy = answering(vec![created.into()]).await;
    let told = dial(as_(Dialect::Connect, through(&http(proxy.address), "ws://feed.example/"))).await;
    assert_eq!(told.failed(), (Stage::Proxy, FailureKind::Status { code: 204 }));
}

#[tokio::test]
async fn a_refusal_is_kept_as_the_proxys_and_bounded() {
    let body = "x".repeat(3 << 20);
    let head = format!(
        "HTTP/1.1 502 Bad Gateway\r\nX-Squid-Error: ERR_CONNECT_FAIL 111\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let proxy = answering(vec![head.into(), body.into()]).await;
    let told = refused_by("http", &proxy).await;
    assert_eq!(told.failed(), (Stage::Proxy, FailureKind::Status { code: 502 }));
    let answer = told.proxy().exchange.as_ref().and_then(|exchange| exchange.response.as_ref());
    let answer = answer.expect("it was answered");
    assert_eq!(answer.header("X-Squid-Error"), Some("ERR_CONNECT_FAIL 111"));
    assert_eq!((answer.body.len(), answer.body_end), (1 << 20, BodyEnd::TooLong));
}

#[tokio::test]
async fn a_proxy_that_hangs_up_is_told_as_the_proxy() {
    let proxy = once(async |stream| drop(stream)).await;
    let told = refused_by("http", &proxy).await;
    let (stage, kind) = told.failed();
    assert_eq!(stage, Stage::Proxy);
    // Closing with our request unread resets the connection.
    assert!(matches!(kind, FailureKind::ClosedEarly | FailureKind::Io), "{kind:?}");
    let message = told.failure().message;
    assert!(message.starts_with(&format!("the proxy {} ", proxy.address)), "{message}");
    assert!(message.contains("CONNECT"), "{message}");
}

#[tokio::test]
async fn a_silent_proxy_is_given_up_at_the_deadline_of_the_whole_connection() {
    for scheme in ["http", "https", "socks5h"] {
        let proxy = once(until_left).await;
        let limits = Limits { connect: Duration::from_millis(300), ..LIMITS };
        let url = format!("{scheme}://{}", proxy.address);
        let told = dial_by(Network::with_limits(limits), through(&url, "ws://feed.example/")).await;
        let (stage, kind) = told.failed();
        assert_eq!(stage, Stage::Proxy);
        assert!(matches!(kind, FailureKind::TimedOut { limit_ms } if limit_ms <= 300), "{kind:?}");
        let message = told.failure().message;
        assert!(
            message.starts_with(&format!("no answer from the proxy {} within ", proxy.address)),
            "{message}"
        );
    }
}

#[tokio::test]
async fn an_endless_head_is_given_up() {
    let proxy = once(async |mut stream| {
        read_head(&mut stream).await;
        let line = format!("X: {}\r\n", "y".repeat(1000)).repeat(64);
        drop(stream.write_all(b"HTTP/1.1 200 OK\r\n").await);
        while stream.write_all(line.as_bytes()).await.is_ok() {}
    })
    .await;
    let told = refused_by("http", &proxy).await;
    let limit = FailureKind::AnswerTooLarge { limit: 262_144, counted: Counted::Bytes };
    assert_eq!(told.failed(), (Stage::Proxy, limit));
    let exchange = told.proxy().exchange.as_ref().expect("CONNECT was sent");
    assert_eq!(exchange.unread.len(), 1024);
}

#[tokio::test]
async fn what_is_no_http_proxy_is_shown() {
    let proxy = answering(vec![b"\x05\xff".to_vec()]).await;
    let told = refused_by("http", &proxy).await;
    assert_eq!(told.failed(), (Stage::Proxy, FailureKind::NotHttp { looks_like_tls: false }));
    let exchange = told.proxy().exchange.as_ref().expect("CONNECT was sent");
    assert_eq!(exchange.unread, b"\x05\xff");
}

#[tokio::test]
async fn a_proxy_nobody_is_at_refuses_as_the_proxy() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    drop(listener);
    let told = dial(through(&http(address), "ws://feed.example/")).await;
    assert_eq!(told.failed(), (Stage::Tcp, FailureKind::Refused));
    assert_eq!(told.failure().message, format!("connection refused by the proxy {address}"));
}

#[tokio::test]
async fn the_name_of_a_proxy_that_does_not_exist_is_told_as_such() {
    let told = dial(through("http://no-such-proxy.invalid:1", "ws://127.0.0.1/")).await;
    assert_eq!(told.failed(), (Stage::Lookup, FailureKind::ProxyNotFound));
    assert!(told.failure().message.starts_with("the proxy: "), "{}", told.failure().message);
}

#[tokio::test]
async fn an_https_proxy_has_a_certificate_of_its_own() {
    let authority = Authority::new("our own");
    let server = upgrading("", Vec::new()).await;
    let target = server.address;
    let identity = authority.issue(&["127.0.0.1"], Valid::Today);
    let proxy = once_tls(identity.acceptor(), async move |stream| tunnel(stream, OPEN, target).await).await;
    let url = format!("https://{}", proxy.address);
    let told = dial(trusting(&authority, through(&url, "ws://feed.example/"))).await;
    assert_eq!(told.stages(), UPGRADED);
    let tls = told.proxy().tls.as_ref().expect("TLS was spoken");
    assert_eq!(tls.version.as_deref(), Some("TLS 1.3"));
    assert_eq!(tls.chain.len(), 1);
    told.socket();
}

#[tokio::test]
async fn tls_goes_within_tls_through_an_https_proxy() {
    let authority = Authority::new("our own");
    let identity = authority.issue(&["feed.example"], Valid::Today);
    let server = once_tls(identity.acceptor(), async |stream| upgrade(stream, "", b"").await).await;
    let target = server.address;
    let identity = authority.issue(&["127.0.0.1"], Valid::Today);
    let proxy = once_tls(identity.acceptor(), async move |stream| tunnel(stream, OPEN, target).await).await;
    let url = format!("https://{}", proxy.address);
    let told = dial(trusting(&authority, through(&url, "wss://feed.example/"))).await;
    assert_eq!(told.stages().len(), 5);
    told.socket();
}

#[tokio::test]
async fn a_certificate_of_the_proxy_that_does_not_verify_fails_the_stage_of_the_proxy() {
    let authority = Authority::new("our own");
    let identity = authority.issue(&["other.example"], Valid::Today);
    let proxy = once_tls(identity.acceptor(), until_left).await;
    let url = format!("https://{}", proxy.address);
    let told = dial(trusting(&authority, through(&url, "ws://feed.example/"))).await;
    let (stage, kind) = told.failed();
    assert_eq!(stage, Stage::Proxy);
    assert!(matches!(kind, FailureKind::CertWrongName { .. }), "{kind:?}");
    assert!(told.failure().message.starts_with("the proxy's certificate "), "{}", told.failure().message);
    assert_eq!(told.proxy().tls.as_ref().map(|tls| tls.chain.len()), Some(1));
    assert_eq!(told.proxy().exchange, None, "nothing was asked of it");
}

#[tokio::test]
async fn socks5h_gives_the_name_to_the_proxy() {
    let server = upgrading("", Vec::new()).await;
    let proxy = socks(None, server.address).await;
    let told = refused_by("socks5h", &proxy).await;
    assert_eq!(told.stages(), UPGRADED);
    assert_eq!(told.proxy().socks, Some(SocksReply::Succeeded));
    assert_eq!(told.proxy().target, "feed.example:80");
    drop(told.socket());
    assert_eq!(proxy.outcome().await, b"\x03\x0cfeed.example\0\x50");
}

#[tokio::test]
async fn socks5_looks_the_name_up_here_and_in_a_pipeline_there() {
    for (dialect, by_name) in [(Dialect::Standard, false), (Dialect::Bento, true)] {
        let server = upgrading("", Vec::new()).await;
        let proxy = socks(None, server.address).await;
        let url = format!("socks5://{}", proxy.address);
        let told = dial(as_(dialect, through(&url, "ws://localhost/"))).await;
        let target = told.proxy().target.clone();
        assert_eq!(target == "localhost:80", by_name, "{target}");
        drop(told.socket());
        assert_eq!(proxy.outcome().await[0] == 3, by_name);
    }
}

#[tokio::test]
async fn a_name_that_socks5_cannot_look_up_is_told_at_the_stage_of_the_proxy() {
    let proxy = once(until_left).await;
    let url = format!("socks5://{}", proxy.address);
    let told = dial(through(&url, "ws://no-such-host.invalid/")).await;
    let (stage, kind) = told.failed();
    assert_eq!(stage, Stage::Proxy);
    assert!(matches!(kind, FailureKind::NameNotFound | FailureKind::LookupFailed), "{kind:?}");
}

#[tokio::test]
async fn socks_takes_a_name_and_a_password() {
    let server = upgrading("", Vec::new()).await;
    let proxy = socks(Some(("me", "hunter2")), server.address).await;
    let url = format!("socks5h://me:hunter2@{}", proxy.address);
    let told = dial(through(&url, "ws://feed.example/")).await;
    assert!(!format!("{:?}", told.steps).contains("hunter2"));
    assert_eq!(told.proxy().url, format!("socks5h://•••@{}", proxy.address));
    told.socket();
}

#[tokio::test]
async fn socks_tells_credentials_that_are_wrong_from_those_that_are_missing() {
    let server = upgrading("", Vec::new()).await;
    for (login, reply) in
        [("", SocksReply::NoMethod), ("me:wrong@", SocksReply::LoginRefused), ("me@", SocksReply::NoMethod)]
    {
        let proxy = socks(Some(("me", "hunter2")), server.address).await;
        let url = format!("socks5h://{login}{}", proxy.address);
        let told = dial(through(&url, "ws://feed.example/")).await;
        assert_eq!(told.failed(), (Stage::Proxy, FailureKind::Socks { reply }), "{login}");
    }
}

#[tokio::test]
async fn a_reply_of_socks_has_the_name_of_the_rfc() {
    for (code, reply, words) in [
        (1, SocksReply::GeneralFailure, "general SOCKS server failure"),
        (2, SocksReply::NotAllowed, "connection not allowed by ruleset"),
        (4, SocksReply::HostUnreachable, "host unreachable"),
        (5, SocksReply::ConnectionRefused, "connection refused"),
        (8, SocksReply::AddressNotSupported, "address type not supported"),
        (9, SocksReply::Unassigned, "a reply that RFC 1928 does not assign"),
    ] {
        let proxy = socks_refusing(code).await;
        let told = refused_by("socks5h", &proxy).await;
        assert_eq!(told.failed(), (Stage::Proxy, FailureKind::Socks { reply }));
        assert_eq!(told.failure().message, format!("the proxy {} did not connect: {words}", proxy.address));
        assert_eq!(told.proxy().socks, Some(reply));
    }
}

#[tokio::test]
async fn what_is_no_socks_proxy_is_shown() {
    let proxy = once(async |mut stream| {
        drop(stream.read_u8().await);
        drop(stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await);
        until_left(stream).await;
    })
    .await;
    let told = refused_by("socks5h", &proxy).await;
    assert_eq!(told.failed(), (Stage::Proxy, FailureKind::Socks { reply: SocksReply::NotSocks }));
    assert_eq!(told.proxy().unread, b"HTTP/1.1 400 Bad Request\r\n\r\n");
}

#[tokio::test]
async fn a_socks_proxy_that_hangs_up_closed_early() {
    let proxy = once(async |mut stream| {
        let mut methods = [0; 3];
        drop(stream.read_exact(&mut methods).await);
        drop(stream.write_all(b"\x05").await);
    })
    .await;
    let told = refused_by("socks5h", &proxy).await;
    assert_eq!(told.failed(), (Stage::Proxy, FailureKind::ClosedEarly));
    let message = format!("the proxy {} closed the connection in the middle of SOCKS 5", proxy.address);
    assert_eq!(told.failure().message, message);
}

#[tokio::test]
async fn the_environment_names_the_proxy_when_proxy_url_does_not() {
    for choice in [ProxyChoice::Environment, ProxyChoice::Empty] {
        let server = upgrading("", Vec::new()).await;
        let proxy = tunnelling(OPEN, server.address).await;
        let settings = Settings { proxy: choice, ..settings("ws://feed.example/") };
        let told = within(&[("HTTP_PROXY", http(proxy.address))], settings).await;
        assert_eq!(told.stages(), UPGRADED);
        assert_eq!(told.proxy().by, "HTTP_PROXY");
        told.socket();
    }
}

#[tokio::test]
async fn no_proxy_sends_a_connection_straight_and_says_so() {
    let server = upgrading("", Vec::new()).await;
    let variables = [("http_proxy", "http://127.0.0.1:1".to_owned()), ("no_proxy", "*".to_owned())];
    // A loopback address would be exempt by itself, so the rule is looked at through a name.
    let url = "ws://no-such-host.invalid/";
    let told = within(&variables, settings(url)).await;
    assert_eq!(told.failed().0, Stage::Lookup);
    let Evidence::Lookup { route, .. } = told.evidence(Stage::Lookup) else { panic!("a lookup") };
    let by = "no_proxy has \"*\", so http_proxy is not used".to_owned();
    assert_eq!(*route, Some(Route { proxy: None, by }));

    let told = within(&variables[..1], settings(&server.ws("/"))).await;
    assert_eq!(told.stages(), [Stage::Lookup, Stage::Tcp, Stage::Upgrade]);
    let Evidence::Lookup { route: Some(route), .. } = told.evidence(Stage::Lookup) else {
        panic!("a lookup")
    };
    assert_eq!(route.by, "127.0.0.1 is this machine, where http_proxy is not used");
    told.socket();
}

#[tokio::test]
async fn proxy_url_outranks_the_environment_and_its_exceptions() {
    let server = upgrading("", Vec::new()).await;
    let proxy = tunnelling(OPEN, server.address).await;
    let variables = [("HTTP_PROXY", "http://127.0.0.1:1".to_owned()), ("NO_PROXY", "*".to_owned())];
    let told = within(&variables, through(&http(proxy.address), &server.ws("/"))).await;
    assert_eq!((told.stages(), told.proxy().by.as_str()), (UPGRADED.to_vec(), "proxy_url"));
    told.socket();
}

#[tokio::test]
async fn an_address_that_cannot_be_used_fails_before_anything_is_asked() {
    let unknown = |scheme: &str| FailureKind::ProxyUrl { scheme: Some(scheme.to_owned()) };
    let empty = Settings { proxy: ProxyChoice::Empty, ..settings("ws://feed.example/") };
    let bento = dial(as_(Dialect::Bento, empty)).await;
    assert_eq!(bento.failed(), (Stage::Proxy, unknown("")));
    assert_eq!(bento.failure().message, "proxy: unknown scheme: ");
    assert_eq!(bento.stages(), [Stage::Proxy]);

    let proxy = ProxyChoice::Unknown("ftp".to_owned());
    let connect = dial(as_(Dialect::Connect, Settings { proxy, ..settings("ws://feed.example/") })).await;
    assert_eq!(connect.failure().message, "proxy: unknown scheme: ftp");

    let environment = [("HTTP_PROXY", "ftp://h".to_owned())];
    let told = within(&environment, settings("ws://feed.example/")).await;
    assert_eq!(told.failed(), (Stage::Proxy, unknown("ftp")));

    let cgi = [("HTTP_PROXY", "http://h".to_owned()), ("REQUEST_METHOD", "GET".to_owned())];
    let told = within(&cgi, settings("ws://feed.example/")).await;
    assert_eq!(told.failed(), (Stage::Proxy, FailureKind::ProxyUrl { scheme: None }));
}

#[tokio::test]
async fn benthos_knows_fewer_schemes() {
    let as_benthos = async |proxy| {
        dial(as_(Dialect::Benthos, through(proxy, "ws://feed.example/"))).await.failure().message
    };
    assert_eq!(as_benthos("https://h").await, "proxy: unknown scheme: https");
    assert_eq!(as_benthos("socks5h://h:1").await, "proxy: unknown scheme: socks5h");
    assert_eq!(as_benthos("socks5://h").await, "dial tcp: address h: missing port in address");
}
