//! Work over a capture, or over a file of another program that is read into one, which a signal stops.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{
    archive::{self, Openable},
    cli::Exit,
};

use super::{signals, sql::exit_of_import, status_lines::StatusLines};

/// Does `work` with the path of the capture. A signal sets the flag, and the work is waited for, so that it leaves
/// nothing behind.
pub(super) async fn run<W>(path: &Path, work: W) -> Exit
where
    W: FnOnce(&Path, Arc<AtomicBool>) -> Exit + Send + 'static,
{
    match open(path).await {
        Ok(opened) => stoppable(move |stopped| work(&opened.path, stopped)).await,
        Err(exit) => exit,
    }
}

/// Opens a capture, or reads a file of another program into one.
///
/// # Errors
///
/// It cannot be opened, which is told on stderr.
pub(super) async fn open(path: &Path) -> Result<Openable, Exit> {
    archive::open(path).await.map_err(|error| {
        StatusLines::stderr().say(&error.to_string());
        exit_of_import(&error)
    })
}

/// Does `work` on a thread of its own. A signal sets the flag, and the work is waited for.
pub(super) async fn stoppable<W>(work: W) -> Exit
where
    W: FnOnce(Arc<AtomicBool>) -> Exit + Send + 'static,
{
    let stopped = Arc::<AtomicBool>::default();
    let asked = stopped.clone();
    let mut work = tokio::task::spawn_blocking(move || work(asked));
    let done = tokio::select! {
        done = &mut work => done,
        _ = signals::ended() => {
            stopped.store(true, Ordering::Relaxed);
            work.await
        }
    };
    done.unwrap_or(Exit::Other)
}
