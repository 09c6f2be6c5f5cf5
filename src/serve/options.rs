//! The options of the demo server.

use std::time::Duration;

/// The options of the demo server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoOptions {
    /// The port of the plain server; TLS uses the next one if it is free. 0 lets the system choose both.
    pub port: u16,
    /// Ticks per second on each connection, at least 1.
    pub rate: u32,
    /// The seed of the prices: the nth connection has the same prices at each start.
    pub seed: u64,
    /// After how long `/drop` drops the connection.
    pub drop_after: Duration,
    /// After how long `/close` closes the connection.
    pub close_after: Duration,
}

impl Default for DemoOptions {
    fn default() -> Self {
        Self {
            port: 0,
            rate: 5,
            seed: 0,
            drop_after: Duration::from_secs(20),
            close_after: Duration::from_secs(10),
        }
    }
}
