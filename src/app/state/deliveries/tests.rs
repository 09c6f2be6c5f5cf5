//! The account of deliveries: counters, lists and dead letters.

use std::time::Duration;

use super::{Deliveries, Tally};
use crate::session::{
    Batch, ConnectionId, Delivery, DeliveryUpdate, End, Ended, Event, EventKind, Kind, MessageId,
    ReplayWaits, Run, Span, Timestamp, Verdict,
};

fn told(id: u64, attempt: u32, verdict: Verdict, recalled: bool) -> EventKind {
    EventKind::Delivery(
        DeliveryUpdate { id: MessageId(id), delivery: Delivery { attempt, verdict }, recalled }.into(),
    )
}

fn messages(first: u64, count: usize, verdict: Verdict) -> EventKind {
    let span = Span { start: 0, len: 0, kind: Kind::Text, valid: true, frames: 1, wire: None };
    let run = Run { bytes: bytes::Bytes::new(), spans: vec![span; count].into() };
    EventKind::Messages(Batch { first: MessageId(first), run, verdict })
}

fn folded(story: impl IntoIterator<Item = EventKind>) -> Deliveries {
    let mut deliveries = Deliveries::default();
    for (nth, kind) in (0..).zip(story) {
        deliveries.apply(&Event { at: Timestamp(nth * 1_000), connection: ConnectionId(1), kind });
    }
    deliveries
}

#[test]
fn the_counters_add_up_and_the_lists_hold_what_is_open() {
    let deliveries = folded([
        messages(1, 4, Verdict::Pending),
        told(1, 1, Verdict::Pending, false),
        told(2, 1, Verdict::Pending, false),
        told(3, 1, Verdict::Pending, false),
        told(2, 1, Verdict::Acked, false),
        told(1, 1, Verdict::Nacked, false),
        told(1, 2, Verdict::Pending, false),
        told(3, 1, Verdict::Nacked, false),
    ]);
    let tally = Tally { delivered: 4, acked: 1, nacked: 2, replayed: 1, dropped: 0, lost: 0 };
    assert_eq!(deliveries.tally, tally);
    let list: Vec<_> = deliveries.listed_from(0).map(|listed| listed.id.0).collect();
    assert_eq!(list, [1, 3], "what is unacknowledged, then what waits");
}

#[test]
fn the_selected_line_is_found_in_either_part_of_the_list() {
    let mut deliveries = folded([
        messages(1, 4, Verdict::Pending),
        told(3, 1, Verdict::Pending, false),
        told(4, 1, Verdict::Pending, false),
        told(2, 1, Verdict::Nacked, false),
        told(1, 1, Verdict::Nacked, false),
    ]);
    let all: Vec<_> = deliveries.listed_from(0).map(|listed| listed.id.0).collect();
    assert_eq!(all, [3, 4, 2, 1]);
    for (place, id) in all.iter().enumerate() {
        deliveries.select(place);
        assert_eq!(deliveries.selected().map(|listed| listed.id.0), Some(*id));
        let rest: Vec<_> = deliveries.listed_from(place).map(|listed| listed.id.0).collect();
        assert_eq!(rest, all[place..]);
    }
    deliveries.select(9);
    assert_eq!(deliveries.place(), 3, "there is no such line");
    assert!(deliveries.listed_from(9).next().is_none());
    assert!(Deliveries::default().selected().is_none());
}

#[test]
fn answers_given_at_once_count_as_deliveries_of_their_own() {
    let deliveries = folded([
        messages(1, 1, Verdict::Nacked),
        told(1, 2, Verdict::Nacked, false),
        told(1, 3, Verdict::Acked, false),
        messages(2, 1, Verdict::Dropped),
    ]);
    let tally = Tally { delivered: 4, acked: 1, nacked: 2, replayed: 2, dropped: 1, lost: 0 };
    assert_eq!((deliveries.tally, deliveries.listed()), (tally, 0));
    let dead_letters = deliveries.dead_letters();
    let verdicts: Vec<_> = dead_letters[0].deliveries.iter().map(|(_, own)| own.verdict).collect();
    assert_eq!(verdicts, [Verdict::Nacked, Verdict::Nacked, Verdict::Acked]);
    assert_eq!(dead_letters[1].id, MessageId(2));
}

#[test]
fn what_is_taken_back_and_what_is_lost_leaves_the_list() {
    let waits =
        EventKind::ReplayWaits(ReplayWaits { id: MessageId(1), attempt: 4, delay: Duration::from_secs(1) });
    let mut deliveries = folded([
        messages(1, 2, Verdict::Acked),
        told(1, 1, Verdict::Nacked, true),
        told(2, 1, Verdict::Nacked, true),
        waits,
    ]);
    assert!(deliveries.pause.is_some() && deliveries.listed() == 2);
    let last =
        Event { at: Timestamp(9), connection: ConnectionId(1), kind: told(1, 1, Verdict::Acked, true) };
    deliveries.apply(&last);
    deliveries.apply(&Event { kind: told(2, 1, Verdict::Lost, false), ..last });
    let tally = Tally { delivered: 2, acked: 1, nacked: 1, replayed: 0, dropped: 0, lost: 1 };
    assert_eq!((deliveries.tally, deliveries.listed(), deliveries.pause), (tally, 0, None));
}

#[test]
fn what_is_unanswered_at_the_end_stays_in_the_output_and_gets_no_older() {
    let mut deliveries = Deliveries::default();
    let event = |at, kind| Event { at: Timestamp(at), connection: ConnectionId(1), kind };
    deliveries.apply(&event(1_000_000, told(1, 1, Verdict::Pending, false)));
    let age = |deliveries: &Deliveries| deliveries.age(Timestamp(1_000_000), Timestamp(9_000_000)).as_secs();
    assert_eq!(age(&deliveries), 8);
    let ended = Ended { why: End::Stopped, messages: 1, connections: 1, during: None };
    deliveries.apply(&event(3_000_000, EventKind::Ended(ended)));
    assert_eq!((age(&deliveries), deliveries.whereabouts.output.count), (2, 1));
    deliveries.apply(&event(4_000_000, EventKind::Connecting { url: "ws://feed.example/".to_owned() }));
    assert_eq!(age(&deliveries), 8, "a session that goes on has not ended");
}
