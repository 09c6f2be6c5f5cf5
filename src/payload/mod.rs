//! What a message holds, made fit to be seen; pure, knows nothing of ours.

pub mod hex;
pub mod json;
mod kind;
mod printable;
mod size;

pub use kind::Content;
pub use printable::{Shown, cut, is_unseen, preview, printable, printable_lines};
pub use size::{counted, duration, gap, size, span_of, thousands};
