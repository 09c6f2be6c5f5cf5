//! Text broken into rows at its spaces.

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

/// The rows of a printable text, none wider than `cells`. A word that is wider is broken where
/// the row ends, so that nothing is missing.
#[must_use]
pub(super) fn wrapped(text: &str, cells: usize) -> Vec<&str> {
    let mut rows = Vec::new();
    let mut rest = text.trim_end();
    while let Some(end) = end_of_row(rest, cells) {
        let row = match rest[..end].rfind(' ') {
            _ if rest[end..].starts_with(' ') => &rest[..end],
            Some(space) if !rest[..space].trim().is_empty() => &rest[..space],
            _ => &rest[..end],
        };
        rows.push(row.trim_end());
        rest = rest[row.len()..].trim_start_matches(' ');
    }
    rows.push(rest);
    rows
}

/// Where the first row must end at the latest; `None` when all of the text fits.
fn end_of_row(text: &str, cells: usize) -> Option<usize> {
    let mut width = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        width += grapheme.width();
        // A row takes at least one character, however narrow it is.
        if width > cells && at > 0 {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr as _;

    use super::wrapped;

    #[test]
    fn rows_end_at_spaces_and_only_a_word_that_is_too_wide_is_broken() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("one two three", 6), ["one", "two", "three"]);
        assert_eq!(wrapped("see wss://feed.example/", 10), ["see", "wss://feed", ".example/"]);
        assert_eq!(wrapped("", 10), [""]);
        assert_eq!(wrapped("日本語", 4), ["日本", "語"]);
    }

    proptest! {
        #[test]
        fn no_row_is_too_wide_and_no_word_is_lost(text in "[a-z日 ]{0,60}", cells in 2usize..20) {
            let rows = wrapped(&text, cells);
            prop_assert!(rows.iter().all(|row| row.width() <= cells), "{rows:?}");
            prop_assert_eq!(rows.concat().replace(' ', ""), text.replace(' ', ""));
        }
    }
}
