//! Phoenix channels: version 2 sends binary payloads behind the lengths of their references, topic and event
//! (<https://hexdocs.pm/phoenix/writing_a_channels_client.html>, `Phoenix.Socket.V2.JSONSerializer`).

use std::fmt::Write as _;

use crate::wire::Kind;

use super::{
    super::decoded::{Body, Input, Misfit, Opened, Sample},
    cursor::{Cursor, Stop},
    framed::carried,
    tree::quote,
};

/// What a binary message says of itself before its payload.
struct Head<'a> {
    reference: &'a str,
    topic: &'a str,
    event: &'a str,
    rest: &'a [u8],
}

pub(super) fn is_binary(sample: &Sample<'_>) -> bool {
    sample.kind == Kind::Binary && head(sample.front).is_some()
}

pub(super) fn read(input: Input<'_>) -> Result<Opened<'_>, Misfit> {
    let Head { reference, topic, event, rest } =
        head(input.payload).ok_or("its head is not one of Phoenix")?;
    let mut text = String::from("{\"topic\": ");
    quote(&mut text, topic);
    text.push_str(", \"event\": ");
    quote(&mut text, event);
    let mut title = format!("{event}, topic {topic}");
    if !reference.is_empty() {
        text.push_str(", \"ref\": ");
        quote(&mut text, reference);
        // Writing to a string does not fail.
        let _ = write!(title, ", ref {reference}");
    }
    title += &carried(&mut text, rest, input.is_cut(), input);
    Ok(Opened::Titled(Body::Json(text.into()), title))
}

/// A push of a client or of the server, a reply, or a broadcast.
fn head(payload: &[u8]) -> Option<Head<'_>> {
    match payload.first()? {
        0 => parts(payload, [true, true]).or_else(|| parts(payload, [true, false])),
        1 => parts(payload, [true, true]),
        2 => parts(payload, [false, false]).filter(|head| head.topic.contains(':')),
        _ => None,
    }
}

/// The parts behind the first byte: whether there is a reference of the join, and one of the message.
fn parts(payload: &[u8], [is_joined, has_reference]: [bool; 2]) -> Option<Head<'_>> {
    let mut cursor = Cursor { rest: payload.get(1..)? };
    let mut read = || -> Result<[&[u8]; 4], Stop> {
        let mut lengths = [0; 4];
        for (length, is_there) in lengths.iter_mut().zip([is_joined, has_reference, true, true]) {
            *length = if is_there { cursor.number(1)? } else { 0 };
        }
        let [join, reference, topic, event] = lengths;
        Ok([cursor.take(join)?, cursor.take(reference)?, cursor.take(topic)?, cursor.take(event)?])
    };
    let [join, reference, topic, event] = read().ok()?.map(|part| str::from_utf8(part).ok());
    let (join, reference, topic, event) = (join?, reference?, topic?, event?);
    let are_numbers = [join, reference].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    let is_said = |part: &str| !part.contains(|c: char| c.is_control() || c == ' ');
    let fits = are_numbers && is_said(topic) && is_said(event) && topic.len() > 2 && !event.is_empty();
    fits.then_some(Head { reference, topic, event, rest: cursor.rest })
}
