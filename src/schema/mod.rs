//! Events as JSON Lines: one versioned schema, documented in `assets/events.md`.

mod block;
mod dead_letter;
mod invisible;
mod line;
mod read;
#[cfg(test)]
mod samples;
mod text;
mod verbatim;
mod write;

pub use dead_letter::write_deliveries;
pub use invisible::escape_invisible;
pub use line::write_value;
pub use read::{body, kind_of, read_event};
pub use write::{MessageLines, Verbatim, write_event};

/// The version that every line carries as `v`. It rises when a field changes its meaning or is removed.
pub const VERSION: u32 = 1;
