//! The table of decoders, one row for each kind of payload. `decode` asks them in turn.
//!
//! A wrong guess is worse than none: a decoder takes a payload only if all of it was used, and if it holds what other
//! payloads would not hold by chance. Of a long payload its head alone decides, since a row of the feed has no more of it;
//! so the feed and the detail never differ. What follows the head is read as far as it is of that kind. Decoding changes
//! what is shown and nothing that is stored.

mod binary;
mod cbor;
mod compressed;
mod cursor;
mod encoded;
mod framed;
mod image;
mod json;
mod json_text;
mod members;
mod mqtt;
mod msgpack;
mod phoenix;
mod protobuf;
mod records;
mod signalr;
mod socket_io;
mod spoken;
mod stomp;
mod text;
mod tree;
mod typed;

use crate::wire::Kind;

use super::{
    decoded::{Body, CUT_SHORT, Decoded, Decoder, Input, Misfit, Opened, Preview, Sample},
    fit::bytes_for,
};

/// How many bytes of a payload decide its kind: as many as a row of a capture has.
pub const HEAD: usize = 4096;

/// Kinds with a mark of their own.
static MARKED: [&Decoder; 7] = [
    &compressed::GZIP,
    &compressed::ZLIB,
    &compressed::ZSTD,
    &image::PNG,
    &image::JPEG,
    &image::GIF,
    &image::WEBP,
];

/// Kinds of which more may come out than goes in.
static PACKED: [&Decoder; 5] =
    [&compressed::GZIP, &compressed::ZLIB, &compressed::ZSTD, &compressed::DEFLATE, &compressed::BROTLI];

/// The first decoder that can read a payload is used; the last can read any payload.
static DECODERS: [&Decoder; 28] = [
    &typed::TYPED,
    &json::JSON,
    &spoken::PHOENIX,
    &spoken::ACTION_CABLE,
    &spoken::GRAPHQL,
    &spoken::WAMP,
    &records::NDJSON,
    &signalr::SIGNALR,
    &socket_io::SOCKET_IO,
    &stomp::STOMP,
    &encoded::BASE64,
    &text::TEXT,
    &text::BROKEN,
    MARKED[0],
    MARKED[1],
    MARKED[2],
    MARKED[3],
    MARKED[4],
    MARKED[5],
    MARKED[6],
    &encoded::UTF16,
    &mqtt::MQTT,
    &msgpack::MSGPACK,
    &cbor::CBOR,
    &protobuf::PROTOBUF,
    &compressed::DEFLATE,
    &compressed::BROTLI,
    &binary::BINARY,
];

/// Decides what a payload is, by the type of its message and by its first bytes, and reads it. It looks at no more than
/// `limit` bytes behind them, and expands what is compressed to no more than `limit` bytes, at most 16 MiB.
#[must_use]
pub fn decode(kind: Kind, payload: &[u8], limit: usize) -> Decoded<'_> {
    decode_layer(Input { kind, payload, limit, ..Input::default() }.whole())
}

/// Reads a payload as the kind of this name; layers inside are recognised as always.
///
/// # Errors
///
/// Why it cannot be read so.
pub fn decode_with<'a>(
    name: &str,
    kind: Kind,
    payload: &'a [u8],
    limit: usize,
) -> Result<Decoded<'a>, Misfit> {
    let decoder = DECODERS.iter().find(|decoder| decoder.name == name).ok_or("there is no such decoder")?;
    let input = Input { kind, payload, limit, is_chosen: true, ..Input::default() }.whole();
    opened(decoder, (decoder.read)(input)?, input)
}

/// All decoders that a person can choose from, each with the reason if it does not fit.
pub fn views(
    kind: Kind,
    payload: &[u8],
    limit: usize,
) -> impl Iterator<Item = (&'static Decoder, Result<(), Misfit>)> {
    let choices = DECODERS.iter().filter(|decoder| !decoder.name.ends_with('!'));
    let fits = move |name| match decode_with(name, kind, payload, limit)?.fault {
        Some(fault) => Err(fault),
        None => Ok(()),
    };
    choices.map(move |decoder| (*decoder, fits(decoder.name)))
}

/// Whether a payload, or a layer of one, may be called so in small letters: by the type column, or by a word of a title.
#[must_use]
pub fn is_kind(name: &str) -> bool {
    DECODERS.iter().any(|decoder| {
        decoder.name == name || decoder.title.split(' ').any(|word| word.eq_ignore_ascii_case(name))
    })
}

/// The beginning of a payload on one printable line of at most `cells` cells, with the name of its kind. Of a payload of
/// `size` bytes less may be at hand, but not less than [`HEAD`].
#[must_use]
pub fn one_line(kind: Kind, payload: &[u8], size: u64, cells: usize) -> Preview {
    let limit = bytes_for(cells).max(HEAD);
    let decoded = decode_layer(Input { kind, payload, limit, size: Some(size), ..Input::default() });
    Preview { name: decoded.decoder.name, pieces: decoded.line(cells) }
}

/// The payload as the text that it is before anything is decoded; `None` if it is not text.
#[must_use]
pub fn plain_text(kind: Kind, payload: &[u8]) -> Option<&str> {
    let input = Input { kind, payload, ..Input::default() }.whole();
    (text::TEXT.looks_like)(&sample(input)).then(|| str::from_utf8(payload).ok()).flatten()
}

fn decode_layer(input: Input<'_>) -> Decoded<'_> {
    let front = &input.payload[..input.payload.len().min(HEAD)];
    let head = Input { payload: front, limit: HEAD, ..input };
    let (decoder, by_head) = decide(head);
    let is_all = front.len() == input.payload.len();
    // As much comes out as went in, unless it was compressed.
    let is_enough = input.limit == HEAD && (is_all || !PACKED.iter().any(|it| std::ptr::eq(*it, decoder)));
    if is_enough || (is_all && input.limit > HEAD && !by_head.is_stopped) {
        return by_head;
    }
    let whole = Input { is_decided: true, ..input };
    let misfit = match (decoder.read)(whole).and_then(|found| opened(decoder, found, whole)) {
        Ok(read) => return read,
        Err(misfit) => misfit,
    };
    let title = format!("{}{}", by_head.title, mark(Some(misfit)));
    let body = match str::from_utf8(input.payload) {
        Ok(text) if text.len() <= input.limit => Body::Text(text.into()),
        _ => by_head.body,
    };
    Decoded { title, body, is_stopped: true, fault: Some(misfit), ..by_head }
}

/// What a payload is by its head, and the decoder that says so.
fn decide(head: Input<'_>) -> (&'static Decoder, Decoded<'_>) {
    let sample = sample(head);
    let mut fitting = DECODERS.iter().copied().filter(|decoder| (decoder.looks_like)(&sample));
    let read =
        |decoder: &'static Decoder| Some((decoder, opened(decoder, (decoder.read)(head).ok()?, head).ok()?));
    fitting.find_map(read).unwrap_or_else(|| {
        let body = Body::Bytes(head.front().into());
        let title = binary::BINARY.title.to_owned();
        let (is_stopped, left_out) = (head.is_cut(), 0);
        let decoder = &binary::BINARY;
        (decoder, Decoded { decoder, title, body, is_stopped, fault: None, is_titled: false, left_out })
    })
}

/// What a packet carries, decoded; it may go on behind its end.
fn inner(payload: &[u8], is_cut: bool, outer: Input<'_>) -> Decoded<'static> {
    let kind = if str::from_utf8(payload).is_ok() { outer.kind } else { Kind::Binary };
    let layers = outer.layers.saturating_sub(1);
    let size = (!is_cut).then_some(payload.len() as u64);
    let input = Input { kind, payload, limit: outer.limit, size, layers, ..Input::default() };
    let decoded = decode_layer(input);
    Decoded { body: decoded.body.into_owned(), ..decoded }
}

fn opened<'a>(
    decoder: &'static Decoder,
    opened: Opened<'a>,
    input: Input<'a>,
) -> Result<Decoded<'a>, Misfit> {
    let left_out = input.payload.len().saturating_sub(input.limit);
    let is_stopped = input.is_cut();
    let body = Decoded {
        decoder,
        title: decoder.title.to_owned(),
        body: Body::Bytes([].as_slice().into()),
        is_stopped,
        fault: None,
        is_titled: false,
        left_out,
    };
    Ok(match opened {
        Opened::Body(found) => Decoded { body: found, ..body },
        Opened::Titled(found, title) => {
            Decoded { body: found, title: with(decoder, &title), is_titled: true, ..body }
        }
        Opened::Stopped(found, title) => {
            Decoded { body: found, title: with(decoder, &title), is_stopped: true, ..body }
        }
        Opened::Front(found) => Decoded { body: found, is_stopped: true, ..body },
        Opened::Faulty(found, title, fault) => {
            let title = format!("{}{}", with(decoder, &title), mark(Some(fault)));
            Decoded { body: found, title, is_stopped: true, fault: Some(fault), is_titled: true, ..body }
        }
        Opened::Refined(decoder, found, title, fault) => {
            let title = format!("{}{}", with(decoder, &title), mark(fault));
            Decoded { decoder, title, body: found, is_stopped: is_stopped || fault.is_some(), fault, ..body }
        }
        Opened::Packed { .. } if input.layers == 0 => return Err("it has too many layers"),
        Opened::Packed { inner, is_cut, fault } => {
            let inside = self::inner(&inner, is_cut, Input { kind: Kind::Binary, ..input });
            Decoded {
                decoder,
                title: format!("{}{} › {}", decoder.title, mark(fault), inside.title),
                body: inside.body,
                is_stopped: is_cut || inside.is_stopped,
                fault: fault.or(inside.fault),
                is_titled: inside.is_titled,
                // Of what is packed all was read that is shown.
                left_out: 0,
            }
        }
    })
}

fn with(decoder: &Decoder, title: &str) -> String {
    if title.is_empty() { decoder.title.to_owned() } else { format!("{} {title}", decoder.title) }
}

/// What a title says of the end of a payload.
fn mark(fault: Option<Misfit>) -> &'static str {
    match fault {
        None => "",
        Some(CUT_SHORT) => ", cut",
        Some(_) => ", broken",
    }
}

/// Whether bytes are of a kind, by its mark and its content.
fn fits(decoder: &Decoder, payload: &[u8], is_cut: bool) -> bool {
    let size = (!is_cut).then_some(payload.len() as u64);
    let payload = &payload[..payload.len().min(HEAD)];
    let input = Input { payload, size, limit: HEAD, layers: 0, ..Input::default() };
    (decoder.looks_like)(&sample(input)) && (decoder.read)(input).is_ok()
}

fn sample(input: Input<'_>) -> Sample<'_> {
    let Input { payload, .. } = input;
    let length = payload.len().min(HEAD).min(input.limit);
    let back = (!input.is_cut()).then(|| &payload[payload.len() - length..]);
    Sample { kind: input.kind, front: &payload[..length], back, size: input.size }
}

#[cfg(test)]
mod tests;
