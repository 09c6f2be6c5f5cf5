//! Tells messages that report an error from those of the feed.

use memchr::memmem;
use serde_json::Value;

/// A message is parsed only if it holds one of these.
const MARKS: [&[u8]; 8] = [
    b"rror",
    b"ERROR",
    b"\"success\":false",
    b"\"success\": false",
    b"\"code\":4",
    b"\"code\":5",
    b"_auth",
    b"auth_",
];

/// Other messages by which a server ends a connection.
const ENDINGS: [&[u8]; 3] = [b"\"disconnect\"", b"reject_subscription", b"unauthorized"];

/// Names of members that hold an error.
const ERRORS: [&str; 7] = ["error", "errors", "err", "error_code", "errorCode", "error_message", "err_msg"];

/// Names of members that hold the kind of a message.
const KINDS: [&str; 10] = ["type", "event", "T", "ev", "status", "op", "method", "msg", "kind", "action"];

/// Kinds of message that report an error, in lower case; as they are or behind a name.
const BAD: [&str; 12] = [
    "error",
    "err",
    "failed",
    "failure",
    "fail",
    "connection_error",
    "auth_failed",
    "auth_invalid",
    "auth_error",
    "unauthorized",
    "disconnect",
    "reject_subscription",
];

/// Whether a text reports an error. Cheap for what has none of the marks.
pub(super) fn reports_error(text: &[u8]) -> bool {
    if text.starts_with(b"ERROR") || text.starts_with(b"error:") || text.starts_with(b"44") {
        // STOMP, plain words, and the refusal of a namespace by Socket.IO.
        return !text.starts_with(b"44") || text[2..].starts_with(b"{") || text[2..].starts_with(b"/");
    }
    let is_marked = MARKS.iter().chain(&ENDINGS).any(|mark| memmem::find(text, mark).is_some());
    if !is_marked {
        return false;
    }
    match serde_json::from_slice(text) {
        Ok(Value::Array(parts)) => parts.iter().any(is_error),
        Ok(value) => is_error(&value),
        Err(_) => false,
    }
}

fn is_error(value: &Value) -> bool {
    let Value::Object(members) = value else { return false };
    let holds_error = ERRORS.iter().any(|name| members.get(*name).is_some_and(says_something));
    let is_bad = KINDS.iter().filter_map(|name| members.get(*name)?.as_str()).any(|kind| {
        let kind = kind.to_ascii_lowercase();
        // `pusher:error` is one too.
        BAD.contains(&kind.as_str()) || kind.rsplit([':', '.']).next() == Some("error")
    });
    let failed = members.get("success") == Some(&Value::Bool(false));
    let refuses = members.get("code").and_then(Value::as_u64).is_some_and(|code| (400..600).contains(&code))
        && ["msg", "message", "reason"].iter().any(|name| members.contains_key(*name));
    holds_error || is_bad || failed || refuses
}

/// Whether a member about an error holds one: many protocols send it empty with each message.
fn says_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Bool(true) => true,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !matches!(text.as_str(), "" | "0" | "none" | "None"),
        Value::Array(parts) => !parts.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}
