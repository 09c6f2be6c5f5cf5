//! Engine.IO and Socket.IO.

use super::{
    super::decoded::{Body, Decoder, Input, Misfit, Opened},
    json_text,
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
