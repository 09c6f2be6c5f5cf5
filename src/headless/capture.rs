//! The capture beside a `tail`, and what is said of it.

use std::path::Path;

use crate::{
    diagnose,
    payload::{counted, size},
    session::{Event, Finding},
    store::{CaptureError, Recorder, State},
};

/// A capture that runs beside the output.
pub(super) struct Capture {
    recorder: Recorder,
    /// What has been told already: that it failed, that it is large.
    told: (bool, bool),
}

impl Capture {
    pub(super) fn start(path: &Path, name: &str) -> Result<Self, CaptureError> {
        Recorder::start(path, name).map(|recorder| Self { recorder, told: (false, false) })
    }

    pub(super) async fn record(&self, events: &[Event]) {
        self.recorder.record(events).await;
    }

    /// What has gone wrong since this was asked last.
    pub(super) fn news(&mut self) -> Option<Finding> {
        let progress = self.recorder.progress();
        match (progress.state, progress.large) {
            (State::Failed(says), _) if !self.told.0 => {
                self.told = (true, true);
                Some(diagnose::capture_failed(&says))
            }
            (_, Some(says)) if !self.told.1 => {
                self.told.1 = true;
                Some(diagnose::capture_large(&says))
            }
            _ => None,
        }
    }

    /// Waits for the disk; how it went, in a sentence.
    pub(super) async fn finish(self) -> String {
        let path = self.recorder.path().to_owned();
        let progress = self.recorder.finish().await;
        let path = path.display();
        match progress.state {
            State::Failed(says) => {
                format!("the capture in {path} has {} only: {says}", counted(progress.committed, "event"))
            }
            _ => format!("captured {} in {path}; sockeye open {path} shows it again", size(progress.bytes)),
        }
    }
}
