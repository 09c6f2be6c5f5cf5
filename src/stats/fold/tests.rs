//! A whole session is folded.

use std::num::NonZeroU32;

use proptest::prelude::*;

use crate::{
    session::{Kind, LossKind, Lost, MessageId, Opened, Run, Span, Verdict},
    stats::{IncidentKind, PathChoice, SequencePath},
};

use super::*;

const START: i64 = 1_700_000_000_000_000;

/// A batch of texts that came at this millisecond on a connection.
fn batch(connection: u32, millis: i64, first: u64, texts: &[String]) -> Event {
    let spans = texts.iter().scan(0, |start, text| {
        let len = u32::try_from(text.len()).expect("it is short");
        let wire: Option<NonZeroU32> = None;
        let span = Span { start: *start, len, kind: Kind::Text, valid: true, frames: 1, wire };
        *start += len;
        Some(span)
    });
    let run = Run { spans: spans.collect(), bytes: texts.concat().into() };
    let batch = Batch { first: MessageId(first), run, verdict: Verdict::Acked };
    Event {
        at: Timestamp(START + millis * 1_000),
        connection: ConnectionId(connection),
        kind: EventKind::Messages(batch),
    }
}

fn tick(number: u64, millis: i64) -> String {
    format!("{{\"type\":\"tick\",\"seq\":{number},\"ts\":{}}}", START / 1_000 + millis)
}

/// A feed of a tick each 100 ms that is 250 ms late, in which some numbers are missing.
fn feed(missing: &[u64]) -> Stats {
    let mut stats = Stats::default();
    let numbers = (1..=400).filter(|number| !missing.contains(number));
    for (id, number) in (1..).zip(numbers) {
        let millis = i64::try_from(number).expect("it is small") * 100;
        stats.take(&batch(1, millis, id, &[tick(number, millis - 250)]));
    }
    stats
}

#[test]
fn a_feed_is_read_without_being_told_what_is_in_it() {
    let stats = feed(&[7, 8, 300]);
    let paths = &stats.paths;
    let [sequence, time, kind] = [
        paths.sequence.as_ref().map(|(path, _)| path.to_string()),
        paths.time.as_ref().map(|(path, _)| path.to_string()),
        paths.kind.as_ref().map(|(path, _)| path.to_string()),
    ]
    .map(Option::unwrap_or_default);
    assert_eq!([sequence.as_str(), &time, &kind], [".seq", ".ts", ".type"]);
    assert_eq!(
        (stats.sequences.counts.holes, stats.sequences.counts.missing),
        (2, 3),
        "those before the proposal as well"
    );
    let lag = stats.lag.spread.quantile(0.5).expect("each has a time");
    assert!((245..256).contains(&lag.as_millis()), "{lag:?}");
    assert_eq!(stats.kinds.by_count()[0].1.messages, 397);
    assert_eq!(stats.shapes.groups().len(), 1);
}

#[test]
fn a_chosen_path_goes_before_a_proposed_one() {
    let chosen = SequencePath::parse(".ts").expect("a path");
    let mut stats =
        Stats::new(Paths { sequence: PathChoice::Chosen(chosen), kind: PathChoice::Off, ..Paths::default() });
    for number in 1..=300 {
        stats.take(&batch(1, 0, number, &[tick(number, 0)]));
    }
    assert_eq!(stats.sequences.counts.repeats, 299, "the time is always the same");
    assert_eq!(stats.paths.kind, None);
}

#[test]
fn few_messages_are_read_when_the_session_ends_or_a_while_has_passed() {
    let few = |count: u64| {
        let mut stats = Stats::default();
        (1..=count).for_each(|number| stats.take(&batch(1, 0, number, &[tick(number, 0)])));
        stats
    };
    let mut stats = few(30);
    assert!(stats.is_learning());
    stats.tick(Timestamp(START + 11_000_000));
    assert_eq!(stats.sequences.counts.numbered, 30);
    let mut stats = few(5);
    stats.tick(Timestamp(START + 11_000_000));
    assert!(stats.is_learning(), "five messages decide nothing yet");
    stats.settle();
    assert_eq!((stats.sequences.counts.numbered, stats.shapes.groups()[0].messages), (0, 5));
}

/// Something else than messages that happened on a connection.
fn other(connection: u32, millis: i64, kind: EventKind) -> Event {
    Event { at: Timestamp(START + millis * 1_000), connection: ConnectionId(connection), kind }
}

fn opened(connection: u32, millis: i64) -> Event {
    let took = Duration::ZERO;
    let opened = Opened { remote: None, tls: None, subprotocol: None, extension: None, took };
    other(connection, millis, EventKind::Opened(Box::new(opened)))
}

fn lost(connection: u32, millis: i64) -> Event {
    let message = "the server ended the connection".to_owned();
    let lost = Lost { kind: LossKind::Ended, open_for: Duration::ZERO, messages: 3, message };
    other(connection, millis, EventKind::Lost(Box::new(lost)))
}

#[test]
fn connections_that_end_before_the_paths_are_known_have_their_beginnings() {
    let mut stats = Stats::default();
    let mut id = 1;
    for connection in 1..=3 {
        let start = i64::from(connection) * 1_000;
        stats.take(&opened(connection, start));
        for text in
            [r#"{"type":"snapshot"}"#, r#"{"type":"update"}"#].iter().skip(usize::from(connection == 3))
        {
            stats.take(&batch(connection, start + 10, id, &[(*text).to_owned()]));
            id += 1;
        }
        stats.take(&lost(connection, start + 500));
    }
    stats.settle();
    let told: Vec<_> = stats.beginnings.list().map(ToString::to_string).collect();
    assert_eq!(told, ["snapshot › update", "snapshot › update", "update"]);
    let last = stats.beginnings.list().last().expect("there are three");
    let before = stats.beginnings.before(ConnectionId(3)).expect("there are two");
    assert_eq!(last.difference(before).as_deref(), Some("no snapshot"));
}

#[test]
fn other_paths_from_here_on_forget_no_connection() {
    let mut stats = Stats::default();
    stats.take(&opened(1, 0));
    for number in 1..=300 {
        let millis = i64::try_from(number).expect("it is small") * 100;
        stats.take(&batch(1, millis, number, &[tick(number, millis)]));
    }
    let mut stats = stats.with_other_paths(Paths { kind: PathChoice::Off, ..Paths::default() });
    assert_eq!((stats.messages, stats.life.share_up()), (0, Some(1.0)));
    stats.tick(Timestamp(START + 40_000_000));
    assert_eq!(stats.silences.count, 1, "the silence after 30 s is told");
}

#[test]
fn what_was_passed_over_while_the_paths_were_unknown_is_not_missing() {
    let mut stats = Stats::default();
    let take = |stats: &mut Stats, numbers: std::ops::RangeInclusive<u64>| {
        let texts: Vec<_> = numbers.clone().map(|number| tick(number, 0)).collect();
        stats.take(&batch(1, 0, *numbers.start(), &texts));
    };
    take(&mut stats, 1..=50);
    stats.skip(MessageId(51), ConnectionId(1), Timestamp(START), (50, 5_000));
    take(&mut stats, 101..=400);
    let counts = stats.sequences.counts;
    assert_eq!((counts.numbered, counts.missing, stats.skipped), (350, 0, 50));
}

#[test]
fn a_slow_feed_shows_its_shapes_at_once_and_its_paths_after_half_a_minute() {
    let mut stats = Stats::default();
    for number in 1..=10_u8 {
        let millis = i64::from(number) * 4_000;
        stats.take(&batch(1, millis, number.into(), &[tick(number.into(), millis)]));
        assert_eq!(stats.shapes.groups().len(), 1);
    }
    assert!(!stats.is_learning());
    assert_eq!(stats.sequences.counts.numbered, 10);
}

#[test]
fn one_large_message_does_not_decide_alone() {
    let mut stats = Stats::default();
    for number in 1..=10 {
        let text = format!("{{\"seq\":{number},\"blob\":\"{}\"}}", "x".repeat(1 << 20));
        stats.take(&batch(1, 100, number, &[text]));
    }
    assert_eq!(stats.sequences.counts.numbered, 10);
}

#[test]
fn what_is_only_counted_is_told_as_skipped() {
    let mut stats = feed(&[]);
    stats.take_as(&batch(1, 50_000, 401, &[tick(500, 0), tick(501, 0)]), Taken::Counted);
    assert_eq!((stats.messages, stats.skipped, stats.sequences.counts.numbered), (402, 2, 400));
    stats.take(&batch(1, 50_000, 403, &[tick(502, 0)]));
    assert_eq!(stats.sequences.counts.missing, 0, "what was not read is not missing");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn however_messages_are_read_together_the_numbers_are_the_same(
        sizes in prop::collection::vec(1usize..20, 1..60),
        missing in prop::collection::vec(1u64..300, 0..10),
    ) {
        let numbers: Vec<_> = (1..=300).filter(|number| !missing.contains(number)).collect();
        let fold = |sizes: &mut dyn Iterator<Item = usize>| {
            let mut stats = Stats::default();
            let (mut left, mut id) = (numbers.as_slice(), 1);
            while !left.is_empty() {
                let (now, behind) = left.split_at(sizes.next().unwrap_or(1).min(left.len()));
                let texts: Vec<_> = now.iter().map(|number| tick(*number, 0)).collect();
                stats.take(&batch(1, 0, id, &texts));
                (left, id) = (behind, id + now.len() as u64);
            }
            stats.settle();
            stats
        };
        let (one, other) = (fold(&mut std::iter::repeat(1)), fold(&mut sizes.iter().copied()));
        prop_assert_eq!(one.sequences.incidents(), other.sequences.incidents());
        prop_assert_eq!(one.shapes.groups(), other.shapes.groups());
        prop_assert_eq!(one.kinds.by_count(), other.kinds.by_count());
        let is_hole = |kind: &IncidentKind| matches!(kind, IncidentKind::Hole { .. });
        let all_holes = one.sequences.incidents().iter().all(|incident| is_hole(&incident.kind));
        prop_assert!(all_holes);
        let (first, last) = (numbers[0], numbers[numbers.len() - 1]);
        prop_assert_eq!(one.sequences.counts.missing, last - first + 1 - numbers.len() as u64);
    }
}
