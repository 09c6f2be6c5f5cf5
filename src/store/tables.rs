//! The tables of a capture.

use std::time::Duration;

use rusqlite::Connection;

use super::chunk;

/// The application id of captures (`PRAGMA application_id`): the letters `sock`.
pub const APPLICATION: u32 = 0x736f_636b;
/// The version of the schema (`PRAGMA user_version`).
pub const VERSION: u32 = 4;
/// The oldest version whose captures are read, and not written: they have a row for each message.
pub(super) const ROWS_VERSION: u32 = 2;
/// The page size in bytes: a page holds one full chunk.
const PAGE_SIZE: u32 = 32 << 10;
/// How long a commit waits for another program that reads the capture, before the capture ends. The view takes 3 seconds
/// for a million messages: a query of ten million ends in this time. Meanwhile the socket is not read, and the pause is
/// shown; nothing is lost, and nothing grows.
pub(super) const BUSY: Duration = Duration::from_secs(30);

/// The tables and views, as `assets/capture.md` documents them.
pub const SCHEMA: &str = "\
CREATE TABLE about (
    fact TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE TABLE session (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    sockeye TEXT NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    ended TEXT,
    messages INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    connections INTEGER NOT NULL
);
CREATE TABLE profile (
    session INTEGER PRIMARY KEY,
    yaml TEXT NOT NULL
);
CREATE TABLE bookmark (
    seq INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    note TEXT NOT NULL
);
CREATE TABLE single (
    seq INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    connection INTEGER NOT NULL,
    type TEXT NOT NULL,
    size INTEGER NOT NULL,
    frames INTEGER NOT NULL,
    valid INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    payload,
    wire INTEGER
);
CREATE TABLE chunk (
    seq INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    connection INTEGER NOT NULL,
    type TEXT NOT NULL,
    valid INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    count INTEGER NOT NULL,
    later TEXT,
    wires TEXT,
    ends BLOB NOT NULL,
    payloads BLOB,
    block INTEGER,
    base INTEGER
);
CREATE TABLE block (
    id INTEGER PRIMARY KEY,
    size INTEGER NOT NULL,
    zstd BLOB NOT NULL
);
CREATE TABLE number (n INTEGER PRIMARY KEY);
CREATE TABLE delivery (
    seq INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    message INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    recalled INTEGER NOT NULL,
    at INTEGER NOT NULL,
    connection INTEGER NOT NULL
);
CREATE INDEX delivery_of_message ON delivery (session, message);
CREATE TABLE event (
    seq INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    at INTEGER NOT NULL,
    connection INTEGER NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE VIEW piece AS
    SELECT *, at + ifnull(unicode(substr(later, 3 * n + 1, 3)) - 2048, 0) AS received,
        iif(n = 0, 0, unicode(substr(ends, 3 * n - 2, 3)) - 2048) AS start,
        unicode(substr(ends, 3 * n + 1, 3)) - 2048 AS stop,
        nullif(unicode(substr(wires, 3 * n + 1, 3)) - 2048, 0) AS wire
    FROM chunk CROSS JOIN number WHERE n < count;
CREATE VIEW message AS
    SELECT seq, session, id, at, connection, type, size, frames, valid, verdict, payload, wire, seq AS run, 0 AS packed
    FROM single
    UNION ALL
    SELECT seq + n, session, id + n, received, connection, type, stop - start, 1, valid, verdict,
        iif(type = 'text' AND valid, CAST(substr(payloads, start + 1, stop - start) AS TEXT),
            substr(payloads, start + 1, stop - start)), wire, seq, block IS NOT NULL
    FROM piece;
CREATE VIEW deliveries AS
    SELECT session, id AS message, 1 AS attempt, verdict, at, seq FROM message
    UNION ALL
    SELECT session, message, attempt, verdict, at, seq FROM delivery;
CREATE VIEW messages AS
    SELECT *, strftime('%Y-%m-%dT%H:%M:%S', at / 1000000, 'unixepoch')
        || printf('.%06dZ', at % 1000000) AS time FROM message;
";

/// Selects the last place of a capture, 0 if it is empty.
pub(super) const LAST_SEQ: &str = "\
SELECT max(
    ifnull((SELECT max(seq) FROM single), 0),
    ifnull((SELECT seq + count - 1 FROM chunk ORDER BY seq DESC LIMIT 1), 0),
    ifnull((SELECT max(seq) FROM event), 0),
    ifnull((SELECT max(seq) FROM delivery), 0)
)";

/// What a capture says of itself.
const FACTS: &str = "\
INSERT INTO about VALUES
    ('what', 'a capture of websocket sessions, written by sockeye'),
    ('version', '4'),
    ('read', 'the messages: SELECT * FROM message; the rest: session, deliveries, event'),
    ('chunks', 'a row of chunk holds up to 1000 messages of a fast feed; the view message takes them apart'),
    ('packed', 'where message.packed is 1 the payload is compressed, and NULL here: sockeye sql FILE ''SELECT ...'' reads it, sockeye export FILE -o NEW.sqlite writes plain rows')
";

/// Shows the messages of a capture of [`ROWS_VERSION`] as those of this version.
const ROWS_AS_SINGLES: &str = "\
CREATE TEMP VIEW single AS SELECT * FROM main.message;
CREATE TEMP TABLE chunk (seq INTEGER PRIMARY KEY, session, id, at, connection, type, valid, verdict, count, later, wires,
    ends, payloads, block, base);
CREATE TEMP TABLE number (n INTEGER PRIMARY KEY);
";
/// The same for version 3, whose chunks are not compressed.
const PLAIN_CHUNKS: &str = "CREATE TEMP VIEW chunk AS SELECT *, NULL AS block, NULL AS base FROM main.chunk;";

/// The profiles of the sessions, in a capture that was begun before there were any. Such a capture has the same version:
/// who reads it misses nothing without them.
const PROFILES: &str = "profile (session INTEGER PRIMARY KEY, yaml TEXT NOT NULL);";

/// Adds the table of bookmarks to a capture of any version that was begun before there were any.
pub(super) const BOOKMARKS: &str = "CREATE TABLE IF NOT EXISTS bookmark \
    (seq INTEGER PRIMARY KEY, session INTEGER NOT NULL, note TEXT NOT NULL);";

/// Gives a capture of this version that is to be continued the tables that it may lack.
pub(super) fn complete(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(&format!("CREATE TABLE IF NOT EXISTS {PROFILES} {BOOKMARKS}"))
}

fn has(db: &Connection, table: &str) -> rusqlite::Result<bool> {
    db.query_row("SELECT count(*) > 0 FROM sqlite_schema WHERE name = ?1", [table], |row| row.get(0))
}

/// Shows a capture of an earlier version as one of this version.
pub(super) fn adapt(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch("PRAGMA temp_store = MEMORY;")?;
    if !has(db, "profile")? {
        db.execute_batch(&format!("CREATE TEMP TABLE {PROFILES}"))?;
    }
    if !has(db, "bookmark")? {
        db.execute_batch(&BOOKMARKS.replace("TABLE IF NOT EXISTS", "TEMP TABLE"))?;
    }
    match db.query_row("PRAGMA user_version", [], |row| row.get(0))? {
        ROWS_VERSION => db.execute_batch(ROWS_AS_SINGLES),
        VERSION => Ok(()),
        _ => db.execute_batch(PLAIN_CHUNKS),
    }
}

/// The views of [`SCHEMA`] with all payloads, for a connection that has the function `inflated`.
pub(super) fn inflating_views() -> String {
    const SLICE: &str = "substr(payloads, start + 1, stop - start)";
    let views = SCHEMA.find("CREATE VIEW").map_or("", |at| &SCHEMA[at..]);
    views
        .replace("CREATE VIEW", "CREATE TEMP VIEW")
        .replace(SLICE, &format!("ifnull({SLICE}, inflated(block, base + start, stop - start))"))
        .replace("block IS NOT NULL\n", "0\n")
}

/// The tables and views of a database in which each message is a row, as in version 2.
pub(super) fn plain_schema() -> String {
    const OTHERS: &[&str] = &["TABLE chunk", "TABLE block", "TABLE number", "VIEW piece", "VIEW message "];
    let statements = SCHEMA.split_inclusive(";\n");
    let is_plain = |sql: &&str| !OTHERS.iter().any(|other| sql.starts_with(&format!("CREATE {other}")));
    let plain: String = statements.filter(is_plain).collect();
    plain.replace("TABLE single", "TABLE message")
}

/// Whether there are tables.
pub(super) fn exist(db: &Connection) -> rusqlite::Result<bool> {
    db.query_row("SELECT count(*) > 0 FROM sqlite_schema", [], |row| row.get(0))
}

/// Creates the tables in a new file.
pub(super) fn create(db: &Connection) -> rusqlite::Result<()> {
    // The pages that compression frees are given back to the system (`pack.rs`).
    db.execute_batch(&format!("PRAGMA page_size = {PAGE_SIZE}; PRAGMA auto_vacuum = INCREMENTAL;"))?;
    set_pragmas(db)?;
    let most = chunk::MOST;
    db.execute_batch(&format!(
        "BEGIN; {SCHEMA} {FACTS};
         INSERT INTO number WITH RECURSIVE up(n) AS (VALUES (0) UNION ALL SELECT n + 1 FROM up WHERE n + 1 < {most})
             SELECT n FROM up;
         PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}; COMMIT;"
    ))
}

/// Sets the pragmas for writing. A crash of the program, or a kill, loses no commit: the system has what was written.
/// A power cut may cost what the system had not written yet, usually the last 30 seconds, and may damage the file. With
/// `synchronous = NORMAL` it could not damage it, but each commit would wait for the disk two or three times: measured
/// with 1 MiB a commit 130 MB/s instead of 860, and a disk that takes 20 ms for it would hold up a feed of 20 commits a
/// second. A capture is the record of a session that can be made again, and not the only copy of an account.
///
/// A rollback journal holds the pages that change, and not those that are appended. A write-ahead log would write all
/// of them twice, which takes three times as long; but a commit waits for those who read.
pub(super) fn set_pragmas(db: &Connection) -> rusqlite::Result<()> {
    db.busy_timeout(BUSY)?;
    // The first pragma returns a row, which a batch ignores.
    db.execute_batch(
        "PRAGMA journal_mode = PERSIST; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY; \
         PRAGMA cache_size = -8192;",
    )
}

/// Leaves one file without a journal beside it.
pub(super) fn close(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch("PRAGMA journal_mode = DELETE;")
}
