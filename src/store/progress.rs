//! The progress of a capture.

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub state: State,
    /// The size on disk, including the write-ahead log.
    pub bytes: u64,
    /// The last `seq` that was in the file before this stream: the offset of this stream in the file.
    pub before: u64,
    /// The number of places of this stream that are committed.
    pub committed: u64,
    /// A warning that the capture is large or the disk is nearly full.
    pub large: Option<String>,
}

/// The state of a capture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// The file is being opened.
    #[default]
    Opening,
    Recording,
    /// Everything is on disk, and is being compressed; the parts in a hundred that are done.
    Compressing(u8),
    /// The capture stopped with this error. What was committed is kept.
    Failed(String),
    /// Everything is on disk and the file is closed.
    Closed,
}
