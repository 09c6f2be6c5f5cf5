//! SignalR's hub protocol, in both encodings: JSON, a record of it ended by a byte, and MessagePack, a record of it after
//! its length (<https://github.com/dotnet/aspnetcore/blob/main/src/SignalR/docs/specs/HubProtocol.md>).

use super::{
    super::decoded::{Body, CUT_SHORT, Decoder, Input, Misfit, Opened},
    cursor::{Cursor, Stop},
    members::{Members, unquoted},
    msgpack,
    records::{titled, together},
    text::utf8_front,
    tree::Tree,
};

/// Ends each record of JSON ("JSON Encoding").
const RECORD: u8 = 0x1e;

/// The longest length of a record of MessagePack: 2 GiB in five bytes ("MessagePack Encoding").
const LONGEST: u64 = 1 << 31;

pub(super) static SIGNALR: Decoder = Decoder {
    name: "signalr",
    title: "SignalR",
    extension: "json",
    looks_like: |sample| match sample.front {
        [b'{', ..] => {
            sample.back.is_none_or(|back| back.last() == Some(&RECORD))
                && (sample.back.is_some() || is_likely(sample.front))
        }
        front => begins_binary(front),
    },
    read: |input| if input.payload.first() == Some(&b'{') { in_json(input) } else { in_msgpack(input) },
};

fn in_json(input: Input<'_>) -> Result<Opened<'_>, Misfit> {
    let front = input.front();
    let first = front.split(|byte| *byte == RECORD).next().unwrap_or(front);
    let title = str::from_utf8(first).map_or(String::new(), record);
    let (text, count) = together(front, RECORD, input.goes_on())?;
    Ok(titled(text, with_count(title, count)))
}

/// Whether bytes begin with a length, and behind it an array whose first value is a type.
fn begins_binary(front: &[u8]) -> bool {
    let mut cursor = Cursor { rest: front };
    let length = cursor.varint();
    length.is_ok_and(|length| (2..LONGEST).contains(&length))
        && matches!(cursor.rest, [0x91..=0x96, 1..=9, ..])
}

fn in_msgpack(input: Input<'_>) -> Result<Opened<'_>, Misfit> {
    let mut cursor = Cursor { rest: input.front() };
    let (mut text, mut title, mut count, mut fault) = (String::new(), String::new(), 0, None);
    let is_whole = loop {
        if cursor.rest.is_empty() {
            break !input.goes_on();
        }
        if !begins_binary(cursor.rest) && !input.goes_on() && !input.is_decided {
            return Err("a record does not begin with a length and a type");
        }
        let (tree, end) = one(&mut cursor, input.limit.saturating_sub(text.len()));
        match end {
            Err(Stop::Misfit(misfit)) if input.is_decided => fault = Some(misfit),
            Err(Stop::Misfit(misfit)) => return Err(misfit),
            // Not all of what is at hand is in front.
            Err(Stop::End(_)) if input.payload.len() > input.limit => {}
            Err(Stop::End(missing)) if input.behind().is_none_or(|behind| missing <= behind) => {}
            Err(Stop::End(_)) if input.is_decided => fault = Some(CUT_SHORT),
            Err(Stop::End(_)) => return Err("it ends inside a record"),
            Err(Stop::Full) | Ok(()) => {}
        }
        if count == 0 {
            title = positions(&tree.text)?;
        } else {
            text.push_str(",\n");
        }
        text.push_str(&tree.text);
        count += 1;
        if end.is_err() {
            break false;
        }
    };
    let text = match (count, is_whole) {
        (1, _) => text,
        (_, true) => format!("[{text}]"),
        (_, false) => format!("[{text}"),
    };
    let title = with_count(title, count);
    Ok(match fault {
        Some(fault) => Opened::Faulty(Body::Json(text.into()), title, fault),
        None => titled(text, title),
    })
}

/// The next record as JSON, and why that is not all of it. The bytes that the end is missing are those of the record.
fn one(cursor: &mut Cursor<'_>, limit: usize) -> (Tree, Result<(), Stop>) {
    let mut tree = Tree::new(limit);
    let mut read = || {
        let length = cursor.varint()?;
        let here = cursor.rest.len() as u64;
        let mut record = Cursor { rest: cursor.take(length.min(here))? };
        let missing = |stop| match stop {
            Stop::End(_) if length > here => Stop::End(length - here),
            Stop::End(_) => Stop::Misfit("a record ends inside a value"),
            stop => stop,
        };
        while !tree.is_done() {
            msgpack::token(&mut record, &mut tree, &mut ()).map_err(missing)?;
        }
        if record.rest.is_empty() { Ok(()) } else { Err(Stop::Misfit("bytes follow the value of a record")) }
    };
    let end = read();
    (tree, end)
}

/// Whether the head of a longer payload begins a record of JSON: it holds the end of one, or a type and what belongs to
/// it.
pub(super) fn is_likely(front: &[u8]) -> bool {
    if front.contains(&RECORD) {
        return front.starts_with(b"{");
    }
    let members = Members::of(utf8_front(front).unwrap_or_default());
    let has = |name| members.get(name).is_some();
    match members.get("type") {
        Some("1" | "4") => members.text("target").is_some() && members.get("arguments") == Some("["),
        Some("2") => has("invocationId") && has("item"),
        Some("3") => has("invocationId") && has("result"),
        _ => false,
    }
}

/// What a record of JSON is: `invocation "Send", id 1`.
fn record(text: &str) -> String {
    let members = Members::of(text);
    let Some(kind) = members.get("type").and_then(kind) else { return "handshake".to_owned() };
    said(kind, members.get("target"), members.text("invocationId"))
}

/// What a record of MessagePack is, whose members have places instead of names.
fn positions(text: &str) -> Result<String, Misfit> {
    let Members { all } = Members::of(text);
    let place = |place: usize| all.get(place).map(|(_, value)| *value);
    let kind = place(0).and_then(kind).ok_or("its type is not one of SignalR")?;
    let is_call = matches!(kind, "invocation" | "stream invocation");
    let id = place(2).and_then(unquoted);
    Ok(said(kind, place(3).filter(|_| is_call), id))
}

fn kind(number: &str) -> Option<&'static str> {
    Some(match number {
        "1" => "invocation",
        "2" => "stream item",
        "3" => "completion",
        "4" => "stream invocation",
        "5" => "cancellation",
        "6" => "ping",
        "7" => "close",
        "8" => "acknowledgement",
        "9" => "sequence",
        _ => return None,
    })
}

fn said(kind: &str, target: Option<&str>, id: Option<&str>) -> String {
    let target = target.map_or(String::new(), |target| format!(" {target}"));
    let id = id.map_or(String::new(), |id| format!(", id {id}"));
    format!("{kind}{target}{id}")
}

fn with_count(title: String, records: usize) -> String {
    if records > 1 { format!("{title}, {records} records") } else { title }
}
