//! Protocols on top of text and binary messages that have packets of their own: Socket.IO, STOMP, MQTT.

use std::fmt::Write as _;

use super::{
    super::decoded::{Body, Decoder, Input, Misfit, Opened},
    cursor::{Cursor, Stop},
    json_text,
    tree::quote,
};

/// Engine.IO and Socket.IO, <https://socket.io/docs/v4/socket-io-protocol/>. Its pings, `2` and `3` alone, are taken
/// for what they may be as well: numbers.
pub(super) static SOCKET_IO: Decoder = Decoder {
    name: "sio",
    title: "Socket.IO",
    extension: "txt",
    looks_like: |sample| {
        matches!(sample.front, [b'0', b'{', ..] | [b'4', b'0'..=b'6', _, ..] | [b'2' | b'3', b'p', ..])
    },
    read: socket_io,
};

fn socket_io(input: Input<'_>) -> Result<Opened<'_>, Misfit> {
    let text = super::text::utf8(input).ok_or("it is not UTF-8")?;
    let part = |text: &str, title: String| match text {
        "" => Ok(Opened::Titled(Body::Text(String::new().into()), title)),
        _ if json_text::is_json(text.as_bytes(), input.goes_on()) => {
            Ok(Opened::Titled(Body::Json(text.to_owned().into()), title))
        }
        _ => Err("what follows its type is not JSON"),
    };
    let (engine, rest) = text.split_at_checked(1).ok_or("it is empty")?;
    match engine {
        "0" if rest.contains("\"sid\"") => return part(rest, "open".to_owned()),
        "2" if rest == "probe" => return part("", "ping, probe".to_owned()),
        "3" if rest == "probe" => return part("", "pong, probe".to_owned()),
        "4" => {}
        _ => return Err("it does not begin with a type of Engine.IO"),
    }
    let (kind, mut rest) = rest.split_at_checked(1).ok_or("it has no type of Socket.IO")?;
    let kind = match kind {
        "0" => "connect",
        "1" => "disconnect",
        "2" => "event",
        "3" => "ack",
        "4" => "connect error",
        "5" => "binary event",
        "6" => "binary ack",
        _ => return Err("its type is not one of Socket.IO"),
    };
    let mut title = kind.to_owned();
    let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if kind.starts_with("binary") {
        let count = digits(rest);
        let (attachments, behind) = rest.split_at(count);
        rest = behind.strip_prefix('-').ok_or("it does not say how many attachments follow")?;
        title = format!("{title}, {attachments} attached");
    }
    if rest.starts_with('/') {
        let (namespace, behind) = rest.split_once(',').unwrap_or((rest, ""));
        title = format!("{title}, namespace {namespace}");
        rest = behind;
    }
    let (id, rest) = rest.split_at(digits(rest));
    if !id.is_empty() {
        title = format!("{title}, ack {id}");
    }
    if rest.is_empty() && (title == kind || !id.is_empty()) {
        return Err("a number may say the same");
    }
    part(rest, title)
}

/// STOMP 1.0 to 1.2, <https://stomp.github.io/stomp-specification-1.2.html>.
pub(super) static STOMP: Decoder = Decoder {
    name: "stomp",
    title: "STOMP",
    extension: "txt",
    looks_like: |sample| {
        let line = sample.front.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_end();
        COMMANDS.iter().any(|command| command.as_bytes() == line)
    },
    read: stomp,
};

const COMMANDS: [&str; 15] = [
    "CONNECT",
    "STOMP",
    "CONNECTED",
    "SEND",
    "SUBSCRIBE",
    "UNSUBSCRIBE",
    "ACK",
    "NACK",
    "BEGIN",
    "COMMIT",
    "ABORT",
    "DISCONNECT",
    "MESSAGE",
    "RECEIPT",
    "ERROR",
];

fn stomp(input: Input<'_>) -> Result<Opened<'_>, Misfit> {
    let front = input.front();
    let mut rest = front;
    let mut line = || -> Result<&str, Misfit> {
        let end = memchr::memchr(b'\n', rest).ok_or("its head does not end")?;
        let (found, behind) = rest.split_at(end);
        rest = &behind[1..];
        str::from_utf8(found).map(|line| line.trim_end_matches('\r')).map_err(|_| "its head is not UTF-8")
    };
    let command = line()?;
    if !COMMANDS.contains(&command) {
        return Err("it does not begin with a command of STOMP");
    }
    let mut text = format!("{{\"command\": \"{command}\", \"headers\": {{");
    let mut title = command.to_owned();
    loop {
        let header = line()?;
        if header.is_empty() {
            break;
        }
        let (name, value) = header.split_once(':').ok_or("a header has no colon")?;
        if !text.ends_with('{') {
            text.push_str(", ");
        }
        quote(&mut text, name);
        text.push_str(": ");
        quote(&mut text, value);
        if name == "destination" {
            title = format!("{title} {value}");
        }
    }
    let end = memchr::memrchr(0, rest);
    let body = match end {
        Some(end) => &rest[..end],
        None if input.goes_on() => rest,
        None => return Err("it does not end with a zero"),
    };
    text.push('}');
    let title = with_inner(text, title, body, Input { is_cut: end.is_none(), ..input });
    Ok(title)
}

/// MQTT 3.1, 3.1.1 and 5, a packet a message. Only packets that name a topic or the protocol tell themselves apart.
pub(super) static MQTT: Decoder = Decoder {
    name: "mqtt",
    title: "MQTT",
    extension: "bin",
    looks_like: |sample| matches!(sample.front, [0x10 | 0x30..=0x35 | 0x38..=0x3d | 0x82 | 0xa2, _, 0, ..]),
    read: |input| match mqtt(input) {
        Ok(opened) => Ok(opened),
        Err(Stop::Misfit(misfit)) => Err(misfit),
        Err(Stop::End | Stop::Full) => Err("it ends inside a packet"),
    },
};

fn mqtt(input: Input<'_>) -> Result<Opened<'_>, Stop> {
    let mut cursor = Cursor { rest: input.payload };
    let [head] = cursor.array()?;
    let length = cursor.varint()?;
    if length != cursor.rest.len() as u64 && !input.is_cut {
        return Err(Stop::Misfit("its length is not that of the message"));
    }
    let topic = |cursor: &mut Cursor<'_>| -> Result<String, Stop> {
        let length = cursor.number(2)?;
        let text = str::from_utf8(cursor.take(length)?).ok();
        text.filter(|text| !text.is_empty() && !text.contains(char::is_control))
            .map(str::to_owned)
            .ok_or(Stop::Misfit("a topic is not text"))
    };
    let mut text = String::from("{\"packet\": ");
    match head >> 4 {
        1 => {
            let protocol = topic(&mut cursor)?;
            if !matches!(protocol.as_str(), "MQTT" | "MQIsdp") {
                return Err(Stop::Misfit("it does not name the protocol"));
            }
            let [version, _, _, _] = cursor.array()?;
            text.push_str("\"CONNECT\"");
            Ok(with_rest(text, format!("CONNECT, level {version}"), cursor.rest))
        }
        3 => {
            let name = topic(&mut cursor)?;
            text.push_str("\"PUBLISH\", \"topic\": ");
            quote(&mut text, &name);
            let service = head >> 1 & 3;
            if service > 0 {
                let _ = write!(text, ", \"id\": {}", cursor.number(2)?);
            }
            // The fifth version has properties here; the usual ones are none.
            if let [0, behind @ ..] = cursor.rest {
                cursor.rest = behind;
            }
            let title =
                format!("PUBLISH {name}, QoS {service}{}", if head & 1 == 1 { ", retained" } else { "" });
            Ok(with_inner(text, title, cursor.rest, input))
        }
        kind @ (8 | 10) => {
            let id = cursor.number(2)?;
            let name = if kind == 8 { "SUBSCRIBE" } else { "UNSUBSCRIBE" };
            if let [0, behind @ ..] = cursor.rest
                && behind.first() == Some(&0)
            {
                cursor.rest = behind;
            }
            let first = topic(&mut cursor)?;
            let _ = write!(text, "\"{name}\", \"id\": {id}, \"topic\": ");
            quote(&mut text, &first);
            Ok(with_rest(text, format!("{name} {first}, id {id}"), cursor.rest))
        }
        _ => Err(Stop::Misfit("its type is not one that tells itself apart")),
    }
}

/// Ends a text with the bytes that are not taken apart.
fn with_rest<'a>(mut text: String, title: String, rest: &[u8]) -> Opened<'a> {
    let _ = write!(text, ", \"rest\": \"h'{}'\"}}", crate::payload::hex::encode(rest));
    Opened::Titled(Body::Json(text.into()), title)
}

/// Ends a text with what its packet carries, decoded in turn.
fn with_inner<'a>(mut text: String, title: String, inner: &[u8], input: Input<'_>) -> Opened<'a> {
    if inner.is_empty() {
        text.push('}');
        return Opened::Titled(Body::Json(text.into()), title);
    }
    let decoded = super::inner(inner, input);
    text.push_str(", \"body\": ");
    match &decoded.body {
        Body::Json(body) if super::json_text::is_json_text(body, false) => {
            text.push_str(body);
            text.push('}');
        }
        // It goes on, and so does all of it.
        Body::Json(body) => text.push_str(body),
        Body::Text(body) => {
            quote(&mut text, body);
            text.push('}');
        }
        Body::Broken(bytes) | Body::Bytes(bytes) => {
            let _ = write!(text, "\"h'{}'\"}}", crate::payload::hex::encode(bytes));
        }
    }
    Opened::Titled(Body::Json(text.into()), format!("{title} › {}", decoded.title))
}
