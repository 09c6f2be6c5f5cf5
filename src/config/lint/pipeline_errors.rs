//! Adds the errors of the pipeline to problems.

use crate::config::schema::{Dialect, FieldId, Origin, Problem, Severity, Values};

/// What the pipeline does with a configuration that has a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Course {
    /// It does not start, with this error.
    NoStart(String),
    /// It fails with every connection, with this error.
    NoConnection(String),
    /// It connects to this place.
    Connects(String),
}

/// Field and code of a problem, and what the pipeline does with which error; `{}` is the value.
type Row = (FieldId, &'static str, fn(String) -> Course, &'static str);

const ERRORS: [Row; 2] = [
    (FieldId::OpenMessageType, "wrong-choice", Course::NoConnection, "unrecognised open_message_type: {}"),
    (
        FieldId::MaxMessageSize,
        "wrong-value",
        Course::NoStart,
        "max_message_size must not be negative, got {}",
    ),
];

/// Adds the error of the pipeline to a problem, where it has one.
pub(super) fn with_pipeline_error(problem: Problem, values: &Values) -> Problem {
    let row = ERRORS.iter().find(|(id, code, ..)| id.path() == problem.path && *code == problem.code);
    let Some((id, _, course, error)) = row else { return problem };
    let text = values.text_of(*id);
    let error = error.replace("{}", &text);
    // The lint takes a choice in any case; another one is refused before anything is started.
    let is_refused = problem.code == "wrong-choice" && problem.mend.is_none();
    let message = match values.options.dialect.is_pipeline() {
        true if is_refused => Some(format!("value {text} is not a valid option for this field")),
        true => None,
        false => Some(problem.message.clone()),
    };
    let problem = with_course(problem, values, course(error));
    Problem { message: message.unwrap_or(problem.message), ..problem }
}

/// Adds to a problem what the pipeline does: of a configuration that is its own, by `--as` or from a file, also to
/// the message.
pub(super) fn with_course(mut problem: Problem, values: &Values, course: Course) -> Problem {
    let dialect = values.options.dialect;
    let sentence = match &course {
        Course::NoStart(error) => format!("does not start: {error}"),
        Course::NoConnection(error) => format!("fails with every connection: {error}"),
        Course::Connects(place) => format!("connects to {place}"),
    };
    if dialect.is_pipeline() || matches!(problem.origin, Origin::File { .. }) {
        problem.message = format!("{}; {} {sentence}", problem.message, pipeline(dialect));
    }
    match course {
        Course::NoConnection(error) => problem.logs(error),
        Course::NoStart(_) | Course::Connects(_) => problem,
    }
}

/// The followed pipeline in a sentence.
pub(super) fn pipeline(dialect: Dialect) -> &'static str {
    if dialect.is_pipeline() { dialect.behavior().name } else { "the pipeline" }
}

/// The end of a message about what the pipeline does not start with.
pub(super) fn no_start(dialect: Dialect, error: &str) -> String {
    format!("; {} does not start: {error}", pipeline(dialect))
}

/// The reaction of the pipeline to roots without a certificate.
pub(super) const NO_TRUSTED_ROOTS: &str =
    "the pipeline starts anyway and trusts no server: certificate signed by unknown authority";

/// Makes a problem a warning under `--as`, if the pipeline starts in spite of it.
pub(super) fn warning_in_pipeline(problem: Problem, dialect: Dialect) -> Problem {
    let severity = if dialect.is_pipeline() { Severity::Warning } else { problem.severity };
    Problem { severity, ..problem }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Origin, lint};

    fn message_of(dialect: Dialect, path: &str, text: &str) -> Option<String> {
        let mut values = Values::default();
        values.options.dialect = dialect;
        values.set("url", "ws://feed.example/", Origin::Flag);
        values.set(path, text, Origin::Flag);
        lint(&values).into_iter().find(|problem| problem.path == path).map(|problem| problem.message)
    }

    #[test]
    fn under_a_dialect_the_error_of_the_pipeline_follows() {
        for (dialect, path, text, end) in [
            (
                Dialect::Bento,
                "open_message_type",
                "TEXT",
                "Bento fails with every connection: unrecognised open_message_type: TEXT",
            ),
            (
                Dialect::Benthos,
                "open_message_type",
                "words",
                "value words is not a valid option for this field",
            ),
            (
                Dialect::Connect,
                "max_message_size",
                "-1",
                "Redpanda Connect does not start: max_message_size must not be negative, got -1",
            ),
            (
                Dialect::Connect,
                "tls.enabled",
                "true",
                "Redpanda Connect does not start: tls is enabled but url scheme is ws, use wss:// for \
                 ws://feed.example/",
            ),
        ] {
            let message = message_of(dialect, path, text).unwrap_or_default();
            assert!(message.ends_with(end), "{message}");
            let ours = message_of(Dialect::Standard, path, text).unwrap_or_default();
            assert!(!ours.contains(end), "{ours}");
        }
    }
}
