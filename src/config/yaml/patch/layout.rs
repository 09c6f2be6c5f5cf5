//! How a file is laid out, which what is new in it follows.

use crate::config::yaml::scalar_style::{Quotes, Quoting, Style, scalar_text};

use super::document::{Document, Spot};

/// How a file is laid out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Layout {
    /// Columns that what stands below a key is deeper.
    pub step: usize,
    pub has_flush_lists: bool,
    pub quoting: Quoting,
    pub newline: &'static str,
}

impl Layout {
    pub fn of(document: &Document, body: &Spot<'_>) -> Self {
        let text = &document.text[body.node.at..document.tail(body.node).max(body.node.at)];
        let is_json = document.text.trim_start().starts_with('{') && document.text.contains("\":");
        let counts = (text.matches('"').count(), text.matches('\'').count());
        Self {
            step: document.step(),
            has_flush_lists: document.has_flush_lists(),
            quoting: Quoting {
                quotes: match () {
                    () if is_json => Quotes::Json,
                    () if counts.0 > counts.1 => Quotes::Double,
                    () => Quotes::Single,
                },
                has_open_end: !document.text.ends_with('\n'),
            },
            newline: document.newline,
        }
    }

    /// The style of a text that is new.
    pub fn style(&self) -> Style {
        if self.quoting.quotes == Quotes::Json { Style::Double } else { Style::Plain }
    }

    pub fn key(&self, key: &str) -> String {
        if self.quoting.quotes == Quotes::Json {
            serde_json::Value::from(key).to_string()
        } else {
            scalar_text(key)
        }
    }
}
