//! When it reconnects, and when it gives up.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_server_that_is_down_is_tried_with_growing_pauses_until_the_retries_are_used_up() {
    let (mut session, visits) = begin(Settings { max_retries: Some(4), ..settings() }, &[Answer::Refuse]);
    let told = session.until(|kind| matches!(kind, EventKind::Ended(_))).await;
    assert_eq!(
        story(&told),
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
    let delays = told.iter().filter_map(|event| match &event.kind {
        EventKind::RetryIn(retry) => Some(retry.delay),
        _ => None,
    });
    assert_eq!(delays.collect::<Vec<_>>(), expected);
    assert_pauses(&visits.pauses(), &expected);
    assert!(session.next().await.is_none(), "nothing follows the end");
}

#[tokio::test(start_paused = true)]
async fn without_retries_one_failed_connection_ends_the_session() {
    let (mut session, _visits) = begin(Settings { max_retries: Some(0), ..settings() }, &[Answer::Refuse]);
    let expected =
        ["connecting", "failed at tcp", "ended, 0 retries used up at tcp: 0 messages, 1 connections"];
    assert_eq!(session.rest().await, expected);
}

#[tokio::test(start_paused = true)]
async fn without_retries_a_lost_connection_is_reconnected_once() {
    let settings = Settings { max_retries: Some(0), ..settings() };
    let (mut session, mut visits) = begin(settings, &[Answer::Auto, Answer::Refuse]);
    drop(visits.next().await);
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
    assert_pauses(&visits.pauses(), &[ms(100)]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_drops_us_and_then_is_down_meets_the_short_pauses() {
    let settings = Settings { max_retries: Some(3), ..settings() };
    let (mut session, mut visits) = begin(settings, &[Answer::Auto, Answer::Refuse]);
    drop(visits.next().await);
    let told = session.rest().await;
    let end = "ended, 3 retries used up at tcp: 0 messages, 5 connections";
    assert_eq!(told.last().map(String::as_str), Some(end));
    let expected = [vec![ms(100)], jittered(SEED, &[100, 150, 225])].concat();
    assert_pauses(&visits.pauses(), &expected);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_accepts_and_drops_is_reconnected_ever_more_slowly_until_it_brings_a_message() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
    let mut told = Vec::new();
    for _ in 0..9 {
        drop(visits.next().await);
        told.extend(session.until(is_retry).await);
    }
    visits.next().await.text("well").await;
    session.until(is_retry).await;
    drop(visits.next().await);
    let grown = [100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000, 100];
    assert_pauses(&visits.pauses(), &grown.map(ms));
    let counted = told.iter().filter_map(|event| match &event.kind {
        EventKind::RetryIn(retry) => Some(retry.without_message),
        _ => None,
    });
    assert_eq!(counted.collect::<Vec<_>>(), [0, 2, 3, 4, 5, 6, 7, 8, 9]);
    let found = told
        .iter()
        .filter(|event| matches!(&event.kind, EventKind::Finding(one) if one.code.word() == "flapping"));
    assert_eq!(found.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_pipeline_reconnects_to_a_server_that_accepts_and_drops_at_the_same_pause_for_ever() {
    let (mut session, mut visits) = begin(as_the(Dialect::Connect), &[Answer::Auto]);
    for _ in 0..20 {
        drop(visits.next().await);
        session.until(is_lost).await;
    }
    assert_pauses(&visits.pauses(), &[ms(100); 19]);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_lasted_is_no_part_of_a_loop_whatever_it_brought() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
    for _ in 0..5 {
        let visit = visits.next().await;
        session.until(is_open).await;
        sleep(11 * SECOND).await;
        drop(visit);
        session.until(is_lost).await;
    }
    drop(visits.next().await);
    assert!(visits.pauses().iter().all(|pause| *pause < 12 * SECOND), "{:?}", visits.pauses());
}

#[tokio::test(start_paused = true)]
async fn without_any_retry_the_first_failure_or_loss_ends_the_session() {
    let once = || {
        let mut settings = settings();
        settings.options.no_retry = true;
        settings
    };
    let (mut session, _visits) = begin(once(), &[Answer::Refuse]);
    assert_eq!(
        session.rest().await,
        ["connecting", "failed at tcp", "ended, not retried: 0 messages, 1 connections"]
    );
    let (mut session, mut visits) = begin(once(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    visit.text("well").await;
    visit.close(1011, "").await;
    let told = session.rest().await;
    assert_eq!(told.last().map(String::as_str), Some("ended, not retried: 1 messages, 1 connections"));
}

fn as_the(dialect: Dialect) -> Settings {
    let mut settings = settings();
    settings.options.dialect = dialect;
    settings
}

#[tokio::test(start_paused = true)]
async fn after_a_loss_each_engine_connects_again_when_it_does() {
    for (dialect, pause) in [(Dialect::Standard, 100), (Dialect::Bento, 0), (Dialect::Connect, 100)] {
        let (mut session, mut visits) = begin(as_the(dialect), &[Answer::Auto]);
        drop(visits.next().await);
        let told = session.until(|kind| matches!(kind, EventKind::RetryIn(_))).await;
        let Some(EventKind::RetryIn(retry)) = told.last().map(|event| &event.kind) else {
            panic!("it is told")
        };
        assert_eq!(retry.delay, ms(pause), "{dialect:?}");
        let logged = told.iter().any(
            |event| matches!(&event.kind, EventKind::Pipeline(line) if line.text.contains("lost its connection")),
        );
        assert_eq!(logged, dialect != Dialect::Bento, "{dialect:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_pipeline_leaves_without_a_close_frame() {
    for (dialect, closes) in [(Dialect::Standard, true), (Dialect::Bento, false), (Dialect::Connect, false)] {
        let (mut session, mut visits) = begin(as_the(dialect), &[Answer::Auto]);
        let mut visit = visits.next().await;
        session.until(|kind| matches!(kind, EventKind::Opened(_))).await;
        session.send(Command::Stop);
        let heard = visit.hear().await.map(|heard| heard.opcode);
        assert_eq!(heard, closes.then_some(CLOSE), "{dialect:?}");
        assert_eq!(
            session.rest().await.last().map(String::as_str),
            Some("ended, stopped: 0 messages, 1 connections")
        );
    }
}

#[tokio::test(start_paused = true)]
async fn some_engines_leave_the_socket_of_a_lost_connection_to_the_server() {
    for (dialect, closes) in [(Dialect::Standard, true), (Dialect::Bento, false), (Dialect::Connect, true)] {
        let (mut session, mut visits) = begin(as_the(dialect), &[Answer::Auto]);
        let mut visit = visits.next().await;
        session.until(|kind| matches!(kind, EventKind::Opened(_))).await;
        visit.close(1001, "going away").await;
        assert_eq!(visit.hear().await.map(|heard| heard.opcode), Some(CLOSE), "{dialect:?}");
        session.until(|kind| matches!(kind, EventKind::Lost(_))).await;
        let hung_up = timeout(10 * SECOND, visit.hear()).await;
        assert_eq!(hung_up.is_ok(), closes, "{dialect:?}");
    }
}
