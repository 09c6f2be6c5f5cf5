//! Text that is JSON, an object or an array.

use super::super::decoded::{Body, CUT_SHORT, Decoder};
use super::{
    Opened,
    json_text::is_json_text,
    text::{NOT_UTF8, is_text, utf8, valid},
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
        // A record of SignalR ends behind what is here.
        let is_whole = last.is_some() || !super::signalr::is_likely(sample.front);
        (is_closed || (is_open && last.is_none() && is_whole)) && is_text(sample)
    },
    read: |input| {
        let (text, fault) = match utf8(input) {
            Some(text) if is_json_text(text, input.goes_on()) => (text, None),
            Some(text) if input.is_decided && is_json_text(text, true) => (text, Some(CUT_SHORT)),
            Some(text) if input.is_decided => (text, Some("it is not JSON to its end")),
            None if input.is_decided => (valid(input), Some(NOT_UTF8)),
            Some(_) => return Err("it is not JSON"),
            None => return Err(NOT_UTF8),
        };
        let body = Body::Json(text.into());
        // The head decides of this as well.
        let head = &text[..text.floor_char_boundary(super::HEAD)];
        let spoken = if input.is_chosen { None } else { super::spoken::of(head) };
        Ok(match (spoken, fault) {
            (Some((decoder, title)), _) => Opened::Refined(decoder, body, title, fault),
            (None, Some(fault)) => Opened::Faulty(body, String::new(), fault),
            (None, None) => Opened::Body(body),
        })
    },
};
