//! The way into a capture: a bounded queue, and the thread behind it.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use tokio::sync::{mpsc, oneshot, watch};

use crate::{files::create_private, session::Event};

use super::{
    CaptureError, Progress,
    backlog::{Backlog, Parcel, cost_of},
    file, writer,
};

/// Batches of events that may wait for the disk.
pub const BATCHES: usize = 256;

/// Takes events to be written. Dropping it lets the writer finish by itself.
#[derive(Debug)]
pub struct Recorder {
    path: PathBuf,
    sender: mpsc::Sender<Parcel>,
    backlog: Arc<Backlog>,
    progress: watch::Receiver<Progress>,
    done: oneshot::Receiver<()>,
}

impl Recorder {
    /// Begins to capture into `path`, which is made, or gone on with if it is a capture. The file
    /// is opened on the thread that writes it, so that nobody waits for the disk.
    ///
    /// # Errors
    ///
    /// The file is something else, or the system has no thread left.
    pub fn start(path: &Path, name: &str) -> Result<Self, CaptureError> {
        Self::start_within(path, name, 0)
    }

    /// The same in a file of at most so many pages; 0 sets no limit.
    ///
    /// # Errors
    ///
    /// Those of [`Recorder::start`].
    pub fn start_within(path: &Path, name: &str, pages: i64) -> Result<Self, CaptureError> {
        file::check(path)?;
        // That it cannot be made is better known before anything is tried.
        if file::holds(path)? == file::Holds::Nothing {
            create_private(path)
                .map_err(|source| CaptureError::Unusable { path: path.to_owned(), source })?;
        }
        let (sender, parcels) = mpsc::channel(BATCHES);
        let (told, progress) = watch::channel(Progress::default());
        let (finished, done) = oneshot::channel();
        let (path, name) = (path.to_owned(), name.to_owned());
        let own = path.clone();
        let backlog = Arc::<Backlog>::default();
        let its = backlog.clone();
        thread::Builder::new()
            .name("capture".to_owned())
            .spawn(move || {
                writer::run(&own, &name, pages, parcels, &its, &told);
                its.close();
                // Nobody need be waiting.
                let _ = finished.send(());
            })
            .map_err(|source| CaptureError::Unusable { path: path.clone(), source })?;
        Ok(Self { path, sender, backlog, progress, done })
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Queues a copy of `events`, waiting for room if there is none. When nothing is captured any more it
    /// returns at once. Cancelling it queues nothing.
    pub async fn record(&self, events: &[Event]) {
        let cost = cost_of(events);
        self.backlog.room_for(cost).await;
        let Ok(place) = self.sender.reserve().await else { return };
        self.backlog.add(cost);
        place.send(Parcel { events: events.to_vec(), cost });
    }

    /// How far it has come.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.progress.borrow().clone()
    }

    /// The same, as something to be waited on.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Progress> {
        self.progress.clone()
    }

    /// Waits until it has come further than was last seen; for ever when it has ended.
    pub async fn changed(&mut self) -> Progress {
        if self.progress.changed().await.is_err() {
            return std::future::pending().await;
        }
        self.progress.borrow_and_update().clone()
    }

    /// Waits until all that was queued is on disk, and says how it went.
    pub async fn finish(self) -> Progress {
        let Self { sender, done, progress, .. } = self;
        drop(sender);
        // A writer that broke off has told why.
        let _ = done.await;
        progress.borrow().clone()
    }
}
