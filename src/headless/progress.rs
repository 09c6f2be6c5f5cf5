//! How far an output has come, shared with the thread that watches for the end.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

/// Counts what an output has taken. The clones count together.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    messages: AtomicU64,
    moves: AtomicU64,
    is_over: AtomicBool,
}

impl Progress {
    /// The output has taken something.
    pub fn moved(&self) {
        self.0.moves.fetch_add(1, Ordering::Relaxed);
    }

    /// So many more messages have been taken whole.
    pub fn add(&self, messages: u64) {
        self.0.messages.fetch_add(messages, Ordering::Relaxed);
    }

    /// Messages taken whole.
    #[must_use]
    pub fn messages(&self) -> u64 {
        self.0.messages.load(Ordering::Relaxed)
    }

    /// A number that rises while the output takes something.
    #[must_use]
    pub fn moves(&self) -> u64 {
        self.0.moves.load(Ordering::Relaxed)
    }

    /// Everything that was to be written is.
    pub fn finish(&self) {
        self.0.is_over.store(true, Ordering::Relaxed);
    }

    #[must_use]
    pub fn is_over(&self) -> bool {
        self.0.is_over.load(Ordering::Relaxed)
    }
}
