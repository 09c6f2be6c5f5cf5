//! What the timeline promises about selection, view and bounds.

use std::time::Duration;

use bytes::Bytes;
use proptest::prelude::*;

use super::{FilterView, Kept, Mode, Timeline};
use crate::{
    app::state::{
        row::{Entry, Line, RowId},
        window::{BYTES, ROWS},
    },
    filter::Filter,
    session::{
        Batch, ConnectionId, Control, ControlKind, Delivery, DeliveryRun, DeliveryUpdate, Direction, Event,
        EventKind, Failure, FailureKind, Finding, FindingCode, Kind, LossKind, Lost, MessageId, MessageRange,
        Run, Sent, Seq, Severity, Span, Stage, StoredEvent, Timestamp, Verdict,
    },
};

const PAGE: u16 = 10;

fn batch(first: u64, n: u32, size: u32) -> Event {
    let bytes = Bytes::from(vec![b'x'; (n * size) as usize]);
    let span =
        |nth| Span { start: nth * size, len: size, kind: Kind::Text, valid: true, frames: 1, wire: None };
    let run = Run { bytes, spans: (0..n).map(span).collect() };
    let at = Timestamp(i64::try_from(first).expect("small") * 1_000);
    let kind = EventKind::Messages(Batch { first: MessageId(first), run, verdict: Verdict::Acked });
    Event { at, connection: ConnectionId(1), kind }
}

fn told(id: u64, attempt: u32, verdict: Verdict) -> Event {
    let delivery = Delivery { attempt, verdict };
    let kind =
        EventKind::Delivery(DeliveryUpdate { id: MessageId(id), delivery, recalled: attempt == 1 }.into());
    Event { at: Timestamp(0), connection: ConnectionId(1), kind }
}

fn ping() -> Event {
    let control = Control { direction: Direction::In, kind: ControlKind::Ping(Bytes::new()) };
    Event { at: Timestamp(0), connection: ConnectionId(1), kind: EventKind::Control(control) }
}

/// A timeline that has received `n` messages of one byte in batches of 100.
fn received(n: u64) -> Timeline {
    let mut timeline = Timeline::default();
    for first in (1..=n).step_by(100) {
        timeline.apply(batch(first, 100.min(n - first + 1).try_into().expect("small"), 1));
    }
    timeline
}

fn shown(timeline: &Timeline) -> Vec<u64> {
    timeline.visible(PAGE).map(|row| row.id.0).collect()
}

#[test]
fn the_newest_rows_are_shown_while_following() {
    assert_eq!(shown(&received(25)), (15..25).collect::<Vec<_>>());
    assert_eq!(received(25).selected_id(), RowId(24));
}

#[test]
fn a_message_is_found_by_its_place_and_by_its_number() {
    let timeline = received(250);
    let row = timeline.row(RowId(123)).expect("it is kept");
    let Line::Message { message, delivery } = row.line else { panic!("a message is expected") };
    assert_eq!((message.id, delivery), (MessageId(124), Delivery { attempt: 1, verdict: Verdict::Acked }));
    assert_eq!(timeline.message(MessageId(250)).map(|message| message.id), Some(MessageId(250)));
    assert_eq!(timeline.message(MessageId(251)), None);
}

#[test]
fn rows_of_one_read_come_at_the_same_time() {
    let timeline = received(250);
    let delta = |row| timeline.row(RowId(row)).expect("it is kept").delta;
    assert_eq!(delta(0), None);
    assert_eq!(delta(100), Some(Duration::from_millis(100)));
    assert_eq!(delta(101), Some(Duration::ZERO));
}

#[test]
fn scrolling_up_holds_the_view_and_counts_what_passes() {
    let mut timeline = received(100);
    timeline.select_by(-3, PAGE);
    let before = shown(&timeline);
    timeline.apply(batch(101, 50, 1));
    assert_eq!((timeline.selected_id(), timeline.passed()), (RowId(96), 50));
    assert_eq!(shown(&timeline), before);
    timeline.follow();
    assert_eq!((timeline.selected_id(), timeline.passed()), (RowId(149), 0));
}

#[test]
fn what_is_held_stays_under_a_flood_and_the_gap_is_told() {
    let mut timeline = received(ROWS);
    timeline.select_by(-20, PAGE);
    let before = shown(&timeline);
    for first in (ROWS + 1..=5 * ROWS).step_by(1_000) {
        timeline.apply(batch(first, 1_000, 1));
    }
    assert_eq!(shown(&timeline), before);
    timeline.select_by(20, PAGE);
    assert_eq!(timeline.selected_id(), RowId(ROWS - 1));
    for _ in 0..3 {
        timeline.select_by(1, PAGE);
        assert_eq!(timeline.selected().expect("what waits").line, Line::Newer(4 * ROWS));
    }
    let before = shown(&timeline);
    timeline.apply(batch(5 * ROWS + 1, 1_000, 1));
    timeline.fit(PAGE);
    assert_eq!(shown(&timeline), before, "nothing below it is live");
    timeline.follow();
    assert!(timeline.has_lost_rows());
    assert_eq!(timeline.selected_id(), RowId(5 * ROWS + 999));
}

#[test]
fn what_a_filter_found_goes_with_the_rows_and_the_rest_is_reached() {
    let mut timeline = received(1_000);
    timeline.filter(Filter::parse("type:text").expect("a filter"), "type:text");
    for first in (1_001..=3 * ROWS).step_by(1_000) {
        timeline.apply(batch(first, 1_000, 1));
    }
    let found = timeline.filter_view().expect("a filter").found();
    assert!(found <= timeline.newest.end().0 - timeline.newest.first().0, "{found}");
    timeline.select_first(PAGE);
    assert_eq!(timeline.visible(PAGE).count(), usize::from(PAGE));
    let held = shown(&timeline);
    for first in (3 * ROWS + 1..=6 * ROWS).step_by(1_000) {
        timeline.apply(batch(first, 1_000, 1));
    }
    assert_eq!(shown(&timeline), held);
    timeline.follow();
    assert_eq!(timeline.visible(PAGE).count(), usize::from(PAGE));
}

#[test]
fn a_message_larger_than_the_window_takes_payloads_and_no_rows() {
    let mut timeline = received(500);
    let size = u32::try_from(BYTES).expect("it fits") + 1;
    timeline.apply(batch(501, 1, size));
    assert_eq!((timeline.len(), timeline.has_lost_rows(), timeline.has_lost_payloads()), (501, false, true));
    let kept =
        |timeline: &Timeline, id| timeline.message(MessageId(id)).expect("its row is kept").payload.is_some();
    assert!(kept(&timeline, 501), "the newest is kept whole");
    assert!(!kept(&timeline, 500));
    timeline.apply(batch(502, 1, 1));
    assert_eq!((timeline.len(), kept(&timeline, 501), kept(&timeline, 502)), (502, false, true));
    let large = timeline.message(MessageId(501)).expect("its row is kept");
    assert_eq!(large.size, u64::from(size));
}

#[test]
fn a_message_of_ours_counts_as_well() {
    let mut timeline = Timeline::default();
    let sent = Sent { kind: Kind::Text, payload: Bytes::from(vec![b'x'; BYTES]), opening: false };
    timeline.apply(Event { at: Timestamp(0), connection: ConnectionId(1), kind: EventKind::Sent(sent) });
    timeline.apply(batch(1, 1, 1));
    let row = timeline.row(RowId(0)).expect("it is kept");
    assert_eq!(row.let_go(), Some(BYTES as u64));
}

#[test]
fn refusals_that_repeat_much_fill_no_more_than_the_window() {
    let mut timeline = Timeline::default();
    for connection in 1..=20 {
        let got = Some(format!("{connection}{}", "x".repeat(1 << 20)));
        let kind = FailureKind::BadUpgradeHeader { header: "Upgrade".to_owned(), got };
        let failure = Failure { stage: Stage::Upgrade, kind, message: String::new(), sources: Vec::new() };
        let kind = EventKind::Failed(Box::new(failure));
        timeline.apply(Event { at: Timestamp(0), connection: ConnectionId(connection), kind });
    }
    assert_eq!(timeline.len(), 8);
}

#[test]
fn a_batch_of_more_rows_than_the_window_leaves_its_last_ones() {
    let mut timeline = Timeline::default();
    timeline.apply(batch(1, 30_000, 1));
    assert_eq!(timeline.len(), ROWS);
    assert_eq!(timeline.selected_message().map(|message| message.id), Some(MessageId(30_000)));
}

#[test]
fn a_replay_is_a_row_of_its_own_and_marks_its_message() {
    let mut timeline = received(3);
    timeline.apply(told(2, 1, Verdict::Nacked));
    assert_eq!(timeline.len(), 3);
    timeline.apply(told(2, 2, Verdict::Pending));
    timeline.apply(told(2, 2, Verdict::Acked));
    assert_eq!(timeline.len(), 4);
    let latest = Delivery { attempt: 2, verdict: Verdict::Acked };
    let replay = timeline.selected().expect("the replay").line;
    let Line::Redelivered { id, delivery, message } = replay else { panic!("a replay is expected") };
    assert_eq!((id, delivery, message.map(|message| message.id)), (MessageId(2), latest, Some(MessageId(2))));
    let original = timeline.row(RowId(1)).expect("it is kept").line;
    assert!(matches!(original, Line::Message { delivery, .. } if delivery == latest));
}

#[test]
fn each_change_of_a_run_has_its_place_and_each_redelivery_its_row() {
    let mut timeline = received(3);
    let before = timeline.next_seq();
    let delivery = Delivery { attempt: 2, verdict: Verdict::Pending };
    let first = DeliveryUpdate { id: MessageId(1), delivery, recalled: false };
    let kind = EventKind::Delivery(DeliveryRun { first, count: 3 });
    timeline.apply(Event { at: Timestamp(0), connection: ConnectionId(1), kind });
    assert_eq!((timeline.len(), timeline.next_seq()), (6, before.plus(3)));
    let ids = (3..6).map(|row| match timeline.row(RowId(row)).expect("it is kept").line {
        Line::Redelivered { id, .. } => id.0,
        _ => panic!("a replay is expected"),
    });
    assert_eq!(ids.collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn a_cleared_view_is_empty_and_goes_on() {
    let mut timeline = received(3);
    timeline.clear();
    assert!(timeline.is_empty() && timeline.traffic() == 3);
    timeline.apply(ping());
    assert!(matches!(timeline.selected().expect("the ping").line, Line::Entry(Entry::Control(_))));
}

#[derive(Clone, Debug)]
enum Step {
    Flood(u32),
    Fat(u32),
    Ping,
    Move(i64),
    First,
    Hold,
    Follow,
    FoldRepeats,
    ToggleRun,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (1u32..4_000).prop_map(Step::Flood),
        (1u32..3_000_000).prop_map(Step::Fat),
        Just(Step::Ping),
        (-5_000i64..5_000).prop_map(Step::Move),
        Just(Step::First),
        Just(Step::Hold),
        Just(Step::Follow),
        Just(Step::FoldRepeats),
        Just(Step::ToggleRun),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_arrives_moves_neither_selection_nor_view_and_no_bound_breaks(steps in prop::collection::vec(step(), 1..60)) {
        let mut timeline = Timeline::default();
        let mut next = 1;
        for step in steps {
            let held = (timeline.mode() != Mode::Following && !timeline.is_empty())
                .then(|| (timeline.selected_id(), shown(&timeline)));
            let arrived = match step {
                Step::Flood(n) => { timeline.apply(batch(next, n, 1)); next += u64::from(n); true }
                Step::Fat(size) => { timeline.apply(batch(next, 1, size)); next += 1; true }
                Step::Ping => { timeline.apply(ping()); true }
                Step::Move(by) => { timeline.select_by(by, PAGE); false }
                Step::First => { timeline.select_first(PAGE); false }
                Step::Hold => { timeline.hold(PAGE); false }
                Step::Follow => { timeline.follow(); false }
                Step::FoldRepeats => { timeline.toggle_repeats(PAGE); false }
                Step::ToggleRun => { timeline.toggle_run(PAGE); false }
            };
            timeline.fit(PAGE);
            if let (true, Some((selected, rows))) = (arrived, held) {
                prop_assert_eq!(timeline.selected_id(), selected);
                let now = shown(&timeline);
                prop_assert_eq!(&now[..rows.len().min(now.len())], &rows[..]);
            }
            prop_assert!(timeline.newest.len() <= ROWS);
            for window in [Some(&timeline.newest), timeline.held.as_ref()].into_iter().flatten() {
                prop_assert!(window.bytes() <= BYTES.max(window.last_bytes()));
                prop_assert!(window.len() <= ROWS);
            }
            prop_assert!(timeline.visible(PAGE).count() as u64 == timeline.len().min(u64::from(PAGE)));
            if !timeline.is_empty() {
                prop_assert!(timeline.selected().is_some());
            }
        }
    }
}

fn refusal(seconds: i64) -> Event {
    let failure = Failure {
        stage: Stage::Tcp,
        kind: FailureKind::Refused,
        message: "refused".to_owned(),
        sources: Vec::new(),
    };
    let kind = EventKind::Failed(Box::new(failure));
    Event { at: Timestamp(seconds * 1_000_000), connection: ConnectionId(1), kind }
}

#[test]
fn a_retry_loop_is_one_row_until_a_message_comes() {
    let mut timeline = received(1);
    for seconds in 0..47 {
        timeline.apply(refusal(seconds));
    }
    timeline.apply(batch(2, 1, 1));
    timeline.apply(refusal(60));
    assert_eq!(shown(&timeline), [0, 47, 48, 49]);
    let fold = timeline.fold_of(RowId(47)).expect("it stands for 47 failures");
    assert_eq!((fold.times, fold.since), (47, Timestamp(0)));
    assert_eq!(timeline.fold_of(RowId(49)), None);
}

#[test]
fn a_row_that_is_looked_at_stays_looked_at_when_it_happens_again() {
    let mut timeline = received(1);
    timeline.apply(refusal(0));
    timeline.apply(refusal(1));
    timeline.select_by(0, PAGE);
    timeline.apply(refusal(2));
    assert_eq!((timeline.selected_id(), shown(&timeline)), (RowId(3), vec![0, 3]));
}

#[test]
fn equal_failures_are_one_row_under_a_filter_that_was_set_before_or_after() {
    let filter = || Filter::parse("x").expect("it is a word");
    let mut before = received(2);
    before.filter(filter(), "x");
    let mut after = received(2);
    for seconds in 0..5 {
        before.apply(refusal(seconds));
        after.apply(refusal(seconds));
    }
    after.filter(filter(), "x");
    for timeline in [before, after] {
        assert_eq!(shown(&timeline), [0, 1, 6]);
        assert_eq!((timeline.len(), timeline.selected_id()), (3, RowId(6)));
    }
}

#[test]
fn equal_failures_of_an_old_capture_are_one_row() {
    let mut timeline = Timeline::default();
    timeline.keep(Kept::All);
    for seconds in 0..5 {
        timeline.remember(StoredEvent::Event(refusal(seconds)));
    }
    assert_eq!((timeline.len(), timeline.selected_id()), (1, RowId(4)));
}

fn drop_with(evidence: &str, seconds: i64) -> [Event; 2] {
    let lost = Lost {
        kind: LossKind::Ended,
        open_for: Duration::ZERO,
        messages: 0,
        message: format!("lost {seconds}"),
    };
    let finding = Finding {
        code: FindingCode::SameLossAgain,
        severity: Severity::Warning,
        title: "the same loss again".to_owned(),
        cause: String::new(),
        evidence: vec![evidence.to_owned()],
        fixes: Vec::new(),
        field: None,
    };
    [EventKind::Lost(Box::new(lost)), EventKind::Finding(Box::new(finding))].map(|kind| Event {
        at: Timestamp(seconds),
        connection: ConnectionId(1),
        kind,
    })
}

#[test]
fn what_is_found_about_losses_counts_to_the_bytes_of_a_window() {
    let mut timeline = Timeline::default();
    let evidence = "x".repeat(64 << 10);
    for seconds in 0..200 {
        for event in drop_with(&evidence, seconds) {
            timeline.apply(event);
        }
        assert!(timeline.newest.bytes() <= BYTES + timeline.newest.last_bytes());
    }
    assert!((100..=128).contains(&timeline.newest.len()), "{}", timeline.newest.len());
    assert!(timeline.has_lost_rows());
}

#[test]
fn a_held_view_stays_near_its_row_in_whatever_order_a_scan_finds_rows() {
    let mut timeline = Timeline::default();
    timeline.keep(Kept::All);
    timeline.remember(StoredEvent::Messages(MessageRange {
        first_seq: Seq(1),
        first: MessageId(1),
        count: 1_000,
        at: Timestamp(0),
        connection: ConnectionId(1),
        verdict: Verdict::Acked,
    }));
    assert!(timeline.select_message(MessageId(500), PAGE));
    timeline.filter(Filter::parse("x").expect("it is a word"), "x");
    let view = timeline.filter_view().expect("a filter");
    let (generation, places) = (view.generation, view.scanning.expect("a scan").places);
    assert_eq!((places.from, places.start, places.to), (Seq(1), Seq(500), Seq(1_000)));
    let mut find = |places: (u64, u64), matches: &[(Seq, u64)]| {
        timeline.filtered(generation, (Seq(places.0), Seq(places.1)), matches, &[]);
        timeline.fit(PAGE);
        (timeline.selected_id().0, shown(&timeline))
    };
    assert_eq!(find((1, 100), &[(Seq(50), 1)]), (49, vec![49]));
    assert_eq!(find((600, 1_000), &[(Seq(700), 2)]), (699, vec![49, 699, 700]));
    assert_eq!(find((101, 599), &[(Seq(499), 1), (Seq(501), 1)]), (500, vec![49, 498, 500, 699, 700]));
    assert_eq!(timeline.filter_view().expect("a filter").scanning, None);
    timeline.select_by(1, PAGE);
    assert_eq!(timeline.selected_id(), RowId(699));
}

#[test]
fn what_is_answered_while_the_capture_is_looked_through_is_judged_behind_that() {
    let mut timeline = Timeline::default();
    timeline.keep(Kept::All);
    (1..=20_000).step_by(100).for_each(|first| timeline.apply(batch(first, 100, 1)));
    timeline.filter(Filter::parse("ack:nacked").expect("a filter"), "/ack:nacked");
    let generation = timeline.filter_view().expect("it is in force").generation;
    let messages = |timeline: &Timeline| timeline.filter_view().map(FilterView::matches);
    timeline.apply(told(7, 1, Verdict::Nacked));
    timeline.apply(told(19_000, 1, Verdict::Nacked));
    assert_eq!(messages(&timeline), Some(1), "what is in memory is judged at once");
    timeline.filtered(generation, (Seq(1), Seq(10_000)), &[], &[]);
    assert!(timeline.is_stale(), "message 7 is not at hand: everything is looked at again");
}
