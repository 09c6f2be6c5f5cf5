//! Two streams of the same messages side by side: which side is first and by how much, and what is missing on either.
//!
//! ```text
//!   came on one side ──> does its key wait on the other? ── yes ──> a pair
//!                                     │ no
//!                                     v
//!                            waits for the window ── over ──> missing on the other
//! ```
//!
//! A key that comes several times is paired in its order. What a side had before its first pair says nothing, since the
//! two did not begin together.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    time::Duration,
};

use crate::session::{MessageId, Timestamp};

use super::Spread;

/// The most messages of a side that wait.
const MOST: usize = 50_000;
/// The most bytes of a side that wait, keys and payloads.
const BYTES: usize = 32 << 20;
/// The most missing messages of a side that are listed.
const LISTED: usize = 100;

/// One of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    A,
    B,
}

impl Side {
    pub const BOTH: [Self; 2] = [Self::A, Self::B];

    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    const fn nth(self) -> usize {
        self as usize
    }
}

/// A message of one side, with what is kept of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Came<P> {
    pub id: MessageId,
    pub at: Timestamp,
    /// Bytes that it takes while it waits.
    pub size: usize,
    pub kept: P,
}

/// What is counted of one side.
#[derive(Clone, Debug, Default)]
pub struct SideCounts {
    /// Messages that came on it.
    pub messages: u64,
    /// Pairs of which it had the first.
    pub first: u64,
    /// How much earlier it had these.
    pub lead: Spread,
    /// Messages of the other side that did not come on this one within the window.
    pub missing: u64,
    /// The first of these, by their numbers on the other side.
    pub listed: Vec<MessageId>,
    /// Messages before the first pair.
    pub before: u64,
    /// Messages that had to leave before the window was over, since too many waited.
    pub crowded: u64,
    /// Messages for which the time was not over at the end.
    pub open: u64,
}

/// Aligns two streams.
#[derive(Clone, Debug)]
pub struct Aligned<P> {
    window: Duration,
    waiting: [Waiting<P>; 2],
    counts: [SideCounts; 2],
    /// Messages that came on both sides.
    pub pairs: u64,
    /// Pairs that came at the same time.
    pub together: u64,
    /// What is missing since it was last asked, with the side that lacks it.
    missing: Vec<Missing<P>>,
}

/// A message that has not come on the other side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing<P> {
    /// The side that lacks it.
    pub on: Side,
    pub key: Box<[u8]>,
    pub came: Came<P>,
}

/// The messages of a side that wait, in their order and by their keys.
#[derive(Clone, Debug)]
struct Waiting<P> {
    next: u64,
    bytes: usize,
    by_order: BTreeMap<u64, (Box<[u8]>, Came<P>)>,
    by_key: HashMap<Box<[u8]>, VecDeque<u64>>,
}

impl<P> Default for Waiting<P> {
    fn default() -> Self {
        Self { next: 0, bytes: 0, by_order: BTreeMap::new(), by_key: HashMap::new() }
    }
}

impl<P> Waiting<P> {
    fn push(&mut self, key: &[u8], came: Came<P>) {
        let nth = self.next;
        self.next += 1;
        self.bytes += came.size + key.len();
        match self.by_key.get_mut(key) {
            Some(places) => places.push_back(nth),
            None => drop(self.by_key.insert(key.into(), VecDeque::from([nth]))),
        }
        self.by_order.insert(nth, (key.into(), came));
    }

    /// The oldest with a key, and its place.
    fn take(&mut self, key: &[u8]) -> Option<(u64, Came<P>)> {
        let nth = *self.by_key.get(key)?.front()?;
        Some((nth, self.remove(nth)?.1))
    }

    fn remove(&mut self, nth: u64) -> Option<(Box<[u8]>, Came<P>)> {
        let (key, came) = self.by_order.remove(&nth)?;
        self.bytes -= came.size + key.len();
        let places = self.by_key.get_mut(&key)?;
        // The oldest leaves first, whoever asks.
        places.pop_front();
        if places.is_empty() {
            self.by_key.remove(&key);
        }
        Some((key, came))
    }

    /// The oldest, if it satisfies this.
    fn take_oldest(&mut self, is_wanted: impl Fn(u64, &Came<P>) -> bool) -> Option<(Box<[u8]>, Came<P>)> {
        let (nth, (_, came)) = self.by_order.first_key_value()?;
        let nth = *nth;
        is_wanted(nth, came).then(|| self.remove(nth)).flatten()
    }

    fn is_crowded(&self) -> bool {
        self.by_order.len() > MOST || (self.bytes > BYTES && self.by_order.len() > 1)
    }
}

impl<P> Aligned<P> {
    /// A message that does not come on the other side within the window is missing there.
    #[must_use]
    pub fn new(window: Duration) -> Self {
        Self {
            window,
            waiting: Default::default(),
            counts: Default::default(),
            pairs: 0,
            together: 0,
            missing: Vec::new(),
        }
    }

    /// A message with this key came on a side. Returns what was kept of the same one on the other side, if it came
    /// there first.
    pub fn came(&mut self, side: Side, key: &[u8], came: Came<P>) -> Option<Pair<P>> {
        self.expire(came.at);
        self.counts[side.nth()].messages += 1;
        let Some((place, first)) = self.waiting[side.other().nth()].take(key) else {
            let waiting = &mut self.waiting[side.nth()];
            waiting.push(key, came);
            while waiting.is_crowded() && waiting.take_oldest(|_, _| true).is_some() {
                self.counts[side.nth()].crowded += 1;
            }
            return None;
        };
        if self.pairs == 0 {
            self.begin(side, place);
        }
        self.pairs += 1;
        let lead = came.at.since(first.at);
        if came.at <= first.at {
            self.together += 1;
        } else {
            let ahead = &mut self.counts[side.other().nth()];
            ahead.first += 1;
            ahead.lead.add(lead, 1);
        }
        Some(match side {
            Side::A => Pair { a: came, b: first },
            Side::B => Pair { a: first, b: came },
        })
    }

    /// At the first pair: what either side had before it is left out.
    fn begin(&mut self, side: Side, place: u64) {
        while self.waiting[side.nth()].take_oldest(|_, _| true).is_some() {
            self.counts[side.nth()].before += 1;
        }
        let other = side.other().nth();
        while self.waiting[other].take_oldest(|nth, _| nth < place).is_some() {
            self.counts[other].before += 1;
        }
    }

    /// It is this late: what has waited for the whole window is missing.
    pub fn expire(&mut self, now: Timestamp) {
        for side in Side::BOTH {
            let window = self.window;
            while let Some((key, came)) =
                self.waiting[side.nth()].take_oldest(|_, came| came.at.plus(window) < now)
            {
                if self.pairs == 0 {
                    self.counts[side.nth()].before += 1;
                    continue;
                }
                let lacks = &mut self.counts[side.other().nth()];
                lacks.missing += 1;
                if lacks.listed.len() < LISTED {
                    lacks.listed.push(came.id);
                }
                self.missing.push(Missing { on: side.other(), key, came });
            }
        }
    }

    /// What has turned out to be missing since the last call, which keeps it from growing.
    pub fn take_missing(&mut self) -> Vec<Missing<P>> {
        std::mem::take(&mut self.missing)
    }

    /// Both streams have ended at this time.
    pub fn finish(&mut self, at: Timestamp) {
        self.expire(at);
        for side in Side::BOTH {
            self.counts[side.nth()].open = self.waiting[side.nth()].by_order.len() as u64;
        }
    }

    #[must_use]
    pub fn counts(&self, side: Side) -> &SideCounts {
        &self.counts[side.nth()]
    }
}

/// The same message on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair<P> {
    pub a: Came<P>,
    pub b: Came<P>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WINDOW: i64 = 5;

    fn aligned() -> Aligned<()> {
        Aligned::new(Duration::from_micros(5))
    }

    fn came(id: u64, at: i64) -> Came<()> {
        Came { id: MessageId(id), at: Timestamp(at), size: 10, kept: () }
    }

    #[test]
    fn the_side_that_is_first_leads_by_the_time_between() {
        let mut both = aligned();
        assert_eq!(both.came(Side::A, b"1", came(1, 100)), None);
        let pair = both.came(Side::B, b"1", came(7, 103)).expect("the same key");
        assert_eq!((pair.a.id, pair.b.id), (MessageId(1), MessageId(7)));
        both.came(Side::B, b"2", came(8, 104));
        both.came(Side::A, b"2", came(2, 104));
        assert_eq!((both.pairs, both.together, both.counts(Side::A).first), (2, 1, 1));
        assert_eq!(both.counts(Side::A).lead.longest(), Some(Duration::from_micros(3)));
    }

    #[test]
    fn what_does_not_come_within_the_window_is_missing_and_what_came_before_the_first_pair_is_not() {
        let mut both = aligned();
        for (key, at) in [(b"1", 0), (b"2", 1), (b"3", 2)] {
            both.came(Side::A, key, came(u64::from(key[0] - b'0'), at));
        }
        both.came(Side::B, b"2", came(1, 3));
        both.came(Side::B, b"4", came(2, 6));
        both.finish(Timestamp(10));
        let (a, b) = (both.counts(Side::A), both.counts(Side::B));
        assert_eq!((a.before, b.missing, b.listed.as_slice()), (1, 1, &[MessageId(3)][..]));
        assert_eq!((a.missing, b.open), (0, 1), "the time of 4 is not over");
    }

    #[test]
    fn what_waits_is_bounded() {
        let mut both: Aligned<()> = Aligned::new(Duration::from_secs(9));
        for nth in 0..MOST as u64 + 3 {
            both.came(Side::A, &nth.to_be_bytes(), came(nth, 0));
        }
        assert_eq!((both.counts(Side::A).crowded, both.waiting[0].by_order.len()), (3, MOST));
        let large = Came { size: BYTES, ..came(1, 0) };
        both.came(Side::B, b"large", large.clone());
        both.came(Side::B, b"other", large);
        assert_eq!((both.counts(Side::B).crowded, both.waiting[1].by_order.len()), (1, 1));
    }

    /// The same with lists that are searched from their beginning.
    #[derive(Default)]
    struct Naive {
        waiting: [Vec<(u8, i64)>; 2],
        pairs: u64,
        missing: [u64; 2],
        before: [u64; 2],
    }

    impl Naive {
        fn expire(&mut self, now: i64) {
            for side in 0..2 {
                let old = self.waiting[side].iter().take_while(|(_, at)| at + WINDOW < now).count();
                self.waiting[side].drain(..old);
                let counts =
                    if self.pairs == 0 { &mut self.before[side] } else { &mut self.missing[1 - side] };
                *counts += old as u64;
            }
        }

        fn came(&mut self, side: usize, key: u8, at: i64) {
            self.expire(at);
            let other = 1 - side;
            let Some(place) = self.waiting[other].iter().position(|(own, _)| *own == key) else {
                return self.waiting[side].push((key, at));
            };
            self.waiting[other].remove(place);
            if self.pairs == 0 {
                self.before[other] += place as u64;
                self.waiting[other].drain(..place);
                self.before[side] += self.waiting[side].len() as u64;
                self.waiting[side].clear();
            }
            self.pairs += 1;
        }
    }

    proptest! {
        #[test]
        fn two_streams_are_aligned_as_lists_of_them_are(
            steps in prop::collection::vec((any::<bool>(), 0u8..6, 0i64..3), 0..120),
        ) {
            let (mut both, mut naive, mut now) = (aligned(), Naive::default(), 0);
            for (nth, (is_b, key, passed)) in (1..).zip(&steps) {
                now += passed;
                let side = if *is_b { Side::B } else { Side::A };
                both.came(side, &[*key], came(nth, now));
                naive.came(side.nth(), *key, now);
            }
            both.finish(Timestamp(now));
            naive.expire(now);
            prop_assert_eq!(both.pairs, naive.pairs);
            let mut all = both.pairs * 2;
            for side in Side::BOTH {
                let (counts, nth) = (both.counts(side), side.nth());
                prop_assert_eq!(counts.missing, naive.missing[nth]);
                prop_assert_eq!(counts.before, naive.before[nth]);
                prop_assert_eq!(counts.open, naive.waiting[nth].len() as u64);
                all += counts.missing + counts.before + counts.open;
            }
            prop_assert_eq!(all, steps.len() as u64, "each message is accounted for once");
            let led = both.counts(Side::A).first + both.counts(Side::B).first + both.together;
            prop_assert_eq!(led, both.pairs);
        }
    }
}
