//! Captures of fast feeds, whose messages are in chunks, and captures of the version before, which has none.

use std::{fs, num::NonZeroU32, path::Path};

use proptest::{collection::vec, option, prelude::*};
use rusqlite::Connection;
use sockeye::{
    session::{
        Batch, ConnectionId, Event, EventKind, Kind, MessageId, Run, Seq, Span, StoredEvent, StoredKind,
        Timestamp, Verdict,
    },
    store::{CaptureError, Captured, Compress, Reader, Recorder, Search, check},
};
use tempfile::TempDir;

use super::{NOON, batch, capture_as, captured, session_events};

/// What is kept of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    id: u64,
    at: i64,
    connection: u32,
    kind: Kind,
    valid: bool,
    frames: u32,
    wire: Option<u32>,
    verdict: Verdict,
    payload: Vec<u8>,
}

impl Kept {
    fn of(captured: &Captured<'_>) -> Self {
        let Captured { at, connection, verdict, message } = *captured;
        Self {
            id: message.id.0,
            at: at.0,
            connection: connection.0,
            kind: message.kind,
            valid: message.valid,
            frames: message.frames,
            wire: message.wire.map(NonZeroU32::get),
            verdict,
            payload: message.payload.to_vec(),
        }
    }
}

/// A session in which 300 JSON messages arrive at once, between its other events.
pub(super) fn flood() -> Vec<Event> {
    let mut events = session_events();
    let ticks: Vec<_> = (0..300).map(|nth| format!(r#"{{"s":"BTC","price":{nth}.5}}"#)).collect();
    let ticks: Vec<_> = ticks.iter().map(|tick| (Kind::Text, tick.as_bytes())).collect();
    let lost = events.len() - 2;
    events.insert(lost, super::event(45, batch(6, &ticks)));
    events
}

fn rows(reader: &Reader, table: &str) -> i64 {
    let db = Connection::open(reader.path()).expect("any tool opens it");
    db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).expect("a table")
}

pub(super) fn read(reader: &Reader) -> Vec<Kept> {
    let mut kept = Vec::new();
    let mut each = |captured: &Captured<'_>| {
        kept.push(Kept::of(captured));
        true
    };
    reader.messages(Search::ALL, (Seq(0), Seq(u64::MAX)), &mut each).expect("it is read");
    kept
}

/// The messages as plain SQL sees them.
pub(super) fn selected(reader: &Reader) -> Vec<Kept> {
    let db = Connection::open(reader.path()).expect("any tool opens it");
    let mut select = db
        .prepare("SELECT id, at, connection, type, valid, frames, wire, verdict, payload, size FROM message ORDER BY seq")
        .expect("the view exists");
    let rows = select.query_map([], |row| {
        let payload = match row.get_ref(8)? {
            rusqlite::types::ValueRef::Text(text) => (true, text),
            other => (false, other.as_blob().expect("a text or a blob")),
        };
        let kind = if row.get::<_, String>(3)? == "text" { Kind::Text } else { Kind::Binary };
        let valid = row.get(4)?;
        assert_eq!(payload.0, kind == Kind::Text && valid, "text is TEXT, everything else is BLOB");
        assert_eq!(usize::try_from(row.get::<_, i64>(9)?), Ok(payload.1.len()));
        Ok(Kept {
            id: row.get::<_, i64>(0)?.cast_unsigned(),
            at: row.get(1)?,
            connection: row.get(2)?,
            kind,
            valid,
            frames: row.get(5)?,
            wire: row.get(6)?,
            verdict: Verdict::of(&row.get::<_, String>(7)?).expect("a verdict"),
            payload: payload.1.to_vec(),
        })
    });
    rows.expect("rows").map(|row| row.expect("a row")).collect()
}

#[tokio::test]
async fn a_flood_is_read_from_chunks_as_it_was_received() {
    let (_folder, reader) = captured(&flood()).await;
    assert_eq!((rows(&reader, "single"), rows(&reader, "chunk")), (5, 1));
    let read = read(&reader);
    assert_eq!(read.iter().map(|kept| kept.id).collect::<Vec<_>>(), (1..=305).collect::<Vec<_>>());
    assert_eq!(read, selected(&reader));
    let page = reader.page(Seq(300), 3).expect("a page");
    let shown: Vec<_> = page
        .iter()
        .map(|stored| match &stored.kind {
            StoredKind::Message(message) => (message.seq.0, message.id.0, message.head.clone()),
            other => panic!("{other:?}"),
        })
        .collect();
    let expected = |nth: u64| (nth, nth - 6, format!(r#"{{"s":"BTC","price":{}.5}}"#, nth - 12).into());
    assert_eq!(shown, [expected(300), expected(301), expected(302)]);
    assert_eq!(reader.payload(Seq(300)).expect("it is read"), Some(expected(300).2));
    let mut found = Vec::new();
    let mut each = |piece: sockeye::store::ScanResult| {
        found.extend(piece.matches);
        true
    };
    let wanted = |payload: &[u8]| payload.ends_with(b":77.5}");
    let pieces = || reader.pieces((Seq(13), Seq(300)), Seq(300)).expect("it is read");
    reader
        .scan(Search { matches: &|candidate| wanted(candidate.payload), ..Search::ALL }, &pieces(), &mut each)
        .expect("it is read");
    assert_eq!(found, [(Seq(89), 1)]);
    let none =
        Search { matches: &|_| panic!("a chunk is passed over"), may_match: &|_, _| false, ..Search::ALL };
    reader.scan(none, &pieces(), &mut |piece| piece.matches.is_empty()).expect("it is read");
}

#[tokio::test]
async fn a_damaged_chunk_ends_where_it_is_damaged() {
    let (folder, reader) = captured(&flood()).await;
    drop(reader);
    let path = folder.path().join("ticks.sqlite");
    let db = Connection::open(&path).expect("any tool opens it");
    db.execute_batch("UPDATE chunk SET count = 1000000, ends = substr(ends, 1, 150)")
        .expect("it can be damaged");
    drop(db);
    assert_eq!(read(&Reader::open(&path).expect("it is a capture")).len(), 5 + 50);
}

fn old_capture(folder: &TempDir) -> std::path::PathBuf {
    let path = folder.path().join("old.sqlite");
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/store/version-2.sqlite");
    fs::copy(kept, &path).expect("there is room");
    path
}

#[tokio::test]
async fn a_capture_of_the_version_before_is_read_like_one_of_this_version() {
    let folder = TempDir::new().expect("a folder");
    let path = old_capture(&folder);
    let before = fs::read(&path).expect("it exists");
    let old = Reader::open(&path).expect("it is a capture");
    let (new_folder, _reader) = captured(&session_events()).await;
    let path_of_new = new_folder.path().join("ticks.sqlite");
    super::capture(&path_of_new, &session_events()).await;
    let new = Reader::open(&path_of_new).expect("it was written");
    assert_eq!(read(&old), read(&new));
    assert_eq!(old.page(Seq(1), 100).expect("a page"), new.page(Seq(1), 100).expect("a page"));
    assert_eq!(old.sessions().expect("sessions"), new.sessions().expect("sessions"));
    let stored = |reader: &Reader| {
        let mut all: Vec<StoredEvent> = Vec::new();
        for session in reader.sessions().expect("sessions") {
            let mut each = |piece| {
                all.extend(piece);
                true
            };
            reader.read_session(&session, &mut each).expect("it is read");
        }
        all
    };
    assert_eq!(stored(&old), stored(&new));
    drop(old);
    assert!(fs::read(&path).expect("it exists") == before, "it is not changed");
}

#[tokio::test]
async fn a_capture_of_the_version_before_is_not_written() {
    let folder = TempDir::new().expect("a folder");
    let path = old_capture(&folder);
    assert!(matches!(check(&path), Err(CaptureError::Older { found: 2, .. })));
    assert!(matches!(Recorder::start(&path, "x"), Err(CaptureError::Older { found: 2, .. })));
}

fn message() -> impl Strategy<Value = (Span, Vec<u8>)> {
    let size = prop_oneof![8 => 0..400_usize, 1 => 0..20_000_usize, 1 => Just(70_000)];
    let wire = option::weighted(0.1, 1..60_000_u32);
    (size, any::<bool>(), any::<u8>(), prop_oneof![20 => Just(1_u32), 1 => 2..4_u32], wire).prop_map(
        |(size, is_text, fill, frames, wire)| {
            let kind = if is_text { Kind::Text } else { Kind::Binary };
            let payload = vec![fill; size];
            let valid = kind == Kind::Binary || str::from_utf8(&payload).is_ok();
            let wire = wire.and_then(NonZeroU32::new);
            (Span { start: 0, len: u32::try_from(size).expect("small"), kind, valid, frames, wire }, payload)
        },
    )
}

/// Batches of a few messages, and of many that are alike.
fn messages() -> impl Strategy<Value = Vec<(Span, Vec<u8>)>> {
    prop_oneof![vec(message(), 1..4), (message(), 1..1_500_usize).prop_map(|(one, many)| vec![one; many])]
}

fn verdicts() -> impl Strategy<Value = Verdict> {
    prop_oneof![Just(Verdict::Acked), Just(Verdict::Pending), Just(Verdict::Dropped)]
}

/// The time of a batch, its connection, its verdict and its messages.
type Batched = (i64, u32, Verdict, Vec<(Span, Vec<u8>)>);

fn batches() -> impl Strategy<Value = Vec<Batched>> {
    vec((-1_000..90_000_i64, 1..3_u32, verdicts(), messages()), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_written_is_read_back_by_us_and_by_plain_sql(batches in batches()) {
        let (mut events, mut expected) = (Vec::new(), Vec::new());
        let (mut at, mut id) = (NOON, 1);
        for (later, connection, verdict, messages) in batches {
            at += later;
            let (mut bytes, mut spans) = (Vec::new(), Vec::new());
            let first = MessageId(id);
            for (span, payload) in messages {
                spans.push(Span { start: u32::try_from(bytes.len()).expect("small"), ..span });
                bytes.extend_from_slice(&payload);
                let Span { kind, valid, frames, wire, .. } = span;
                let wire = wire.map(NonZeroU32::get);
                expected.push(Kept { id, at, connection, kind, valid, frames, wire, verdict, payload });
                id += 1;
            }
            let run = Run { bytes: bytes.into(), spans: spans.into() };
            let kind = EventKind::Messages(Batch { first, run, verdict });
            events.push(Event { at: Timestamp(at), connection: ConnectionId(connection), kind });
        }
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let (folder, reader) = runtime.block_on(captured(&events));
        prop_assert!(read(&reader) == expected);
        prop_assert!(selected(&reader) == expected);
        let path = folder.path().join("compressed");
        runtime.block_on(capture_as(&path, &events, Compress::Always));
        prop_assert!(read(&Reader::open(&path).expect("it was written")) == expected);
    }
}
