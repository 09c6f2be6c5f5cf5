//! Records events into a capture: a bounded queue, and the thread that writes.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use tokio::{
    sync::{mpsc, oneshot, watch},
    time::sleep,
};

use crate::{
    files::create_private,
    session::{Event, Seq},
};

use super::{
    CaptureError, Haste, Plan, Progress, State,
    backlog::{Backlog, Parcel, cost_of},
    file, writer,
};

/// The most batches of events that wait for the disk.
pub const BATCHES: usize = 256;

/// How long the end of a capture may take without a word.
const PATIENCE: Duration = Duration::from_millis(500);

/// Queues events for the writer. After a drop the writer finishes by itself.
#[derive(Debug)]
pub struct Recorder {
    path: PathBuf,
    sender: mpsc::Sender<Parcel>,
    backlog: Arc<Backlog>,
    progress: watch::Receiver<Progress>,
    profile: watch::Sender<String>,
    done: oneshot::Receiver<()>,
    haste: Haste,
}

impl Recorder {
    /// Starts to capture into `path`. The file is created, or appended to if it is a capture. The writer's thread
    /// opens it, so that the caller does not wait for the disk.
    ///
    /// # Errors
    ///
    /// The file is not a capture, or no thread can be started.
    pub fn start(path: &Path, name: &str) -> Result<Self, CaptureError> {
        Self::start_with(path, name, Plan::default())
    }

    /// The same, as planned.
    ///
    /// # Errors
    ///
    /// Those of [`Recorder::start`].
    pub fn start_with(path: &Path, name: &str, plan: Plan) -> Result<Self, CaptureError> {
        file::check(path)?;
        // Creates the file now, so that an error is reported before the session starts.
        if file::contents(path)? == file::Contents::Absent {
            create_private(path)
                .map_err(|source| CaptureError::Unusable { path: path.to_owned(), source })?;
        }
        let (sender, parcels) = mpsc::channel(BATCHES);
        let (progress_sender, progress) = watch::channel(Progress::default());
        let (finished, done) = oneshot::channel();
        let (path, name) = (path.to_owned(), name.to_owned());
        let thread_path = path.clone();
        let backlog = Arc::<Backlog>::default();
        let shared = backlog.clone();
        let (profile, profiles) = watch::channel(String::new());
        let haste = Haste::default();
        let asked = haste.clone();
        thread::Builder::new()
            .name("capture".to_owned())
            .spawn(move || {
                writer::run(
                    &thread_path,
                    (&name, profiles),
                    (plan, &asked),
                    parcels,
                    &shared,
                    &progress_sender,
                );
                shared.close();
                // The receiver may have been dropped.
                let _ = finished.send(());
            })
            .map_err(|source| CaptureError::Unusable { path: path.clone(), source })?;
        Ok(Self { path, sender, backlog, progress, profile, done, haste })
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the connections from now on are made with: pipeline YAML in which secrets are masked.
    pub fn set_profile(&self, yaml: String) {
        self.profile.send_replace(yaml);
    }

    /// Queues a copy of `events`, and waits for room if there is none. Returns at once if the capture has ended.
    /// Cancelling it queues nothing.
    pub async fn record(&self, events: &[Event]) {
        let cost = cost_of(events);
        self.backlog.room_for(cost).await;
        let Ok(permit) = self.sender.reserve().await else { return };
        self.backlog.add(cost);
        permit.send(Parcel::Events { events: events.to_vec(), cost });
    }

    /// Queues a bookmark at a place that was recorded, or its removal; false if the capture has ended, or too much waits
    /// for the disk.
    #[must_use]
    pub fn bookmark(&self, seq: Seq, note: Option<String>) -> bool {
        self.sender.try_send(Parcel::Bookmark(seq, note)).is_ok()
    }

    /// The progress of the capture.
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.progress.borrow().clone()
    }

    /// A receiver of the progress.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Progress> {
        self.progress.clone()
    }

    /// Ends the compression of the capture before it is done.
    #[must_use]
    pub fn haste(&self) -> Haste {
        self.haste.clone()
    }

    /// Waits until all queued events are on disk and compressed, and returns the final progress.
    pub async fn finish(self) -> Progress {
        let Self { sender, done, progress, .. } = self;
        drop(sender);
        // If the writer failed, the progress holds the error.
        let _ = done.await;
        progress.borrow().clone()
    }

    /// The same; if it takes longer than half a second, `report` is told the parts in a hundred that are compressed.
    pub async fn finish_with(self, report: &mut dyn FnMut(u8)) -> Progress {
        let Self { sender, mut done, mut progress, .. } = self;
        drop(sender);
        let (patience, mut is_over, mut told) = (sleep(PATIENCE), false, None);
        tokio::pin!(patience);
        loop {
            if is_over
                && let State::Compressing(compressed) = progress.borrow_and_update().state
                && told.replace(compressed) != Some(compressed)
            {
                report(compressed);
            }
            tokio::select! {
                _ = &mut done => return progress.borrow().clone(),
                () = &mut patience, if !is_over => is_over = true,
                Ok(()) = progress.changed(), if is_over => {}
            }
        }
    }
}
