//! The tables of a capture.

use rusqlite::Connection;

/// The application id of captures (`PRAGMA application_id`): the letters `sock`.
pub const APPLICATION: u32 = 0x736f_636b;
/// The version of the schema (`PRAGMA user_version`).
pub const VERSION: u32 = 2;
/// The page size in bytes. Large pages are cheaper for small rows such as most messages.
const PAGE_SIZE: u32 = 32 << 10;
/// The pages in the write-ahead log that trigger a checkpoint: 16 MiB. A checkpoint blocks commits, so that a longer
/// log would delay a capture for longer.
const CHECKPOINT_PAGES: u32 = 512;

/// The tables and views, as `assets/capture.md` documents them.
pub const SCHEMA: &str = "\
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
CREATE TABLE message (
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
    ifnull((SELECT max(seq) FROM message), 0),
    ifnull((SELECT max(seq) FROM event), 0),
    ifnull((SELECT max(seq) FROM delivery), 0)
)";

/// Creates the tables in a new file.
pub(super) fn create(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(&format!("PRAGMA page_size = {PAGE_SIZE};"))?;
    set_pragmas(db)?;
    db.execute_batch(&format!(
        "BEGIN; {SCHEMA} PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}; COMMIT;"
    ))
}

/// Sets the pragmas for writing. A crash of the program loses no commit; a crash of the machine may lose the last
/// commits, but does not damage earlier ones.
pub(super) fn set_pragmas(db: &Connection) -> rusqlite::Result<()> {
    // The first pragma returns a row, which a batch ignores.
    db.execute_batch(&format!(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}; \
         PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192;"
    ))
}
