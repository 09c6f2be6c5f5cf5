//! Floods, slow shells and silence.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_flood_arrives_in_order_and_without_gaps() {
    const MANY: u64 = 100_000;
    let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    let server = tokio::spawn(async move {
        for number in 0..MANY {
            visit.text(&number.to_string()).await;
        }
    });
    let mut next = 0;
    let mut batches = 0;
    while next < MANY {
        let event = session.next().await.expect("the flood goes on");
        if let EventKind::Messages(batch) = event.kind {
            batches += 1;
            for message in batch.messages() {
                assert_eq!((message.id.0, message.payload), (next + 1, next.to_string().as_bytes()));
                next += 1;
            }
        }
    }
    server.await.expect("the server has said it all");
    assert!(batches < MANY / 100, "{batches} batches are more than a read each");
}

#[tokio::test(start_paused = true)]
async fn a_slow_shell_stops_the_reading_and_nothing_is_lost() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    session.until(is_open).await;
    let mut said = 0usize;
    let mut number = 0u64;
    // The pipe takes a frame whole or the attempt is given up: a frame is smaller than the pipe.
    let mut rest = Vec::new();
    loop {
        if rest.is_empty() {
            rest = frame(peer::TEXT, format!("{number:0>1000}").as_bytes());
            number += 1;
        }
        let Ok(written) = timeout(SECOND, visit.io.write(&rest)).await else { break };
        let written = written.expect("the client still listens");
        said += written;
        rest.drain(..written);
    }
    assert!(said < 4 << 20, "{said} bytes were taken while nobody read the events");

    sleep(60 * SECOND).await;
    let server = tokio::spawn(async move {
        visit.raw(&rest).await;
        visit.close(1000, "").await;
        visit
    });
    let told = session.until(is_lost).await;
    server.await.expect("the server has said it all");
    let mut next = 0;
    for event in &told {
        if let EventKind::Messages(batch) = &event.kind {
            for message in batch.messages() {
                assert_eq!((message.id.0, message.payload), (next + 1, format!("{next:0>1000}").as_bytes()));
                next += 1;
            }
        }
    }
    assert_eq!(next, number);
    assert!(told.is_sorted_by_key(|event| event.at), "time does not run backwards");
    let told_of_it: Vec<_> = told
        .iter()
        .filter(|event| {
            matches!(event.kind, EventKind::ReadingPaused { .. } | EventKind::ReadingResumed { .. })
        })
        .collect();
    let [paused, resumed] = told_of_it[..] else { panic!("one pause is told: {told_of_it:?}") };
    let EventKind::ReadingResumed { after } = resumed.kind else { panic!("{told_of_it:?}") };
    assert!(after >= 60 * SECOND && resumed.at.since(paused.at) == after, "{told_of_it:?}");
}

#[tokio::test(start_paused = true)]
async fn a_stop_is_heard_while_the_shell_takes_no_events() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    session.until(is_open).await;
    let text = frame(peer::TEXT, &[b'x'; 1000]);
    while timeout(SECOND, visit.io.write_all(&text)).await.is_ok() {}
    session.send(Command::Stop);
    let start = Instant::now();
    assert_eq!(visit.hear().await, Some(normal_close()));
    assert_eq!(visit.hear().await, None, "the client has hung up");
    assert_pauses(&[start.elapsed()], &[STOP_LIMIT]);
    let told = session.rest().await;
    assert!(told.last().is_some_and(|last| last.starts_with("ended, stopped")), "{:?}", told.last());
}

#[tokio::test(start_paused = true)]
async fn an_hour_of_silence_takes_no_time_and_is_told_once() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    let is_silence = |kind: &EventKind| matches!(kind, EventKind::Finding(finding) if finding.code.word() == "silent-after-open");
    let told = session.until(is_silence).await;
    let opened = told.iter().find(|event| is_open(&event.kind)).expect("it opened before");
    let silent = told.last().expect("the finding is there");
    assert_pauses(&[silent.at.since(opened.at)], &[10 * SECOND]);

    assert!(timeout(3_600 * SECOND, session.next()).await.is_err(), "nothing more is told");
    visit.text("at last").await;
    let told = session.until(is_message).await;
    let [EventKind::StageEnded(first), EventKind::Messages(_)] = [&told[0].kind, &told[1].kind] else {
        panic!("{told:?}")
    };
    assert!(first.took >= 3_610 * SECOND && first.outcome.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_talkative_server_is_never_called_silent() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    visit.text("hello").await;
    session.until(is_message).await;
    assert!(timeout(60 * SECOND, session.next()).await.is_err(), "nothing more is told");
}

#[tokio::test(start_paused = true)]
async fn a_flood_does_not_hold_up_a_stop() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    session.until(is_open).await;
    let flood = tokio::spawn(async move {
        let text = frame(peer::TEXT, &[b'x'; 1000]);
        while visit.io.write_all(&text).await.is_ok() {
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
