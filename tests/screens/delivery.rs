//! Screen 4 and the answers to messages: what is shown of them, and what their keys ask for.

use std::time::Duration;

use bytes::Bytes;
use sockeye::{
    ack::{AckMode, Stages},
    app::{App, Contents, Effect, Input, Purpose, press, update},
    session::{
        ActiveAckMode, BackPressure, Command, Control, ControlKind, Delivery, DeliveryUpdate, Direction,
        Event, EventKind, Kind, MessageId, Pause, Place, ReplayWaits, Verdict, Whereabouts,
    },
};

use super::{screen, snapshots, snapshots_of, story::*};

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
    event(
        millis,
        1,
        EventKind::Delivery(DeliveryUpdate { id: MessageId(id), delivery, recalled: false }.into()),
    )
}

fn notice(app: &App) -> &str {
    app.notice.as_ref().map_or("", |notice| notice.message.as_str())
}

fn place(ids: impl IntoIterator<Item = u64>) -> Place {
    ids.into_iter().map(MessageId).collect()
}

fn whereabouts(millis: u64, whereabouts: Whereabouts) -> Event {
    event(millis, 1, EventKind::Whereabouts(whereabouts.into()))
}

fn pong(millis: u64) -> Event {
    let kind = ControlKind::Pong { payload: Bytes::new(), round_trip: None };
    event(millis, 1, EventKind::Control(Control { direction: Direction::Out, kind }))
}

/// The socket is not read, for this reason.
fn not_read(millis: u64, why: Pause) -> Event {
    event(millis, 1, EventKind::ReadingPaused { why, read_ahead: 1_200 })
}

/// How much of the seconds before was not read.
fn pressure(millis: u64, seconds: u64, paused: u64) -> impl Iterator<Item = Event> {
    let paused = Duration::from_millis(paused);
    let pressure = BackPressure { paused, read_ahead: 1_200, unread: Some(2_100_000) };
    (0..seconds).map(move |nth| event(millis + nth * 1_000, 1, EventKind::BackPressure(pressure)))
}

/// The screen at this moment, at the three sizes of this screen.
fn shown(name: &str, millis: u64, app: &mut App) -> String {
    update(app, Input::Tick(after(millis)));
    press(app, "4");
    snapshots_of(name, app, &[(80, 24), (120, 36), (200, 50)]);
    screen(app, (200, 50))
}

#[track_caller]
fn assert_says(drawn: &str, parts: &[&str]) {
    for part in parts {
        assert!(drawn.contains(part), "{part}\n{drawn}");
    }
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
    let waiting = Whereabouts {
        read_ahead: place([6]),
        output: place([3, 5]),
        rejected: place([1, 4]),
        ..Whereabouts::default()
    };
    tell(&mut app, [whereabouts(1_100, waiting)]);
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
    snapshots_of("delivery", &mut app, &[(200, 50)]);
    let drawn = screen(&mut app, (120, 40));
    assert_says(&drawn, &["manual 4", "nothing new for 2.6 s: #1 is on attempt 4", "2.1 MB in the system"]);
}

#[test]
fn an_output_that_is_full_shows_how_far_back_the_messages_stand() {
    let mut app = app();
    tell(&mut app, [mode_event(0, "slow 2s in-flight:4 threads:1")]);
    tell(&mut app, opened(1, 0));
    for nth in 0..3 {
        tell(&mut app, [ping(1_000 + nth * 20_000), pong(1_001 + nth * 20_000)]);
    }
    tell(&mut app, pending(42_000, 1_201, 4));
    let full = Whereabouts {
        read_ahead: place([1_207]),
        offered: place([1_206]),
        threads: place([1_205]),
        output: place(1_201..1_205),
        ..Whereabouts::default()
    };
    tell(&mut app, [whereabouts(42_200, full), not_read(42_300, Pause::InFlight)]);
    tell(&mut app, pressure(43_000, 5, 1_000));
    let drawn = shown("delivery-slow", 75_100, &mut app);
    assert_says(
        &drawn,
        &[
            "1.2 kB unread + 2.1 MB in the system",
            "in output     ↓ │ 4 of 4  ■■■■  #1,201 #1,202 #1,203 #1,204",
            "the output is full (#1,201 for 33.1 s)",
            "the offered message is not taken",
            "pings come every 20 s",
            "was answered 34 s ago",
        ],
    );
}

#[test]
fn a_poison_message_shows_its_pause_and_what_stands_before_and_behind_it() {
    let mut app = app();
    tell(&mut app, [mode_event(0, "reject /poison/ delay:20ms threads:2")]);
    tell(&mut app, opened(1, 0));
    tell(&mut app, pending(400, 3, 2));
    for attempt in 1..5 {
        tell(&mut app, [told(400, 3, attempt, Verdict::Nacked), told(450, 3, attempt + 1, Verdict::Pending)]);
    }
    tell(&mut app, [told(460, 3, 5, Verdict::Nacked), told(470, 4, 1, Verdict::Nacked)]);
    let waits = ReplayWaits { id: MessageId(3), attempt: 6, delay: Duration::from_millis(3_230) };
    let pausing = Whereabouts {
        read_ahead: place([10]),
        threads: place(5..8),
        output: place([9]),
        rejected: place([3, 4]),
        ..Whereabouts::default()
    };
    let told = [event(470, 1, EventKind::ReplayWaits(waits)), whereabouts(500, pausing)];
    tell(&mut app, told.into_iter().chain([not_read(500, Pause::Replay)]).chain(pressure(1_000, 2, 900)));
    let drawn = shown("delivery-poison", 3_000, &mut app);
    assert_says(
        &drawn,
        &[
            "threads       2, hold 5",
            "in threads    ↓ │ 3 of 5  ■■■··  #5 #6 #7",
            "redelivery    └─┘ 2       #3 attempt 6 in 0.7 s · #4",
            "not read for 2.5 s: the input pauses before",
            "that come meanwhile",
        ],
    );
    update(&mut app, Input::Tick(after(3_800)));
    assert_says(&screen(&mut app, (120, 36)), &["└─┘ 2       #3 attempt 6 · #4"]);
}

#[test]
fn rejected_messages_wait_for_the_next_connection() {
    let mut app = app();
    tell(&mut app, [mode_event(0, "manual 4")]);
    tell(&mut app, opened(1, 0));
    tell(&mut app, pending(400, 1, 3));
    tell(&mut app, [told(500, 1, 1, Verdict::Nacked), told(600, 2, 1, Verdict::Nacked)]);
    tell(&mut app, lost(700));
    let left = Whereabouts { output: place([3]), rejected: place([1, 2]), ..Whereabouts::default() };
    tell(&mut app, [whereabouts(700, left), retry(710, 1, 800, 0)]);
    let drawn = shown("delivery-disconnected", 900, &mut app);
    assert_says(
        &drawn,
        &[
            "│   no connection",
            "#1 attempt 2 · #2",
            "the next connection redelivers 2 messages",
            "you answer",
        ],
    );
}

#[test]
fn a_socket_that_is_read_as_messages_are_taken_is_not_said_to_be_unread() {
    let mut app = app();
    tell(&mut app, [mode_event(0, "slow 400ms")]);
    tell(&mut app, opened(1, 0));
    tell(&mut app, pending(400, 1, 1).into_iter().chain([not_read(700, Pause::InFlight)]));
    tell(&mut app, pending(5_000, 2, 1));
    update(&mut app, Input::Tick(after(5_300)));
    press(&mut app, "4");
    assert_says(&screen(&mut app, (200, 50)), &["read message by message for 4.6 s", "answered late"]);
    update(&mut app, Input::Tick(after(9_000)));
    assert_says(&screen(&mut app, (200, 50)), &["not read for 4.0 s: the offered message is not taken"]);
}

#[test]
fn the_numbers_of_the_bench_are_changed_by_a_key_each() {
    let mut app = app();
    tell(&mut app, opened(1, 0));
    tell(&mut app, [mode_event(1, "reject BTC delay:20ms in-flight:3")]);
    press(&mut app, "4");
    for (key, text, said) in [
        ("+", "reject BTC delay:20ms in-flight:4", "in flight 4"),
        ("-", "reject BTC delay:20ms in-flight:2", "in flight 2"),
        ("t", "reject BTC delay:20ms in-flight:3 threads:1", "threads 1"),
    ] {
        let [Effect::Answer(ack_mode)] = &press(&mut app, key)[..] else { panic!("{key} sets it") };
        assert_eq!((ack_mode.to_string().as_str(), notice(&app)), (text, said));
    }
    assert!(press(&mut app, "T").is_empty());
    assert_eq!(notice(&app), "fewer threads: there are no threads before the output");
    tell(&mut app, [mode_event(2, "auto threads:2")]);
    assert!(press(&mut app, "-").is_empty());
    assert_eq!(notice(&app), "fewer in flight: the output takes one message at a time");
    let [Effect::Answer(ack_mode)] = &press(&mut app, "T")[..] else { panic!("it sets them") };
    assert_eq!(ack_mode.to_string(), "auto threads:1");
    let mut masked = ActiveAckMode::of(&parsed("reject key"), parsed("reject key").width(&Stages::default()));
    masked.text = "reject •••".to_owned();
    tell(&mut app, [event(3, 1, EventKind::AckMode(masked))]);
    assert!(press(&mut app, "+").is_empty());
    assert_eq!(notice(&app), "more in flight: the ack mode holds a secret; o asks for all of it");
}

#[test]
fn the_keys_start_from_what_the_file_says() {
    let mut app = app();
    tell(&mut app, opened(1, 0));
    let stages = Stages { max_in_flight: 64, threads: Some(-1), others: 2, cores: 8 };
    let active = ActiveAckMode::of(&parsed("auto"), parsed("auto").width(&stages));
    tell(&mut app, [event(1, 1, EventKind::AckMode(active))]);
    press(&mut app, "4");
    for (key, text) in [
        ("+", "auto in-flight:70"),
        ("-", "auto in-flight:60"),
        ("t", "auto threads:9"),
        ("T", "auto threads:7"),
    ] {
        let [Effect::Answer(ack_mode)] = &press(&mut app, key)[..] else { panic!("{key} sets it") };
        assert_eq!(ack_mode.to_string(), text);
    }
    tell(
        &mut app,
        [event(
            2,
            1,
            EventKind::AckMode(ActiveAckMode::of(&parsed("reject x"), parsed("reject x").width(&stages))),
        )],
    );
    assert_says(&screen(&mut app, (200, 50)), &["threads       8, hold 19"]);
}

#[test]
fn numbers_beyond_the_limits_are_refused_with_the_limits() {
    let mut app = app();
    tell(&mut app, opened(1, 0));
    press(&mut app, "4");
    for (text, key, said) in [
        (
            "auto in-flight:10000",
            "+",
            "the number of messages in flight must be between 1 and 10000, not 11000",
        ),
        (
            "auto threads:1000",
            "t",
            "the number of threads must be between 0 and 1024, or -1 for one on each core, not 2000",
        ),
    ] {
        tell(&mut app, [mode_event(1, text)]);
        assert!(press(&mut app, key).is_empty());
        assert_eq!(notice(&app), said);
    }
    for (typed, said) in [
        ("auto in-flight:0", "must be between 1 and 10000, not 0"),
        ("auto threads:1025", "not 1025"),
        ("slow 2h", "a delay is at most 1h"),
        ("manual delay:1s", "takes no delay"),
    ] {
        assert!(press(&mut app, &format!("o<ctrl-u>{typed}<enter>")).is_empty(), "{typed}");
        assert_says(&screen(&mut app, (200, 50)), &[said]);
        press(&mut app, "<esc>");
    }
}

#[test]
fn a_message_that_is_read_and_not_delivered_says_so_on_the_feed() {
    let mut app = busy();
    let EventKind::Messages(read) = batch(6, &[(Kind::Text, b"{}")]) else { unreachable!("it is a batch") };
    let read = sockeye::session::Batch { verdict: Verdict::Pending, ..read };
    tell(&mut app, [event(3_100, 1, EventKind::Messages(read))]);
    press(&mut app, "1G<enter>");
    assert_says(&screen(&mut app, (160, 40)), &["#6 · text · JSON · read, not delivered yet"]);
    assert!(press(&mut app, "a").is_empty());
    assert_eq!(notice(&app), "ack: message 6 is read and not delivered yet");
    tell(&mut app, [told(3_200, 6, 1, Verdict::Pending)]);
    assert_says(&screen(&mut app, (160, 40)), &["#6 · text · JSON · 2 B · delivered"]);
}

#[test]
fn under_accept_the_screen_says_how_to_play_another_output() {
    let mut app = receiving(3);
    press(&mut app, "4");
    snapshots("delivery-auto", &mut app);
    shown("delivery-auto-idle", 5_000, &mut app);
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
    let Contents::Bytes { bytes, count: 2, .. } = contents else { panic!("{contents:?}") };
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("it is JSON")).collect();
    let ids: Vec<_> = lines.iter().map(|line| line["id"].as_u64().unwrap_or(0)).collect();
    assert_eq!(ids, [1, 4]);
    let attempts: Vec<_> =
        lines[0]["deliveries"].as_array().expect("a list").iter().map(|one| one["verdict"].clone()).collect();
    assert_eq!(attempts, ["nacked", "nacked", "nacked"]);
}

#[test]
fn a_filter_by_answers_is_judged_anew_when_an_answer_changes() {
    let mut app = app();
    tell(&mut app, opened(1, 0));
    tell(&mut app, pending(300, 1, 5));
    press(&mut app, "/ack:nacked<enter>");
    let messages = |app: &App| app.timeline.filter_view().map(sockeye::app::FilterView::matches);
    let numbers = |app: &App| {
        app.timeline
            .visible(20)
            .filter_map(|row| app.timeline.message_at(row.id))
            .map(|id| id.0)
            .collect::<Vec<_>>()
    };
    assert_eq!(messages(&app), Some(0));
    tell(&mut app, [told(400, 4, 1, Verdict::Nacked), told(410, 2, 1, Verdict::Nacked)]);
    assert_eq!((messages(&app), numbers(&app)), (Some(2), vec![2, 4]), "in the order in which they came");
    tell(&mut app, [told(420, 4, 1, Verdict::Pending)]);
    assert_eq!((messages(&app), numbers(&app)), (Some(1), vec![2]), "its nack was undone");
    // The second attempt is pending; that of which it is one is too.
    tell(&mut app, [told(430, 2, 2, Verdict::Pending)]);
    assert_eq!(messages(&app), Some(0));
    tell(&mut app, [told(440, 2, 2, Verdict::Nacked)]);
    assert_eq!(messages(&app), Some(2), "the message and its second delivery");
    press(&mut app, "<esc>\\ack:acked<enter>");
    tell(&mut app, [told(450, 1, 1, Verdict::Acked), told(460, 5, 1, Verdict::Acked)]);
    press(&mut app, "gn");
    assert_eq!(notice(&app), "match 1 of 2");
}
