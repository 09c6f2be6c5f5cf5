//! Tests of the ledger of deliveries.

use super::*;

fn update(id: u64, attempt: u32, verdict: Verdict, recalled: bool) -> DeliveryUpdate {
    DeliveryUpdate { id: MessageId(id), delivery: Delivery { attempt, verdict }, recalled }
}

/// Reads and delivers a message.
fn deliver(ledger: &mut Ledger) -> MessageId {
    let ticket = ledger.read(false);
    ledger.take(ticket);
    ticket.id
}

/// Rejects a message that is to be redelivered. Returns its ticket.
fn nack(ledger: &mut Ledger, id: u64) -> (DeliveryUpdate, Ticket) {
    let (update, ticket) = ledger.nack(MessageId(id), OnNack::Replay).expect("it can be nacked");
    (update, ticket.expect("it is to be redelivered"))
}

#[test]
fn ids_continue_from_batch_to_batch() {
    let mut ledger = Ledger::default();
    assert_eq!([3, 1, 2].map(|count| ledger.deliver_and_ack(count).0), [1, 4, 5]);
    assert_eq!(deliver(&mut ledger), MessageId(7));
    assert_eq!((ledger.messages(), ledger.unacknowledged()), (7, 1));
}

#[test]
fn each_attempt_is_answered_once() {
    let mut ledger = Ledger::default();
    deliver(&mut ledger);
    deliver(&mut ledger);
    let (told, ticket) = nack(&mut ledger, 1);
    assert_eq!(told, update(1, 1, Verdict::Nacked, false));
    assert_eq!(ledger.ack(MessageId(2)), Ok(update(2, 1, Verdict::Acked, false)));
    assert_eq!(ledger.take(ticket), 2);
    assert_eq!(ledger.ack(MessageId(1)), Ok(update(1, 2, Verdict::Acked, false)));
    assert_eq!(ledger.unacknowledged(), 0);
    let refused = LedgerError::AlreadyAcked { id: MessageId(1), attempt: 2 };
    assert_eq!(ledger.ack(MessageId(1)), Err(refused));
}

#[test]
fn an_acknowledged_message_can_be_nacked() {
    let mut ledger = Ledger::default();
    ledger.deliver_and_ack(2);
    for attempt in 1..4 {
        let (told, ticket) = nack(&mut ledger, 2);
        assert_eq!(told, update(2, attempt, Verdict::Nacked, true));
        assert_eq!(ledger.take(ticket), attempt + 1);
        ledger.ack(MessageId(2)).expect("it is unacknowledged");
    }
}

#[test]
fn an_undo_restores_the_verdict_that_was_before() {
    let mut ledger = Ledger::default();
    deliver(&mut ledger);
    ledger.deliver_and_ack(1);
    let [(_, first), (_, second)] = [1, 2].map(|id| nack(&mut ledger, id));
    assert_eq!(ledger.restore(first), update(1, 1, Verdict::Pending, true));
    assert_eq!(ledger.restore(second), update(2, 1, Verdict::Acked, true));
    assert_eq!(ledger.not_nacked(MessageId(1)), LedgerError::NotNacked { id: MessageId(1) });
    let (_, again) = nack(&mut ledger, 1);
    ledger.take(again);
    assert_eq!(ledger.not_nacked(MessageId(1)), LedgerError::AlreadyRedelivered { id: MessageId(1) });
}

#[test]
fn an_invalid_answer_is_refused_with_a_reason() {
    let mut ledger = Ledger::default();
    ledger.deliver_and_ack(3);
    ledger.nack(MessageId(1), OnNack::Drop).expect("it can be nacked");
    let nacked = |ledger: &mut Ledger, id| {
        ledger.nack(MessageId(id), OnNack::Replay).map(|_| ()).map_err(|error| error.to_string())
    };
    for (refusal, expected) in [
        (nacked(&mut ledger, 0), "there is no message 0: the first one is 1"),
        (
            ledger.ack(MessageId(4)).map(|_| ()).map_err(|error| error.to_string()),
            "message 4 has not been received yet: the last one is 3",
        ),
        (nacked(&mut ledger, 1), "message 1 was dropped at attempt 1 and can no longer be answered"),
    ] {
        assert_eq!(refusal, Err(expected.to_owned()));
    }
}

#[test]
fn a_message_that_the_session_leaves_behind_is_lost() {
    let mut ledger = Ledger::default();
    let unread = ledger.read(false);
    assert_eq!(ledger.lose(unread), update(1, 1, Verdict::Lost, false));
    deliver(&mut ledger);
    let (_, ticket) = nack(&mut ledger, 2);
    assert_eq!(ledger.lose(ticket), update(2, 1, Verdict::Lost, false));
}

#[test]
fn the_ledger_has_a_bound_for_completed_messages() {
    let mut ledger = Ledger::default();
    let many = COMPLETED as u64;
    ledger.deliver_and_ack(many + 2);
    for id in 1..=many + 1 {
        ledger.nack(MessageId(id), OnNack::Drop).expect("it can be nacked");
    }
    let first = MessageId(1);
    assert_eq!(ledger.nack(first, OnNack::Replay), Err(LedgerError::Forgotten { id: first }));
    assert!(ledger.nack(MessageId(many + 2), OnNack::Replay).is_ok(), "it is remembered");
}
