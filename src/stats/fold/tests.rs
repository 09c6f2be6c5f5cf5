//! A whole session is folded.

use std::num::NonZeroU32;

use proptest::prelude::*;

use crate::{
    session::{Kind, MessageId, Run, Span, Verdict},
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
