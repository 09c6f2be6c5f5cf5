//! Every problem of a configuration at once.

use super::{Problem, Values};

/// Everything that is wrong or odd, in the order of the catalogue. Pure: files that fields
/// name are looked at elsewhere.
#[must_use]
pub fn lint(values: &Values) -> Vec<Problem> {
    let _ = values;
    Vec::new()
}
