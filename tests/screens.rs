//! The screen without a terminal: key scripts, what is drawn, and what must never be.

use std::time::Duration;

use bytes::Bytes;
use insta::assert_snapshot;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use ratatui::{
    Terminal,
    backend::TestBackend,
    layout::{Position, Size},
};
use sockeye::{
    app::{ACTIONS, App, Effect, Input, Look, Outcome, Profile, hints, press, update},
    session::{
        Batch, Certificate, CloseFrame, Command, Control, ControlKind, Delivery, DialId, Direction, Edit,
        End, Ended, Event, Evidence, Exchange, Failure, FailureKind, Finding, Fix, Kind, LossKind, Lost,
        MessageId, Opened, Outgoing, Redelivery, Response, RetryIn, Run, Sent, Severity, Side, Span, Stage,
        StageReport, Timestamp, TlsEvidence, Tried, Verdict, What,
    },
    view,
};

/// 12:00:00.000 on 2 January 2026.
const NOON: Timestamp = Timestamp(1_767_355_200_000_000);

const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 10)];

fn after(millis: u64) -> Timestamp {
    NOON.plus(Duration::from_millis(millis))
}

fn event(millis: u64, dial: u32, what: What) -> Event {
    Event { at: after(millis), dial: DialId(dial), what }
}

fn app() -> App {
    let profile = Profile {
        name: "ticks".to_owned(),
        url: "wss://feed.example:9443/ticks".to_owned(),
        replays: true,
        secure: true,
        opening: false,
    };
    App::new(profile, Size { width: 120, height: 40 }, NOON, TimeZone::UTC)
}

fn tell(app: &mut App, events: impl IntoIterator<Item = Event>) {
    let effects = update(app, Input::Events(events.into_iter().collect()));
    assert!(effects.is_empty(), "events ask for nothing");
}

/// The screen as text, a line each.
fn screen(app: &mut App, (width, height): (u16, u16)) -> String {
    update(app, Input::Resized(Size { width, height }));
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a screen in memory");
    terminal.draw(|frame| view::draw(frame, app)).expect("drawing into memory");
    terminal.backend().to_string()
}

fn snapshots(name: &str, app: &mut App) {
    for (width, height) in SIZES {
        let drawn = screen(app, (width, height));
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            assert_snapshot!(format!("{name}-{width}x{height}"), drawn);
        });
    }
}

fn batch(first: u64, payloads: &[(Kind, &[u8])]) -> What {
    let mut bytes = Vec::new();
    let mut spans = Vec::new();
    for (kind, payload) in payloads {
        let (start, len) = (bytes.len().try_into().expect("small"), payload.len().try_into().expect("small"));
        spans.push(Span { start, len, kind: *kind, valid: str::from_utf8(payload).is_ok(), frames: 1 });
        bytes.extend_from_slice(payload);
    }
    let run = Run { bytes: Bytes::from(bytes), spans };
    What::Messages(Batch { first: MessageId(first), run, verdict: Verdict::Acked })
}

fn tick(n: u64) -> String {
    format!(
        r#"{{"e":"trade","s":"BTC-USD","p":{}.5,"q":0.31,"T":{},"m":{}}}"#,
        64_000 + n % 97,
        1_732_374_067_413 + n,
        n.is_multiple_of(2)
    )
}

/// `n` messages from number `first` on, in batches of three.
fn ticks(first: u64, n: u64, millis: u64) -> Vec<Event> {
    let numbers: Vec<u64> = (first..first + n).collect();
    let batches = numbers.chunks(3).zip(0..);
    let told = batches.map(|(chunk, nth)| {
        let texts: Vec<String> = chunk.iter().copied().map(tick).collect();
        let payloads: Vec<(Kind, &[u8])> = texts.iter().map(|text| (Kind::Text, text.as_bytes())).collect();
        event(millis + nth * 7, 1, batch(chunk[0], &payloads))
    });
    told.collect()
}

fn report(stage: Stage, began: u64, micros: u64, outcome: Result<(), Failure>, evidence: Evidence) -> What {
    let took = Duration::from_micros(micros);
    What::StageEnded(Box::new(StageReport { stage, began: after(began), took, outcome, evidence }))
}

fn lookup() -> Evidence {
    let addresses =
        vec!["203.0.113.7".parse().expect("an address"), "203.0.113.8".parse().expect("an address")];
    Evidence::Lookup { host: "feed.example".to_owned(), addresses }
}

fn tcp() -> Evidence {
    let remote = "203.0.113.7:9443".parse().expect("an address");
    let tried = vec![Tried { address: remote, took_us: 18_400, error: None }];
    Evidence::Tcp { tried, local: None, remote: Some(remote) }
}

fn tls() -> TlsEvidence {
    TlsEvidence {
        server_name: Some("feed.example".to_owned()),
        version: Some("TLS 1.3".to_owned()),
        suite: Some("TLS13_AES_256_GCM_SHA384".to_owned()),
        group: Some("X25519".to_owned()),
        trust: "145 roots of this system".to_owned(),
        chain: vec![Certificate { subject: "feed.example".to_owned(), ..Certificate::default() }],
        ..TlsEvidence::default()
    }
}

/// Dial `dial` at `start`, as far as a finished TCP connection.
fn dialled(dial: u32, start: u64) -> Vec<Event> {
    let url = "wss://feed.example:9443/ticks".to_owned();
    vec![
        event(start, dial, What::Dialing { url }),
        event(start, dial, What::StageStarted(Stage::Lookup)),
        event(start + 12, dial, report(Stage::Lookup, start, 12_100, Ok(()), lookup())),
        event(start + 12, dial, What::StageStarted(Stage::Tcp)),
        event(start + 30, dial, report(Stage::Tcp, start + 12, 18_400, Ok(()), tcp())),
        event(start + 30, dial, What::StageStarted(Stage::Tls)),
    ]
}

fn opened(dial: u32, start: u64) -> Vec<Event> {
    let mut events = dialled(dial, start);
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
        took: Duration::from_millis(84),
    };
    events.extend([
        event(
            start + 60,
            dial,
            report(Stage::Tls, start + 30, 30_800, Ok(()), Evidence::Tls(Box::new(tls()))),
        ),
        event(start + 60, dial, What::StageStarted(Stage::Upgrade)),
        event(
            start + 84,
            dial,
            report(Stage::Upgrade, start + 60, 22_700, Ok(()), Evidence::Upgrade(Box::new(exchange))),
        ),
        event(start + 84, dial, What::Opened(Box::new(opened))),
    ]);
    events
}

fn retry(millis: u64, dial: u32, delay: u64, failures: u32) -> Event {
    let delay = Duration::from_millis(delay);
    event(millis, dial, What::RetryIn(RetryIn { failures, left: None, delay }))
}

fn failed(millis: u64, dial: u32, failure: Failure, finding: Finding) -> [Event; 3] {
    [
        event(millis, dial, What::Failed(Box::new(failure))),
        event(millis, dial, What::Finding(Box::new(finding))),
        retry(millis, dial, 800, 1),
    ]
}

fn unknown_issuer(dial: u32, start: u64) -> Vec<Event> {
    let failure = Failure {
        stage: Stage::Tls,
        kind: FailureKind::CertUnknownIssuer,
        says: "the server's certificate is signed by an unknown issuer".to_owned(),
        because: vec!["invalid peer certificate: UnknownIssuer".to_owned()],
    };
    let finding = Finding {
        code: "cert-unknown-issuer",
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
                title: "trust the authority: give its certificate as PEM".to_owned(),
                edits: vec![Edit { path: "tls.root_cas_file".to_owned(), value: "./ca.pem".to_owned() }],
            },
            Fix {
                title: "do not verify, on a network you trust".to_owned(),
                edits: vec![Edit { path: "tls.skip_cert_verify".to_owned(), value: "true".to_owned() }],
            },
        ],
    };
    let mut events = dialled(dial, start);
    let evidence = Evidence::Tls(Box::new(tls()));
    events.push(event(
        start + 61,
        dial,
        report(Stage::Tls, start + 30, 30_800, Err(failure.clone()), evidence),
    ));
    events.extend(failed(start + 61, dial, failure, finding));
    events
}

fn unauthorized(dial: u32, start: u64) -> Vec<Event> {
    let failure = Failure {
        stage: Stage::Upgrade,
        kind: FailureKind::Status { code: 401 },
        says: "the server answered 401 Unauthorized instead of 101 Switching Protocols".to_owned(),
        because: Vec::new(),
    };
    let finding = Finding {
        code: "auth-401",
        severity: Severity::Error,
        title: "The server refused the credentials: 401 Unauthorized".to_owned(),
        cause: "It wants basic authentication for “feed”, and the request carried none.".to_owned(),
        evidence: vec![
            "WWW-Authenticate: Basic realm=\"feed\"".to_owned(),
            "Authorization: not sent".to_owned(),
        ],
        fixes: vec![Fix {
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
    let mut events = dialled(dial, start);
    events.extend([
        event(
            start + 60,
            dial,
            report(Stage::Tls, start + 30, 30_800, Ok(()), Evidence::Tls(Box::new(tls()))),
        ),
        event(
            start + 84,
            dial,
            report(
                Stage::Upgrade,
                start + 60,
                22_700,
                Err(failure.clone()),
                Evidence::Upgrade(Box::new(exchange)),
            ),
        ),
    ]);
    events.extend(failed(start + 84, dial, failure, finding));
    events
}

fn lost(millis: u64) -> [Event; 3] {
    let frame = CloseFrame { code: Some(1001), reason: "going away".to_owned() };
    let lost = Lost {
        kind: LossKind::Closed { by: Side::Server, frame: frame.clone() },
        open_for: Duration::from_millis(millis),
        messages: 60,
        says: "closed by the server: 1001 going away".to_owned(),
    };
    let close = Control { direction: Direction::In, kind: ControlKind::Close(frame) };
    [
        event(millis, 1, What::Control(close)),
        event(millis, 1, What::Lost(Box::new(lost))),
        retry(millis, 1, 100, 0),
    ]
}

fn ping(millis: u64) -> Event {
    let control = Control {
        direction: Direction::In,
        kind: ControlKind::Ping(Bytes::from_static(&[0x1f, 0x3a, 0, 1])),
    };
    event(millis, 1, What::Control(control))
}

/// An app on an open connection that has brought `n` ticks.
fn receiving(n: u64) -> App {
    let mut app = app();
    tell(&mut app, opened(1, 0));
    tell(&mut app, ticks(1, n, 200));
    app
}

#[test]
fn a_dial_that_runs_shows_its_ladder() {
    let mut app = app();
    tell(&mut app, dialled(1, 0));
    update(&mut app, Input::Tick(after(48)));
    snapshots("dialling", &mut app);
}

#[test]
fn an_open_connection_without_messages_says_so() {
    let mut app = app();
    tell(&mut app, opened(1, 0));
    tell(&mut app, [ping(400), ping(900), ping(1_400)]);
    press(&mut app, "z");
    update(&mut app, Input::Tick(after(1_500)));
    snapshots("open-empty", &mut app);
}

#[test]
fn the_feed_follows_the_newest() {
    let mut app = receiving(60);
    tell(&mut app, [ping(500)]);
    let sent =
        Sent { kind: Kind::Text, payload: Bytes::from_static(br#"{"op":"subscribe"}"#), opening: false };
    tell(&mut app, [event(510, 1, What::Sent(sent))]);
    tell(&mut app, ticks(61, 8, 600));
    tell(
        &mut app,
        [event(
            630,
            1,
            batch(69, &[(Kind::Binary, &[0, 159, 146, 150]), (Kind::Text, "žluťoučký kůň 漢字".as_bytes())]),
        )],
    );
    update(&mut app, Input::Tick(after(2_000)));
    snapshots("following", &mut app);
}

#[test]
fn a_held_view_shows_the_detail_and_counts_what_passes() {
    let mut app = receiving(60);
    press(&mut app, "kkk<enter>");
    tell(&mut app, ticks(61, 300, 600));
    snapshots("held", &mut app);
}

#[test]
fn hex_shows_every_byte() {
    let mut app = receiving(3);
    press(&mut app, "<enter>vv");
    snapshots("hex", &mut app);
}

#[test]
fn an_unknown_issuer_is_explained_with_what_mends_it() {
    let mut app = app();
    tell(&mut app, unknown_issuer(1, 0));
    update(&mut app, Input::Tick(after(200)));
    snapshots("unknown-issuer", &mut app);
}

#[test]
fn a_refusal_is_shown_with_its_body() {
    let mut app = app();
    tell(&mut app, unauthorized(1, 0));
    update(&mut app, Input::Tick(after(200)));
    snapshots("unauthorized", &mut app);
}

#[test]
fn a_dial_without_a_finding_still_says_what_failed() {
    let mut app = app();
    let mut events = unauthorized(1, 0);
    events.retain(|event| !matches!(event.what, What::Finding(_)));
    tell(&mut app, events);
    let drawn = screen(&mut app, (80, 24));
    assert!(drawn.contains("the server answered 401 Unauthorized instead of 101"), "{drawn}");
}

#[test]
fn a_lost_connection_and_the_next_are_rows_of_the_feed() {
    let mut app = receiving(60);
    tell(&mut app, lost(900));
    tell(&mut app, opened(2, 1_000));
    tell(&mut app, ticks(61, 5, 1_200));
    update(&mut app, Input::Tick(after(2_000)));
    snapshots("redialled", &mut app);
}

#[test]
fn a_failed_dial_after_messages_stands_in_a_strip() {
    let mut app = receiving(60);
    tell(&mut app, lost(900));
    tell(&mut app, unknown_issuer(2, 1_000));
    update(&mut app, Input::Tick(after(1_300)));
    snapshots("waiting", &mut app);
}

#[test]
fn the_end_of_the_retries_is_told() {
    let mut app = app();
    tell(&mut app, unknown_issuer(1, 0));
    let last = Failure {
        stage: Stage::Tls,
        kind: FailureKind::CertUnknownIssuer,
        says: "the server's certificate is signed by an unknown issuer".to_owned(),
        because: Vec::new(),
    };
    let why = End::RetriesExhausted { retries: 0, last: Box::new(last) };
    tell(&mut app, [event(100, 1, What::Ended(Ended { why, messages: 0, dials: 1 }))]);
    assert_eq!(app.next_tick(), None);
    snapshots("ended", &mut app);
}

#[test]
fn help_says_what_works_and_why_the_rest_does_not() {
    let mut app = app();
    tell(&mut app, dialled(1, 0));
    press(&mut app, "?");
    snapshots("help", &mut app);
}

#[test]
fn the_send_line_is_written_and_sent() {
    let mut app = receiving(9);
    assert!(press(&mut app, r#"i{"op":"pong"}<ctrl-a>"#).is_empty());
    snapshots("send", &mut app);
    let effects = press(&mut app, "<enter>");
    let [Effect::Engine(Command::Send(Outgoing::Data { kind: Kind::Text, payload }))] = effects.as_slice()
    else {
        panic!("one message is to be sent: {effects:?}");
    };
    assert_eq!(payload.as_ref(), br#"{"op":"pong"}"#);
}

#[test]
fn a_screen_that_is_too_small_says_so() {
    let mut app = receiving(9);
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        assert_snapshot!("too-small", screen(&mut app, (18, 3)));
    });
}

#[test]
fn a_pasted_newline_does_not_send() {
    let mut app = receiving(1);
    press(&mut app, "i");
    assert!(update(&mut app, Input::Paste("a\nb".to_owned())).is_empty());
    assert_eq!(app.send.text(), "a\nb");
}

#[test]
fn a_nack_asks_the_engine_and_changes_no_row() {
    let mut app = receiving(3);
    let before = screen(&mut app, (120, 40));
    let effects = press(&mut app, "kx");
    assert!(matches!(effects.as_slice(), [Effect::Engine(Command::Nack(MessageId(2)))]), "{effects:?}");
    assert!(!screen(&mut app, (120, 40)).contains('↻'), "{before}");
    let told = |attempt, verdict, recalled| {
        let delivery = Delivery { attempt, verdict };
        event(700, 1, What::Delivery(Redelivery { id: MessageId(2), delivery, recalled }))
    };
    tell(
        &mut app,
        [told(1, Verdict::Nacked, true), told(2, Verdict::Pending, false), told(2, Verdict::Acked, false)],
    );
    let rows = screen(&mut app, (120, 40));
    assert_eq!(rows.matches("↻2").count(), 2, "the message and its replay\n{rows}");
}

#[test]
fn what_cannot_be_done_says_why() {
    let mut app = app();
    assert!(press(&mut app, "x").is_empty());
    let says = |app: &App| app.notice.as_ref().map(|notice| notice.says.clone());
    assert_eq!(says(&app).as_deref(), Some("nack: the selected row is not a received message"));
    press(&mut app, "i");
    assert_eq!(says(&app).as_deref(), Some("send: the connection is not open"));
    press(&mut app, "f");
    assert_eq!(says(&app).as_deref(), Some("follow: there are no rows yet"));
}

#[test]
fn copying_gives_the_payload_as_it_came() {
    let mut app = receiving(3);
    let effects = press(&mut app, "y");
    let [Effect::Copy(text)] = effects.as_slice() else { panic!("one copy is expected") };
    assert_eq!(*text, tick(3));
    update(&mut app, Input::Outcome(Outcome::Copied(text.len())));
    assert!(screen(&mut app, (80, 24)).contains("by OSC 52"));
}

#[test]
fn q_and_ctrl_c_leave_and_a_line_being_written_takes_q() {
    let mut app = receiving(1);
    assert!(matches!(press(&mut app, "q").as_slice(), [Effect::Quit]));
    assert!(press(&mut app, "iq").is_empty());
    assert!(matches!(press(&mut app, "<ctrl-c>").as_slice(), [Effect::Quit]));
    assert_eq!(app.send.text(), "q");
}

#[test]
fn after_the_end_a_new_session_begins_on_an_empty_feed() {
    let mut app = receiving(5);
    tell(&mut app, [event(900, 1, What::Ended(Ended { why: End::Stopped, messages: 5, dials: 1 }))]);
    assert!(matches!(press(&mut app, "r").as_slice(), [Effect::Restart]));
    assert!(app.timeline.is_empty());
    tell(&mut app, ticks(1, 2, 1_000));
    assert_eq!(app.timeline.selected_message().map(|message| message.id), Some(MessageId(2)));
}

#[test]
fn a_click_selects_the_row_under_it_and_the_wheel_scrolls() {
    let mut app = receiving(60);
    update(&mut app, Input::Click(Position { x: 30, y: 10 }));
    let clicked = app.timeline.selected_id();
    assert!(!app.timeline.is_following());
    update(&mut app, Input::Wheel { at: Position { x: 30, y: 10 }, lines: -3 });
    assert_eq!(app.timeline.selected_id().0, clicked.0 - 3);
}

#[test]
fn no_key_has_two_meanings_in_one_scope() {
    for (nth, one) in ACTIONS.iter().enumerate() {
        for other in ACTIONS[nth + 1..].iter().filter(|other| other.scope == one.scope) {
            assert_ne!(one.name, other.name);
            let shared: Vec<_> = one.keys.iter().filter(|key| other.keys.contains(key)).collect();
            assert!(shared.is_empty(), "{shared:?} means {} and {}", one.name, other.name);
        }
    }
}

#[test]
fn the_footer_names_only_what_works() {
    let mut apps = [app(), receiving(0), receiving(9)];
    for app in &mut apps {
        for hint in hints(app, 6) {
            let row =
                ACTIONS.iter().find(|row| row.name == hint.name).expect("hints are read from the table");
            assert_eq!((row.available)(app), Ok(()), "{}", row.name);
        }
    }
}

/// Whether a terminal would obey this character, or show nothing for it.
fn obeyed(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn hostile() -> impl Strategy<Value = String> {
    let nasty = prop_oneof![
        Just("\u{1b}[2J".to_owned()),
        Just("\u{1b}]52;c;aGk=\u{7}".to_owned()),
        Just("\u{9b}31m".to_owned()),
        Just("\u{202e}evil\u{2066}".to_owned()),
        Just("\u{7f}\u{0}\r\n\t".to_owned()),
        "\\PC{0,12}",
        any::<String>(),
    ];
    prop::collection::vec(nasty, 0..6).prop_map(|parts| parts.concat())
}

fn hostile_app(text: &str, bytes: &[u8]) -> App {
    let mut app = app();
    app.profile.name = text.to_owned();
    app.profile.url = text.to_owned();
    let failure = Failure {
        stage: Stage::Upgrade,
        kind: FailureKind::Status { code: 401 },
        says: text.to_owned(),
        because: vec![text.to_owned()],
    };
    let finding = Finding {
        code: "auth-401",
        severity: Severity::Error,
        title: text.to_owned(),
        cause: text.to_owned(),
        evidence: vec![text.to_owned()],
        fixes: vec![Fix {
            title: text.to_owned(),
            edits: vec![Edit { path: "url".to_owned(), value: text.to_owned() }],
        }],
    };
    let response =
        Response { status: 401, reason: text.to_owned(), body: text.to_owned(), ..Response::default() };
    let exchange = Exchange { response: Some(response), ..Exchange::default() };
    let mut events = dialled(1, 0);
    let evidence = Evidence::Upgrade(Box::new(exchange));
    events.push(event(80, 1, report(Stage::Upgrade, 60, 22_700, Err(failure.clone()), evidence)));
    events.extend(failed(84, 1, failure, finding));
    tell(&mut app, events);
    screen_is_clean(&mut app);
    let close = CloseFrame { code: Some(3000), reason: text.to_owned() };
    let control = |kind| What::Control(Control { direction: Direction::In, kind });
    tell(&mut app, opened(2, 1_000));
    tell(
        &mut app,
        [
            event(
                1_100,
                2,
                batch(1, &[(Kind::Text, text.as_bytes()), (Kind::Text, bytes), (Kind::Binary, bytes)]),
            ),
            event(1_200, 2, control(ControlKind::Ping(Bytes::copy_from_slice(bytes)))),
            event(1_300, 2, control(ControlKind::Close(close))),
            event(1_400, 2, What::Refused { command: "send", says: text.to_owned() }),
        ],
    );
    app
}

fn screen_is_clean(app: &mut App) {
    for size in [(120, 40), (80, 24), (40, 10), (21, 5)] {
        let drawn = screen(app, size);
        let bad: Vec<char> = drawn.chars().filter(|&c| c != '\n' && obeyed(c)).collect();
        assert!(bad.is_empty(), "{bad:?} reached the screen\n{drawn}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_control_character_reaches_a_cell(text in hostile(), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut app = hostile_app(&text, &bytes);
        screen_is_clean(&mut app);
        press(&mut app, "g<enter>");
        for keys in ["", "v", "v", "vj", "j", "j", "j", "<tab>J"] {
            press(&mut app, keys);
            screen_is_clean(&mut app);
        }
        press(&mut app, "<esc>i");
        update(&mut app, Input::Paste(text));
        screen_is_clean(&mut app);
    }

    #[test]
    fn every_key_at_every_size_draws(keys in "[jkgGfpvxyziqrRJK1?]{0,30}", width in 1u16..140, height in 1u16..50) {
        let mut app = receiving(40);
        for look in [Look::Dark, Look::Light, Look::Sixteen, Look::Plain] {
            app.look = look;
            press(&mut app, &keys);
            press(&mut app, "<esc><enter><tab>");
            let next = app.link.counts.messages + 1;
            tell(&mut app, ticks(next, 50, 2_000));
            screen(&mut app, (width, height));
        }
    }
}
