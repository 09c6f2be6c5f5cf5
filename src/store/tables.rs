//! The tables of a capture.

use rusqlite::Connection;

/// Marks a file as a capture (`PRAGMA application_id`): the letters `sock`.
pub const APPLICATION: u32 = 0x736f_636b;
/// The version of the schema (`PRAGMA user_version`).
pub const VERSION: u32 = 2;
/// Large pages cost less for rows as small as most messages are.
const PAGE: u32 = 32 << 10;
/// Pages in the write-ahead log before they are moved into the file: 16 MiB. Nothing is committed meanwhile, so that
/// a longer log would hold a capture up for longer.
const CHECKPOINT: u32 = 512;

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

/// Prepares a new file.
pub(super) fn create(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(&format!("PRAGMA page_size = {PAGE};"))?;
    tune(db)?;
    db.execute_batch(&format!(
        "BEGIN; {SCHEMA} PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}; COMMIT;"
    ))
}

/// What holds while a file is written. A crash of the program loses nothing that was committed;
/// a crash of the machine may lose the last commits, and harms nothing before them.
pub(super) fn tune(db: &Connection) -> rusqlite::Result<()> {
    // This pragma answers with a row, which a batch passes over.
    db.execute_batch(&format!(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = {CHECKPOINT}; \
         PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192;"
    ))
}
