//! Messages that are decoded and wait for the reader.

use crate::{
    delivery::Taken,
    session::{Finding, Run},
};

/// Messages of one read of the socket, the first of which are taken.
#[derive(Default)]
pub(super) struct Decoded {
    run: Run,
    taken: usize,
    /// What they say about the connection; it is told behind the last of them.
    finding: Option<Box<Finding>>,
}

impl Decoded {
    pub(super) const fn new(run: Run, finding: Option<Box<Finding>>) -> Self {
        Self { run, taken: 0, finding }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.taken == self.run.spans.len()
    }

    pub(super) fn payload_bytes(&self) -> u64 {
        self.run.spans[self.taken..].iter().map(|span| u64::from(span.len)).sum()
    }

    /// Takes as many messages as `which` says, given all of them and how many are taken already.
    pub(super) fn take(&mut self, which: impl FnOnce(&Run, usize) -> Taken) -> (Run, Taken) {
        let from = self.taken;
        let taken = which(&self.run, from);
        self.taken += taken.messages;
        if !self.is_empty() {
            return (self.run.part(from..self.taken), taken);
        }
        self.taken = 0;
        let run = std::mem::take(&mut self.run);
        (if from == 0 { run } else { run.part(from..run.spans.len()) }, taken)
    }

    /// The finding, once the last message is taken.
    pub(super) fn take_finding(&mut self) -> Option<Box<Finding>> {
        if self.is_empty() { self.finding.take() } else { None }
    }
}
