//! Several JSON values in one message, each with a line of its own: NDJSON.

use super::{
    super::decoded::{Body, CUT_SHORT, Decoder, Misfit, Opened},
    json_text,
};

pub(super) static NDJSON: Decoder = Decoder {
    name: "ndjson",
    title: "NDJSON",
    extension: "ndjson",
    looks_like: |sample| {
        json_text::begins(sample.front)
            && (sample.back.is_none() || sample.front.trim_ascii().contains(&b'\n'))
    },
    read: |input| {
        let front = input.front();
        let ((text, count), is_cut) = match together(front, b'\n', input.goes_on()) {
            Err(_) if input.is_decided => (together(front, b'\n', true)?, true),
            found => (found?, false),
        };
        let title = format!("{count} values");
        match count {
            _ if is_cut => Ok(Opened::Faulty(Body::Json(text.into()), title, CUT_SHORT)),
            0 | 1 if !input.is_decided => Err("it holds one value"),
            _ => Ok(titled(text, title)),
        }
    },
};

pub(super) fn titled<'a>(text: String, title: String) -> Opened<'a> {
    Opened::Titled(Body::Json(text.into()), title)
}

/// Records as one JSON text, an array if there are several, and how many they are.
pub(super) fn together(front: &[u8], end: u8, goes_on: bool) -> Result<(String, usize), Misfit> {
    let mut records: Vec<&str> = Vec::new();
    let mut parts = front.split(|byte| *byte == end).peekable();
    while let Some(part) = parts.next() {
        let is_last = parts.peek().is_none();
        if part.trim_ascii().is_empty() {
            continue;
        }
        let is_cut = is_last && goes_on;
        if !json_text::is_json(part, is_cut) {
            // The limit may cut the last anywhere, also inside a character.
            if is_cut {
                continue;
            }
            return Err("a record is not JSON");
        }
        records.push(super::text::utf8_front(part).ok_or("a record is not UTF-8")?);
    }
    match records[..] {
        [] => Err("it holds no record"),
        [one] => Ok((one.to_owned(), 1)),
        _ => Ok((format!("[{}]", records.join(",\n")), records.len())),
    }
}
