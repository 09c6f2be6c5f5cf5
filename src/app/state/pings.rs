//! When the server's pings come, as far as they were read.

use std::{collections::VecDeque, time::Duration};

use crate::session::{BackPressure, Control, ControlKind, Direction, Event, EventKind, Timestamp};

/// Pings from which a rhythm is seen.
const ENOUGH: usize = 3;
/// Pings that are closer together were read late, or are no rhythm to tell of.
const CLOSEST: Duration = Duration::from_millis(100);
/// From this much of a second on that the socket was not read, pings are read late.
const MUCH: Duration = Duration::from_millis(500);

/// The pings of one connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pings {
    /// The last ones that were read as they came.
    recent: VecDeque<Timestamp>,
    /// The time from one to the next, once it was regular.
    pub rhythm: Option<Duration>,
    /// When the last one was answered.
    pub answered: Option<Timestamp>,
}

impl Pings {
    /// Takes in one event.
    pub(super) fn apply(&mut self, event: &Event) {
        match &event.kind {
            EventKind::Control(Control { direction: Direction::In, kind: ControlKind::Ping(_) }) => {
                self.read(event.at);
            }
            EventKind::Control(Control { direction: Direction::Out, kind: ControlKind::Pong { .. } }) => {
                self.answered = Some(event.at);
            }
            // What came during a pause is read after it, and behind the messages that came with it.
            EventKind::ReadingPaused { .. } | EventKind::ReadingResumed { .. } => self.recent.clear(),
            EventKind::BackPressure(BackPressure { paused, .. }) if *paused >= MUCH => self.recent.clear(),
            EventKind::Opened(_) | EventKind::Lost(_) | EventKind::Ended(_) => *self = Self::default(),
            _ => {}
        }
    }

    fn read(&mut self, at: Timestamp) {
        self.recent.push_back(at);
        if self.recent.len() > ENOUGH {
            self.recent.pop_front();
        }
        let gaps = || self.recent.iter().zip(self.recent.iter().skip(1)).map(|(one, next)| next.since(*one));
        let (Some(shortest), Some(longest)) = (gaps().min(), gaps().max()) else { return };
        if self.recent.len() == ENOUGH
            && shortest >= CLOSEST
            && longest.saturating_sub(shortest) <= longest / 4
        {
            self.rhythm = Some((longest + shortest) / 2);
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::session::{ConnectionId, End, Ended, Pause};

    fn pings(seconds: &[i64], pings: &mut Pings) {
        let control = Control { direction: Direction::In, kind: ControlKind::Ping(Bytes::new()) };
        for second in seconds {
            at(*second, EventKind::Control(control.clone()), pings);
        }
    }

    fn at(second: i64, kind: EventKind, pings: &mut Pings) {
        pings.apply(&Event { at: Timestamp(second * 1_000_000), connection: ConnectionId(1), kind });
    }

    #[test]
    fn a_rhythm_is_seen_from_three_regular_pings_on() {
        let rhythm = |seconds: &[i64]| {
            let mut story = Pings::default();
            pings(seconds, &mut story);
            story.rhythm.map(|rhythm| rhythm.as_secs())
        };
        assert_eq!(rhythm(&[0, 20]), None);
        assert_eq!(rhythm(&[0, 20, 40]), Some(20));
        assert_eq!(rhythm(&[0, 20, 60]), None);
        assert_eq!(rhythm(&[0, 3, 23, 43]), Some(20));
    }

    #[test]
    fn pings_that_were_read_late_do_not_disturb_the_rhythm() {
        let mut story = Pings::default();
        pings(&[0, 20, 40], &mut story);
        at(41, EventKind::ReadingPaused { why: Pause::InFlight, read_ahead: 0 }, &mut story);
        at(90, EventKind::ReadingResumed { after: Duration::from_secs(49) }, &mut story);
        pings(&[90, 90, 100], &mut story);
        let pressure = BackPressure { paused: Duration::from_secs(1), read_ahead: 0, unread: None };
        for second in (100..300).step_by(7) {
            pings(&[second], &mut story);
            at(second, EventKind::BackPressure(pressure), &mut story);
        }
        assert_eq!(story.rhythm, Some(Duration::from_secs(20)));
        let ended = Ended { why: End::Stopped, messages: 0, connections: 1, during: None };
        at(301, EventKind::Ended(ended), &mut story);
        assert_eq!(story, Pings::default(), "its connection is over");
    }
}
