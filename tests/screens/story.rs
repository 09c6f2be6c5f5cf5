//! Sessions to draw: what an engine would have told.

use std::time::Duration;

use bytes::Bytes;
use jiff::tz::TimeZone;
use ratatui::layout::Size;
use sockeye::{
    app::{App, Effect, Input, Profile, update},
    config::{Endpoint, Settings},
    diagnose,
    session::{
        Batch, Certificate, CloseFrame, ConnectionId, Control, ControlKind, Direction, Edit, Event,
        EventKind, Evidence, Exchange, Failure, FailureKind, Finding, Fix, Kind, LossKind, Lost, MessageId,
        Opened, ProxyEvidence, Response, RetryIn, Route, Run, Severity, Side, Span, Stage, StageReport,
        Timestamp, TlsEvidence, Tried, Verdict,
    },
};

/// 12:00:00.000 on 2 January 2026.
pub const NOON: Timestamp = Timestamp(1_767_355_200_000_000);

pub fn after(millis: u64) -> Timestamp {
    NOON.plus(Duration::from_millis(millis))
}

pub fn event(millis: u64, connection: u32, kind: EventKind) -> Event {
    Event { at: after(millis), connection: ConnectionId(connection), kind }
}

pub fn app() -> App {
    let profile = Profile {
        dialect: sockeye::config::Dialect::Standard,
        name: "ticks".to_owned(),
        url: "wss://feed.example:9443/ticks".to_owned(),
        replays: true,
        opening: false,
        connect_limit: Duration::from_secs(45),
        open_limit: Duration::from_secs(10),
    };
    App::new(profile, Size { width: 120, height: 40 }, NOON, TimeZone::UTC)
}

pub fn tell(app: &mut App, events: impl IntoIterator<Item = Event>) {
    let effects = update(app, Input::Events(events.into_iter().collect()));
    let is_layout = |effect: &Effect| matches!(effect, Effect::LayOut { .. });
    assert!(effects.iter().all(is_layout) || app.timeline.can_be_read_back(), "events ask for no file");
}

pub fn batch(first: u64, payloads: &[(Kind, &[u8])]) -> EventKind {
    let mut bytes = Vec::new();
    let mut spans = Vec::new();
    for (kind, payload) in payloads {
        let (start, len) = (bytes.len().try_into().expect("small"), payload.len().try_into().expect("small"));
        let valid = *kind == Kind::Binary || str::from_utf8(payload).is_ok();
        spans.push(Span { start, len, kind: *kind, valid, frames: 1, wire: None });
        bytes.extend_from_slice(payload);
    }
    let run = Run { bytes: Bytes::from(bytes), spans: spans.into() };
    EventKind::Messages(Batch { first: MessageId(first), run, verdict: Verdict::Acked })
}

pub fn tick(n: u64) -> String {
    format!(
        r#"{{"e":"trade","s":"BTC-USD","p":{}.5,"q":0.31,"T":{},"m":{}}}"#,
        64_000 + n % 97,
        1_732_374_067_413 + n,
        n.is_multiple_of(2)
    )
}

/// `n` messages from number `first` on, in batches of three.
pub fn ticks(first: u64, n: u64, millis: u64) -> Vec<Event> {
    let numbers: Vec<u64> = (first..first + n).collect();
    let batches = numbers.chunks(3).zip(0..);
    let told = batches.map(|(chunk, nth)| {
        let texts: Vec<String> = chunk.iter().copied().map(tick).collect();
        let payloads: Vec<(Kind, &[u8])> = texts.iter().map(|text| (Kind::Text, text.as_bytes())).collect();
        event(millis + nth * 7, 1, batch(chunk[0], &payloads))
    });
    told.collect()
}

pub fn report(
    stage: Stage,
    began: u64,
    micros: u64,
    outcome: Result<(), Failure>,
    evidence: Evidence,
) -> EventKind {
    let took = Duration::from_micros(micros);
    EventKind::StageEnded(Box::new(StageReport { stage, began: after(began), took, outcome, evidence }))
}

pub fn lookup() -> Evidence {
    let addresses =
        vec!["203.0.113.7".parse().expect("an address"), "203.0.113.8".parse().expect("an address")];
    Evidence::Lookup { host: "feed.example".to_owned(), addresses, route: None }
}

pub fn tcp() -> Evidence {
    let remote = "203.0.113.7:9443".parse().expect("an address");
    let tried = vec![Tried { address: remote, took_us: 18_400, error: None }];
    Evidence::Tcp { tried, local: None, remote: Some(remote), of_proxy: false, unix_socket: None }
}

pub fn tls() -> TlsEvidence {
    TlsEvidence {
        server_name: Some("feed.example".to_owned()),
        version: Some("TLS 1.3".to_owned()),
        suite: Some("TLS13_AES_256_GCM_SHA384".to_owned()),
        group: Some("X25519".to_owned()),
        trust: "145 roots of this system".to_owned(),
        chain: vec![Certificate {
            subject: "feed.example".to_owned(),
            pem: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n".to_owned(),
            ..Certificate::default()
        }],
        ..TlsEvidence::default()
    }
}

/// Connection `connection` at `start`, as far as a finished TCP connection.
pub fn tried_address(connection: u32, start: u64) -> Vec<Event> {
    let url = "wss://feed.example:9443/ticks".to_owned();
    vec![
        event(start, connection, EventKind::Connecting { url }),
        event(start, connection, EventKind::StageStarted(Stage::Lookup)),
        event(start + 12, connection, report(Stage::Lookup, start, 12_100, Ok(()), lookup())),
        event(start + 12, connection, EventKind::StageStarted(Stage::Tcp)),
        event(start + 30, connection, report(Stage::Tcp, start + 12, 18_400, Ok(()), tcp())),
        event(start + 30, connection, EventKind::StageStarted(Stage::Tls)),
    ]
}

pub fn opened(connection: u32, start: u64) -> Vec<Event> {
    let mut events = tried_address(connection, start);
    let exchange = Exchange {
        response: Some(Response {
            status: 101,
            reason: "Switching Protocols".to_owned(),
            ..Response::default()
        }),
        ..Exchange::default()
    };
    let opened = Opened {
        remote: Some("203.0.113.7:9443".parse().expect("an address")),
        tls: Some("TLS 1.3 · TLS13_AES_256_GCM_SHA384".to_owned()),
        subprotocol: None,
        extension: None,
        took: Duration::from_millis(84),
    };
    events.extend([
        event(
            start + 60,
            connection,
            report(Stage::Tls, start + 30, 30_800, Ok(()), Evidence::Tls(Box::new(tls()))),
        ),
        event(start + 60, connection, EventKind::StageStarted(Stage::Upgrade)),
        event(
            start + 84,
            connection,
            report(Stage::Upgrade, start + 60, 22_700, Ok(()), Evidence::Upgrade(Box::new(exchange))),
        ),
        event(start + 84, connection, EventKind::Opened(Box::new(opened))),
    ]);
    events
}

pub fn retry(millis: u64, connection: u32, delay: u64, failures: u32) -> Event {
    let delay = Duration::from_millis(delay);
    event(millis, connection, EventKind::RetryIn(RetryIn { failures, left: None, without_message: 0, delay }))
}

pub fn failed(millis: u64, connection: u32, failure: Failure, finding: Finding) -> [Event; 3] {
    [
        event(millis, connection, EventKind::Failed(Box::new(failure))),
        event(millis, connection, EventKind::Finding(Box::new(finding))),
        retry(millis, connection, 800, 1),
    ]
}

pub fn unknown_issuer(connection: u32, start: u64) -> Vec<Event> {
    let failure = Failure {
        stage: Stage::Tls,
        kind: FailureKind::CertUnknownIssuer,
        message: "the server's certificate is signed by an unknown issuer".to_owned(),
        sources: vec!["invalid peer certificate: UnknownIssuer".to_owned()],
    };
    let finding = Finding {
        field: None,
        code: "cert-unknown-issuer".parse().expect("a code"),
        severity: Severity::Error,
        title: "The server's certificate is signed by an issuer that is not trusted here".to_owned(),
        cause:
            "The chain ends in “Example Internal CA”, which is not among the 145 roots of this system. The \
                pipeline would refuse it too."
                .to_owned(),
        evidence: vec![
            "0  feed.example           EC P-256   valid 61 days".to_owned(),
            "1  Example Internal CA    RSA 4096   valid 6 years".to_owned(),
        ],
        fixes: vec![
            Fix {
                yaml: String::new(),
                file: None,
                title: "trust the authority: give its certificate as PEM".to_owned(),
                edits: vec![Edit { path: "tls.root_cas_file".to_owned(), value: "./ca.pem".to_owned() }],
            },
            Fix {
                yaml: String::new(),
                file: None,
                title: "do not verify, on a network you trust".to_owned(),
                edits: vec![Edit { path: "tls.skip_cert_verify".to_owned(), value: "true".to_owned() }],
            },
        ],
    };
    let mut events = tried_address(connection, start);
    let evidence = Evidence::Tls(Box::new(tls()));
    events.push(event(
        start + 61,
        connection,
        report(Stage::Tls, start + 30, 30_800, Err(failure.clone()), evidence),
    ));
    events.extend(failed(start + 61, connection, failure, finding));
    events
}

pub fn unauthorized(connection: u32, start: u64) -> Vec<Event> {
    let failure = Failure {
        stage: Stage::Upgrade,
        kind: FailureKind::Status { code: 401 },
        message: "the server answered 401 Unauthorized instead of 101 Switching Protocols".to_owned(),
        sources: Vec::new(),
    };
    let finding = Finding {
        field: None,
        code: "auth-401".parse().expect("a code"),
        severity: Severity::Error,
        title: "The server refused the credentials: 401 Unauthorized".to_owned(),
        cause: "It wants basic authentication for “feed”, and the request carried none.".to_owned(),
        evidence: vec![
            "WWW-Authenticate: Basic realm=\"feed\"".to_owned(),
            "Authorization: not sent".to_owned(),
        ],
        fixes: vec![Fix {
            yaml: String::new(),
            file: None,
            title: "send a name and a password".to_owned(),
            edits: vec![Edit { path: "basic_auth.enabled".to_owned(), value: "true".to_owned() }],
        }],
    };
    let response = Response {
        status: 401,
        reason: "Unauthorized".to_owned(),
        body: "{\"error\":\"missing credentials\",\n \"hint\":\"user \u{1b}[31mdemo\u{1b}[0m\"}".to_owned(),
        ..Response::default()
    };
    let exchange = Exchange { response: Some(response), ..Exchange::default() };
    let mut events = tried_address(connection, start);
    events.extend([
        event(
            start + 60,
            connection,
            report(Stage::Tls, start + 30, 30_800, Ok(()), Evidence::Tls(Box::new(tls()))),
        ),
        event(
            start + 84,
            connection,
            report(
                Stage::Upgrade,
                start + 60,
                22_700,
                Err(failure.clone()),
                Evidence::Upgrade(Box::new(exchange)),
            ),
        ),
    ]);
    events.extend(failed(start + 84, connection, failure, finding));
    events
}

pub fn lost(millis: u64) -> [Event; 3] {
    let frame = CloseFrame { code: Some(1001), reason: "going away".to_owned() };
    let lost = Lost {
        kind: LossKind::Closed { by: Side::Server, frame: frame.clone() },
        open_for: Duration::from_millis(millis),
        messages: 60,
        message: "closed by the server: 1001 going away".to_owned(),
    };
    let close = Control { direction: Direction::In, kind: ControlKind::Close(frame) };
    [
        event(millis, 1, EventKind::Control(close)),
        event(millis, 1, EventKind::Lost(Box::new(lost))),
        retry(millis, 1, 100, 0),
    ]
}

pub fn ping(millis: u64) -> Event {
    let control = Control {
        direction: Direction::In,
        kind: ControlKind::Ping(Bytes::from_static(&[0x1f, 0x3a, 0, 1])),
    };
    event(millis, 1, EventKind::Control(control))
}

/// An app on an open connection that has brought `n` ticks.
pub fn receiving(n: u64) -> App {
    let mut app = app();
    tell(&mut app, opened(1, 0));
    tell(&mut app, ticks(1, n, 200));
    app
}

/// A connection that a proxy of the environment turns away.
pub fn refused_by_proxy(connection: u32, start: u64) -> Vec<Event> {
    let proxy = "http://•••@proxy.example:3128".to_owned();
    let by = "HTTPS_PROXY".to_owned();
    let address: std::net::SocketAddr = "192.0.2.9:3128".parse().expect("an address");
    let response = Response {
        status: 403,
        reason: "Forbidden".to_owned(),
        head: "HTTP/1.1 403 Forbidden\r\nServer: squid/5.7\r\nX-Squid-Error: ERR_ACCESS_DENIED 0\r\n\r\n"
            .to_owned(),
        headers: vec![("X-Squid-Error".to_owned(), "ERR_ACCESS_DENIED 0".to_owned())],
        body: "the rules of this house do not allow it\n".to_owned(),
        ..Response::default()
    };
    let exchange = Exchange {
        request: "CONNECT feed.example:9443 HTTP/1.1\r\nHost: feed.example:9443\r\n\r\n".to_owned(),
        response: Some(response),
        ..Exchange::default()
    };
    let evidence = ProxyEvidence {
        url: proxy.clone(),
        by: by.clone(),
        target: "feed.example:9443".to_owned(),
        exchange: Some(Box::new(exchange)),
        ..ProxyEvidence::default()
    };
    let failure = Failure {
        stage: Stage::Proxy,
        kind: FailureKind::Status { code: 403 },
        message: "the proxy answered 403 Forbidden to CONNECT".to_owned(),
        sources: Vec::new(),
    };
    let lookup = Evidence::Lookup {
        host: "proxy.example".to_owned(),
        addresses: vec![address.ip()],
        route: Some(Route { proxy: Some(proxy), by }),
    };
    let tried = vec![Tried { address, took_us: 900, error: None }];
    let tcp = Evidence::Tcp { tried, local: None, remote: Some(address), of_proxy: true, unix_socket: None };
    let mut events = vec![
        event(start, connection, EventKind::Connecting { url: "wss://feed.example:9443/ticks".to_owned() }),
        event(start + 4, connection, report(Stage::Lookup, start, 4_100, Ok(()), lookup)),
        event(start + 5, connection, report(Stage::Tcp, start + 4, 900, Ok(()), tcp)),
    ];
    let last =
        report(Stage::Proxy, start + 5, 12_000, Err(failure.clone()), Evidence::Proxy(Box::new(evidence)));
    let ladder: Vec<StageReport> = events
        .iter()
        .map(|event| &event.kind)
        .chain([&last])
        .filter_map(|kind| match kind {
            EventKind::StageEnded(report) => Some((**report).clone()),
            _ => None,
        })
        .collect();
    let url = Endpoint::parse("wss://feed.example:9443/ticks").expect("a URL");
    let settings = Settings::new(url);
    let findings = diagnose::failed(&settings, &ladder, &failure, after(start));
    let logged = diagnose::logged_failure(&settings, &ladder, &failure, after(start));
    events.push(event(start + 17, connection, last));
    events.push(event(start + 17, connection, EventKind::Failed(Box::new(failure))));
    events.extend(
        findings
            .into_iter()
            .map(|finding| event(start + 17, connection, EventKind::Finding(Box::new(finding)))),
    );
    events.extend(logged.map(|line| event(start + 17, connection, EventKind::Pipeline(line))));
    events
}
