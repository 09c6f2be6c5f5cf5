//! What the book of deliveries holds to.

use std::collections::{HashMap, HashSet};

use proptest::prelude::*;

use super::*;

fn events(id: u64, attempt: u32, verdict: Verdict, recalled: bool) -> Redelivery {
    Redelivery { id: MessageId(id), delivery: Delivery { attempt, verdict }, recalled }
}

fn again(ledger: &mut Ledger) -> Option<(u64, u32)> {
    let waiting = ledger.next_waiting()?;
    Some((waiting.id.0, ledger.hand_out_again(waiting)))
}

#[test]
fn ids_run_on_from_batch_to_batch() {
    let mut ledger = Ledger::default();
    assert_eq!([3, 1, 2].map(|count| ledger.hand_out_and_ack(count).0), [1, 4, 5]);
    assert_eq!(ledger.hand_out(false), MessageId(7));
    assert_eq!((ledger.messages(), ledger.unacknowledged()), (7, 1));
}

#[test]
fn a_message_is_answered_once_and_a_nacked_one_waits_in_order() {
    let mut ledger = Ledger::default();
    for _ in 0..3 {
        ledger.hand_out(false);
    }
    assert_eq!(ledger.nack(MessageId(3), OnNack::Replayed), Ok(events(3, 1, Verdict::Nacked, false)));
    assert_eq!(ledger.nack(MessageId(1), OnNack::Replayed), Ok(events(1, 1, Verdict::Nacked, false)));
    assert_eq!(ledger.ack(MessageId(2)), Ok(events(2, 1, Verdict::Acked, false)));
    assert_eq!((again(&mut ledger), again(&mut ledger)), (Some((3, 2)), Some((1, 2))));
    assert_eq!(ledger.ack(MessageId(3)), Ok(events(3, 2, Verdict::Acked, false)));
    let tally = Tally { handed_out: 5, acked: 2, nacked: 2, ..Tally::default() };
    assert_eq!((ledger.tally(), ledger.unacknowledged()), (tally, 1));
}

#[test]
fn an_acknowledged_message_is_rejected_after_the_fact() {
    let mut ledger = Ledger::default();
    ledger.hand_out_and_ack(2);
    for attempt in 1..4 {
        let nacked = events(2, attempt, Verdict::Nacked, true);
        assert_eq!(ledger.nack(MessageId(2), OnNack::Replayed), Ok(nacked));
        assert_eq!(again(&mut ledger), Some((2, attempt + 1)));
        ledger.ack(MessageId(2)).expect("it is unacknowledged");
    }
    let tally = Tally { handed_out: 5, acked: 2, nacked: 3, ..Tally::default() };
    assert_eq!(ledger.tally(), tally);
}

#[test]
fn a_nack_is_taken_back_until_the_message_is_redelivered() {
    let mut ledger = Ledger::default();
    ledger.hand_out(false);
    ledger.hand_out_and_ack(1);
    for id in [1, 2] {
        ledger.nack(MessageId(id), OnNack::Replayed).expect("it can be");
    }
    assert_eq!(ledger.undo(MessageId(1)), Ok(events(1, 1, Verdict::Pending, true)));
    assert_eq!(ledger.undo(MessageId(2)), Ok(events(2, 1, Verdict::Acked, true)));
    assert_eq!(ledger.tally(), Tally { handed_out: 2, acked: 1, ..Tally::default() });
    assert_eq!(ledger.undo(MessageId(1)), Err(LedgerError::NotNacked { id: MessageId(1) }));
    ledger.nack(MessageId(1), OnNack::Replayed).expect("it can be");
    assert_eq!(again(&mut ledger), Some((1, 2)));
    assert_eq!(ledger.undo(MessageId(1)), Err(LedgerError::HandedOutAgain { id: MessageId(1) }));
}

#[test]
fn what_cannot_be_answered_is_refused_in_words() {
    let mut ledger = Ledger::default();
    ledger.hand_out_and_ack(3);
    ledger.nack(MessageId(1), OnNack::Dropped).expect("it can be");
    ledger.nack(MessageId(2), OnNack::Replayed).expect("it can be");
    let message = |refused: Result<Redelivery, LedgerError>| refused.map_err(|error| error.to_string());
    let refused = [
        (message(ledger.nack(MessageId(0), OnNack::Replayed)), "there is no message 0: the first one is 1"),
        (message(ledger.ack(MessageId(4))), "message 4 has not been received yet: the last one is 3"),
        (message(ledger.ack(MessageId(3))), "message 3 is acked at attempt 1 already"),
        (
            message(ledger.nack(MessageId(2), OnNack::Replayed)),
            "message 2 is nacked at attempt 1 already and waits to be redelivered",
        ),
        (
            message(ledger.nack(MessageId(1), OnNack::Replayed)),
            "message 1 was dropped at attempt 1, so there is nothing left to answer",
        ),
        (message(ledger.undo(MessageId(3))), "message 3 was not nacked"),
    ];
    for (refusal, expected) in refused {
        assert_eq!(refusal, Err(expected.to_owned()));
    }
}

#[test]
fn the_account_of_rejected_messages_has_an_end() {
    let mut ledger = Ledger::default();
    let many = SETTLED as u64;
    ledger.hand_out_and_ack(many + 2);
    for id in 1..=many + 1 {
        ledger.nack(MessageId(id), OnNack::Dropped).expect("it can be");
    }
    let first = MessageId(1);
    assert_eq!(ledger.nack(first, OnNack::Replayed), Err(LedgerError::Forgotten { id: first }));
    assert!(ledger.nack(MessageId(many + 2), OnNack::Replayed).is_ok(), "a later one can be");
    let mut ledger = Ledger::default();
    ledger.hand_out_and_ack(WAITING as u64 + 1);
    for id in 1..=WAITING as u64 {
        ledger.nack(MessageId(id), OnNack::Replayed).expect("there is room");
    }
    let over = MessageId(WAITING as u64 + 1);
    assert_eq!(ledger.nack(over, OnNack::Replayed), Err(LedgerError::Full { id: over }));
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
    fn no_attempt_is_answered_twice_and_none_is_lost_uncounted(steps in steps()) {
        let mut ledger = Ledger::default();
        // The final word on each attempt; one that was taken back has none.
        let mut answered: HashMap<(MessageId, u32), Verdict> = HashMap::new();
        let mut gone = HashSet::new();
        for step in steps {
            let answer = match step {
                Step::HandOut => {
                    ledger.hand_out(false);
                    continue;
                }
                Step::HandOutAndAck(count) => {
                    let first = ledger.hand_out_and_ack(count);
                    for nth in 0..count {
                        answered.insert((first.plus(nth), 1), Verdict::Acked);
                    }
                    continue;
                }
                Step::Again => {
                    again(&mut ledger);
                    continue;
                }
                Step::Lose => match ledger.next_waiting() {
                    Some(waiting) => {
                        gone.insert(waiting.id);
                        Ok(ledger.lose(waiting))
                    }
                    None => continue,
                },
                Step::Ack(id) => ledger.ack(MessageId(id)),
                Step::Nack(id, true) => ledger.nack(MessageId(id), OnNack::Replayed),
                Step::Nack(id, false) => ledger.nack(MessageId(id), OnNack::Dropped),
                Step::Undo(id) => ledger.undo(MessageId(id)),
            };
            if let Ok(Redelivery { id, delivery: Delivery { attempt, verdict }, recalled }) = answer {
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
            let tally = ledger.tally();
            let unacknowledged = ledger.unacknowledged() as u64;
            prop_assert_eq!(
                tally.handed_out,
                tally.acked + tally.nacked + tally.dropped + tally.lost + unacknowledged,
                "delivered minus answered equals awaiting"
            );
            let replayed = tally.handed_out - ledger.messages();
            prop_assert_eq!(tally.nacked, replayed + ledger.waiting() as u64, "each nack is replayed or waits");
            prop_assert_eq!(tally.lost, gone.len() as u64);
        }
    }
}
