//! A table of causes as rows of text for a page.

/// A table of causes in words. Text from the wire is in backticks.
#[derive(Debug)]
pub struct Listing {
    pub title: &'static str,
    pub intro: &'static str,
    pub heads: &'static [&'static str],
    pub rows: Vec<Vec<String>>,
}

/// Text from the wire; what cannot be seen is escaped.
pub(super) fn wire(text: &str) -> String {
    let shown: String = text
        .chars()
        .map(|c| if c.is_control() { c.escape_default().to_string() } else { c.to_string() })
        .collect();
    format!("`{shown}`")
}

/// Several, of which one is enough.
pub(super) fn any_of(texts: impl IntoIterator<Item = String>) -> String {
    texts.into_iter().collect::<Vec<_>>().join(" or ")
}

pub(super) fn joined<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    texts.into_iter().collect::<Vec<_>>().join("; ")
}
