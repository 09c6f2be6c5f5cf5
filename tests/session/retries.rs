//! When a session reconnects, and when it gives up.

use super::*;

#[tokio::test(start_paused = true)]
async fn failed_connections_are_retried_after_growing_pauses_until_the_retries_are_used_up() {
    let (mut session, connections) =
        start_session(Settings { max_retries: Some(4), ..settings() }, &[Answer::Refuse]);
    let events = session.until(|kind| matches!(kind, EventKind::Ended(_))).await;
    assert_eq!(
        texts(&events),
        [
            "connecting",
            "failed at tcp",
            "retry 1 left Some(3)",
            "connecting",
            "failed at tcp",
            "retry 2 left Some(2)",
            "connecting",
            "failed at tcp",
            "retry 3 left Some(1)",
            "connecting",
            "failed at tcp",
            "retry 4 left Some(0)",
            "connecting",
            "failed at tcp",
            "ended, 4 retries used up at tcp: 0 messages, 5 connections",
        ]
    );
    let expected = jittered(SEED, &[500, 750, 1_000, 1_000]);
    let delays = events.iter().filter_map(|event| match &event.kind {
        EventKind::RetryIn(retry) => Some(retry.delay),
        _ => None,
    });
    assert_eq!(delays.collect::<Vec<_>>(), expected);
    assert_pauses(&connections.pauses(), &expected);
    assert!(session.next().await.is_none(), "nothing follows the end");
}

#[tokio::test(start_paused = true)]
async fn without_retries_one_failed_connection_ends_the_session() {
    let (mut session, _connections) =
        start_session(Settings { max_retries: Some(0), ..settings() }, &[Answer::Refuse]);
    let expected =
        ["connecting", "failed at tcp", "ended, 0 retries used up at tcp: 0 messages, 1 connections"];
    assert_eq!(session.rest().await, expected);
}

#[tokio::test(start_paused = true)]
async fn without_retries_a_lost_connection_is_reconnected_once() {
    let settings = Settings { max_retries: Some(0), ..settings() };
    let (mut session, mut connections) = start_session(settings, &[Answer::Accept, Answer::Refuse]);
    drop(connections.next().await);
    assert_eq!(
        session.rest().await,
        [
            "connecting",
            "opened",
            "lost after 0 messages: the server ended the connection without a close frame",
            "retry 0 left Some(0)",
            "connecting",
            "failed at tcp",
            "ended, 0 retries used up at tcp: 0 messages, 2 connections",
        ]
    );
    assert_pauses(&connections.pauses(), &[ms(100)]);
}

#[tokio::test(start_paused = true)]
async fn after_a_success_the_pauses_of_retries_start_short() {
    let settings = Settings { max_retries: Some(3), ..settings() };
    let (mut session, mut connections) = start_session(settings, &[Answer::Accept, Answer::Refuse]);
    drop(connections.next().await);
    let events = session.rest().await;
    let end = "ended, 3 retries used up at tcp: 0 messages, 5 connections";
    assert_eq!(events.last().map(String::as_str), Some(end));
    let expected = [vec![ms(100)], jittered(SEED, &[100, 150, 225])].concat();
    assert_pauses(&connections.pauses(), &expected);
}

#[tokio::test(start_paused = true)]
async fn connections_lost_without_a_message_make_the_pauses_grow_until_a_message_is_received() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut events = Vec::new();
    for _ in 0..9 {
        drop(connections.next().await);
        events.extend(session.until(is_retry).await);
    }
    connections.next().await.send_text("well").await;
    session.until(is_retry).await;
    drop(connections.next().await);
    let grown = [100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000, 100];
    assert_pauses(&connections.pauses(), &grown.map(ms));
    let counts = events.iter().filter_map(|event| match &event.kind {
        EventKind::RetryIn(retry) => Some(retry.without_message),
        _ => None,
    });
    assert_eq!(counts.collect::<Vec<_>>(), [0, 2, 3, 4, 5, 6, 7, 8, 9]);
    let findings = events
        .iter()
        .filter(|event| matches!(&event.kind, EventKind::Finding(one) if one.code.word() == "flapping"));
    assert_eq!(findings.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_pipeline_reconnects_after_the_same_pause_each_time() {
    let (mut session, mut connections) = start_session(settings_as(Dialect::Connect), &[Answer::Accept]);
    for _ in 0..20 {
        drop(connections.next().await);
        session.until(is_lost).await;
    }
    assert_pauses(&connections.pauses(), &[ms(100); 19]);
}

#[tokio::test(start_paused = true)]
async fn a_long_connection_without_a_message_does_not_make_the_pauses_grow() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    for _ in 0..5 {
        let server = connections.next().await;
        session.until(is_open).await;
        sleep(11 * SECOND).await;
        drop(server);
        session.until(is_lost).await;
    }
    drop(connections.next().await);
    assert!(connections.pauses().iter().all(|pause| *pause < 12 * SECOND), "{:?}", connections.pauses());
}

#[tokio::test(start_paused = true)]
async fn with_no_retry_the_first_failure_or_loss_ends_the_session() {
    let once = || {
        let mut settings = settings();
        settings.options.no_retry = true;
        settings
    };
    let (mut session, _connections) = start_session(once(), &[Answer::Refuse]);
    assert_eq!(
        session.rest().await,
        ["connecting", "failed at tcp", "ended, not retried: 0 messages, 1 connections"]
    );
    let (mut session, mut connections) = start_session(once(), &[Answer::Accept]);
    let mut server = connections.next().await;
    server.send_text("well").await;
    server.close(1011, "").await;
    let events = session.rest().await;
    assert_eq!(events.last().map(String::as_str), Some("ended, not retried: 1 messages, 1 connections"));
}

fn settings_as(dialect: Dialect) -> Settings {
    let mut settings = settings();
    settings.options.dialect = dialect;
    settings
}

#[tokio::test(start_paused = true)]
async fn after_a_loss_each_engine_reconnects_after_its_own_pause() {
    for (dialect, pause) in [(Dialect::Standard, 100), (Dialect::Bento, 0), (Dialect::Connect, 100)] {
        let (mut session, mut connections) = start_session(settings_as(dialect), &[Answer::Accept]);
        drop(connections.next().await);
        let events = session.until(|kind| matches!(kind, EventKind::RetryIn(_))).await;
        let Some(EventKind::RetryIn(retry)) = events.last().map(|event| &event.kind) else {
            panic!("a retry is announced")
        };
        assert_eq!(retry.delay, ms(pause), "{dialect:?}");
        let logged = events.iter().any(
            |event| matches!(&event.kind, EventKind::Pipeline(line) if line.text.contains("lost its connection")),
        );
        assert_eq!(logged, dialect != Dialect::Bento, "{dialect:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_pipeline_stops_without_a_close_frame() {
    for (dialect, closes) in [(Dialect::Standard, true), (Dialect::Bento, false), (Dialect::Connect, false)] {
        let (mut session, mut connections) = start_session(settings_as(dialect), &[Answer::Accept]);
        let mut server = connections.next().await;
        session.until(|kind| matches!(kind, EventKind::Opened(_))).await;
        session.send(Command::Stop);
        let opcode = server.receive().await.map(|frame| frame.opcode);
        assert_eq!(opcode, closes.then_some(CLOSE), "{dialect:?}");
        assert_eq!(
            session.rest().await.last().map(String::as_str),
            Some("ended, stopped: 0 messages, 1 connections")
        );
    }
}

#[tokio::test(start_paused = true)]
async fn some_engines_leave_closing_the_socket_to_the_server() {
    for (dialect, closes) in [(Dialect::Standard, true), (Dialect::Bento, false), (Dialect::Connect, true)] {
        let (mut session, mut connections) = start_session(settings_as(dialect), &[Answer::Accept]);
        let mut server = connections.next().await;
        session.until(|kind| matches!(kind, EventKind::Opened(_))).await;
        server.close(1001, "going away").await;
        assert_eq!(server.receive().await.map(|frame| frame.opcode), Some(CLOSE), "{dialect:?}");
        session.until(|kind| matches!(kind, EventKind::Lost(_))).await;
        let hung_up = timeout(10 * SECOND, server.receive()).await;
        assert_eq!(hung_up.is_ok(), closes, "{dialect:?}");
    }
}
