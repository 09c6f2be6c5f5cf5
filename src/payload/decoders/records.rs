//! Several JSON values in one message: NDJSON, and SignalR's JSON protocol.

use super::{
    super::decoded::{Body, Decoder, Misfit, Opened},
    json,
    members::Members,
};

/// Ends each record of SignalR (its "HubProtocol.md", "JSON Encoding").
const RECORD: u8 = 0x1e;

pub(super) static NDJSON: Decoder = Decoder {
    name: "ndjson",
    title: "NDJSON",
    extension: "ndjson",
    looks_like: |sample| {
        json::begins(sample.front) && (sample.back.is_none() || sample.front.trim_ascii().contains(&b'\n'))
    },
    read: |input| {
        let (text, count) = together(input.front(), b'\n', input.goes_on())?;
        let is_one = count < 2;
        if is_one { Err("it holds one value") } else { Ok(titled(text, format!("{count} values"))) }
    },
};

pub(super) static SIGNALR: Decoder = Decoder {
    name: "signalr",
    title: "SignalR",
    extension: "json",
    looks_like: |sample| {
        sample.front.first() == Some(&b'{')
            && sample.back.is_none_or(|back| back.last() == Some(&RECORD))
            && (sample.back.is_some() || sample.front.contains(&RECORD))
    },
    read: |input| {
        let front = input.front();
        let first = front.split(|byte| *byte == RECORD).next().unwrap_or(front);
        let title = str::from_utf8(first).map_or(String::new(), record);
        let (text, count) = together(front, RECORD, input.goes_on())?;
        let title = if count > 1 { format!("{title}, {count} records") } else { title };
        Ok(titled(text, title))
    },
};

fn titled<'a>(text: String, title: String) -> Opened<'a> {
    Opened::Titled(Body::Json(text.into()), title)
}

/// Records as one JSON text, an array if there are several, and how many they are.
fn together(front: &[u8], end: u8, goes_on: bool) -> Result<(String, usize), Misfit> {
    let mut records: Vec<&str> = Vec::new();
    let mut parts = front.split(|byte| *byte == end).peekable();
    while let Some(part) = parts.next() {
        let is_last = parts.peek().is_none();
        if part.trim_ascii().is_empty() {
            continue;
        }
        let is_cut = is_last && goes_on;
        if !json::is_json(part, is_cut) {
            // The limit may cut the last anywhere, also inside a character.
            if is_cut {
                continue;
            }
            return Err("a record is not JSON");
        }
        records.push(super::text::utf8_front(part).ok_or("a record is not UTF-8")?);
    }
    match records[..] {
        [] => Err("it holds no record"),
        [one] => Ok((one.to_owned(), 1)),
        _ => Ok((format!("[{}]", records.join(",\n")), records.len())),
    }
}

/// What a record of SignalR is: `invocation "Send", id 1`.
fn record(text: &str) -> String {
    let members = Members::of(text);
    let kind = match members.get("type") {
        Some("1") => "invocation",
        Some("2") => "stream item",
        Some("3") => "completion",
        Some("4") => "stream invocation",
        Some("5") => "cancellation",
        Some("6") => "ping",
        Some("7") => "close",
        Some("8") => "acknowledgement",
        Some("9") => "sequence",
        _ => return "handshake".to_owned(),
    };
    let target = members.get("target").map_or(String::new(), |target| format!(" {target}"));
    let id = members.text("invocationId").map_or(String::new(), |id| format!(", id {id}"));
    format!("{kind}{target}{id}")
}
