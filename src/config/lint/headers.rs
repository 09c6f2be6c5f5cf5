//! Checks the names and values of headers.

use crate::config::schema::{Dialect, FieldId, Problem, Values};

use super::expressions::in_header;

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
        problems.extend(in_header(values, &path, value));
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

/// A byte of a token (RFC 9110, section 5.6.2).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
