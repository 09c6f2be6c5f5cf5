//! Tests of the ledger of deliveries.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

fn update(id: u64, attempt: u32, verdict: Verdict, recalled: bool) -> DeliveryUpdate {
    DeliveryUpdate { id: MessageId(id), delivery: Delivery { attempt, verdict }, recalled }
}

fn redeliver_next(ledger: &mut Ledger) -> Option<(u64, u32)> {
    let waiting = ledger.next_waiting()?;
    Some((waiting.id.0, ledger.redeliver(waiting)))
}

#[test]
fn ids_continue_from_batch_to_batch() {
    let mut ledger = Ledger::default();
    assert_eq!([3, 1, 2].map(|count| ledger.deliver_and_ack(count).0), [1, 4, 5]);
    assert_eq!(ledger.deliver(false), MessageId(7));
    assert_eq!((ledger.messages(), ledger.unacknowledged()), (7, 1));
}

#[test]
fn each_attempt_is_answered_once_and_nacked_messages_wait_in_order() {
    let mut ledger = Ledger::default();
    for _ in 0..3 {
        ledger.deliver(false);
    }
    assert_eq!(ledger.nack(MessageId(3), OnNack::Replay), Ok(update(3, 1, Verdict::Nacked, false)));
    assert_eq!(ledger.nack(MessageId(1), OnNack::Replay), Ok(update(1, 1, Verdict::Nacked, false)));
    assert_eq!(ledger.ack(MessageId(2)), Ok(update(2, 1, Verdict::Acked, false)));
    assert_eq!((redeliver_next(&mut ledger), redeliver_next(&mut ledger)), (Some((3, 2)), Some((1, 2))));
    assert_eq!(ledger.ack(MessageId(3)), Ok(update(3, 2, Verdict::Acked, false)));
    assert_eq!((ledger.unacknowledged(), ledger.waiting()), (1, 0));
}

#[test]
fn an_acknowledged_message_can_be_nacked() {
    let mut ledger = Ledger::default();
    ledger.deliver_and_ack(2);
    for attempt in 1..4 {
        let nacked = update(2, attempt, Verdict::Nacked, true);
        assert_eq!(ledger.nack(MessageId(2), OnNack::Replay), Ok(nacked));
        assert_eq!(redeliver_next(&mut ledger), Some((2, attempt + 1)));
        ledger.ack(MessageId(2)).expect("it is unacknowledged");
    }
    assert_eq!((ledger.unacknowledged(), ledger.waiting()), (0, 0));
}

#[test]
fn a_nack_can_be_undone_until_the_message_is_redelivered() {
    let mut ledger = Ledger::default();
    ledger.deliver(false);
    ledger.deliver_and_ack(1);
    for id in [1, 2] {
        ledger.nack(MessageId(id), OnNack::Replay).expect("it can be nacked");
    }
    assert_eq!(ledger.undo(MessageId(1)), Ok(update(1, 1, Verdict::Pending, true)));
    assert_eq!(ledger.undo(MessageId(2)), Ok(update(2, 1, Verdict::Acked, true)));
    assert_eq!((ledger.unacknowledged(), ledger.waiting()), (1, 0));
    assert_eq!(ledger.undo(MessageId(1)), Err(LedgerError::NotNacked { id: MessageId(1) }));
    ledger.nack(MessageId(1), OnNack::Replay).expect("it can be nacked");
    assert_eq!(redeliver_next(&mut ledger), Some((1, 2)));
    assert_eq!(ledger.undo(MessageId(1)), Err(LedgerError::AlreadyRedelivered { id: MessageId(1) }));
}

#[test]
fn an_invalid_answer_is_refused_with_a_reason() {
    let mut ledger = Ledger::default();
    ledger.deliver_and_ack(3);
    ledger.nack(MessageId(1), OnNack::Drop).expect("it can be nacked");
    ledger.nack(MessageId(2), OnNack::Replay).expect("it can be nacked");
    let message = |refused: Result<DeliveryUpdate, LedgerError>| refused.map_err(|error| error.to_string());
    let refused = [
        (message(ledger.nack(MessageId(0), OnNack::Replay)), "there is no message 0: the first one is 1"),
        (message(ledger.ack(MessageId(4))), "message 4 has not been received yet: the last one is 3"),
        (message(ledger.ack(MessageId(3))), "message 3 is already acked at attempt 1"),
        (
            message(ledger.nack(MessageId(2), OnNack::Replay)),
            "message 2 is already nacked at attempt 1 and waits to be redelivered",
        ),
        (
            message(ledger.nack(MessageId(1), OnNack::Replay)),
            "message 1 was dropped at attempt 1 and can no longer be answered",
        ),
        (message(ledger.undo(MessageId(3))), "message 3 was not nacked"),
    ];
    for (refusal, expected) in refused {
        assert_eq!(refusal, Err(expected.to_owned()));
    }
}

#[test]
fn the_ledger_has_a_bound_for_completed_and_for_waiting_messages() {
    let mut ledger = Ledger::default();
    let many = COMPLETED as u64;
    ledger.deliver_and_ack(many + 2);
    for id in 1..=many + 1 {
        ledger.nack(MessageId(id), OnNack::Drop).expect("it can be nacked");
    }
    let first = MessageId(1);
    assert_eq!(ledger.nack(first, OnNack::Replay), Err(LedgerError::Forgotten { id: first }));
    assert!(ledger.nack(MessageId(many + 2), OnNack::Replay).is_ok(), "it is remembered");
    let mut ledger = Ledger::default();
    ledger.deliver_and_ack(WAITING as u64 + 1);
    for id in 1..=WAITING as u64 {
        ledger.nack(MessageId(id), OnNack::Replay).expect("there is room");
    }
    let over = MessageId(WAITING as u64 + 1);
    assert_eq!(ledger.nack(over, OnNack::Replay), Err(LedgerError::Full { id: over }));
}

#[derive(Clone, Copy, Debug)]
enum Step {
    HandOut,
    HandOutAndAck(u64),
    Ack(u64),
    Nack(u64, bool),
    Undo(u64),
    Again,
    Lose,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let id = 0u64..8;
    let step = prop_oneof![
        Just(Step::HandOut),
        (0u64..3).prop_map(Step::HandOutAndAck),
        id.clone().prop_map(Step::Ack),
        (id.clone(), any::<bool>()).prop_map(|(id, replays)| Step::Nack(id, replays)),
        id.prop_map(Step::Undo),
        Just(Step::Again),
        Just(Step::Lose),
    ];
    prop::collection::vec(step, 0..200)
}

proptest! {
    #[test]
    fn no_attempt_is_answered_twice_and_none_is_lost(steps in steps()) {
        let mut ledger = Ledger::default();
        // The verdict of each attempt; an attempt whose nack was undone has none.
        let mut answered: HashMap<(MessageId, u32), Verdict> = HashMap::new();
        let mut redelivered = 0;
        for step in steps {
            let answer = match step {
                Step::HandOut => {
                    ledger.deliver(false);
                    continue;
                }
                Step::HandOutAndAck(count) => {
                    let first = ledger.deliver_and_ack(count);
                    for nth in 0..count {
                        answered.insert((first.plus(nth), 1), Verdict::Acked);
                    }
                    continue;
                }
                Step::Again => {
                    redelivered += u64::from(redeliver_next(&mut ledger).is_some());
                    continue;
                }
                Step::Lose => match ledger.next_waiting() {
                    Some(waiting) => Ok(ledger.lose(waiting)),
                    None => continue,
                },
                Step::Ack(id) => ledger.ack(MessageId(id)),
                Step::Nack(id, true) => ledger.nack(MessageId(id), OnNack::Replay),
                Step::Nack(id, false) => ledger.nack(MessageId(id), OnNack::Drop),
                Step::Undo(id) => ledger.undo(MessageId(id)),
            };
            if let Ok(DeliveryUpdate { id, delivery: Delivery { attempt, verdict }, recalled }) = answer {
                let before = answered.insert((id, attempt), verdict);
                if verdict == Verdict::Pending {
                    answered.remove(&(id, attempt));
                }
                let may_follow = match verdict {
                    Verdict::Lost => before == Some(Verdict::Nacked),
                    _ if recalled => before.is_some(),
                    _ => before.is_none(),
                };
                prop_assert!(may_follow, "{id} attempt {attempt}: {before:?} then {verdict:?}");
            }
            prop_assert_eq!(
                ledger.messages() + redelivered - answered.len() as u64,
                ledger.unacknowledged() as u64,
                "delivered minus answered is unacknowledged"
            );
            let nacked = answered.values().filter(|verdict| **verdict == Verdict::Nacked).count() as u64;
            prop_assert_eq!(nacked, redelivered + ledger.waiting() as u64, "each nacked message was redelivered or waits");
        }
    }
}
