//! How far two spellings lie apart: letters put in, left out, replaced, or swapped with their neighbour.

use strsim::osa_distance;

/// Whether one name was probably meant by the other.
pub(in crate::config) fn is_near(typed: &str, known: &str) -> bool {
    slips(typed, known) <= 2
}

/// How many slips of the finger lie between two names.
#[must_use]
pub fn slips(typed: &str, known: &str) -> usize {
    osa_distance(&plain(typed), &plain(known))
}

/// Whether one word is the other but for one slip of the finger.
pub(in crate::config) fn is_slip(typed: &str, known: &str) -> bool {
    typed.len().abs_diff(known.len()) <= 1 && osa_distance(typed, known) <= 1
}

/// Letters and digits only, in lower case: `openMessage` is `open_message`.
pub(in crate::config) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(64).collect()
}
