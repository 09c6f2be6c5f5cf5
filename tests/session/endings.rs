//! How connections end, and what is told of it.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_close_of_the_server_is_echoed_without_its_reason_and_redialled() {
    for (code, meaning) in [
        (1000u16, "normal closure"),
        (1001, "going away"),
        (1011, "internal error in the server"),
        (4321, "private use"),
    ] {
        let (mut session, mut visits) = begin(settings(), &[Answer::Accept]);
        let mut visit = visits.next().await;
        visit.text("last words").await;
        visit.close(code, "bye").await;
        let heard = Heard { opcode: CLOSE, payload: code.to_be_bytes().to_vec() };
        assert_eq!(visit.hear().await, Some(heard));
        drop(visit);
        let told = story(&session.until(is_retry).await);
        assert_eq!(told[..2], ["dialing", "opened"]);
        assert_eq!(told[2], "1: last words");
        assert_eq!(told[3], format!("In close Some({code}) bye"));
        assert_eq!(told[4], format!("Out close Some({code}) "));
        assert_eq!(told[5], format!("lost after 1 messages: the server closed with {code} ({meaning}): bye"));
        assert_eq!(told[6], "retry 0 left None");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_hangs_up_on_our_answers_is_told_by_what_it_said_last() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Accept]);
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
    let (mut session, mut visits) = begin(settings(), &[Answer::Accept]);
    let mut visit = visits.next().await;
    visit.say(CLOSE, b"").await;
    assert_eq!(visit.hear().await, Some(Heard { opcode: CLOSE, payload: Vec::new() }));
    drop(visit);
    let told = story(&session.until(is_lost).await);
    assert_eq!(told.last().expect("it was lost"), "lost after 0 messages: the server closed without a code");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_closes_and_never_hangs_up_is_left_after_a_second() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Accept]);
    let mut visit = visits.next().await;
    let start = Instant::now();
    visit.close(1001, "").await;
    session.until(is_lost).await;
    assert_pauses(&[start.elapsed()], &[SECOND]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_breaks_a_rule_is_told_which_one() {
    let masked = [0x81, 0x81, 0, 0, 0, 0, b'x'];
    let too_large = frame(peer::TEXT, &[b'x'; 101]);
    for (bytes, code, says) in [
        (&masked[..], 1002u16, "the server broke the websocket protocol: bad MASK"),
        (&[0xc1, 0x00][..], 1002, "the server broke the websocket protocol: RSV1 set"),
        (&too_large[..], 1009, "a message of 101 bytes or more is over max_message_size, which is 100"),
    ] {
        let (mut session, mut visits) =
            begin(Settings { max_message_size: 100, ..settings() }, &[Answer::Accept]);
        let mut visit = visits.next().await;
        visit.text("well").await;
        visit.raw(bytes).await;
        let heard = visit.hear().await.expect("a close frame comes");
        assert_eq!((heard.opcode, &heard.payload[..2]), (CLOSE, &code.to_be_bytes()[..]));
        assert!(heard.payload.len() > 2, "the rule stands in the reason");
        drop(visit);
        let told = story(&session.until(is_retry).await);
        assert_eq!(told[2], "1: well");
        assert_eq!(told[4..], [format!("lost after 1 messages: {says}"), "retry 0 left None".to_owned()]);
    }
}

#[tokio::test(start_paused = true)]
async fn text_that_is_not_utf8_is_delivered_and_marked() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Accept]);
    let mut visit = visits.next().await;
    visit.say(peer::TEXT, b"caf\xe9").await;
    let told = session.until(is_message).await;
    let Some(What::Messages(batch)) = told.last().map(|event| &event.what) else { panic!("{told:?}") };
    let message = batch.get(MessageId(1)).expect("the first message has id 1");
    assert_eq!((message.payload, message.valid), (&b"caf\xe9"[..], false));
}
