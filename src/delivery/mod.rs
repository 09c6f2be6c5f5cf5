//! Plays the rest of the pipeline: delivers messages, acks and nacks them, redelivers nacked ones, and
//! measures how long this keeps the socket from being read. Pure.

mod backpressure;
mod downstream;
mod ledger;
mod poison;
mod reader;
mod replay;
mod reporter;
mod ticket;

pub(crate) use backpressure::BackpressureMeter;
pub(crate) use downstream::{Answer, AnswerError, Downstream, Taken};
pub(crate) use poison::{PoisonMeter, Waiting};
pub(crate) use reporter::WhereaboutsReporter;
