//! JSON Lines of ours as events: what `tail` and `export` write, and `tail --events`.

use std::collections::BTreeSet;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};

use crate::{
    schema::{VERSION, read_event},
    session::{ConnectionId, Event, EventKind, Kind, MessageId, Timestamp, Verdict},
};

use super::transcript::batch;

/// What every line has.
#[derive(Deserialize)]
struct Head {
    v: u32,
    kind: String,
    at: Timestamp,
    connection: ConnectionId,
}

/// The line of a message.
#[derive(Deserialize)]
struct MessageLine<'l> {
    #[serde(default)]
    id: u64,
    #[serde(rename = "type")]
    kind: Kind,
    #[serde(default)]
    verdict: Option<Verdict>,
    #[serde(borrow, default)]
    json: Option<&'l RawValue>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    base64: Option<String>,
}

/// Reads lines, one after the other.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub received: u64,
    pub sent: u64,
    /// The connections that were told of.
    pub connections: BTreeSet<u32>,
    last_message: u64,
    /// Those whose beginning is not in the file.
    pub without_beginning: u32,
    pub last: Timestamp,
    /// Whether the last line was the end of a session.
    pub is_ended: bool,
}

/// Whether a text begins as such a line does.
pub(super) fn is_line(line: &str) -> bool {
    serde_json::from_str::<Head>(line).is_ok()
}

impl Lines {
    /// The events of a line; the beginning of a connection that the file does not tell of comes first.
    ///
    /// # Errors
    ///
    /// It is no such line; the error says why, and at which column.
    pub fn events(&mut self, line: &str) -> Result<Vec<Event>, String> {
        let told = |error: serde_json::Error| match error.column() {
            0 => error.to_string(),
            column => {
                let text = error.to_string();
                let text = text.split(" at line ").next().unwrap_or_default().to_owned();
                format!("column {column}: {text}")
            }
        };
        let Head { v, kind, at, connection } = serde_json::from_str(line).map_err(told)?;
        if v != VERSION {
            return Err(format!("v is {v}, and this sockeye reads {VERSION}"));
        }
        let kind = if kind == "message" {
            self.message(line).map_err(told)?
        } else {
            event(&kind, line).map_err(told)?
        };
        self.last = self.last.max(at);
        self.is_ended = matches!(kind, EventKind::Ended(_));
        self.sent += u64::from(matches!(kind, EventKind::Sent(_)));
        let mut events = Vec::new();
        let is_new = connection.0 > 0 && !self.is_ended && self.connections.insert(connection.0);
        if is_new && !matches!(kind, EventKind::Connecting { .. }) {
            self.without_beginning += 1;
            events.push(Event { at, connection, kind: EventKind::Connecting { url: String::new() } });
        }
        events.push(Event { at, connection, kind });
        Ok(events)
    }

    fn message(&mut self, line: &str) -> Result<EventKind, serde_json::Error> {
        use serde::de::Error as _;
        let line: MessageLine<'_> = serde_json::from_str(line)?;
        let payload: Bytes = match (line.json, line.text, line.base64) {
            (Some(json), ..) => Bytes::copy_from_slice(json.get().as_bytes()),
            (_, Some(text), _) => text.into_bytes().into(),
            (_, _, Some(base64)) => {
                let decoded = BASE64_STANDARD.decode(base64);
                decoded.map_err(|_| serde_json::Error::custom("base64 is none"))?.into()
            }
            _ => return Err(serde_json::Error::custom("the message has neither json nor text nor base64")),
        };
        // Numbers rise in a capture, also where lines of several are in the file.
        self.last_message = line.id.max(self.last_message + 1);
        self.received += 1;
        let verdict = line.verdict.unwrap_or(Verdict::Acked);
        Ok(EventKind::Messages(batch(MessageId(self.last_message), line.kind, payload, verdict)))
    }
}

fn event(kind: &str, line: &str) -> Result<EventKind, serde_json::Error> {
    let mut fields: Map<String, Value> = serde_json::from_str(line)?;
    for name in ["v", "kind", "at", "connection"] {
        fields.remove(name);
    }
    read_event(kind, &Value::Object(fields).to_string())
}
