//! Messages that come late for long: even the freshest of each second is older than is usual.
//!
//! What is usual is the best that the feed has done for ten seconds. The freshest message tells, since a few old ones
//! (a snapshot, a product that rests) are no lag of the feed.

use std::{collections::VecDeque, time::Duration};

use crate::session::{MessageId, Timestamp};

/// Seconds with messages from which the usual lag is learned.
const LEARNED: usize = 10;
/// The lag is late from three times the usual and this on.
const SLACK: Duration = Duration::from_millis(500);
/// It is told when it has lasted so long.
const LONG: Duration = Duration::from_secs(5);
/// The most times that are listed.
const LISTED: usize = 1_000;

/// A time in which even the freshest messages came late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Late {
    pub since: Timestamp,
    /// The first late message.
    pub message: MessageId,
    /// When the lag was usual again; `None` while it lasts.
    pub until: Option<Timestamp>,
    /// The last second that was late.
    pub last_at: Timestamp,
    /// What the lag of the freshest message of a second usually is.
    pub usual: Duration,
    /// The lag of the freshest message in the first second, in the last one, and at most.
    pub first: Duration,
    pub last: Duration,
    pub most: Duration,
    /// How long this side did not read the socket meanwhile.
    pub paused: Duration,
    /// The round trip of the last ping that was answered meanwhile.
    pub round_trip: Option<Duration>,
}

impl Late {
    /// How long it has lasted.
    #[must_use]
    pub fn lasted(&self) -> Duration {
        self.until.unwrap_or(self.last_at).since(self.since)
    }

    /// Whether the lag grows rather than stays.
    #[must_use]
    pub fn grows(&self) -> bool {
        self.last > self.first + self.first / 2 + SLACK
    }
}

/// The freshest message of a second.
#[derive(Clone, Copy, Debug)]
struct Second {
    at: Timestamp,
    message: MessageId,
    lag: Duration,
}

/// The late times of a session.
#[derive(Clone, Debug, Default)]
pub struct Lates {
    second: Option<Second>,
    calm: VecDeque<Duration>,
    usual: Option<Duration>,
    current: Option<Late>,
    listed: Vec<Late>,
}

impl Lates {
    /// A message with a time came.
    pub fn came(&mut self, message: MessageId, at: Timestamp, lag: Duration) {
        let second_of = |at: Timestamp| at.0.div_euclid(1_000_000);
        if let Some(second) = &mut self.second
            && second_of(second.at) == second_of(at)
        {
            second.lag = second.lag.min(lag);
            return;
        }
        if let Some(second) = self.second.replace(Second { at, message, lag }) {
            self.take(second);
        }
    }

    /// The last second is over at this time.
    pub fn tick(&mut self, now: Timestamp) {
        let is_over = |second: &mut Second| now.since(second.at) >= Duration::from_secs(1);
        if let Some(second) = self.second.take_if(is_over) {
            self.take(second);
        }
    }

    /// This side did not read the socket for so long.
    pub fn paused(&mut self, time: Duration) {
        if let Some(late) = &mut self.current {
            late.paused += time;
        }
    }

    /// A ping was answered.
    pub fn answered(&mut self, round_trip: Duration) {
        if let Some(late) = &mut self.current {
            late.round_trip = Some(round_trip);
        }
    }

    fn take(&mut self, Second { at, message, lag }: Second) {
        if let Some(usual) = self.usual.filter(|usual| lag > *usual * 3 + SLACK) {
            let late = self.current.get_or_insert(Late {
                since: at,
                message,
                until: None,
                last_at: at,
                usual,
                first: lag,
                last: lag,
                most: lag,
                paused: Duration::ZERO,
                round_trip: None,
            });
            (late.last_at, late.last, late.most) = (at, lag, late.most.max(lag));
            return;
        }
        self.end(at);
        self.calm.push_back(lag);
        if self.calm.len() > LEARNED {
            self.calm.pop_front();
        }
        if self.calm.len() == LEARNED {
            let mut sorted: Vec<_> = self.calm.iter().copied().collect();
            sorted.sort_unstable();
            let median = sorted.get(LEARNED / 2).copied();
            self.usual = self.usual.into_iter().chain(median).min();
        }
    }

    /// The lag is usual again, or the connection has ended.
    pub fn end(&mut self, at: Timestamp) {
        let ended = self.current.take().filter(is_long);
        if let Some(late) = ended.filter(|_| self.listed.len() < LISTED) {
            self.listed.push(Late { until: Some(at), ..late });
        }
    }

    /// The late time that lasts, once it is long.
    #[must_use]
    pub fn current(&self) -> Option<&Late> {
        self.current.as_ref().filter(|late| is_long(late))
    }

    /// Those that are over, the first ones.
    #[must_use]
    pub fn over(&self) -> &[Late] {
        &self.listed
    }
}

fn is_long(late: &Late) -> bool {
    late.last_at.since(late.since) >= LONG
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A message each half second with these lags in milliseconds, from a second on.
    fn feed(lates: &mut Lates, from: i64, lags: impl IntoIterator<Item = u64>) -> i64 {
        let mut second = from;
        for lag in lags {
            for half in 0..2 {
                let at = Timestamp(second * 1_000_000 + half * 500_000);
                lates.came(
                    MessageId(second.unsigned_abs() * 2 + half.unsigned_abs()),
                    at,
                    Duration::from_millis(lag),
                );
            }
            second += 1;
        }
        lates.tick(Timestamp(second * 1_000_000 + 600_000));
        second
    }

    #[test]
    fn a_lag_beyond_the_usual_is_told_once_it_is_long_and_listed_when_it_is_over() {
        let mut lates = Lates::default();
        let now = feed(&mut lates, 0, [20; 12]);
        let now = feed(&mut lates, now, [1_500; 5]);
        assert_eq!(lates.current(), None, "not for long yet");
        let now = feed(&mut lates, now, [1_600; 3]);
        let late = *lates.current().expect("for seven seconds");
        assert_eq!(
            (late.since, late.usual.as_millis(), late.most.as_millis()),
            (Timestamp(12_000_000), 20, 1_600)
        );
        assert!(!late.grows(), "it stays");
        feed(&mut lates, now, [20]);
        assert_eq!((lates.current(), lates.over().len()), (None, 1));
    }

    #[test]
    fn one_that_grows_says_so_and_the_pauses_of_this_side_belong_to_it() {
        let mut lates = Lates::default();
        let now = feed(&mut lates, 0, [5; 10]);
        let now = feed(&mut lates, now, [900]);
        lates.paused(Duration::from_secs(2));
        feed(&mut lates, now, (1..10).map(|nth| 900 + nth * 700));
        let late = lates.current().expect("for nine seconds");
        assert!(late.grows(), "{late:?}");
        assert_eq!(late.paused, Duration::from_secs(2));
    }

    #[test]
    fn a_few_old_messages_among_fresh_ones_are_no_lag() {
        let mut lates = Lates::default();
        feed(&mut lates, 0, [5; 10]);
        for second in 10..30 {
            for (nth, lag) in (0..).zip([60_000, 5]) {
                let at = Timestamp(second * 1_000_000 + nth * 100_000);
                lates.came(MessageId(1), at, Duration::from_millis(lag));
            }
        }
        assert_eq!(lates.current(), None);
    }

    #[test]
    fn a_feed_that_is_always_so_late_has_this_as_its_usual_lag() {
        let mut lates = Lates::default();
        let now = feed(&mut lates, 0, [60_000; 60]);
        assert_eq!(lates.current(), None);
        let now = feed(&mut lates, now, [100; 20]);
        feed(&mut lates, now, [60_000; 10]);
        assert!(lates.current().is_some(), "it can do better");
    }
}
