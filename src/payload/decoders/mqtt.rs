//! MQTT 3.1, 3.1.1 and 5, one or several packets a message (<https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html>).
//!
//! The fifth version has properties that the others do not have, and only the first packet says the version: so a packet
//! has properties if it fits with them. A packet of two bytes, as a ping is, may be anything and is only believed in
//! beside others.

use std::fmt::Write as _;

use super::{
    super::decoded::{Body, Decoder, Input, Misfit, Opened},
    cursor::{Cursor, Stop},
    framed::carried,
    tree::quote,
};

pub(super) static MQTT: Decoder = Decoder {
    name: "mqtt",
    title: "MQTT",
    extension: "bin",
    looks_like: |sample| {
        head(&mut Cursor { rest: sample.front }).is_ok_and(|(head, length)| {
            let is_known = matches!(
                head,
                0x10 | 0x20 | 0x30
                    ..=0x3d
                        | 0x40
                        | 0x50
                        | 0x62
                        | 0x70
                        | 0x82
                        | 0x90
                        | 0xa2
                        | 0xb0
                        | 0xc0
                        | 0xd0
                        | 0xe0
                        | 0xf0
            );
            is_known && head & 6 != 6 && sample.size.is_none_or(|size| length < size)
        })
    },
    read: |input| match packets(input) {
        Ok(opened) => Ok(opened),
        Err(Stop::Misfit(misfit)) => Err(misfit),
        Err(Stop::End(_) | Stop::Full) => Err("it ends inside a packet"),
    },
};

/// The fewest bytes that tell themselves apart.
const TELLING: usize = 4;

const MALFORMED: Stop = Stop::Misfit("a packet is not one of MQTT");

/// The first byte, and the length of what follows both.
fn head(cursor: &mut Cursor<'_>) -> Result<(u8, u64), Stop> {
    /// A length has at most four bytes ("Variable Byte Integer").
    const LONGEST: u64 = 1 << 28;
    let [head] = cursor.array()?;
    let length = cursor.varint()?;
    if length < LONGEST { Ok((head, length)) } else { Err(MALFORMED) }
}

fn packets(input: Input<'_>) -> Result<Opened<'_>, Stop> {
    let mut cursor = Cursor { rest: input.payload };
    let (mut text, mut title, mut count) = (String::new(), String::new(), 0_usize);
    let mut is_whole = true;
    while !cursor.rest.is_empty() && is_whole && text.len() <= input.limit {
        let (head, length) = match head(&mut cursor) {
            Err(Stop::End(_)) if input.is_cut() && count > 0 => break,
            found => found?,
        };
        let here = cursor.rest.len() as u64;
        let missing = length.saturating_sub(here);
        is_whole = missing == 0;
        if !is_whole && (!input.is_cut() || input.behind().is_some_and(|behind| missing > behind)) {
            return Err(Stop::Misfit("its length is not that of the message"));
        }
        let body = Cursor { rest: cursor.take(length.min(here))? };
        if count > 0 {
            text.push_str(",\n");
        }
        let said = packet(head, body, !is_whole, &mut text, input)?;
        if count == 0 {
            title = said;
        }
        count += 1;
    }
    if input.payload.len() < TELLING && !input.is_chosen {
        return Err(Stop::Misfit("it is too short to tell"));
    }
    let is_whole = is_whole && cursor.rest.is_empty();
    let text = match (count, is_whole) {
        (0, _) => return Err(Stop::Misfit("it holds no packet")),
        (1, _) => text,
        (_, true) => format!("[{text}]"),
        (_, false) => format!("[{text}"),
    };
    if count > 1 {
        let _ = write!(title, ", {count} packets");
    }
    let body = Body::Json(text.into());
    Ok(if is_whole { Opened::Titled(body, title) } else { Opened::Stopped(body, title) })
}

/// Writes a packet as an object, which stays open if the packet is cut in what it carries.
fn packet(
    head: u8,
    mut body: Cursor<'_>,
    is_cut: bool,
    text: &mut String,
    input: Input<'_>,
) -> Result<String, Stop> {
    let (name, flags) = (NAMES.get(usize::from(head >> 4)).copied().unwrap_or_default(), head & 0xf);
    let _ = write!(text, "{{\"packet\": \"{name}\"");
    let said = match head >> 4 {
        3 => return publish(flags, body, is_cut, text, input),
        // Only what is published is long.
        _ if is_cut => return Err(Stop::Misfit("it ends inside a packet")),
        1 => connect(&mut body, text)?,
        2 => {
            let [session, code] = body.array()?;
            if session > 1 || (code > 5 && code < 0x80) {
                return Err(MALFORMED);
            }
            let _ = write!(text, ", \"session_present\": {}, \"code\": {code}", session == 1);
            format!(", {}", if code == 0 { "accepted".to_owned() } else { format!("refused with {code}") })
        }
        4..=7 => {
            let id = body.number(2)?;
            let _ = write!(text, ", \"id\": {id}");
            code(&mut body, text)?;
            format!(" id {id}")
        }
        8 | 10 => topics(head >> 4 == 8, &mut body, text)?,
        9 | 11 => {
            let id = body.number(2)?;
            let _ = write!(text, ", \"id\": {id}");
            let is_code = |byte: &u8| matches!(byte, 0..=2 | 0x11 | 0x80..=0xa2);
            // Codes alone are of every version.
            if !body.rest.iter().all(is_code) || (head >> 4 == 9 && body.rest.len() > 1 && body.rest[0] == 0)
            {
                optional(&mut body, text, |rest| !rest.is_empty() && rest.iter().all(is_code));
            }
            if !body.rest.iter().all(is_code) || (body.rest.is_empty() && head >> 4 == 9) {
                return Err(MALFORMED);
            }
            let codes: Vec<String> = body.rest.iter().map(u8::to_string).collect();
            body.rest = &[];
            let _ = write!(text, ", \"codes\": [{}]", codes.join(", "));
            format!(" id {id}")
        }
        12 | 13 => String::new(),
        14 | 15 => {
            code(&mut body, text)?;
            String::new()
        }
        _ => return Err(MALFORMED),
    };
    let expected = if matches!(head >> 4, 6 | 8 | 10) { 2 } else { 0 };
    if flags != expected || !body.rest.is_empty() {
        return Err(MALFORMED);
    }
    text.push('}');
    Ok(format!("{name}{said}"))
}

const NAMES: [&str; 16] = [
    "",
    "CONNECT",
    "CONNACK",
    "PUBLISH",
    "PUBACK",
    "PUBREC",
    "PUBREL",
    "PUBCOMP",
    "SUBSCRIBE",
    "SUBACK",
    "UNSUBSCRIBE",
    "UNSUBACK",
    "PINGREQ",
    "PINGRESP",
    "DISCONNECT",
    "AUTH",
];

fn connect(body: &mut Cursor<'_>, text: &mut String) -> Result<String, Stop> {
    if !matches!(string(body)?, "MQTT" | "MQIsdp") {
        return Err(Stop::Misfit("it does not name the protocol"));
    }
    let [level, flags] = body.array()?;
    let keep_alive = body.number(2)?;
    if !(3..=5).contains(&level) || flags & 1 == 1 {
        return Err(MALFORMED);
    }
    let _ = write!(text, ", \"level\": {level}, \"keep_alive\": {keep_alive}, \"clean\": {}", flags & 2 != 0);
    if level == 5 {
        properties(body, text)?;
    }
    let client = string(body)?;
    text.push_str(", \"client\": ");
    quote(text, client);
    if flags & 4 != 0 {
        let mut said = String::new();
        if level == 5 {
            properties(body, &mut said)?;
        }
        text.push_str(", \"will\": {\"topic\": ");
        quote(text, string(body)?);
        text.push_str(", \"payload\": ");
        let length = body.number(2)?;
        quote(text, &String::from_utf8_lossy(body.take(length)?));
        let _ = write!(text, "{said}}}");
    }
    if flags & 0x80 != 0 {
        text.push_str(", \"user\": ");
        quote(text, string(body)?);
    }
    if flags & 0x40 != 0 {
        let length = body.number(2)?;
        body.take(length)?;
        text.push_str(", \"password\": \"•••\"");
    }
    let client = if client.is_empty() { String::new() } else { format!(", client {client}") };
    Ok(format!(", level {level}{client}"))
}

fn publish(
    flags: u8,
    mut body: Cursor<'_>,
    is_cut: bool,
    text: &mut String,
    input: Input<'_>,
) -> Result<String, Stop> {
    let service = flags >> 1 & 3;
    if service == 3 {
        return Err(MALFORMED);
    }
    let topic = string(&mut body)?;
    text.push_str(", \"topic\": ");
    quote(text, topic);
    if service > 0 {
        let _ = write!(text, ", \"id\": {}", body.number(2)?);
    }
    optional(&mut body, text, |_| true);
    let mut title = format!("PUBLISH {topic}, QoS {service}");
    if flags & 1 == 1 {
        title.push_str(", retained");
    }
    // Its topic may be given by its number before.
    if topic.is_empty() && !text.contains("\"topic_alias\"") {
        return Err(Stop::Misfit("it has no topic"));
    }
    title += &carried(text, body.rest, is_cut, input);
    Ok(title)
}

/// Topics, with the way in which each is subscribed to.
fn topics(is_subscribe: bool, body: &mut Cursor<'_>, text: &mut String) -> Result<String, Stop> {
    let id = body.number(2)?;
    let read = |body: &mut Cursor<'_>| -> Result<(String, String, usize), Stop> {
        let (mut all, mut first, mut count) = (String::new(), String::new(), 0);
        while !body.rest.is_empty() {
            let topic = string(body)?;
            if topic.is_empty() {
                return Err(Stop::Misfit("a topic is empty"));
            }
            all.push_str(if count == 0 { "{" } else { ", " });
            quote(&mut all, topic);
            let service = if is_subscribe { body.array::<1>()?[0] } else { 0 };
            // "Subscription Options": bits for the service, no local, as published, and retained ones.
            if service & 3 == 3 || service & 0xc0 != 0 {
                return Err(MALFORMED);
            }
            let _ = if is_subscribe {
                write!(all, ": {{\"qos\": {}}}", service & 3)
            } else {
                write!(all, ": {{}}")
            };
            if count == 0 {
                topic.clone_into(&mut first);
                if is_subscribe {
                    let _ = write!(first, ", QoS {}", service & 3);
                }
            }
            count += 1;
        }
        if count == 0 { Err(Stop::Misfit("it names no topic")) } else { Ok((all + "}", first, count)) }
    };
    let _ = write!(text, ", \"id\": {id}");
    let mut plain = Cursor { rest: body.rest };
    let found = if let Ok(found) = read(&mut plain) {
        *body = plain;
        found
    } else {
        properties(body, text)?;
        read(body)?
    };
    let (all, first, count) = found;
    let _ = write!(text, ", \"topics\": {all}");
    let more = if count > 1 { format!(" and {} more", count - 1) } else { String::new() };
    Ok(format!(" {first}{more}, id {id}"))
}

/// The reason of the fifth version, if there is one, and its properties, if there are some.
fn code(body: &mut Cursor<'_>, text: &mut String) -> Result<(), Stop> {
    if body.rest.is_empty() {
        return Ok(());
    }
    let [code] = body.array()?;
    if !matches!(code, 0 | 4 | 0x10 | 0x18 | 0x19 | 0x80..=0xa2) {
        return Err(MALFORMED);
    }
    let _ = write!(text, ", \"code\": {code}");
    if body.rest.is_empty() { Ok(()) } else { properties(body, text) }
}

/// Properties that may be missing: they are there if they can be read and what is behind them fits.
fn optional(body: &mut Cursor<'_>, text: &mut String, fits: impl Fn(&[u8]) -> bool) {
    let (mut behind, mut said) = (Cursor { rest: body.rest }, String::new());
    if properties(&mut behind, &mut said).is_ok() && fits(behind.rest) {
        text.push_str(&said);
        *body = behind;
    }
}

/// What stands behind the number of a property.
#[derive(Clone, Copy)]
enum Form {
    Byte,
    Two,
    Four,
    Varint,
    Text,
    Bytes,
    Pair,
}

/// The properties of MQTT 5 (section 2.2.2.2).
const PROPERTIES: [(u8, &str, Form); 27] = [
    (0x01, "payload_format", Form::Byte),
    (0x02, "expires_after", Form::Four),
    (0x03, "content_type", Form::Text),
    (0x08, "response_topic", Form::Text),
    (0x09, "correlation", Form::Bytes),
    (0x0b, "subscription", Form::Varint),
    (0x11, "session_expires_after", Form::Four),
    (0x12, "client", Form::Text),
    (0x13, "keep_alive", Form::Two),
    (0x15, "authentication", Form::Text),
    (0x16, "authentication_data", Form::Bytes),
    (0x17, "problems_requested", Form::Byte),
    (0x18, "will_delay", Form::Four),
    (0x19, "responses_requested", Form::Byte),
    (0x1a, "response_information", Form::Text),
    (0x1c, "server", Form::Text),
    (0x1f, "reason", Form::Text),
    (0x21, "receive_maximum", Form::Two),
    (0x22, "topic_alias_maximum", Form::Two),
    (0x23, "topic_alias", Form::Two),
    (0x24, "maximum_qos", Form::Byte),
    (0x25, "retain_available", Form::Byte),
    (0x26, "user", Form::Pair),
    (0x27, "maximum_packet", Form::Four),
    (0x28, "wildcards_available", Form::Byte),
    (0x29, "subscription_numbers_available", Form::Byte),
    (0x2a, "shared_available", Form::Byte),
];

/// Reads properties to the end of their length and writes them as a member, unless there are none.
fn properties(body: &mut Cursor<'_>, text: &mut String) -> Result<(), Stop> {
    let length = body.varint()?;
    let mut cursor = Cursor { rest: body.take(length)? };
    let mut members = Vec::new();
    while !cursor.rest.is_empty() {
        let [number] = cursor.array()?;
        let (_, name, form) = PROPERTIES.iter().find(|(own, ..)| *own == number).ok_or(MALFORMED)?;
        let mut member = format!("\"{name}\": ");
        let run = |cursor: &mut Cursor<'_>| {
            let length = cursor.number(2)?;
            Ok::<_, Stop>(crate::payload::hex::encode(cursor.take(length)?))
        };
        match form {
            Form::Byte => member += &cursor.number(1)?.to_string(),
            Form::Two => member += &cursor.number(2)?.to_string(),
            Form::Four => member += &cursor.number(4)?.to_string(),
            Form::Varint => member += &cursor.varint()?.to_string(),
            Form::Text => quote(&mut member, string(&mut cursor)?),
            // What authenticates is not shown.
            Form::Bytes if number == 0x16 => {
                run(&mut cursor)?;
                member += "\"•••\"";
            }
            Form::Bytes => {
                let _ = write!(member, "\"h'{}'\"", run(&mut cursor)?);
            }
            Form::Pair => {
                member.clear();
                quote(&mut member, &format!("user {}", string(&mut cursor)?));
                member += ": ";
                quote(&mut member, string(&mut cursor)?);
            }
        }
        members.push(member);
    }
    if !members.is_empty() {
        let _ = write!(text, ", \"properties\": {{{}}}", members.join(", "));
    }
    Ok(())
}

/// A text behind its length.
fn string<'a>(cursor: &mut Cursor<'a>) -> Result<&'a str, Stop> {
    const MISFIT: Misfit = "a text is not UTF-8, or holds control characters";
    let length = cursor.number(2)?;
    let text = str::from_utf8(cursor.take(length)?).ok();
    text.filter(|text| !text.contains(char::is_control)).ok_or(Stop::Misfit(MISFIT))
}
