//! Tests of the order, the pauses and the answers of deliveries.

use std::collections::HashMap;

use bytes::Bytes;
use proptest::prelude::*;

use crate::wire::{Kind, Span};

use super::*;

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn ack_mode(text: &str) -> AckMode {
    AckMode::parse(text).expect("it is an ack mode")
}

fn run(text: &str) -> Run {
    let len = u32::try_from(text.len()).expect("it is short");
    let span = Span { start: 0, len, kind: Kind::Text, valid: true, frames: 1, wire: None };
    Run { bytes: Bytes::copy_from_slice(text.as_bytes()), spans: vec![span] }
}

/// A [`Downstream`] with a clock and its events.
struct Bench {
    downstream: Downstream,
    now: Duration,
    events: Vec<EventKind>,
}

impl Bench {
    fn new(text: &str) -> Self {
        Self::with(text, true)
    }

    fn with(text: &str, replays: bool) -> Self {
        let mut bench =
            Self { downstream: Downstream::new(ack_mode(text), replays, 7), now: ms(0), events: Vec::new() };
        bench.connect(true);
        bench
    }

    fn connect(&mut self, connected: bool) {
        self.downstream.set_connected(connected, self.now, &mut self.events);
    }

    /// Receives as many of these as there is room for. Returns how many are left on the socket.
    fn read(&mut self, texts: &[&str]) -> usize {
        for (nth, text) in texts.iter().enumerate() {
            if self.downstream.room() == 0 {
                return texts.len() - nth;
            }
            self.downstream.receive(run(text), self.now, &mut self.events);
        }
        0
    }

    fn at(&mut self, millis: u64) {
        self.now = ms(millis);
        self.downstream.advance(self.now, &mut self.events);
    }

    /// Advances to the next due time. Returns how far that was.
    fn next(&mut self) -> Option<Duration> {
        let due = self.downstream.due()?;
        let passed = due.saturating_sub(self.now);
        self.now = due;
        self.downstream.advance(self.now, &mut self.events);
        Some(passed)
    }

    fn ack(&mut self, id: u64) -> Result<(), String> {
        let answered = self.downstream.answer(MessageId(id), Answer::Ack, self.now, &mut self.events);
        answered.map_err(|error| error.to_string())
    }

    fn nack(&mut self, id: u64) -> Result<(), String> {
        let answered = self.downstream.answer(MessageId(id), Answer::Nack, self.now, &mut self.events);
        answered.map_err(|error| error.to_string())
    }

    fn undo(&mut self, id: u64) -> Result<(), String> {
        let undone = self.downstream.undo(MessageId(id), self.now, &mut self.events);
        undone.map_err(|error| error.to_string())
    }

    fn texts(&mut self) -> Vec<String> {
        std::mem::take(&mut self.events).iter().map(text).collect()
    }
}

/// `3 acked`, `3 nacked at 2`, `3 waits for 4`
fn text(kind: &EventKind) -> String {
    match kind {
        EventKind::Messages(batch) => format!("{} {}", batch.first, batch.verdict.word()),
        EventKind::Delivery(DeliveryUpdate { id, delivery, recalled }) => {
            let recalled = if *recalled { ", recalled" } else { "" };
            format!("{id} {} at {}{recalled}", delivery.verdict.word(), delivery.attempt)
        }
        EventKind::ReplayWaits(waits) => format!("{} waits for {}", waits.id, waits.attempt),
        EventKind::AckMode(ack_mode) => ack_mode.text.clone(),
        other => format!("{other:?}"),
    }
}

#[test]
fn under_auto_every_message_is_acked_on_receipt() {
    let mut bench = Bench::new("auto");
    assert_eq!(bench.downstream.room(), usize::MAX);
    bench.read(&["a", "b"]);
    assert_eq!(bench.texts(), ["1 acked", "2 acked"]);
    assert_eq!(bench.downstream.due(), None);
}

#[test]
fn under_manual_the_user_answers_and_the_limit_holds() {
    let mut bench = Bench::new("manual 2");
    assert_eq!(bench.read(&["a", "b", "c", "d"]), 1, "two are unacknowledged, one is read ahead");
    assert_eq!(bench.texts(), ["1 pending", "2 pending"]);
    assert_eq!(bench.downstream.pause(), Pause::InFlight);
    bench.ack(2).expect("it is unacknowledged");
    assert_eq!(bench.texts(), ["2 acked at 1", "3 pending"]);
    assert_eq!(bench.ack(2), Err("message 2 is already acked at attempt 1".to_owned()));
    assert_eq!(bench.read(&["d"]), 0);
    assert_eq!(bench.downstream.room(), 0);
    bench.downstream.set_ack_mode(AckMode::Auto, bench.now, &mut bench.events);
    assert_eq!(bench.texts(), ["auto", "1 acked at 1", "3 acked at 1", "4 acked"]);
    assert_eq!(bench.downstream.room(), usize::MAX);
}

#[test]
fn nacked_messages_come_before_new_ones_in_the_order_of_the_nacks() {
    let mut bench = Bench::new("manual 3");
    bench.read(&["a", "b", "c", "d"]);
    bench.texts();
    bench.nack(3).expect("it can be nacked");
    assert_eq!(bench.texts(), ["3 nacked at 1", "3 pending at 2"], "before the one read ahead");
    bench.connect(false);
    bench.nack(2).expect("it can be nacked");
    bench.nack(1).expect("it can be nacked");
    assert_eq!(bench.texts(), ["2 nacked at 1", "1 nacked at 1"], "without a connection they wait");
    bench.connect(true);
    assert_eq!(bench.texts(), ["2 pending at 2", "1 pending at 2"]);
    bench.ack(1).expect("it is unacknowledged");
    assert_eq!(bench.texts(), ["1 acked at 2", "4 pending"]);
}

#[test]
fn nothing_is_delivered_or_answered_during_the_pause_before_a_third_replay() {
    let mut bench = Bench::new("manual 2");
    bench.read(&["a", "b", "c"]);
    for _ in 0..3 {
        bench.nack(1).expect("it can be nacked");
    }
    let events = ["1 pending", "2 pending", "1 nacked at 1", "1 pending at 2", "1 nacked at 2"];
    let events = events.into_iter().chain(["1 pending at 3", "1 nacked at 3", "1 waits for 4"]);
    assert_eq!(bench.texts(), events.collect::<Vec<_>>());
    assert_eq!(bench.downstream.pause(), Pause::Replay);
    bench.ack(2).expect("it is unacknowledged");
    assert!(bench.texts().is_empty(), "an answer applies when the pause is over");
    let stalled = "message 2 is already answered; the answer applies once message 1 is redelivered";
    assert_eq!(bench.nack(2), Err(stalled.to_owned()));
    let pause = bench.next().expect("the pause ends");
    assert!((ms(250)..=ms(750)).contains(&pause), "{pause:?}");
    assert_eq!(bench.texts(), ["1 pending at 4", "2 acked at 1", "3 pending"]);
}

#[test]
fn a_message_that_is_always_rejected_holds_up_the_feed() {
    let mut bench = Bench::new("reject all");
    assert_eq!(bench.read(&["a", "b", "c"]), 1, "one is read ahead");
    let events = ["1 nacked", "1 nacked at 2", "1 nacked at 3", "1 waits for 4"];
    assert_eq!(bench.texts(), events);
    let pauses: Vec<_> = (0..20).filter_map(|_| bench.next()).collect();
    assert_eq!(pauses.len(), 20);
    assert!(pauses.iter().all(|pause| (ms(250)..=ms(1_500)).contains(pause)), "{pauses:?}");
    assert_eq!(bench.downstream.messages(), 2);
    assert_eq!(bench.texts()[..2], ["1 nacked at 4", "1 waits for 5"]);
}

#[test]
fn without_replays_a_nacked_message_is_dropped() {
    let mut bench = Bench::with("reject every 2", false);
    assert_eq!(bench.read(&["a", "b", "c", "d"]), 0);
    assert_eq!(bench.texts(), ["1 acked", "2 dropped", "3 acked", "4 dropped"]);
    assert_eq!(bench.nack(2), Err("message 2 was dropped at attempt 1 and can no longer be answered".into()));
}

#[test]
fn reject_first_rejects_the_first_attempts_and_a_filter_rejects_each_attempt() {
    let mut bench = Bench::new("reject first 2");
    bench.read(&["a"]);
    assert_eq!(bench.texts(), ["1 nacked", "1 nacked at 2", "1 acked at 3"]);
    let mut bench = Bench::new("reject btc");
    assert_eq!(bench.read(&["eth", "BTC"]), 0);
    bench.next();
    let events = ["1 acked", "2 nacked", "2 nacked at 2", "2 nacked at 3", "2 waits for 4", "2 nacked at 4"];
    assert_eq!(bench.texts()[..6], events);
}

#[test]
fn reject_percent_rejects_about_that_share() {
    let mut bench = Bench::with("reject 30%", false);
    let texts = vec!["a"; 10_000];
    bench.read(&texts);
    let dropped = bench.texts().iter().filter(|events| events.ends_with("dropped")).count();
    assert!((2_700..3_300).contains(&dropped), "{dropped}");
}

#[test]
fn slow_acks_after_its_delay_with_its_workers() {
    let mut bench = Bench::new("slow 100ms..200ms x2");
    assert_eq!(bench.read(&["a", "b", "c", "d"]), 1);
    assert_eq!(bench.texts(), ["1 pending", "2 pending"]);
    assert!(bench.next().is_some_and(|passed| (ms(100)..=ms(200)).contains(&passed)));
    let events = bench.texts();
    assert!(events.len() == 2 && events[0].ends_with("acked at 1") && events[1] == "3 pending", "{events:?}");
    bench.at(1_000);
    assert_eq!(bench.downstream.unacknowledged(), 0, "{:?}", bench.texts());
}

#[test]
fn a_nack_can_be_undone_during_the_pause_and_while_it_is_stalled() {
    let mut bench = Bench::new("manual 2");
    bench.read(&["a", "b"]);
    for _ in 0..3 {
        bench.nack(1).expect("it can be nacked");
    }
    bench.nack(2).expect("it is kept until the pause is over");
    bench.undo(2).expect("it was not applied yet");
    bench.texts();
    bench.undo(1).expect("it has not been redelivered");
    assert_eq!(bench.texts(), ["1 pending at 3, recalled"]);
    assert_eq!((bench.downstream.due(), bench.downstream.unacknowledged()), (None, 2));
    assert_eq!(bench.undo(1), Err("message 1 was already redelivered".to_owned()));
    assert_eq!(bench.undo(2), Err("message 2 was not nacked".to_owned()));
}

#[test]
fn after_an_undo_the_current_ack_mode_answers() {
    let mut bench = Bench::new("manual 2");
    bench.read(&["a"]);
    bench.connect(false);
    bench.nack(1).expect("it can be nacked");
    bench.downstream.set_ack_mode(AckMode::Auto, bench.now, &mut bench.events);
    bench.texts();
    bench.undo(1).expect("it waits");
    assert_eq!(bench.texts(), ["1 pending at 1, recalled", "1 acked at 1"]);
    let mut bench = Bench::new("slow 1s");
    bench.read(&["a"]);
    bench.connect(false);
    bench.nack(1).expect("it can be nacked");
    bench.undo(1).expect("it waits");
    assert_eq!(bench.next(), Some(ms(1_000)), "its delay starts anew");
    assert_eq!(bench.downstream.unacknowledged(), 0);
}

#[test]
fn under_auto_an_acked_message_can_be_nacked() {
    let mut bench = Bench::new("auto");
    bench.read(&["a", "b"]);
    bench.nack(1).expect("it is remembered");
    let events = ["1 acked", "2 acked", "1 nacked at 1, recalled", "1 acked at 2"];
    assert_eq!(bench.texts(), events);
    bench.nack(1).expect("it can be nacked");
    bench.nack(1).expect("it can be nacked");
    assert_eq!(bench.read(&["c", "d"]), 1, "the pause before the third replay holds up the feed");
    bench.next();
    assert_eq!(bench.texts().last().map(String::as_str), Some("3 acked"));
    assert_eq!(bench.downstream.room(), usize::MAX);
}

#[test]
fn messages_that_wait_to_be_redelivered_at_the_end_are_lost() {
    let mut bench = Bench::new("manual 3");
    bench.read(&["a", "b", "c"]);
    for _ in 0..3 {
        bench.nack(1).expect("it can be nacked");
    }
    bench.connect(false);
    bench.texts();
    assert_eq!(bench.downstream.end(&mut bench.events), 1, "the one in its pause counts");
    assert_eq!(bench.texts(), ["1 lost at 3"]);
    assert_eq!(bench.downstream.unacknowledged(), 2);
}

#[derive(Clone, Debug)]
enum Step {
    Read(u8),
    Next,
    Ack(u64),
    Nack(u64),
    Undo(u64),
    Connect(bool),
    Replays(bool),
    AckMode(&'static str),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let id = 1u64..12;
    let ack_modes = prop::sample::select(vec![
        "auto",
        "manual 2",
        "manual 5",
        "reject all",
        "reject 50%",
        "reject first 4",
        "reject every 3",
        "reject b",
        "slow 10ms..1s x3",
    ]);
    let step = prop_oneof![
        4 => (1u8..4).prop_map(Step::Read),
        4 => Just(Step::Next),
        1 => id.clone().prop_map(Step::Ack),
        1 => id.clone().prop_map(Step::Nack),
        1 => id.prop_map(Step::Undo),
        1 => any::<bool>().prop_map(Step::Connect),
        1 => any::<bool>().prop_map(Step::Replays),
        1 => ack_modes.prop_map(Step::AckMode),
    ];
    prop::collection::vec(step, 0..120)
}

fn note_verdicts(verdicts: &mut HashMap<MessageId, Verdict>, kind: &EventKind) {
    match kind {
        EventKind::Messages(batch) => {
            verdicts.extend(batch.messages().map(|message| (message.id, batch.verdict)));
        }
        EventKind::Delivery(update) => drop(verdicts.insert(update.id, update.delivery.verdict)),
        _ => {}
    }
}

proptest! {
    #[test]
    fn no_message_is_lost_or_overtaken_and_the_limit_holds(steps in steps()) {
        let mut bench = Bench::new("manual 3");
        let (mut read, mut delivered, mut most) = (0u64, 0u64, 3usize);
        let mut verdicts = HashMap::new();
        for step in steps {
            let waits = bench.downstream.delayed.is_some();
            match &step {
                Step::Read(count) => {
                    let texts = vec!["b"; (*count).into()];
                    read += u64::from(*count) - bench.read(&texts) as u64;
                }
                Step::Next => drop(bench.next()),
                Step::Ack(id) => drop(bench.ack(*id)),
                Step::Nack(id) => drop(bench.nack(*id)),
                Step::Undo(id) => drop(bench.undo(*id)),
                Step::Connect(connected) => bench.connect(*connected),
                Step::Replays(replays) => bench.downstream.set_auto_replay(*replays),
                Step::AckMode(text) => {
                    most = most.max(ack_mode(text).max_in_flight());
                    bench.downstream.set_ack_mode(ack_mode(text), bench.now, &mut bench.events);
                }
            }
            for kind in std::mem::take(&mut bench.events) {
                note_verdicts(&mut verdicts, &kind);
                if let EventKind::Messages(batch) = kind {
                    prop_assert_eq!(batch.first.0, delivered + 1, "in the order they came");
                    delivered += batch.len() as u64;
                    let is_free = !waits || matches!(step, Step::Next | Step::Undo(_));
                    prop_assert!(is_free, "nothing new during a pause: {:?}", step);
                }
            }
            let ahead = u64::from(bench.downstream.undelivered.is_some());
            prop_assert_eq!(read, delivered + ahead, "at most one is read ahead, and none is missing");
            prop_assert!(bench.downstream.unacknowledged() <= most + 1);
            let waiting = bench.downstream.ledger.waiting() + usize::from(bench.downstream.delayed.is_some());
            prop_assert_eq!(verdicts.values().filter(|verdict| **verdict == Verdict::Nacked).count(), waiting);
        }
        bench.downstream.set_ack_mode(AckMode::Auto, bench.now, &mut bench.events);
        bench.connect(true);
        while bench.next().is_some() {}
        prop_assert_eq!(bench.downstream.room(), usize::MAX, "auto acknowledges all");
        bench.events.iter().for_each(|kind| note_verdicts(&mut verdicts, kind));
        let is_final = |verdict: &&Verdict| matches!(verdict, Verdict::Acked | Verdict::Dropped);
        prop_assert_eq!(verdicts.values().filter(is_final).count() as u64, read, "each has its final answer");
    }
}
