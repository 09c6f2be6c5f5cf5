//! What a feed does over time: what is said of missing numbers, of silence, and of messages that changed.

use std::{collections::BTreeSet, time::Duration};

use sockeye::{
    diagnose,
    session::{
        Batch, ConnectionId, Control, ControlKind, Direction, Event, EventKind, FindingCode, Kind, MessageId,
        Noticed, Opened, Run, Severity, Span, Timestamp, Verdict,
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

/// The codes that are told here.
pub fn used() -> BTreeSet<String> {
    let gap = diagnose::over_time(&numbered((1..30).chain(33..60), Paths::default()));
    let silence = after(&mut stopped(), 9_000);
    let codes = gap.into_iter().chain(silence).map(|one| one.finding.code.to_string());
    codes.chain([FindingCode::ShapeChanged.to_string()]).collect()
}
