//! The edit distance of names: letters inserted, deleted, replaced, or swapped with their neighbour.

use strsim::osa_distance;

/// Whether one name is probably a misspelling of the other.
pub(in crate::config) fn is_near(typed: &str, known: &str) -> bool {
    edit_distance(typed, known) <= 2
}

/// The edit distance of two names, ignoring case and punctuation.
#[must_use]
pub fn edit_distance(typed: &str, known: &str) -> usize {
    osa_distance(&plain(typed), &plain(known))
}

/// Whether the edit distance of two words is at most 1.
pub(in crate::config) fn is_one_edit(typed: &str, known: &str) -> bool {
    typed.len().abs_diff(known.len()) <= 1 && osa_distance(typed, known) <= 1
}

/// The letters and digits of a name in lower case: `openMessage` equals `open_message`.
pub(in crate::config) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(64).collect()
}
