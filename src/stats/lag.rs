//! How old a message is when it comes: its own time against the clock here.

use std::time::Duration;

use crate::{
    payload::document::{Found, MemberPath, values},
    session::{MessageId, Timestamp},
};

use super::{Spread, Unit, moment::moment};

/// What the server's clock is ahead of the clock here, as far as a `Date` header tells: it has whole seconds, and was
/// on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offset {
    /// Microseconds; negative if the server's clock is behind.
    pub micros: i64,
    /// How far this may be off, to both sides.
    pub uncertain: Duration,
}

impl Offset {
    /// From the `Date` of an answer that came at `at`, on a request that had taken `took`.
    #[must_use]
    pub fn of(date: Timestamp, at: Timestamp, took: Duration) -> Self {
        // The header leaves out what is behind the second: half of it on the average.
        let half = Duration::from_millis(500);
        let way = took / 2;
        let sent = at.0.saturating_sub(i64::try_from(way.as_micros()).unwrap_or(0));
        Self { micros: date.0.saturating_add(500_000).saturating_sub(sent), uncertain: half + way }
    }

    /// Whether the clocks differ by more than the header leaves open.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        u128::from(self.micros.unsigned_abs()) > self.uncertain.as_micros()
    }
}

/// Reads the lag of one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LagReader {
    pub path: MemberPath,
    /// The server's clock, from the newest connection.
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
    at.0.saturating_add(offset.filter(Offset::is_certain).map_or(0, |offset| offset.micros))
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
    /// A message with this time came at `at`. Returns its lag.
    pub fn came(&mut self, message: MessageId, at: Timestamp, time: Timestamp, unit: Unit) -> Duration {
        self.unit = Some(unit);
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
        assert_eq!((offset.micros, offset.is_certain()), (60 * SECOND + 600_000, true));
        let mut lag = Lag { offset: Some(offset), ..Lag::default() };
        lag.came(MessageId(1), Timestamp(50 * SECOND), Timestamp(110 * SECOND), Unit::Seconds);
        assert_eq!(lag.last, Some(Duration::from_millis(600)));
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
