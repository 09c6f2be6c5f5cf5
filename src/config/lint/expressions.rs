//! Checks expressions of the pipeline, `${! … }`: only headers have them worked out.

use crate::config::{
    expression::{has_expression, only_variable, unknown_word, unset_variables},
    schema::{Dialect, Field, FieldId, FieldValue, Kind, Problem, Severity, Values},
};

/// The problem of an expression in a field whose text goes out as it stands.
pub(super) fn not_worked_out(path: &str, value: &FieldValue) -> Option<Problem> {
    let field = Field::at(path).filter(|field| field.id != FieldId::Headers)?;
    if !has_expression(&value.text) || matches!(field.kind, Kind::Bool | Kind::Int | Kind::Choice(_)) {
        return None;
    }
    let message = "${! … } is never worked out in this field: the pipeline uses the text as it stands";
    let problem = Problem::warning("expression-as-text", path, value.origin.clone(), message);
    Some(problem.advise(match only_variable(&value.text) {
        Some(name) => {
            format!("write ${{{name}}}, without '!': it is replaced when the file is read")
        }
        None => "write ${NAME}, which is replaced when the file is read, and set NAME before the start; a value \
                 that must be new with every connection cannot be sent by this field"
            .to_owned(),
    }))
}

/// The problem of an expression in a header.
pub(super) fn in_header(values: &Values, path: &str, value: &FieldValue) -> Option<Problem> {
    let (_, query) = value.text.split_once("${!")?;
    let problem = |code, message: String| Problem::error(code, path, value.origin.clone(), message);
    let warning = |code, message| Problem { severity: Severity::Warning, ..problem(code, message) };
    if let Some(message) = broken(query) {
        return Some(problem("expression-broken", message.to_owned()).advise("write it as ${! now() }"));
    }
    if let Some(word) = unknown_word(&value.text) {
        let message =
            format!("Sockeye does not work out {word} in ${{! … }}: it sends the text as it is written");
        let advice = "write the value itself, or use ${VARIABLE}";
        return Some(warning("expression-not-worked-out", message).advise(advice));
    }
    let unset = unset_variables(&value.text);
    let name = unset.first()?;
    let by = if values.options.dialect == Dialect::Bento { "Bento" } else { "the pipeline" };
    let message = format!("the environment variable {name} is not set, and {by} sends 'null' in its place");
    let advice = format!("export {name}=…, or write a default: ${{! env(\"{name}\").or(\"default\") }}");
    Some(warning("expression-null", message).advise(advice))
}

/// The error of the pipeline's lint for an expression that has no end, no query, or the form of old versions.
fn broken(query: &str) -> Option<&'static str> {
    let is_old = |query: &str| {
        let name = query.trim_start().trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
        name.len() < query.trim_start().len() && name.starts_with(':')
    };
    match query.split_once('}') {
        None => Some("required: expected end of expression, but reached end of input"),
        Some((query, _)) if query.trim().is_empty() => Some("required: expected query, got: }"),
        Some((query, _)) if is_old(query) => Some("required: expected end of expression, got: :"),
        Some(_) => None,
    }
}
