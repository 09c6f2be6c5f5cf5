//! Which lines of the form are listed, and which of them the search has found.

use crate::config::{Field, FieldValue};

use super::{Form, FormLine, Listed, entries::is_below, lines};

impl Form {
    /// The lines that are listed.
    pub fn lines(&self, has_headings: bool) -> Vec<FormLine> {
        let is_edited = |path: &str| self.edit.as_ref().is_some_and(|edit| edit.path == path);
        let changed = if self.listed == Listed::Changed { self.unwritten() } else { Vec::new() };
        let is_listed = |line: &FormLine| match (self.listed, line.path()) {
            (_, None) => has_headings,
            (Listed::All, _) => true,
            (_, Some(path)) if is_edited(path) => true,
            (Listed::Set, Some(path)) => self.is_set(path),
            (Listed::Changed, Some(path)) => changed.iter().any(|own| own == path || is_below(own, path)),
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

    /// Whether the value at a path, or one below it, is not the default.
    fn is_set(&self, path: &str) -> bool {
        let differs = |(own, given): (&str, &FieldValue)| {
            let default = Field::at(own).filter(|field| field.path == own).and_then(Field::default_text);
            (own == path || is_below(own, path)) && default.as_ref() != Some(&given.text)
        };
        self.values.iter().any(differs)
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
        let hits = self.hits();
        let order: Vec<_> =
            self.lines(false).iter().filter_map(|line| line.path().map(str::to_owned)).collect();
        let place = |path: &str| order.iter().position(|own| own == path).unwrap_or(0);
        let from = place(from);
        let found = if onward {
            hits.iter().find(|path| place(path) > from || (itself && place(path) == from)).or(hits.first())
        } else {
            hits.iter().rev().find(|path| place(path) < from).or(hits.last())
        };
        found.cloned()
    }
}
