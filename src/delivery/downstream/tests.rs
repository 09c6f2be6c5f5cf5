//! The played pipeline: orders of deliveries, answers, pauses, and what is lost.

mod property;

use std::collections::VecDeque;

use crate::{
    session::{DeliveryRun, DeliveryUpdate},
    wire::{Kind, Span},
};

use super::*;

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn ack_mode(text: &str) -> AckMode {
    AckMode::parse(text).expect("it is an ack mode")
}

fn run(text: &str) -> Run {
    run_of(&[text])
}

fn run_of(texts: &[&str]) -> Run {
    let length = |len: usize| u32::try_from(len).expect("it is short");
    let mut spans = Vec::new();
    let mut bytes = String::new();
    for text in texts {
        let (start, len) = (length(bytes.len()), length(text.len()));
        spans.push(Span { start, len, kind: Kind::Text, valid: true, frames: 1, wire: None });
        bytes.push_str(text);
    }
    Run { bytes: bytes.into(), spans: spans.into() }
}

/// A [`Downstream`] with a clock, a socket and its events.
struct Bench {
    downstream: Downstream,
    now: Duration,
    /// What the server has sent and nobody has read.
    socket: VecDeque<&'static str>,
    events: Vec<EventKind>,
}

impl Bench {
    fn new(text: &str) -> Self {
        Self::with(text, true)
    }

    fn with(text: &str, replays: bool) -> Self {
        let downstream = Downstream::new(ack_mode(text), Stages::default(), replays, 7);
        let mut bench = Self { downstream, now: ms(0), socket: VecDeque::new(), events: Vec::new() };
        bench.downstream.connect(bench.now, &mut bench.events);
        bench
    }

    /// The server sends messages, and as many are read as there is room for.
    fn send(&mut self, texts: &[&'static str]) {
        self.socket.extend(texts);
        self.read();
    }

    fn read(&mut self) {
        while self.downstream.room() > 0
            && let Some(text) = self.socket.pop_front()
        {
            let run = run(text);
            let taken = self.downstream.takes(&run, 0);
            self.downstream.receive(run, taken, self.now, &mut self.events);
        }
    }

    /// The server sends messages that one read of the socket brings, and as many are received as are taken.
    fn send_together(&mut self, texts: &[&str]) {
        let run = run_of(texts);
        let mut from = 0;
        while from < run.spans.len() {
            while self.downstream.room() == 0 && self.next().is_some() {}
            let taken = self.downstream.takes(&run, from);
            assert!(taken.messages > 0, "nothing is due, and no message is taken: {:?}", self.downstream);
            let part = run.part(from..from + taken.messages);
            self.downstream.receive(part, taken, self.now, &mut self.events);
            from += taken.messages;
        }
    }

    /// Does one thing at the next due time, and reads. Returns how far that was.
    fn next(&mut self) -> Option<Duration> {
        let due = self.downstream.due()?;
        let passed = due.saturating_sub(self.now);
        self.now = self.now.max(due);
        self.downstream.step(self.now, &mut self.events);
        self.read();
        Some(passed)
    }

    /// Lets everything happen up to this time.
    fn until(&mut self, millis: u64) {
        while self.downstream.due().is_some_and(|due| due <= ms(millis)) {
            self.next();
        }
        self.now = ms(millis);
    }

    fn lose(&mut self) {
        self.downstream.lose(self.now, &mut self.events);
    }

    fn connect(&mut self) {
        self.downstream.connect(self.now, &mut self.events);
    }

    fn set(&mut self, text: &str) {
        self.downstream.set_ack_mode(ack_mode(text), self.now, &mut self.events);
        self.read();
    }

    fn ack(&mut self, id: u64) -> Result<(), String> {
        self.answer(id, Answer::Ack)
    }

    fn nack(&mut self, id: u64) -> Result<(), String> {
        self.answer(id, Answer::Nack)
    }

    fn answer(&mut self, id: u64, answer: Answer) -> Result<(), String> {
        let answered = self.downstream.answer(MessageId(id), answer, self.now, &mut self.events);
        self.read();
        answered.map_err(|error| error.to_string())
    }

    fn undo(&mut self, id: u64) -> Result<(), String> {
        let undone = self.downstream.undo(MessageId(id), self.now, &mut self.events);
        self.read();
        undone.map_err(|error| error.to_string())
    }

    /// The events since the last call, with one for each change of a delivery.
    fn take_events(&mut self) -> Vec<EventKind> {
        let each = |kind| match kind {
            EventKind::Delivery(run) => {
                run.updates().map(|update| EventKind::Delivery(update.into())).collect()
            }
            kind => vec![kind],
        };
        std::mem::take(&mut self.events).into_iter().flat_map(each).collect()
    }

    fn texts(&mut self) -> Vec<String> {
        self.take_events().iter().map(text).collect()
    }

    /// The answers in their order: the number of the message counted from 0, a dot for each attempt more, and an x if
    /// it was rejected.
    fn order(&mut self) -> String {
        let mut order = Vec::new();
        for kind in self.take_events() {
            let told = match kind {
                EventKind::Messages(batch) if batch.verdict == Verdict::Acked => {
                    order.extend(batch.messages().map(|message| (message.id.0 - 1).to_string()));
                    continue;
                }
                EventKind::Messages(batch) => (batch.first, 1, batch.verdict),
                EventKind::Delivery(DeliveryRun { first: DeliveryUpdate { id, delivery, .. }, .. }) => {
                    (id, delivery.attempt, delivery.verdict)
                }
                EventKind::ReplayWaits(_) => {
                    order.push("|".to_owned());
                    continue;
                }
                _ => continue,
            };
            let (id, attempt, verdict) = told;
            let sign = match verdict {
                Verdict::Pending => continue,
                Verdict::Acked => "",
                _ => "x",
            };
            order.push(format!("{}{}{sign}", id.0 - 1, ".".repeat(attempt as usize - 1)));
        }
        order.join(" ")
    }
}

/// `3 acked`, `3 nacked at 2`, `3 waits for 4`
fn text(kind: &EventKind) -> String {
    match kind {
        EventKind::Messages(batch) if batch.verdict == Verdict::Pending => format!("{} read", batch.first),
        EventKind::Messages(batch) => format!("{} {}", batch.first, batch.verdict.word()),
        EventKind::Delivery(DeliveryRun { first: DeliveryUpdate { id, delivery, recalled }, .. }) => {
            let recalled = if *recalled { ", recalled" } else { "" };
            format!("{id} {} at {}{recalled}", delivery.verdict.word(), delivery.attempt)
        }
        EventKind::ReplayWaits(waits) => format!("{} waits for {}", waits.id, waits.attempt),
        EventKind::AckMode(ack_mode) => ack_mode.text.clone(),
        other => format!("{other:?}"),
    }
}

const SIX: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

/// The order that a burst of messages is answered in.
fn order(mode: &str, messages: &[&'static str], millis: u64) -> String {
    let mut bench = Bench::new(mode);
    bench.send(messages);
    bench.until(millis);
    bench.order()
}

#[test]
fn the_offered_message_and_those_in_the_threads_go_before_a_rejected_one() {
    for (mode, expected) in [
        ("reject first 1 delay:60ms", "0x 1x 0. 1. 2x 3x 2. 3. 4x 5x 4. 5."),
        ("reject first 1", "0x 1x 0. 1. 2x 3x 2. 3. 4x 5x 4. 5."),
        ("reject first 1 delay:60ms threads:1", "0x 1x 2x 0. 1. 2. 3x 4x 5x 3. 4. 5."),
        ("reject first 1 delay:60ms threads:2", "0x 1x 2x 3x 4x 5x 0. 1. 2. 3. 4. 5."),
    ] {
        assert_eq!(order(mode, &SIX, 2_000), expected, "{mode}");
    }
}

#[test]
fn of_what_one_read_brings_all_up_to_the_next_rejected_one_is_acked_in_one_go() {
    let mut bench = Bench::with("reject every 3", false);
    bench.send_together(&["a"; 8]);
    let counts: Vec<_> = bench
        .events
        .iter()
        .map(|kind| match kind {
            EventKind::Messages(batch) => (batch.len(), batch.verdict),
            other => panic!("{other:?}"),
        })
        .collect();
    let dropped = (1, Verdict::Dropped);
    assert_eq!(counts, [(2, Verdict::Acked), dropped, (2, Verdict::Acked), dropped, (2, Verdict::Acked)]);
}

#[test]
fn while_the_reader_pauses_rejections_are_noted_and_one_new_message_passes_after_it() {
    let expected = "0x 1x 0.x 1.x 0..x | 1..x 0... | 2x 1... 2.x 2..x | 2...";
    assert_eq!(order("reject first 3 delay:60ms", &["a", "b", "c"], 6_000), expected);
}

#[test]
fn messages_that_come_one_by_one_are_redelivered_before_the_next() {
    let mut bench = Bench::new("reject first 1 delay:60ms");
    for (nth, text) in (0..).zip(["a", "b", "c"]) {
        bench.until(nth * 300);
        bench.send(&[text]);
    }
    bench.until(2_000);
    assert_eq!(bench.order(), "0x 0. 1x 1. 2x 2.");
}

#[test]
fn a_poison_message_lets_the_rest_crawl_by_as_many_as_the_pipeline_holds() {
    let passed = |mode: &str| {
        let mut bench = Bench::new(mode);
        for nth in 0..220 {
            bench.until(nth * 50);
            bench.send(&[if nth == 3 { "bad" } else { "good" }]);
        }
        bench.texts().iter().filter(|line| line.ends_with("acked at 1") || line.ends_with(" acked")).count()
    };
    for (mode, engine) in [
        ("reject bad delay:1ms", 16),
        ("reject bad delay:1ms in-flight:4", 70),
        ("reject bad delay:1ms threads:2", 77),
    ] {
        let passed = passed(mode);
        assert!((engine * 2 / 3..=engine * 4 / 3).contains(&passed), "{mode}: {passed}, the engine {engine}");
    }
}

#[test]
fn under_auto_every_message_is_acked_on_receipt() {
    let mut bench = Bench::new("auto");
    assert_eq!(bench.downstream.room(), usize::MAX);
    bench.send(&["a", "b"]);
    assert_eq!(bench.texts(), ["1 acked", "2 acked"]);
    assert_eq!(bench.downstream.due(), None);
}

#[test]
fn under_manual_the_user_answers_and_the_limit_holds() {
    let mut bench = Bench::new("manual 2");
    bench.send(&["a", "b", "c", "d"]);
    assert_eq!(bench.socket.len(), 1, "two are in the output, one is offered");
    assert_eq!(bench.texts(), ["1 read", "1 pending at 1", "2 read", "2 pending at 1", "3 read"]);
    assert_eq!(bench.downstream.pause(), Pause::InFlight);
    assert_eq!(bench.ack(3), Err("message 3 is read and not delivered yet".to_owned()));
    bench.ack(2).expect("it is unacknowledged");
    assert_eq!(bench.texts(), ["2 acked at 1", "3 pending at 1", "4 read"]);
    assert_eq!(bench.ack(2), Err("message 2 is already acked at attempt 1".to_owned()));
    assert_eq!(bench.downstream.room(), 0);
    bench.set("auto");
    assert_eq!(bench.texts(), ["auto", "1 acked at 1", "3 acked at 1", "4 acked at 1"]);
    assert_eq!(bench.downstream.room(), usize::MAX);
}

#[test]
fn nacked_messages_follow_the_offered_one_in_the_order_of_the_nacks() {
    let mut bench = Bench::new("manual 3");
    bench.send(&["a", "b", "c", "d", "e"]);
    bench.texts();
    bench.nack(3).expect("it can be nacked");
    assert_eq!(bench.texts(), ["3 nacked at 1", "4 pending at 1", "5 read"], "5 is read ahead, 3 is offered");
    bench.nack(2).expect("it can be nacked");
    assert_eq!(bench.texts(), ["2 nacked at 1", "3 pending at 2"]);
    bench.ack(1).expect("it is unacknowledged");
    assert_eq!(bench.texts(), ["1 acked at 1", "2 pending at 2"]);
    bench.ack(2).expect("it is unacknowledged");
    assert_eq!(bench.texts(), ["2 acked at 2", "5 pending at 1"]);
}

#[test]
fn a_message_that_waits_is_answered_once() {
    let mut bench = Bench::new("manual 1");
    bench.send(&["a", "b"]);
    bench.nack(1).expect("it can be nacked");
    let refused = "message 1 is already nacked at attempt 1 and waits to be redelivered";
    assert_eq!(bench.nack(1), Err(refused.to_owned()));
    assert_eq!(bench.nack(9), Err("message 9 has not been received yet: the last one is 2".to_owned()));
}

#[test]
fn without_replays_a_nacked_message_is_dropped() {
    let mut bench = Bench::with("reject every 2", false);
    bench.send(&["a", "b", "c", "d"]);
    assert_eq!(bench.texts(), ["1 acked", "2 dropped", "3 acked", "4 dropped"]);
    assert_eq!(bench.nack(2), Err("message 2 was dropped at attempt 1 and can no longer be answered".into()));
}

#[test]
fn reject_percent_rejects_about_that_share() {
    let mut bench = Bench::with("reject 30%", false);
    bench.send(&vec!["a"; 10_000]);
    let dropped = bench.texts().iter().filter(|events| events.ends_with("dropped")).count();
    assert!((2_700..3_300).contains(&dropped), "{dropped}");
}

#[test]
fn a_slow_output_answers_after_its_delay_and_takes_as_many_as_it_may() {
    let mut bench = Bench::new("slow 100ms..200ms in-flight:2");
    bench.send(&["a", "b", "c", "d"]);
    assert_eq!(bench.downstream.unacknowledged(), 2);
    bench.texts();
    assert!(bench.next().is_some_and(|passed| (ms(100)..=ms(200)).contains(&passed)));
    let events = bench.texts();
    assert!(events[0].ends_with("acked at 1") && events[1..] == ["3 pending at 1", "4 read"], "{events:?}");
    bench.until(1_000);
    assert_eq!(bench.downstream.unacknowledged(), 0, "{:?}", bench.texts());
}

#[test]
fn a_nack_can_be_undone_until_the_message_is_redelivered() {
    let mut bench = Bench::new("manual 1");
    bench.send(&["a", "b", "c"]);
    bench.nack(1).expect("it can be nacked");
    bench.texts();
    bench.undo(1).expect("it is offered and not taken");
    assert_eq!(bench.texts(), ["1 pending at 1, recalled"]);
    assert_eq!(bench.undo(1), Err("message 1 was not nacked".to_owned()));
    bench.ack(2).expect("it is unacknowledged");
    bench.nack(1).expect("it can be nacked");
    assert_eq!(bench.texts(), ["2 acked at 1", "1 nacked at 1", "3 pending at 1"]);
    bench.ack(3).expect("it is unacknowledged");
    assert_eq!(bench.undo(1), Err("message 1 was already redelivered".to_owned()));
}

#[test]
fn a_nack_can_be_undone_during_the_pause() {
    let mut bench = Bench::new("manual 1");
    bench.send(&["a"]);
    for _ in 0..3 {
        bench.nack(1).expect("it can be nacked");
    }
    assert_eq!(bench.texts().last().map(String::as_str), Some("1 waits for 4"));
    assert_eq!(bench.downstream.pause(), Pause::Replay);
    bench.undo(1).expect("it waits");
    assert_eq!(bench.texts(), ["1 pending at 3, recalled"]);
    assert_eq!((bench.downstream.due(), bench.downstream.unacknowledged()), (None, 1));
}

#[test]
fn after_an_undo_the_current_ack_mode_answers() {
    let mut bench = Bench::new("manual 1");
    bench.send(&["a"]);
    for _ in 0..3 {
        bench.nack(1).expect("it can be nacked");
    }
    bench.set("slow 1s");
    bench.texts();
    bench.undo(1).expect("it waits");
    assert_eq!(bench.next(), Some(ms(1_000)), "its delay starts anew");
    assert_eq!(bench.texts(), ["1 pending at 3, recalled", "1 acked at 3"]);
}

#[test]
fn under_auto_an_acked_message_can_be_nacked() {
    let mut bench = Bench::new("auto");
    bench.send(&["a", "b"]);
    bench.nack(1).expect("it is remembered");
    let events = ["1 acked", "2 acked", "1 nacked at 1, recalled", "1 acked at 2"];
    assert_eq!(bench.texts(), events);
    bench.nack(1).expect("it can be nacked");
    bench.nack(1).expect("it can be nacked");
    bench.send(&["c", "d"]);
    assert_eq!(bench.socket.len(), 1, "the pause before the third redelivery holds up the feed");
    bench.next();
    assert_eq!(bench.texts().last().map(String::as_str), Some("4 acked"));
    assert_eq!(bench.downstream.room(), usize::MAX);
}

#[test]
fn a_loss_is_noticed_after_what_was_rejected_before_it() {
    let mut bench = Bench::new("reject first 4 delay:60ms");
    bench.send(&["a"]);
    bench.until(190);
    assert!(bench.downstream.pause() == Pause::Replay, "{:?}", bench.texts());
    bench.lose();
    assert!(!bench.downstream.take_noticed_loss(), "the reader pauses");
    bench.next();
    assert!(bench.downstream.take_noticed_loss(), "nothing else waits");
    bench.until(3_000);
    bench.texts();
    bench.connect();
    assert_eq!(bench.texts(), ["1 waits for 5"], "the rejected message waited for the connection");
}

#[test]
fn a_loss_is_not_noticed_while_an_offered_message_is_not_taken() {
    let mut bench = Bench::new("manual 1");
    bench.send(&["a", "b"]);
    bench.nack(1).expect("it can be nacked");
    bench.lose();
    assert!(!bench.downstream.take_noticed_loss(), "1 is offered again");
    bench.ack(2).expect("it is unacknowledged");
    assert!(bench.downstream.take_noticed_loss());
}

#[test]
fn a_stop_lets_the_stages_run_empty_and_loses_what_the_reader_holds() {
    let mut bench = Bench::new("reject first 1 delay:60ms threads:1");
    bench.send(&SIX);
    bench.texts();
    bench.downstream.stop();
    bench.until(1_000);
    assert!(bench.downstream.is_drained());
    let left = bench.downstream.end(&mut bench.events);
    assert_eq!((left.undelivered, left.rejected, left.unacknowledged), (1, 2, 0));
    let events =
        ["1 nacked at 1", "2 pending at 1", "2 nacked at 1", "1 lost at 1", "2 lost at 1", "3 lost at 1"];
    assert_eq!(bench.texts(), events);
}

#[test]
fn what_does_not_belong_to_the_session_is_not_counted_at_its_end() {
    let left = |last| {
        let mut bench = Bench::new("reject first 1 delay:60ms threads:1");
        bench.send(&SIX);
        bench.downstream.count_upto(MessageId(last));
        let unanswered = bench.downstream.unanswered();
        bench.downstream.stop();
        bench.until(1_000);
        let left = bench.downstream.end(&mut bench.events);
        (unanswered, left.undelivered, left.rejected)
    };
    assert_eq!([left(0), left(1), left(2), left(3)], [(0, 0, 0), (1, 0, 1), (1, 0, 2), (1, 1, 2)]);
}

#[test]
fn a_pause_ends_also_where_the_stages_become_fewer_in_it() {
    let mut bench = Bench::new("reject first 9 delay:1ms threads:2");
    bench.send(&SIX);
    while bench.downstream.pause() != Pause::Replay {
        bench.next().expect("something is due");
    }
    bench.set("reject first 9 delay:1ms");
    let attempts =
        |bench: &mut Bench| bench.texts().iter().filter(|line| line.ends_with("nacked at 5")).count();
    bench.until(120_000);
    assert!(attempts(&mut bench) > 0, "redeliveries go on");
    assert_eq!(bench.downstream.due(), None, "all is acknowledged in the end");
}

#[test]
fn the_whereabouts_name_each_message_once() {
    let mut bench = Bench::new("reject first 1 delay:60ms threads:1");
    bench.send(&SIX);
    bench.next();
    let places = bench.downstream.whereabouts();
    let names = |place: &Place| place.first.iter().map(|id| id.0).collect::<Vec<_>>();
    assert_eq!(names(&places.output), [2]);
    assert_eq!(names(&places.threads), [3]);
    assert_eq!(names(&places.offered), [1]);
    assert_eq!(names(&places.read_ahead), [4]);
    assert!(places.rejected.first.is_empty());
}
