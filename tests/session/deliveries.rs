//! What becomes of messages after they were delivered.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_nacked_message_is_redelivered_as_attempt_two() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    visit.text("a").await;
    session.until(is_message).await;
    session.send(Command::Nack(MessageId(1)));
    let again = |kind: &EventKind| matches!(kind, EventKind::Delivery(told) if told.delivery.attempt == 2);
    let told = story(&session.until(again).await);
    assert_eq!(told, ["1 attempt 1 Nacked (recalled)", "1 attempt 2 Acked"]);
}

#[tokio::test(start_paused = true)]
async fn a_nacked_message_is_dropped_when_replays_are_off() {
    let (mut session, mut visits) =
        begin(Settings { auto_replay_nacks: false, ..settings() }, &[Answer::Auto]);
    let mut visit = visits.next().await;
    visit.text("a").await;
    session.until(is_message).await;
    session.send(Command::Nack(MessageId(1)));
    session.send(Command::Nack(MessageId(1)));
    let told = story(&session.until(|kind| matches!(kind, EventKind::Refused { .. })).await);
    let refused = "refused nack: message 1 was dropped at attempt 1 and can no longer be answered";
    assert_eq!(told, ["1 attempt 1 Dropped (recalled)", refused]);
}

#[tokio::test(start_paused = true)]
async fn ids_count_on_across_connections_and_old_messages_can_still_be_nacked() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
    for text in ["a", "b"] {
        let mut visit = visits.next().await;
        visit.text(text).await;
        session.until(is_message).await;
    }
    session.send(Command::Nack(MessageId(1)));
    let told = story(&session.until(|kind| matches!(kind, EventKind::Delivery(_))).await);
    assert_eq!(told.last().map(String::as_str), Some("1 attempt 1 Nacked (recalled)"));
    let mut visit = visits.next().await;
    visit.text("c").await;
    let told = story(&session.until(is_message).await);
    assert_eq!(told.last().map(String::as_str), Some("3: c"));
}

#[tokio::test(start_paused = true)]
async fn a_message_that_came_with_the_handshake_is_the_first() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Greet]);
    let mut visit = visits.next().await;
    let told = story(&session.until(is_message).await);
    assert_eq!(told, ["connecting", "opened", "1: hello"]);
    visit.text("again").await;
    assert_eq!(story(&session.until(is_message).await), ["2: again"]);
}

#[tokio::test(start_paused = true)]
async fn a_person_answers_and_beyond_the_limit_the_socket_is_not_read() {
    let (mut session, mut visits) = begin_under("manual 2", settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    for text in ["a", "b", "c", "d"] {
        visit.text(text).await;
    }
    let told = story(&session.until(|kind| matches!(kind, EventKind::ReadingPaused { .. })).await);
    assert_eq!(
        told,
        ["ack mode manual 2", "connecting", "opened", "1 pending: a", "2 pending: b", "reading paused"]
    );
    session.send(Command::Ack(MessageId(2)));
    session.send(Command::Ack(MessageId(2)));
    session.send(Command::Nack(MessageId(7)));
    session.send(Command::SetAckMode(AckMode::Auto));
    let told =
        story(&session.until(|kind| matches!(kind, EventKind::Messages(batch) if batch.first.0 == 4)).await);
    let refused = "refused ack: message 2 is already acked at attempt 1";
    assert!(told.iter().any(|line| line == refused), "{told:?}");
    assert!(
        told.iter()
            .any(|line| line == "refused nack: message 7 has not been received yet: the last one is 3")
    );
    let order = [
        "2 attempt 1 Acked",
        "3 pending: c",
        "ack mode auto",
        "1 attempt 1 Acked",
        "3 attempt 1 Acked",
        "4: d",
    ];
    let places: Vec<_> = order.iter().map(|line| told.iter().position(|own| own == line)).collect();
    assert!(places.is_sorted() && places.iter().all(Option::is_some), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn pings_go_unanswered_while_the_output_is_full_and_are_answered_after() {
    let (mut session, mut visits) = begin_under("manual 1", settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    visit.text("a").await;
    visit.text("b").await;
    visit.say(PING, b"still there?").await;
    session.until(|kind| matches!(kind, EventKind::ReadingPaused { .. })).await;
    assert!(timeout(SECOND, visit.hear()).await.is_err(), "nothing is read, so nothing is answered");
    session.send(Command::Ack(MessageId(1)));
    session.until(|kind| matches!(kind, EventKind::Control(_))).await;
    let heard = visit.hear().await.expect("it is answered");
    assert_eq!((heard.opcode, heard.payload.as_slice()), (PONG, &b"still there?"[..]));
}

#[tokio::test(start_paused = true)]
async fn a_rejected_message_comes_again_at_once_twice_and_then_after_a_pause() {
    let (mut session, mut visits) = begin_under("reject first 4", settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    visit.text("a").await;
    visit.text("b").await;
    let began = Instant::now();
    let told =
        story(&session.until(|kind| matches!(kind, EventKind::Messages(batch) if batch.first.0 == 2)).await);
    let expected = [
        "1 nacked: a",
        "1 attempt 2 Nacked",
        "1 attempt 3 Nacked",
        "1 waits for attempt 4",
        "1 attempt 4 Nacked",
        "1 waits for attempt 5",
        "1 attempt 5 Acked",
        "2 nacked: b",
    ];
    assert_eq!(told[3..], expected);
    let took = began.elapsed();
    assert!((ms(500)..=ms(1_600)).contains(&took), "two pauses of about half a second: {took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_dropped_message_is_found_once_and_one_that_waits_at_the_end_is_lost() {
    let off = Settings { auto_replay_nacks: false, ..settings() };
    let (mut session, mut visits) = begin_under("reject all", off, &[Answer::Auto]);
    let mut visit = visits.next().await;
    visit.text("a").await;
    visit.text("b").await;
    let told = session.until(|kind| matches!(kind, EventKind::Messages(batch) if batch.first.0 == 2)).await;
    let codes = |events: &[Event]| {
        let code = |event: &Event| match &event.kind {
            EventKind::Finding(finding) => Some(finding.code.to_string()),
            _ => None,
        };
        events.iter().filter_map(code).collect::<Vec<_>>()
    };
    assert_eq!(codes(&told), ["nack-dropped"]);
    session.send(Command::Adjust { auto_replay_nacks: true });
    visit.text("c").await;
    session.until(|kind| matches!(kind, EventKind::ReplayWaits(_))).await;
    session.send(Command::Stop);
    let mut told = Vec::new();
    while let Some(event) = session.next().await {
        told.push(event);
    }
    assert_eq!(codes(&told), ["replay-holds-up", "replays-lost"]);
    assert!(story(&told).contains(&"3 attempt 3 Lost".to_owned()), "{:?}", story(&told));
}

#[tokio::test(start_paused = true)]
async fn without_a_connection_a_rejected_message_waits_for_the_next_one() {
    let (mut session, mut visits) = begin_under("manual 8", settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    visit.text("a").await;
    session.until(is_message).await;
    drop(visit);
    session.until(|kind| matches!(kind, EventKind::Lost(_))).await;
    session.send(Command::Nack(MessageId(1)));
    let told = story(
        &session.until(|kind| matches!(kind, EventKind::Delivery(told) if told.delivery.attempt == 2)).await,
    );
    let nacked = told.iter().position(|line| line == "1 attempt 1 Nacked").expect("it is told");
    let opened = told.iter().position(|line| line == "opened").expect("it is opened again");
    assert!(nacked < opened, "{told:?}");
    assert_eq!(told.last().map(String::as_str), Some("1 attempt 2 Pending"));
}

#[tokio::test(start_paused = true)]
async fn a_nack_is_taken_back_while_the_message_waits() {
    let (mut session, mut visits) = begin_under("manual 8", settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    visit.text("a").await;
    session.until(is_message).await;
    for _ in 0..3 {
        session.send(Command::Nack(MessageId(1)));
    }
    session.until(|kind| matches!(kind, EventKind::ReplayWaits(_))).await;
    session.send(Command::Undo(MessageId(1)));
    session.send(Command::Undo(MessageId(1)));
    let told = story(&session.until(|kind| matches!(kind, EventKind::Refused { .. })).await);
    assert_eq!(told, ["1 attempt 3 Pending (recalled)", "refused undo: message 1 was already redelivered"]);
}
