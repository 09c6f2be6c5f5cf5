//! Messages as they leave the program, be it `tail` or the screen that writes them, from the socket, from memory
//! or from a capture: what a line looks like is decided here alone.

mod encoder;
mod format;

pub use encoder::{Origin, Out};
pub use format::{Exporter, Format};
