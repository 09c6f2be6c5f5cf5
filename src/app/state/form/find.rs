//! What is looked for among the fields: words in their names, paths and explanations.

use crate::{app::state::TextInput, config::Field};

use super::FormLine;

/// A search among the fields.
#[derive(Clone, Debug, Default)]
pub struct Find {
    pub input: TextInput,
    /// Whether it is being written.
    pub is_writing: bool,
    /// The path that was selected when it began.
    pub begun: String,
}

/// Where the words stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    /// In its path, or in its name.
    Path,
    /// Only in its explanation.
    Help,
}

impl Find {
    /// Whether a line has all the words; an entry of a list or map has no explanation of its own.
    pub fn hit(&self, line: &FormLine) -> Option<Hit> {
        let (path, field) = (line.path()?, line.field()?);
        let text = self.input.text().to_lowercase();
        let words: Vec<_> = text.split_whitespace().collect();
        let path_text = path.to_lowercase();
        let has_path = |word: &&str| path_text.contains(*word);
        let has_help = |word: &&str| has_path(word) || explains(path, field, word);
        if words.is_empty() {
            return None;
        }
        if words.iter().all(has_path) {
            return Some(Hit::Path);
        }
        words.iter().all(has_help).then_some(Hit::Help)
    }
}

fn explains(path: &str, field: &Field, word: &str) -> bool {
    let is_own = path == field.path || field.path.contains("[]");
    is_own && (field.doc.to_lowercase().contains(word) || field.example.to_lowercase().contains(word))
}
