//! What a message holds, decided once and made fit to be seen; text, sizes and times as people read them.

mod decoded;
mod decoders;
mod duration;
mod fit;
pub mod hex;
pub mod json;
mod printable;
mod size;

pub use decoded::{Body, Decoded, Decoder, Piece};
pub use decoders::{decode, one_line};
pub use duration::{
    duration_as_typed, duration_in_words, gap, limit_in_words, parse_duration, span_of, stopwatch,
};
pub use fit::{cut, cut_chars, fold, preview, wrap};
pub use printable::{is_unseen, printable, printable_lines};
pub use size::{counted, size, thousands};
