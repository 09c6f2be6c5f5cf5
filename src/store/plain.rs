//! Copies sessions into a database of plain rows, in which every tool reads all of it.

use std::path::Path;

use rusqlite::{Connection, params_from_iter, types::Value};

use super::{
    CaptureError, Reader, SessionSummary,
    captured::Part,
    rows_out::insert_message,
    tables::{APPLICATION, ROWS_VERSION, plain_schema},
};

/// What a copy says of itself.
const FACTS: &str = "\
INSERT INTO about VALUES
    ('what', 'websocket sessions, exported by sockeye from a capture'),
    ('read', 'the messages: SELECT * FROM message; the rest: session, deliveries, event');
";

/// Copies these sessions into the empty file at `path`. `each` is told that another message is copied, and returns
/// whether to go on. A file that is not complete is of no use.
///
/// # Errors
///
/// The capture cannot be read, or the file cannot be written.
pub fn write_plain(
    reader: &Reader,
    sessions: &[SessionSummary],
    path: &Path,
    each: &mut dyn FnMut() -> bool,
) -> Result<(), CaptureError> {
    let copied = Connection::open(path).and_then(|new| {
        // It is moved to its place once it is whole and on the disk: until then nothing can be taken back.
        new.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY;")?;
        let schema = plain_schema();
        new.execute_batch(&format!(
            "BEGIN; {schema} {FACTS} PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {ROWS_VERSION};"
        ))?;
        for session in sessions {
            copy_rows(reader.db(), &new, "session", ("id", session.id))?;
            copy_rows(reader.db(), &new, "profile", ("session", session.id))?;
            copy_rows(reader.db(), &new, "bookmark", ("session", session.id))?;
            copy_rows(reader.db(), &new, "event", ("session", session.id))?;
            copy_rows(reader.db(), &new, "delivery", ("session", session.id))?;
            if !copy_messages(reader, session, &new, each)? {
                break;
            }
        }
        new.execute_batch("COMMIT")
    });
    copied.map_err(|source| CaptureError::Database { path: path.to_owned(), source })
}

fn copy_messages(
    reader: &Reader,
    session: &SessionSummary,
    new: &Connection,
    each: &mut dyn FnMut() -> bool,
) -> rusqlite::Result<bool> {
    let mut goes_on = true;
    reader.each_message(Part::Whole, (session.first, session.last), &mut |placed| {
        insert_message(new, "message", session.id, placed.seq, &placed.captured)?;
        goes_on = each();
        Ok(goes_on)
    })?;
    Ok(goes_on)
}

/// Copies the rows of a table with this value in a column.
fn copy_rows(
    from: &Connection,
    to: &Connection,
    table: &str,
    (column, value): (&str, i64),
) -> rusqlite::Result<()> {
    let mut select = from.prepare(&format!("SELECT * FROM {table} WHERE {column} = ?1 ORDER BY 1"))?;
    let count = select.column_count();
    let mut insert = to.prepare(&format!("INSERT INTO {table} VALUES ({})", vec!["?"; count].join(", ")))?;
    let mut rows = select.query([value])?;
    while let Some(row) = rows.next()? {
        let values: Vec<Value> = (0..count).map(|nth| row.get(nth)).collect::<Result<_, _>>()?;
        insert.execute(params_from_iter(values))?;
    }
    Ok(())
}
