//! Which lines of the form are listed, and which of them the search has found.

use std::collections::HashSet;

use crate::config::{Field, FieldValue};

use super::{Form, FormLine, Listed, lines};

impl Form {
    /// The lines that are listed.
    pub fn lines(&self, has_headings: bool) -> Vec<FormLine> {
        let is_edited = |path: &str| self.edit.as_ref().is_some_and(|edit| edit.path == path);
        let meant = match self.listed {
            Listed::All => HashSet::new(),
            Listed::Set => with_those_above(self.not_default().map(str::to_owned).collect()),
            Listed::Changed => with_those_above(self.unwritten()),
        };
        let is_listed = |line: &FormLine| match (self.listed, line.path()) {
            (_, None) => has_headings,
            (Listed::All, _) => true,
            (_, Some(path)) if is_edited(path) => true,
            (_, Some(path)) => meant.contains(path),
        };
        let mut listed: Vec<FormLine> = Vec::new();
        for line in lines(&self.values).into_iter().filter(is_listed) {
            // A heading without fields goes.
            if line.path().is_none() && matches!(listed.last(), Some(FormLine::Heading(_))) {
                listed.pop();
            }
            let is_edited = line.path().is_some_and(is_edited);
            listed.push(line);
            if is_edited {
                listed.push(FormLine::Verdict);
            }
        }
        if matches!(listed.last(), Some(FormLine::Heading(_))) {
            listed.pop();
        }
        listed
    }

    /// The paths of values that are not the default.
    fn not_default(&self) -> impl Iterator<Item = &str> {
        let differs = |(own, given): &(&str, &FieldValue)| {
            let default = Field::at(own).filter(|field| field.path == *own).and_then(Field::default_text);
            default.as_ref() != Some(&given.text)
        };
        self.values.iter().filter(differs).map(|(own, _)| own)
    }

    /// How many fields and entries are listed, and how many there are.
    pub fn counts(&self) -> (usize, usize) {
        let count = |lines: Vec<FormLine>| lines.iter().filter(|line| line.path().is_some()).count();
        (count(self.lines(false)), count(lines(&self.values)))
    }

    /// The paths that are found, in order.
    pub fn hits(&self) -> Vec<String> {
        let Some(find) = &self.find else { return Vec::new() };
        let found = self.lines(false).into_iter().filter(|line| find.hit(line).is_some());
        found.filter_map(|line| line.path().map(str::to_owned)).collect()
    }

    /// The place of the selected line among those that are found, counting from 1.
    pub fn hit_number(&self) -> Option<usize> {
        self.hits().iter().position(|path| *path == self.selected).map(|at| at + 1)
    }

    /// The path of the next one that is found from a line on, itself included, or of the one before it.
    pub fn next_hit(&self, from: &str, onward: bool, itself: bool) -> Option<String> {
        let find = self.find.as_ref()?;
        let lines = self.lines(false);
        let from = lines.iter().position(|line| line.path() == Some(from)).unwrap_or(0);
        let hits: Vec<usize> = (0..lines.len()).filter(|at| find.hit(&lines[*at]).is_some()).collect();
        let found = if onward {
            hits.iter().find(|at| **at > from || (itself && **at == from)).or(hits.first())
        } else {
            hits.iter().rev().find(|at| **at < from).or(hits.last())
        };
        lines.get(*found?)?.path().map(str::to_owned)
    }
}

/// Paths, and those that they are below of.
fn with_those_above(paths: Vec<String>) -> HashSet<String> {
    let above =
        |path: &String| path.match_indices('.').map(|(at, _)| path[..at].to_owned()).collect::<Vec<_>>();
    let mut all: HashSet<String> = paths.iter().flat_map(above).collect();
    all.extend(paths);
    all
}
