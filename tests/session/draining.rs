//! The total of messages equals those that were emitted, wherever a session is stopped.

use proptest::prelude::*;

use super::*;

/// How many messages were emitted, and the total in the last event.
fn totals(events: &[Event]) -> (u64, u64) {
    let emitted = events.iter().map(|event| match &event.kind {
        EventKind::Messages(batch) => batch.len() as u64,
        _ => 0,
    });
    let total = events.iter().find_map(|event| match &event.kind {
        EventKind::Ended(ended) => Some(ended.messages),
        _ => None,
    });
    (emitted.sum(), total.expect("the session ended"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_total_equals_the_emitted_messages(
        ack_mode in prop::sample::select(vec!["auto", "manual 1", "manual 3", "reject all", "slow 5s"]),
        packets in prop::collection::vec(1..6_usize, 1..12),
        before in 0..12_usize,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
        runtime.expect("a runtime").block_on(async {
            let (mut session, mut connections) = start_with(ack_mode, settings(), &[Answer::Accept]);
            let mut server = connections.next().await;
            let mut events = session.until(is_open).await;
            for (nth, packet) in packets.iter().enumerate() {
                if nth == before {
                    session.send(Command::Stop);
                }
                server.send_bytes(&frame(peer::TEXT, b"tick").repeat(*packet)).await;
                while let Ok(Some(event)) = timeout(ms(1), session.next()).await {
                    events.push(event);
                }
            }
            session.handle.send(Command::Stop).ok();
            while let Some(event) = session.next().await {
                events.push(event);
            }
            let (emitted, total) = totals(&events);
            prop_assert_eq!(emitted, total, "{:?}", texts(&events));
            prop_assert!(matches!(events.last().map(|event| &event.kind), Some(EventKind::Ended(_))));
            Ok(())
        })?;
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_that_is_not_delivered_is_lost_when_the_session_ends() {
    let (mut session, mut connections) = start_with("manual 1", settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    server
        .send_bytes(&[frame(peer::TEXT, b"a"), frame(peer::TEXT, b"b"), frame(peer::TEXT, b"c")].concat())
        .await;
    let events = texts(&session.until(|kind| matches!(kind, EventKind::ReadingPaused { .. })).await);
    assert!(events.contains(&"2 pending: b".to_owned()), "{events:?}");
    session.send(Command::Stop);
    drop(server);
    let events = session.rest().await;
    assert!(events.contains(&"2 attempt 1 Lost".to_owned()), "{events:?}");
    assert_eq!(events.last().map(String::as_str), Some("ended, stopped: 2 messages, 1 connections"));
}
