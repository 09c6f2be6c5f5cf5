//! Checks the names and values of headers.

use crate::config::schema::{Dialect, FieldId, FieldValue, Problem, Severity, Values};

/// Headers that the handshake sets itself (RFC 6455, section 4.1), as Go spells them.
const HANDSHAKE: [&str; 5] =
    ["Upgrade", "Connection", "Sec-Websocket-Key", "Sec-Websocket-Version", "Sec-Websocket-Extensions"];

pub(super) fn problems(values: &Values) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (name, value) in values.entries(FieldId::Headers) {
        let path = format!("headers.{name}");
        let error =
            |code, message: String| Problem::error(code, path.as_str(), value.origin.clone(), message);
        if let Some(own) = HANDSHAKE.iter().find(|own| own.eq_ignore_ascii_case(name)) {
            let message = "the handshake sets this header itself".to_owned();
            let problem = error("header-not-allowed", message).advise("remove it");
            // Only Bento knows headers.
            let is_bento = values.options.dialect == Dialect::Bento;
            let logged = is_bento.then(|| format!("websocket: duplicate header not allowed: {own}"));
            problems.push(Problem { logged, ..problem });
        } else if name.is_empty() || !name.bytes().all(is_token) {
            let message = "this is not a header name".to_owned();
            problems
                .push(error("header-name", message).advise("use letters, digits and '-', such as X-Api-Key"));
        }
        problems.extend(expression(&path, value));
        if value.text.trim().contains(|c: char| c.is_control() && c != '\t') {
            let message = "the value contains a line break or another control character".to_owned();
            problems.push(error("header-value", message).advise("write the value in one line"));
        }
        if name.eq_ignore_ascii_case("authorization") && values.is_on(FieldId::BasicAuthEnabled) {
            let message = "basic_auth replaces it".to_owned();
            let warning = Problem::warning("auth-several", path.as_str(), value.origin.clone(), message);
            problems.push(warning.advise("keep one of the two"));
        }
    }
    problems
}

/// An expression of the pipeline, which Sockeye sends as it is written. One that has no end, no query or the form of
/// old versions is refused by the pipeline's lint.
fn expression(path: &str, value: &FieldValue) -> Option<Problem> {
    let (_, query) = value.text.split_once("${!")?;
    let problem = |code, message: &str| Problem::error(code, path, value.origin.clone(), message);
    let is_old = |query: &str| {
        let name = query.trim_start().trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
        name.len() < query.trim_start().len() && name.starts_with(':')
    };
    let broken = match query.split_once('}') {
        None => Some("required: expected end of expression, but reached end of input"),
        Some((query, _)) if query.trim().is_empty() => Some("required: expected query, got: }"),
        Some((query, _)) if is_old(query) => Some("required: expected end of expression, got: :"),
        Some(_) => None,
    };
    if let Some(message) = broken {
        return Some(problem("expression-broken", message).advise("write it as ${! now() }"));
    }
    let message = "Sockeye does not work out ${! … }: it sends the text as it is written";
    let problem = problem("expression-not-worked-out", message);
    let problem = Problem { severity: Severity::Warning, ..problem };
    Some(problem.advise("write the value itself, or use ${VARIABLE}"))
}

/// A byte of a token (RFC 9110, section 5.6.2).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
