//! The capture of what the screen shows: whether there is one, and how it stands.

use std::path::PathBuf;

use crate::{
    config::Values,
    session::{Seq, Timestamp},
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
    Reading {
        path: PathBuf,
        bytes: u64,
        is_whole: bool,
        /// Whether it holds the fields that the session ran with.
        has_profile: bool,
        sessions: usize,
        nth: usize,
    },
}

/// What the shell reports about the capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaptureNews {
    /// It has grown.
    Grown {
        path: PathBuf,
        bytes: u64,
    },
    /// It has ended for this reason, with everything up to this place committed.
    Failed {
        path: PathBuf,
        message: String,
        committed: Seq,
    },
    /// It cannot begin.
    Refused {
        message: String,
    },
    /// It, or its disk, is near its end.
    /// The session of an old capture has been read to its end.
    AllRead,
    Large {
        message: String,
    },
    /// An old one is about to be replayed: its first place, its size and that of its payloads.
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
        /// What it made its last connection with, secrets masked; `None` in a capture that does not say.
        profile: Option<Box<Values>>,
        /// How many sessions it holds, and which of them this is.
        sessions: usize,
        nth: usize,
    },
}

impl Capture {
    /// Whether an old capture is being looked at.
    pub const fn is_reading(&self) -> bool {
        matches!(self, Self::Reading { .. })
    }
}
