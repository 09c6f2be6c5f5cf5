//! Events as JSON Lines: one versioned schema, documented in `assets/events.md`.

mod block;
mod dead_letter;
mod line;
mod read;
#[cfg(test)]
mod samples;
mod shown;
mod text;
mod write;

pub use dead_letter::write_deliveries;
pub use line::write_value;
pub use read::{body, kind_of, read_event};
pub use shown::show_unseen;
pub use write::{MessageLines, write_event};

/// The version every line carries as `v`; it rises when a field changes its meaning or goes.
pub const VERSION: u32 = 1;
