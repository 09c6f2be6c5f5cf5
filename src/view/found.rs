//! What is searched for, in colour: in a line of text, and in the rows of a payload.

use std::ops::Range;

use ratatui::{style::Style, text::Span};

use crate::{
    filter::Filter,
    payload::document::{Document, PartKind, Row},
};

/// Bytes beside a row in which a place that reaches into it may begin or end.
const BESIDE: usize = 256;
/// Places that are coloured in one row, at most.
const PLACES: usize = 256;

/// A text in one style, and the places of it that are found in another, `found`.
pub fn spans(text: &str, style: Style, sought: Option<&Filter>, found: Style) -> Vec<Span<'static>> {
    let places = sought.map(|filter| filter.places(text.as_bytes())).unwrap_or_default();
    let cut = cuts(0..text.len(), &places);
    // A regex over bytes may end inside a character; then nothing is coloured.
    let spans = cut.iter().map(|(range, is_found)| {
        let style = if *is_found { style.patch(found) } else { style };
        Some(Span::styled(text.get(range.clone())?.to_owned(), style))
    });
    spans.collect::<Option<_>>().unwrap_or_else(|| vec![Span::styled(text.to_owned(), style)])
}

/// The places of a document that are found in the rows in sight, in order and apart from each other.
pub fn places(document: &Document, rows: &[Row], sought: Option<&Filter>) -> Vec<Range<usize>> {
    let (Some(filter), text) = (sought, document.text()) else { return Vec::new() };
    let mut places: Vec<Range<usize>> = Vec::new();
    let mut from = 0;
    for row in rows {
        // Of a closed bracket nothing is seen.
        let seen = row.parts.iter().take_while(|part| !matches!(part.kind, PartKind::Folded(_)));
        let end = seen.map(|part| part.range.end).max().unwrap_or(row.at);
        let upto = text.len().min(end + BESIDE);
        from = from.max(row.at.saturating_sub(BESIDE));
        for _ in 0..PLACES {
            let Some(place) = filter.find(&text[..upto], from).filter(|place| place.start < end) else {
                break;
            };
            from = place.end;
            places.push(place);
        }
        from = from.max(end);
    }
    places
}

/// A range cut where places begin and end, and whether each of its pieces is in one.
pub fn cuts(range: Range<usize>, places: &[Range<usize>]) -> Vec<(Range<usize>, bool)> {
    let mut pieces = Vec::new();
    let mut at = range.start;
    let first = places.partition_point(|place| place.end <= range.start);
    for place in places[first..].iter().take_while(|place| place.start < range.end) {
        let (start, end) = (place.start.max(at), place.end.min(range.end));
        if at < start {
            pieces.push((at..start, false));
        }
        pieces.push((start..end, true));
        at = end;
    }
    if at < range.end {
        pieces.push((at..range.end, false));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::{app::Look, payload::document::Form, view::theme::Theme};

    fn filter(text: &str) -> Filter {
        Filter::parse(text).expect("it is a filter")
    }

    #[test]
    fn only_the_words_that_are_sought_are_coloured() {
        let theme = Theme::of(Look::Dark);
        let text = "btc and BTC-USD";
        let spans = spans(text, theme.plain, Some(&filter("btc !usd")), theme.found);
        let found: Vec<_> = spans.iter().filter(|span| span.style == theme.found).collect();
        assert_eq!(found.iter().map(|span| &*span.content).collect::<Vec<_>>(), ["btc", "BTC"]);
        assert_eq!(spans.iter().map(|span| &*span.content).collect::<String>(), text);
    }

    #[test]
    fn a_place_that_spans_rows_is_found_in_both() {
        let text = Bytes::from_static(b"abcdefghijklmnop");
        let document = Document::new(text, Form::Text, 4);
        let rows = document.page(0, 4);
        let place = std::slice::from_ref(&(2..6));
        assert_eq!(places(&document, &rows, Some(&filter("cdef"))), place);
        assert_eq!(places(&document, &rows[1..], Some(&filter("cdef"))), place);
        assert_eq!(cuts(0..4, place), [(0..2, false), (2..4, true)]);
        assert_eq!(cuts(4..8, place), [(4..6, true), (6..8, false)]);
    }

    #[test]
    fn what_a_closed_bracket_holds_does_not_keep_what_follows_from_being_found() {
        let text = Bytes::from_static(br#"{"a":{"needle":1},"needle":2}"#);
        let document = Document::new(text, Form::Tree, 40);
        let rows = document.page(0, 10);
        assert!(places(&document, &rows, Some(&filter("needle"))).contains(&(19..25)));
    }
}
