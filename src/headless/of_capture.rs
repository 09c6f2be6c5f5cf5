//! Work over a capture, or over a file of another program that is read into one, which a signal stops.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{archive, cli::Exit};

use super::{signals, sql::exit_of_import, status_lines::StatusLines};

/// Does `work` with the path of the capture. A signal sets the flag, and the work is waited for, so that it leaves
/// nothing behind.
pub(super) async fn run<W>(path: &Path, work: W) -> Exit
where
    W: FnOnce(&Path, Arc<AtomicBool>) -> Exit + Send + 'static,
{
    let opened = match archive::open(path).await {
        Ok(opened) => opened,
        Err(error) => {
            StatusLines::stderr().say(&error.to_string());
            return exit_of_import(&error);
        }
    };
    let stopped = Arc::<AtomicBool>::default();
    let asked = stopped.clone();
    let mut work = tokio::task::spawn_blocking(move || work(&opened.path, asked));
    let done = tokio::select! {
        done = &mut work => done,
        _ = signals::ended() => {
            stopped.store(true, Ordering::Relaxed);
            work.await
        }
    };
    done.unwrap_or(Exit::Other)
}
