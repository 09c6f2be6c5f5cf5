//! The capture of what the screen shows: whether there is one, and how it stands.

use std::path::PathBuf;

use crate::session::{Seq, Timestamp};

use super::{
    model::{App, Tone},
    screen::Screen,
    timeline::Kept,
    update::Effect,
};

/// Where the rows of the screen are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Capture {
    /// Nothing is captured.
    #[default]
    Off,
    /// Everything is being written to this file.
    Recording { path: PathBuf, bytes: u64 },
    /// Nothing more is written; what was committed can still be read.
    Failed { path: PathBuf, message: String },
    /// An old capture is being looked at, and there is no session.
    Reading { path: PathBuf, bytes: u64, is_whole: bool, sessions: usize, nth: usize },
}

/// What the shell tells of the capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaptureNews {
    /// It has grown.
    Grown { path: PathBuf, bytes: u64 },
    /// It has ended for this reason, with everything up to this place committed.
    Failed { path: PathBuf, message: String, committed: Seq },
    /// It cannot begin.
    Refused { message: String },
    /// It, or its disk, is near its end.
    Large { message: String },
    /// An old one is about to be told again: its first place, its size and that of its payloads.
    Opened {
        path: PathBuf,
        bytes: u64,
        first: Seq,
        payloads: u64,
        began: Timestamp,
        is_whole: bool,
        name: String,
        /// Masked.
        url: String,
        /// How many sessions it holds, and which of them this is.
        sessions: usize,
        nth: usize,
    },
}

impl Capture {
    /// Whether an old capture is being looked at.
    #[must_use]
    pub const fn is_reading(&self) -> bool {
        matches!(self, Self::Reading { .. })
    }
}

impl App {
    /// Goes to an earlier or a later session of the old capture.
    pub(super) fn go_to_session(&mut self, earlier: bool) -> Vec<Effect> {
        let Capture::Reading { path, sessions, nth, .. } = &self.capture else { return Vec::new() };
        let nth = if earlier { nth - 1 } else { nth + 1 };
        if (1..=*sessions).contains(&nth) {
            return vec![Effect::OpenCapture { path: path.clone(), back: sessions - nth }];
        }
        self.say(Tone::Note, if earlier { "this is the first session" } else { "this is the last session" });
        Vec::new()
    }

    /// Takes in how the capture stands.
    pub(super) fn hear_of_capture(&mut self, news: CaptureNews) {
        match news {
            CaptureNews::Grown { path, bytes } => {
                self.capture = Capture::Recording { path, bytes };
                self.timeline.keep(Kept::All);
            }
            CaptureNews::Failed { path, message, committed } => {
                self.timeline.keep(Kept::Upto(committed));
                self.say(Tone::Bad, format!("capture-failed: nothing more is captured: {message}"));
                self.journal.note_bad(self.now, format!("capture-failed: {message}"));
                self.capture = Capture::Failed { path, message };
            }
            CaptureNews::Refused { message } => {
                self.say(Tone::Bad, format!("no capture: {message}"));
                self.journal.note_bad(self.now, format!("no capture: {message}"));
            }
            CaptureNews::Large { message } => {
                self.say(Tone::Bad, format!("capture-large: {message}; it stops at 100 MiB left"));
                self.journal.note_bad(self.now, format!("capture-large: {message}"));
            }
            CaptureNews::Opened {
                path,
                bytes,
                first,
                payloads,
                began,
                is_whole,
                name,
                url,
                sessions,
                nth,
            } => {
                self.begin_anew();
                self.screen = Screen::Feed;
                self.timeline.begin_at(first);
                self.timeline.keep(Kept::All);
                self.current.counts.bytes = payloads;
                self.now = began;
                (self.profile.name, self.profile.url) = (name, url);
                if sessions > 1 {
                    self.say(
                        Tone::Note,
                        format!("session {nth} of {sessions} in this capture; ( and ) go to the others"),
                    );
                }
                self.capture = Capture::Reading { path, bytes, is_whole, sessions, nth };
            }
        }
    }
}
