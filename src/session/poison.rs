//! A message that is rejected again and again, and what it does to the feed.

use std::time::Duration;

use super::MessageId;

/// What was measured of a poison message since its first pause.
#[derive(Clone, Debug, PartialEq)]
pub struct Poison {
    pub id: MessageId,
    /// How often it was rejected.
    pub rejections: u32,
    /// How long this was measured.
    pub lasts: Duration,
    /// Other messages that were acknowledged, in a second.
    pub others: f64,
    /// Messages that the server sent, in a second; at least, where the buffers are full. `None` where the system does
    /// not report what is unread.
    pub arrivals: Option<f64>,
    /// What waits before the input.
    pub backlog: Option<Backlog>,
    /// The pause between the server's pings, where two were seen.
    pub pings_every: Option<Duration>,
    /// How the server gave up on an earlier connection of the session, where it said that it had no pong or no reader.
    pub gave_up: Option<String>,
}

/// Bytes that the server has sent and the input has not read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backlog {
    pub bytes: u64,
    /// About so many messages are in them.
    pub messages: f64,
    /// By how many bytes it grows in a second.
    pub growth: f64,
    /// The size of the system's receive buffer.
    pub buffer: Option<u64>,
}
