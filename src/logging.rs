//! The program's own log: a file a day in the state folder, which the screen keeps at info and other commands when they are asked.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use etcetera::BaseStrategy as _;
use jiff::{civil::Date, tz::TimeZone};
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;

use crate::files::{append_private, create_private_folder};

/// The variable that asks for a log and says how much: `debug`, or `info,sockeye::net=trace`.
pub const VARIABLE: &str = "SOCKEYE_LOG";
/// How many days are kept.
const DAYS: usize = 7;
/// What stands around the day in the name of a file.
const PREFIX: &str = "sockeye.";
const SUFFIX: &str = ".log";

/// A running log; what is still to be written is written when this is dropped.
#[must_use = "the log ends when this is dropped"]
#[derive(Debug)]
pub struct Log(#[expect(dead_code, reason = "held for its drop")] WorkerGuard);

/// Why there is no log.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    #[error("no log: {VARIABLE} is '{asked}', which is no filter: {message}; try debug")]
    Filter { asked: String, message: String },
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
        .map_err(|error| LogError::Filter { asked: asked.to_owned(), message: error.to_string() })?;
    let folder = folder().ok_or(LogError::Homeless)?;
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
        .map_err(|_| LogError::Twice)?;
    Ok(Log(guard))
}

/// A file of the log for each day. The appender of `tracing-appender` makes files that everybody may read,
/// and tells what goes wrong on the screen.
struct Daily {
    folder: PathBuf,
    day: Date,
    file: File,
}

impl Daily {
    /// Goes on with the file of a day, and deletes those that are too old.
    fn open(folder: &Path, day: Date) -> io::Result<Self> {
        let file = append_private(&folder.join(format!("{PREFIX}{day}{SUFFIX}")))?;
        prune(folder);
        Ok(Self { folder: folder.to_owned(), day, file })
    }
}

impl Write for Daily {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let today = today();
        // Without a new file the old one goes on.
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

/// Deletes all files of the log but the newest. One that cannot be deleted stays.
fn prune(folder: &Path) {
    let is_ours = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        let day = name.and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX));
        day.is_some_and(|day| day.parse::<Date>().is_ok())
    };
    let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).filter(is_ours).collect();
    // Named after their days, they sort by them.
    paths.sort();
    for path in paths.iter().rev().skip(DAYS) {
        drop(fs::remove_file(path));
    }
}

/// By the clock of the world, as the times in the log are.
fn today() -> Date {
    jiff::Timestamp::now().to_zoned(TimeZone::UTC).date()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use jiff::civil::date;

    use super::{Daily, Write as _};

    #[test]
    fn a_week_is_kept_and_what_is_no_file_of_the_log_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("sockeye.notes.log"), "mine").expect("a file");
        for day in 1..=9 {
            Daily::open(folder.path(), date(2026, 1, day)).expect("it is made");
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
        let mut log = Daily::open(folder.path(), date(2026, 1, 1)).expect("it is made");
        log.write_all(b"line\n").expect("it is written");
        let today = folder.path().join(format!("sockeye.{}.log", super::today()));
        assert_eq!(fs::read_to_string(today).expect("it is there"), "line\n");
    }
}
