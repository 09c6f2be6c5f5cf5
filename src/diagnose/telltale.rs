//! Tells messages by which a server explains the end of a connection from those of the feed.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use serde_json::{Map, Value};

/// What a message says about the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Telltale {
    /// Something failed or was refused.
    Error,
    /// The server is going to end the connection, whatever else it sends until then.
    Farewell,
    /// The server wants something before it sends more.
    Demand,
}

/// A message is parsed only if it holds one of these.
const MARKS: [&str; 19] = [
    "rror",
    "ERROR",
    "\"success\":false",
    "\"success\": false",
    "\"code\":4",
    "\"code\":5",
    "_auth",
    "auth_",
    "ailed",
    "FAILED",
    "ailure",
    "isconnect",
    "reject_subscription",
    "unauthorized",
    "econnect",
    "aintenance",
    "goAway",
    "max_connections",
    "wamp.close.",
];

/// Finds any of them in one pass; nothing is marked in the case that it cannot be built.
static MARKED: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| automaton(&MARKS));

/// Finds any of the words. The first message of a session waits until it is built, hence the kind that is built soonest.
pub(super) fn automaton(words: &[&str]) -> Option<AhoCorasick> {
    AhoCorasick::builder().kind(Some(AhoCorasickKind::ContiguousNFA)).build(words).ok()
}

/// Arrays that are parsed for their beginning: Nostr and OCPP.
const ARRAYS: [&[u8]; 3] = [b"[\"NOTICE\"", b"[\"CLOSED\"", b"[4,"];

/// Names of members that hold an error, in lower case.
const ERRORS: [&str; 7] = ["error", "errors", "err", "error_code", "errorcode", "error_message", "err_msg"];

/// Names of members that hold the kind of a message.
const KINDS: [&str; 10] = ["type", "event", "T", "ev", "status", "op", "method", "msg", "kind", "action"];

/// Kinds of message that report an error, in lower case; as they are or behind a name.
const BAD: [&str; 13] = [
    "error",
    "err",
    "failed",
    "failure",
    "fail",
    "auth_failed",
    "auth_invalid",
    "auth_timeout",
    "not_authorized",
    "unauthorized",
    "disconnect",
    "reject_subscription",
    "max_connections",
];

/// Kinds of message by which a server announces the end, in lower case.
const FAREWELLS: [&str; 3] = ["session_reconnect", "maintenance", "reconnect"];

/// Kinds of message by which a server asks for credentials, in lower case.
const DEMANDS: [&str; 2] = ["auth_required", "authentication_required"];

/// Words of a notice that announces the end, in lower case.
const ENDING: [&str; 5] =
    ["will soon be closed", "please reconnect", "try to reconnect", "maintenance mode", "shutting down"];

/// Ends each record of `SignalR`.
const RECORD: u8 = 0x1e;

/// What a text says about the connection. Cheap for what has none of the marks.
pub(super) fn told(text: &[u8]) -> Option<Telltale> {
    if text.starts_with(b"ERROR") || text.starts_with(b"error:") {
        // STOMP, and plain words.
        return Some(Telltale::Error);
    }
    if let Some(rest) = text.strip_prefix(b"44")
        && (rest.starts_with(b"{") || rest.starts_with(b"/"))
    {
        // The refusal of a namespace by Socket.IO.
        return Some(Telltale::Error);
    }
    let is_record = text.last() == Some(&RECORD);
    let is_marked = is_record
        || MARKED.as_ref().is_some_and(|marks| marks.is_match(text))
        || ARRAYS.iter().any(|begin| text.starts_with(begin));
    if !is_marked {
        return None;
    }
    text.split(|byte| *byte == RECORD).find_map(|record| match serde_json::from_slice(record) {
        Ok(Value::Array(parts)) => {
            parts.iter().find_map(|part| part.as_object().and_then(of_object)).or_else(|| of_array(&parts))
        }
        Ok(Value::Object(members)) => of_object(&members),
        _ => None,
    })
}

/// A message whose parts are told by their place.
fn of_array(parts: &[Value]) -> Option<Telltale> {
    let says = |part: &Value, words: &str| part.as_str().is_some_and(|text| text.starts_with(words));
    // WAMP and Phoenix.
    if parts.iter().any(|part| says(part, "wamp.error.") || part == "phx_error") {
        return Some(Telltale::Error);
    }
    if parts.iter().any(|part| says(part, "wamp.close.")) {
        return Some(Telltale::Farewell);
    }
    match parts {
        [Value::String(kind), ..] if matches!(kind.as_str(), "NOTICE" | "CLOSED") => Some(Telltale::Error),
        // A CALLERROR of OCPP: id, code, description and details.
        [Value::Number(kind), Value::String(_), Value::String(_), Value::String(_), Value::Object(_)]
            if kind.as_u64() == Some(4) =>
        {
            Some(Telltale::Error)
        }
        _ => None,
    }
}

fn of_object(members: &Map<String, Value>) -> Option<Telltale> {
    let kinds: Vec<String> =
        KINDS.iter().filter_map(|name| Some(members.get(*name)?.as_str()?.to_ascii_lowercase())).collect();
    let is_one_of = |words: &[&str]| kinds.iter().any(|kind| words.contains(&kind.as_str()));
    // `pusher:error`, `connection_error` and `phx_error` are errors too.
    let is_bad =
        is_one_of(&BAD) || kinds.iter().any(|kind| kind.rsplit([':', '.', '_']).next() == Some("error"));
    let holds_error = members
        .iter()
        .any(|(name, value)| ERRORS.contains(&name.to_ascii_lowercase().as_str()) && says_something(value));
    let failed = members.get("success") == Some(&Value::Bool(false));
    let refuses = members.get("code").and_then(Value::as_u64).is_some_and(|code| (400..600).contains(&code))
        && ["msg", "message", "reason"].iter().any(|name| members.contains_key(*name));
    if is_bad || holds_error || failed || refuses || fails_within(members) {
        return Some(Telltale::Error);
    }
    if is_one_of(&DEMANDS) {
        return Some(Telltale::Demand);
    }
    let is_farewell = is_one_of(&FAREWELLS)
        || members.contains_key("goAway")
        || members.get("type").and_then(Value::as_u64) == Some(7) && members.contains_key("allowReconnect")
        || is_one_of(&["notice", "info", "system", "systemstatus"]) && announces_the_end(members)
        || members
            .get("metadata")
            .and_then(|metadata| metadata.get("message_type")?.as_str())
            .is_some_and(|kind| FAREWELLS.contains(&kind));
    is_farewell.then_some(Telltale::Farewell)
}

/// A message of a channel whose payload failed (Phoenix, Supabase).
fn fails_within(members: &Map<String, Value>) -> bool {
    let status = members.get("payload").and_then(|payload| payload.get("status")?.as_str());
    status.is_some_and(|status| status == "error")
}

/// A notice whose words announce the end, or that says that this side was disconnected.
fn announces_the_end(members: &Map<String, Value>) -> bool {
    let is_gone = members.get("event").is_some_and(|event| event == "disconnected");
    let words = ["msg", "message"].iter().filter_map(|name| members.get(*name)?.as_str());
    is_gone
        || words.map(str::to_ascii_lowercase).any(|text| ENDING.iter().any(|ending| text.contains(ending)))
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
