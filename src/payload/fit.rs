//! Fits printable text into a space: cuts it at a width or a length, wraps it as prose, folds it cell by cell.

use std::borrow::Cow;

use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::printable::printable;

/// The sign for what was cut off.
pub(super) const CUT: &str = "…";

/// Cuts printable text to a width, between two characters as a person sees them, and ends it
/// with `…` if something is missing.
#[must_use]
pub fn cut(text: &str, cells: usize) -> Cow<'_, str> {
    // A cell takes at least one byte.
    if text.len() <= cells || (text.len() <= bytes_for(cells) && text.width() <= cells) {
        return text.into();
    }
    cut_at(text, cells).into()
}

/// Makes the beginning of a text printable, in at most `cells` cells. It reads no more of the text than it needs.
#[must_use]
pub fn preview(text: &str, cells: usize) -> String {
    beginning(text, false, cells)
}

/// The same for a text that may continue behind its end here.
pub(super) fn beginning(text: &str, goes_on: bool, cells: usize) -> String {
    let front = &text[..text.floor_char_boundary(bytes_for(cells))];
    let shown = printable(front);
    if goes_on || front.len() < text.len() { cut_at(&shown, cells) } else { cut(&shown, cells).into_owned() }
}

/// The first `limit` characters of `text`, with `…` behind them if some are missing. This is for
/// text that is stored or quoted; [`cut`] is for text in cells.
#[must_use]
pub fn cut_chars(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}{CUT}", &text[..end]),
        None => text.to_owned(),
    }
}

/// Wraps prose into rows of at most `cells` cells. It breaks at blanks, and inside a word only if the word is wider
/// than a row.
#[must_use]
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let options = Options::new(cells.max(1))
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    // `textwrap` adds up the widths of characters, but some take more cells together than alone.
    let rows = textwrap::wrap(text, options);
    rows.iter().flat_map(|row| fold(row, cells, UnicodeWidthStr::width)).map(str::to_owned).collect()
}

/// Breaks texts that follow one another into rows of at most `cells` cells: parts, each with the number of its text.
/// There is always a row.
#[must_use]
pub fn break_all<'a>(texts: impl IntoIterator<Item = &'a str>, cells: usize) -> Vec<Vec<(usize, &'a str)>> {
    let mut rows = vec![Vec::new()];
    let mut used = 0;
    for (nth, text) in texts.into_iter().enumerate() {
        let mut from = 0;
        for (at, grapheme) in text.grapheme_indices(true) {
            let width = grapheme.width();
            if used + width > cells && used > 0 {
                rows.last_mut().into_iter().for_each(|row| row.push((nth, &text[from..at])));
                rows.push(Vec::new());
                (from, used) = (at, 0);
            }
            used += width;
        }
        rows.last_mut().into_iter().for_each(|row| row.push((nth, &text[from..])));
    }
    rows
}

/// Breaks one line into rows of at most `cells` cells, between any two characters as a person sees them.
/// `width` counts the cells of one character. A row holds at least one, and there is always a row.
pub fn fold(line: &str, cells: usize, width: impl Fn(&str) -> usize) -> impl Iterator<Item = &str> {
    let (cells, mut rest) = (cells.max(1), Some(line));
    std::iter::from_fn(move || {
        let text = rest?;
        let mut used = 0;
        // Nearly all long text is ASCII, whose every byte takes a cell.
        let end = if text.bytes().take(cells + 1).all(|byte| matches!(byte, b' '..=b'~')) {
            (text.len() > cells).then_some(cells)
        } else {
            text.grapheme_indices(true).find_map(|(at, grapheme)| {
                used += width(grapheme);
                (used > cells && at > 0).then_some(at)
            })
        };
        rest = end.map(|end| &text[end..]);
        Some(&text[..end.unwrap_or(text.len())])
    })
}

/// How many bytes of text are read to fill this many cells. More combining marks than that are ignored.
pub(super) const fn bytes_for(cells: usize) -> usize {
    cells.saturating_mul(16).saturating_add(64)
}

/// The front of `text` with `…` behind it, together at most `cells` wide.
fn cut_at(text: &str, cells: usize) -> String {
    let Some(room) = cells.checked_sub(1) else { return String::new() };
    let front = &text[..text.floor_char_boundary(bytes_for(cells))];
    let (mut end, mut width) = (0, 0);
    for grapheme in front.graphemes(true) {
        width += grapheme.width();
        if width > room {
            break;
        }
        end += grapheme.len();
    }
    let mut shown = text[..end].to_owned();
    shown.push_str(CUT);
    // In a few scripts neighbours change each other's width, so the sum may be too small.
    while shown.width() > cells {
        shown.truncate(shown.len() - CUT.len());
        shown.pop();
        shown.push_str(CUT);
    }
    shown
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation as _;
    use unicode_width::UnicodeWidthStr;

    use super::{cut, cut_chars, fold, preview, wrap};

    #[test]
    fn text_is_cut_between_two_characters_as_seen() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdef", 5), "abcd…");
        assert_eq!(cut("日本語", 6), "日本語");
        assert_eq!(cut("日本語", 5), "日本…");
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!(cut("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
        assert_eq!(cut("abc", 1), "…");
        assert_eq!(cut("abc", 0), "");
    }

    #[test]
    fn a_preview_is_one_line_and_says_when_it_is_not_all() {
        assert_eq!(preview("first\nsecond", 20), "first␊second");
        assert_eq!(preview("first\nsecond", 8), "first␊s…");
        assert_eq!(preview(&"a".repeat(1 << 20), 4), "aaa…");
    }

    #[test]
    fn a_text_that_is_long_in_bytes_only_is_not_cut_by_characters() {
        assert_eq!(cut_chars("ééé", 3), "ééé");
        assert_eq!(cut_chars("éééé", 3), "ééé…");
        assert_eq!(cut_chars("", 0), "");
    }

    #[test]
    fn rows_end_at_blanks_and_only_a_word_that_is_too_wide_is_broken() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("one two three", 6), ["one", "two", "three"]);
        assert_eq!(wrap("see wss://feed.example/ at 9", 10), ["see", "wss://feed", ".example/", "at 9"]);
        assert_eq!(wrap("one-two three", 5), ["one-t", "wo", "three"]);
        assert_eq!(wrap("", 10), [""]);
        assert_eq!(wrap("漢字漢", 4), ["漢字", "漢"]);
    }

    #[test]
    fn an_indent_stays_and_a_row_ends_with_its_last_word() {
        assert_eq!(wrap("    \"a\": 1,", 20), ["    \"a\": 1,"]);
        assert_eq!(wrap("one   two ", 5), ["one", "two"]);
    }

    #[test]
    fn a_sign_that_takes_more_cells_than_its_characters_makes_no_row_too_wide() {
        let hearts = "❤\u{fe0f}".repeat(7);
        let rows = wrap(&hearts, 6);
        assert_eq!((rows.concat(), rows.len()), (hearts, 3));
    }

    #[test]
    fn a_line_is_folded_between_characters_as_seen() {
        let folded = |line, cells| fold(line, cells, UnicodeWidthStr::width).collect::<Vec<_>>();
        assert_eq!(folded("añb漢字", 4), ["añb", "漢字"]);
        assert_eq!(folded("👨‍👩‍👧👨‍👩‍👧", 3), ["👨‍👩‍👧", "👨‍👩‍👧"]);
        assert_eq!(folded("漢字", 1), ["漢", "字"], "a row holds one character, however wide it is");
        assert_eq!(folded("", 4), [""]);
    }

    proptest! {
        #[test]
        fn no_row_is_too_wide_and_no_word_is_lost(text in "[a-z日❤\u{fe0f}👨👩\u{200d} ]{0,60}", cells in 2usize..20) {
            let rows = wrap(&text, cells);
            // Some characters as a person sees them take more cells than a narrow row has.
            let fits = |row: &String| row.width() <= cells || row.as_str().graphemes(true).count() == 1;
            prop_assert!(rows.iter().all(fits), "{rows:?}");
            prop_assert_eq!(rows.concat().replace(' ', ""), text.replace(' ', ""));
        }

        #[test]
        fn folding_loses_nothing(line in "\\PC{0,40}", cells in 1usize..9) {
            prop_assert_eq!(fold(&line, cells, UnicodeWidthStr::width).collect::<String>(), line);
        }
    }
}
