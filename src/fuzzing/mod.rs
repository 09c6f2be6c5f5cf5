//! What the targets in `fuzz/` run: each takes bytes from outside and holds a room to what it
//! promises. Compiled for them and for tests, which replay the seeds.

mod capture;
mod config;
mod filter;
mod frames;
mod inflate;
mod keys;
mod pasted;
mod payload;
#[cfg(test)]
mod seeds;

pub use self::{
    capture::capture, config::config, filter::filter, frames::frames, inflate::inflate, keys::keys,
    pasted::pasted, payload::payload,
};
pub use crate::net::fuzzing::{answer, proxy};

/// What no text from outside may bring to a terminal: what it would obey, and what it hides.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
