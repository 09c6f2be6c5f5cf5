//! The rest of the pipeline, played: what it is delivered, what it acknowledges and rejects, when a
//! rejected message is redelivered, and how long all this keeps the socket from being read. Pure.

mod backpressure;
mod downstream;
mod ledger;
mod replay;

pub(crate) use backpressure::BackpressureMeter;
pub(crate) use downstream::{AnswerError, Downstream};
