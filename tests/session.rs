//! Sessions with a scripted peer, told in words. No port, no real time: the clock is paused and
//! moves on by itself when everybody waits.

#[path = "support/peer.rs"]
mod peer;

use std::{collections::VecDeque, time::Duration};

use bytes::Bytes;
use peer::{Answer, CLOSE, Heard, PING, PONG, Visits, frame, peer, settings};
use sockeye::{
    config::Settings,
    engine::{Events, Handle, start},
    session::{
        CloseFrame, Command, Control, ControlKind, Direction, End, Event, Kind, MessageId, Outgoing, Verdict,
        What,
    },
};
use tokio::{
    io::AsyncWriteExt,
    time::{Instant, sleep, timeout},
};

const SEED: u64 = 42;
const SECOND: Duration = Duration::from_secs(1);
/// What the paused clock may add to a pause: timers count whole milliseconds.
const TICK: Duration = Duration::from_millis(2);

const fn ms(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// A session and what it has told.
struct Session {
    handle: Handle,
    events: Events,
    waiting: VecDeque<Event>,
}

fn begin(settings: Settings, answers: &[Answer]) -> (Session, Visits) {
    let (network, visits) = peer(answers);
    let (handle, events) = start(settings, network, SEED);
    (Session { handle, events, waiting: VecDeque::new() }, visits)
}

impl Session {
    async fn next(&mut self) -> Option<Event> {
        while self.waiting.is_empty() {
            self.waiting.extend(self.events.recv().await?);
        }
        self.waiting.pop_front()
    }

    /// Everything up to the first event that is `wanted`, which comes last.
    async fn until(&mut self, wanted: impl Fn(&What) -> bool) -> Vec<Event> {
        let mut events = Vec::new();
        loop {
            let event = self.next().await.expect("the session has not ended before");
            let last = wanted(&event.what);
            events.push(event);
            if last {
                return events;
            }
        }
    }

    /// The rest of the session, in words.
    async fn rest(&mut self) -> Vec<String> {
        let mut events = Vec::new();
        while let Some(event) = self.next().await {
            events.push(event);
        }
        story(&events)
    }

    fn ask(&self, command: Command) {
        self.handle.ask(command).expect("the engine takes commands");
    }
}

/// Events as words. Stages and findings, which are others' business, are left out.
fn story(events: &[Event]) -> Vec<String> {
    events.iter().flat_map(|event| words(&event.what)).collect()
}

fn words(what: &What) -> Vec<String> {
    let one = match what {
        What::Dialing { .. } => "dialing".to_owned(),
        What::StageStarted(_) | What::StageEnded(_) | What::Finding(_) => return Vec::new(),
        What::Opened(_) => "opened".to_owned(),
        What::Messages(batch) => {
            assert_eq!(batch.verdict, Verdict::Acked);
            let text = |payload| String::from_utf8_lossy(payload).into_owned();
            return batch.messages().map(|one| format!("{}: {}", one.id, text(one.payload))).collect();
        }
        What::Control(Control { direction, kind }) => format!("{direction:?} {}", control(kind)),
        What::Sent(sent) => format!("sent {:?} {}", sent.kind, String::from_utf8_lossy(&sent.payload)),
        What::Delivery(told) => {
            let recalled = if told.recalled { " (recalled)" } else { "" };
            format!("{} attempt {} {:?}{recalled}", told.id, told.delivery.attempt, told.delivery.verdict)
        }
        What::Lost(lost) => format!("lost after {} messages: {}", lost.messages, lost.says),
        What::Failed(failure) => format!("failed at {}", failure.stage),
        What::RetryIn(retry) => format!("retry {} left {:?}", retry.failures, retry.left),
        What::ReadingPaused { .. } => "reading paused".to_owned(),
        What::ReadingResumed { .. } => "reading resumed".to_owned(),
        What::Refused { command, says } => format!("refused {command}: {says}"),
        What::Ended(ended) => {
            let why = match &ended.why {
                End::Stopped => "stopped".to_owned(),
                End::RetriesExhausted { retries, last } => {
                    format!("{retries} retries used up at {}", last.stage)
                }
            };
            format!("ended, {why}: {} messages, {} dials", ended.messages, ended.dials)
        }
    };
    vec![one]
}

fn control(kind: &ControlKind) -> String {
    match kind {
        ControlKind::Ping(payload) => format!("ping {}", String::from_utf8_lossy(payload)),
        ControlKind::Pong { payload, round_trip } => {
            format!("pong {} {round_trip:?}", String::from_utf8_lossy(payload))
        }
        ControlKind::Close(CloseFrame { code, reason }) => format!("close {code:?} {reason}"),
    }
}

fn is_open(what: &What) -> bool {
    matches!(what, What::Opened(_))
}

fn is_lost(what: &What) -> bool {
    matches!(what, What::Lost(_))
}

fn is_retry(what: &What) -> bool {
    matches!(what, What::RetryIn(_))
}

fn is_message(what: &What) -> bool {
    matches!(what, What::Messages(_))
}

fn normal_close() -> Heard {
    Heard { opcode: CLOSE, payload: 1000u16.to_be_bytes().to_vec() }
}

/// The pauses that the rules give for the dice of this seed around these intervals.
fn jittered(seed: u64, intervals: &[u64]) -> Vec<Duration> {
    let mut dice = fastrand::Rng::with_seed(seed);
    intervals.iter().map(|&middle| ms(middle).mul_f64(0.5 + dice.f64())).collect()
}

fn assert_pauses(found: &[Duration], expected: &[Duration]) {
    assert_eq!(found.len(), expected.len(), "{found:?} against {expected:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found >= expected && *found <= *expected + TICK, "{found:?} against {expected:?}");
    }
}

// ---- Retries -----------------------------------------------------------------------------

#[tokio::test(start_paused = true)]
async fn a_server_that_is_down_is_dialled_with_growing_pauses_until_the_retries_are_used_up() {
    let (mut session, visits) = begin(Settings { max_retries: Some(4), ..settings() }, &[Answer::Refuse]);
    let told = session.until(|what| matches!(what, What::Ended(_))).await;
    assert_eq!(
        story(&told),
        [
            "dialing",
            "failed at tcp",
            "retry 1 left Some(3)",
            "dialing",
            "failed at tcp",
            "retry 2 left Some(2)",
            "dialing",
            "failed at tcp",
            "retry 3 left Some(1)",
            "dialing",
            "failed at tcp",
            "retry 4 left Some(0)",
            "dialing",
            "failed at tcp",
            "ended, 4 retries used up at tcp: 0 messages, 5 dials",
        ]
    );
    let expected = jittered(SEED, &[500, 750, 1_000, 1_000]);
    let delays = told.iter().filter_map(|event| match &event.what {
        What::RetryIn(retry) => Some(retry.delay),
        _ => None,
    });
    assert_eq!(delays.collect::<Vec<_>>(), expected);
    assert_pauses(&visits.pauses(), &expected);
    assert!(session.next().await.is_none(), "nothing follows the end");
}

#[tokio::test(start_paused = true)]
async fn without_retries_one_failed_dial_ends_the_session() {
    let (mut session, _visits) = begin(Settings { max_retries: Some(0), ..settings() }, &[Answer::Refuse]);
    let expected = ["dialing", "failed at tcp", "ended, 0 retries used up at tcp: 0 messages, 1 dials"];
    assert_eq!(session.rest().await, expected);
}

#[tokio::test(start_paused = true)]
async fn without_retries_a_lost_connection_is_redialled_once() {
    let settings = Settings { max_retries: Some(0), ..settings() };
    let (mut session, mut visits) = begin(settings, &[Answer::Accept, Answer::Refuse]);
    drop(visits.next().await);
    assert_eq!(
        session.rest().await,
        [
            "dialing",
            "opened",
            "lost after 0 messages: the server ended the connection without a close frame",
            "retry 0 left Some(0)",
            "dialing",
            "failed at tcp",
            "ended, 0 retries used up at tcp: 0 messages, 2 dials",
        ]
    );
    assert_pauses(&visits.pauses(), &[ms(100)]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_drops_us_and_then_is_down_meets_the_short_pauses() {
    let settings = Settings { max_retries: Some(3), ..settings() };
    let (mut session, mut visits) = begin(settings, &[Answer::Accept, Answer::Refuse]);
    drop(visits.next().await);
    let told = session.rest().await;
    let end = "ended, 3 retries used up at tcp: 0 messages, 5 dials";
    assert_eq!(told.last().map(String::as_str), Some(end));
    let expected = [vec![ms(100)], jittered(SEED, &[100, 150, 225])].concat();
    assert_pauses(&visits.pauses(), &expected);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_accepts_and_drops_is_redialled_after_a_tenth_of_a_second_each_time() {
    let (mut session, mut visits) = begin(Settings { max_retries: Some(0), ..settings() }, &[Answer::Accept]);
    for _ in 0..20 {
        drop(visits.next().await);
        session.until(is_lost).await;
    }
    assert_pauses(&visits.pauses(), &[ms(100); 19]);
}

// ---- How connections end -----------------------------------------------------------------

#[tokio::test(start_paused = true)]
async fn a_close_of_the_server_is_echoed_without_its_reason_and_redialled() {
    for (code, echo) in [(1000, 1000u16), (1001, 1001), (1011, 1011), (4321, 4321)] {
        let (mut session, mut visits) = begin(settings(), &[Answer::Accept]);
        let mut visit = visits.next().await;
        visit.text("last words").await;
        visit.close(code, "bye").await;
        let heard = Heard { opcode: CLOSE, payload: echo.to_be_bytes().to_vec() };
        assert_eq!(visit.hear().await, Some(heard));
        drop(visit);
        let told = story(&session.until(is_retry).await);
        assert_eq!(told[..2], ["dialing", "opened"]);
        assert_eq!(told[2], "1: last words");
        assert_eq!(told[3], format!("In close Some({code}) bye"));
        assert_eq!(told[4], format!("Out close Some({code}) "));
        assert!(told[5].starts_with(&format!("lost after 1 messages: the server closed with {code} (")));
        assert!(told[5].ends_with("): bye"), "{}", told[5]);
        assert_eq!(told[6], "retry 0 left None");
    }
}

#[tokio::test(start_paused = true)]
async fn an_empty_close_is_answered_by_an_empty_close() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Accept]);
    let mut visit = visits.next().await;
    visit.say(CLOSE, b"").await;
    assert_eq!(visit.hear().await, Some(Heard { opcode: CLOSE, payload: Vec::new() }));
    drop(visit);
    let told = story(&session.until(is_lost).await);
    assert_eq!(told.last().expect("it was lost"), "lost after 0 messages: the server closed without a code");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_closes_and_never_hangs_up_is_left_after_a_second() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Accept]);
    let mut visit = visits.next().await;
    let start = Instant::now();
    visit.close(1001, "").await;
    session.until(is_lost).await;
    assert_pauses(&[start.elapsed()], &[SECOND]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_breaks_a_rule_is_told_which_one() {
    let masked = [0x81, 0x81, 0, 0, 0, 0, b'x'];
    let too_large = frame(peer::TEXT, &[b'x'; 101]);
    for (bytes, code, says) in [
        (&masked[..], 1002u16, "the server broke the websocket protocol: bad MASK"),
        (&[0xc1, 0x00][..], 1002, "the server broke the websocket protocol: RSV1 set"),
        (&too_large[..], 1009, "a message of 101 bytes or more is over max_message_size, which is 100"),
    ] {
        let (mut session, mut visits) =
            begin(Settings { max_message_size: 100, ..settings() }, &[Answer::Accept]);
        let mut visit = visits.next().await;
        visit.text("well").await;
        visit.raw(bytes).await;
        let heard = visit.hear().await.expect("a close frame comes");
        assert_eq!((heard.opcode, &heard.payload[..2]), (CLOSE, &code.to_be_bytes()[..]));
        assert!(heard.payload.len() > 2, "the rule stands in the reason");
        drop(visit);
        let told = story(&session.until(is_retry).await);
        assert_eq!(told[2], "1: well");
        assert_eq!(told[4..], [format!("lost after 1 messages: {says}"), "retry 0 left None".to_owned()]);
    }
}

#[tokio::test(start_paused = true)]
async fn text_that_is_not_utf8_is_delivered_and_marked() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Accept]);
    let mut visit = visits.next().await;
    visit.say(peer::TEXT, b"caf\xe9").await;
    let told = session.until(is_message).await;
    let Some(What::Messages(batch)) = told.last().map(|event| &event.what) else { panic!("{told:?}") };
    let message = batch.get(MessageId(1)).expect("the first message has id 1");
    assert_eq!((message.payload, message.valid), (&b"caf\xe9"[..], false));
}

// ---- Control frames and sending ----------------------------------------------------------

#[tokio::test(start_paused = true)]
async fn a_ping_is_answered_at_once_with_its_payload() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Accept]);
    let mut visit = visits.next().await;
    let start = Instant::now();
    visit.say(PING, b"beat").await;
    assert_eq!(visit.hear().await, Some(Heard { opcode: PONG, payload: b"beat".to_vec() }));
    assert_eq!(start.elapsed(), Duration::ZERO);
    drop(visit);
    let told = story(&session.until(is_lost).await);
    assert_eq!(told[2..4], ["In ping beat", "Out pong beat None"]);
}

#[tokio::test(start_paused = true)]
async fn a_ping_of_ours_measures_the_round_trip() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Accept]);
    let mut visit = visits.next().await;
    session.until(is_open).await;
    session.ask(Command::Send(Outgoing::Ping(Bytes::from_static(b"there?"))));
    let ping = visit.hear().await.expect("the ping comes");
    sleep(ms(40)).await;
    visit.say(PONG, b"unasked").await;
    visit.say(PONG, &ping.payload).await;
    let is_answer = |what: &What| {
        let pong = |kind: &ControlKind| matches!(kind, ControlKind::Pong { round_trip: Some(_), .. });
        matches!(what, What::Control(Control { direction: Direction::In, kind }) if pong(kind))
    };
    let told = session.until(is_answer).await;
    assert_eq!(story(&told)[..2], ["Out ping there?", "In pong unasked None"]);
    let Some(What::Control(Control { kind: ControlKind::Pong { round_trip: Some(took), .. }, .. })) =
        told.last().map(|event| &event.what)
    else {
        panic!("{told:?}")
    };
    assert_pauses(&[*took], &[ms(40)]);
}

#[tokio::test(start_paused = true)]
async fn messages_of_ours_go_out_masked_and_in_order() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Accept]);
    let mut visit = visits.next().await;
    session.until(is_open).await;
    let large = "x".repeat(70_000);
    for (kind, text) in [(Kind::Text, "a"), (Kind::Binary, "b"), (Kind::Text, large.as_str())] {
        session.ask(Command::Send(Outgoing::Data { kind, payload: Bytes::from(text.to_owned()) }));
    }
    for (opcode, payload) in [(1, "a"), (2, "b"), (1, large.as_str())] {
        assert_eq!(visit.hear().await, Some(Heard { opcode, payload: payload.as_bytes().to_vec() }));
    }
    drop(visit);
    let told = story(&session.until(is_lost).await);
    assert_eq!(
        told[..3],
        ["sent Text a".to_owned(), "sent Binary b".to_owned(), format!("sent Text {large}")]
    );
}

#[tokio::test(start_paused = true)]
async fn a_close_of_ours_is_a_handshake_and_then_a_loss() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Accept]);
    let mut visit = visits.next().await;
    session.until(is_open).await;
    let close = CloseFrame { code: Some(4000), reason: "trying".to_owned() };
    session.ask(Command::Send(Outgoing::Close(close)));
    assert_eq!(visit.hear().await, Some(Heard { opcode: CLOSE, payload: b"\x0f\xa0trying".to_vec() }));
    visit.close(4000, "").await;
    drop(visit);
    let told = story(&session.until(is_retry).await);
    assert_eq!(told[..2], ["Out close Some(4000) trying", "In close Some(4000) "]);
    assert!(told[2].ends_with("): trying, and the server agreed"), "{}", told[2]);
    assert_eq!(told[3], "retry 0 left None");
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_carried_out_is_refused_in_words() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Refuse, Answer::Accept]);
    session.until(is_retry).await;
    session.ask(Command::Send(Outgoing::Ping(Bytes::new())));
    session.ask(Command::Nack(MessageId(1)));
    let visit = visits.next().await;
    let told = story(&session.until(is_open).await);
    assert_eq!(
        told[..2],
        [
            "refused ping: no connection is open",
            "refused nack: message 1 has not been received yet: the last one is 0",
        ]
    );
    session.ask(Command::Send(Outgoing::Ping(Bytes::from(vec![0; 126]))));
    let is_refused = |what: &What| matches!(what, What::Refused { .. });
    let told = story(&session.until(is_refused).await);
    assert_eq!(told, ["refused ping: a ping carries at most 125 bytes (RFC 6455, section 5.5), not 126"]);
    drop(visit);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_read_fills_a_bounded_buffer_and_can_still_be_left() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Accept]);
    let mut visit = visits.next().await;
    session.until(is_open).await;
    let payload = Bytes::from(vec![0; 300_000]);
    for _ in 0..6 {
        session.ask(Command::Send(Outgoing::Data { kind: Kind::Binary, payload: payload.clone() }));
    }
    let told = story(&session.until(|what| matches!(what, What::Refused { .. })).await);
    assert!(told[0].starts_with("refused send: the server does not read: "), "{}", told[0]);
    visit.text("but it does write").await;
    session.until(is_message).await;
    let start = Instant::now();
    session.ask(Command::Stop);
    session.rest().await;
    assert_pauses(&[start.elapsed()], &[SECOND]);
}

// ---- Stop, reconnect, connect ------------------------------------------------------------

#[tokio::test(start_paused = true)]
async fn a_stop_closes_with_1000_and_ends_when_the_server_has_answered() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Accept]);
    let mut visit = visits.next().await;
    session.until(is_open).await;
    session.ask(Command::Stop);
    assert_eq!(visit.hear().await, Some(normal_close()));
    visit.text("still in flight").await;
    visit.close(1000, "").await;
    drop(visit);
    let told = session.rest().await;
    assert_eq!(told[..3], ["Out close Some(1000) ", "1: still in flight", "In close Some(1000) "]);
    assert!(told[3].ends_with("and the server agreed"), "{}", told[3]);
    assert_eq!(told[4..], ["ended, stopped: 1 messages, 1 dials"]);
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_within_a_second_even_if_the_server_does_not_answer() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Accept]);
    let mut visit = visits.next().await;
    session.until(is_open).await;
    let start = Instant::now();
    session.ask(Command::Stop);
    let told = session.rest().await;
    assert_pauses(&[start.elapsed()], &[SECOND]);
    assert_eq!(
        told,
        [
            "Out close Some(1000) ",
            "lost after 0 messages: this side closed, and the server did not answer within 1 s",
            "ended, stopped: 0 messages, 1 dials",
        ]
    );
    assert_eq!((visit.hear().await, visit.hear().await), (Some(normal_close()), None));
}

#[tokio::test(start_paused = true)]
async fn a_stop_is_heard_while_dialling_and_while_waiting() {
    for answer in [Answer::Hang, Answer::Refuse] {
        let (mut session, _visits) = begin(settings(), &[answer]);
        let told = |what: &What| match answer {
            Answer::Hang => matches!(what, What::StageStarted(_)),
            _ => is_retry(what),
        };
        session.until(told).await;
        let start = Instant::now();
        session.ask(Command::Stop);
        assert_eq!(session.rest().await, ["ended, stopped: 0 messages, 1 dials"]);
        assert_eq!(start.elapsed(), Duration::ZERO);
    }
}

#[tokio::test(start_paused = true)]
async fn a_dropped_handle_is_a_stop() {
    let (Session { handle, mut events, .. }, mut visits) = begin(settings(), &[Answer::Accept]);
    let mut visit = visits.next().await;
    drop(handle);
    assert_eq!(visit.hear().await, Some(normal_close()));
    drop(visit);
    let mut all = Vec::new();
    while let Some(events) = events.recv().await {
        all.extend(events);
    }
    assert_eq!(story(&all).last().map(String::as_str), Some("ended, stopped: 0 messages, 1 dials"));
}

#[tokio::test(start_paused = true)]
async fn a_session_that_nobody_listens_to_ends() {
    let (Session { handle, events, .. }, mut visits) = begin(settings(), &[Answer::Accept]);
    let mut visit = visits.next().await;
    drop(events);
    visit.text("hello?").await;
    assert_eq!(visit.hear().await, Some(normal_close()));
    visit.close(1000, "").await;
    assert_eq!(visit.hear().await, None);
    drop(handle);
}

#[tokio::test(start_paused = true)]
async fn a_reconnect_cuts_the_wait_short() {
    let (mut session, visits) = begin(settings(), &[Answer::Refuse]);
    session.until(is_retry).await;
    session.ask(Command::Reconnect);
    let told = session.until(is_retry).await;
    assert_eq!(story(&told), ["dialing", "failed at tcp", "retry 2 left None"]);
    assert_eq!(visits.pauses(), [Duration::ZERO]);
}

#[tokio::test(start_paused = true)]
async fn a_reconnect_closes_what_is_open_and_dials_at_once() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Accept]);
    let mut visit = visits.next().await;
    session.until(is_open).await;
    session.ask(Command::Reconnect);
    assert_eq!(visit.hear().await, Some(normal_close()));
    visit.close(1000, "").await;
    drop(visit);
    let told = session.until(is_open).await;
    assert_eq!(story(&told)[3..], ["dialing", "opened"]);
    assert_eq!(visits.pauses(), [Duration::ZERO]);
    let dials: Vec<u32> = told.iter().map(|event| event.dial.0).collect();
    assert!(dials.is_sorted() && dials.first() == Some(&1) && dials.last() == Some(&2), "{dials:?}");
}

#[tokio::test(start_paused = true)]
async fn a_connect_takes_the_new_settings_to_the_next_dial() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Accept]);
    let visit = visits.next().await;
    session.until(is_open).await;
    let other = Settings { max_message_size: 7, auto_replay_nacks: false, ..settings() };
    session.ask(Command::Connect(Box::new(other.clone())));
    drop(visit);
    let mut visit = visits.next().await;
    assert_eq!(*visit.settings, other);
    visit.text("12345678").await;
    assert_eq!(
        visit.hear().await.map(|heard| heard.payload[..2].to_vec()),
        Some(1009u16.to_be_bytes().to_vec())
    );
}

// ---- Deliveries --------------------------------------------------------------------------

#[tokio::test(start_paused = true)]
async fn a_nacked_message_is_handed_out_again_as_attempt_two() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Accept]);
    let mut visit = visits.next().await;
    visit.text("a").await;
    session.until(is_message).await;
    session.ask(Command::Nack(MessageId(1)));
    let again = |what: &What| matches!(what, What::Delivery(told) if told.delivery.attempt == 2);
    let told = story(&session.until(again).await);
    assert_eq!(told, ["1 attempt 1 Nacked (recalled)", "1 attempt 2 Acked"]);
}

#[tokio::test(start_paused = true)]
async fn a_nacked_message_is_dropped_when_replays_are_off() {
    let (mut session, mut visits) =
        begin(Settings { auto_replay_nacks: false, ..settings() }, &[Answer::Accept]);
    let mut visit = visits.next().await;
    visit.text("a").await;
    session.until(is_message).await;
    session.ask(Command::Nack(MessageId(1)));
    session.ask(Command::Nack(MessageId(1)));
    let told = story(&session.until(|what| matches!(what, What::Refused { .. })).await);
    let refused = "refused nack: message 1 was dropped at attempt 1, so there is nothing left to reject";
    assert_eq!(told, ["1 attempt 1 Dropped (recalled)", refused]);
}

// ---- Floods, slow shells and silence -----------------------------------------------------

#[tokio::test(start_paused = true)]
async fn a_flood_arrives_in_order_and_without_gaps() {
    const MANY: u64 = 100_000;
    let (mut session, mut visits) = begin(settings(), &[Answer::Accept]);
    let mut visit = visits.next().await;
    let server = tokio::spawn(async move {
        for number in 0..MANY {
            visit.text(&number.to_string()).await;
        }
    });
    let mut next = 0;
    let mut batches = 0;
    while next < MANY {
        let event = session.next().await.expect("the flood goes on");
        if let What::Messages(batch) = event.what {
            batches += 1;
            for message in batch.messages() {
                assert_eq!((message.id.0, message.payload), (next + 1, next.to_string().as_bytes()));
                next += 1;
            }
        }
    }
    server.await.expect("the server has said it all");
    assert!(batches < MANY / 100, "{batches} batches are more than a read each");
}

#[tokio::test(start_paused = true)]
async fn a_slow_shell_stops_the_reading_and_nothing_is_lost() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Accept]);
    let mut visit = visits.next().await;
    session.until(is_open).await;
    let mut said = 0usize;
    let mut number = 0u64;
    // The pipe takes a frame whole or the attempt is given up: a frame is smaller than the pipe.
    let mut rest = Vec::new();
    loop {
        if rest.is_empty() {
            rest = frame(peer::TEXT, format!("{number:0>1000}").as_bytes());
            number += 1;
        }
        let Ok(written) = timeout(SECOND, visit.io.write(&rest)).await else { break };
        let written = written.expect("the client still listens");
        said += written;
        rest.drain(..written);
    }
    assert!(said < 4 << 20, "{said} bytes were taken while nobody read the events");

    sleep(60 * SECOND).await;
    let server = tokio::spawn(async move {
        visit.raw(&rest).await;
        visit.close(1000, "").await;
        visit
    });
    let told = session.until(is_lost).await;
    server.await.expect("the server has said it all");
    let mut next = 0;
    for event in &told {
        if let What::Messages(batch) = &event.what {
            for message in batch.messages() {
                assert_eq!((message.id.0, message.payload), (next + 1, format!("{next:0>1000}").as_bytes()));
                next += 1;
            }
        }
    }
    assert_eq!(next, number);
    assert!(told.is_sorted_by_key(|event| event.at), "time does not run backwards");
    let pauses = told.iter().filter_map(|event| match event.what {
        What::ReadingResumed { after } => Some(after),
        _ => None,
    });
    let pauses: Vec<_> = pauses.collect();
    assert!(matches!(pauses[..], [after] if after >= 60 * SECOND), "{pauses:?}");
}

#[tokio::test(start_paused = true)]
async fn a_stop_is_heard_while_the_shell_takes_no_events() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Accept]);
    let mut visit = visits.next().await;
    session.until(is_open).await;
    let text = frame(peer::TEXT, &[b'x'; 1000]);
    while timeout(SECOND, visit.io.write_all(&text)).await.is_ok() {}
    session.ask(Command::Stop);
    let start = Instant::now();
    assert_eq!(visit.hear().await, Some(normal_close()));
    assert_eq!(visit.hear().await, None, "the client has hung up");
    assert_pauses(&[start.elapsed()], &[SECOND]);
    let told = session.rest().await;
    assert!(told.last().is_some_and(|last| last.starts_with("ended, stopped")), "{:?}", told.last());
}

#[tokio::test(start_paused = true)]
async fn an_hour_of_silence_is_told_once_and_wakes_nobody() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Accept]);
    let mut visit = visits.next().await;
    let is_silence =
        |what: &What| matches!(what, What::Finding(finding) if finding.code == "silent-after-open");
    let told = session.until(is_silence).await;
    let opened = told.iter().find(|event| is_open(&event.what)).expect("it opened before");
    let silent = told.last().expect("the finding is there");
    assert_pauses(&[silent.at.since(opened.at)], &[10 * SECOND]);

    assert!(timeout(3_600 * SECOND, session.next()).await.is_err(), "nothing more is told");
    visit.text("at last").await;
    let told = session.until(is_message).await;
    let [What::StageEnded(first), What::Messages(_)] = [&told[0].what, &told[1].what] else {
        panic!("{told:?}")
    };
    assert!(first.took >= 3_610 * SECOND && first.outcome.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_talkative_server_is_never_called_silent() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Accept]);
    let mut visit = visits.next().await;
    visit.text("hello").await;
    session.until(is_message).await;
    assert!(timeout(60 * SECOND, session.next()).await.is_err(), "nothing more is told");
}
