//! How connections end, and what is told of it.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_close_of_the_server_is_echoed_without_its_reason_and_reconnected() {
    for (code, meaning) in [
        (1000u16, "normal closure"),
        (1001, "going away"),
        (1011, "internal error in the server"),
        (4321, "private use"),
    ] {
        let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
        let mut visit = visits.next().await;
        visit.text("last words").await;
        visit.close(code, "bye").await;
        let heard = Heard { opcode: CLOSE, payload: code.to_be_bytes().to_vec() };
        assert_eq!(visit.hear().await, Some(heard));
        drop(visit);
        let told = story(&session.until(is_retry).await);
        assert_eq!(told[..2], ["connecting", "opened"]);
        assert_eq!(told[2], "1: last words");
        assert_eq!(told[3], format!("In close Some({code}) bye"));
        assert_eq!(told[4], format!("Out close Some({code}) "));
        assert_eq!(told[5], format!("lost after 1 messages: the server closed with {code} ({meaning}): bye"));
        assert_eq!(told[6], "retry 0 left None");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_hangs_up_on_our_answers_is_told_by_what_it_said_last() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    visit.say(PING, b"1").await;
    drop(visit);
    let told = story(&session.until(is_lost).await);
    let ended = "lost after 0 messages: the server ended the connection without a close frame";
    assert_eq!(told[2..], ["In ping 1", ended], "the pong never went out");

    let mut visit = visits.next().await;
    visit.say(PING, b"2").await;
    visit.close(1012, "").await;
    drop(visit);
    let told = story(&session.until(is_lost).await);
    let closed = "lost after 0 messages: the server closed with 1012 (the service restarts)";
    assert_eq!(told[3..], ["In ping 2", "In close Some(1012) ", closed]);
}

#[tokio::test(start_paused = true)]
async fn an_empty_close_is_answered_by_an_empty_close() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    visit.say(CLOSE, b"").await;
    assert_eq!(visit.hear().await, Some(Heard { opcode: CLOSE, payload: Vec::new() }));
    drop(visit);
    let told = story(&session.until(is_lost).await);
    assert_eq!(told.last().expect("it was lost"), "lost after 0 messages: the server closed without a code");
}

#[tokio::test(start_paused = true)]
async fn an_end_that_is_known_is_told_at_once_though_the_server_does_not_hang_up() {
    let masked = vec![0x81, 0x81, 0, 0, 0, 0, b'x'];
    for last in [frame(CLOSE, &1001u16.to_be_bytes()), masked] {
        let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
        let mut visit = visits.next().await;
        session.until(is_open).await;
        sleep(ms(250)).await;
        visit.raw(&last).await;
        let start = Instant::now();
        let told = session.until(is_retry).await;
        assert_eq!(start.elapsed(), Duration::ZERO, "{:?}", story(&told));
        let open_for = told.iter().find_map(|event| match &event.kind {
            EventKind::Lost(lost) => Some(lost.open_for),
            _ => None,
        });
        assert_pauses(&[open_for.expect("it was lost")], &[ms(250)]);
        drop(visits.next().await);
        assert_pauses(&visits.pauses(), &[ms(350)]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_stop_does_not_wait_for_a_server_that_does_not_hang_up() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    visit.close(1001, "").await;
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
    let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    visit.close(1001, "").await;
    session.until(is_lost).await;
    let start = Instant::now();
    visit.text("too late, and dropped").await;
    assert_eq!(visit.hear().await.map(|heard| heard.opcode), Some(CLOSE));
    assert_eq!(visit.hear().await, None);
    assert_pauses(&[start.elapsed()], &[SECOND]);
}

#[tokio::test(start_paused = true)]
async fn few_servers_that_do_not_hang_up_are_waited_for_at_a_time() {
    // One that reconnects at the same pause each time.
    let mut settings = settings();
    settings.options.dialect = Dialect::Connect;
    let (mut session, mut visits) = begin(settings, &[Answer::Auto]);
    let mut kept = Vec::new();
    for nth in 1..=5 {
        let mut visit = visits.next().await;
        visit.close(1001, "").await;
        session.until(is_lost).await;
        assert_eq!(visit.hear().await.map(|heard| heard.opcode), Some(CLOSE));
        let is_left = timeout(ms(1), visit.hear()).await.is_ok();
        assert_eq!(is_left, nth > 4, "visit {nth}");
        kept.push(visit);
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_breaks_a_rule_is_told_which_one() {
    let masked = [0x81, 0x81, 0, 0, 0, 0, b'x'];
    let too_large = frame(peer::TEXT, &[b'x'; 101]);
    for (bytes, code, message) in [
        (&masked[..], 1002u16, "the server broke the websocket protocol: bad MASK"),
        (&[0xc1, 0x00][..], 1002, "the server broke the websocket protocol: RSV1 set"),
        (&too_large[..], 1009, "a message of 101 bytes or more is over max_message_size, which is 100"),
    ] {
        let (mut session, mut visits) =
            begin(Settings { max_message_size: 100, ..settings() }, &[Answer::Auto]);
        let mut visit = visits.next().await;
        visit.text("well").await;
        visit.raw(bytes).await;
        let heard = visit.hear().await.expect("a close frame comes");
        assert_eq!((heard.opcode, &heard.payload[..2]), (CLOSE, &code.to_be_bytes()[..]));
        assert!(heard.payload.len() > 2, "the rule stands in the reason");
        drop(visit);
        let told = story(&session.until(is_retry).await);
        assert_eq!(told[2], "1: well");
        assert_eq!(told[4..], [format!("lost after 1 messages: {message}"), "retry 0 left None".to_owned()]);
    }
}

#[tokio::test(start_paused = true)]
async fn text_that_is_not_utf8_is_delivered_marked_and_told_once() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Auto]);
    let mut visit = visits.next().await;
    visit.say(peer::TEXT, b"caf\xe9").await;
    let told = session.until(is_message).await;
    let Some(EventKind::Messages(batch)) = told.last().map(|event| &event.kind) else { panic!("{told:?}") };
    let message = batch.get(MessageId(1)).expect("the first message has id 1");
    assert_eq!((message.payload, message.valid), (&b"caf\xe9"[..], false));
    visit.say(peer::TEXT, b"\xff again").await;
    drop(visit);
    let told = session.until(is_lost).await;
    let findings = told.iter().filter_map(|event| match &event.kind {
        EventKind::Finding(finding) => Some((finding.code.word(), finding.evidence[0].as_str())),
        _ => None,
    });
    assert_eq!(findings.collect::<Vec<_>>(), [("invalid-utf8", "at byte 3 of 4: e9")]);
}
