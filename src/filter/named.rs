//! Filters that have names, for `@name`.

use std::collections::BTreeMap;

use super::expression::Expression;

/// The most characters of a name.
const LONGEST: usize = 40;

/// Filters by their names.
#[derive(Clone, Debug, Default)]
pub struct Named(BTreeMap<String, Expression>);

impl Named {
    /// Whether a filter can be called so: letters, digits, `-`, `_` and `.`, at most 40.
    #[must_use]
    pub fn is_name(name: &str) -> bool {
        let is_sign = |sign: char| sign.is_alphanumeric() || "-_.".contains(sign);
        !name.is_empty() && name.chars().count() <= LONGEST && name.chars().all(is_sign)
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(super) fn get(&self, name: &str) -> Option<&Expression> {
        self.0.get(name)
    }

    pub(super) fn insert(&mut self, name: String, expression: Expression) {
        self.0.insert(name, expression);
    }
}
