//! Captures at rest, whose messages are compressed.

use std::{fs, path::Path};

use rusqlite::Connection;
use tempfile::TempDir;

use sockeye::{
    session::{Event, Kind, Seq, StoredKind},
    store::{Cell, Compress, Database, Plan, Reader, Recorder, Rows, Search, State, write_plain},
};

use super::{
    batch, capture, capture_as,
    chunks::{flood, read, selected},
    event, session_events,
};

/// A session of two megabytes, first fast and then slow.
fn long_session() -> Vec<Event> {
    let ticks: Vec<_> = (0..10_000)
        .map(|nth| format!(r#"{{"symbol":"BTC-USD","price":{}.5,"id":"{:0>150}"}}"#, nth * 7 % 1_000, nth))
        .collect();
    let ticks: Vec<_> = ticks.iter().map(|tick| (Kind::Text, tick.as_bytes())).collect();
    let mut events = session_events();
    let lost = events.len() - 2;
    let fast = ticks[..9_000].chunks(300).map(<[_]>::to_vec);
    let slow = ticks[9_000..].chunks(1).map(<[_]>::to_vec);
    let mut id = 6;
    let batches = fast.chain(slow).map(|ticks| {
        id += ticks.len() as u64;
        event(45, batch(id - ticks.len() as u64, &ticks))
    });
    events.splice(lost..lost, batches);
    events
}

async fn captured_as(path: &Path, events: &[Event], compress: Compress) -> Reader {
    capture_as(path, events, compress).await;
    Reader::open(path).expect("it was written")
}

/// The first column of a query, as text.
pub fn asked(path: &Path, sql: &str) -> Result<Vec<String>, String> {
    struct Column(Vec<String>);
    impl Rows for Column {
        fn begin(&mut self, _names: &[String]) -> bool {
            true
        }

        fn add(&mut self, cells: &[Cell<'_>]) -> bool {
            self.0.push(match cells[0] {
                Cell::Text(text) => String::from_utf8_lossy(text).into_owned(),
                Cell::Blob(blob) => format!("{blob:?}"),
                Cell::Integer(number) => number.to_string(),
                Cell::Real(number) => number.to_string(),
                Cell::Null => "NULL".to_owned(),
            });
            true
        }
    }
    let mut column = Column(Vec::new());
    let asked = Database::open(path).expect("it is a capture").run(sql, &mut column);
    asked.map(|()| column.0).map_err(|error| error.to_string())
}

fn one(path: &Path, sql: &str) -> i64 {
    let db = Connection::open(path).expect("any tool opens it");
    db.query_row(sql, [], |row| row.get(0)).expect("an answer")
}

#[tokio::test]
async fn a_compressed_capture_is_small_and_read_as_if_it_were_not() {
    let folder = TempDir::new().expect("a folder");
    let paths = ["plain", "packed"].map(|name| folder.path().join(name));
    let events = long_session();
    let plain = captured_as(&paths[0], &events, Compress::Never).await;
    let packed = captured_as(&paths[1], &events, Compress::Always).await;
    let payload = one(&paths[0], "SELECT sum(size) FROM message");
    let bytes = fs::metadata(&paths[1]).expect("it exists").len();
    assert!(bytes * 2 < payload.cast_unsigned(), "{bytes} of {payload}");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2, "each is one file");
    assert_eq!(read(&plain), read(&packed));
    for from in [1, 300, 9_500] {
        let pages = [&plain, &packed].map(|reader| reader.page(Seq(from), 60).expect("a page"));
        assert_eq!(pages[0], pages[1]);
    }
    assert_eq!(plain.payload(Seq(5_000)).expect("read"), packed.payload(Seq(5_000)).expect("read"));
    let found = [&plain, &packed].map(|reader| {
        let mut found = Vec::new();
        let wanted = |payload: &[u8]| payload.starts_with(br#"{"symbol":"BTC-USD","price":77.5"#);
        let mut each = |piece: sockeye::store::ScanResult| {
            found.extend(piece.matches.iter().flat_map(|(first, count)| first.0..first.0 + count));
            true
        };
        let search = Search { matches: &|candidate| wanted(candidate.payload), ..Search::ALL };
        let pieces = reader.pieces((Seq(1), Seq(u64::MAX)), Seq(u64::MAX)).expect("it is read");
        reader.scan(search, &pieces, &mut each).expect("it is read");
        found.sort_unstable();
        found
    });
    assert!(found[0] == found[1] && found[0].len() >= 10);
}

#[tokio::test]
async fn plain_sql_sees_what_is_compressed_and_everything_but_its_payload() {
    let folder = TempDir::new().expect("a folder");
    let paths = ["plain", "packed"].map(|name| folder.path().join(name));
    let events = long_session();
    for (path, compress) in paths.iter().zip([Compress::Never, Compress::Always]) {
        captured_as(path, &events, compress).await;
    }
    let index = "SELECT group_concat(seq || id || at || connection || type || size || verdict) FROM \
                 (SELECT * FROM message ORDER BY seq)";
    let [plain, packed] = paths.each_ref().map(|path| {
        let db = Connection::open(path).expect("any tool opens it");
        db.query_row(index, [], |row| row.get::<_, String>(0)).expect("the columns")
    });
    assert!(plain == packed);
    let packed = &paths[1];
    assert_eq!(one(packed, "SELECT count(*) FROM message WHERE packed <> (payload IS NULL)"), 0);
    assert!(one(packed, "SELECT sum(packed) FROM message") >= 9_900);
    assert_eq!(one(packed, "SELECT value LIKE '%sockeye sql FILE%' FROM about WHERE fact = 'packed'"), 1);
    assert_eq!(one(packed, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
    assert_eq!(one(packed, "PRAGMA freelist_count"), 0, "the space is given back");
}

#[tokio::test]
async fn the_freed_space_is_given_back_in_few_transactions() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("ticks.sqlite");
    // SQLite counts the transactions that changed a file in its header.
    let changes = || {
        let file = fs::read(&path).expect("it is there");
        u32::from_be_bytes(*file[24..].first_chunk().expect("it has a header"))
    };
    captured_as(&path, &long_session(), Compress::Never).await;
    let (before, pages) = (changes(), one(&path, "PRAGMA page_count"));
    captured_as(&path, &[], Compress::Always).await;
    let freed = pages - one(&path, "PRAGMA page_count");
    assert!(freed > 40 && changes() - before < 15, "{freed} pages, {} transactions", changes() - before);
}

#[tokio::test]
async fn a_capture_left_in_haste_is_whole_and_the_next_session_compresses_the_rest() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("ticks.sqlite");
    let plan = Plan { compress: Compress::Always, ..Plan::default() };
    let recorder = Recorder::start_with(&path, "ticks", plan).expect("it can be written");
    recorder.haste().leave_now();
    for event in long_session() {
        recorder.record(std::slice::from_ref(&event)).await;
    }
    assert_eq!(recorder.finish().await.state, State::Closed);
    assert_eq!(one(&path, "SELECT sum(packed) FROM message"), 0);
    let first = read(&Reader::open(&path).expect("it is a capture"));
    let reader = captured_as(&path, &flood(), Compress::Always).await;
    assert!(one(&path, "SELECT sum(packed) FROM message") >= 9_900);
    let all = read(&reader);
    assert!(all.starts_with(&first) && all.len() == first.len() + 305);
}

#[tokio::test]
async fn messages_of_a_slow_feed_are_compressed_as_well() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("ticks.sqlite");
    let before = read(&captured_as(&path, &flood(), Compress::Never).await);
    let db = Connection::open(&path).expect("any tool opens it");
    db.execute_batch(
        "CREATE TEMP TABLE slow AS SELECT seq, session, id, at, connection, type, size, frames, valid, verdict, payload, \
         wire FROM message WHERE seq <> run OR seq IN (SELECT seq FROM chunk);
         DELETE FROM chunk; INSERT INTO single SELECT * FROM slow;",
    )
    .expect("each has a row");
    drop(db);
    assert_eq!(one(&path, "SELECT count(*) FROM single"), 305);
    let after = read(&captured_as(&path, &[], Compress::Always).await);
    assert_eq!((one(&path, "SELECT count(*) FROM single"), one(&path, "SELECT count(*) FROM chunk")), (5, 1));
    assert_eq!(after, before);
}

/// Copies a capture with its journal at this moment, as a kill would leave it.
fn killed(path: &Path, new: &Path) {
    for end in ["", "-journal"] {
        let with_end = |path: &Path| {
            let mut name = path.as_os_str().to_owned();
            name.push(end);
            name
        };
        fs::copy(with_end(path), with_end(new)).expect("it exists");
    }
}

#[tokio::test]
async fn a_kill_while_a_block_is_written_loses_nothing() {
    let folder = TempDir::new().expect("a folder");
    let [path, copy] = ["ticks", "copy"].map(|name| folder.path().join(name));
    let before = read(&captured_as(&path, &flood(), Compress::Never).await);
    let db = Connection::open(&path).expect("any tool opens it");
    db.execute_batch(
        "PRAGMA journal_mode = PERSIST; BEGIN; INSERT INTO block VALUES (1, 1, x'00'); DELETE FROM chunk;",
    )
    .expect("it can be changed");
    db.cache_flush().expect("it is written");
    killed(&path, &copy);
    drop(db);
    assert_eq!(read(&Reader::open(&copy).expect("it is a capture")), before);
}

#[tokio::test]
async fn a_capture_whose_writer_was_killed_while_it_was_created_is_created_anew() {
    let folder = TempDir::new().expect("a folder");
    let [path, copy] = ["ticks", "copy"].map(|name| folder.path().join(name));
    let db = Connection::open(&path).expect("a database");
    db.execute_batch(&format!(
        "PRAGMA page_size = 32768; PRAGMA journal_mode = PERSIST; BEGIN; {}
         PRAGMA application_id = 0x736f636b; PRAGMA user_version = 4;",
        sockeye::store::SCHEMA
    ))
    .expect("it is created");
    db.cache_flush().expect("it is written");
    killed(&path, &copy);
    // Before and after the first page was written.
    for is_written in [false, true] {
        if is_written {
            killed(&path, &copy);
            db.execute_batch("COMMIT").expect("it is created");
            fs::copy(&path, &copy).expect("it exists");
        }
        assert!(fs::metadata(&copy).expect("it exists").len() > 0);
        let reader = captured_as(&copy, &session_events(), Compress::Auto).await;
        assert_eq!(read(&reader).len(), 5);
        drop(reader);
    }
}

#[tokio::test]
async fn a_damaged_block_is_reported_and_not_passed_over() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("ticks.sqlite");
    captured_as(&path, &long_session(), Compress::Always).await;
    let db = Connection::open(&path).expect("any tool opens it");
    db.execute_batch("UPDATE block SET size = size + 1").expect("it can be damaged");
    drop(db);
    let reader = Reader::open(&path).expect("it is a capture");
    let error = reader.payload(Seq(5_000)).expect_err("it is damaged").to_string();
    assert!(error.contains("a block of compressed messages is damaged"), "{error}");
    let page = reader.page(Seq(4), 1).expect("what is not compressed is read");
    assert!(matches!(&page[0].kind, StoredKind::Message(message) if message.size == 25));
}

#[tokio::test]
async fn a_query_reads_compressed_payloads_through_every_view() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("ticks.sqlite");
    captured_as(&path, &long_session(), Compress::Always).await;
    for view in ["message", "messages"] {
        let sql = format!("SELECT json_extract(payload, '$.price') FROM {view} WHERE id IN (7, 9950)");
        assert_eq!(asked(&path, &sql), Ok(vec!["7.5".to_owned(), "608.5".to_owned()]));
    }
    assert_eq!(asked(&path, "SELECT sum(packed) FROM message"), Ok(vec!["0".to_owned()]));
    assert_eq!(
        asked(&path, "SELECT verdict FROM deliveries WHERE message = 9950"),
        Ok(vec!["acked".to_owned()])
    );
}

#[tokio::test]
async fn a_query_that_does_not_read_is_refused_with_a_reason() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("ticks.sqlite");
    captured_as(&path, &session_events(), Compress::Never).await;
    let other = folder.path().join("other.sqlite");
    let before = fs::read(&path).expect("it exists");
    let attach = format!("ATTACH '{}' AS other", other.display());
    for sql in [
        "DELETE FROM single",
        "CREATE TEMP TABLE x (y)",
        "PRAGMA journal_mode = WAL",
        "VACUUM",
        attach.as_str(),
    ] {
        let error = asked(&path, sql).expect_err(sql);
        assert!(error.starts_with("a capture is only read"), "{sql}: {error}");
    }
    let error = asked(&path, "SELECT pay FROM message").expect_err("there is no such column");
    assert!(error.contains("no such column: pay") && error.contains("SELECT pay FROM message"), "{error}");
    let error = asked(&path, "SELECT 1; SELECT 2").expect_err("it is two");
    assert!(error.starts_with("one query at a time"), "{error}");
    assert!(asked(&path, " -- nothing").expect_err("it is none").starts_with("the query is empty"));
    let error = asked(&path, "SELECT json_extract('{', '$.x')").expect_err("it is not JSON");
    assert!(error.contains("malformed JSON"), "{error}");
    assert!(!other.exists() && fs::read(&path).expect("it exists") == before, "nothing is changed");
}

#[tokio::test]
async fn a_copy_of_plain_rows_holds_everything_for_any_tool_and_for_us() {
    let folder = TempDir::new().expect("a folder");
    let [path, copy] = ["ticks", "copy"].map(|name| folder.path().join(name));
    let reader = captured_as(&path, &long_session(), Compress::Always).await;
    fs::write(&copy, "").expect("a file");
    write_plain(&reader, &reader.sessions().expect("sessions"), &copy, &mut || true).expect("it is copied");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 2);
    assert_eq!(one(&copy, "SELECT type = 'table' FROM sqlite_schema WHERE name = 'message'"), 1);
    let copied = Reader::open(&copy).expect("it is read as a capture of version 2");
    assert_eq!(read(&copied), read(&reader));
    assert_eq!(copied.page(Seq(1), 100).expect("a page"), reader.page(Seq(1), 100).expect("a page"));
    let payloads = |path: &Path| asked(path, "SELECT payload FROM message ORDER BY seq").expect("an answer");
    assert!(payloads(&copy) == payloads(&path));
    assert_eq!(selected(&copied).len(), 10_005);
}

#[tokio::test]
async fn a_session_keeps_the_profile_of_its_last_connection_and_an_older_capture_has_none() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("ticks.sqlite");
    capture(&path, &session_events()).await;
    rusqlite::Connection::open(&path)
        .and_then(|db| db.execute_batch("DROP TABLE profile"))
        .expect("as captures were before");
    let sessions = |reader: &Reader| reader.sessions().expect("sessions");
    let older = Reader::open(&path).expect("it is read all the same");
    assert_eq!(older.profile(&sessions(&older)[0]).expect("a query"), None);
    drop(older);
    let recorder = Recorder::start(&path, "ticks").expect("it is continued");
    for yaml in ["first", "second"] {
        recorder.set_profile(yaml.to_owned());
        recorder.record(&session_events()[..1]).await;
    }
    recorder.finish().await;
    let reader = Reader::open(&path).expect("it was written");
    let profiles: Vec<_> =
        sessions(&reader).iter().map(|session| reader.profile(session).expect("a query")).collect();
    assert_eq!(profiles, [None, Some("second".to_owned())]);
    let copy = folder.path().join("plain.sqlite");
    std::fs::File::create(&copy).expect("an empty file");
    write_plain(&reader, &sessions(&reader), &copy, &mut || true).expect("it is copied");
    let copied = Reader::open(&copy).expect("it was written");
    assert_eq!(copied.profile(&sessions(&copied)[1]).expect("a query"), Some("second".to_owned()));
}
