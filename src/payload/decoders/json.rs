//! Text that is JSON, an object or an array.

use super::super::{
    decoded::{Body, Decoder},
    json::Lines,
};
use super::{
    Opened,
    text::{is_text, utf8, utf8_front},
};

pub(super) static JSON: Decoder = Decoder {
    name: "json",
    title: "JSON",
    extension: "json",
    looks_like: |sample| {
        let last = sample.back.map(|back| back.trim_ascii_end().last());
        let first = sample.front.trim_ascii_start().first();
        let is_open = matches!(first, Some(b'{' | b'['));
        let is_closed =
            matches!((first, last), (Some(b'{'), Some(Some(b'}'))) | (Some(b'['), Some(Some(b']'))));
        (is_closed || (is_open && last.is_none())) && is_text(sample)
    },
    read: |input| {
        let text = utf8(input).ok_or("it is not UTF-8")?;
        if is_json_text(text, input.goes_on()) {
            let spoken = if input.is_chosen { None } else { super::spoken::of(text) };
            let body = Body::Json(text.into());
            Ok(match spoken {
                Some((decoder, title)) => Opened::Refined(decoder, body, title),
                None => Opened::Body(body),
            })
        } else {
            Err("it is not JSON")
        }
    },
};

/// Whether bytes begin an object or an array.
pub(super) fn begins(bytes: &[u8]) -> bool {
    matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['))
}

/// Whether bytes are a JSON object or array, or the beginning of one.
pub(super) fn is_json(bytes: &[u8], is_cut: bool) -> bool {
    let text = if is_cut { utf8_front(bytes) } else { str::from_utf8(bytes).ok() };
    begins(bytes) && text.is_some_and(|text| is_json_text(text, is_cut))
}

/// A text that is cut may end anywhere.
fn is_json_text(text: &str, is_cut: bool) -> bool {
    let fault = Lines::of(text).find_map(Result::err);
    fault.is_none_or(|fault| is_cut && fault.at >= text.len())
}
