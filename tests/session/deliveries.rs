//! How delivered messages are answered and redelivered.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_nacked_message_is_redelivered_as_attempt_two() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    server.send_text("a").await;
    session.until(is_message).await;
    session.send(Command::Nack(MessageId(1)));
    let again =
        |kind: &EventKind| matches!(kind, EventKind::Delivery(run) if run.first.delivery.attempt == 2);
    let events = texts(&session.until(again).await);
    assert_eq!(events, ["1 attempt 1 Nacked (recalled)", "1 attempt 2 Acked"]);
}

#[tokio::test(start_paused = true)]
async fn a_nacked_message_is_dropped_when_replays_are_off() {
    let (mut session, mut connections) =
        start_session(Settings { auto_replay_nacks: false, ..settings() }, &[Answer::Accept]);
    let mut server = connections.next().await;
    server.send_text("a").await;
    session.until(is_message).await;
    session.send(Command::Nack(MessageId(1)));
    session.send(Command::Nack(MessageId(1)));
    let events = texts(&session.until(|kind| matches!(kind, EventKind::Refused { .. })).await);
    let refused = "refused nack: message 1 was dropped at attempt 1 and can no longer be answered";
    assert_eq!(events, ["1 attempt 1 Dropped (recalled)", refused]);
}

#[tokio::test(start_paused = true)]
async fn ids_continue_across_connections_and_old_messages_can_still_be_nacked() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    for text in ["a", "b"] {
        let mut server = connections.next().await;
        server.send_text(text).await;
        session.until(is_message).await;
    }
    session.send(Command::Nack(MessageId(1)));
    let events = texts(&session.until(|kind| matches!(kind, EventKind::Delivery(_))).await);
    assert_eq!(events.last().map(String::as_str), Some("1 attempt 1 Nacked (recalled)"));
    let mut server = connections.next().await;
    server.send_text("c").await;
    let events = texts(&session.until(is_message).await);
    assert_eq!(events.last().map(String::as_str), Some("3: c"));
}

#[tokio::test(start_paused = true)]
async fn a_message_that_arrives_with_the_handshake_is_the_first() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Greet]);
    let mut server = connections.next().await;
    let events = texts(&session.until(is_message).await);
    assert_eq!(events, ["connecting", "opened", "1: hello"]);
    server.send_text("again").await;
    assert_eq!(texts(&session.until(is_message).await), ["2: again"]);
}

#[tokio::test(start_paused = true)]
async fn under_manual_the_socket_is_not_read_beyond_the_limit() {
    let (mut session, mut connections) = start_with("manual 2", settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    for text in ["a", "b", "c", "d"] {
        server.send_text(text).await;
    }
    let mut events = texts(&session.until(|kind| matches!(kind, EventKind::ReadingPaused { .. })).await);
    assert_eq!(events.split_off(events.len() - 2), ["3 pending: c", "reading paused"]);
    assert_eq!(events.drain(..3).collect::<Vec<_>>(), ["ack mode manual 2", "connecting", "opened"]);
    // What one read brings is told together, and the network decides what that is.
    events.sort();
    assert_eq!(events, ["1 attempt 1 Pending", "1 pending: a", "2 attempt 1 Pending", "2 pending: b"]);
    session.send(Command::Ack(MessageId(2)));
    session.send(Command::Ack(MessageId(2)));
    session.send(Command::Nack(MessageId(7)));
    session.send(Command::SetAckMode(AckMode::default()));
    let is_fourth = |kind: &EventKind| match kind {
        EventKind::Messages(batch) => batch.first.0 == 4,
        _ => false,
    };
    let events = texts(&session.until(is_fourth).await);
    let refused = "refused ack: message 2 is already acked at attempt 1";
    assert!(events.iter().any(|line| line == refused), "{events:?}");
    assert!(
        events
            .iter()
            .any(|line| line == "refused nack: message 7 has not been received yet: the last one is 3")
    );
    let order = [
        "2 attempt 1 Acked",
        "3 attempt 1 Pending",
        "ack mode auto",
        "1 attempt 1 Acked",
        "3 attempt 1 Acked",
        "4",
    ];
    let at = |line: &&str| events.iter().position(|own| own.starts_with(line));
    let places: Vec<_> = order.iter().map(at).collect();
    assert!(places.is_sorted() && places.iter().all(Option::is_some), "{events:?}");
}

#[tokio::test(start_paused = true)]
async fn pings_are_answered_only_after_the_socket_is_read_again() {
    let (mut session, mut connections) = start_with("manual 1", settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    server.send_text("a").await;
    server.send_text("b").await;
    server.send_frame(PING, b"still there?").await;
    session.until(|kind| matches!(kind, EventKind::ReadingPaused { .. })).await;
    assert!(timeout(SECOND, server.receive()).await.is_err(), "nothing is read, so nothing is answered");
    session.send(Command::Ack(MessageId(1)));
    session.until(|kind| matches!(kind, EventKind::Control(_))).await;
    let frame = server.receive().await.expect("it is answered");
    assert_eq!((frame.opcode, frame.payload.as_slice()), (PONG, &b"still there?"[..]));
}

#[tokio::test(start_paused = true)]
async fn the_first_two_replays_are_immediate_and_later_ones_follow_a_pause() {
    let (mut session, mut connections) = start_with("reject first 4", settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    server.send_text("a").await;
    let start = Instant::now();
    let events = texts(
        &session
            .until(|kind| matches!(kind, EventKind::Delivery(run) if run.first.delivery.attempt == 5))
            .await,
    );
    let expected = [
        "1 nacked: a",
        "1 attempt 2 Nacked",
        "1 attempt 3 Nacked",
        "1 waits for attempt 4",
        "1 attempt 4 Nacked",
        "1 waits for attempt 5",
        "1 attempt 5 Acked",
    ];
    assert_eq!(events[3..], expected);
    let took = start.elapsed();
    assert!((ms(500)..=ms(1_600)).contains(&took), "two pauses of about half a second: {took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_dropped_message_is_reported_once_and_one_that_waits_at_the_end_is_lost() {
    let off = Settings { auto_replay_nacks: false, ..settings() };
    let (mut session, mut connections) = start_with("reject all", off, &[Answer::Accept]);
    let mut server = connections.next().await;
    server.send_text("a").await;
    server.send_text("b").await;
    let events = session.until(|kind| matches!(kind, EventKind::Messages(batch) if batch.first.0 == 2)).await;
    let codes = |events: &[Event]| {
        let code = |event: &Event| match &event.kind {
            EventKind::Finding(finding) => Some(finding.code.to_string()),
            _ => None,
        };
        events.iter().filter_map(code).collect::<Vec<_>>()
    };
    assert_eq!(codes(&events), ["nack-dropped"]);
    session.send(Command::Adjust { auto_replay_nacks: true });
    server.send_text("c").await;
    session.until(|kind| matches!(kind, EventKind::ReplayWaits(_))).await;
    session.send(Command::Stop);
    let mut events = Vec::new();
    while let Some(event) = session.next().await {
        events.push(event);
    }
    assert_eq!(codes(&events), ["replay-holds-up", "replays-lost"]);
    assert!(texts(&events).contains(&"3 attempt 3 Lost".to_owned()), "{:?}", texts(&events));
}

#[tokio::test(start_paused = true)]
async fn without_a_connection_a_nacked_message_waits_for_the_next_one() {
    let (mut session, mut connections) = start_with("manual 8", settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    server.send_text("a").await;
    session.until(is_message).await;
    drop(server);
    session.until(|kind| matches!(kind, EventKind::Lost(_))).await;
    session.send(Command::Nack(MessageId(1)));
    let events = texts(
        &session
            .until(|kind| matches!(kind, EventKind::Delivery(run) if run.first.delivery.attempt == 2))
            .await,
    );
    let nacked = events.iter().position(|line| line == "1 attempt 1 Nacked").expect("it is nacked");
    let opened = events.iter().position(|line| line == "opened").expect("it reconnects");
    assert!(nacked < opened, "{events:?}");
    assert_eq!(events.last().map(String::as_str), Some("1 attempt 2 Pending"));
}

#[tokio::test(start_paused = true)]
async fn a_nack_can_be_undone_while_the_message_waits() {
    let (mut session, mut connections) = start_with("manual 8", settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    server.send_text("a").await;
    session.until(is_message).await;
    for _ in 0..3 {
        session.send(Command::Nack(MessageId(1)));
    }
    session.until(|kind| matches!(kind, EventKind::ReplayWaits(_))).await;
    session.send(Command::Undo(MessageId(1)));
    session.send(Command::Undo(MessageId(1)));
    let events = texts(&session.until(|kind| matches!(kind, EventKind::Refused { .. })).await);
    assert_eq!(events, ["1 attempt 3 Pending (recalled)", "refused undo: message 1 was already redelivered"]);
}
