//! How a file is laid out, which what is new in it follows.

use crate::config::yaml::write::scalar_text;

use super::document::{Document, Spot, Style};

/// How a file is laid out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    /// Columns that what stands below a key is deeper.
    pub step: usize,
    pub has_flush_lists: bool,
    pub quotes: Quotes,
    /// Whether the last line has no line break, which a block scalar there would need.
    pub has_open_end: bool,
    pub newline: &'static str,
}

/// The quotes of its texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quotes {
    Single,
    Double,
    /// Each key and each text takes double quotes.
    Json,
}

impl Layout {
    pub fn of(document: &Document, body: &Spot<'_>) -> Self {
        let text = &document.text[body.node.at..document.tail(body.node).max(body.node.at)];
        let is_json = document.text.trim_start().starts_with('{') && document.text.contains("\":");
        let counts = (text.matches('"').count(), text.matches('\'').count());
        Self {
            step: document.step(),
            has_flush_lists: document.has_flush_lists(),
            quotes: match () {
                () if is_json => Quotes::Json,
                () if counts.0 > counts.1 => Quotes::Double,
                () => Quotes::Single,
            },
            has_open_end: !document.text.ends_with('\n'),
            newline: document.newline(),
        }
    }

    /// The style of a text that is new.
    pub fn style(&self) -> Style {
        if self.quotes == Quotes::Json { Style::Double } else { Style::Plain }
    }

    pub fn key(&self, key: &str) -> String {
        if self.quotes == Quotes::Json { serde_json::Value::from(key).to_string() } else { scalar_text(key) }
    }
}
