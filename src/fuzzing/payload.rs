//! Displayed payloads: no text that controls the terminal, and nothing wider than allowed.

use std::{borrow::Cow, time::Duration};

use bytes::Bytes;
use unicode_width::UnicodeWidthStr as _;

use super::controls_terminal;
use crate::{
    payload::{
        Body, cut, decode,
        document::{Document, Form},
        gap,
        hex::{cells, each, row, rows},
        json::check,
        one_line, parse_duration, printable, printable_lines, size, span_of, thousands, views,
    },
    session::Kind,
};

/// Takes two bytes of options, then a payload.
///
/// # Panics
///
/// A displayed text breaks a promise.
pub fn payload(input: &[u8]) {
    let Some((&[wide, bounds], payload)) = input.split_first_chunk::<2>() else { return };
    let wide = usize::from(wide);
    for kind in [Kind::Text, Kind::Binary] {
        let decoded = decode(kind, payload, usize::from(bounds) * 32);
        let lines = [decoded.line(wide), one_line(kind, payload, payload.len() as u64, wide).pieces];
        for line in lines.map(|pieces| pieces.into_iter().map(|piece| piece.text).collect::<String>()) {
            assert!(!line.contains(controls_terminal), "{line:?}");
            assert!(line.width() <= wide, "{line:?} is {} wide", line.width());
        }
        views(kind, payload, usize::from(bounds) * 32).for_each(drop);
        assert!(
            !matches!(decoded.body, Body::Json(Cow::Borrowed(_)))
                || str::from_utf8(payload).is_ok()
                || decoded.left_out > 0
                || decoded.fault.is_some()
        );
    }
    let text = String::from_utf8_lossy(payload);
    let line = printable(&text);
    assert!(!line.contains(controls_terminal), "{line:?}");
    assert!(line.len() <= text.len() * 8);
    assert_eq!(printable(&line), line, "it is printable already");
    let lines = printable_lines(&text);
    assert!(!lines.contains(|c| c != '\n' && controls_terminal(c)), "{lines:?}");
    assert_eq!(lines.matches('\n').count(), text.matches('\n').count());
    assert!(cut(&line, wide).width() <= wide);
    as_json(payload, wide);
    in_hex(payload, wide);
    measures(payload, &text);
}

/// JSON over several rows is the same JSON, and what is not JSON is shown to its end.
fn as_json(payload: &[u8], wide: usize) {
    let mut document = Document::new(Bytes::copy_from_slice(payload), Form::Json, wide);
    document.lay_out(usize::MAX);
    let mut at = 0;
    for part in document.page(0, usize::MAX).into_iter().flat_map(|row| row.parts) {
        assert!(part.range.start >= at, "a byte is shown twice");
        assert!(payload[at..part.range.start].iter().all(u8::is_ascii_whitespace), "a byte is not shown");
        let shown = document.shown(part.range.clone());
        assert!(!shown.iter().any(|(text, _)| text.contains(controls_terminal)));
        at = part.range.end;
    }
    assert!(payload[at..].iter().all(u8::is_ascii_whitespace), "the end is not shown");
    let Ok(text) = str::from_utf8(payload) else { return };
    // The checker has a lower limit of depth.
    let is_flat = payload.iter().filter(|byte| matches!(byte, b'{' | b'[')).count() < 100;
    assert!(!is_flat || check(text).is_ok() == document.fault().is_none(), "{text}");
}

/// The rows of a hex view contain every byte once.
fn in_hex(payload: &[u8], wide: usize) {
    let each = each(payload.len(), wide);
    let mut digits = String::new();
    for nth in 0..rows(payload.len(), each) {
        let row = row(payload, nth, each).expect("there are as many as were counted");
        assert_eq!(row.hex.len(), cells(each));
        assert!(!row.text.contains(controls_terminal));
        assert_eq!(row.text.chars().count(), row.hex.split_whitespace().count());
        digits.extend(row.hex.split_whitespace());
    }
    let pairs =
        digits.as_bytes().chunks(2).map(|pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok());
    assert_eq!(pairs.collect::<Option<Vec<_>>>().as_deref(), Some(payload));
    assert_eq!(row(payload, rows(payload.len(), each), each), None);
}

/// Sizes and times of any value fit into their cells.
fn measures(payload: &[u8], text: &str) {
    let _ = parse_duration(text);
    let Some(number) = payload.first_chunk().copied().map(u64::from_le_bytes) else { return };
    assert!(size(number).width() <= 7, "{}", size(number));
    assert_eq!(thousands(number).replace(',', ""), number.to_string());
    let time = Duration::from_micros(number);
    assert!(!gap(time).is_empty());
    assert!(time >= Duration::from_hours(240) || span_of(time).width() <= 8, "{}", span_of(time));
}
