//! A total is what was emitted, wherever a session is stopped.

use proptest::prelude::*;

use super::*;

/// What the events of a session and its total say: they must be the same.
fn totals(events: &[Event]) -> (u64, u64) {
    let emitted = events.iter().map(|event| match &event.kind {
        EventKind::Messages(batch) => batch.len() as u64,
        _ => 0,
    });
    let told = events.iter().find_map(|event| match &event.kind {
        EventKind::Ended(ended) => Some(ended.messages),
        _ => None,
    });
    (emitted.sum(), told.expect("the session ended"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_total_is_what_was_emitted(
        ack_mode in prop::sample::select(vec!["auto", "manual 1", "manual 3", "reject all", "slow 5s"]),
        packets in prop::collection::vec(1..6_usize, 1..12),
        before in 0..12_usize,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
        runtime.expect("a runtime").block_on(async {
            let (mut session, mut visits) = begin_under(ack_mode, settings(), &[Answer::Auto]);
            let mut visit = visits.next().await;
            let mut told = session.until(is_open).await;
            for (nth, packet) in packets.iter().enumerate() {
                if nth == before {
                    session.send(Command::Stop);
                }
                visit.raw(&frame(peer::TEXT, b"tick").repeat(*packet)).await;
                while let Ok(Some(event)) = timeout(ms(1), session.next()).await {
                    told.push(event);
                }
            }
            session.handle.send(Command::Stop).ok();
            while let Some(event) = session.next().await {
                told.push(event);
            }
            let (emitted, total) = totals(&told);
            prop_assert_eq!(emitted, total, "{:?}", story(&told));
            prop_assert!(matches!(told.last().map(|event| &event.kind), Some(EventKind::Ended(_))));
            Ok(())
        })?;
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_that_was_read_ahead_is_told_when_the_session_ends() {
    let (mut session, mut visits) = begin_under("manual 1", settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    visit.raw(&[frame(peer::TEXT, b"a"), frame(peer::TEXT, b"b"), frame(peer::TEXT, b"c")].concat()).await;
    session.until(|kind| matches!(kind, EventKind::ReadingPaused { .. })).await;
    session.send(Command::Stop);
    drop(visit);
    let told = session.rest().await;
    assert!(told.contains(&"2 pending: b".to_owned()), "{told:?}");
    assert_eq!(told.last().map(String::as_str), Some("ended, stopped: 2 messages, 1 connections"));
}
