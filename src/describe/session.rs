//! The session as a whole: how messages are answered, when the socket is not read, and how it ended.

use std::time::Duration;

use crate::{
    payload::{counted, duration_in_words, size},
    session::{ActiveAckMode, End, Ended, Pause},
};

/// `ack mode: manual 64`
pub fn ack_mode(ack_mode: &ActiveAckMode) -> String {
    format!("ack mode: {}", ack_mode.text)
}

/// The socket is not read, and why.
pub fn paused(why: Pause, read_ahead: u64) -> String {
    let why = match why {
        Pause::Events => "the output is slower than the feed",
        Pause::InFlight => "the output is full and takes no more",
        Pause::Replay => "the input pauses before a redelivery",
    };
    format!("reading is paused, since {why}: {} read ahead", size(read_ahead))
}

/// The same without a reason.
pub fn paused_in_short(read_ahead: u64) -> String {
    format!("reading is paused: {} read ahead", size(read_ahead))
}

/// `reading resumed after 1.2 s`
pub fn resumed(after: Duration) -> String {
    format!("reading resumed after {}", duration_in_words(after))
}

/// `cannot send: no connection is open`
pub fn refused(command: &str, message: &str) -> String {
    format!("cannot {command}: {message}")
}

/// How a session ended, and what it received.
pub fn ended(ended: &Ended) -> String {
    format!("{}; {}", end(ended), total(ended.messages, ended.connections))
}

/// How a session ended: `stopped as asked during tls`.
pub fn end(ended: &Ended) -> String {
    match (&ended.why, ended.during) {
        (End::Stopped, None) => "stopped as asked".to_owned(),
        (End::Stopped, Some(stage)) => format!("stopped as asked during {stage}"),
        (End::FileEnds, _) => "the imported file tells no more".to_owned(),
        (End::NotRetried | End::RetriesExhausted { retries: 0, .. }, _) => "ended, not retried".to_owned(),
        (End::RetriesExhausted { retries, .. }, _) => {
            format!("gave up after {}", counted(u64::from(*retries), "retry"))
        }
    }
}

/// `3 messages in 1 connection`
pub fn total(messages: u64, connections: u32) -> String {
    format!("{} in {}", counted(messages, "message"), counted(connections.into(), "connection"))
}
