//! What a message holds, made fit to be seen; pure, knows nothing of ours.

mod size;

pub use size::{gap, size, span_of, thousands};
