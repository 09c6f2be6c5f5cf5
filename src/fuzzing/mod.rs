//! The harnesses of the targets in `fuzz/`. Each takes bytes from outside and checks what a room promises.
//! They are compiled for the targets and for tests, which replay the seeds.

mod capture;
mod config;
mod filter;
mod frames;
mod go_verdict;
mod inflate;
mod keys;
mod pasted;
mod payload;
#[cfg(test)]
mod seeds;

pub use self::{
    capture::capture, config::config, filter::filter, frames::frames, go_verdict::go_verdict,
    inflate::inflate, keys::keys, pasted::pasted, payload::payload,
};
pub use crate::net::fuzzing::{answer, proxy};

/// Whether a terminal would obey or hide this character, so that no text from outside may contain it.
fn controls_terminal(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
