//! SignalR's hub protocol, in both encodings: JSON, a record of it ended by a byte, and MessagePack, a record of it after
//! its length (<https://github.com/dotnet/aspnetcore/blob/main/src/SignalR/docs/specs/HubProtocol.md>).

use super::{
    super::decoded::{Decoder, Input, Misfit, Opened},
    cursor::{Cursor, Stop},
    members::{Members, unquoted},
    msgpack,
    records::{titled, together},
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
                && (sample.back.is_some() || sample.front.contains(&RECORD))
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
    let (mut text, mut title, mut count) = (String::new(), String::new(), 0);
    let is_whole = loop {
        if cursor.rest.is_empty() {
            break !input.goes_on();
        }
        if !begins_binary(cursor.rest) && !input.goes_on() {
            return Err("a record does not begin with a length and a type");
        }
        let tree = match one(&mut cursor, input.limit.saturating_sub(text.len())) {
            Err(Stop::Misfit(misfit)) => return Err(misfit),
            Err(Stop::End) if input.goes_on() => break false,
            Err(Stop::End) => return Err("it ends inside a record"),
            Err(Stop::Full) => break false,
            Ok(tree) => tree,
        };
        if count == 0 {
            title = positions(&tree.text)?;
        } else {
            text.push_str(",\n");
        }
        text.push_str(&tree.text);
        count += 1;
    };
    if count == 0 {
        return Err("it holds no whole record");
    }
    let text = match (count, is_whole) {
        (1, true) => text,
        (_, true) => format!("[{text}]"),
        (_, false) => format!("[{text}"),
    };
    Ok(titled(text, with_count(title, count)))
}

/// The next record, as JSON.
fn one(cursor: &mut Cursor<'_>, limit: usize) -> Result<Tree, Stop> {
    let length = cursor.varint()?;
    let mut record = Cursor { rest: cursor.take(length)? };
    let mut tree = Tree::new(limit);
    while !tree.is_done() {
        msgpack::token(&mut record, &mut tree, &mut ())?;
    }
    if record.rest.is_empty() { Ok(tree) } else { Err(Stop::Misfit("bytes follow the value of a record")) }
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
