//! Screen 4 and the answers to messages: what is shown of them, and what their keys ask for.

use std::time::Duration;

use sockeye::{
    ack::{AckMode, Stages},
    app::{App, Contents, Effect, Input, Purpose, press, update},
    session::{
        ActiveAckMode, BackPressure, Command, Delivery, DeliveryUpdate, Event, EventKind, Kind, MessageId,
        Pause, ReplayWaits, Verdict,
    },
};

use super::{screen, snapshots, story::*};

fn parsed(text: &str) -> AckMode {
    AckMode::parse(text).expect("it is an ack mode")
}

fn mode_event(millis: u64, text: &str) -> Event {
    let ack_mode = parsed(text);
    let active = ActiveAckMode::of(&ack_mode, ack_mode.width(&Stages::default()));
    event(millis, 1, EventKind::AckMode(active))
}

/// Messages that are read, and taken by the output.
fn pending(millis: u64, first: u64, count: usize) -> Vec<Event> {
    let EventKind::Messages(batch) = batch(first, &vec![(Kind::Text, &b"{\"p\":1}"[..]); count]) else {
        unreachable!("it is a batch")
    };
    let read = EventKind::Messages(sockeye::session::Batch { verdict: Verdict::Pending, ..batch });
    let taken = (first..first + count as u64).map(|id| told(millis, id, 1, Verdict::Pending));
    std::iter::once(event(millis, 1, read)).chain(taken).collect()
}

fn told(millis: u64, id: u64, attempt: u32, verdict: Verdict) -> Event {
    let delivery = Delivery { attempt, verdict };
    event(millis, 1, EventKind::Delivery(DeliveryUpdate { id: MessageId(id), delivery, recalled: false }))
}

fn notice(app: &App) -> &str {
    app.notice.as_ref().map_or("", |notice| notice.message.as_str())
}

/// Three messages are unacknowledged, one of them at attempt 3, and two wait.
fn busy() -> App {
    let mut app = app();
    tell(&mut app, [mode_event(0, "manual 4")]);
    tell(&mut app, opened(1, 0));
    tell(&mut app, pending(400, 1, 5));
    tell(&mut app, [told(500, 2, 1, Verdict::Acked)]);
    for (millis, attempt) in [(600, 1), (700, 2), (800, 3)] {
        tell(&mut app, [told(millis, 1, attempt, Verdict::Nacked)]);
        if attempt < 3 {
            tell(&mut app, [told(millis + 10, 1, attempt + 1, Verdict::Pending)]);
        }
    }
    tell(&mut app, [told(900, 4, 1, Verdict::Nacked)]);
    let waits = ReplayWaits { id: MessageId(1), attempt: 4, delay: Duration::from_millis(2_500) };
    let paused = EventKind::ReadingPaused { why: Pause::Replay, read_ahead: 1_200 };
    tell(&mut app, [event(900, 1, EventKind::ReplayWaits(waits)), event(1_200, 1, paused)]);
    for second in 2..6 {
        let paused = Duration::from_millis(250 * (second - 1));
        let pressure = BackPressure { paused, read_ahead: 1_200, unread: Some(2_100_000) };
        tell(&mut app, [event(second * 500, 1, EventKind::BackPressure(pressure))]);
    }
    update(&mut app, Input::Tick(after(3_000)));
    press(&mut app, "4");
    app
}

#[test]
fn the_screen_of_the_deliveries_says_what_is_open_and_what_holds_up() {
    let mut app = busy();
    snapshots("delivery", &mut app);
    let drawn = screen(&mut app, (120, 40));
    for part in ["manual 4", "nothing new for 2.6 s: #1 is on attempt 4", "2.1 MB wait in the system"] {
        assert!(drawn.contains(part), "{part}\n{drawn}");
    }
}

#[test]
fn under_accept_the_screen_says_how_to_play_another_output() {
    let mut app = receiving(3);
    press(&mut app, "4");
    snapshots("delivery-auto", &mut app);
    assert!(press(&mut app, "a").is_empty());
    assert_eq!(notice(&app), "ack: no message is unacknowledged or waits for redelivery");
}

#[test]
fn the_selected_message_is_answered_and_the_reason_stands_where_it_cannot_be() {
    let mut app = busy();
    let [Effect::Engine(Command::Ack(MessageId(3)))] = press(&mut app, "a")[..] else {
        panic!("the oldest unacknowledged one is acked")
    };
    let [Effect::Engine(Command::Nack(MessageId(5)))] = press(&mut app, "jx")[..] else {
        panic!("the next one is nacked")
    };
    assert!(press(&mut app, "jx").is_empty());
    assert_eq!(notice(&app), "nack: message 1 is already nacked and waits for redelivery");
    assert!(press(&mut app, "a").is_empty());
    assert_eq!(notice(&app), "ack: message 1 waits for redelivery");
    let [Effect::Engine(Command::Undo(MessageId(1)))] = press(&mut app, "u")[..] else {
        panic!("a rejection is taken back")
    };
    assert!(press(&mut app, "ku").is_empty());
    assert_eq!(notice(&app), "undo nack: message 5 was not nacked");
}

#[test]
fn another_output_is_typed_and_a_wrong_one_says_why_and_stays() {
    let mut app = receiving(3);
    press(&mut app, "4o");
    assert!(screen(&mut app, (120, 40)).contains("› auto"));
    assert!(press(&mut app, "<ctrl-u>reject 130%<enter>").is_empty());
    let drawn = screen(&mut app, (160, 40));
    assert!(
        drawn.contains("the share must be between 0 and 100") && drawn.contains("› reject 130%"),
        "{drawn}"
    );
    let [Effect::Answer(ack_mode)] = &press(&mut app, "<ctrl-u>reject 30%<enter>")[..] else {
        panic!("it is one")
    };
    assert_eq!(ack_mode.to_string(), "reject 30%");
    tell(&mut app, [mode_event(900, "reject 30%")]);
    assert!(screen(&mut app, (120, 40)).contains("ack mode: reject 30%"));
    let [Effect::Answer(ack_mode)] = &press(&mut app, "O")[..] else { panic!("it is one") };
    assert_eq!(ack_mode, &AckMode::default(), "one key goes back to auto");
}

#[test]
fn a_person_answers_on_the_feed_and_jumps_between_deliveries() {
    let mut app = busy();
    press(&mut app, "1gg");
    tell(&mut app, [told(3_400, 1, 4, Verdict::Pending)]);
    press(&mut app, "f:1<enter>");
    assert_eq!(
        app.timeline.selected().map(|row| row.id.0),
        app.timeline.row_of_message(MessageId(1)).map(|row| row.0)
    );
    let [Effect::Engine(Command::Ack(MessageId(1))), ..] = press(&mut app, "a")[..] else {
        panic!("its last delivery is unacknowledged")
    };
    let at = |app: &App| app.timeline.selected().map(|row| row.id.0).unwrap_or_default();
    let first = at(&app);
    press(&mut app, "]");
    let second = at(&app);
    press(&mut app, "]]");
    let last = at(&app);
    assert!(first < second && second < last, "{first} {second} {last}");
    press(&mut app, "]");
    assert_eq!(notice(&app), "the feed shows no later delivery of message 1");
    press(&mut app, "[[[");
    assert_eq!(at(&app), first);
    snapshots("delivery-on-the-feed", &mut app);
}

#[test]
fn what_is_answered_or_sent_says_so() {
    let mut app = busy();
    press(&mut app, "1:2<enter>");
    assert!(press(&mut app, "a").is_empty());
    assert_eq!(notice(&app), "ack: message 2 is already acked");
    assert!(press(&mut app, "A").is_empty());
    assert_eq!(notice(&app), "ack marked: nothing is marked (space marks)");
    press(&mut app, ":3<enter> :5<enter> ");
    let [Effect::Engine(Command::All(commands))] = &press(&mut app, "X")[..] else {
        panic!("all are nacked")
    };
    assert!(
        matches!(commands[..], [Command::Nack(MessageId(3)), Command::Nack(MessageId(5))]),
        "{commands:?}"
    );
}

#[test]
fn replays_are_switched_live() {
    let mut app = busy();
    let [Effect::Engine(Command::Adjust { auto_replay_nacks: false })] = press(&mut app, "n")[..] else {
        panic!("it is a command of its own")
    };
    assert!(screen(&mut app, (120, 40)).contains("nacked: dropped"));
    assert!(app.form.changes().is_empty(), "it is what the session runs with");
}

#[test]
fn rejected_messages_are_exported_with_their_deliveries() {
    let mut app = busy();
    press(&mut app, "S");
    let effects = press(&mut app, "<ctrl-u>dead.jsonl<enter>");
    let [Effect::Save { path, purpose, contents }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((path.to_str(), *purpose), (Some("dead.jsonl"), Purpose::DeadLetters));
    let Contents::Bytes { bytes, count: 2 } = contents else { panic!("{contents:?}") };
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("it is JSON")).collect();
    let ids: Vec<_> = lines.iter().map(|line| line["id"].as_u64().unwrap_or(0)).collect();
    assert_eq!(ids, [1, 4]);
    let attempts: Vec<_> =
        lines[0]["deliveries"].as_array().expect("a list").iter().map(|one| one["verdict"].clone()).collect();
    assert_eq!(attempts, ["nacked", "nacked", "nacked"]);
}
