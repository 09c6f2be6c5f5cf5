//! Messages by the value at a chosen path, such as `.type`; and a kind that stays away while others come.

use std::{collections::HashMap, time::Duration};

use crate::session::{MessageId, Timestamp};

use super::{Gaps, habit::Habit};

/// The most values that are counted by themselves.
pub const MOST: usize = 1_000;
/// The most bytes of a value that are kept.
const LENGTH: usize = 200;

/// Gaps of a kind that are seen before its silence is told.
const LEARNED: u64 = 20;
/// The silence of a kind is this much longer than the gap that 99 of 100 of its own do not exceed.
const FACTOR: u32 = 5;
/// No shorter silence of a kind is told.
const LEAST: Duration = Duration::from_secs(3);
/// So many others have come meanwhile, or it is the whole feed that rests.
const OTHERS: u64 = 20;
/// The most silences that are listed.
const LISTED: usize = 1_000;

/// What came with one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    pub messages: u64,
    pub bytes: u64,
    pub first: Timestamp,
    pub last: Timestamp,
    /// The newest message with it.
    pub example: MessageId,
    /// What 99 of 100 gaps between them do not exceed, once enough were seen.
    pub usual: Option<Duration>,
}

/// A kind that stayed away while others came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindSilence {
    /// As it stands in the payload.
    pub written: String,
    /// When the last one had come, or the connection opened.
    pub since: Timestamp,
    /// The last one.
    pub message: MessageId,
    /// When one came again; `None` while it lasts.
    pub until: Option<Timestamp>,
    /// Messages of other kinds meanwhile.
    pub others: u64,
    /// What 99 of 100 gaps before had not exceeded.
    pub usual: Duration,
}

/// A kind with what its silence is told by.
#[derive(Clone, Debug)]
struct Counted {
    kind: Kind,
    gaps: Gaps,
    habit: Habit,
    /// How many messages of any kind had come with the last one.
    nth: u64,
}

/// The counts of each value.
#[derive(Clone, Debug, Default)]
pub struct Kinds {
    counts: HashMap<Box<[u8]>, Counted>,
    /// Messages of any kind, and when the last one came.
    all: u64,
    last: Timestamp,
    /// When the connection opened, and how many messages had come by then.
    opened: (Timestamp, u64),
    silences: Vec<KindSilence>,
    /// Messages with no value at the path.
    pub without: u64,
    /// Messages with a value that is one too many.
    pub others: u64,
}

impl Kinds {
    /// A connection opened: what was silent before begins anew.
    pub fn opened(&mut self, at: Timestamp) {
        self.opened = (at, self.all);
    }

    /// The connection ended, and with it what was silent on it.
    pub fn ended(&mut self, at: Timestamp) {
        let silent = self.silent().into_iter().map(|silence| KindSilence { until: Some(at), ..silence });
        let room = LISTED.saturating_sub(self.silences.len());
        self.silences.extend(silent.take(room));
        self.opened(at);
    }

    /// A message came with this value, as it stands in the payload.
    pub fn came(&mut self, value: &[u8], bytes: u64, message: MessageId, at: Timestamp) {
        let value = &value[..value.len().min(LENGTH)];
        (self.all, self.last) = (self.all + 1, at);
        let (all, opened) = (self.all, self.opened);
        if let Some(counted) = self.counts.get_mut(value) {
            let ended = counted.silence(value, at, all - 1, opened);
            let is_learned = counted.habit.learns(ended.is_some());
            if let Some(silence) = ended.filter(|_| self.silences.len() < LISTED) {
                self.silences.push(KindSilence { until: Some(at), ..silence });
            }
            if is_learned && counted.kind.last >= opened.0 {
                counted.gaps.add(at.since(counted.kind.last));
            }
            counted.nth = all;
            let kind = &mut counted.kind;
            kind.messages += 1;
            kind.bytes += bytes;
            (kind.last, kind.example) = (at, message);
        } else if self.counts.len() < MOST {
            let kind = Kind { messages: 1, bytes, first: at, last: at, example: message, usual: None };
            self.counts.insert(
                value.into(),
                Counted { kind, gaps: Gaps::default(), habit: Habit::default(), nth: all },
            );
        } else {
            self.others += 1;
        }
    }

    /// When the last message of any kind came.
    #[must_use]
    pub const fn last(&self) -> Timestamp {
        self.last
    }

    /// The kinds that stay away now, the longest first.
    #[must_use]
    pub fn silent(&self) -> Vec<KindSilence> {
        let counts = self.counts.iter();
        let silent =
            counts.filter_map(|(value, counted)| counted.silence(value, self.last, self.all, self.opened));
        let mut silent: Vec<_> = silent.collect();
        silent.sort_by(|one, other| (one.since, &one.written).cmp(&(other.since, &other.written)));
        silent
    }

    /// Silences of kinds that are over, the first ones.
    #[must_use]
    pub fn silences(&self) -> &[KindSilence] {
        &self.silences
    }

    /// A message came without a value.
    pub fn came_without(&mut self) {
        self.without += 1;
        self.all += 1;
    }

    /// The values with their counts, the most frequent first.
    #[must_use]
    pub fn by_count(&self) -> Vec<(String, Kind)> {
        let text = |value: &[u8]| String::from_utf8_lossy(value).trim_matches('"').to_owned();
        self.as_written().into_iter().map(|(value, kind)| (text(value), kind)).collect()
    }

    /// The same with the values as they stand in the payload, quotes included.
    #[must_use]
    pub fn as_written(&self) -> Vec<(&[u8], Kind)> {
        let mut kinds: Vec<_> = self
            .counts
            .iter()
            .map(|(value, counted)| (&**value, Kind { usual: counted.usual(), ..counted.kind }))
            .collect();
        kinds.sort_by(|(left, one), (right, other)| {
            other.messages.cmp(&one.messages).then_with(|| left.cmp(right))
        });
        kinds
    }
}

impl Counted {
    fn usual(&self) -> Option<Duration> {
        self.gaps.p99().filter(|_| self.gaps.count() >= LEARNED)
    }

    /// Its silence up to a moment, by which so many messages of any kind have come.
    fn silence(
        &self,
        value: &[u8],
        at: Timestamp,
        all: u64,
        opened: (Timestamp, u64),
    ) -> Option<KindSilence> {
        let (since, nth) = if self.kind.last < opened.0 { opened } else { (self.kind.last, self.nth) };
        let (others, lasted) = (all - nth, at.since(since));
        // What is mostly so costs least: this is asked with each message.
        if others < OTHERS || lasted <= LEAST {
            return None;
        }
        let usual = self.usual()?;
        (lasted > usual * FACTOR).then(|| KindSilence {
            written: String::from_utf8_lossy(value).into_owned(),
            since,
            message: self.kind.example,
            until: None,
            others,
            usual,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_and_the_most_frequent_is_first() {
        let mut kinds = Kinds::default();
        for (nth, value) in (1..).zip([b"\"ticker\"", b"\"trades\"", b"\"ticker\""]) {
            kinds.came(value, 10, MessageId(nth), Timestamp(0));
        }
        let told: Vec<_> = kinds.by_count().into_iter().map(|(name, kind)| (name, kind.messages)).collect();
        assert_eq!(told, [("ticker".to_owned(), 2), ("trades".to_owned(), 1)]);
    }

    #[test]
    fn values_are_bounded_and_the_others_are_counted() {
        let mut kinds = Kinds::default();
        (0..MOST + 3).for_each(|nth| kinds.came(nth.to_string().as_bytes(), 1, MessageId(1), Timestamp(0)));
        assert_eq!((kinds.by_count().len(), kinds.others), (MOST, 3));
    }

    /// A trade each 100 ms and a quote each 500 ms, from a second to a second; without quotes from `quiet` on.
    fn feed(kinds: &mut Kinds, seconds: std::ops::Range<i64>, quiet: i64) {
        for beat in seconds.start * 10..seconds.end * 10 {
            let at = Timestamp(beat * 100_000);
            let kind = if beat % 5 == 0 && beat < quiet * 10 { "\"quote\"" } else { "\"trade\"" };
            kinds.came(kind.as_bytes(), 10, MessageId(beat.unsigned_abs()), at);
        }
    }

    #[test]
    fn a_kind_that_stays_away_while_others_come_is_silent() {
        let mut kinds = Kinds::default();
        feed(&mut kinds, 0..22, 20);
        assert_eq!(kinds.silent(), [], "it is not long yet");
        feed(&mut kinds, 22..30, 20);
        let [silence] = kinds.silent().try_into().expect("the quotes");
        assert_eq!((silence.written.as_str(), silence.since), ("\"quote\"", Timestamp(19_500_000)));
        assert!(silence.others >= 100 && silence.usual < Duration::from_secs(1), "{silence:?}");
        feed(&mut kinds, 30..31, 99);
        assert_eq!((kinds.silent().len(), kinds.silences().len()), (0, 1));
    }

    #[test]
    fn a_kind_that_has_stayed_away_before_is_silent_again() {
        let mut kinds = Kinds::default();
        for begin in [0, 40, 80, 120] {
            feed(&mut kinds, begin..begin + 40, begin + 20);
            assert_eq!(kinds.silent().len(), 1, "after {begin} s: {:?}", kinds.silences());
        }
    }

    #[test]
    fn a_feed_that_rests_is_no_silence_of_a_kind_and_neither_is_a_time_without_a_connection() {
        let mut kinds = Kinds::default();
        feed(&mut kinds, 0..20, 99);
        feed(&mut kinds, 60..61, 0);
        assert_eq!(kinds.silent(), [], "ten others are too few");
        kinds.opened(Timestamp(80_000_000));
        feed(&mut kinds, 80..82, 0);
        assert_eq!(kinds.silent(), [], "for two seconds only");
    }
}
