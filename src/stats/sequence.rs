//! Numbers that should rise by one: holes, repeats and numbers that went back, within a connection and across
//! reconnects.
//!
//! A message that comes late fills its hole and is told as reordered. On a new connection the server may send again
//! what it sent before, or count anew: a number that went back there is told as such, and the count goes on from it.

use std::collections::{BTreeMap, HashMap};

use crate::session::{ConnectionId, MessageId, Timestamp};

/// The most keys that are counted by themselves; messages of further ones are counted as not followed.
pub const KEYS: usize = 10_000;
/// The most incidents that are listed; all are counted.
pub const LISTED: usize = 10_000;
/// The most open holes of a key; when there are more, the oldest can no longer be filled.
const OPEN: usize = 256;

/// What is odd about a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncidentKind {
    /// These numbers are missing, both ends included.
    Hole { from: u64, to: u64 },
    /// The number was there before, or is below the first one.
    Repeat { number: u64 },
    /// The number was missing before this.
    Late { number: u64 },
    /// On a new connection the number went back: the server sends again, or counts anew.
    Back { from: u64, to: u64 },
}

/// One oddity, and between which messages it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    pub kind: IncidentKind,
    /// The key as it stands in the payload, without its quotes; empty without a key.
    pub key: String,
    /// The last message of the key before it.
    pub before: MessageId,
    /// The message that shows it, and when it came.
    pub message: MessageId,
    pub at: Timestamp,
    /// Whether the two came on different connections.
    pub across: bool,
}

/// The state of one key.
#[derive(Clone, Debug)]
struct Counter {
    last: u64,
    message: MessageId,
    connection: ConnectionId,
    /// How often messages had been passed over when it came.
    passed: u64,
    /// Holes that may still be filled, by their first number: their last one, and whether they are between connections.
    open: BTreeMap<u64, (u64, bool)>,
}

/// How often each oddity was seen in a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SequenceCounts {
    /// Messages with a number.
    pub numbered: u64,
    /// Messages with no number at the path.
    pub without: u64,
    /// Messages whose key is one too many.
    pub not_followed: u64,
    /// Keys that are counted by themselves.
    pub keys: usize,
    pub holes: u64,
    /// Holes that nothing has filled; one that is filled in its middle is two.
    pub open: u64,
    /// Numbers in these holes that have not come.
    pub missing: u64,
    /// Of these, the ones between two connections.
    pub missing_across: u64,
    pub repeats: u64,
    pub late: u64,
    pub back: u64,
}

impl SequenceCounts {
    /// How many oddities there were.
    #[must_use]
    pub const fn all(&self) -> u64 {
        self.holes + self.repeats + self.late + self.back
    }
}

/// All sequences of a session.
#[derive(Clone, Debug, Default)]
pub struct Sequences {
    counters: HashMap<Box<[u8]>, Counter>,
    incidents: Vec<Incident>,
    pub counts: SequenceCounts,
    /// How often messages were passed over.
    passed: u64,
}

impl Sequences {
    /// Messages came whose numbers were not read: what they may have had is not missing.
    pub fn passed_over(&mut self) {
        self.passed += 1;
    }

    /// A message came with this number.
    pub fn came(
        &mut self,
        key: &[u8],
        number: u64,
        (message, at): (MessageId, Timestamp),
        connection: ConnectionId,
    ) {
        self.counts.numbered += 1;
        let Some(counter) = self.counters.get_mut(key) else {
            if self.counters.len() < KEYS {
                let (open, passed) = (BTreeMap::new(), self.passed);
                self.counters.insert(key.into(), Counter { last: number, message, connection, passed, open });
                self.counts.keys = self.counters.len();
            } else {
                self.counts.not_followed += 1;
            }
            return;
        };
        let (before, across) = (counter.message, counter.connection != connection);
        let is_known = counter.passed == self.passed;
        let odd = counter.next(number, across, is_known);
        (counter.message, counter.connection, counter.passed) = (message, connection, self.passed);
        let Some(odd) = odd else { return };
        let kind = match odd {
            Odd::Kind(kind) => kind,
            Odd::Late(filled) => {
                self.counts.missing -= 1;
                self.counts.missing_across -= u64::from(filled.was_across);
                self.counts.open = self.counts.open + filled.left - 1;
                IncidentKind::Late { number }
            }
        };
        let count = |from: u64, to: u64| to - from + 1;
        match kind {
            IncidentKind::Hole { from, to } => {
                self.counts.holes += 1;
                self.counts.open += 1;
                self.counts.missing = self.counts.missing.saturating_add(count(from, to));
                if across {
                    self.counts.missing_across = self.counts.missing_across.saturating_add(count(from, to));
                }
            }
            IncidentKind::Repeat { .. } => self.counts.repeats += 1,
            IncidentKind::Late { .. } => self.counts.late += 1,
            IncidentKind::Back { .. } => self.counts.back += 1,
        }
        if self.incidents.len() < LISTED {
            let key = String::from_utf8_lossy(key).trim_matches('"').to_owned();
            self.incidents.push(Incident { kind, key, before, message, at, across });
        }
    }

    /// A message came without a number.
    pub fn came_without(&mut self) {
        self.counts.without += 1;
    }

    /// The first oddities, in the order of the messages that showed them.
    #[must_use]
    pub fn incidents(&self) -> &[Incident] {
        &self.incidents
    }
}

/// What a counter finds.
enum Odd {
    Kind(IncidentKind),
    Late(Filled),
}

/// A number was taken out of a hole.
struct Filled {
    was_across: bool,
    /// How many holes are left of it.
    left: u64,
}

impl Counter {
    /// Takes the next number; what is odd about it. `is_known` says whether all messages since the last one were read.
    fn next(&mut self, number: u64, across: bool, is_known: bool) -> Option<Odd> {
        let last = self.last;
        if number > last {
            self.last = number;
            let from = last + 1;
            if from == number || !is_known {
                return None;
            }
            let to = number - 1;
            self.open.insert(from, (to, across));
            if self.open.len() > OPEN {
                self.open.pop_first();
            }
            return Some(Odd::Kind(IncidentKind::Hole { from, to }));
        }
        if let Some(filled) = self.fill(number) {
            return Some(Odd::Late(filled));
        }
        if across && number < last {
            self.last = number;
            // What was missing before the count began anew does not come any more.
            self.open.clear();
            return Some(Odd::Kind(IncidentKind::Back { from: last, to: number }));
        }
        Some(Odd::Kind(IncidentKind::Repeat { number }))
    }

    /// Takes a number out of the hole that it is missing in, if there is one.
    fn fill(&mut self, number: u64) -> Option<Filled> {
        let (&from, &(to, was_across)) = self.open.range(..=number).next_back()?;
        if number > to {
            return None;
        }
        self.open.remove(&from);
        if from < number {
            self.open.insert(from, (number - 1, was_across));
        }
        if number < to {
            self.open.insert(number + 1, (to, was_across));
        }
        let left = u64::from(from < number) + u64::from(number < to);
        Some(Filled { was_across, left })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// The numbers of one key; a bar is a reconnect.
    fn of(numbers: &str) -> Sequences {
        let mut sequences = Sequences::default();
        let mut connection = ConnectionId(1);
        let mut message = MessageId(0);
        for word in numbers.split_whitespace() {
            if word == "|" {
                connection = ConnectionId(connection.0 + 1);
                continue;
            }
            message = message.plus(1);
            sequences.came(b"", word.parse().expect("a number"), (message, Timestamp(0)), connection);
        }
        sequences
    }

    fn kinds(numbers: &str) -> Vec<IncidentKind> {
        of(numbers).incidents().iter().map(|incident| incident.kind).collect()
    }

    #[test]
    fn numbers_that_rise_by_one_are_whole_also_across_a_reconnect() {
        assert_eq!(kinds("7 8 9 | 10 11"), []);
    }

    #[test]
    fn a_hole_names_what_is_missing_and_whether_the_connection_was_down() {
        let sequences = of("1 2 5 | 9");
        assert_eq!(
            (sequences.counts.holes, sequences.counts.missing, sequences.counts.missing_across),
            (2, 5, 3)
        );
        let [first, second] = sequences.incidents() else { panic!("two holes") };
        assert_eq!((first.kind, first.across), (IncidentKind::Hole { from: 3, to: 4 }, false));
        assert_eq!((second.kind, second.across), (IncidentKind::Hole { from: 6, to: 8 }, true));
        assert_eq!((second.before, second.message), (MessageId(3), MessageId(4)));
    }

    #[test]
    fn a_late_number_fills_its_hole_and_a_second_one_is_a_repeat() {
        let sequences = of("1 4 2 2 3");
        assert_eq!((sequences.counts.missing, sequences.counts.late, sequences.counts.repeats), (0, 2, 1));
    }

    #[test]
    fn a_hole_that_is_filled_is_none_and_one_with_a_number_in_its_middle_is_two() {
        assert_eq!(
            (of("1 4 2 3").counts.open, of("1 9 5").counts.open, of("1 9 2 8").counts.open),
            (0, 2, 1)
        );
        let sequences = of("1 2 | 5 3");
        assert_eq!((sequences.counts.missing, sequences.counts.missing_across), (1, 1), "4 is still missing");
    }

    #[test]
    fn on_a_new_connection_the_count_may_begin_anew() {
        assert_eq!(
            kinds("5 6 7 | 1 2 4"),
            [IncidentKind::Back { from: 7, to: 1 }, IncidentKind::Hole { from: 3, to: 3 }]
        );
        assert_eq!(kinds("5 6 | 6 7"), [IncidentKind::Repeat { number: 6 }]);
    }

    #[test]
    fn what_was_passed_over_is_not_missing() {
        let mut sequences = Sequences::default();
        for (nth, number) in (1..).zip([1, 2, 50, 52]) {
            if number == 50 {
                sequences.passed_over();
            }
            sequences.came(b"", number, (MessageId(nth), Timestamp(0)), ConnectionId(1));
        }
        assert_eq!((sequences.counts.holes, sequences.counts.missing), (1, 1), "only 51");
    }

    #[test]
    fn each_key_counts_by_itself_and_keys_are_bounded() {
        let mut sequences = Sequences::default();
        for number in 1..=3 {
            for key in 0..=KEYS {
                let message = (MessageId(1), Timestamp(0));
                sequences.came(key.to_string().as_bytes(), number, message, ConnectionId(1));
            }
        }
        assert_eq!(
            (sequences.counts.all(), sequences.counts.keys, sequences.counts.not_followed),
            (0, KEYS, 3)
        );
    }

    proptest! {
        #[test]
        fn what_is_missing_is_what_a_set_of_all_numbers_lacks(
            numbers in prop::collection::vec(0u64..60, 1..80),
        ) {
            let text: Vec<_> = numbers.iter().map(ToString::to_string).collect();
            let sequences = of(&text.join(" "));
            let first = numbers[0];
            let seen: BTreeSet<_> = numbers.iter().copied().filter(|number| *number >= first).collect();
            let last = *seen.last().expect("the first one");
            prop_assert_eq!(sequences.counts.missing, last - first + 1 - seen.len() as u64);
            prop_assert_eq!(sequences.counts.numbered, numbers.len() as u64);
            let new = seen.len() as u64 - 1;
            prop_assert_eq!(sequences.counts.repeats, numbers.len() as u64 - 1 - new, "each other one was there");
        }
    }
}
