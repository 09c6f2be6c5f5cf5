//! Where a place of a text is: its line and its column, found without counting from the beginning.

/// Bytes between two places that are kept.
const STEP: usize = 4096;

/// Places of a text, a step apart.
#[derive(Clone, Debug)]
pub(super) struct Places(Vec<Place>);

#[derive(Clone, Copy, Debug)]
struct Place {
    at: usize,
    /// Line breaks before it.
    breaks: usize,
    /// Where its line begins.
    line: usize,
    /// Characters between there and it.
    column: usize,
}

impl Places {
    pub fn of(text: &str) -> Self {
        let mut places = vec![Place { at: 0, breaks: 0, line: 0, column: 0 }];
        while let Some(last) = places.last().copied() {
            let at = text.floor_char_boundary(last.at + STEP);
            if at == last.at {
                break;
            }
            places.push(last.moved_to(text, at));
        }
        Self(places)
    }

    /// Line and column of an offset, both counting from 1, the column in characters.
    pub fn of_offset(&self, text: &str, at: usize) -> (usize, usize) {
        let at = if text.is_char_boundary(at) { at } else { text.len() };
        let behind = self.0.partition_point(|place| place.at <= at);
        let place = self.0[behind.saturating_sub(1)].moved_to(text, at);
        (place.breaks + 1, place.column + 1)
    }

    /// Where a line begins; lines count from 1. `None` when there are not so many.
    pub fn of_line(&self, text: &str, number: usize) -> Option<usize> {
        let breaks = number.checked_sub(1)?;
        let behind = self.0.partition_point(|place| place.breaks < breaks);
        match self.0.get(behind) {
            Some(place) if place.breaks == breaks => Some(place.line),
            _ => {
                let place = self.0[behind.saturating_sub(1)];
                let more = breaks - place.breaks;
                let ends = memchr::memchr_iter(b'\n', &text.as_bytes()[place.at..]);
                ends.take(more).nth(more.checked_sub(1)?).map(|end| place.at + end + 1)
            }
        }
    }
}

impl Place {
    /// A later place of the same text.
    fn moved_to(self, text: &str, at: usize) -> Self {
        let between = &text[self.at..at];
        match between.rfind('\n') {
            None => Self { at, column: self.column + between.chars().count(), ..self },
            Some(end) => Self {
                at,
                breaks: self.breaks + memchr::memchr_iter(b'\n', between.as_bytes()).count(),
                line: self.at + end + 1,
                column: between[end + 1..].chars().count(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Places;

    /// As one counts by hand.
    fn counted(text: &str, at: usize) -> (usize, usize) {
        let before = text.get(..at).unwrap_or(text);
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        (before.matches('\n').count() + 1, before[line..].chars().count() + 1)
    }

    proptest! {
        #[test]
        fn places_are_those_that_one_counts(
            parts in prop::collection::vec(("[a-zž日\n]{0,9}", 0_usize..3000), 0..6),
            at in 0_usize..20_000,
        ) {
            let text: String = parts.iter().map(|(part, times)| part.repeat(*times / 3)).collect();
            let places = Places::of(&text);
            prop_assert_eq!(places.of_offset(&text, at), counted(&text, at));
            let number = at % 300;
            let begins: Vec<_> =
                std::iter::once(0).chain(text.match_indices('\n').map(|(end, _)| end + 1)).collect();
            let expected = number.checked_sub(1).and_then(|nth| begins.get(nth).copied());
            prop_assert_eq!(places.of_line(&text, number), expected);
        }
    }
}
