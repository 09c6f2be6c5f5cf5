//! When to draw: at once after silence, then at most once in a frame. Pure: the time is an argument.

use std::time::Duration;

use tokio::time::Instant;

/// The least time between the end of one frame and the next while data flows.
pub(super) const FRAME: Duration = Duration::from_millis(30);
/// The same when a person has pressed a key, who waits for the answer.
pub(super) const ANSWER: Duration = Duration::from_millis(3);

/// The same when a scan has found something, which is an answer too, and goes on.
pub(super) const FOUND: Duration = Duration::from_millis(10);

/// Changes since the last frame, and when that was.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FramePacer {
    drawn: Option<Instant>,
    /// How soon what has changed is to be seen, counted from the last frame.
    pace: Option<Duration>,
}

impl FramePacer {
    /// Something is to be seen.
    pub(super) fn changed(&mut self) {
        self.within(FRAME);
    }

    /// A key was pressed, or what it asked for has come.
    pub(super) fn pressed(&mut self) {
        self.within(ANSWER);
    }

    /// A scan has found something.
    pub(super) fn found(&mut self) {
        self.within(FOUND);
    }

    fn within(&mut self, pace: Duration) {
        self.pace = Some(self.pace.map_or(pace, |wanted| wanted.min(pace)));
    }

    /// When the next frame is due; `None` while there is nothing new to draw.
    pub(super) fn due(&self, now: Instant) -> Option<Instant> {
        self.pace.map(|pace| self.drawn.map_or(now, |drawn| (drawn + pace).max(now)))
    }

    /// A frame was drawn, ending at `now`.
    pub(super) const fn drawn(&mut self, now: Instant) {
        self.drawn = Some(now);
        self.pace = None;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{ANSWER, FOUND, FRAME, FramePacer};

    #[test]
    fn silence_draws_nothing() {
        assert_eq!(FramePacer::default().due(Instant::now()), None);
    }

    #[test]
    fn a_change_after_silence_is_drawn_at_once() {
        let start = Instant::now();
        let mut pacer = FramePacer::default();
        pacer.changed();
        assert_eq!(pacer.due(start), Some(start));
        pacer.drawn(start);
        assert_eq!(pacer.due(start), None);
        let later = start + Duration::from_secs(1);
        pacer.changed();
        assert_eq!(pacer.due(later), Some(later));
    }

    #[test]
    fn a_key_is_answered_before_the_next_frame_of_a_flood() {
        let start = Instant::now();
        let mut pacer = FramePacer::default();
        pacer.drawn(start);
        pacer.changed();
        pacer.pressed();
        assert_eq!(pacer.due(start), Some(start + ANSWER));
        pacer.drawn(start);
        pacer.changed();
        assert_eq!(pacer.due(start), Some(start + FRAME));
    }

    #[test]
    fn what_a_scan_finds_is_seen_sooner_than_a_flood_and_later_than_the_answer_to_a_key() {
        let start = Instant::now();
        let mut pacer = FramePacer::default();
        pacer.drawn(start);
        pacer.found();
        pacer.changed();
        assert_eq!(pacer.due(start), Some(start + FOUND));
        pacer.pressed();
        assert_eq!(pacer.due(start), Some(start + ANSWER));
    }

    #[test]
    fn changes_within_one_frame_share_it() {
        let start = Instant::now();
        let mut pacer = FramePacer::default();
        pacer.drawn(start);
        for _ in 0..1000 {
            pacer.changed();
        }
        assert_eq!(pacer.due(start + Duration::from_millis(3)), Some(start + FRAME));
    }
}
