//! When to look at the line of a connection on which nothing comes. Pure arithmetic.

use std::time::Duration;

/// Nothing is looked at sooner.
const LEAST: Duration = Duration::from_secs(3);
/// Between two looks at most.
const MOST: Duration = Duration::from_mins(1);

/// The pauses of one connection. Times count from the start of the session.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Quiet {
    /// When something came last, or the connection opened; `None` without one.
    heard: Option<Duration>,
    /// The longest pause before something came.
    longest: Duration,
    /// How often the line was looked at in this pause.
    looks: u32,
}

impl Quiet {
    /// A connection opened.
    pub(super) fn opened(&mut self, now: Duration) {
        *self = Self { heard: Some(now), ..Self::default() };
    }

    /// Something came.
    pub(super) fn heard(&mut self, now: Duration) {
        let pause = self.heard.replace(now).map_or(Duration::ZERO, |heard| now.saturating_sub(heard));
        self.longest = self.longest.max(pause);
        self.looks = 0;
    }

    /// The connection has ended.
    pub(super) const fn ended(&mut self) {
        self.heard = None;
    }

    /// When the line is to be looked at next: where a pause is longer than twice any before, and then at times that
    /// double.
    pub(super) fn due(&self) -> Option<Duration> {
        let first = (self.longest * 2).clamp(LEAST, MOST);
        let after = (0..self.looks).fold(first, |after, _| after + after.min(MOST));
        Some(self.heard? + after)
    }

    /// Whether it is to be looked at now.
    pub(super) fn take_due(&mut self, now: Duration) -> bool {
        let is_due = self.due().is_some_and(|due| due <= now);
        self.looks += u32::from(is_due);
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The seconds at which a pause from `heard` on is looked at, up to a time.
    fn looks(quiet: &mut Quiet, until: u64) -> Vec<u64> {
        (0..=until).filter(|second| quiet.take_due(Duration::from_secs(*second))).collect()
    }

    #[test]
    fn a_pause_is_looked_at_when_it_is_long_and_then_ever_more_rarely() {
        let mut quiet = Quiet::default();
        assert_eq!(looks(&mut quiet, 100), [0_u64; 0], "there is no connection");
        quiet.opened(Duration::ZERO);
        assert_eq!(looks(&mut quiet, 200), [3, 6, 12, 24, 48, 96, 156]);
    }

    #[test]
    fn a_feed_that_pauses_often_is_looked_at_later() {
        let mut quiet = Quiet::default();
        quiet.opened(Duration::ZERO);
        quiet.heard(Duration::from_secs(10));
        assert_eq!(looks(&mut quiet, 60), [30, 50]);
    }
}
