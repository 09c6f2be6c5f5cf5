//! What a message holds, made fit to be seen; pure, knows nothing of ours.

mod duration;
mod fit;
pub mod hex;
pub mod json;
mod kind;
mod printable;
mod size;

pub use duration::{
    duration_as_typed, duration_in_words, gap, limit_in_words, parse_duration, span_of, stopwatch,
};
pub use fit::{cut, cut_chars, fold, wrap};
pub use kind::Content;
pub use printable::{Shown, is_invisible, preview, printable, printable_lines};
pub use size::{counted, size, thousands};
