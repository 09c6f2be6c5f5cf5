//! Events and findings in plain words, once for the screen, its log, `tail` and `probe`, which add signs, levels and layout.
//!
//! A sentence is lower case and has no full stop; where a row is narrow there is a short form beside it. Text of
//! a server stands in it as it came: whoever shows it makes it fit to be shown.

mod connection;
mod finding;
mod message;
mod session;
mod stage;

pub use connection::{
    answered, connecting, failed, failed_in_short, lost, lost_in_short, opened, opened_in_short,
};
pub use connection::{retry, was_open};
pub use finding::{finding, finding_lines};
pub use message::{close, close_frame, delivery, recalled, sent};
pub use session::{ack_mode, end, ended, paused, paused_in_short, refused, resumed, total};
pub use stage::{stage, stage_in_short};

#[cfg(test)]
mod tests;
