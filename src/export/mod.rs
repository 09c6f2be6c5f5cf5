//! Writes messages in the formats of files and terminals, for `tail` and for the screen, from the socket, from memory
//! or from a capture.

mod encoder;
mod format;

pub use encoder::{Origin, Out};
pub use format::{Exporter, Format};
