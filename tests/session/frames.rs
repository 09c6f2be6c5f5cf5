//! Control frames, and frames of ours.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_server_that_pings_and_does_not_read_is_not_read_either() {
    let (Session { handle, mut events, .. }, mut visits) = begin(settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    let listener = tokio::spawn(async move {
        let mut told = Vec::new();
        while let Some(events) = events.recv().await {
            told.extend(events.into_iter().map(|event| words(&event.kind).concat()));
        }
        told
    });
    let ping = frame(PING, &[b'x'; 100]);
    let mut said = 0;
    while timeout(SECOND, visit.io.write_all(&ping)).await.is_ok() {
        said += ping.len();
        assert!(said < 2 << 20, "{said} bytes of pings were taken that nobody answered");
    }
    handle.send(Command::Stop).expect("the engine takes commands");
    let told = listener.await.expect("the session ends");
    assert_eq!(told.last().map(String::as_str), Some("ended, stopped: 0 messages, 1 connections"));
}

#[tokio::test(start_paused = true)]
async fn a_ping_is_answered_at_once_with_its_payload() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    let start = Instant::now();
    visit.say(PING, b"beat").await;
    assert_eq!(visit.hear().await, Some(Heard { opcode: PONG, payload: b"beat".to_vec() }));
    assert_eq!(start.elapsed(), Duration::ZERO);
    drop(visit);
    let told = story(&session.until(is_lost).await);
    assert_eq!(told[2..4], ["In ping beat", "Out pong beat None"]);
}

#[tokio::test(start_paused = true)]
async fn a_ping_of_ours_measures_the_round_trip() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    session.until(is_open).await;
    session.send(Command::Send(Outgoing::Ping(Bytes::from_static(b"there?"))));
    let asked = visit.hear().await.expect("the ping comes");
    sleep(ms(40)).await;
    visit.say(PONG, b"unasked").await;
    visit.say(PONG, &asked.payload).await;
    let is_answer = |kind: &EventKind| {
        let pong = |kind: &ControlKind| matches!(kind, ControlKind::Pong { round_trip: Some(_), .. });
        matches!(kind, EventKind::Control(Control { direction: Direction::In, kind }) if pong(kind))
    };
    let told = session.until(is_answer).await;
    assert_eq!(story(&told)[..2], ["Out ping there?", "In pong unasked None"]);
    let Some(EventKind::Control(Control { kind: ControlKind::Pong { round_trip: Some(took), .. }, .. })) =
        told.last().map(|event| &event.kind)
    else {
        panic!("{told:?}")
    };
    assert_pauses(&[*took], &[ms(40)]);
}

#[tokio::test(start_paused = true)]
async fn messages_of_ours_go_out_masked_and_in_order() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    session.until(is_open).await;
    let large = "x".repeat(70_000);
    for (kind, text) in [(Kind::Text, "a"), (Kind::Binary, "b"), (Kind::Text, large.as_str())] {
        session.send(Command::Send(Outgoing::Data { kind, payload: Bytes::from(text.to_owned()) }));
    }
    for (opcode, payload) in [(1, "a"), (2, "b"), (1, large.as_str())] {
        assert_eq!(visit.hear().await, Some(Heard { opcode, payload: payload.as_bytes().to_vec() }));
    }
    drop(visit);
    let told = story(&session.until(is_lost).await);
    assert_eq!(
        told[..3],
        ["sent Text a".to_owned(), "sent Binary b".to_owned(), format!("sent Text {large}")]
    );
}

#[tokio::test(start_paused = true)]
async fn a_close_of_ours_is_a_handshake_and_then_a_loss() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    session.until(is_open).await;
    let close = CloseFrame { code: Some(4000), reason: "trying".to_owned() };
    session.send(Command::Send(Outgoing::Close(close)));
    assert_eq!(visit.hear().await, Some(Heard { opcode: CLOSE, payload: b"\x0f\xa0trying".to_vec() }));
    visit.close(4000, "").await;
    drop(visit);
    let told = story(&session.until(is_retry).await);
    assert_eq!(told[..2], ["Out close Some(4000) trying", "In close Some(4000) "]);
    assert!(told[2].ends_with("): trying, and the server agreed"), "{}", told[2]);
    assert_eq!(told[3], "retry 0 left None");
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_carried_out_is_refused_in_words() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Refuse, Answer::Auto]);
    session.until(is_retry).await;
    session.send(Command::Send(Outgoing::Ping(Bytes::new())));
    session.send(Command::Nack(MessageId(1)));
    let visit = visits.next().await;
    let told = story(&session.until(is_open).await);
    assert_eq!(
        told[..2],
        [
            "refused ping: no connection is open",
            "refused nack: message 1 has not been received yet: the last one is 0",
        ]
    );
    let close = |code, reason: &str| Outgoing::Close(CloseFrame { code, reason: reason.to_owned() });
    for (frame, message) in [
        (Outgoing::Ping(Bytes::from(vec![0; 126])), "refused ping: a ping carries at most 125 bytes"),
        (close(None, "why"), "refused close: a close frame without a code cannot carry a reason"),
        (close(Some(1006), ""), "refused close: 1006 must not be sent as a close code"),
        (
            close(Some(1000), &"x".repeat(124)),
            "refused close: the reason of a close frame has at most 123 bytes",
        ),
    ] {
        session.send(Command::Send(frame));
        let told = story(&session.until(|kind| matches!(kind, EventKind::Refused { .. })).await);
        assert!(told[0].starts_with(message), "{told:?}");
    }
    drop(visit);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_read_fills_a_bounded_buffer_and_can_still_be_left() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    session.until(is_open).await;
    let payload = Bytes::from(vec![0; 300_000]);
    for _ in 0..6 {
        session.send(Command::Send(Outgoing::Data { kind: Kind::Binary, payload: payload.clone() }));
    }
    let told = story(&session.until(|kind| matches!(kind, EventKind::Refused { .. })).await);
    assert!(told[0].starts_with("refused send: the server does not read: "), "{}", told[0]);
    visit.text("but it does write").await;
    session.until(is_message).await;
    let start = Instant::now();
    session.send(Command::Stop);
    session.rest().await;
    assert_pauses(&[start.elapsed()], &[STOP_LIMIT]);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_a_pipeline_would_not_have_read_is_told_once() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    let large = vec![b'x'; (32 << 20) + 1];
    let code = |kind: &EventKind| match kind {
        EventKind::Finding(finding) => finding.code.word() == "message-over-pipeline-limit",
        _ => false,
    };
    visit.say(0x1, &large).await;
    session.until(code).await;
    visit.say(0x1, &large).await;
    visit.text("small").await;
    let told = session.until(|kind| matches!(kind, EventKind::Messages(batch) if batch.first.0 >= 3)).await;
    assert!(!told.iter().any(|event| code(&event.kind)));
}

#[tokio::test(start_paused = true)]
async fn a_rule_that_is_let_pass_is_told_once_a_connection() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
    let passed = |events: &[Event]| -> Vec<String> {
        let finding = |event: &Event| match &event.kind {
            EventKind::Finding(finding) => Some(finding.evidence.join("; ")),
            _ => None,
        };
        events.iter().filter_map(finding).filter(|seen| seen.contains("head of the frame")).collect()
    };
    for payload in [b'a', b'b'] {
        let mut visit = visits.next().await;
        visit.raw(&[0x81, 126, 0, 1, payload]).await;
        let mut told = session.until(is_message).await;
        visit.raw(&[0x81, 126, 0, 1, b'x', 0x82, 126, 0, 1, b'y']).await;
        told.extend(session.until(is_message).await);
        drop(visit);
        told.extend(session.until(is_lost).await);
        assert_eq!(passed(&told), ["head of the frame: 81 7e 00 01"]);
    }
}

#[tokio::test(start_paused = true)]
async fn half_a_close_code_is_answered_like_none() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    visit.raw(&[0x88, 1, 3]).await;
    assert_eq!(visit.hear().await, Some(Heard { opcode: CLOSE, payload: Vec::new() }));
    drop(visit);
    let told = session.until(is_lost).await;
    let codes: Vec<_> = told
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::Finding(finding) => Some(finding.code.word()),
            _ => None,
        })
        .collect();
    assert_eq!(codes, ["close-half-code"]);
    assert_eq!(story(&told)[2], "In close None ");
}
