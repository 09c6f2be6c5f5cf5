//! The commands stop, reconnect and connect.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_stop_closes_with_1000_and_ends_when_the_server_has_answered() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    session.until(is_open).await;
    session.send(Command::Stop);
    assert_eq!(server.receive().await, Some(normal_close()));
    server.send_text("still in flight").await;
    server.send_frame(PING, b"and this").await;
    server.close(1000, "").await;
    server.io.shutdown().await.expect("a pipe can be closed");
    assert_eq!(server.receive().await, None, "nothing follows a close frame");
    let events = session.rest().await;
    // After a stop, messages no longer belong to the session.
    assert_eq!(events[..2], ["Out close Some(1000) ", "In ping and this"]);
    assert_eq!(events[2], "In close Some(1000) ");
    assert!(events[3].ends_with("and the server agreed"), "{}", events[3]);
    assert_eq!(events[4..], ["ended, stopped: 0 messages, 1 connections"]);
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_soon_even_if_the_server_does_not_answer() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    session.until(is_open).await;
    let start = Instant::now();
    session.send(Command::Stop);
    let events = session.rest().await;
    assert_pauses(&[start.elapsed()], &[STOP_LIMIT]);
    assert_eq!(
        events,
        [
            "Out close Some(1000) ",
            "lost after 0 messages: this side closed, and the server did not answer in time",
            "ended, stopped: 0 messages, 1 connections",
        ]
    );
    assert_eq!((server.receive().await, server.receive().await), (Some(normal_close()), None));
}

#[tokio::test(start_paused = true)]
async fn a_stop_takes_effect_while_connecting_and_while_waiting() {
    for answer in [Answer::Hang, Answer::Refuse] {
        let (mut session, _connections) = start_session(settings(), &[answer]);
        let is_under_way = |kind: &EventKind| match answer {
            Answer::Hang => matches!(kind, EventKind::StageStarted(_)),
            _ => is_retry(kind),
        };
        session.until(is_under_way).await;
        let start = Instant::now();
        session.send(Command::Stop);
        let during = if matches!(answer, Answer::Hang) { " during tcp" } else { "" };
        assert_eq!(session.rest().await, [format!("ended, stopped{during}: 0 messages, 1 connections")]);
        assert_eq!(start.elapsed(), Duration::ZERO);
    }
}

#[tokio::test(start_paused = true)]
async fn dropping_the_handle_stops_the_session() {
    let (Session { handle, mut events, .. }, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    drop(handle);
    assert_eq!(server.receive().await, Some(normal_close()));
    drop(server);
    let mut all = Vec::new();
    while let Some(batch) = events.recv().await {
        all.extend(batch);
    }
    assert_eq!(texts(&all).last().map(String::as_str), Some("ended, stopped: 0 messages, 1 connections"));
}

#[tokio::test(start_paused = true)]
async fn dropping_the_receiver_stops_the_session() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    session.until(is_open).await;
    let Session { handle, events, .. } = session;
    let start = Instant::now();
    drop(events);
    assert_eq!(server.receive().await, Some(normal_close()));
    assert_eq!(start.elapsed(), Duration::ZERO);
    server.close(1000, "").await;
    assert_eq!(server.receive().await, None);
    drop(handle);
}

#[tokio::test(start_paused = true)]
async fn a_session_ends_if_the_receiver_is_dropped_at_once() {
    let (Session { handle, events, .. }, _connections) = start_session(settings(), &[Answer::Refuse]);
    drop(events);
    sleep(ms(1)).await;
    assert_eq!(handle.send(Command::Reconnect), Err(HandleError::Ended));
}

#[tokio::test(start_paused = true)]
async fn a_reconnect_skips_the_pause() {
    let (mut session, connections) = start_session(settings(), &[Answer::Refuse]);
    session.until(is_retry).await;
    session.send(Command::Reconnect);
    let events = session.until(is_retry).await;
    assert_eq!(texts(&events), ["connecting", "failed at tcp", "retry 2 left None"]);
    assert_eq!(connections.pauses(), [Duration::ZERO]);
}

#[tokio::test(start_paused = true)]
async fn a_reconnect_closes_the_open_connection_and_connects_at_once() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    session.until(is_open).await;
    session.send(Command::Reconnect);
    assert_eq!(server.receive().await, Some(normal_close()));
    server.close(1000, "").await;
    drop(server);
    let events = session.until(is_open).await;
    assert_eq!(texts(&events)[3..], ["connecting", "opened"]);
    assert_eq!(connections.pauses(), [Duration::ZERO]);
    let connections: Vec<u32> = events.iter().map(|event| event.connection.0).collect();
    assert!(
        connections.is_sorted() && connections.first() == Some(&1) && connections.last() == Some(&2),
        "{connections:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_connect_uses_the_new_settings_for_the_next_connection() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let server = connections.next().await;
    session.until(is_open).await;
    let other = Settings { max_message_size: 7, auto_replay_nacks: false, ..settings() };
    session.send(Command::Connect(Box::new(other.clone())));
    drop(server);
    let mut server = connections.next().await;
    assert_eq!(*server.settings, other);
    server.send_text("12345678").await;
    assert_eq!(
        server.receive().await.map(|frame| frame.payload[..2].to_vec()),
        Some(1009u16.to_be_bytes().to_vec())
    );
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_hangs_is_abandoned_for_another() {
    for command in [Command::Reconnect, Command::Connect(Box::new(settings()))] {
        let (mut session, mut connections) = start_session(settings(), &[Answer::Hang, Answer::Accept]);
        session.until(|kind| matches!(kind, EventKind::StageStarted(_))).await;
        session.send(command);
        let events = session.until(is_open).await;
        assert_eq!(texts(&events), ["connecting", "opened"]);
        assert_eq!(connections.pauses(), [Duration::ZERO]);
        drop(connections.next().await);
    }
}

#[tokio::test(start_paused = true)]
async fn a_command_after_a_stop_is_refused() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let server = connections.next().await;
    session.until(is_open).await;
    session.send(Command::Stop);
    session.send(Command::Reconnect);
    let events = session.rest().await;
    assert!(events.contains(&"refused reconnect: the session is ending".to_owned()), "{events:?}");
    assert_eq!(events.last().map(String::as_str), Some("ended, stopped: 0 messages, 1 connections"));
    assert!(session.handle.send(Command::Stop).is_err(), "the engine has ended");
    drop(server);
}
