//! What becomes of messages after they were handed out.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_nacked_message_is_handed_out_again_as_attempt_two() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Accept]);
    let mut visit = visits.next().await;
    visit.text("a").await;
    session.until(is_message).await;
    session.ask(Command::Nack(MessageId(1)));
    let again = |what: &What| matches!(what, What::Delivery(told) if told.delivery.attempt == 2);
    let told = story(&session.until(again).await);
    assert_eq!(told, ["1 attempt 1 Nacked (recalled)", "1 attempt 2 Acked"]);
}

#[tokio::test(start_paused = true)]
async fn a_nacked_message_is_dropped_when_replays_are_off() {
    let (mut session, mut visits) =
        begin(Settings { auto_replay_nacks: false, ..settings() }, &[Answer::Accept]);
    let mut visit = visits.next().await;
    visit.text("a").await;
    session.until(is_message).await;
    session.ask(Command::Nack(MessageId(1)));
    session.ask(Command::Nack(MessageId(1)));
    let told = story(&session.until(|what| matches!(what, What::Refused { .. })).await);
    let refused = "refused nack: message 1 was dropped at attempt 1, so there is nothing left to reject";
    assert_eq!(told, ["1 attempt 1 Dropped (recalled)", refused]);
}

#[tokio::test(start_paused = true)]
async fn ids_count_on_across_dials_and_old_messages_can_still_be_nacked() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Accept]);
    for text in ["a", "b"] {
        let mut visit = visits.next().await;
        visit.text(text).await;
        session.until(is_message).await;
    }
    session.ask(Command::Nack(MessageId(1)));
    let told = story(&session.until(|what| matches!(what, What::Delivery(_))).await);
    assert_eq!(told.last().map(String::as_str), Some("1 attempt 1 Nacked (recalled)"));
    let mut visit = visits.next().await;
    visit.text("c").await;
    let told = story(&session.until(is_message).await);
    assert_eq!(told.last().map(String::as_str), Some("3: c"));
}

#[tokio::test(start_paused = true)]
async fn a_message_that_came_with_the_handshake_is_the_first() {
    let (mut session, mut visits) = begin(settings(), &[Answer::Greet]);
    let mut visit = visits.next().await;
    let told = story(&session.until(is_message).await);
    assert_eq!(told, ["dialing", "opened", "1: hello"]);
    visit.text("again").await;
    assert_eq!(story(&session.until(is_message).await), ["2: again"]);
}
