//! Reports the progress of a connection.

use tokio::sync::mpsc;

use crate::{
    config::Secret,
    session::{Answered, Sent, Stage, StageReport},
};

/// A report about the progress of a connection.
#[derive(Clone, Debug)]
pub enum Step {
    Started(Stage),
    Ended(Box<StageReport>),
    /// The head of a refusal was received, before the end of its body.
    Answered(Answered),
    /// Secrets that are sent from now on and must be masked.
    Secrets(Vec<Secret>),
    OpeningSent(Sent),
}

/// Sends the steps of a connection. The queue is bounded: it holds all steps of a connection except its opening
/// messages, for which the connection waits.
#[derive(Clone, Debug)]
pub struct Reporter(mpsc::Sender<Step>);

impl Reporter {
    /// The most steps in the queue.
    pub const BOUND: usize = 32;

    /// A reporter and the receiver of its steps.
    #[must_use]
    pub fn new() -> (Self, mpsc::Receiver<Step>) {
        let (sender, receiver) = mpsc::channel(Self::BOUND);
        (Self(sender), receiver)
    }

    /// Sends a step. A receiver that was dropped is not an error.
    pub async fn emit(&self, step: Step) {
        drop(self.0.send(step).await);
    }
}
