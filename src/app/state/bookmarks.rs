//! Rows that a person wants to find again, each with a note.

use std::collections::BTreeMap;

use crate::session::Seq;

/// The most bookmarks of a session.
pub const BOOKMARKS: usize = 10_000;
/// The longest note, in bytes.
pub const NOTE: usize = 2_000;

/// Notes by the place of their row in the stream; an empty note is one too.
#[derive(Clone, Debug, Default)]
pub struct Bookmarks {
    notes: BTreeMap<Seq, String>,
    /// The place that a note is being written for.
    pub asked: Option<Seq>,
}

impl Bookmarks {
    /// Those that a capture holds.
    pub fn of(notes: Vec<(Seq, String)>) -> Self {
        Self { notes: notes.into_iter().take(BOOKMARKS).collect(), asked: None }
    }

    /// The bookmarks in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Seq, &str)> {
        self.notes.iter().map(|(seq, note)| (*seq, note.as_str()))
    }

    pub fn note(&self, seq: Seq) -> Option<&str> {
        self.notes.get(&seq).map(String::as_str)
    }

    /// Sets a bookmark; false when there are too many.
    pub fn set(&mut self, seq: Seq, note: &str) -> bool {
        let fits = self.notes.len() < BOOKMARKS || self.notes.contains_key(&seq);
        if fits {
            self.notes.insert(seq, note.to_owned());
        }
        fits
    }

    /// Takes a bookmark away; its note, if there was one.
    pub fn remove(&mut self, seq: Seq) -> Option<String> {
        self.notes.remove(&seq)
    }

    /// The next bookmark behind a place, or the last before it.
    pub fn next(&self, from: Seq, onward: bool) -> Option<Seq> {
        let found = if onward {
            self.notes.range(from.plus(1)..).next()
        } else {
            self.notes.range(..from).next_back()
        };
        found.map(|(seq, _)| *seq)
    }
}

#[cfg(test)]
mod tests {
    use super::{BOOKMARKS, Bookmarks};
    use crate::session::Seq;

    #[test]
    fn bookmarks_are_found_from_any_place() {
        let mut bookmarks = Bookmarks::of(vec![(Seq(9), String::new()), (Seq(3), "a".to_owned())]);
        assert!(bookmarks.set(Seq(5), "b"));
        let next = |from, onward| bookmarks.next(Seq(from), onward).map(|seq| seq.0);
        assert_eq!([next(1, true), next(3, true), next(9, true)], [Some(3), Some(5), None]);
        assert_eq!([next(10, false), next(5, false), next(3, false)], [Some(9), Some(3), None]);
        assert_eq!((bookmarks.remove(Seq(5)).as_deref(), bookmarks.iter().len()), (Some("b"), 2));
    }

    #[test]
    fn bookmarks_are_bounded_and_a_note_can_be_rewritten_all_the_same() {
        let mut bookmarks = Bookmarks::of((1..=BOOKMARKS as u64).map(|n| (Seq(n), String::new())).collect());
        assert!(!bookmarks.set(Seq(0), "x"));
        assert!(bookmarks.set(Seq(1), "x"));
    }
}
