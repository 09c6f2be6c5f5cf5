//! The program's own log: one file per day in the state folder. The screen logs at level info, other commands
//! only on request.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use jiff::{civil::Date, tz::TimeZone};
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;

use crate::files::{Place, append_private, create_private_folder};

/// The environment variable that enables the log and sets its level: `debug`, or `info,sockeye::net=trace`.
pub const VARIABLE: &str = "SOCKEYE_LOG";
/// How many files are kept.
const DAYS: usize = 7;
/// The name of a file is its day between these.
const PREFIX: &str = "sockeye.";
const SUFFIX: &str = ".log";

/// A running log. Dropping it writes what is buffered.
#[must_use = "the log ends when this is dropped"]
#[derive(Debug)]
pub struct Log(#[expect(dead_code, reason = "held for its drop")] WorkerGuard);

/// Why the log cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    #[error("no log: {VARIABLE} is '{requested}', which is not a log filter: {message}; try debug")]
    Filter { requested: String, message: String },
    #[error("no log: there is no home folder for it")]
    NoHome,
    #[error("no log: cannot write to {}: {source}", folder.display())]
    Folder { folder: PathBuf, source: io::Error },
    #[error("no log: it was already started")]
    AlreadyStarted,
}

/// The folder of the log: `$XDG_STATE_HOME/sockeye/log`, or the equivalent on other systems.
#[must_use]
pub fn folder() -> Option<PathBuf> {
    Place::Log.path()
}

/// Starts the log with the filter `requested`.
///
/// # Errors
///
/// See [`LogError`]. The program warns and continues without a log.
pub fn start(requested: &str) -> Result<Log, LogError> {
    let filter = EnvFilter::try_new(requested)
        .map_err(|error| LogError::Filter { requested: requested.to_owned(), message: error.to_string() })?;
    let folder = folder().ok_or(LogError::NoHome)?;
    let refused = |source| LogError::Folder { folder: folder.clone(), source };
    create_private_folder(&folder).map_err(refused)?;
    let file = Daily::open(&folder, today()).map_err(refused)?;
    // By default lines are dropped when the writer falls behind.
    let (writer, guard) = NonBlockingBuilder::default().lossy(false).finish(file);
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(writer)
        .try_init()
        .map_err(|_| LogError::AlreadyStarted)?;
    Ok(Log(guard))
}

/// The log file of a day. `tracing-appender` has an appender like this, but its files are readable by
/// everyone and it prints errors to the screen.
struct Daily {
    folder: PathBuf,
    day: Date,
    file: File,
}

impl Daily {
    /// Opens or continues the file of a day, and deletes the oldest ones.
    fn open(folder: &Path, day: Date) -> io::Result<Self> {
        let file = append_private(&folder.join(format!("{PREFIX}{day}{SUFFIX}")))?;
        prune(folder);
        Ok(Self { folder: folder.to_owned(), day, file })
    }
}

impl Write for Daily {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let today = today();
        // If the new file cannot be opened, the old one is used.
        if today != self.day
            && let Ok(next) = Self::open(&self.folder, today)
        {
            *self = next;
        }
        self.file.write(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Deletes all log files but the newest [`DAYS`], as far as possible.
fn prune(folder: &Path) {
    let is_ours = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        let day = name.and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX));
        day.is_some_and(|day| day.parse::<Date>().is_ok())
    };
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).filter(is_ours).collect();
    // The names contain the day, so they sort by date.
    paths.sort();
    for path in paths.iter().rev().skip(DAYS) {
        drop(fs::remove_file(path));
    }
}

/// The date in UTC, as the times in the log.
fn today() -> Date {
    jiff::Timestamp::now().to_zoned(TimeZone::UTC).date()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use jiff::civil::date;

    use super::{Daily, Write as _};

    #[test]
    fn the_newest_seven_files_are_kept_and_other_files_are_not_touched() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("sockeye.notes.log"), "mine").expect("a file");
        for day in 1..=9 {
            Daily::open(folder.path(), date(2026, 1, day)).expect("it is created");
        }
        let entries = fs::read_dir(folder.path()).expect("a folder");
        let mut names: Vec<_> = entries.map(|entry| entry.expect("an entry").file_name()).collect();
        names.sort();
        assert_eq!(names.len(), 8, "{names:?}");
        assert_eq!([&names[0], &names[7]], ["sockeye.2026-01-03.log", "sockeye.notes.log"]);
    }

    #[test]
    fn a_line_of_another_day_goes_to_the_file_of_that_day() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut log = Daily::open(folder.path(), date(2026, 1, 1)).expect("it is created");
        log.write_all(b"line\n").expect("it is written");
        let today = folder.path().join(format!("sockeye.{}.log", super::today()));
        assert_eq!(fs::read_to_string(today).expect("it exists"), "line\n");
    }
}
