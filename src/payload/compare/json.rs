//! Compares JSON by the paths of its values. Numbers and texts are equal if they are spelled alike.

use super::{super::document::leaves, Comparison, Unit, pairs};

/// The most values of one payload that are looked at.
const VALUES: usize = 1_000_000;

pub(super) fn compare(before: &str, after: &str) -> Comparison {
    let texts = [before, after];
    let all = texts.map(|text| leaves(text.as_bytes(), VALUES));
    let [first, second] = [0, 1].map(|nth| {
        let value = |range| texts[nth].get(range).unwrap_or_default();
        let leaves = all[nth].leaves.iter();
        leaves.map(|leaf| (leaf.path.as_str(), value(leaf.value.clone()))).collect::<Vec<_>>()
    });
    let comparison = pairs::compare(Unit::Paths, &first, &second);
    Comparison { is_cut: comparison.is_cut || all.iter().any(|one| one.is_cut), ..comparison }
}
