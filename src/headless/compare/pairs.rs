//! What differs between the two messages of a pair.

use std::collections::BTreeMap;

use crate::{
    payload::{
        compare::{Change, compare},
        cut,
        document::MemberPath,
        printable,
    },
    session::MessageId,
    stats::Pair,
};

use super::Kept;

/// The most places that are counted by themselves.
const PLACES: usize = 1_000;
/// The most cells of a value that is told.
const WIDTH: usize = 60;

/// The places that differ, with an example of each.
#[derive(Default)]
pub(super) struct Differences {
    ignored: Vec<String>,
    /// Pairs that differ.
    pub pairs: u64,
    pub places: BTreeMap<String, Place>,
    /// Differences at places that are too many.
    pub others: u64,
}

/// Where pairs differ.
pub(super) struct Place {
    pub count: u64,
    /// The first pair that does, and what stands there on either side.
    pub first: (MessageId, MessageId),
    pub a: Option<String>,
    pub b: Option<String>,
}

impl Differences {
    pub(super) fn new(ignored: &[MemberPath]) -> Self {
        Self { ignored: ignored.iter().map(ToString::to_string).collect(), ..Self::default() }
    }

    /// Counts what differs in a pair, and returns it.
    pub(super) fn take(&mut self, pair: &Pair<Kept>) -> Vec<Change> {
        let [(kind, a), (other, b)] = [&pair.a.kept, &pair.b.kept];
        if kind == other && a == b {
            return Vec::new();
        }
        let mut changes = compare((*kind, a), (*other, b)).changes;
        changes.retain(|change| !is_below(&change.place, &self.ignored));
        self.pairs += u64::from(!changes.is_empty());
        for change in &changes {
            self.add(change, (pair.a.id, pair.b.id));
        }
        changes
    }

    fn add(&mut self, Change { place, before, after }: &Change, first: (MessageId, MessageId)) {
        if let Some(known) = self.places.get_mut(place) {
            known.count += 1;
        } else if self.places.len() < PLACES {
            let [a, b] = [before, after].map(|value| value.as_deref().map(shown));
            self.places.insert(place.clone(), Place { count: 1, first, a, b });
        } else {
            self.others += 1;
        }
    }

    /// The places, the most frequent first.
    pub(super) fn by_count(&self) -> Vec<(&str, &Place)> {
        let mut places: Vec<_> = self.places.iter().map(|(name, place)| (name.as_str(), place)).collect();
        places.sort_by_key(|(_, place)| std::cmp::Reverse(place.count));
        places
    }
}

pub(super) fn shown(value: &str) -> String {
    cut(&printable(value), WIDTH).into_owned()
}

/// Whether a place is one of the paths, or inside of one.
fn is_below(place: &str, paths: &[String]) -> bool {
    let is_within = |path: &String| {
        place.strip_prefix(path.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    paths.iter().any(is_within)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::{
        session::{Kind, Timestamp},
        stats::Came,
    };

    fn differences(ignored: &[&str], pairs: &[(&str, &str)]) -> Differences {
        let ignored: Vec<_> = ignored.iter().map(|path| MemberPath::parse(path).expect("a path")).collect();
        let mut differences = Differences::new(&ignored);
        for (nth, (a, b)) in (1..).zip(pairs) {
            let came = |text: &str| {
                let kept = (Kind::Text, Bytes::copy_from_slice(text.as_bytes()));
                Came { id: MessageId(nth), at: Timestamp(0), size: text.len(), kept }
            };
            differences.take(&Pair { a: came(a), b: came(b) });
        }
        differences
    }

    #[test]
    fn places_that_differ_are_counted_with_an_example_and_ignored_ones_are_not() {
        let done = differences(
            &[".ts"],
            &[
                (r#"{"id":1,"p":1,"ts":5}"#, r#"{"id":1,"p":1,"ts":6}"#),
                (r#"{"id":2,"p":1,"ts":7}"#, r#"{"id":2,"p":2,"ts":7,"tsx":1}"#),
                (r#"{"id":3,"p":4}"#, r#"{"id":3,"p":5}"#),
            ],
        );
        assert_eq!(done.pairs, 2);
        let told: Vec<_> = done.by_count().iter().map(|(name, place)| (*name, place.count)).collect();
        assert_eq!(told, [(".p", 2), (".tsx", 1)]);
        let place = &done.places[".p"];
        assert_eq!(
            (place.first, place.a.as_deref(), place.b.as_deref()),
            ((MessageId(2), MessageId(2)), Some("1"), Some("2"))
        );
    }
}
