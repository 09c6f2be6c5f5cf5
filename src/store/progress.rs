//! How a capture stands.

/// How far a capture has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub state: State,
    /// On disk, the write-ahead log included.
    pub bytes: u64,
    /// What lay in the file before: the place of an event in the file is that much higher than
    /// its place in this stream.
    pub before: u64,
    /// How many places of this stream are committed.
    pub committed: u64,
    /// Why the capture gets too large, when it does.
    pub large: Option<String>,
}

/// Whether it goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Its file is being opened.
    #[default]
    Opening,
    Recording,
    /// Nothing more is captured, and why. What was committed stays.
    Failed(String),
    /// Everything is on disk and the file is closed.
    Closed,
}
