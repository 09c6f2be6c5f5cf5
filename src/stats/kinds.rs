//! Messages by the value at a chosen path, such as `.type`.

use std::collections::HashMap;

use crate::session::{MessageId, Timestamp};

/// The most values that are counted by themselves.
pub const MOST: usize = 1_000;
/// The most bytes of a value that are kept.
const LENGTH: usize = 200;

/// What came with one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    pub messages: u64,
    pub bytes: u64,
    pub first: Timestamp,
    pub last: Timestamp,
    /// The newest message with it.
    pub example: MessageId,
}

/// The counts of each value.
#[derive(Clone, Debug, Default)]
pub struct Kinds {
    counts: HashMap<Box<[u8]>, Kind>,
    /// Messages with no value at the path.
    pub without: u64,
    /// Messages with a value that is one too many.
    pub others: u64,
}

impl Kinds {
    /// A message came with this value, as it stands in the payload.
    pub fn came(&mut self, value: &[u8], bytes: u64, message: MessageId, at: Timestamp) {
        let value = &value[..value.len().min(LENGTH)];
        if let Some(kind) = self.counts.get_mut(value) {
            kind.messages += 1;
            kind.bytes += bytes;
            (kind.last, kind.example) = (at, message);
        } else if self.counts.len() < MOST {
            let kind = Kind { messages: 1, bytes, first: at, last: at, example: message };
            self.counts.insert(value.into(), kind);
        } else {
            self.others += 1;
        }
    }

    /// A message came without a value.
    pub fn came_without(&mut self) {
        self.without += 1;
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
        let mut kinds: Vec<_> = self.counts.iter().map(|(value, kind)| (&**value, *kind)).collect();
        kinds.sort_by(|(left, one), (right, other)| {
            other.messages.cmp(&one.messages).then_with(|| left.cmp(right))
        });
        kinds
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
}
