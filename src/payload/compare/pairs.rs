//! Compares names with values: what both have under one name, and what only one of them has.

use std::collections::HashMap;

use super::{Change, Comparison, MOST, Unit};

/// Compares names with values, in the order of the second; a name may occur several times.
#[must_use]
pub fn compare(unit: Unit, before: &[(&str, &str)], after: &[(&str, &str)]) -> Comparison {
    let mut left: HashMap<_, _> = numbered(before).zip(0..).collect();
    let (mut changes, mut equal) = (Vec::new(), 0);
    for (key, (name, own)) in numbered(after).zip(after) {
        let other = left.remove(&key).map(|nth: usize| before[nth].1);
        if other == Some(*own) {
            equal += 1;
        } else if changes.len() <= MOST {
            changes.push(change(name, other, Some(own)));
        }
    }
    let mut removed: Vec<_> = left.into_values().collect();
    removed.sort_unstable();
    removed.truncate(MOST + 1);
    changes.extend(removed.into_iter().map(|nth| change(before[nth].0, Some(before[nth].1), None)));
    let is_cut = changes.len() > MOST;
    changes.truncate(MOST);
    Comparison { unit, changes, equal, is_cut }
}

fn change(name: &str, before: Option<&str>, after: Option<&str>) -> Change {
    Change { place: name.to_owned(), before: before.map(str::to_owned), after: after.map(str::to_owned) }
}

/// Each name and how often it came before: it may occur twice, and then the nth of one belongs to the nth of the other.
fn numbered<'a>(pairs: &[(&'a str, &'a str)]) -> impl Iterator<Item = (&'a str, u32)> {
    let mut seen: HashMap<&str, u32> = HashMap::new();
    pairs.iter().map(move |(name, _)| {
        let times = seen.entry(name).and_modify(|times| *times += 1).or_insert(1);
        (*name, *times)
    })
}
