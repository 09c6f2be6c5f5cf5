//! How the demo behaves.

use std::time::Duration;

/// What can be chosen about the demo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoOptions {
    /// Port of the plain server; TLS takes the next one if it is free. 0 lets the system choose both.
    pub port: u16,
    /// Ticks a second on each connection, at least 1.
    pub rate: u32,
    /// Decides the prices: the n-th connection has the same ones at each start.
    pub seed: u64,
    /// When `/drop` drops.
    pub drop_after: Duration,
    /// When `/close` closes.
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
