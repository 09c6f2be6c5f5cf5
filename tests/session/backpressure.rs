//! Floods, slow receivers of events, and silence.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_flood_arrives_in_order_and_without_gaps() {
    const MANY: u64 = 100_000;
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    let server = tokio::spawn(async move {
        for number in 0..MANY {
            server.send_text(&number.to_string()).await;
        }
    });
    let mut next = 0;
    let mut batches = 0;
    while next < MANY {
        let event = session.next().await.expect("the flood continues");
        if let EventKind::Messages(batch) = event.kind {
            batches += 1;
            for message in batch.messages() {
                assert_eq!((message.id.0, message.payload), (next + 1, next.to_string().as_bytes()));
                next += 1;
            }
        }
    }
    server.await.expect("the server has sent everything");
    assert!(batches < MANY / 100, "{batches} batches are more than a read each");
}

#[tokio::test(start_paused = true)]
async fn a_slow_receiver_pauses_reading_and_no_message_is_lost() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    session.until(is_open).await;
    let mut sent = 0usize;
    let mut number = 0u64;
    // Writes until the pipe is full and stays so; a frame may have been written in part.
    let mut rest = Vec::new();
    loop {
        if rest.is_empty() {
            rest = frame(peer::TEXT, format!("{number:0>1000}").as_bytes());
            number += 1;
        }
        let Ok(written) = timeout(SECOND, server.io.write(&rest)).await else { break };
        let written = written.expect("the client still listens");
        sent += written;
        rest.drain(..written);
    }
    assert!(sent < 4 << 20, "{sent} bytes were read while no events were received");

    sleep(60 * SECOND).await;
    let server = tokio::spawn(async move {
        server.send_bytes(&rest).await;
        server.close(1000, "").await;
        server
    });
    let events = session.until(is_lost).await;
    server.await.expect("the server has sent everything");
    let mut next = 0;
    for event in &events {
        if let EventKind::Messages(batch) = &event.kind {
            for message in batch.messages() {
                assert_eq!((message.id.0, message.payload), (next + 1, format!("{next:0>1000}").as_bytes()));
                next += 1;
            }
        }
    }
    assert_eq!(next, number);
    assert!(events.is_sorted_by_key(|event| event.at), "time does not run backwards");
    let reading: Vec<_> = events
        .iter()
        .filter(|event| {
            matches!(event.kind, EventKind::ReadingPaused { .. } | EventKind::ReadingResumed { .. })
        })
        .collect();
    let [paused, resumed] = reading[..] else { panic!("one pause is reported: {reading:?}") };
    let EventKind::ReadingResumed { after } = resumed.kind else { panic!("{reading:?}") };
    assert!(after >= 60 * SECOND && resumed.at.since(paused.at) == after, "{reading:?}");
}

#[tokio::test(start_paused = true)]
async fn a_stop_takes_effect_while_no_events_are_received() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    session.until(is_open).await;
    let text = frame(peer::TEXT, &[b'x'; 1000]);
    while timeout(SECOND, server.io.write_all(&text)).await.is_ok() {}
    session.send(Command::Stop);
    let start = Instant::now();
    assert_eq!(server.receive().await, Some(normal_close()));
    assert_eq!(server.receive().await, None, "the client has hung up");
    assert_pauses(&[start.elapsed()], &[STOP_LIMIT]);
    let events = session.rest().await;
    assert!(events.last().is_some_and(|last| last.starts_with("ended, stopped")), "{:?}", events.last());
}

#[tokio::test(start_paused = true)]
async fn an_hour_of_silence_is_reported_once() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    let is_silence = |kind: &EventKind| matches!(kind, EventKind::Finding(finding) if finding.code.word() == "silent-after-open");
    let events = session.until(is_silence).await;
    let opened = events.iter().find(|event| is_open(&event.kind)).expect("it opened before");
    let silent = events.last().expect("the finding is there");
    assert_pauses(&[silent.at.since(opened.at)], &[10 * SECOND]);

    assert!(timeout(3_600 * SECOND, session.next()).await.is_err(), "no event follows");
    server.send_text("at last").await;
    let events = session.until(is_message).await;
    let [EventKind::StageEnded(first), EventKind::Messages(_)] = [&events[0].kind, &events[1].kind] else {
        panic!("{events:?}")
    };
    assert!(first.took >= 3_610 * SECOND && first.outcome.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_server_that_sent_a_message_is_not_reported_as_silent() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    server.send_text("hello").await;
    session.until(is_message).await;
    assert!(timeout(60 * SECOND, session.next()).await.is_err(), "no event follows");
}

#[tokio::test(start_paused = true)]
async fn a_flood_does_not_delay_a_stop() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    session.until(is_open).await;
    let flood = tokio::spawn(async move {
        let text = frame(peer::TEXT, &[b'x'; 1000]);
        while server.io.write_all(&text).await.is_ok() {
            sleep(ms(1)).await;
        }
    });
    session.until(is_message).await;
    let start = Instant::now();
    session.send(Command::Stop);
    session.rest().await;
    assert_pauses(&[start.elapsed()], &[STOP_LIMIT]);
    flood.await.expect("the client has hung up");
}
