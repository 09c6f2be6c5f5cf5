//! For how long the socket is not read since messages have no place to go. Pure.
//!
//! A pause that lasts is told when it has become worth a word, and when it is over. Beside that
//! each second in which the socket was held up is told with how much of it.

use std::time::Duration;

use crate::session::{BackPressure, EventKind, Pause};

/// How long a pause lasts before it is told.
const NOTICEABLE: Duration = Duration::from_millis(250);
/// The same of the pause before a replay, of which there are many.
const NOTICEABLE_REPLAY: Duration = Duration::from_secs(2);
const SECOND: Duration = Duration::from_secs(1);

/// The account of one session. Times are the span since it began.
#[derive(Debug, Default)]
pub(crate) struct BackpressureMeter {
    now: Option<Held>,
    second: Option<Second>,
}

/// A pause that lasts.
#[derive(Clone, Copy, Debug)]
struct Held {
    since: Duration,
    why: Pause,
    events: bool,
}

/// The second under way, and how much of it was paused before the pause that lasts.
#[derive(Clone, Copy, Debug)]
struct Second {
    began: Duration,
    paused: Duration,
}

impl Held {
    fn tell_at(&self) -> Duration {
        self.since + if self.why == Pause::Replay { NOTICEABLE_REPLAY } else { NOTICEABLE }
    }
}

impl BackpressureMeter {
    /// When [`BackpressureMeter::look`] is wanted next.
    pub(crate) fn due(&self) -> Option<Duration> {
        let events = self.now.filter(|held| !held.events).map(|held| held.tell_at());
        let second = self.second.map(|second| second.began + SECOND);
        events.into_iter().chain(second).min()
    }

    /// Takes note of whether the socket is held up, and says what is worth telling. `read_ahead` and
    /// `unread` are bytes that wait here and in the system.
    pub(crate) fn look(
        &mut self,
        why: Option<Pause>,
        now: Duration,
        read_ahead: u64,
        unread: impl FnOnce() -> Option<u64>,
    ) -> Vec<EventKind> {
        let mut events = Vec::new();
        if why.is_none() {
            self.release(now, &mut events);
        }
        self.turn_second(now, read_ahead, unread, &mut events);
        if let Some(why) = why {
            let held = self.now.get_or_insert(Held { since: now, why, events: false });
            held.why = why;
            self.second.get_or_insert(Second { began: now, paused: Duration::ZERO });
            if !held.events && held.tell_at() <= now {
                held.events = true;
                events.push(EventKind::ReadingPaused { why, read_ahead });
            }
        }
        events
    }

    fn release(&mut self, now: Duration, events: &mut Vec<EventKind>) {
        let Some(held) = self.now.take() else { return };
        if let Some(second) = &mut self.second {
            second.paused += now.saturating_sub(held.since.max(second.began));
        }
        if held.events {
            events.push(EventKind::ReadingResumed { after: now.saturating_sub(held.since) });
        }
    }

    fn turn_second(
        &mut self,
        now: Duration,
        read_ahead: u64,
        unread: impl FnOnce() -> Option<u64>,
        events: &mut Vec<EventKind>,
    ) {
        let Some(second) = self.second.filter(|second| second.began + SECOND <= now) else { return };
        let end = second.began + SECOND;
        let lasting =
            self.now.map_or(Duration::ZERO, |held| end.saturating_sub(held.since.max(second.began)));
        let paused = (second.paused + lasting).min(SECOND);
        self.second = None;
        if paused > Duration::ZERO {
            events.push(EventKind::BackPressure(BackPressure { paused, read_ahead, unread: unread() }));
            self.second = Some(Second { began: now.max(end), paused: Duration::ZERO });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    /// What is told of looks at these times, each with whether the socket is held up.
    fn story(looks: &[(u64, Option<Pause>)]) -> Vec<String> {
        let mut backpressure = BackpressureMeter::default();
        let mut all = Vec::new();
        for (at, why) in looks {
            for kind in backpressure.look(*why, ms(*at), 7, || None) {
                all.push(match kind {
                    EventKind::ReadingPaused { why, .. } => format!("{at} paused {}", why.word()),
                    EventKind::ReadingResumed { after } => format!("{at} resumed after {after:?}"),
                    EventKind::BackPressure(backpressure) => {
                        format!("{at} held up {:?}", backpressure.paused)
                    }
                    other => format!("{other:?}"),
                });
            }
        }
        all
    }

    #[test]
    fn a_pause_is_told_when_it_has_lasted_and_when_it_is_over() {
        let full = Some(Pause::InFlight);
        let events = story(&[
            (0, full),
            (249, full),
            (250, full),
            (1_000, full),
            (1_600, None),
            (2_000, None),
            (3_000, None),
        ]);
        assert_eq!(
            events,
            ["250 paused in-flight", "1000 held up 1s", "1600 resumed after 1.6s", "2000 held up 600ms"]
        );
    }

    #[test]
    fn many_short_pauses_are_told_once_a_second() {
        let full = Some(Pause::InFlight);
        let looks: Vec<_> = (0..25).flat_map(|nth| [(nth * 100, full), (nth * 100 + 60, None)]).collect();
        assert_eq!(story(&looks), ["1000 held up 600ms", "2000 held up 600ms"]);
    }

    #[test]
    fn nothing_is_due_while_nothing_is_held_up() {
        let mut backpressure = BackpressureMeter::default();
        assert_eq!(backpressure.due(), None);
        backpressure.look(Some(Pause::InFlight), ms(5), 0, || None);
        assert_eq!(backpressure.due(), Some(ms(255)));
        backpressure.look(None, ms(10), 0, || None);
        assert_eq!(backpressure.due(), Some(ms(1_005)));
        backpressure.look(None, ms(1_005), 0, || None);
        assert_eq!(backpressure.due(), Some(ms(2_005)));
        backpressure.look(None, ms(2_005), 0, || None);
        assert_eq!(backpressure.due(), None);
    }
}
