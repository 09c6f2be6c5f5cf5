//! When to draw: at once after silence, then at most once in a frame. Pure: the time is an argument.

use std::time::Duration;

use tokio::time::Instant;

/// The least time between the end of one frame and the next while data flows.
pub(super) const FRAME: Duration = Duration::from_millis(30);
/// The same when a person has pressed a key, who waits for the answer.
pub(super) const ANSWER: Duration = Duration::from_millis(3);

/// Changes since the last frame, and when that was.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FramePacer {
    drawn: Option<Instant>,
    changed: bool,
    pressed: bool,
}

impl FramePacer {
    /// Something is to be seen.
    pub(super) const fn changed(&mut self) {
        self.changed = true;
    }

    /// A key was pressed, or what it asked for has come.
    pub(super) const fn pressed(&mut self) {
        self.changed = true;
        self.pressed = true;
    }

    /// When the next frame is due; `None` while there is nothing new to draw.
    pub(super) fn due(&self, now: Instant) -> Option<Instant> {
        let pace = if self.pressed { ANSWER } else { FRAME };
        self.changed.then(|| self.drawn.map_or(now, |drawn| (drawn + pace).max(now)))
    }

    /// A frame was drawn, ending at `now`.
    pub(super) const fn drawn(&mut self, now: Instant) {
        self.drawn = Some(now);
        self.changed = false;
        self.pressed = false;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{ANSWER, FRAME, FramePacer};

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
