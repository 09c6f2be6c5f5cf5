//! Text that is JSON, an object or an array.

use super::super::{
    decoded::{Body, Decoder},
    json::Lines,
};
use super::text::{is_text, utf8};

pub(super) static JSON: Decoder = Decoder {
    name: "json",
    extension: "json",
    looks_like: |sample| {
        let ends = (sample.front.trim_ascii_start().first(), sample.back.trim_ascii_end().last());
        matches!(ends, (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']'))) && is_text(sample)
    },
    read: |payload, limit| {
        let text = utf8(payload, limit)?;
        // If the limit cut the text, it may end anywhere.
        let fault = Lines::of(text).find_map(Result::err);
        fault
            .is_none_or(|fault| fault.at >= text.len() && text.len() < payload.len())
            .then(|| Body::Json(text.into()))
    },
};
