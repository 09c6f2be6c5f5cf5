//! How a file is laid out, which what is new in it follows.

use crate::config::yaml::write::scalar_text;

use super::document::{Document, Spot, Style};

/// How a file is laid out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    /// Columns that what stands below a key is deeper.
    pub step: usize,
    pub has_flush_lists: bool,
    /// Whether its texts stand in double quotes rather than in single ones.
    pub is_double: bool,
    /// Whether it is JSON, so that each key and each text takes double quotes.
    pub is_json: bool,
    /// Whether the last line has no line break, which a block scalar there would need.
    pub has_open_end: bool,
    pub newline: &'static str,
}

impl Layout {
    pub fn of(document: &Document, body: &Spot<'_>) -> Self {
        let text = &document.text[body.node.at..document.tail(body.node).max(body.node.at)];
        let counts = (text.matches('"').count(), text.matches('\'').count());
        Self {
            step: document.step(),
            has_flush_lists: document.has_flush_lists(),
            is_double: counts.0 > counts.1,
            is_json: document.text.trim_start().starts_with('{') && document.text.contains("\":"),
            has_open_end: !document.text.ends_with('\n'),
            newline: document.newline(),
        }
    }

    /// The style of a text that is new.
    pub const fn style(&self) -> Style {
        if self.is_json { Style::Double } else { Style::Plain }
    }

    pub fn key(&self, key: &str) -> String {
        if self.is_json { serde_json::Value::from(key).to_string() } else { scalar_text(key) }
    }
}
