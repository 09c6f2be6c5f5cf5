//! Values that a Go template writes, which nobody knows before it is rendered.

use crate::config::schema::{FieldValue, Problem, Values};

/// Says of each such value that it is not known, in place of what else could be said of it.
pub(super) fn tell(values: &Values, problems: &mut Vec<Problem>) {
    for (path, value) in values.iter().filter(|(_, value)| is_of_template(value)) {
        problems.retain(|problem| problem.path != path);
        let message = "it is written by the template, and not known here";
        let problem = Problem::error("template-value", path, value.origin.clone(), message);
        problems
            .push(problem.advise("set it here, with a flag or in the form, or render the template first"));
    }
}

fn is_of_template(value: &FieldValue) -> bool {
    value.text.is_empty()
        && value.expression.as_ref().is_some_and(|text| text.contains("{{") && !text.contains("${{"))
}
