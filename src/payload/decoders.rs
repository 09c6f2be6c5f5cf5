//! The table of decoders, one row for each kind of payload. `decode` asks them in turn.
//!
//! A wrong guess is worse than none: a decoder takes a payload only if all of it was used, and if it holds what other
//! payloads would not hold by chance. Decoding changes what is shown and nothing that is stored.

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
mod msgpack;
mod protobuf;
mod records;
mod signalr;
mod spoken;
mod text;
mod tree;
mod typed;

use crate::wire::Kind;

use super::{
    decoded::{Body, Decoded, Decoder, Input, Misfit, Opened, Preview, Sample},
    fit::bytes_for,
};

/// How many bytes of a payload are read to recognise its kind.
const SAMPLE: usize = 4096;

/// How many layers are taken off: gzip in base64 in gzip is three.
const LAYERS: usize = 6;

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
    &framed::SOCKET_IO,
    &framed::STOMP,
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
    &framed::MQTT,
    &msgpack::MSGPACK,
    &cbor::CBOR,
    &protobuf::PROTOBUF,
    &compressed::DEFLATE,
    &compressed::BROTLI,
    &binary::BINARY,
];

/// Decides what a payload is, by the type of its message and by its bytes, and reads it. It looks at no more than
/// `limit` bytes from the front and at a few from the end, and expands what is compressed to no more than `limit` bytes,
/// at most 16 MiB.
#[must_use]
pub fn decode(kind: Kind, payload: &[u8], limit: usize) -> Decoded<'_> {
    decode_layer(Input { kind, payload, limit, is_cut: false, is_chosen: false, layers: LAYERS })
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
    let input = Input { kind, payload, limit, is_cut: false, is_chosen: true, layers: LAYERS };
    opened(decoder, (decoder.read)(input)?, input)
}

/// All decoders that a person can choose from, each with the reason if it does not fit.
pub fn views(
    kind: Kind,
    payload: &[u8],
    limit: usize,
) -> impl Iterator<Item = (&'static Decoder, Result<(), Misfit>)> {
    let choices = DECODERS.iter().filter(|decoder| !decoder.name.ends_with('!'));
    choices.map(move |decoder| (*decoder, decode_with(decoder.name, kind, payload, limit).map(drop)))
}

/// Whether a payload, or a layer of one, may be called so in small letters: by the type column, or by a word of a title.
#[must_use]
pub fn is_kind(name: &str) -> bool {
    DECODERS.iter().any(|decoder| {
        decoder.name == name || decoder.title.split(' ').any(|word| word.eq_ignore_ascii_case(name))
    })
}

/// The beginning of a payload on one printable line of at most `cells` cells, with the name of its kind. It reads as much
/// as the line shows, and a little more to know the kind. Of a payload of `size` bytes less may be at hand.
#[must_use]
pub fn one_line(kind: Kind, payload: &[u8], size: u64, cells: usize) -> Preview {
    let (limit, is_cut) = (bytes_for(cells), size > payload.len() as u64);
    let decoded = decode_layer(Input { kind, payload, limit, is_cut, is_chosen: false, layers: LAYERS });
    Preview { name: decoded.decoder.name, pieces: decoded.line(cells) }
}

/// The payload as the text that it is before anything is decoded; `None` if it is not text.
#[must_use]
pub fn plain_text(kind: Kind, payload: &[u8]) -> Option<&str> {
    let input = Input { kind, payload, limit: usize::MAX, is_cut: false, is_chosen: false, layers: 0 };
    (text::TEXT.looks_like)(&sample(input)).then(|| str::from_utf8(payload).ok()).flatten()
}

fn decode_layer(input: Input<'_>) -> Decoded<'_> {
    let sample = sample(input);
    let mut fitting = DECODERS.iter().copied().filter(|decoder| (decoder.looks_like)(&sample));
    let read = |decoder: &'static Decoder| opened(decoder, (decoder.read)(input).ok()?, input).ok();
    fitting.find_map(read).unwrap_or_else(|| Decoded {
        decoder: &binary::BINARY,
        title: binary::BINARY.title.to_owned(),
        body: Body::Bytes(input.front().into()),
        is_stopped: input.is_cut,
        left_out: input.payload.len().saturating_sub(input.limit),
    })
}

/// What a packet carries, decoded.
fn inner(payload: &[u8], outer: Input<'_>) -> Decoded<'static> {
    let kind = if str::from_utf8(payload).is_ok() { outer.kind } else { Kind::Binary };
    let layers = outer.layers.saturating_sub(1);
    let input = Input { kind, payload, limit: outer.limit, is_cut: outer.is_cut, is_chosen: false, layers };
    let decoded = decode_layer(input);
    Decoded { body: decoded.body.into_owned(), ..decoded }
}

fn opened<'a>(
    decoder: &'static Decoder,
    opened: Opened<'a>,
    input: Input<'a>,
) -> Result<Decoded<'a>, Misfit> {
    let left_out = input.payload.len().saturating_sub(input.limit);
    let (title, body, is_stopped) = match opened {
        Opened::Body(body) => (decoder.title.to_owned(), body, input.is_cut),
        Opened::Titled(body, title) => (format!("{} {title}", decoder.title), body, input.is_cut),
        Opened::Front(body) => (decoder.title.to_owned(), body, true),
        Opened::Refined(decoder, body, title) => {
            let title = format!("{} {title}", decoder.title);
            return Ok(Decoded { decoder, title, body, is_stopped: input.is_cut, left_out });
        }
        Opened::Packed { .. } if input.layers == 0 => return Err("it has too many layers"),
        Opened::Packed { inner, is_cut } => {
            let kind = Kind::Binary;
            let inside = self::inner(&inner, Input { kind, is_cut, ..input });
            let title = format!("{} › {}", decoder.title, inside.title);
            return Ok(Decoded {
                decoder,
                title,
                body: inside.body,
                is_stopped: is_cut || inside.is_stopped,
                // Of what is packed all was read that is shown.
                left_out: 0,
            });
        }
    };
    Ok(Decoded { decoder, title, body, is_stopped, left_out })
}

/// Whether bytes are of a kind, by its mark and its content.
fn fits(decoder: &Decoder, payload: &[u8], is_cut: bool) -> bool {
    let limit = SAMPLE;
    let input = Input { kind: Kind::Binary, payload, limit, is_cut, is_chosen: false, layers: 0 };
    (decoder.looks_like)(&sample(input)) && (decoder.read)(input).is_ok()
}

fn sample(input: Input<'_>) -> Sample<'_> {
    let Input { payload, .. } = input;
    let length = payload.len().min(SAMPLE).min(input.limit);
    let back = (!input.is_cut).then(|| &payload[payload.len() - length..]);
    Sample { kind: input.kind, front: &payload[..length], back }
}

#[cfg(test)]
mod tests;
