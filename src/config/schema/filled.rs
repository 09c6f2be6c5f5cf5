//! Fills the variables of expressions into headers.

use crate::config::expression::{fill_in, has_expression};

use super::{FieldId, FieldValue, Values};

impl Values {
    /// Replaces `${! env("NAME") }` in headers by the variable, if it is set. The text as written is kept, to be
    /// shown and written instead.
    pub fn fill_in_headers(&mut self, environment: &dyn Fn(&str) -> Option<String>) {
        let headers = self.entries(FieldId::Headers).into_iter();
        let filled = headers.filter(|(_, value)| has_expression(&value.text)).filter_map(|(name, value)| {
            let text = fill_in(&value.text, environment)?;
            let expression = value.expression.clone().or_else(|| Some(value.text.clone()));
            let origin = value.origin.clone();
            Some((format!("headers.{name}"), FieldValue { text, origin, expression }))
        });
        for (path, value) in filled.collect::<Vec<_>>() {
            self.put(path, value);
        }
    }
}
