//! What would be lost if the program were left now.

use crate::payload::counted;

/// What was done by hand and is in no file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Losses {
    /// Messages that are marked and were not saved since.
    pub marks: usize,
    /// The fields that were edited and not written to a profile since.
    pub edits: Vec<String>,
}

impl Losses {
    pub const fn is_none(&self) -> bool {
        self.marks == 0 && self.edits.is_empty()
    }

    /// Each in words.
    pub fn lines(&self) -> Vec<String> {
        let marks = counted(self.marks as u64, "marked message");
        let edits = counted(self.edits.len() as u64, "edited field");
        let has = |count: usize| if count == 1 { "is" } else { "are" };
        let marks = format!("{marks} {} not saved; the marks end with the session", has(self.marks));
        let edits = format!("{edits} {} in no file: {}", has(self.edits.len()), self.edits.join(", "));
        let lines = [(self.marks > 0, marks), (!self.edits.is_empty(), edits)];
        lines.into_iter().filter(|(is_lost, _)| *is_lost).map(|(_, line)| line).collect()
    }
}
