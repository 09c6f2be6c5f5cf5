//! The capture beside a `tail`, and what is reported about it.

use std::path::Path;

use crate::{
    cli::{CaptureArgs, Exit},
    config::{Values, masked_yaml},
    diagnose,
    payload::{counted, size},
    session::{Event, Finding},
    store::{CaptureError, Compress, Haste, Plan, Recorder, State},
};

/// Starts the capture that is asked for.
///
/// # Errors
///
/// The exit code and the reason: the file must not be overwritten, or cannot be written.
pub(super) fn start(
    args: &CaptureArgs,
    name: &str,
    values: &Values,
) -> Result<Option<Capture>, (Exit, String)> {
    let start = |path| Capture::start(path, name, args.compress, masked_yaml(values));
    args.capture.as_deref().map(start).transpose().map_err(|error| {
        let exit = if error.is_refusal() { Exit::Usage } else { Exit::Unwritten };
        (exit, format!("no capture: {error}"))
    })
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    shlex::try_quote(&path).map_or_else(|_| path.clone(), Into::into)
}

/// A capture that runs beside the output.
pub(super) struct Capture {
    recorder: Recorder,
    /// What was reported already: that it failed, that it is large.
    reported: (bool, bool),
}

impl Capture {
    /// `profile` is what the connections are made with, as YAML without secrets.
    fn start(path: &Path, name: &str, compress: Compress, profile: String) -> Result<Self, CaptureError> {
        let recorder = Recorder::start_with(path, name, Plan { compress, ..Plan::default() })?;
        recorder.set_profile(profile);
        Ok(Self { recorder, reported: (false, false) })
    }

    pub(super) async fn record(&self, events: &[Event]) {
        self.recorder.record(events).await;
    }

    /// What has gone wrong since the last call.
    pub(super) fn news(&mut self) -> Option<Finding> {
        let progress = self.recorder.progress();
        match (progress.state, progress.large) {
            (State::Failed(message), _) if !self.reported.0 => {
                self.reported = (true, true);
                Some(diagnose::capture_failed(&message))
            }
            (_, Some(message)) if !self.reported.1 => {
                self.reported.1 = true;
                Some(diagnose::capture_large(&message))
            }
            _ => None,
        }
    }

    /// Ends its compression before it is done.
    pub(super) fn haste(&self) -> Haste {
        self.recorder.haste()
    }

    /// Waits for the disk: whether all was captured, and how it went, in a sentence. `report` is told how far the
    /// compression is, if that takes long.
    pub(super) async fn finish(self, report: &mut dyn FnMut(&str)) -> (bool, String) {
        let path = self.recorder.path().to_owned();
        let mut report = |done| {
            report(&format!("compressing the capture: {done} %; ctrl+c leaves it as far as it is"));
        };
        let progress = self.recorder.finish_with(&mut report).await;
        if let State::Failed(message) = progress.state {
            let events = counted(progress.committed, "event");
            return (false, format!("the capture has {events} only: {message}"));
        }
        let bytes = size(progress.bytes);
        (true, format!("captured {bytes}; to see it again: sockeye open {}", quoted(&path)))
    }
}
