//! Measures how long the socket is not read because messages cannot be delivered. Pure.
//!
//! A long pause emits an event when it becomes noticeable, and another when it ends. In addition, each second
//! with a pause in it emits the length of the pause.

use std::time::Duration;

use crate::session::{BackPressure, EventKind, Pause};

/// How long a pause lasts before it is emitted.
const NOTICEABLE: Duration = Duration::from_millis(250);
/// The same for the pauses before replays, which are frequent.
const NOTICEABLE_REPLAY: Duration = Duration::from_secs(2);
const SECOND: Duration = Duration::from_secs(1);

/// The pauses of one session. Times count from its start.
#[derive(Debug, Default)]
pub(crate) struct BackpressureMeter {
    current: Option<CurrentPause>,
    second: Option<Second>,
}

/// A pause that has not ended.
#[derive(Clone, Copy, Debug)]
struct CurrentPause {
    since: Duration,
    why: Pause,
    is_emitted: bool,
}

/// The current second, and how much of it was paused before the current pause.
#[derive(Clone, Copy, Debug)]
struct Second {
    began: Duration,
    paused: Duration,
}

impl CurrentPause {
    fn emit_at(&self) -> Duration {
        self.since + if self.why == Pause::Replay { NOTICEABLE_REPLAY } else { NOTICEABLE }
    }
}

impl BackpressureMeter {
    /// When [`BackpressureMeter::update`] must be called next.
    pub(crate) fn due(&self) -> Option<Duration> {
        let pause = self.current.filter(|pause| !pause.is_emitted).map(|pause| pause.emit_at());
        let second = self.second.map(|second| second.began + SECOND);
        pause.into_iter().chain(second).min()
    }

    /// Notes whether and why the socket is not read, and returns the events to emit. `read_ahead` and
    /// `unread` are bytes that wait in our buffer and in the system's.
    pub(crate) fn update(
        &mut self,
        why: Option<Pause>,
        now: Duration,
        read_ahead: u64,
        unread: impl FnOnce() -> Option<u64>,
    ) -> Vec<EventKind> {
        let mut events = Vec::new();
        if why.is_none() {
            self.end_pause(now, &mut events);
        }
        self.end_second(now, read_ahead, unread, &mut events);
        if let Some(why) = why {
            let pause = self.current.get_or_insert(CurrentPause { since: now, why, is_emitted: false });
            pause.why = why;
            self.second.get_or_insert(Second { began: now, paused: Duration::ZERO });
            if !pause.is_emitted && pause.emit_at() <= now {
                pause.is_emitted = true;
                events.push(EventKind::ReadingPaused { why, read_ahead });
            }
        }
        events
    }

    fn end_pause(&mut self, now: Duration, events: &mut Vec<EventKind>) {
        let Some(pause) = self.current.take() else { return };
        if let Some(second) = &mut self.second {
            second.paused += now.saturating_sub(pause.since.max(second.began));
        }
        if pause.is_emitted {
            events.push(EventKind::ReadingResumed { after: now.saturating_sub(pause.since) });
        }
    }

    fn end_second(
        &mut self,
        now: Duration,
        read_ahead: u64,
        unread: impl FnOnce() -> Option<u64>,
        events: &mut Vec<EventKind>,
    ) {
        let Some(second) = self.second.filter(|second| second.began + SECOND <= now) else { return };
        let end = second.began + SECOND;
        let current =
            self.current.map_or(Duration::ZERO, |pause| end.saturating_sub(pause.since.max(second.began)));
        let paused = (second.paused + current).min(SECOND);
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

    /// The events of updates at these times in milliseconds, as text.
    fn events(updates: &[(u64, Option<Pause>)]) -> Vec<String> {
        let mut meter = BackpressureMeter::default();
        let mut events = Vec::new();
        for (at, why) in updates {
            for kind in meter.update(*why, ms(*at), 7, || None) {
                events.push(match kind {
                    EventKind::ReadingPaused { why, .. } => format!("{at} paused {}", why.word()),
                    EventKind::ReadingResumed { after } => format!("{at} resumed after {after:?}"),
                    EventKind::BackPressure(pressure) => format!("{at} held up {:?}", pressure.paused),
                    other => format!("{other:?}"),
                });
            }
        }
        events
    }

    #[test]
    fn a_long_pause_is_emitted_when_it_is_noticeable_and_when_it_ends() {
        let full = Some(Pause::InFlight);
        let events = events(&[
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
    fn many_short_pauses_are_emitted_once_a_second() {
        let full = Some(Pause::InFlight);
        let updates: Vec<_> = (0..25).flat_map(|nth| [(nth * 100, full), (nth * 100 + 60, None)]).collect();
        assert_eq!(events(&updates), ["1000 held up 600ms", "2000 held up 600ms"]);
    }

    #[test]
    fn nothing_is_due_while_the_socket_is_read() {
        let mut meter = BackpressureMeter::default();
        assert_eq!(meter.due(), None);
        meter.update(Some(Pause::InFlight), ms(5), 0, || None);
        assert_eq!(meter.due(), Some(ms(255)));
        meter.update(None, ms(10), 0, || None);
        assert_eq!(meter.due(), Some(ms(1_005)));
        meter.update(None, ms(1_005), 0, || None);
        assert_eq!(meter.due(), Some(ms(2_005)));
        meter.update(None, ms(2_005), 0, || None);
        assert_eq!(meter.due(), None);
    }
}
