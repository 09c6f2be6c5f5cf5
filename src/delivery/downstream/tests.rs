//! The order, the pauses and the answers of what stands behind the input.

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

/// What stands behind the input, with a connection, and what it has told in words.
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
        self.downstream.connected(connected, self.now, &mut self.events);
    }

    /// Reads as many of these as there is room for; how many are left on the socket.
    fn read(&mut self, texts: &[&str]) -> usize {
        for (nth, text) in texts.iter().enumerate() {
            if self.downstream.room() == 0 {
                return texts.len() - nth;
            }
            self.downstream.received(run(text), self.now, &mut self.events);
        }
        0
    }

    fn at(&mut self, millis: u64) {
        self.now = ms(millis);
        self.downstream.advance(self.now, &mut self.events);
    }

    /// Lets time run to the next thing that is due; how far it went.
    fn next(&mut self) -> Option<Duration> {
        let due = self.downstream.due()?;
        let went = due.saturating_sub(self.now);
        self.now = due;
        self.downstream.advance(self.now, &mut self.events);
        Some(went)
    }

    fn ack(&mut self, id: u64) -> Result<(), String> {
        let answered = self.downstream.ack(MessageId(id), self.now, &mut self.events);
        answered.map_err(|error| error.to_string())
    }

    fn nack(&mut self, id: u64) -> Result<(), String> {
        let answered = self.downstream.nack(MessageId(id), self.now, &mut self.events);
        answered.map_err(|error| error.to_string())
    }

    fn undo(&mut self, id: u64) -> Result<(), String> {
        let undone = self.downstream.undo(MessageId(id), self.now, &mut self.events);
        undone.map_err(|error| error.to_string())
    }

    fn story(&mut self) -> Vec<String> {
        std::mem::take(&mut self.events).iter().map(words).collect()
    }
}

/// `3 acked`, `3 nacked at 2`, `3 waits for 4`
fn words(kind: &EventKind) -> String {
    match kind {
        EventKind::Messages(batch) => format!("{} {}", batch.first, batch.verdict.word()),
        EventKind::Delivery(Redelivery { id, delivery, recalled }) => {
            let back = if *recalled { ", taken back" } else { "" };
            format!("{id} {} at {}{back}", delivery.verdict.word(), delivery.attempt)
        }
        EventKind::ReplayWaits(waits) => format!("{} waits for {}", waits.id, waits.attempt),
        EventKind::AckMode(answering) => answering.text.clone(),
        other => format!("{other:?}"),
    }
}

#[test]
fn under_accept_all_is_delivered_as_it_comes() {
    let mut bench = Bench::new("auto");
    assert_eq!(bench.downstream.room(), usize::MAX);
    bench.read(&["a", "b"]);
    assert_eq!(bench.story(), ["1 acked", "2 acked"]);
    assert_eq!(bench.downstream.due(), None);
}

#[test]
fn a_person_answers_and_no_more_than_agreed_await_that() {
    let mut bench = Bench::new("manual 2");
    assert_eq!(bench.read(&["a", "b", "c", "d"]), 1, "two are unacknowledged, one is read ahead");
    assert_eq!(bench.story(), ["1 pending", "2 pending"]);
    assert_eq!(bench.downstream.pause(), Pause::InFlight);
    bench.ack(2).expect("it is unacknowledged");
    assert_eq!(bench.story(), ["2 acked at 1", "3 pending"]);
    assert_eq!(bench.ack(2), Err("message 2 is acked at attempt 1 already".to_owned()));
    assert_eq!(bench.read(&["d"]), 0);
    assert_eq!(bench.downstream.room(), 0);
    bench.downstream.answer_by(AckMode::Auto, bench.now, &mut bench.events);
    assert_eq!(bench.story(), ["auto", "1 acked at 1", "3 acked at 1", "4 acked"]);
    assert_eq!(bench.downstream.room(), usize::MAX);
}

#[test]
fn rejected_messages_come_before_new_ones_in_the_order_of_their_rejection() {
    let mut bench = Bench::new("manual 3");
    bench.read(&["a", "b", "c", "d"]);
    bench.story();
    bench.nack(3).expect("it can be");
    assert_eq!(bench.story(), ["3 nacked at 1", "3 pending at 2"], "before the one read ahead");
    bench.connect(false);
    bench.nack(2).expect("it can be");
    bench.nack(1).expect("it can be");
    assert_eq!(bench.story(), ["2 nacked at 1", "1 nacked at 1"], "without a connection they wait");
    bench.connect(true);
    assert_eq!(bench.story(), ["2 pending at 2", "1 pending at 2"]);
    bench.ack(1).expect("it is unacknowledged");
    assert_eq!(bench.story(), ["1 acked at 2", "4 pending"]);
}

#[test]
fn from_the_third_replay_on_nothing_else_moves_during_the_pause() {
    let mut bench = Bench::new("manual 2");
    bench.read(&["a", "b", "c"]);
    for _ in 0..3 {
        bench.nack(1).expect("it can be");
    }
    let events = ["1 pending", "2 pending", "1 nacked at 1", "1 pending at 2", "1 nacked at 2"];
    let events = events.into_iter().chain(["1 pending at 3", "1 nacked at 3", "1 waits for 4"]);
    assert_eq!(bench.story(), events.collect::<Vec<_>>());
    assert_eq!(bench.downstream.pause(), Pause::Replay);
    bench.ack(2).expect("it is unacknowledged");
    assert!(bench.story().is_empty(), "an answer stands until the pause is over");
    let stands = "message 2 is answered already; that stands while message 1 waits for its replay";
    assert_eq!(bench.nack(2), Err(stands.to_owned()));
    let went = bench.next().expect("the pause has an end");
    assert!((ms(250)..=ms(750)).contains(&went), "{went:?}");
    assert_eq!(bench.story(), ["1 pending at 4", "2 acked at 1", "3 pending"]);
}

#[test]
fn a_message_that_is_rejected_for_ever_holds_up_the_feed() {
    let mut bench = Bench::new("reject all");
    assert_eq!(bench.read(&["a", "b", "c"]), 1, "one is read ahead");
    let events = ["1 nacked", "1 nacked at 2", "1 nacked at 3", "1 waits for 4"];
    assert_eq!(bench.story(), events);
    let pauses: Vec<_> = (0..20).filter_map(|_| bench.next()).collect();
    assert_eq!(pauses.len(), 20);
    assert!(pauses.iter().all(|pause| (ms(250)..=ms(1_500)).contains(pause)), "{pauses:?}");
    assert_eq!(bench.downstream.messages(), 2);
    assert_eq!(bench.story()[..2], ["1 nacked at 4", "1 waits for 5"]);
}

#[test]
fn without_replays_a_rejected_message_is_gone() {
    let mut bench = Bench::with("reject every 2", false);
    assert_eq!(bench.read(&["a", "b", "c", "d"]), 0);
    assert_eq!(bench.story(), ["1 acked", "2 dropped", "3 acked", "4 dropped"]);
    assert_eq!(
        bench.nack(2),
        Err("message 2 was dropped at attempt 1, so there is nothing left to answer".into())
    );
}

#[test]
fn the_first_attempts_are_rejected_and_a_filter_rejects_at_each() {
    let mut bench = Bench::new("reject first 2");
    bench.read(&["a"]);
    assert_eq!(bench.story(), ["1 nacked", "1 nacked at 2", "1 acked at 3"]);
    let mut bench = Bench::new("reject btc");
    assert_eq!(bench.read(&["eth", "BTC"]), 0);
    bench.next();
    let events = ["1 acked", "2 nacked", "2 nacked at 2", "2 nacked at 3", "2 waits for 4", "2 nacked at 4"];
    assert_eq!(bench.story()[..6], events);
}

#[test]
fn chance_rejects_about_as_many_as_it_is_told() {
    let mut bench = Bench::with("reject 30%", false);
    let texts = vec!["a"; 10_000];
    bench.read(&texts);
    let dropped = bench.story().iter().filter(|events| events.ends_with("dropped")).count();
    assert!((2_700..3_300).contains(&dropped), "{dropped}");
}

#[test]
fn a_slow_output_answers_after_its_delay_with_its_workers() {
    let mut bench = Bench::new("slow 100ms..200ms x2");
    assert_eq!(bench.read(&["a", "b", "c", "d"]), 1);
    assert_eq!(bench.story(), ["1 pending", "2 pending"]);
    assert!(bench.next().is_some_and(|went| (ms(100)..=ms(200)).contains(&went)));
    let events = bench.story();
    assert!(events.len() == 2 && events[0].ends_with("acked at 1") && events[1] == "3 pending", "{events:?}");
    bench.at(1_000);
    assert_eq!(bench.downstream.unacknowledged(), 0, "{:?}", bench.story());
}

#[test]
fn a_nack_is_taken_back_also_during_its_pause_and_while_it_stands() {
    let mut bench = Bench::new("manual 2");
    bench.read(&["a", "b"]);
    for _ in 0..3 {
        bench.nack(1).expect("it can be");
    }
    bench.nack(2).expect("it stands until the pause is over");
    bench.undo(2).expect("it was not taken yet");
    bench.story();
    bench.undo(1).expect("it has not been redelivered");
    assert_eq!(bench.story(), ["1 pending at 3, taken back"]);
    assert_eq!((bench.downstream.due(), bench.downstream.unacknowledged()), (None, 2));
    assert_eq!(bench.undo(1), Err("message 1 is redelivered already".to_owned()));
    assert_eq!(bench.undo(2), Err("message 2 was not nacked".to_owned()));
}

#[test]
fn what_is_taken_back_is_answered_by_the_ack_mode_that_holds_then() {
    let mut bench = Bench::new("manual 2");
    bench.read(&["a"]);
    bench.connect(false);
    bench.nack(1).expect("it can be");
    bench.downstream.answer_by(AckMode::Auto, bench.now, &mut bench.events);
    bench.story();
    bench.undo(1).expect("it waits");
    assert_eq!(bench.story(), ["1 pending at 1, taken back", "1 acked at 1"]);
    let mut bench = Bench::new("slow 1s");
    bench.read(&["a"]);
    bench.connect(false);
    bench.nack(1).expect("it can be");
    bench.undo(1).expect("it waits");
    assert_eq!(bench.next(), Some(ms(1_000)), "it is worked on once more");
    assert_eq!(bench.downstream.unacknowledged(), 0);
}

#[test]
fn under_accept_a_message_is_rejected_after_the_fact() {
    let mut bench = Bench::new("auto");
    bench.read(&["a", "b"]);
    bench.nack(1).expect("it is remembered");
    let events = ["1 acked", "2 acked", "1 nacked at 1, taken back", "1 acked at 2"];
    assert_eq!(bench.story(), events);
    bench.nack(1).expect("it can be");
    bench.nack(1).expect("it can be");
    assert_eq!(bench.read(&["c", "d"]), 1, "the pause before the third replay holds up the feed");
    bench.next();
    assert_eq!(bench.story().last().map(String::as_str), Some("3 acked"));
    assert_eq!(bench.downstream.room(), usize::MAX);
}

#[test]
fn what_still_waits_at_the_end_is_lost_and_told() {
    let mut bench = Bench::new("manual 3");
    bench.read(&["a", "b", "c"]);
    for _ in 0..3 {
        bench.nack(1).expect("it can be");
    }
    bench.connect(false);
    bench.story();
    assert_eq!(bench.downstream.end(&mut bench.events), 1, "it was taken off the list for its pause");
    assert_eq!(bench.story(), ["1 lost at 3"]);
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
    let policies = prop::sample::select(vec![
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
        1 => policies.prop_map(Step::AckMode),
    ];
    prop::collection::vec(step, 0..120)
}

proptest! {
    #[test]
    fn nothing_is_lost_nothing_overtakes_and_the_limit_holds(steps in steps()) {
        let mut bench = Bench::new("manual 3");
        let (mut read, mut handed_out, mut most) = (0u64, 0u64, 3usize);
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
                Step::Replays(replays) => bench.downstream.replays(*replays),
                Step::AckMode(text) => {
                    most = most.max(ack_mode(text).room());
                    bench.downstream.answer_by(ack_mode(text), bench.now, &mut bench.events);
                }
            }
            for kind in std::mem::take(&mut bench.events) {
                if let EventKind::Messages(batch) = kind {
                    prop_assert_eq!(batch.first.0, handed_out + 1, "in the order they came");
                    handed_out += batch.len() as u64;
                    let is_free = !waits || matches!(step, Step::Next | Step::Undo(_));
                    prop_assert!(is_free, "nothing new during a pause: {:?}", step);
                }
            }
            let ahead = u64::from(bench.downstream.ahead.is_some());
            prop_assert_eq!(read, handed_out + ahead, "one is read ahead at most, and none is gone");
            prop_assert!(bench.downstream.unacknowledged() <= most + 1);
            let tally = bench.downstream.ledger.tally();
            let waiting = bench.downstream.ledger.waiting() as u64 + u64::from(bench.downstream.delayed.is_some());
            prop_assert_eq!(tally.nacked, tally.handed_out - handed_out + waiting);
        }
        bench.downstream.answer_by(AckMode::Auto, bench.now, &mut bench.events);
        bench.connect(true);
        while bench.next().is_some() {}
        prop_assert_eq!(bench.downstream.room(), usize::MAX, "accepting all empties it");
        let tally = bench.downstream.ledger.tally();
        prop_assert_eq!(tally.acked + tally.dropped, read, "each message has its final answer");
    }
}
