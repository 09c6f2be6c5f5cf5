//! All tables of causes as text, for the page of findings.

use super::{heartbeat_losses, heartbeats, listing::Listing, protocols, reasons, refusals};

/// The tables of refusals, close codes, reasons and heartbeats.
#[must_use]
pub fn listings() -> [Listing; 6] {
    [
        refusals::listing(),
        protocols::signs(),
        protocols::codes(),
        reasons::listing(),
        heartbeats::listing(),
        heartbeat_losses::listing(),
    ]
}
