//! Adds the errors of the pipeline to problems under `--as`.

use crate::config::schema::{Dialect, FieldId, Problem, Severity, Values};

const AT_START: &str = "does not start";
pub(super) const EACH_TIME: &str = "fails with every connection";

/// Field and code of a problem, and when and with which error the pipeline reports it; `{}` is the value. The row of
/// the URL has no `{}`, since an address may contain a secret.
const ERRORS: [(FieldId, &str, &str, &str); 4] = [
    (FieldId::Url, "url-malformed", EACH_TIME, "malformed ws or wss URL"),
    (FieldId::OpenMessageType, "wrong-choice", EACH_TIME, "unrecognised open_message_type: {}"),
    (FieldId::MaxMessageSize, "wrong-value", AT_START, "max_message_size must not be negative, got {}"),
    (FieldId::TlsEnabled, "tls-on-ws", AT_START, "tls is enabled but url scheme is ws, use wss://"),
];

/// Adds the error of the pipeline to a problem, where it has one.
pub(super) fn with_pipeline_error(problem: Problem, values: &Values) -> Problem {
    let row = ERRORS.iter().find(|(id, code, ..)| id.path() == problem.path && *code == problem.code);
    let Some((id, _, when, error)) = row.filter(|_| values.options.dialect.is_pipeline()) else {
        return problem;
    };
    let error = error.replace("{}", &values.text_of(*id));
    let name = values.options.dialect.behavior().name;
    Problem { message: format!("{}; {name} {when}: {error}", problem.message), ..problem }
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
                Dialect::Connect,
                "url",
                "http://feed.example/",
                "Redpanda Connect fails with every connection: malformed ws or wss URL",
            ),
            (
                Dialect::Bento,
                "open_message_type",
                "TEXT",
                "Bento fails with every connection: unrecognised open_message_type: TEXT",
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
                "Redpanda Connect does not start: tls is enabled but url scheme is ws, use wss://",
            ),
        ] {
            let message = message_of(dialect, path, text).unwrap_or_default();
            assert!(message.ends_with(end), "{message}");
            let ours = message_of(Dialect::Standard, path, text).unwrap_or_default();
            assert!(!ours.contains(end), "{ours}");
        }
    }
}
