//! Checks values of a file that the pipeline takes, and that seldom do what is meant.

use crate::config::schema::{FieldId, FieldValue, Origin, Problem, Values};

pub(super) fn problems(values: &Values) -> Vec<Problem> {
    json_as_binary(values).into_iter().chain(no_retries(values)).collect()
}

fn from_file(value: &FieldValue) -> bool {
    matches!(value.origin, Origin::File { .. })
}

/// JSON that goes out in a binary frame, since the default of `open_message_type` is binary.
fn json_as_binary(values: &Values) -> Option<Problem> {
    if values.of(FieldId::OpenMessageType).is_some() {
        return None;
    }
    let single = values.of(FieldId::OpenMessage).map(|value| (FieldId::OpenMessage.path().to_owned(), value));
    let list = values.entries(FieldId::OpenMessages).into_iter();
    let all = single.into_iter().chain(list.map(|(nth, value)| (format!("open_messages.{nth}"), value)));
    let (path, value) = all.into_iter().find(|(_, value)| from_file(value) && is_json(&value.text))?;
    let message =
        "it is JSON, and goes out in a binary frame, which is the default; many servers read text only";
    let warning = Problem::warning("json-as-binary", path, value.origin.clone(), message);
    Some(warning.advise("add the line open_message_type: text (or binary, if the server wants that)"))
}

fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[']) && serde_json::from_str::<serde_json::Value>(text).is_ok()
}

fn no_retries(values: &Values) -> Option<Problem> {
    let value =
        values.of(FieldId::ConnectionMaxRetries).filter(|value| value.text == "0" && from_file(value))?;
    let message = "0 means that the first attempt that fails ends the input; only a lost connection is dialled \
                   once more";
    let warning =
        Problem::warning("max-retries-zero", "connection.max_retries", value.origin.clone(), message);
    Some(warning.advise("remove the field to retry for ever, or write the number of retries"))
}
