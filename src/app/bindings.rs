//! The keys that a person gave to actions in place of those of the table.

use std::collections::HashMap;

use super::{action_id::ActionId, screens::Screen, state::Key};

/// For each action that was given other keys, these; it may be none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bindings(HashMap<ActionId, Vec<Key>>);

impl Bindings {
    /// Gives an action these keys, and no other.
    pub fn bind(&mut self, action: ActionId, keys: Vec<Key>) {
        self.0.insert(action, keys);
    }

    /// Takes the keys of the table again.
    pub fn release(&mut self, action: ActionId) {
        self.0.remove(&action);
    }

    /// The key that is shown beside the title of a screen.
    pub fn of_screen(&self, screen: Screen) -> String {
        let keys = self.of(ActionId::GoTo(screen)).unwrap_or(screen.spec().keys);
        keys.first().map_or_else(String::new, ToString::to_string)
    }

    /// The keys that an action was given.
    pub fn of(&self, action: ActionId) -> Option<&[Key]> {
        self.0.get(&action).map(Vec::as_slice)
    }
}
