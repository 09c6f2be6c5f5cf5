//! STOMP.

use std::borrow::Cow;

use super::{
    super::decoded::{Body, CUT_SHORT, Decoder, Input, Misfit, Opened},
    framed::carried,
    tree::quote,
};

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
        // The heads of a connection are spelled as they were before there were escapes.
        let is_escaped = !matches!(command, "CONNECT" | "CONNECTED" | "STOMP");
        let [name, value] = [name, value].map(|part| if is_escaped { unescaped(part) } else { part.into() });
        quote(&mut text, &name);
        text.push_str(": ");
        quote(&mut text, &value);
        if name == "destination" {
            title = format!("{title} {value}");
        }
    }
    let end = memchr::memrchr(0, rest);
    let body = match end {
        Some(end) => &rest[..end],
        None if input.goes_on() || input.is_decided => rest,
        None => return Err("it does not end with a zero"),
    };
    text.push('}');
    let inside = carried(&mut text, body, end.is_none(), input);
    let title = format!("{title}{inside}");
    let body = Body::Json(text.into());
    let behind = end.map_or_else(Default::default, |end| rest[end..].trim_ascii());
    Ok(match end {
        None if !input.goes_on() => Opened::Faulty(body, title, CUT_SHORT),
        // Only the zero and ends of lines may stand there.
        Some(_) if behind != [0] && !input.goes_on() => Opened::Faulty(body, title, "bytes follow its end"),
        _ => Opened::Titled(body, title),
    })
}

/// A part of a header without its escapes ("Value Encoding").
fn unescaped(part: &str) -> Cow<'_, str> {
    if !part.contains('\\') {
        return part.into();
    }
    let mut parts =
        part.split("\\\\").map(|part| part.replace("\\c", ":").replace("\\n", "\n").replace("\\r", "\r"));
    let first = parts.next().unwrap_or_default();
    parts.fold(first, |whole, part| format!("{whole}\\{part}")).into()
}
