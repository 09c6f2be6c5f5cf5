//! What the form held before each change, so that a change can be undone and done again.
//!
//! Whole values are kept, so that what comes back has its order, its expressions and its origins. They hold secrets, as
//! the form does, and end with it.

use std::collections::VecDeque;

use crate::config::Values;

use super::{Form, paths_that_differ, set};

/// Changes that can be undone; the oldest leave.
const STEPS: usize = 200;
/// The bytes of texts that are kept for them. The last change can be undone whatever its size.
const BYTES: usize = 16 << 20;

#[derive(Clone, Debug)]
pub(super) struct History {
    now: Values,
    past: VecDeque<Values>,
    future: Vec<Values>,
}

impl History {
    pub(super) fn new(values: Values) -> Self {
        Self { now: values, past: VecDeque::new(), future: Vec::new() }
    }

    /// Takes in what the form holds; if that has changed, the change can be undone.
    pub(super) fn record(&mut self, values: &Values) {
        if same(&self.now, values) {
            return;
        }
        self.past.push_back(std::mem::replace(&mut self.now, values.clone()));
        self.future.clear();
        while self.past.len() > STEPS || (self.past.len() > 1 && self.bytes() > BYTES) {
            self.past.pop_front();
        }
    }

    /// Takes in what belongs to the last change.
    pub(super) fn amend(&mut self, values: &Values) {
        self.now = values.clone();
    }

    /// Changes all that is kept, for what is no change of the form.
    pub(super) fn change_all(&mut self, mut change: impl FnMut(&mut Values)) {
        change(&mut self.now);
        self.past.iter_mut().chain(&mut self.future).for_each(change);
    }

    /// What the form held before the last change.
    pub(super) fn undo(&mut self) -> Option<Values> {
        let before = self.past.pop_back()?;
        self.future.push(std::mem::replace(&mut self.now, before));
        Some(self.now.clone())
    }

    /// What the form held before the last undo.
    pub(super) fn redo(&mut self) -> Option<Values> {
        let after = self.future.pop()?;
        self.past.push_back(std::mem::replace(&mut self.now, after));
        Some(self.now.clone())
    }

    pub(super) fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    pub(super) fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    fn bytes(&self) -> usize {
        self.past.iter().flat_map(Values::iter).map(|(path, value)| path.len() + value.text.len()).sum()
    }
}

/// Whether two sets of values are the same to a person, their order included.
fn same(one: &Values, other: &Values) -> bool {
    let seen = |values: &Values| {
        let seen = values
            .iter()
            .map(|(path, value)| (path.to_owned(), value.text.clone(), value.expression.clone()));
        seen.collect::<Vec<_>>()
    };
    seen(one) == seen(other)
}

impl Form {
    /// The values were changed: the change can be undone, and what is wrong with them is found.
    pub fn changed(&mut self) {
        self.history.record(&self.values);
        self.validate();
    }

    /// Sets a value that the session has taken on already, which is no edit.
    pub fn set_outside(&mut self, path: &str, text: &str) {
        for values in [&mut self.values, &mut self.applied, &mut self.written_out] {
            set(values, path, text);
        }
        self.history.change_all(|values| set(values, path, text));
        self.validate();
    }

    pub fn can_undo(&self) -> bool {
        self.history.can_undo()
    }

    pub fn can_redo(&self) -> bool {
        self.history.can_redo()
    }

    /// Takes the last change back; the paths whose values are others now.
    pub fn undo(&mut self) -> Option<Vec<String>> {
        let values = self.history.undo()?;
        Some(self.restore(values))
    }

    /// Makes the change again that was taken back last.
    pub fn redo(&mut self) -> Option<Vec<String>> {
        let values = self.history.redo()?;
        Some(self.restore(values))
    }

    fn restore(&mut self, mut values: Values) -> Vec<String> {
        values.options = self.values.options;
        values.shape = self.values.shape.clone();
        let paths = paths_that_differ(&self.values, &values);
        self.values = values;
        self.validate();
        paths
    }
}

#[cfg(test)]
mod tests {
    use super::{BYTES, History, STEPS, Values};
    use crate::config::Origin;

    fn with(url: &str) -> Values {
        let mut values = Values::default();
        values.set("url", url, Origin::Form);
        values
    }

    #[test]
    fn steps_lead_back_and_on_again_until_something_else_is_changed() {
        let mut history = History::new(with("a"));
        history.record(&with("a"));
        assert!(!history.can_undo(), "nothing was changed");
        history.record(&with("b"));
        history.record(&with("c"));
        let url = |values: Option<Values>| values.and_then(|values| Some(values.get("url")?.text.clone()));
        assert_eq!(url(history.undo()).as_deref(), Some("b"));
        assert_eq!(url(history.undo()).as_deref(), Some("a"));
        assert_eq!(url(history.undo()), None);
        assert_eq!(url(history.redo()).as_deref(), Some("b"));
        history.record(&with("d"));
        assert!(!history.can_redo());
        assert_eq!(url(history.undo()).as_deref(), Some("b"));
    }

    #[test]
    fn the_oldest_steps_leave() {
        let mut history = History::new(with("a"));
        (0..STEPS + 50).for_each(|nth| history.record(&with(&nth.to_string())));
        assert_eq!(std::iter::from_fn(|| history.undo()).count(), STEPS);
        let mut history = History::new(with("a"));
        (0..4).for_each(|nth| history.record(&with(&nth.to_string().repeat(BYTES))));
        assert_eq!(std::iter::from_fn(|| history.undo()).count(), 1);
    }
}
