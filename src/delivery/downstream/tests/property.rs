//! Whatever happens in whatever order: no message is lost, overtaken or in two places.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Step {
    Send(u8),
    Next,
    Ack(u64),
    Nack(u64),
    Undo(u64),
    Lose,
    Connect,
    Replays(bool),
    AckMode(&'static str),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let id = 1u64..12;
    let ack_modes = prop::sample::select(vec![
        "auto",
        "manual 2",
        "manual 5 threads:2",
        "reject all",
        "reject 50% delay:5ms",
        "reject first 4 in-flight:3 threads:1",
        "reject every 3",
        "reject b delay:1ms",
        "slow 10ms..1s in-flight:3",
    ]);
    let step = prop_oneof![
        4 => (1u8..4).prop_map(Step::Send),
        4 => Just(Step::Next),
        1 => id.clone().prop_map(Step::Ack),
        1 => id.clone().prop_map(Step::Nack),
        1 => id.prop_map(Step::Undo),
        1 => Just(Step::Lose),
        2 => Just(Step::Connect),
        1 => any::<bool>().prop_map(Step::Replays),
        1 => ack_modes.prop_map(Step::AckMode),
    ];
    prop::collection::vec(step, 0..120)
}

fn note_verdicts(verdicts: &mut HashMap<MessageId, Verdict>, kind: &EventKind) {
    match kind {
        EventKind::Messages(batch) => {
            verdicts.extend(batch.messages().map(|message| (message.id, batch.verdict)));
        }
        EventKind::Delivery(run) => {
            verdicts.extend(run.updates().map(|update| (update.id, update.delivery.verdict)));
        }
        _ => {}
    }
}

proptest! {
    #[test]
    fn no_message_is_lost_or_overtaken_and_the_limit_holds(steps in steps()) {
        let mut bench = Bench::new("manual 3");
        let (mut sent, mut read, mut most, mut is_connected) = (0u64, 0u64, 3usize, true);
        let mut verdicts = HashMap::new();
        for step in steps {
            match &step {
                Step::Send(count) => {
                    sent += u64::from(*count);
                    bench.send(&vec!["b"; (*count).into()]);
                }
                Step::Next => drop(bench.next()),
                Step::Ack(id) => drop(bench.ack(*id)),
                Step::Nack(id) => drop(bench.nack(*id)),
                // It is in the output again, whatever the limit.
                Step::Undo(id) => most += usize::from(bench.undo(*id).is_ok()),
                Step::Lose if is_connected => {
                    is_connected = false;
                    bench.lose();
                }
                Step::Lose => {}
                Step::Connect => {
                    is_connected = true;
                    bench.connect();
                }
                Step::Replays(replays) => bench.downstream.set_auto_replay(*replays),
                Step::AckMode(text) => {
                    most = most.max(ack_mode(text).width(&Stages::default()).max_in_flight);
                    bench.set(text);
                }
            }
            while bench.downstream.due().is_some_and(|due| due <= bench.now) {
                bench.next();
            }
            for kind in std::mem::take(&mut bench.events) {
                note_verdicts(&mut verdicts, &kind);
                if let EventKind::Messages(batch) = kind {
                    prop_assert_eq!(batch.first.0, read + 1, "in the order they came");
                    read += batch.len() as u64;
                }
            }
            prop_assert_eq!(bench.downstream.messages(), read, "each message that is read is told");
            prop_assert!(read + bench.socket.len() as u64 == sent, "none is missing");
            prop_assert!(bench.downstream.unacknowledged() <= most + 1);
            let places = bench.downstream.whereabouts();
            let all = [&places.read_ahead, &places.offered, &places.threads, &places.output, &places.rejected];
            let open: u64 = all.iter().map(|place| place.count).sum();
            let is_open = |verdict: &&Verdict| matches!(verdict, Verdict::Pending | Verdict::Nacked);
            let told = verdicts.values().filter(is_open).count() as u64;
            prop_assert_eq!(told, open, "each open message is in one place: {:?}", places);
        }
        bench.set("auto");
        bench.connect();
        bench.read();
        while bench.next().is_some() {}
        prop_assert_eq!(bench.downstream.room(), usize::MAX, "auto acknowledges all");
        bench.events.iter().for_each(|kind| note_verdicts(&mut verdicts, kind));
        let is_final = |verdict: &&Verdict| matches!(verdict, Verdict::Acked | Verdict::Dropped);
        prop_assert_eq!(verdicts.values().filter(is_final).count() as u64, sent, "each has its final answer");
    }
}

proptest! {
    #[test]
    fn what_one_read_brings_is_answered_as_if_it_came_one_by_one(
        texts in prop::collection::vec(prop::sample::select(vec!["a", "b", "ab", ""]), 0..40),
        mode in prop::sample::select(vec![
            "auto", "reject every 3", "reject first 1", "reject 30%", "reject first 2 and every 2 and a",
            "reject every 3 threads:1", "reject first 3 and b in-flight:3 threads:2", "reject first 1 and b delay:5ms",
            "slow 5ms", "slow 1ms..9ms in-flight:3", "slow 5ms in-flight:4 threads:2", "reject 30% delay:2ms in-flight:5",
        ]),
        replays in any::<bool>(),
    ) {
        let played = |send: &dyn Fn(&mut Bench)| {
            let mut bench = Bench::with(mode, replays);
            send(&mut bench);
            bench.until(60_000);
            bench.order()
        };
        let together = played(&|bench| bench.send_together(&texts));
        let one_by_one = played(&|bench| texts.iter().for_each(|text| bench.send_together(&[*text])));
        prop_assert_eq!(together, one_by_one);
    }
}
