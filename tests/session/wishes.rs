//! Stop, reconnect, connect.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_stop_closes_with_1000_and_ends_when_the_server_has_answered() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    session.until(is_open).await;
    session.send(Command::Stop);
    assert_eq!(visit.hear().await, Some(normal_close()));
    visit.text("still in flight").await;
    visit.say(PING, b"and this").await;
    visit.close(1000, "").await;
    visit.io.shutdown().await.expect("a pipe can be closed");
    assert_eq!(visit.hear().await, None, "nothing follows a close frame");
    let told = session.rest().await;
    // A stop ends the intake: a message that comes after it is no part of the session.
    assert_eq!(told[..2], ["Out close Some(1000) ", "In ping and this"]);
    assert_eq!(told[2], "In close Some(1000) ");
    assert!(told[3].ends_with("and the server agreed"), "{}", told[3]);
    assert_eq!(told[4..], ["ended, stopped: 0 messages, 1 connections"]);
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_soon_even_if_the_server_does_not_answer() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    session.until(is_open).await;
    let start = Instant::now();
    session.send(Command::Stop);
    let told = session.rest().await;
    assert_pauses(&[start.elapsed()], &[STOP_LIMIT]);
    assert_eq!(
        told,
        [
            "Out close Some(1000) ",
            "lost after 0 messages: this side closed, and the server did not answer in time",
            "ended, stopped: 0 messages, 1 connections",
        ]
    );
    assert_eq!((visit.hear().await, visit.hear().await), (Some(normal_close()), None));
}

#[tokio::test(start_paused = true)]
async fn a_stop_is_heard_while_connecting_and_while_waiting() {
    for answer in [Answer::Hang, Answer::Refuse] {
        let (mut session, _visits) = begin(settings(), &[answer]);
        let told = |kind: &EventKind| match answer {
            Answer::Hang => matches!(kind, EventKind::StageStarted(_)),
            _ => is_retry(kind),
        };
        session.until(told).await;
        let start = Instant::now();
        session.send(Command::Stop);
        let during = if matches!(answer, Answer::Hang) { " during tcp" } else { "" };
        assert_eq!(session.rest().await, [format!("ended, stopped{during}: 0 messages, 1 connections")]);
        assert_eq!(start.elapsed(), Duration::ZERO);
    }
}

#[tokio::test(start_paused = true)]
async fn a_dropped_handle_is_a_stop() {
    let (Session { handle, mut events, .. }, mut visits) = begin(settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    drop(handle);
    assert_eq!(visit.hear().await, Some(normal_close()));
    drop(visit);
    let mut all = Vec::new();
    while let Some(events) = events.recv().await {
        all.extend(events);
    }
    assert_eq!(story(&all).last().map(String::as_str), Some("ended, stopped: 0 messages, 1 connections"));
}

#[tokio::test(start_paused = true)]
async fn a_session_that_nobody_listens_to_ends() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    session.until(is_open).await;
    let Session { handle, events, .. } = session;
    let start = Instant::now();
    drop(events);
    assert_eq!(visit.hear().await, Some(normal_close()));
    assert_eq!(start.elapsed(), Duration::ZERO);
    visit.close(1000, "").await;
    assert_eq!(visit.hear().await, None);
    drop(handle);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_nobody_ever_listened_to_ends() {
    let (Session { handle, events, .. }, _visits) = begin(settings(), &[Answer::Refuse]);
    drop(events);
    sleep(ms(1)).await;
    assert_eq!(handle.send(Command::Reconnect), Err(HandleError::Ended));
}

#[tokio::test(start_paused = true)]
async fn a_reconnect_cuts_the_wait_short() {
    let (mut session, visits) = begin(settings(), &[Answer::Refuse]);
    session.until(is_retry).await;
    session.send(Command::Reconnect);
    let told = session.until(is_retry).await;
    assert_eq!(story(&told), ["connecting", "failed at tcp", "retry 2 left None"]);
    assert_eq!(visits.pauses(), [Duration::ZERO]);
}

#[tokio::test(start_paused = true)]
async fn a_reconnect_closes_what_is_open_and_connects_at_once() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    session.until(is_open).await;
    session.send(Command::Reconnect);
    assert_eq!(visit.hear().await, Some(normal_close()));
    visit.close(1000, "").await;
    drop(visit);
    let told = session.until(is_open).await;
    assert_eq!(story(&told)[3..], ["connecting", "opened"]);
    assert_eq!(visits.pauses(), [Duration::ZERO]);
    let connections: Vec<u32> = told.iter().map(|event| event.connection.0).collect();
    assert!(
        connections.is_sorted() && connections.first() == Some(&1) && connections.last() == Some(&2),
        "{connections:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_connect_takes_the_new_settings_to_the_next_connection() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
    let visit = visits.next().await;
    session.until(is_open).await;
    let other = Settings { max_message_size: 7, auto_replay_nacks: false, ..settings() };
    session.send(Command::Connect(Box::new(other.clone())));
    drop(visit);
    let mut visit = visits.next().await;
    assert_eq!(*visit.settings, other);
    visit.text("12345678").await;
    assert_eq!(
        visit.hear().await.map(|heard| heard.payload[..2].to_vec()),
        Some(1009u16.to_be_bytes().to_vec())
    );
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_hangs_is_given_up_for_another() {
    for wish in [Command::Reconnect, Command::Connect(Box::new(settings()))] {
        let (mut session, mut visits) = begin(settings(), &[Answer::Hang, Answer::Auto]);
        session.until(|kind| matches!(kind, EventKind::StageStarted(_))).await;
        session.send(wish);
        let told = session.until(is_open).await;
        assert_eq!(story(&told), ["connecting", "opened"]);
        assert_eq!(visits.pauses(), [Duration::ZERO]);
        drop(visits.next().await);
    }
}

#[tokio::test(start_paused = true)]
async fn a_wish_after_a_stop_is_refused() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
    let visit = visits.next().await;
    session.until(is_open).await;
    session.send(Command::Stop);
    session.send(Command::Reconnect);
    let told = session.rest().await;
    assert!(told.contains(&"refused reconnect: the session is ending".to_owned()), "{told:?}");
    assert_eq!(told.last().map(String::as_str), Some("ended, stopped: 0 messages, 1 connections"));
    assert!(session.handle.send(Command::Stop).is_err(), "there is nobody left to ask");
    drop(visit);
}
