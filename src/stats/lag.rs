//! How old a message is when it comes: its own time against the clock here.

use std::time::Duration;

use crate::{
    payload::document::{Found, MemberPath, values},
    session::{MessageId, Timestamp},
};

use super::{Spread, Unit, moment::moment};

/// What the server's clock is ahead of the clock here, in microseconds: at least so much, and at most. A `Date` header
/// tells it, which has whole seconds and was on its way. A time that the server has written into a message or a ping is
/// over when that comes, which tells it more closely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offset {
    least: i64,
    most: i64,
}

impl Offset {
    /// From the `Date` of an answer that came at `at`, on a request that had taken `took`.
    #[must_use]
    pub fn of(date: Timestamp, at: Timestamp, took: Duration) -> Self {
        let least = date.0.saturating_sub(at.0);
        // The header leaves out what is behind the second.
        let took = i64::try_from(took.as_micros()).unwrap_or(i64::MAX);
        Self { least, most: least.saturating_add(1_000_000).saturating_add(took) }
    }

    /// The middle of what it may be; negative if the server's clock is behind.
    #[must_use]
    pub const fn micros(&self) -> i64 {
        self.least.midpoint(self.most)
    }

    /// How far this may be off, to both sides.
    #[must_use]
    pub const fn uncertain(&self) -> Duration {
        Duration::from_micros(self.most.abs_diff(self.least) / 2)
    }

    /// Whether the clocks differ for certain.
    #[must_use]
    pub const fn is_certain(&self) -> bool {
        self.least > 0 || self.most < 0
    }

    /// What this and an older one leave open; this one if they contradict each other, since clocks are set.
    fn within(self, older: Self) -> Self {
        let both = Self { least: self.least.max(older.least), most: self.most.min(older.most) };
        if both.least <= both.most { both } else { self }
    }

    /// The server's clock showed this time at `at` or before. A time beyond what it can be is of another clock.
    fn narrow(&mut self, time: Timestamp, at: Timestamp) {
        let ahead = time.0.saturating_sub(at.0);
        if ahead <= self.most {
            self.least = self.least.max(ahead);
        }
    }
}

/// Reads the lag of one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LagReader {
    pub path: MemberPath,
    /// The server's clock, as far as it is known.
    pub offset: Option<Offset>,
}

impl LagReader {
    /// How old a message was when it came, in microseconds; below zero if its time was in the future. `None` without a
    /// time that can be read; `is_whole` is false if the payload goes on.
    #[must_use]
    pub fn read(&self, payload: &[u8], is_whole: bool, at: Timestamp) -> Option<i64> {
        let Found::At(place) = values(payload, is_whole, &[&self.path]).into_iter().next()? else {
            return None;
        };
        let (time, _) = moment(payload.get(place)?)?;
        Some(corrected(self.offset, at).saturating_sub(time.0))
    }
}

/// What the server's clock showed at a time of ours, in microseconds.
fn corrected(offset: Option<Offset>, at: Timestamp) -> i64 {
    at.0.saturating_add(offset.filter(Offset::is_certain).map_or(0, |offset| offset.micros()))
}

/// The lag of all messages with a time. Corrected by the offset of the server's clock when that is certain.
#[derive(Clone, Debug, Default)]
pub struct Lag {
    pub spread: Spread,
    pub offset: Option<Offset>,
    pub unit: Option<Unit>,
    /// Messages with no time at the path.
    pub without: u64,
    /// Messages whose time was in the future by the corrected clock; they count as no lag.
    pub ahead: u64,
    /// How far ahead at most.
    pub most_ahead: Duration,
    /// The lag of the last message with a time.
    pub last: Option<Duration>,
    /// The first message with the longest lag.
    pub most: Option<MessageId>,
}

impl Lag {
    /// A connection has told of the server's clock.
    pub fn note(&mut self, offset: Offset) {
        self.offset = Some(self.offset.map_or(offset, |older| offset.within(older)));
    }

    /// The server has written this time, and it came at `at`.
    pub fn clock_was(&mut self, time: Timestamp, at: Timestamp) {
        if let Some(offset) = &mut self.offset {
            offset.narrow(time, at);
        }
    }

    /// A message with this time came at `at`. Returns its lag.
    pub fn came(&mut self, message: MessageId, at: Timestamp, time: Timestamp, unit: Unit) -> Duration {
        self.unit = Some(unit);
        self.clock_was(time, at);
        let lag = corrected(self.offset, at).saturating_sub(time.0);
        let size = Duration::from_micros(lag.unsigned_abs());
        let lag = if lag < 0 {
            self.ahead += 1;
            self.most_ahead = self.most_ahead.max(size);
            Duration::ZERO
        } else {
            size
        };
        if self.spread.longest() < Some(lag) {
            self.most = Some(message);
        }
        self.spread.add(lag, 1);
        self.last = Some(lag);
        lag
    }

    /// A message came without a time.
    pub fn came_without(&mut self) {
        self.without += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;

    #[test]
    fn the_lag_is_what_has_passed_since_the_messages_own_time() {
        let mut lag = Lag::default();
        lag.came(MessageId(1), Timestamp(10 * SECOND), Timestamp(7 * SECOND), Unit::Millis);
        assert_eq!((lag.last, lag.ahead), (Some(Duration::from_secs(3)), 0));
        lag.came(MessageId(1), Timestamp(10 * SECOND), Timestamp(12 * SECOND), Unit::Millis);
        assert_eq!((lag.last, lag.ahead, lag.most_ahead), (Some(Duration::ZERO), 1, Duration::from_secs(2)));
    }

    #[test]
    fn a_server_whose_clock_is_ahead_is_corrected_when_its_date_shows_it() {
        let offset = Offset::of(Timestamp(100 * SECOND), Timestamp(40 * SECOND), Duration::from_millis(200));
        assert_eq!((offset.micros(), offset.is_certain()), (60 * SECOND + 600_000, true));
        let mut lag = Lag { offset: Some(offset), ..Lag::default() };
        lag.came(MessageId(1), Timestamp(50 * SECOND), Timestamp(110 * SECOND), Unit::Seconds);
        assert_eq!(lag.last, Some(Duration::from_millis(600)));
    }

    #[test]
    fn a_time_in_a_message_tells_more_of_the_clock_than_the_date_does() {
        // The server is 7.3 s behind, and each message is 250 ms old.
        let mut lag = Lag::default();
        lag.note(Offset::of(Timestamp(92 * SECOND), Timestamp(100 * SECOND), Duration::ZERO));
        for second in 100..110 {
            let at = Timestamp(second * SECOND);
            lag.came(MessageId(1), at, Timestamp(at.0 - 7_550_000), Unit::Micros);
        }
        let offset = lag.offset.expect("it is noted");
        assert_eq!((offset.micros(), offset.uncertain()), (-7_275_000, Duration::from_millis(275)));
        assert_eq!((lag.last, lag.ahead), (Some(Duration::from_millis(275)), 0), "not a lag of nothing");
    }

    #[test]
    fn each_connection_tells_of_the_clock_until_one_contradicts_the_others() {
        let mut lag = Lag::default();
        let of = |date: i64, at: i64| Offset::of(Timestamp(date * SECOND), Timestamp(at), Duration::ZERO);
        lag.note(of(5, 10_200_000));
        lag.note(of(25, 30_800_000));
        let told = |lag: &Lag| lag.offset.map(|offset| (offset.micros(), offset.uncertain().as_millis()));
        assert_eq!(told(&lag), Some((-5_000_000, 200)));
        lag.note(of(50, 50_000_000));
        assert_eq!(told(&lag), Some((500_000, 500)), "it was set");
        lag.clock_was(Timestamp(70 * SECOND), Timestamp(60 * SECOND));
        assert_eq!(told(&lag), Some((500_000, 500)), "a time of another clock");
    }

    #[test]
    fn a_difference_within_the_second_of_the_header_corrects_nothing() {
        let offset = Offset::of(Timestamp(40 * SECOND), Timestamp(40 * SECOND + 700_000), Duration::ZERO);
        assert!(!offset.is_certain());
        let mut lag = Lag { offset: Some(offset), ..Lag::default() };
        lag.came(MessageId(1), Timestamp(41 * SECOND), Timestamp(41 * SECOND), Unit::Seconds);
        assert_eq!((lag.last, lag.ahead), (Some(Duration::ZERO), 0));
    }

    #[test]
    fn the_lag_of_one_message_is_read_by_the_same_clock() {
        let offset = Offset::of(Timestamp(100 * SECOND), Timestamp(40 * SECOND), Duration::ZERO);
        let read = |offset, text: &str| {
            let reader = LagReader { path: MemberPath::parse(".ts").expect("a path"), offset };
            reader.read(text.as_bytes(), true, Timestamp(1_700_000_000 * SECOND))
        };
        assert_eq!(read(None, r#"{"ts":1699999998}"#), Some(2 * SECOND));
        assert_eq!(read(None, r#"{"ts":1700000003}"#), Some(-3 * SECOND));
        assert_eq!(read(Some(offset), r#"{"ts":1700000060}"#), Some(SECOND / 2));
        assert_eq!(read(None, r#"{"ts":"soon"}"#), None);
        assert_eq!(read(None, r#"{"t":1700000003}"#), None);
    }
}
