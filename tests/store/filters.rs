//! What filters find in a capture, by all that is known of its messages.

use sockeye::{
    filter::Filter,
    session::Seq,
    store::{Compress, Reader, Search},
};
use tempfile::TempDir;

use super::{capture_as, session_events};

/// The places that a filter finds, without the landmarks, which are always found.
fn found(reader: &Reader, filter: &str) -> Vec<u64> {
    const LANDMARKS: [u64; 3] = [2, 12, 13];
    let filter = Filter::parse(filter).expect(filter);
    let search = Search {
        matches: &|candidate| filter.matches(candidate),
        may_match: &|kind, payloads| filter.may_match(kind, payloads),
        needs: filter.needs(),
        ..Search::ALL
    };
    let mut places = Vec::new();
    let pieces = reader.pieces((Seq(1), Seq(99)), Seq(1)).expect("it is read");
    let mut each = |result: sockeye::store::ScanResult| {
        places.extend(result.matches.iter().flat_map(|(seq, count)| seq.0..seq.0 + count));
        true
    };
    reader.scan(search, &pieces, &mut each).expect("it is read");
    places.retain(|place| !LANDMARKS.contains(place));
    places.sort_unstable();
    places
}

#[tokio::test]
async fn keys_and_jq_find_what_was_sent_received_pinged_and_redelivered() {
    let folder = TempDir::new().expect("a folder");
    // Our message at 3, messages 1 to 3 at 4 to 6, a ping at 7, messages 4 and 5 at 8 and 9, message 1 again at 11.
    let expected: [(&str, &[u64]); 14] = [
        ("dir:out", &[3]),
        ("type:ping", &[7]),
        ("type:ping or subscribe", &[3, 7]),
        ("type:binary", &[5]),
        ("dir:in type:text", &[4, 6, 8, 9, 11]),
        ("gap:>15ms", &[8]),
        ("ack:acked", &[4, 5, 6, 8, 9, 11]),
        ("ack:nacked", &[]),
        ("attempt:>1", &[4, 11]),
        (".price > 10", &[4, 11]),
        (".price > 10 or size:<6", &[4, 5, 9, 11]),
        ("id:2..4", &[5, 6, 8]),
        ("conn:2", &[]),
        ("has:json !btc", &[3, 8]),
    ];
    for compress in [Compress::Never, Compress::Always] {
        let path = folder.path().join(format!("{compress:?}.sqlite"));
        capture_as(&path, &session_events(), compress).await;
        let reader = Reader::open(&path).expect("it is a capture");
        for (filter, expected) in expected {
            assert_eq!(found(&reader, filter), expected, "{filter}, compressed {compress:?}");
        }
    }
}
