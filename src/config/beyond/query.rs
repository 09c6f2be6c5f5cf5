//! Keys in the query of an address.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What RFC 3986, section 2.3, leaves as it is.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A text as it stands in a query.
#[must_use]
pub fn query_encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// An address with these names and values behind its query, encoded.
#[must_use]
pub fn with_query<'a>(address: &str, keys: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let (address, fragment) = address.split_at(address.find('#').unwrap_or(address.len()));
    let mut text = address.to_owned();
    for (name, value) in keys {
        if !text.contains('?') {
            // A query without a path would be taken for a part of the host by some servers.
            let has_path = text.split_once("://").is_none_or(|(_, rest)| rest.contains('/'));
            text.push_str(if has_path { "?" } else { "/?" });
        } else if !text.ends_with(['?', '&']) {
            text.push('&');
        }
        text.extend([&*query_encoded(name), "=", &*query_encoded(value)]);
    }
    text + fragment
}

#[cfg(test)]
mod tests {
    use super::with_query;

    #[test]
    fn keys_stand_behind_the_query_and_before_the_fragment() {
        let with = |address| with_query(address, [("k", "a b"), ("l", "1")]);
        assert_eq!(with("ws://h"), "ws://h/?k=a%20b&l=1");
        assert_eq!(with("ws://h/p?x=1#f"), "ws://h/p?x=1&k=a%20b&l=1#f");
        assert_eq!(with_query("ws://h/p?x", []), "ws://h/p?x");
    }
}
