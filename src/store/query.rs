//! Queries of a capture in SQL, which read its compressed payloads too.

use std::path::{Path, PathBuf};

use rusqlite::{
    Connection, ErrorCode, Statement,
    functions::{Context, FunctionFlags},
    hooks::{AuthAction, AuthContext, Authorization},
    types::ValueRef,
};

use super::{CaptureError, Reader, access::Access, error::database_reason, tables::inflating_views};

/// A value of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    Null,
    Integer(i64),
    Real(f64),
    /// Text need not be UTF-8.
    Text(&'a [u8]),
    Blob(&'a [u8]),
}

impl<'a> Cell<'a> {
    fn of(value: ValueRef<'a>) -> Self {
        match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(number) => Self::Integer(number),
            ValueRef::Real(number) => Self::Real(number),
            ValueRef::Text(text) => Self::Text(text),
            ValueRef::Blob(blob) => Self::Blob(blob),
        }
    }
}

/// Takes the answer of a query, and returns whether to go on.
pub trait Rows {
    /// The names of the columns come before the rows.
    fn begin(&mut self, names: &[String]) -> bool;

    fn add(&mut self, cells: &[Cell<'_>]) -> bool;
}

/// Why a query has no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    #[error("the query is empty; try SELECT * FROM message LIMIT 10")]
    Empty,
    #[error("one query at a time: leave out what follows the first semicolon")]
    Several,
    #[error(
        "a capture is only read: a query is a SELECT, an EXPLAIN, or a PRAGMA such as table_info(message)"
    )]
    NotReading,
    #[error("the query cannot be run: {0}")]
    Sql(String),
    #[error("the query broke off: {0}")]
    Broken(String),
}

/// A capture that is asked in SQL, and not changed.
#[derive(Debug)]
pub struct Database {
    access: Access,
    path: PathBuf,
}

impl Database {
    /// Opens a capture, also one that is being written.
    ///
    /// # Errors
    ///
    /// Those of [`Reader::open`].
    pub fn open(path: &Path) -> Result<Self, CaptureError> {
        let access = Access::open(path)?;
        // Blocks are read through a connection of their own, and kept while the rows of a chunk follow one another.
        let blocks = Reader::open(path)?;
        let mut database = Self { access, path: path.to_owned() };
        let prepared = prepare(&mut database.access.db, blocks);
        prepared.map_err(|source| CaptureError::Database { path: database.path.clone(), source })?;
        Ok(database)
    }

    /// Runs one query.
    ///
    /// # Errors
    ///
    /// It is not a query, or the file fails.
    pub fn run(&self, sql: &str, rows: &mut dyn Rows) -> Result<(), QueryError> {
        let mut query = self.access.db.prepare(sql).map_err(|error| refusal(&error))?;
        answer(&mut query, rows).map_err(|error| match error.sqlite_error_code() {
            // What is wrong with the query itself, such as malformed JSON, may show only as it runs.
            Some(ErrorCode::Unknown | ErrorCode::AuthorizationForStatementDenied | ErrorCode::ReadOnly) => {
                refusal(&error)
            }
            _ => QueryError::Broken(database_reason(&error)),
        })
    }
}

fn answer(query: &mut Statement<'_>, taker: &mut dyn Rows) -> rusqlite::Result<()> {
    let count = query.column_count();
    let names: Vec<_> = query.column_names().map(ToString::to_string).collect();
    if !taker.begin(&names) {
        return Ok(());
    }
    let mut rows = query.query([])?;
    while let Some(found) = rows.next()? {
        let cells: Vec<_> =
            (0..count).map(|nth| found.get_ref(nth).map(Cell::of)).collect::<Result<_, _>>()?;
        if !taker.add(&cells) {
            break;
        }
    }
    Ok(())
}

fn refusal(error: &rusqlite::Error) -> QueryError {
    match error {
        rusqlite::Error::Empty => return QueryError::Empty,
        rusqlite::Error::MultipleStatement => return QueryError::Several,
        _ => {}
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::AuthorizationForStatementDenied | ErrorCode::ReadOnly) => QueryError::NotReading,
        _ => QueryError::Sql(error.to_string()),
    }
}

/// Adds the views with all payloads, and forbids everything but reading.
fn prepare(db: &mut Connection, blocks: Reader) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    db.create_scalar_function("inflated", 3, flags, move |context| inflated(&blocks, context))?;
    db.execute_batch(&inflating_views())?;
    db.execute_batch("PRAGMA query_only = ON;")?;
    db.authorizer(Some(|context: AuthContext<'_>| allowed(context.action)))
}

fn inflated(reader: &Reader, context: &Context<'_>) -> rusqlite::Result<Option<Vec<u8>>> {
    let Some(block) = context.get(0)? else { return Ok(None) };
    let len = usize::try_from(context.get::<i64>(2)?).unwrap_or(0);
    let slice = reader.blocks.slice(reader.db(), block, context.get(1)?, len)?;
    Ok(Some(slice.to_vec()))
}

/// Pragmas that describe tables; those without a value tell a setting.
const DESCRIBING: &[&str] = &["table_info", "table_xinfo", "table_list", "index_list", "index_info"];

/// `ATTACH` would reach other files, and create them.
fn allowed(action: AuthAction<'_>) -> Authorization {
    let is_reading = match action {
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Recursive => true,
        AuthAction::Function { function_name } => !function_name.eq_ignore_ascii_case("load_extension"),
        AuthAction::Pragma { pragma_name, pragma_value } => {
            pragma_value.is_none()
                || DESCRIBING.iter().any(|describing| describing.eq_ignore_ascii_case(pragma_name))
        }
        _ => false,
    };
    if is_reading { Authorization::Allow } else { Authorization::Deny }
}
