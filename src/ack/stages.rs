//! How many messages stand between the input and the output of a pipeline.
//!
//! A stage takes a message and holds it until the next stage takes it. Measured on the engine: one processor thread
//! holds one message; a pool of n threads holds n in its threads, n in what follows each, and one at its end.

/// The highest number of threads.
pub const MAX_THREADS: usize = 1_024;

/// What stands behind the input, as the pipeline's file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stages {
    /// How many messages the output takes at a time.
    pub max_in_flight: usize,
    /// `pipeline.threads`; below 1 it is one on each core. `None` without processors.
    pub threads: Option<i64>,
    /// Further stages, each of which holds one message.
    pub others: usize,
    /// The cores of this machine.
    pub cores: usize,
}

/// How many messages the pipeline holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Width {
    /// Messages that the output works on at the same time.
    pub max_in_flight: usize,
    /// Threads with processors before it.
    pub threads: usize,
    /// Messages in these threads and in the other stages before it.
    pub held: usize,
}

impl Default for Stages {
    /// An output that takes one message at a time, and nothing before it.
    fn default() -> Self {
        Self { max_in_flight: 1, threads: None, others: 0, cores: 1 }
    }
}

impl Stages {
    /// The threads before the output, and the messages in all stages there. `threads` replaces what the file says, and
    /// 0 is none.
    pub(super) fn before_the_output(&self, threads: Option<i64>) -> (usize, usize) {
        let (threads, held) = match (threads, self.threads) {
            (Some(0), _) | (None, None) => (0, 0),
            (Some(1), _) | (None, Some(1)) => (1, 1),
            (Some(threads), _) | (None, Some(threads)) => {
                // The engine makes a pool even for a single core.
                let threads = usize::try_from(threads).ok().filter(|threads| *threads > 0);
                let threads = threads.unwrap_or(self.cores).min(MAX_THREADS);
                (threads, 2 * threads + 1)
            }
        };
        (threads, held + self.others)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thread_holds_one_message_and_a_pool_twice_its_threads_and_one() {
        let file = |threads| Stages { threads, cores: 8, ..Stages::default() };
        let before: Vec<_> = [None, Some(1), Some(2), Some(4), Some(-1), Some(0)]
            .map(|threads| file(threads).before_the_output(None))
            .into();
        assert_eq!(before, [(0, 0), (1, 1), (2, 5), (4, 9), (8, 17), (8, 17)]);
        let single_core = Stages { threads: Some(-1), ..Stages::default() };
        assert_eq!(single_core.before_the_output(None), (1, 3), "a pool of one");
    }

    #[test]
    fn a_number_of_threads_replaces_that_of_the_file_and_other_stages_stay() {
        let file = Stages { threads: Some(4), others: 2, ..Stages::default() };
        let before = [None, Some(0), Some(1), Some(2)].map(|threads| file.before_the_output(threads));
        assert_eq!(before, [(4, 11), (0, 2), (1, 3), (2, 7)]);
    }
}
