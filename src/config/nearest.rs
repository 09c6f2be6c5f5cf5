//! The known field nearest to a name that is not one.

use super::FIELDS;

/// The path of the field that was probably meant by `key` within the object at `within`
/// (`tls.`, `tls.client_certs[].`, or empty).
#[must_use]
pub fn nearest(within: &str, key: &str) -> Option<&'static str> {
    let typed = plain(key);
    let score = |path: &'static str| {
        let leaf = path.rsplit('.').next().unwrap_or(path).trim_end_matches("[]");
        let beside = path.strip_prefix(within).is_some_and(|rest| !rest.contains('.'));
        let apart = distance(&typed, &plain(leaf)).min(distance(&typed, &plain(path)));
        // A field of the same object is likelier than one that stands elsewhere.
        (apart <= typed.chars().count().max(4) / 3).then_some((apart, !beside, path))
    };
    FIELDS.iter().filter_map(|field| score(field.path)).min().map(|(_, _, path)| path)
}

/// Whether one name was probably meant by the other.
pub(super) fn is_near(typed: &str, known: &str) -> bool {
    slips(typed, known) <= 2
}

/// How many slips of the finger lie between two names.
#[must_use]
pub fn slips(typed: &str, known: &str) -> usize {
    distance(&plain(typed), &plain(known))
}

/// Whether one word is the other but for one slip of the finger.
pub(super) fn is_slip(typed: &str, known: &str) -> bool {
    typed.len().abs_diff(known.len()) <= 1 && distance(typed, known) <= 1
}

/// Letters and digits only, in lower case: `openMessage` is `open_message`.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(64).collect()
}

/// How many letters must be put in, left out, replaced or swapped with their neighbour.
fn distance(one: &str, other: &str) -> usize {
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

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_of_the_finger_lead_to_the_field_that_was_meant() {
        let table = [
            ("", "open_mesage", Some("open_message")),
            ("", "openMessages", Some("open_messages")),
            ("", "header", Some("headers")),
            ("", "max_retries", Some("connection.max_retries")),
            ("", "skip_cert_verify", Some("tls.skip_cert_verify")),
            ("tls.", "root_ca_file", Some("tls.root_cas_file")),
            ("tls.", "enable", Some("tls.enabled")),
            ("basic_auth.", "pasword", Some("basic_auth.password")),
            ("", "heartbeat_interval", None),
        ];
        for (within, key, expected) in table {
            assert_eq!(nearest(within, key), expected, "{within}{key}");
        }
    }
}
