//! Captures: any file is read or refused, and every query ends.

use std::{
    cell::Cell,
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
    time::Duration,
};

use bytes::Bytes;
use rusqlite::{Connection, types::Value};
use tempfile::TempDir;

use crate::{
    filter::{Candidate, Needs},
    schema,
    session::{
        ActiveAckMode, Batch, ConnectionId, Control, ControlKind, Delivery, DeliveryUpdate, Direction, End,
        Ended, Event, EventKind, Kind, MessageId, Opened, Run, Seq, Span, StoredEvent, StoredMessage,
        Timestamp, Verdict,
    },
    store::{Reader, Recorder, Search, check, delete, list},
};

/// Takes a byte that selects what the rest is: a file, bytes to change in a capture or its log, values to
/// change in it, or an event.
///
/// # Panics
///
/// A query does not end, or an event reads back as another.
pub fn capture(input: &[u8]) {
    let Some((&mode, rest)) = input.split_first() else { return };
    match mode % 5 {
        0 => read_capture(|path| fs::write(path, rest).expect("it can be written")),
        1 => read_capture(|path| {
            fs::write(path, apply_changes(&CAPTURES.small, rest)).expect("it can be written");
        }),
        2 => read_capture(|path| {
            fs::write(path, &CAPTURES.logged.0).expect("it can be written");
            fs::write(log_of(path), apply_changes(&CAPTURES.logged.1, rest)).expect("it can be written");
        }),
        3 => read_capture(|path| {
            fs::write(path, &CAPTURES.small).expect("it can be written");
            set_values(path, rest);
        }),
        _ => event(rest),
    }
}

/// The body of an event reads back as the event.
fn event(rest: &[u8]) {
    let text = String::from_utf8_lossy(rest);
    let (name, body) = text.split_once('\n').unwrap_or(("", &text));
    let Ok(kind) = schema::read_event(name, body) else { return };
    let event = Event { at: Timestamp(0), connection: ConnectionId(1), kind };
    let body = schema::body(&event);
    assert!(!body.contains(char::is_control), "{body}");
    match schema::read_event(name, &body) {
        Ok(again) => assert_eq!(again, event.kind, "{body}"),
        Err(error) => panic!("{error}: {body}"),
    }
}

/// Runs every query on a file.
fn read_capture(write: impl FnOnce(&Path)) {
    let folder = folder();
    let path = folder.path().join("c.sqlite");
    write(&path);
    let _ = check(&path);
    assert_eq!(list(folder.path(), 10).map(|kept| kept.len()).ok(), Some(1));
    if let Ok(reader) = Reader::open(&path) {
        read_sessions(&reader);
        read_events(&reader);
    }
    let _ = delete(&path);
}

fn read_sessions(reader: &Reader) {
    for session in reader.sessions().unwrap_or_default().iter().take(4) {
        let mut pieces = 0;
        let mut each = |piece: Vec<StoredEvent>| {
            pieces += 1;
            assert!(pieces < MAX_ROWS, "reading the session does not end");
            assert!(piece.len() < MAX_ROWS, "a piece of {}", piece.len());
            true
        };
        let _ = reader.read_session(session, &mut each);
        let _ = reader.page(session.first, 100);
        search(reader, (session.first, session.last));
    }
}

fn read_events(reader: &Reader) {
    for stored in reader.page(Seq(0), 1_000).unwrap_or_default() {
        if let crate::session::StoredKind::Message(message) = stored.kind {
            assert!(message.head.len() <= StoredMessage::HEAD);
            let _ = reader.payload(message.seq);
        }
    }
    search(reader, (Seq(0), Seq(u64::MAX)));
}

/// Far more rows than the captures here have.
const MAX_ROWS: usize = 10_000;

fn search(reader: &Reader, places: (Seq, Seq)) {
    let examined = Cell::new(0_usize);
    let wanted = |candidate: &Candidate<'_>| {
        examined.set(examined.get() + 1);
        candidate.payload.contains(&b'B')
    };
    let search =
        Search { matches: &wanted, needs: Needs { gap: true, answer: true, control: true }, ..Search::ALL };
    for start in [places.0, Seq(500), places.1] {
        let mut done: Vec<(Seq, Seq)> = Vec::new();
        let mut each = |found: crate::store::ScanResult| {
            assert!(done.len() < MAX_ROWS, "the search does not end");
            let is_new = done.iter().all(|(from, upto)| found.upto < *from || found.from > *upto);
            assert!(is_new && found.from <= found.upto, "the search advances");
            done.push((found.from, found.upto));
            true
        };
        if let Ok(pieces) = reader.pieces(places, start) {
            let _ = reader.scan(search, &pieces, &mut each);
        }
    }
    let mut read = 0;
    let mut each = |captured: &crate::store::Captured<'_>| {
        read += 1;
        assert!(read < MAX_ROWS, "it is read for ever");
        assert!(captured.message.payload.contains(&b'B'), "it is what was examined for");
        true
    };
    let _ = reader.messages(search, places, &mut each);
    assert!(examined.get() < MAX_ROWS * 10, "it is examined at for ever");
}

/// Changes bytes of a file: each change is an offset in two bytes, a length and the new bytes.
fn apply_changes(file: &[u8], mut changes: &[u8]) -> Vec<u8> {
    let mut file = file.to_vec();
    while let Some((&[high, low, length], rest)) = changes.split_first_chunk::<3>() {
        let at = usize::from(u16::from_be_bytes([high, low])) % file.len();
        let (new, rest) = rest.split_at(usize::from(length % 32).min(rest.len()));
        for (old, new) in file[at..].iter_mut().zip(new) {
            *old = *new;
        }
        changes = rest;
    }
    file
}

/// Puts values of any type into rows: each change is a column, a row, a type, a length and the value.
fn set_values(path: &Path, mut changes: &[u8]) {
    const COLUMNS: [(&str, &str); 39] = [
        ("session", "name"),
        ("session", "url"),
        ("session", "first_seq"),
        ("session", "last_seq"),
        ("session", "started_at"),
        ("session", "last_at"),
        ("session", "ended"),
        ("session", "messages"),
        ("session", "bytes"),
        ("session", "connections"),
        ("single", "seq"),
        ("single", "id"),
        ("single", "at"),
        ("single", "connection"),
        ("single", "type"),
        ("single", "size"),
        ("single", "frames"),
        ("single", "valid"),
        ("single", "verdict"),
        ("single", "payload"),
        ("single", "wire"),
        ("chunk", "seq"),
        ("chunk", "id"),
        ("chunk", "type"),
        ("chunk", "verdict"),
        ("chunk", "count"),
        ("chunk", "later"),
        ("chunk", "ends"),
        ("chunk", "payloads"),
        ("delivery", "seq"),
        ("delivery", "message"),
        ("delivery", "attempt"),
        ("delivery", "verdict"),
        ("delivery", "recalled"),
        ("delivery", "at"),
        ("event", "seq"),
        ("event", "at"),
        ("event", "kind"),
        ("event", "body"),
    ];
    let db = Connection::open(path).expect("it is a database");
    while let Some((&[column, row, kind, length], rest)) = changes.split_first_chunk::<4>() {
        let (table, column) = COLUMNS[usize::from(column) % COLUMNS.len()];
        let (new, rest) = rest.split_at(usize::from(length).min(rest.len()));
        let number = || new.iter().fold(0_i64, |number, byte| number << 8 | i64::from(*byte));
        let value = match kind % 5 {
            0 => Value::Integer(number()),
            1 => Value::Text(String::from_utf8_lossy(new).into_owned()),
            2 => Value::Blob(new.to_vec()),
            3 => Value::Real(f64::from_bits(number().cast_unsigned())),
            _ => Value::Null,
        };
        let sql = format!(
            "UPDATE {table} SET {column} = ?1 WHERE rowid = (SELECT rowid FROM {table} ORDER BY rowid LIMIT 1 OFFSET ?2)"
        );
        let _ = db.execute(&sql, rusqlite::params![value, row % 16]);
        changes = rest;
    }
}

struct Captures {
    /// A capture with small pages, so that a change is likely to matter.
    small: Vec<u8>,
    /// A capture whose writer was killed within a commit, and its journal.
    logged: (Vec<u8>, Vec<u8>),
}

static CAPTURES: LazyLock<Captures> = LazyLock::new(|| {
    let folder = folder();
    let path = folder.path().join("c.sqlite");
    record(&path);
    let db = Connection::open(&path).expect("it was written");
    db.execute_batch("PRAGMA journal_mode = DELETE; PRAGMA page_size = 512; VACUUM;").expect("small pages");
    let small = fs::read(&path).expect("it was written");
    db.execute_batch(
        "PRAGMA journal_mode = PERSIST; PRAGMA synchronous = OFF; PRAGMA cache_size = 1; BEGIN;
         UPDATE chunk SET verdict = 'nacked'; UPDATE single SET payload = zeroblob(9000);",
    )
    .expect("a commit that is not complete");
    let logged = [path.clone(), log_of(&path)].map(|path| fs::read(path).expect("it was written"));
    Captures { small, logged: logged.into() }
});

fn log_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-journal");
    name.into()
}

fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() };
    folder.expect("a folder")
}

fn record(path: &Path) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let recorder = Recorder::start(path, "ticks").expect("it can be written");
        recorder.record(&events()).await;
        recorder.finish().await;
    });
}

fn events() -> Vec<Event> {
    let opened = Opened {
        remote: None,
        tls: None,
        subprotocol: None,
        extension: None,
        took: Duration::from_micros(900),
    };
    let update = |id, attempt, verdict, recalled| {
        EventKind::Delivery(
            DeliveryUpdate { id: MessageId(id), delivery: Delivery { attempt, verdict }, recalled }.into(),
        )
    };
    let kinds = [
        EventKind::Connecting { url: "ws://feed.example/ticks".to_owned() },
        EventKind::Opened(Box::new(opened)),
        EventKind::AckMode(ActiveAckMode::default()),
        batch(1, &[b"{\"s\":\"BTC\",\"price\":100.5}", b"caf\xe9", "kůň".as_bytes()]),
        EventKind::Control(Control {
            direction: Direction::In,
            kind: ControlKind::Ping(Bytes::from_static(b"k1")),
        }),
        batch(4, &[b"{\"s\":\"ETH\",\"price\":7}", &[b'B'; 700]]),
        batch(6, &[&b"tick"[..]; 40]),
        update(1, 1, Verdict::Nacked, true),
        update(1, 2, Verdict::Acked, false),
        EventKind::Ended(Ended { why: End::Stopped, messages: 45, connections: 1, during: None }),
    ];
    let at = |nth: usize| Timestamp(1_767_355_200_000_000 + i64::try_from(nth).unwrap_or_default());
    let event = |(nth, kind)| Event { at: at(nth), connection: ConnectionId(1), kind };
    kinds.into_iter().enumerate().map(event).collect()
}

fn batch(first: u64, payloads: &[&[u8]]) -> EventKind {
    let mut bytes = Vec::new();
    let mut spans = Vec::new();
    for payload in payloads {
        let [start, len] = [bytes.len(), payload.len()].map(|size| u32::try_from(size).expect("small"));
        bytes.extend_from_slice(payload);
        let valid = str::from_utf8(payload).is_ok();
        spans.push(Span { start, len, kind: Kind::Text, valid, frames: 1, wire: None });
    }
    let run = Run { bytes: Bytes::from(bytes), spans: spans.into() };
    EventKind::Messages(Batch { first: MessageId(first), run, verdict: Verdict::Acked })
}
