//! Bytes and text in another spelling: base64 inside text, and UTF-16.

use base64::{
    Engine as _,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::super::decoded::{Body, Decoder, Input, Misfit, Opened};
use super::{cbor, cursor::is_one_with_text, msgpack};

/// The fewest characters that are taken for base64.
const TELLING: usize = 16;

const ANY_PADDING: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// Words look like base64, and what they would hold does not look like anything: so that is asked for.
pub(super) static BASE64: Decoder = Decoder {
    name: "base64",
    title: "base64",
    extension: "txt",
    looks_like: |sample| {
        let is_of_it = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_=".contains(byte);
        sample.front.len() >= TELLING && sample.front.trim_ascii_end().iter().all(is_of_it)
    },
    read: |input| {
        let (inner, is_cut) = unwrapped(input)?;
        if !input.is_chosen && !input.is_decided && !is_something(&inner, is_cut) {
            return Err("what it would hold is nothing that is known");
        }
        Ok(Opened::Packed { inner, is_cut, fault: None })
    },
};

fn unwrapped(input: Input<'_>) -> Result<(Vec<u8>, bool), Misfit> {
    let front = if input.goes_on() {
        let front = input.front();
        &front[..front.len() / 4 * 4]
    } else {
        input.payload.trim_ascii()
    };
    let alphabet = if front.iter().any(|byte| matches!(byte, b'-' | b'_')) { &URL_SAFE } else { &STANDARD };
    let inner = GeneralPurpose::new(alphabet, ANY_PADDING).decode(front).map_err(|_| "it is not base64")?;
    Ok((inner, input.goes_on()))
}

/// JSON, readable text, a message of the type that is given, a payload with a mark of its own, or one value of a format
/// without a mark that uses all of it and is mostly text.
fn is_something(inner: &[u8], is_cut: bool) -> bool {
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r');
    let is_marked = || super::MARKED.iter().any(|decoder| super::fits(decoder, inner, is_cut));
    super::json_text::is_json(inner, is_cut)
        || (inner.len() >= 12 && inner.iter().all(is_plain))
        || super::fits(&super::typed::TYPED, inner, is_cut)
        || is_marked()
        || (!is_cut && inner.len() >= TELLING && is_value(inner))
        || super::fits(&super::stomp::STOMP, inner, is_cut)
}

fn is_value(inner: &[u8]) -> bool {
    is_one_with_text(inner, msgpack::token) || is_one_with_text(inner, cbor::token)
}

/// UTF-16, with its mark or where every other byte is zero.
pub(super) static UTF16: Decoder = Decoder {
    name: "utf-16",
    title: "UTF-16",
    extension: "txt",
    looks_like: |sample| {
        let zeros = |from: usize| sample.front.iter().skip(from).step_by(2).all(|byte| *byte == 0);
        let is_marked = matches!(sample.front, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
        sample.front.len() >= 8 && (is_marked || zeros(0) != zeros(1))
    },
    read: |input| {
        let front = input.front();
        if !front.len().is_multiple_of(2) && !input.goes_on() && !input.is_decided {
            return Err("its length is odd");
        }
        let is_big = match front {
            [0xfe, 0xff, ..] => true,
            [0xff, 0xfe, ..] => false,
            _ => front.first() == Some(&0),
        };
        let unit =
            |pair: &[u8; 2]| if is_big { u16::from_be_bytes(*pair) } else { u16::from_le_bytes(*pair) };
        let units = front.as_chunks().0.iter().map(unit).filter(|unit| *unit != 0xfeff);
        let text: Result<String, _> = char::decode_utf16(units).collect();
        let text = text.map_err(|_| "it has half a character")?;
        let is_control = |c: char| c.is_control() && !c.is_whitespace();
        if !input.is_chosen && text.contains(is_control) {
            return Err("it holds control characters");
        }
        let name = if is_big { "big-endian" } else { "little-endian" };
        let is_json = super::json_text::is_json(text.as_bytes(), input.goes_on());
        let body = if is_json { Body::Json(text.into()) } else { Body::Text(text.into()) };
        Ok(Opened::Titled(body, name.to_owned()))
    },
};
