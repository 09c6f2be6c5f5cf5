//! Files that are Go templates, as those of Helm charts: what stands in `{{ … }}` is known only when they are rendered. The
//! rest of such a file is read and edited.

use std::{ops::Range, sync::LazyLock};

use regex::Regex;

use crate::config::interpolate::Piece;

use super::parse::parse;

/// A piece of a template, unless it is an escape of the pipeline, `${{NAME}}`. A comment may have braces.
static PIECE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?s)\$?\{\{(?:-?\s*/\*.*?\*/\s*-?|[^{}]*)\}\}").expect("the expression is well formed")
});

/// Names that only the values of a chart begin with.
const OF_CHARTS: [&str; 5] = [".Values.", ".Release.", ".Chart.", "include \"", ".Files."];
/// The words of pieces that write nothing themselves.
const SILENT: [&str; 8] = ["if", "else", "end", "range", "with", "define", "block", "/*"];
/// The words of pieces that begin a part which a template may leave out or repeat.
const OPENS: [&str; 5] = ["if", "range", "with", "define", "block"];

/// The pieces of a text, if it is a template: it names the values of a chart, or is YAML only without them.
pub(super) fn pieces(raw: &str) -> Vec<Piece> {
    if !raw.contains("{{") {
        return Vec::new();
    }
    let found = all_pieces(raw);
    let names = |piece: &Piece| OF_CHARTS.iter().any(|name| raw[piece.raw.clone()].contains(name));
    let begins = |piece: &Piece| raw[..piece.raw.start].trim().is_empty();
    let is_template = found.iter().any(names)
        || found.first().is_some_and(begins)
        || (!found.is_empty() && parse(raw).is_err());
    if is_template && parse(&filled(raw, &found)).is_ok() { found } else { Vec::new() }
}

fn all_pieces(raw: &str) -> Vec<Piece> {
    let ranges: Vec<Range<usize>> = PIECE
        .find_iter(raw)
        .filter(|found| !found.as_str().starts_with('$'))
        .map(|found| found.range())
        .collect();
    let is_alone = |range: &Range<usize>| {
        let start = raw[..range.start].rfind('\n').map_or(0, |at| at + 1);
        let end = raw[range.end..].find('\n').map_or(raw.len(), |at| range.end + at);
        let mut at = start;
        let first = ranges.partition_point(|other| other.start < start);
        let within = ranges[first..].iter().take_while(|other| other.end <= end);
        let mut between = within.map(|other| raw[std::mem::replace(&mut at, other.end)..other.start].trim());
        between.all(str::is_empty) && raw[at..end].trim().is_empty()
    };
    ranges.iter().map(|range| Piece { raw: range.clone(), is_alone: is_alone(range) }).collect()
}

/// The text with line breaks for pieces that have lines of their own, and letters for the others: YAML with the same offsets.
/// Blanks would be too deep at the beginning of a block.
pub(super) fn filled(raw: &str, pieces: &[Piece]) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut done = 0;
    for piece in pieces {
        text.push_str(&raw[done..piece.raw.start]);
        text.extend(raw[piece.raw.clone()].bytes().map(|byte| match byte {
            b'\n' | b'\r' => char::from(byte),
            _ if piece.is_alone => '\n',
            _ => 'x',
        }));
        done = piece.raw.end;
    }
    text + &raw[done..]
}

/// The word that says what a piece does.
fn word(piece: &str) -> &str {
    let inner = piece.trim_start_matches(['{', '-']).trim_start();
    if inner.starts_with("/*") {
        "/*"
    } else {
        inner.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
    }
}

/// The piece that writes what stands below the key at an offset, if the first thing below it is one.
pub(super) fn written_below<'a>(raw: &'a str, pieces: &[Piece], key: usize) -> Option<&'a str> {
    let end = key + raw.get(key..)?.find('\n')?;
    let piece = pieces.iter().find(|piece| piece.raw.start >= end)?;
    let text = &raw[piece.raw.clone()];
    let is_next = raw[end..piece.raw.start].trim().is_empty();
    (is_next && piece.is_alone && !SILENT.contains(&word(text))).then_some(text)
}

/// The offset of the piece that opens the part around an offset, which may be left out or repeated.
pub(super) fn opened_around(raw: &str, pieces: &[Piece], at: usize) -> Option<usize> {
    let mut open = Vec::new();
    for piece in pieces.iter().take_while(|piece| piece.raw.end <= at) {
        match word(&raw[piece.raw.clone()]) {
            "end" => drop(open.pop()),
            word if OPENS.contains(&word) => open.push(piece.raw.start),
            _ => {}
        }
    }
    open.last().copied()
}

/// The line of the first piece, counting from 1.
pub(super) fn first_line(raw: &str, pieces: &[Piece]) -> Option<usize> {
    Some(raw[..pieces.first()?.raw.start].matches('\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHART: &str = "websocket:\n  {{- if .Values.tls }}\n  tls: {enabled: true}\n  {{- end }}\n  url: {{ .Values.url }}\n";

    #[test]
    fn a_template_is_told_from_braces_of_a_config() {
        assert_eq!(pieces(CHART).iter().map(|piece| piece.is_alone).collect::<Vec<_>>(), [true, true, false]);
        for text in [
            "a: ${{NAME}}\n",
            "a: '{{seq}}'\n",
            "a: {b: {c: 1}}\n",
            "a: |\n  {{token}}\n",
            "a: {{ .Values.x }}\n\tb",
        ] {
            assert!(pieces(text).is_empty(), "{text}");
        }
        assert_eq!(pieces("a: 'x{{ .Values.x }}'\n").len(), 1);
        let text = "{{/* a }} b\n */}}\na: {{x}}\nb: [\n {{y}}\n]\n";
        assert_eq!(pieces(text).len(), 3);
    }

    #[test]
    fn the_part_around_an_offset_is_known() {
        let found = pieces(CHART);
        let at = |text: &str| CHART.find(text).expect("it is there");
        assert_eq!(opened_around(CHART, &found, at("tls:")), Some(at("{{- if")));
        assert_eq!(opened_around(CHART, &found, at("url:")), None);
        assert_eq!(filled(CHART, &found).len(), CHART.len());
    }
}
