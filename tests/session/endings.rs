//! How connections end, and how that is reported.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_close_by_the_server_is_answered_without_its_reason_and_followed_by_a_reconnect() {
    for (code, meaning) in [
        (1000u16, "normal closure"),
        (1001, "going away"),
        (1011, "internal error in the server"),
        (4321, "private use"),
    ] {
        let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
        let mut server = connections.next().await;
        server.send_text("last words").await;
        server.close(code, "bye").await;
        let frame = Frame { opcode: CLOSE, payload: code.to_be_bytes().to_vec() };
        assert_eq!(server.receive().await, Some(frame));
        drop(server);
        let events = texts(&session.until(is_retry).await);
        assert_eq!(events[..2], ["connecting", "opened"]);
        assert_eq!(events[2], "1: last words");
        assert_eq!(events[3], format!("In close Some({code}) bye"));
        assert_eq!(events[4], format!("Out close Some({code}) "));
        assert_eq!(
            events[5],
            format!("lost after 1 messages: the server closed with {code} ({meaning}): bye")
        );
        assert_eq!(events[6], "retry 0 left None");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_hangs_up_before_our_answer_is_reported_by_its_last_frame() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    server.send_frame(PING, b"1").await;
    drop(server);
    let events = texts(&session.until(is_lost).await);
    let ended = "lost after 0 messages: the server ended the connection without a close frame";
    assert_eq!(events[2..], ["In ping 1", ended], "the pong was never sent");

    let mut server = connections.next().await;
    server.send_frame(PING, b"2").await;
    server.close(1012, "").await;
    drop(server);
    let events = texts(&session.until(is_lost).await);
    let closed = "lost after 0 messages: the server closed with 1012 (the service restarts)";
    assert_eq!(events[3..], ["In ping 2", "In close Some(1012) ", closed]);
}

#[tokio::test(start_paused = true)]
async fn an_empty_close_is_answered_by_an_empty_close() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    server.send_frame(CLOSE, b"").await;
    assert_eq!(server.receive().await, Some(Frame { opcode: CLOSE, payload: Vec::new() }));
    drop(server);
    let events = texts(&session.until(is_lost).await);
    assert_eq!(
        events.last().expect("it was lost"),
        "lost after 0 messages: the server closed without a code"
    );
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_connection_is_reported_before_the_server_hangs_up() {
    let masked = vec![0x81, 0x81, 0, 0, 0, 0, b'x'];
    for last in [frame(CLOSE, &1001u16.to_be_bytes()), masked] {
        let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
        let mut server = connections.next().await;
        session.until(is_open).await;
        sleep(ms(250)).await;
        server.send_bytes(&last).await;
        let start = Instant::now();
        let events = session.until(is_retry).await;
        assert_eq!(start.elapsed(), Duration::ZERO, "{:?}", texts(&events));
        let open_for = events.iter().find_map(|event| match &event.kind {
            EventKind::Lost(lost) => Some(lost.open_for),
            _ => None,
        });
        assert_pauses(&[open_for.expect("it was lost")], &[ms(250)]);
        drop(connections.next().await);
        assert_pauses(&connections.pauses(), &[ms(350)]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_stop_does_not_wait_for_a_server_that_does_not_hang_up() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    server.close(1001, "").await;
    session.until(is_lost).await;
    let start = Instant::now();
    session.send(Command::Stop);
    assert_eq!(
        session.rest().await.last().map(String::as_str),
        Some("ended, stopped: 0 messages, 1 connections")
    );
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_closed_has_a_second_to_hang_up_first() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    server.close(1001, "").await;
    session.until(is_lost).await;
    let start = Instant::now();
    server.send_text("too late, and dropped").await;
    assert_eq!(server.receive().await.map(|frame| frame.opcode), Some(CLOSE));
    assert_eq!(server.receive().await, None);
    assert_pauses(&[start.elapsed()], &[SECOND]);
}

#[tokio::test(start_paused = true)]
async fn a_newer_pipeline_does_not_wait_for_a_server_that_closed() {
    let mut settings = settings();
    settings.options.dialect = Dialect::Connect;
    let (mut session, mut connections) = start_session(settings, &[Answer::Accept]);
    let mut server = connections.next().await;
    server.close(1001, "").await;
    session.until(is_lost).await;
    let start = Instant::now();
    assert_eq!(server.receive().await.map(|frame| frame.opcode), Some(CLOSE));
    assert_eq!(server.receive().await, None);
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn at_most_four_servers_that_do_not_hang_up_are_waited_for() {
    // A pipeline that leaves lost sockets to the server, and always reconnects after the same pause.
    let mut settings = settings();
    settings.options.dialect = Dialect::Benthos;
    let (mut session, mut connections) = start_session(settings, &[Answer::Accept]);
    let mut kept = Vec::new();
    for nth in 1..=5 {
        let mut server = connections.next().await;
        server.close(1001, "").await;
        session.until(is_lost).await;
        assert_eq!(server.receive().await.map(|frame| frame.opcode), Some(CLOSE));
        let is_closed = timeout(ms(1), server.receive()).await.is_ok();
        assert_eq!(is_closed, nth > 4, "connection {nth}");
        kept.push(server);
    }
}

#[tokio::test(start_paused = true)]
async fn the_close_frame_for_a_violation_names_the_rule() {
    let masked = [0x81, 0x81, 0, 0, 0, 0, b'x'];
    let too_large = frame(peer::TEXT, &[b'x'; 101]);
    for (bytes, code, message) in [
        (&masked[..], 1002u16, "the server broke the websocket protocol: bad MASK"),
        (&[0xc1, 0x00][..], 1002, "the server broke the websocket protocol: RSV1 set"),
        (&too_large[..], 1009, "a message of 101 bytes or more is over max_message_size, which is 100"),
    ] {
        let (mut session, mut connections) =
            start_session(Settings { max_message_size: 100, ..settings() }, &[Answer::Accept]);
        let mut server = connections.next().await;
        server.send_text("well").await;
        server.send_bytes(bytes).await;
        let frame = server.receive().await.expect("a close frame is sent");
        assert_eq!((frame.opcode, &frame.payload[..2]), (CLOSE, &code.to_be_bytes()[..]));
        assert!(frame.payload.len() > 2, "the reason is the rule");
        drop(server);
        let events = texts(&session.until(is_retry).await);
        assert_eq!(events[2], "1: well");
        assert_eq!(
            events[4..],
            [format!("lost after 1 messages: {message}"), "retry 0 left None".to_owned()]
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_pipeline_answers_a_violation_as_its_library_does() {
    let close = |code: u16| Some(code.to_be_bytes().to_vec());
    let over_limit = frame(peer::TEXT, &[b'x'; 101]);
    let bad_gateway = frame(CLOSE, &1014u16.to_be_bytes());
    let broken_compression = [0xc1, 0x03, 0xff, 0xff, 0xff];
    for (bytes, compressed, answer, logged) in [
        (&over_limit[..], false, close(1009), true),
        (&bad_gateway[..], false, close(1002), false),
        (&broken_compression[..], true, None, false),
    ] {
        let mut settings = Settings { max_message_size: 100, ..settings() };
        settings.options.dialect = Dialect::Connect;
        let accepted = if compressed { Answer::AcceptCompressed } else { Answer::Accept };
        let (mut session, mut connections) = start_session(settings, &[accepted]);
        let mut server = connections.next().await;
        server.send_bytes(bytes).await;
        let events = session.until(is_retry).await;
        let frame = server.receive().await.map(|frame| frame.payload.get(..2).map(<[u8]>::to_vec));
        assert_eq!(frame.flatten(), answer, "{bytes:?}");
        let limit = "exceeding max_message_size";
        let lines = events
            .iter()
            .any(|event| matches!(&event.kind, EventKind::Pipeline(line) if line.text.contains(limit)));
        assert_eq!(lines, logged, "{bytes:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn text_that_is_not_utf8_is_delivered_and_reported_once() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    server.send_frame(peer::TEXT, b"caf\xe9").await;
    let events = session.until(is_message).await;
    let Some(EventKind::Messages(batch)) = events.last().map(|event| &event.kind) else {
        panic!("{events:?}")
    };
    let message = batch.messages().next().expect("there is a message");
    assert_eq!((message.payload, message.valid), (&b"caf\xe9"[..], false));
    server.send_frame(peer::TEXT, b"\xff again").await;
    drop(server);
    let events = session.until(is_lost).await;
    let findings = events.iter().filter_map(|event| match &event.kind {
        EventKind::Finding(finding) => Some((finding.code.word(), finding.evidence[0].as_str())),
        _ => None,
    });
    assert_eq!(findings.collect::<Vec<_>>(), [("invalid-utf8", "at byte 3 of 4: e9")]);
}

#[tokio::test(start_paused = true)]
async fn the_finding_about_a_close_has_the_error_message_before_it_and_the_pongs() {
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    session.until(is_open).await;
    server.send_frame(peer::PING, b"1").await;
    server.receive().await.expect("the ping is answered");
    server.send_text(r#"{"type":"error","message":"wrong lane"}"#).await;
    server.close(1008, "heartbeat missed").await;
    let events = session.until(is_retry).await;
    let findings: Vec<_> = events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::Finding(finding) => Some(finding),
            _ => None,
        })
        .collect();
    let [finding] = findings[..] else { panic!("there is one finding: {findings:?}") };
    assert_eq!(finding.title, "closed over a heartbeat (1008)");
    for line in [
        r#"said before: {"type":"error","message":"wrong lane"}"#,
        "the server sent 1 ping frame; each was answered, within a millisecond",
    ] {
        assert!(finding.evidence.contains(&line.to_owned()), "{:?}", finding.evidence);
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_of_the_user_answers_the_heartbeats_before_it() {
    let is_finding = |kind: &EventKind| matches!(kind, EventKind::Finding(_));
    let (mut session, mut connections) = start_session(settings(), &[Answer::Accept]);
    let mut server = connections.next().await;
    session.until(is_open).await;
    server.send_text("ping").await;
    session.until(is_message).await;
    let pong = Outgoing::Data { kind: Kind::Text, payload: "pong".into(), shown: None };
    session.send(Command::Send(pong));
    server.receive().await.expect("the message arrives");
    server.send_text("ping").await;
    let events = session.until(is_message).await;
    assert!(!events.iter().any(|event| is_finding(&event.kind)), "{events:?}");
    server.send_text("ping").await;
    let events = session.until(is_finding).await;
    let EventKind::Finding(finding) = &events[events.len() - 1].kind else { panic!("it is a finding") };
    assert_eq!(finding.code.word(), "heartbeat-unanswered");
}
