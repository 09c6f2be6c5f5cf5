//! Profiles side by side: no secret is shown, and whether two are equal is told.

use crate::{
    config::{FieldValue, MASK, Origin, Values},
    profiles::{DIALECT, Entry, is_reference},
};

/// A field of two profiles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    pub path: String,
    /// As both have it, with masked secrets; `None` where one does not.
    pub texts: [Option<String>; 2],
    pub is_same: bool,
}

/// The fields of two profiles by their paths, sorted.
#[must_use]
pub fn compared(one: &[Entry], other: &[Entry]) -> Vec<Compared> {
    let mut paths: Vec<_> = one.iter().chain(other).map(|entry| entry.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    let of_path = |path: &str| {
        let [one, other] = [one, other].map(|entries| entries.iter().find(|entry| entry.path == path));
        let is_same = one.map(|entry| &entry.text) == other.map(|entry| &entry.text);
        let mut texts = [one, other].map(|entry| entry.map(shown_entry));
        if !is_same && texts[0] == texts[1] {
            texts[1] = texts[1].take().map(|text| format!("{text} (another secret)"));
        }
        Compared { path: path.to_owned(), texts, is_same }
    };
    paths.into_iter().map(of_path).collect()
}

/// The text of an entry with masked secrets; a reference is none.
#[must_use]
pub fn shown_entry(entry: &Entry) -> String {
    if entry.path == DIALECT {
        return entry.text.clone();
    }
    let mut values = Values::default();
    let expression = entry.text.contains("${").then(|| entry.text.clone());
    let value = FieldValue { text: entry.text.clone(), origin: Origin::Form, expression };
    values.put(entry.path.clone(), value);
    let text = values.shown(&entry.path).unwrap_or_default();
    if text == MASK && is_reference(&entry.text) { entry.text.clone() } else { text }
}

/// The values of a session as a profile has them, with every secret, to be compared only.
#[must_use]
pub fn entries_of(values: &Values) -> Vec<Entry> {
    let written = |(path, value): (&str, &FieldValue)| {
        let text = values.reference(path).map(str::to_owned).or_else(|| value.expression.clone());
        Entry { path: path.to_owned(), text: text.unwrap_or_else(|| value.text.clone()), line: 0 }
    };
    let dialect = values.options.dialect;
    let named = Entry { path: DIALECT.to_owned(), text: dialect.word().to_owned(), line: 0 };
    values.iter().map(written).chain(dialect.is_pipeline().then_some(named)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(pairs: &[(&str, &str)]) -> Vec<Entry> {
        let entry =
            |&(path, text): &(&str, &str)| Entry { path: path.to_owned(), text: text.to_owned(), line: 0 };
        pairs.iter().map(entry).collect()
    }

    #[test]
    fn fields_stand_side_by_side_and_of_secrets_only_whether_they_are_equal() {
        let one = entries(&[
            ("url", "wss://feed.example/?token=hunter1"),
            ("beyond.bearer", "hunter2"),
            ("basic_auth.password", "hunter3"),
            ("headers.X-Key", "cmd:pass show key"),
            ("as", "connect"),
        ]);
        let other = entries(&[
            ("url", "wss://feed.example/?token=hunter1"),
            ("beyond.bearer", "hunter2"),
            ("basic_auth.password", "hunter4"),
            ("headers.X-Key", "${KEY}"),
        ]);
        let rows: Vec<_> = compared(&one, &other)
            .into_iter()
            .map(|Compared { path, texts: [one, other], is_same }| {
                (path, one.unwrap_or_default(), other.unwrap_or_default(), is_same)
            })
            .collect();
        let row = |path: &str, one: &str, other: &str, is_same| {
            (path.to_owned(), one.to_owned(), other.to_owned(), is_same)
        };
        assert_eq!(
            rows,
            [
                row("as", "connect", "", false),
                row("basic_auth.password", "•••", "••• (another secret)", false),
                row("beyond.bearer", "•••", "•••", true),
                row("headers.X-Key", "cmd:pass show key", "${KEY}", false),
                row("url", "wss://feed.example/?token=•••", "wss://feed.example/?token=•••", true),
            ]
        );
    }

    #[test]
    fn the_values_of_a_session_are_what_its_profile_says() {
        let mut values = Values::default();
        values.set("beyond.bearer", "hunter2", Origin::Flag);
        values.note_reference("beyond.bearer", "cmd:pass show feed");
        values.put(
            "headers.X-Key".to_owned(),
            FieldValue { text: "k".to_owned(), origin: Origin::Form, expression: Some("${KEY}".to_owned()) },
        );
        let profile = entries(&[("beyond.bearer", "cmd:pass show feed"), ("headers.X-Key", "${KEY}")]);
        assert!(compared(&entries_of(&values), &profile).iter().all(|field| field.is_same));
    }
}
