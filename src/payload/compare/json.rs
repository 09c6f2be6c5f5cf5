//! Compares JSON by the paths of its values. Numbers and texts are equal if they are spelled alike.

use std::collections::HashMap;

use super::{
    super::document::{Leaf, leaves},
    Change, Comparison, MOST, Unit,
};

/// The most values of one payload that are looked at.
const VALUES: usize = 1_000_000;

pub(super) fn compare(before: &str, after: &str) -> Comparison {
    let [first, second] = [before, after].map(|text| leaves(text.as_bytes(), VALUES));
    let value = |text: &str, leaf: &Leaf| text.get(leaf.value.clone()).unwrap_or_default().to_owned();
    let mut left: HashMap<_, _> = numbered(&first.leaves).zip(0..).collect();
    let (mut changes, mut equal) = (Vec::new(), 0);
    for (key, leaf) in numbered(&second.leaves).zip(&second.leaves) {
        let own = value(after, leaf);
        let other = left.remove(&key).map(|nth: usize| value(before, &first.leaves[nth]));
        if other.as_ref() == Some(&own) {
            equal += 1;
        } else if changes.len() <= MOST {
            changes.push(Change { place: leaf.path.clone(), before: other, after: Some(own) });
        }
    }
    let mut removed: Vec<_> = left.into_values().collect();
    removed.sort_unstable();
    removed.truncate(MOST + 1);
    changes.extend(removed.into_iter().map(|nth| {
        let leaf = &first.leaves[nth];
        Change { place: leaf.path.clone(), before: Some(value(before, leaf)), after: None }
    }));
    Comparison { unit: Unit::Paths, changes, equal, is_cut: first.is_cut || second.is_cut }
}

/// The path of each value and how often it came before: a name may occur twice, and then the nth of one payload belongs
/// to the nth of the other.
fn numbered(leaves: &[Leaf]) -> impl Iterator<Item = (&str, u32)> {
    let mut seen: HashMap<&str, u32> = HashMap::new();
    leaves.iter().map(move |leaf| {
        let times = seen.entry(&leaf.path).and_modify(|times| *times += 1).or_insert(1);
        (leaf.path.as_str(), *times)
    })
}
