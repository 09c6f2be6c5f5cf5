//! Whether a gap belongs to what is usual.

/// Gaps between two silences that tell them apart.
const NORMAL: u64 = 20;
/// So many silences in a row are what is usual from then on.
const RUN: u32 = 3;

/// Tells which gaps are learned. A silence is none of them, or the next one would have to last much longer to be told;
/// a feed that has become slow is, after a few.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Habit {
    /// Gaps since the last silence.
    normal: u64,
    /// Silences without many gaps between them.
    run: u32,
}

impl Habit {
    /// Whether the next gap is learned; `is_silence` if it was told.
    pub(super) const fn learns(&mut self, is_silence: bool) -> bool {
        if !is_silence {
            self.normal = self.normal.saturating_add(1);
            return true;
        }
        self.run = if self.normal < NORMAL { self.run.saturating_add(1) } else { 1 };
        self.normal = 0;
        self.run >= RUN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silence_now_and_then_is_not_learned_and_a_feed_that_has_become_slow_is() {
        let mut habit = Habit::default();
        for _ in 0..5 {
            assert!((0..NORMAL).all(|_| habit.learns(false)));
            assert!(!habit.learns(true));
        }
        assert_eq!([habit.learns(true), habit.learns(true)], [false, true]);
    }
}
