//! Control frames, and frames that we send.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_server_that_pings_and_does_not_read_is_not_read_either() {
    let (Session { handle, mut events, .. }, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    let listener = tokio::spawn(async move {
        let mut texts = Vec::new();
        while let Some(batch) = events.recv().await {
            texts.extend(batch.into_iter().map(|event| text(&event.kind).concat()));
        }
        texts
    });
    let ping = frame(PING, &[b'x'; 100]);
    let mut sent = 0;
    while timeout(SECOND, server.io.write_all(&ping)).await.is_ok() {
        sent += ping.len();
        assert!(sent < 2 << 20, "{sent} bytes of pings were read and not answered");
    }
    handle.send(Command::Stop).expect("the engine takes commands");
    let events = listener.await.expect("the session ends");
    assert_eq!(events.last().map(String::as_str), Some("ended, stopped: 0 messages, 1 connections"));
}

#[tokio::test(start_paused = true)]
async fn a_ping_is_answered_at_once_with_its_payload() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    let start = Instant::now();
    server.send_frame(PING, b"beat").await;
    assert_eq!(server.receive().await, Some(Frame { opcode: PONG, payload: b"beat".to_vec() }));
    assert_eq!(start.elapsed(), Duration::ZERO);
    drop(server);
    let events = texts(&session.until(is_lost).await);
    assert_eq!(events[2..4], ["In ping beat", "Out pong beat None"]);
}

#[tokio::test(start_paused = true)]
async fn pongs_are_withheld_until_they_are_wanted_again() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    session.until(is_open).await;
    session.send(Command::SetPongs(Pongs::Withheld));
    session.send(Command::Send(Outgoing::Pong(Bytes::from_static(b"unasked"))));
    assert_eq!(server.receive().await, Some(Frame { opcode: PONG, payload: b"unasked".to_vec() }));
    server.send_frame(PING, b"one").await;
    server.send_text("tick").await;
    session.until(is_message).await;
    session.send(Command::SetPongs(Pongs::Sent));
    session.send(Command::Send(Outgoing::Ping(Bytes::new())));
    assert_eq!(server.receive().await, Some(Frame { opcode: PING, payload: Vec::new() }));
    server.send_frame(PING, b"two").await;
    assert_eq!(server.receive().await, Some(Frame { opcode: PONG, payload: b"two".to_vec() }));
}

#[tokio::test(start_paused = true)]
async fn a_read_only_session_sends_its_opening_and_nothing_that_is_asked_for() {
    let mut settings = settings();
    settings.options.read_only = true;
    let (mut session, mut connections) = start_session(settings, &[Answer::Accept]);
    let mut server = connections.next().await;
    session.until(is_open).await;
    for frame in [
        Outgoing::Data { kind: Kind::Text, payload: Bytes::from_static(b"no"), shown: None },
        Outgoing::Ping(Bytes::new()),
        Outgoing::Pong(Bytes::new()),
        Outgoing::Close(CloseFrame { code: Some(1000), reason: String::new() }),
    ] {
        let word = frame.word();
        session.send(Command::Send(frame));
        let events = texts(&session.until(|kind| matches!(kind, EventKind::Refused { .. })).await);
        let sentence = "this session is read-only (--read-only), so nothing is sent but what its config says";
        assert_eq!(events.last().map(String::as_str), Some(format!("refused {word}: {sentence}").as_str()));
    }
    server.send_frame(PING, b"beat").await;
    assert_eq!(server.receive().await, Some(Frame { opcode: PONG, payload: b"beat".to_vec() }));
}

#[tokio::test(start_paused = true)]
async fn what_is_shown_of_a_message_is_recorded_in_its_place() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    session.until(is_open).await;
    let payload = Bytes::from_static(b"key hunter22");
    let shown = Some(Bytes::from("key •••"));
    session.send(Command::Send(Outgoing::Data { kind: Kind::Text, payload, shown }));
    assert_eq!(server.receive().await, Some(Frame { opcode: 1, payload: b"key hunter22".to_vec() }));
    drop(server);
    assert_eq!(texts(&session.until(is_lost).await)[0], "sent Text key •••");
}

#[tokio::test(start_paused = true)]
async fn a_sent_ping_measures_the_round_trip() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    session.until(is_open).await;
    session.send(Command::Send(Outgoing::Ping(Bytes::from_static(b"there?"))));
    let received = server.receive().await.expect("the ping is sent");
    sleep(ms(40)).await;
    server.send_frame(PONG, b"unsolicited").await;
    server.send_frame(PONG, &received.payload).await;
    let is_answer = |kind: &EventKind| {
        let pong = |kind: &ControlKind| matches!(kind, ControlKind::Pong { round_trip: Some(_), .. });
        matches!(kind, EventKind::Control(Control { direction: Direction::In, kind }) if pong(kind))
    };
    let events = session.until(is_answer).await;
    assert_eq!(texts(&events)[..2], ["Out ping there?", "In pong unsolicited None"]);
    let Some(EventKind::Control(Control { kind: ControlKind::Pong { round_trip: Some(took), .. }, .. })) =
        events.last().map(|event| &event.kind)
    else {
        panic!("{events:?}")
    };
    assert_pauses(&[*took], &[ms(40)]);
}

#[tokio::test(start_paused = true)]
async fn sent_messages_are_masked_and_in_order() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    session.until(is_open).await;
    let large = "x".repeat(70_000);
    for (kind, text) in [(Kind::Text, "a"), (Kind::Binary, "b"), (Kind::Text, large.as_str())] {
        session.send(Command::Send(Outgoing::Data {
            kind,
            payload: Bytes::from(text.to_owned()),
            shown: None,
        }));
    }
    for (opcode, payload) in [(1, "a"), (2, "b"), (1, large.as_str())] {
        assert_eq!(server.receive().await, Some(Frame { opcode, payload: payload.as_bytes().to_vec() }));
    }
    drop(server);
    let events = texts(&session.until(is_lost).await);
    assert_eq!(
        events[..3],
        ["sent Text a".to_owned(), "sent Binary b".to_owned(), format!("sent Text {large}")]
    );
}

#[tokio::test(start_paused = true)]
async fn a_sent_close_frame_starts_a_handshake_that_ends_the_connection() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    session.until(is_open).await;
    let close = CloseFrame { code: Some(4000), reason: "trying".to_owned() };
    session.send(Command::Send(Outgoing::Close(close)));
    assert_eq!(server.receive().await, Some(Frame { opcode: CLOSE, payload: b"\x0f\xa0trying".to_vec() }));
    server.close(4000, "").await;
    drop(server);
    let events = texts(&session.until(is_retry).await);
    assert_eq!(events[..2], ["Out close Some(4000) trying", "In close Some(4000) "]);
    assert!(events[2].ends_with("): trying, and the server agreed"), "{}", events[2]);
    assert_eq!(events[3], "retry 0 left None");
}

#[tokio::test(start_paused = true)]
async fn an_impossible_command_is_refused_with_a_reason() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Refuse, Answer::Accept]);
    session.until(is_retry).await;
    session.send(Command::Send(Outgoing::Ping(Bytes::new())));
    session.send(Command::Nack(MessageId(1)));
    let server = connections.next().await;
    let events = texts(&session.until(is_open).await);
    assert_eq!(
        events[..2],
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
        let events = texts(&session.until(|kind| matches!(kind, EventKind::Refused { .. })).await);
        assert!(events[0].starts_with(message), "{events:?}");
    }
    drop(server);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_read_fills_a_bounded_buffer_and_does_not_delay_a_stop() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    session.until(is_open).await;
    let payload = Bytes::from(vec![0; 300_000]);
    for _ in 0..6 {
        session.send(Command::Send(Outgoing::Data {
            kind: Kind::Binary,
            payload: payload.clone(),
            shown: None,
        }));
    }
    let events = texts(&session.until(|kind| matches!(kind, EventKind::Refused { .. })).await);
    assert!(events[0].starts_with("refused send: the server does not read: "), "{}", events[0]);
    server.send_text("but it does write").await;
    session.until(is_message).await;
    let start = Instant::now();
    session.send(Command::Stop);
    session.rest().await;
    assert_pauses(&[start.elapsed()], &[STOP_LIMIT]);
}

#[tokio::test(start_paused = true)]
async fn a_message_over_the_limit_of_a_pipeline_is_reported_once() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    let large = vec![b'x'; (32 << 20) + 1];
    let code = |kind: &EventKind| match kind {
        EventKind::Finding(finding) => finding.code.word() == "message-over-pipeline-limit",
        _ => false,
    };
    server.send_frame(0x1, &large).await;
    session.until(code).await;
    server.send_frame(0x1, &large).await;
    server.send_text("small").await;
    let events = session.until(|kind| matches!(kind, EventKind::Messages(batch) if batch.first.0 >= 3)).await;
    assert!(!events.iter().any(|event| code(&event.kind)));
}

#[tokio::test(start_paused = true)]
async fn a_tolerated_rule_is_reported_once_per_connection() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let deviations = |events: &[Event]| -> Vec<String> {
        let finding = |event: &Event| match &event.kind {
            EventKind::Finding(finding) => Some(finding.evidence.join("; ")),
            _ => None,
        };
        events.iter().filter_map(finding).filter(|seen| seen.contains("head of the frame")).collect()
    };
    for payload in [b'a', b'b'] {
        let mut server = connections.next().await;
        server.send_bytes(&[0x81, 126, 0, 1, payload]).await;
        let mut events = session.until(is_message).await;
        server.send_bytes(&[0x81, 126, 0, 1, b'x', 0x82, 126, 0, 1, b'y']).await;
        events.extend(session.until(is_message).await);
        drop(server);
        events.extend(session.until(is_lost).await);
        assert_eq!(deviations(&events), ["head of the frame: 81 7e 00 01"]);
    }
}

#[tokio::test(start_paused = true)]
async fn half_a_close_code_is_answered_like_an_empty_close_frame() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    server.send_bytes(&[0x88, 1, 3]).await;
    assert_eq!(server.receive().await, Some(Frame { opcode: CLOSE, payload: Vec::new() }));
    drop(server);
    let events = session.until(is_lost).await;
    let codes: Vec<_> = events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::Finding(finding) => Some(finding.code.word()),
            _ => None,
        })
        .collect();
    assert_eq!(codes, ["close-half-code"]);
    assert_eq!(texts(&events)[2], "In close None ");
}
