//! The clock of the server, and moments in seconds since 1970.

use crate::session::{Exchange, Timestamp};

/// The server's clock, in seconds since 1970.
pub(super) fn server_time(exchange: &Exchange) -> Option<i64> {
    Some(exchange.response.as_ref()?.date()?.0.div_euclid(1_000_000))
}

/// The moment of so many seconds since 1970.
pub(super) fn moment(seconds: i64) -> Timestamp {
    Timestamp(seconds.saturating_mul(1_000_000))
}
