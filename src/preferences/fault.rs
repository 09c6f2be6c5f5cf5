//! What is wrong with the file, and where.

use std::fmt;

/// Something in the file that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Counted from one, in characters; `None` where it is about the whole file.
    pub place: Option<(usize, usize)>,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl Fault {
    /// A fault of the text that begins at this byte.
    pub(super) fn at(text: &str, byte: usize, message: impl Into<String>) -> Self {
        let before = &text[..text.floor_char_boundary(byte)];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self { place: Some((line, column)), message: message.into() }
    }
}

/// With its place: `3:9: there is no theme "drak"`.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((line, column)) = self.place {
            write!(f, "{line}:{column}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// What follows when a word is not known: what is allowed, and which of that is nearest.
pub(super) fn allowed<'a>(written: &str, words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<_> = words.into_iter().collect();
    let meant = nearest(written, words.iter().copied());
    let meant = meant.map_or_else(String::new, |word| format!(" (did you mean \"{word}\"?)"));
    format!("allowed: {}{meant}", words.join(", "))
}

/// The word that was probably meant.
pub(super) fn nearest<'a>(written: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = words.into_iter().map(|word| (strsim::osa_distance(written, word), word)).min();
    near.filter(|(distance, word)| *distance <= word.chars().count().div_ceil(3)).map(|(_, word)| word)
}
