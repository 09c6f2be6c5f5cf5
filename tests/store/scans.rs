//! Scans in pieces, by several readers, find what one look at every place finds.

use std::thread;

use proptest::prelude::*;
use rusqlite::Connection;
use sockeye::{
    session::{Event, EventKind, Kind, Seq, StoredKind, Verdict},
    store::{Reader, ScanResult, Search},
};
use tempfile::TempDir;

use super::{batch, capture, delivery_update, event, session_events};

/// Something that happens in a session.
#[derive(Clone, Debug)]
enum Step {
    /// So many messages; those whose number divided by the second leaves no rest are looked for.
    Messages(u64, u64),
    Redelivery(u64),
    /// A ping, a message of ours, a loss: those of [`session_events`].
    Other(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (1_u64..400, 1_u64..90).prop_map(|(count, every)| Step::Messages(count, every)),
        any::<u64>().prop_map(Step::Redelivery),
        prop::sample::select(vec![1, 2, 4, 8]).prop_map(Step::Other),
    ]
}

fn events(steps: &[Step]) -> Vec<Event> {
    let mut next = 1;
    let mut attempts = std::collections::BTreeMap::new();
    let others = session_events();
    let mut events = vec![others[0].clone()];
    for step in steps {
        match *step {
            Step::Messages(count, every) => {
                let payload =
                    |id: u64| format!("{}{id}", if id.is_multiple_of(every) { "{" } else { "" }).into_bytes();
                let payloads: Vec<_> = (next..next + count).map(payload).collect();
                let payloads: Vec<_> = payloads.iter().map(|payload| (Kind::Text, &payload[..])).collect();
                events.push(event(1, batch(next, &payloads)));
                next += count;
            }
            Step::Redelivery(of) if next > 1 => {
                let id = 1 + of % (next - 1);
                let attempt = attempts.entry(id).or_insert(0);
                *attempt += 1;
                events.push(event(1, delivery_update(id, *attempt, Verdict::Nacked, false)));
            }
            Step::Redelivery(_) => {}
            Step::Other(nth) => events.push(others[nth].clone()),
        }
    }
    events
}

fn wanted(payload: &[u8]) -> bool {
    payload.starts_with(b"{")
}

/// The places that match, by one look at each.
fn by_pages(reader: &Reader, places: (Seq, Seq)) -> Vec<u64> {
    let page = reader.page(Seq(0), 9_000).expect("it is read");
    let matches =
        page.iter().filter(|stored| (places.0..=places.1).contains(&stored.seq)).filter(
            |stored| match &stored.kind {
                StoredKind::Message(message) => wanted(&message.head),
                StoredKind::Redelivered { update, message } => {
                    update.delivery.attempt > 1
                        && message.as_ref().is_some_and(|message| wanted(&message.head))
                }
                StoredKind::Event(kind) => match &**kind {
                    EventKind::Sent(sent) => wanted(&sent.payload),
                    EventKind::Opened(_) | EventKind::Lost(_) => true,
                    _ => false,
                },
            },
        );
    matches.map(|stored| stored.seq.0).collect()
}

/// The places that match, by two readers that share the pieces of a scan.
fn by_scan(reader: &Reader, places: (Seq, Seq), start: Seq) -> Vec<u64> {
    let pieces = reader.pieces(places, start).expect("it is read");
    let second = reader.another().expect("it opens once more");
    let scan = |reader: &Reader| {
        let mut found: Vec<ScanResult> = Vec::new();
        let mut each = |piece| {
            found.push(piece);
            true
        };
        reader
            .scan(
                Search { matches: &|candidate| wanted(candidate.payload), ..Search::ALL },
                &pieces,
                &mut each,
            )
            .expect("it is read");
        found
    };
    let scan = &scan;
    let mut found = thread::scope(|scope| {
        let second = scope.spawn(move || scan(&second));
        let mut found = scan(reader);
        found.extend(second.join().expect("it does not panic"));
        found
    });
    found.sort_by_key(|piece| piece.from);
    assert!(found.windows(2).all(|pair| pair[0].upto < pair[1].from), "no place is scanned twice: {found:?}");
    let matches = found.iter().flat_map(|piece| &piece.matches);
    let landmarks = found.iter().flat_map(|piece| &piece.landmarks).map(|seq| seq.0);
    let mut all: Vec<u64> =
        matches.flat_map(|(first, count)| first.0..first.0 + count).chain(landmarks).collect();
    all.sort_unstable();
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn pieces_from_anywhere_find_what_one_look_at_each_place_finds(
        steps in prop::collection::vec(step(), 1..16),
        gap in (0_u64..3_000, 0_u64..700),
        places in (1_u64..900, 1_u64..5_000),
        start in 0_u64..4_000,
    ) {
        let folder = TempDir::new().expect("a folder");
        let path = folder.path().join("ticks.sqlite");
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(capture(&path, &events(&steps)));
        let db = Connection::open(&path).expect("a database");
        for table in ["single", "chunk", "event", "delivery"] {
            let (from, to) = (gap.0, gap.0 + gap.1);
            db.execute_batch(&format!("DELETE FROM {table} WHERE seq BETWEEN {from} AND {to}")).expect("it is damaged");
        }
        drop(db);
        let reader = Reader::open(&path).expect("it is a capture");
        let places = (Seq(places.0), Seq(places.1));
        prop_assert_eq!(by_scan(&reader, places, Seq(start)), by_pages(&reader, places));
    }
}
