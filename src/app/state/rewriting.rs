//! What writing the profile back into its file would change, shown before it is done.

use crate::config::{Conflict, DiffLine, Secret};

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
