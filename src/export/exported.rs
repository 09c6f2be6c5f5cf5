//! A message as it leaves, and what became of it.

use crate::session::{DeadLetter, Delivery, Message};

use super::Origin;

/// A received message, and what is known of its deliveries.
#[derive(Clone, Copy, Debug)]
pub struct Exported<'a> {
    pub origin: Origin,
    pub message: Message<'a>,
    /// The last delivery.
    pub latest: Delivery,
    /// All deliveries of a message that was nacked, where they are told.
    pub deliveries: Option<&'a DeadLetter>,
}

impl<'a> Exported<'a> {
    /// A message of which no more than its first delivery is known.
    #[must_use]
    pub const fn new(origin: Origin, message: Message<'a>) -> Self {
        Self { origin, message, latest: Delivery::first(origin.verdict), deliveries: None }
    }
}
