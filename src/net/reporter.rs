//! What a connection tells while it runs.

use tokio::sync::mpsc;

use crate::{
    config::Secret,
    session::{Answered, Sent, Stage, StageReport},
};

/// What a connection tells while it runs.
#[derive(Clone, Debug)]
pub enum Step {
    Started(Stage),
    Ended(Box<StageReport>),
    /// An answer that refuses has come, but for the end of its body.
    Answered(Answered),
    /// What is sent from here on and nobody may see.
    Secrets(Vec<Secret>),
    /// An opening message went out: its kind and its payload.
    OpeningSent(Sent),
}

/// Where a connection tells its steps. Bounded: a connection has fewer steps than the queue holds, opening
/// messages excepted, for which it waits.
#[derive(Clone, Debug)]
pub struct Reporter(mpsc::Sender<Step>);

impl Reporter {
    /// How many steps may wait to be read.
    pub const BOUND: usize = 32;

    /// A reporter and the end that reads it.
    #[must_use]
    pub fn new() -> (Self, mpsc::Receiver<Step>) {
        let (sender, receiver) = mpsc::channel(Self::BOUND);
        (Self(sender), receiver)
    }

    /// Tells one step; nobody listening is no error.
    pub async fn tell(&self, step: Step) {
        drop(self.0.send(step).await);
    }
}
