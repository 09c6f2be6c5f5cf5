//! What a pipeline itself says of a mistake, and when: added to ours where its ways are followed.

use crate::config::schema::{Dialect, FieldId, Problem, Severity, Values};

/// A mistake by its field and code, when the pipeline finds it, and its words with `{}` for the value.
struct Row {
    field: FieldId,
    code: &'static str,
    when: When,
    message: &'static str,
}

#[derive(Clone, Copy)]
enum When {
    Start,
    EachConnection,
}

const ROWS: [Row; 4] = [
    Row {
        field: FieldId::Url,
        code: "url-malformed",
        when: When::EachConnection,
        message: "malformed ws or wss URL",
    },
    Row {
        field: FieldId::OpenMessageType,
        code: "wrong-choice",
        when: When::EachConnection,
        message: "unrecognised open_message_type: {}",
    },
    Row {
        field: FieldId::MaxMessageSize,
        code: "wrong-value",
        when: When::Start,
        message: "max_message_size must not be negative, got {}",
    },
    Row {
        field: FieldId::TlsEnabled,
        code: "tls-on-ws",
        when: When::Start,
        message: "tls is enabled but url scheme is ws, use wss://",
    },
];

/// The same problem with the words of the pipeline behind ours, where it has some.
pub(super) fn with_words(problem: Problem, values: &Values) -> Problem {
    let row = ROWS.iter().find(|row| row.field.path() == problem.path && row.code == problem.code);
    let Some(row) = row.filter(|_| values.options.dialect.is_pipeline()) else { return problem };
    // The text of an address may hold a secret, and no row needs it.
    let words = row.message.replace("{}", &values.text_of(row.field));
    let when = match row.when {
        When::Start => "does not start",
        When::EachConnection => "fails at each connection",
    };
    let name = values.options.dialect.behavior().name;
    Problem { message: format!("{}; {name} {when}: {words}", problem.message), ..problem }
}

/// What the pipeline makes of roots without a certificate.
pub(super) const SILENT: &str =
    "the pipeline starts with it all the same and trusts nobody: certificate signed by unknown authority";

/// What a pipeline starts with all the same is a warning when its ways are followed.
pub(super) fn as_pipeline_starts(problem: Problem, dialect: Dialect) -> Problem {
    let severity = if dialect.is_pipeline() { Severity::Warning } else { problem.severity };
    Problem { severity, ..problem }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Origin, lint};

    fn told(dialect: Dialect, path: &str, text: &str) -> Option<String> {
        let mut values = Values::default();
        values.options.dialect = dialect;
        values.set("url", "ws://feed.example/", Origin::Flag);
        values.set(path, text, Origin::Flag);
        lint(&values).into_iter().find(|problem| problem.path == path).map(|problem| problem.message)
    }

    #[test]
    fn under_a_dialect_the_pipelines_own_words_follow() {
        for (dialect, path, text, end) in [
            (
                Dialect::Connect,
                "url",
                "http://feed.example/",
                "Redpanda Connect fails at each connection: malformed ws or wss URL",
            ),
            (
                Dialect::Bento,
                "open_message_type",
                "TEXT",
                "Bento fails at each connection: unrecognised open_message_type: TEXT",
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
            let message = told(dialect, path, text).unwrap_or_default();
            assert!(message.ends_with(end), "{message}");
            let ours = told(Dialect::Standard, path, text).unwrap_or_default();
            assert!(!ours.contains(end), "{ours}");
        }
    }
}
