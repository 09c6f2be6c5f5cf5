//! Converts between offsets of a text and lines and columns, without counting from the beginning each time.

/// Bytes between two checkpoints.
const STEP: usize = 4096;

/// Checkpoints of a text, [`STEP`] bytes apart.
#[derive(Clone, Debug)]
pub(super) struct LineIndex(Vec<Checkpoint>);

#[derive(Clone, Copy, Debug)]
struct Checkpoint {
    at: usize,
    /// Line breaks before it.
    breaks: usize,
    /// Offset at which its line begins.
    line: usize,
    /// Characters between the beginning of its line and it.
    column: usize,
}

impl LineIndex {
    pub fn new(text: &str) -> Self {
        let mut checkpoints = vec![Checkpoint { at: 0, breaks: 0, line: 0, column: 0 }];
        while let Some(last) = checkpoints.last().copied() {
            let at = text.floor_char_boundary(last.at + STEP);
            if at == last.at {
                break;
            }
            checkpoints.push(last.moved_to(text, at));
        }
        Self(checkpoints)
    }

    /// Line and column of an offset, both counting from 1, the column in characters.
    pub fn line_and_column(&self, text: &str, at: usize) -> (usize, usize) {
        let at = if text.is_char_boundary(at) { at } else { text.len() };
        let behind = self.0.partition_point(|checkpoint| checkpoint.at <= at);
        let checkpoint = self.0[behind.saturating_sub(1)].moved_to(text, at);
        (checkpoint.breaks + 1, checkpoint.column + 1)
    }

    /// Offset at which a line begins, counting lines from 1. `None` if the text has fewer lines.
    pub fn line_start(&self, text: &str, number: usize) -> Option<usize> {
        let breaks = number.checked_sub(1)?;
        let behind = self.0.partition_point(|checkpoint| checkpoint.breaks < breaks);
        match self.0.get(behind) {
            Some(checkpoint) if checkpoint.breaks == breaks => Some(checkpoint.line),
            _ => {
                let checkpoint = self.0[behind.saturating_sub(1)];
                let more = breaks - checkpoint.breaks;
                let ends = memchr::memchr_iter(b'\n', &text.as_bytes()[checkpoint.at..]);
                ends.take(more).nth(more.checked_sub(1)?).map(|end| checkpoint.at + end + 1)
            }
        }
    }
}

impl Checkpoint {
    /// The checkpoint of a later offset of the same text.
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

    use super::LineIndex;

    /// Line and column by counting from the beginning.
    fn counted(text: &str, at: usize) -> (usize, usize) {
        let before = text.get(..at).unwrap_or(text);
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        (before.matches('\n').count() + 1, before[line..].chars().count() + 1)
    }

    proptest! {
        #[test]
        fn lines_and_columns_equal_those_counted_from_the_beginning(
            parts in prop::collection::vec(("[a-zž日\n]{0,9}", 0_usize..3000), 0..6),
            at in 0_usize..20_000,
        ) {
            let text: String = parts.iter().map(|(part, times)| part.repeat(*times / 3)).collect();
            let checkpoints = LineIndex::new(&text);
            prop_assert_eq!(checkpoints.line_and_column(&text, at), counted(&text, at));
            let number = at % 300;
            let begins: Vec<_> =
                std::iter::once(0).chain(text.match_indices('\n').map(|(end, _)| end + 1)).collect();
            let expected = number.checked_sub(1).and_then(|nth| begins.get(nth).copied());
            prop_assert_eq!(checkpoints.line_start(&text, number), expected);
        }
    }
}
