//! The program's own log: a file a day in the state folder, which the screen keeps at info and other commands when they are asked.

use std::{fs, io, path::PathBuf};

use etcetera::BaseStrategy as _;
use tracing_appender::{
    non_blocking::{NonBlockingBuilder, WorkerGuard},
    rolling::{RollingFileAppender, Rotation},
};
use tracing_subscriber::EnvFilter;

/// The variable that asks for a log and says how much: `debug`, or `info,sockeye::net=trace`.
pub const VARIABLE: &str = "SOCKEYE_LOG";
/// How many days are kept.
const DAYS: usize = 7;

/// A running log; what is still to be written is written when this is dropped.
#[must_use = "the log ends when this is dropped"]
#[derive(Debug)]
pub struct Log(#[expect(dead_code, reason = "held for its drop")] WorkerGuard);

/// Why there is no log.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    #[error("no log: {VARIABLE} is '{asked}', which is no filter: {says}; try debug")]
    Filter { asked: String, says: String },
    #[error("no log: there is no home folder to keep it in")]
    Homeless,
    #[error("no log: cannot write to {}: {source}", folder.display())]
    Folder { folder: PathBuf, source: io::Error },
    #[error("no log: there is one already")]
    Twice,
}

/// Where the log lies: `$XDG_STATE_HOME/sockeye/log` or its like on other systems.
#[must_use]
pub fn folder() -> Option<PathBuf> {
    let base = etcetera::choose_base_strategy().ok()?;
    Some(base.state_dir().unwrap_or_else(|| base.data_dir()).join("sockeye").join("log"))
}

/// Begins to log what `asked` asks for.
///
/// # Errors
///
/// See [`LogError`]; each is worth one warning, and none is a reason not to go on.
pub fn start(asked: &str) -> Result<Log, LogError> {
    let filter = EnvFilter::try_new(asked)
        .map_err(|error| LogError::Filter { asked: asked.to_owned(), says: error.to_string() })?;
    let folder = folder().ok_or(LogError::Homeless)?;
    let refused = |source| LogError::Folder { folder: folder.clone(), source };
    fs::create_dir_all(&folder).map_err(refused)?;
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("sockeye")
        .filename_suffix("log")
        .max_log_files(DAYS)
        .build(&folder)
        .map_err(|error| refused(io::Error::other(error)))?;
    // By default lines are dropped when the writer falls behind.
    let (writer, guard) = NonBlockingBuilder::default().lossy(false).finish(file);
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(writer)
        .try_init()
        .map_err(|_| LogError::Twice)?;
    Ok(Log(guard))
}
