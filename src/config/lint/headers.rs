//! Header names and values that cannot be sent, and those that the handshake sets itself.

use crate::config::schema::{FieldId, Problem, Values};

/// Names a client may not set by hand: the handshake sets them (RFC 6455, section 4.1).
const OURS: [&str; 5] =
    ["upgrade", "connection", "sec-websocket-key", "sec-websocket-version", "sec-websocket-extensions"];

/// What is wrong with each.
pub(super) fn problems(values: &Values) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (name, given) in values.entries(FieldId::Headers) {
        let path = format!("headers.{name}");
        let error =
            |code, message: String| Problem::error(code, path.as_str(), given.origin.clone(), message);
        if OURS.contains(&name.to_ascii_lowercase().as_str()) {
            let message = "this header belongs to the handshake and cannot be set by hand".to_owned();
            problems.push(error("header-not-allowed", message).advise("remove it"));
        } else if name.is_empty() || !name.bytes().all(is_token) {
            let message = "this is not a header name".to_owned();
            problems.push(
                error("header-name", message).advise("letters, digits and '-' make one, such as X-Api-Key"),
            );
        }
        if given.text.contains("${!") {
            let message = "Sockeye does not work out ${! … } expressions yet".to_owned();
            problems.push(
                error("not-built-yet", message).advise("write the value itself, or take it from ${VARIABLE}"),
            );
        }
        if given.text.trim().contains(|c: char| c.is_control() && c != '\t') {
            let message = "the value holds a line break or another control character".to_owned();
            problems.push(error("header-value", message).advise("a header value is one line"));
        }
        if name.eq_ignore_ascii_case("authorization") && values.text_of(FieldId::BasicAuthEnabled) == "true" {
            let message = "basic_auth replaces it".to_owned();
            let warning = Problem::warning("auth-several", path.as_str(), given.origin.clone(), message);
            problems.push(warning.advise("keep one of the two"));
        }
    }
    problems
}

/// A byte of a token (RFC 9110, section 5.6.2).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
