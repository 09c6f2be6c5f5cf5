//! What writing the profile back into its file would change, shown before it is done.

use crate::config::{Conflict, DiffLine, FieldValue, Patched, Refusal, Secret};

use super::step::Step;

/// What a file would become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewriting {
    /// Its name.
    pub path: String,
    /// What it holds now.
    pub current: Secret,
    /// What it would hold; or why it cannot be written.
    pub new: Result<Secret, String>,
    pub diff: Vec<DiffLine>,
    /// What to know before it is written.
    pub notes: Vec<String>,
    /// What somebody else has changed as well.
    pub conflicts: Vec<Conflict>,
    /// The values that the form takes from it once it is written.
    pub adopted: Vec<(String, Option<FieldValue>)>,
    /// The paths of those of which the file keeps its own.
    pub theirs: Vec<String>,
    /// The conflict that is chosen.
    pub chosen: usize,
    /// Whether somebody else has changed it since it was read.
    pub was_changed: bool,
    /// The first line that is shown.
    pub top: usize,
}

impl Rewriting {
    /// What a patch of the text that a file holds now comes to.
    pub fn of(
        path: String,
        current: String,
        patched: Result<Patched, Refusal>,
        diff: Vec<DiffLine>,
        theirs: Vec<String>,
        was_changed: bool,
    ) -> Self {
        let current = Secret::new(current);
        let (new, notes, conflicts, adopted) = match patched {
            Ok(Patched { text, notes, conflicts, adopted }) => {
                (Ok(Secret::new(text)), notes, conflicts, adopted)
            }
            Err(refusal) => (Err(refusal.to_string()), Vec::new(), Vec::new(), Vec::new()),
        };
        Self { path, current, new, diff, notes, conflicts, adopted, theirs, chosen: 0, was_changed, top: 0 }
    }

    /// How many lines it takes.
    pub fn height(&self) -> usize {
        self.notes.len() + 2 * self.conflicts.len() + self.diff.len()
    }

    pub fn scroll(&mut self, step: Step) {
        self.top = step.from(self.top, self.height().max(1));
    }

    /// The paths of which the file keeps its own, once the chosen conflict goes the other way.
    pub fn turned(&self) -> Vec<String> {
        let mut theirs = self.theirs.clone();
        if let Some(Conflict { path, .. }) = self.conflicts.get(self.chosen) {
            match theirs.iter().position(|own| own == path) {
                Some(nth) => drop(theirs.remove(nth)),
                None => theirs.push(path.clone()),
            }
        }
        theirs
    }

    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.new.as_ref().is_ok_and(|new| *new == self.current)
    }
}

/// The inputs of a file, of which one is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InputChoice {
    pub chosen: usize,
    /// Whether it was said that changes would be lost.
    pub is_warned: bool,
}
