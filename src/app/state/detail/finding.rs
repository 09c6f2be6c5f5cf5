//! Going from place to place of what is looked for in a payload. The bytes are searched where they are, also those that
//! are not laid out.

use std::ops::Range;

use super::{Detail, Goal};
use crate::{app::state::filter_view::MatchPlace, filter::Filter};

/// Bytes that are searched at once on the way back.
const WINDOW: usize = 64 << 10;
/// Bytes behind such a window in which a place may end that begins in it.
const BEHIND: usize = 256;
/// Places that are counted, and the bytes at the front of a payload in which they are.
const COUNTED: usize = 1_000;
const READ: usize = 8 << 20;

impl Detail {
    /// A search begins where the cursor is.
    pub fn begin_find(&mut self) {
        self.found = None;
        self.origin = self.document().map_or(0, |document| document.at(self.cursor));
    }

    /// Goes to the first place from where the search began, also when it is found only before that; stays without one.
    pub fn find_again(&mut self, sought: &Filter) {
        self.counted = None;
        let Some(document) = self.document() else { return };
        let text = document.text();
        let found = sought.find(text, self.origin.min(text.len())).or_else(|| sought.find(text, 0));
        self.go_to_found(found);
    }

    /// Goes to the next place, or to the one before; whether it went past an end, or `None` where there is no place.
    pub fn find_next(&mut self, sought: &Filter, onward: bool) -> Option<bool> {
        let document = self.document()?;
        let (text, row) = (document.text(), document.at(self.cursor));
        // Who has moved the cursor looks from there.
        let here = self.found.clone().filter(|place| document.row_at(place.start) == self.cursor);
        let (found, is_past_end) = if onward {
            let from = here.map_or(row, |place| place.end);
            let next = sought.find(text, from);
            (next.clone().or_else(|| sought.find(text, 0)), next.is_none())
        } else {
            let upto = here.map_or(row, |place| place.start);
            let before = last_before(text, upto, sought);
            (before.clone().or_else(|| last_before(text, text.len(), sought)), before.is_none())
        };
        found.is_some().then(|| {
            self.go_to_found(found);
            is_past_end
        })
    }

    /// The place that was found last.
    pub const fn found(&self) -> Option<&Range<usize>> {
        self.found.as_ref()
    }

    /// Which of all places that is; `None` if it lies behind those that are counted.
    pub fn found_place(&mut self, sought: &Filter) -> Option<MatchPlace> {
        let (found, counted) = (self.found.clone()?, self.counted.take());
        let text = self.document()?.text();
        let counted = counted.unwrap_or_else(|| {
            let read = &text[..text.len().min(READ)];
            let mut from = 0;
            let places = std::iter::from_fn(|| {
                let place = sought.find(read, from)?;
                from = place.end;
                Some(place.start)
            });
            places.take(COUNTED + 1).collect()
        });
        let all = counted.len().min(COUNTED);
        let nth = counted[..all].binary_search(&found.start).ok();
        let is_bounded = counted.len() > COUNTED || text.len() > READ;
        self.counted = Some(counted);
        nth.map(|nth| MatchPlace { nth: nth as u64 + 1, all: all as u64, is_bounded })
    }

    fn go_to_found(&mut self, found: Option<Range<usize>>) {
        if let Some(place) = &found {
            self.reveal(place.start);
        }
        self.found = found;
    }

    /// Goes to the row in which a byte is, opens the brackets around it, and waits for what is not laid out.
    pub(super) fn reveal(&mut self, byte: usize) {
        let Some(shown) = &mut self.shown else { return };
        let document = &mut shown.reading.document;
        self.goal = None;
        loop {
            if document.laid_out().is_some_and(|upto| upto <= byte) {
                self.goal = Some(Goal::Found(byte));
                return;
            }
            self.cursor = document.row_at(byte);
            if !document.hides(self.cursor, byte) || document.toggle(self.cursor).is_none() {
                return;
            }
        }
    }
}

/// The last place that begins before a byte.
fn last_before(text: &[u8], upto: usize, sought: &Filter) -> Option<Range<usize>> {
    let mut end = upto;
    while end > 0 {
        let start = end.saturating_sub(WINDOW);
        let seen = &text[..text.len().min(end + BEHIND)];
        let mut last = None;
        let mut from = start;
        while let Some(place) = sought.find(seen, from).filter(|place| place.start < end) {
            from = place.end;
            last = Some(place);
        }
        if last.is_some() {
            return last;
        }
        end = start;
    }
    None
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::{
        app::state::{panes::DetailMode, row::RowId, subject::Subject},
        payload::document::Document,
        session::Kind,
    };

    fn detail(text: &[u8], mode: DetailMode) -> Detail {
        let mut detail = Detail { mode, ..Detail::default() };
        let payload = Bytes::copy_from_slice(text);
        detail.show(Some(Subject { row: RowId(1), kind: Kind::Text, payload }), 40);
        detail
    }

    fn sought(text: &str) -> Filter {
        Filter::parse(text).expect("it is a filter")
    }

    #[test]
    fn places_are_gone_through_in_turn_and_past_the_ends() {
        let mut detail = detail(b"one\ntwo\none one\nend", DetailMode::Raw);
        let one = sought("one");
        detail.begin_find();
        detail.find_again(&one);
        assert_eq!(detail.found, Some(0..3));
        for (place, row, is_past_end) in [(8, 2, false), (12, 2, false), (0, 0, true)] {
            assert_eq!(detail.find_next(&one, true), Some(is_past_end));
            assert_eq!((detail.found.clone(), detail.cursor), (Some(place..place + 3), row));
        }
        for (place, is_past_end) in [(12, true), (8, false), (0, false)] {
            assert_eq!(detail.find_next(&one, false), Some(is_past_end));
            assert_eq!(detail.found, Some(place..place + 3));
        }
        assert_eq!(detail.find_next(&sought("three"), true), None);
    }

    #[test]
    fn the_place_among_all_is_told_as_far_as_they_are_counted() {
        let mut detail = detail("one two\n".repeat(1_500).as_bytes(), DetailMode::Raw);
        let one = sought("one");
        detail.begin_find();
        detail.find_again(&one);
        let place = |detail: &mut Detail| detail.found_place(&one).map(|place| place.to_string());
        assert_eq!(place(&mut detail).as_deref(), Some("1 of 1,000+"));
        detail.find_next(&one, true);
        assert_eq!(place(&mut detail).as_deref(), Some("2 of 1,000+"));
        detail.find_next(&one, false);
        detail.find_next(&one, false);
        assert_eq!(place(&mut detail), None);
    }

    #[test]
    fn a_closed_bracket_is_opened_where_something_is_found_in_it() {
        let mut detail = detail(br#"{"a":{"b":{"c":"needle"}},"d":1}"#, DetailMode::Tree);
        assert_eq!(detail.document().map(Document::rows), Some(4));
        detail.begin_find();
        detail.find_again(&sought("needle"));
        let path = detail.document().and_then(|document| document.path(detail.cursor));
        assert_eq!(path.as_deref(), Some(".a.b.c"));
    }

    #[test]
    fn what_is_found_far_behind_what_is_laid_out_waits_for_it() {
        let mut text = b"x\n".repeat(1 << 20);
        text.extend_from_slice(b"needle");
        let mut detail = detail(&text, DetailMode::Raw);
        detail.begin_find();
        detail.find_again(&sought("needle"));
        assert_eq!(detail.cursor, 0);
        let (generation, mut document) = detail.lay_out().expect("there is more");
        document.lay_out(usize::MAX);
        detail.learn(generation, document, 10);
        assert_eq!(detail.cursor, 1 << 20);
        assert_eq!(detail.find_next(&sought("needle"), false), Some(true));
    }
}
