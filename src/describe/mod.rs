//! Describes events and findings in plain words, for the screen, its log, `tail` and `probe`. They add signs, levels and
//! layout.
//!
//! A sentence is lower case and has no full stop; some have a short form for narrow rows. Text from a server is not
//! made printable here: the caller does that.

mod connection;
mod finding;
mod message;
mod session;
mod stage;
mod story;
mod tls;

pub use connection::{
    answered, connecting, failed, failed_in_short, lost, lost_in_short, opened, opened_in_short,
};
pub use connection::{retry, was_open};
pub use finding::{finding, finding_lines};
pub use message::{close, close_frame, delivery, recalled, sent};
pub use session::{ack_mode, end, ended, paused, paused_in_short, refused, resumed, total};
pub use stage::{stage, stage_in_short, stage_otherwise};
pub use story::Story;
pub use tls::{Opinion, aspect, check_rows, faults, key, place_in_chain, tls_opinions, validity};

#[cfg(test)]
mod tests;
