//! How much of a text fits on a row, and how it looks there.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use super::super::printable::printable_lines;

/// Cells of a byte that is not UTF-8: `<FF>`.
const BROKEN: usize = 4;
/// The longest character as a person sees it, in bytes; more combining marks begin another.
const LONGEST: usize = 64;

/// How many bytes of the front fit into so many cells, up to a line break, and how many cells they take.
pub(super) fn fitting(text: &[u8], cells: usize) -> (usize, usize) {
    let ascii = text.iter().take(cells + 1).take_while(|byte| matches!(byte, b' '..=b'~')).count();
    match text.get(ascii) {
        // A cell more than there is room for: the mark that may follow the last is not looked for.
        _ if ascii > cells => return (cells, cells),
        None | Some(b'\n') => return (ascii, ascii),
        Some(_) => {}
    }
    // What follows may be a mark on the last of these.
    let mut used = ascii.saturating_sub(1);
    let mut at = used;
    for chunk in window(&text[at..], (cells - used + 1) * LONGEST).utf8_chunks() {
        for character in chunk.valid().graphemes(true) {
            let width = printable_lines(character).width();
            if character.ends_with('\n') || used + width > cells {
                return (at, used);
            }
            (at, used) = (at + character.len(), used + width);
        }
        for _ in chunk.invalid() {
            if used + BROKEN > cells {
                return (at, used);
            }
            (at, used) = (at + 1, used + BROKEN);
        }
    }
    (at, used)
}

/// About so many bytes of the front, not ending inside a character.
fn window(text: &[u8], bytes: usize) -> &[u8] {
    let continues = |byte: &u8| matches!(byte, 0x80..=0xbf);
    let back = (0..4).find(|back| text.get(bytes - back).is_none_or(|byte| !continues(byte)));
    &text[..(bytes - back.unwrap_or(0)).min(text.len())]
}

/// A text as it is shown: printable, with bytes that are not UTF-8 as `<FF>`.
pub(super) fn shown(text: &[u8], range: Range<usize>) -> Vec<(String, bool)> {
    let mut pieces = Vec::new();
    for chunk in text.get(range).unwrap_or_default().utf8_chunks() {
        if !chunk.valid().is_empty() {
            pieces.push((printable_lines(chunk.valid()).into_owned(), false));
        }
        if !chunk.invalid().is_empty() {
            let signs: Vec<_> = chunk.invalid().iter().map(|byte| format!("<{byte:02X}>")).collect();
            pieces.push((signs.concat(), true));
        }
    }
    pieces
}
