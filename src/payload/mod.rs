//! Decides once what a message holds, and makes it printable; formats text, sizes and times for people.

pub mod compare;
mod decoded;
mod decoders;
pub mod document;
mod duration;
mod fit;
pub mod hex;
pub mod json;
mod message_type;
mod printable;
mod shape;
mod size;

pub use decoded::{Body, CUT_SHORT, Decoded, Decoder, Misfit, Piece, Preview};
pub use decoders::{HEAD, decode, decode_with, is_kind, one_line, plain_text, views};
pub use duration::{
    duration_as_typed, duration_in_words, gap, limit_in_words, milliseconds, parse_duration, span_of,
    stopwatch,
};
pub use fit::{break_all, cut, cut_chars, fold, preview, wrap};
pub use message_type::{MessageType, take_binary_messages_for};
pub use printable::{is_invisible, printable, printable_lines};
pub use shape::{Shape, shape, shape_and_outline};
pub use size::{counted, size, thousands};
