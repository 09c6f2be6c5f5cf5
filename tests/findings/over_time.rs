//! What a feed does over time: what is said of missing numbers, of silence, and of messages that changed.

use std::{collections::BTreeSet, time::Duration};

use sockeye::{
    diagnose,
    session::{
        BackPressure, Batch, ConnectionId, Control, ControlKind, Direction, Event, EventKind, FindingCode,
        Kind, MessageId, Noticed, Opened, Run, Severity, Span, TcpLine, Timestamp, Verdict,
    },
    stats::{PathChoice, Paths, SequencePath, Stats},
};

const START: Timestamp = Timestamp(1_767_355_200_000_000);

fn event(millis: u64, kind: EventKind) -> Event {
    Event { at: START.plus(Duration::from_millis(millis)), connection: ConnectionId(1), kind }
}

fn message(millis: u64, id: u64, text: &str) -> Event {
    let len = u32::try_from(text.len()).expect("it is short");
    let span = Span { start: 0, len, kind: Kind::Text, valid: true, frames: 1, wire: None };
    let run = Run { bytes: text.to_owned().into(), spans: [span].into() };
    event(millis, EventKind::Messages(Batch { first: MessageId(id), run, verdict: Verdict::Acked }))
}

fn opened() -> Event {
    let took = Duration::from_millis(30);
    let opened = Opened { remote: None, tls: None, subprotocol: None, extension: None, took };
    event(0, EventKind::Opened(Box::new(opened)))
}

fn control(millis: u64, direction: Direction, kind: ControlKind) -> Event {
    event(millis, EventKind::Control(Control { direction, kind }))
}

/// Messages each 100 ms with these numbers.
fn numbered(numbers: impl IntoIterator<Item = u64>, paths: Paths) -> Stats {
    let mut stats = Stats::new(paths);
    stats.take(&opened());
    for (id, number) in (1..).zip(numbers) {
        stats.take(&message(id * 100, id, &format!("{{\"seq\":{number}}}")));
    }
    stats.settle();
    stats
}

/// A feed of 40 messages that stopped after 4 s.
fn stopped() -> Stats {
    numbered(1..=40, Paths::default())
}

fn after(stats: &mut Stats, millis: u64) -> Vec<Noticed> {
    stats.tick(START.plus(Duration::from_millis(millis)));
    diagnose::over_time(stats)
}

#[track_caller]
fn only(mut noticed: Vec<Noticed>) -> Noticed {
    assert_eq!(noticed.len(), 1, "{noticed:?}");
    noticed.remove(0)
}

#[test]
fn missing_numbers_are_told_once_with_what_is_counted_by_now() {
    let first = only(diagnose::over_time(&numbered((1..30).chain(33..60), Paths::default())));
    assert_eq!(first.finding.code, FindingCode::SequenceGap);
    assert!(first.finding.cause.starts_with("3 numbers are missing in 1 hole of .seq"), "{first:?}");
    assert_eq!(first.finding.evidence[0], "the first hole: 30 to 32 before message 30");
    let later = only(diagnose::over_time(&numbered((1..30).chain(33..60).chain(61..80), Paths::default())));
    assert!(later.finding.cause.starts_with("4 numbers are missing in 2 holes"), "{later:?}");
    assert_eq!(later.since, first.since, "it is the same finding");
}

#[test]
fn numbers_that_came_late_are_not_missing() {
    let numbers = (1..30).chain([31, 30]).chain(32..60);
    assert_eq!(diagnose::over_time(&numbered(numbers, Paths::default())), []);
}

#[test]
fn a_proposed_path_in_which_most_is_missing_is_no_sequence_and_a_chosen_one_is() {
    let sparse = || (1..100).chain((200..2_000).step_by(100));
    assert_eq!(diagnose::over_time(&numbered(sparse(), Paths::default())), []);
    let path = SequencePath::parse(".seq").expect("a path");
    let paths = Paths { sequence: PathChoice::Chosen(path), ..Paths::default() };
    let found = only(diagnose::over_time(&numbered(sparse(), paths)));
    assert!(!found.finding.cause.contains("proposed"), "{found:?}");
}

#[test]
fn silence_on_a_line_that_lives_points_at_the_server() {
    let mut stats = stopped();
    stats.take(&control(6_000, Direction::In, ControlKind::Ping(bytes::Bytes::new())));
    let found = only(after(&mut stats, 9_000));
    assert_eq!(found.finding.title, "the data has stopped on a line that lives");
    assert!(found.finding.cause.contains("2.0 s after the last message"), "{found:?}");
}

#[test]
fn silence_on_a_dead_line_is_an_error() {
    let mut stats = stopped();
    stats.take(&control(5_000, Direction::Out, ControlKind::Ping(bytes::Bytes::new())));
    let found = only(after(&mut stats, 11_000));
    assert_eq!(found.finding.severity, Severity::Error);
    assert_eq!(found.finding.title, "the data has stopped and the line is dead");
}

#[test]
fn silence_without_pings_says_that_nothing_is_known() {
    let found = only(after(&mut stopped(), 9_000));
    assert!(found.finding.cause.contains("is not known: neither side has sent a ping"), "{found:?}");
    let mut stats = stopped();
    stats.tick(START.plus(Duration::from_secs(9)));
    stats.take(&message(9_500, 41, "{\"seq\":41}"));
    assert_eq!(diagnose::over_time(&stats), [], "it is over");
}

#[test]
fn a_field_that_is_lost_or_has_another_type_is_told_and_one_that_is_new_is_not() {
    let feed = |old: &str, new: &str| {
        let mut stats = Stats::default();
        stats.take(&opened());
        for id in 1..=60 {
            stats.take(&message(id * 100, id, if id <= 30 { old } else { new }));
        }
        stats.settle();
        diagnose::over_time(&stats)
    };
    let found = only(feed(r#"{"s":"a","p":"1","x":2}"#, r#"{"s":"a","p":1}"#));
    assert_eq!(found.finding.code, FindingCode::ShapeChanged);
    assert!(found.finding.cause.contains(".p text → number"), "{found:?}");
    assert!(found.finding.cause.contains("-.x"), "{found:?}");
    assert_eq!(feed(r#"{"s":"a","p":"1"}"#, r#"{"s":"a","p":"1","y":true}"#), []);
    assert_eq!(feed(r#"{"s":"a","p":"1"}"#, r#"{"s":"a","p":null}"#), [], "it may be empty at times");
}

/// A feed of a message each 100 ms that is 20 ms old when it comes, and from 15 s on older by `age`.
fn aged(seconds: u64, age: impl Fn(u64) -> u64, others: impl Fn(u64) -> Vec<Event>) -> Vec<Noticed> {
    let mut stats = Stats::default();
    stats.take(&opened());
    for beat in 1..seconds * 10 {
        let millis = beat * 100;
        for event in others(millis) {
            stats.take(&event);
        }
        let old = if millis >= 15_000 { age(millis - 15_000) } else { 20 };
        let time = START.0.unsigned_abs() / 1_000 + millis - old;
        stats.take(&message(millis, beat, &format!("{{\"seq\":{beat},\"ts\":{time}}}")));
    }
    stats.tick(START.plus(Duration::from_secs(seconds + 1)));
    diagnose::over_time(&stats)
}

fn nothing(_: u64) -> Vec<Event> {
    Vec::new()
}

#[test]
fn a_lag_that_stays_is_told_with_what_is_known_of_its_cause() {
    assert_eq!(aged(18, |_| 2_000, nothing), [], "three seconds are not long");
    let found = only(aged(25, |_| 2_000, nothing)).finding;
    assert_eq!((found.code, found.title.as_str()), (FindingCode::Lag, "messages come late"));
    assert!(found.cause.contains("comes 2.0 s after its .ts, usually 20"), "{found:?}");
    assert!(found.evidence[0].contains("read all the time"), "{found:?}");
    assert!(found.evidence[1].contains("not known"), "{found:?}");
    assert!(found.evidence[2].contains("the server's is not known"), "{found:?}");
}

#[test]
fn a_lag_that_grows_while_this_side_does_not_read_points_here() {
    let pressure = |millis: u64| {
        let paused = Duration::from_millis(700);
        let pressure = BackPressure { paused, read_ahead: 0, unread: Some(100) };
        let is_due = millis >= 16_000 && millis.is_multiple_of(1_000);
        is_due.then(|| event(millis, EventKind::BackPressure(pressure))).into_iter().collect()
    };
    let found = only(aged(30, |since| 900 + since, pressure)).finding;
    assert_eq!(found.title, "messages come ever later");
    assert!(found.evidence[0].contains("so messages wait before this side"), "{found:?}");
    assert!(found.fixes.iter().any(|fix| fix.title.contains("let the output take more")), "{found:?}");
}

#[test]
fn a_ping_that_is_answered_at_once_clears_the_network() {
    let pong = |millis: u64| {
        let round_trip = Some(Duration::from_millis(24));
        let kind = ControlKind::Pong { payload: bytes::Bytes::new(), round_trip };
        (millis == 20_000).then(|| control(millis, Direction::In, kind)).into_iter().collect()
    };
    let found = only(aged(25, |_| 2_000, pong)).finding;
    assert!(found.evidence[1].ends_with("so it is not the network"), "{found:?}");
}

fn tcp(millis: u64, last_ack: u64, retransmits: u8) -> Event {
    let last_ack = Duration::from_millis(last_ack);
    let round_trip = Duration::from_millis(24);
    event(
        millis,
        EventKind::TcpLine(TcpLine { unacknowledged: 6, retransmits, probes: 0, last_ack, round_trip }),
    )
}

#[test]
fn without_a_ping_tcp_tells_a_silence_on_a_dead_line_from_one_on_a_line_that_lives() {
    let told = |looked: Event| {
        let mut stats = stopped();
        stats.take(&looked);
        only(after(&mut stats, 31_000)).finding
    };
    let dead = told(tcp(30_000, 26_000, 4));
    assert_eq!(
        (dead.severity, dead.title.as_str()),
        (Severity::Error, "the data has stopped and the line is dead")
    );
    assert!(dead.evidence[1].contains("6 bytes wait for an acknowledgement, sent again 4 times"), "{dead:?}");
    let lives = told(tcp(30_000, 10_000, 0));
    assert_eq!(lives.title, "the data has stopped on a line that lives");
    assert!(
        lives.cause.contains("Whether the server's program still has the connection is not known"),
        "{lives:?}"
    );
    let unknown = told(tcp(30_000, 26_000, 0));
    assert_eq!(unknown.title, "the data has stopped");
}

#[test]
fn a_ping_that_only_tcp_has_taken_says_that_the_program_hangs() {
    let mut stats = stopped();
    stats.take(&control(10_000, Direction::Out, ControlKind::Ping(bytes::Bytes::new())));
    stats.take(&tcp(12_000, 1_900, 0));
    let found = only(after(&mut stats, 20_000)).finding;
    assert_eq!(found.title, "the data has stopped and the server's program hangs");
}

#[test]
fn a_kind_that_stays_away_while_others_come_is_told() {
    let mut stats = Stats::default();
    stats.take(&opened());
    for beat in 1..400 {
        let kind = if beat % 5 == 0 && beat < 300 { "quote" } else { "trade" };
        stats.take(&message(beat * 100, beat, &format!("{{\"type\":\"{kind}\",\"p\":{}}}", beat * 7 % 50)));
    }
    let found = only(diagnose::over_time(&stats)).finding;
    assert_eq!(found.code, FindingCode::KindSilence);
    assert!(
        found.cause.starts_with("No message whose .type is \"quote\" has come for 10.4 s, while 104 others"),
        "{found:?}"
    );
}

/// A session of connections that each begin with these.
fn beginnings(connections: &[&[&str]]) -> Vec<Noticed> {
    let mut stats = Stats::default();
    let mut id = 0;
    for (nth, texts) in (1_u32..).zip(connections) {
        let on = |mut event: Event| {
            event.connection = ConnectionId(nth);
            event
        };
        let begin = u64::from(nth) * 10_000;
        stats.take(&on(Event { at: START.plus(Duration::from_millis(begin)), ..opened() }));
        let trades = std::iter::repeat_n(&r#"{"type":"trade","p":1}"#, 30);
        for (beat, text) in (1..).zip(texts.iter().chain(trades)) {
            id += 1;
            stats.take(&on(message(begin + beat * 100, id, text)));
        }
    }
    stats.settle();
    diagnose::over_time(&stats)
}

#[test]
fn a_reconnect_without_the_snapshot_of_before_is_told() {
    let (subscribed, snapshot) = (r#"{"type":"subscribed"}"#, r#"{"type":"snapshot","b":[1]}"#);
    let found = only(beginnings(&[&[subscribed, snapshot], &[subscribed]])).finding;
    assert_eq!(found.code, FindingCode::OtherBeginning);
    assert!(found.cause.contains("no snapshot came"), "{found:?}");
    assert_eq!(found.evidence[0], "now: subscribed › trade ×19");
    assert_eq!(beginnings(&[&[subscribed, snapshot], &[subscribed, snapshot]]), []);
    assert_eq!(beginnings(&[&[subscribed], &[subscribed, snapshot]]), [], "more than before is no fault");
    let refused = only(beginnings(&[&[subscribed], &[r#"{"type":"error","code":3}"#]])).finding;
    assert!(refused.cause.contains("refuses"), "{refused:?}");
}

/// The codes that are told here.
pub fn used() -> BTreeSet<String> {
    let gap = diagnose::over_time(&numbered((1..30).chain(33..60), Paths::default()));
    let silence = after(&mut stopped(), 9_000);
    let codes = gap.into_iter().chain(silence).map(|one| one.finding.code.to_string());
    let others =
        [FindingCode::ShapeChanged, FindingCode::KindSilence, FindingCode::Lag, FindingCode::OtherBeginning];
    codes.chain(others.map(|code| code.to_string())).collect()
}
