//! How far two spellings lie apart.

/// Whether one name was probably meant by the other.
pub(in crate::config) fn is_near(typed: &str, known: &str) -> bool {
    slips(typed, known) <= 2
}

/// How many slips of the finger lie between two names.
#[must_use]
pub fn slips(typed: &str, known: &str) -> usize {
    distance(&plain(typed), &plain(known))
}

/// Whether one word is the other but for one slip of the finger.
pub(in crate::config) fn is_slip(typed: &str, known: &str) -> bool {
    typed.len().abs_diff(known.len()) <= 1 && distance(typed, known) <= 1
}

/// Letters and digits only, in lower case: `openMessage` is `open_message`.
pub(in crate::config) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(64).collect()
}

/// How many letters must be put in, left out, replaced or swapped with their neighbour.
pub(in crate::config) fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut before = vec![0; other.len() + 1];
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for i in 1..=one.len() {
        let mut row = vec![i; other.len() + 1];
        for j in 1..=other.len() {
            let same = usize::from(one[i - 1] != other[j - 1]);
            row[j] = (above[j] + 1).min(row[j - 1] + 1).min(above[j - 1] + same);
            if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut above, row);
    }
    above[other.len()]
}
