//! Shells without a screen: tail, probe, lint and config.

mod narrator;
mod outcome;
mod printer;
pub mod probe;
pub mod signals;
mod sink;
pub mod tail;
mod words;

pub use outcome::{Outcome, exit_of};
