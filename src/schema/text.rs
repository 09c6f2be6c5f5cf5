//! Writes strings and numbers as JSON, sixteen bytes at a time.
//!
//! Besides what RFC 8259 requires (quote, backslash, C0), DEL and the C1 controls are escaped, so that a line
//! on a terminal holds no control sequence. A parser still returns the text byte for byte.

use super::block::{BLOCK, Needs, backslashes, needs};

/// How much text is examined at a time, in bytes.
const PIECE: usize = 1024;

/// Appends `text` in quotes. It must be UTF-8.
pub(super) fn write_quoted(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    write_escaped(out, text);
    out.push(b'"');
}

/// Appends `text` with everything escaped that is not allowed in a JSON string. It must be UTF-8.
pub(super) fn write_escaped(out: &mut Vec<u8>, text: &[u8]) {
    out.reserve(text.len() + text.len() / 4 + 2 * BLOCK);
    let mut rest = text;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.len().min(PIECE));
        match needs(piece) {
            Needs::Nothing => out.extend_from_slice(piece),
            Needs::Backslashes => write_backslashed(out, piece),
            Needs::Unicode => {
                // A character may extend beyond the piece.
                while rest.len() > after.len() {
                    rest = write_first(out, rest);
                }
                continue;
            }
        }
        rest = after;
    }
}

/// Appends text in which nothing needs more than a backslash.
fn write_backslashed(out: &mut Vec<u8>, text: &[u8]) {
    let start = out.len();
    // Every byte may become two, and the last copies write whole blocks of which only a part counts.
    out.resize(start + 2 * text.len() + 2 * BLOCK, 0);
    let room = &mut out[start..];
    let (mut read, mut written) = (0, 0);
    while read < text.len() {
        // The block, and as many bytes after it, since copies read past its end.
        let mut padded = [b' '; 2 * BLOCK];
        let source = text[read..].first_chunk().unwrap_or_else(|| {
            padded[..text.len() - read].copy_from_slice(&text[read..]);
            &padded
        });
        let len = (text.len() - read).min(BLOCK);
        written = backslashed(room, written, source, len);
        read += len;
    }
    out.truncate(start + written);
}

/// Writes the first `len` bytes of `source` to `room` at `written`, with a backslash before each byte that
/// needs one. Returns the end of what was written.
#[inline]
fn backslashed(room: &mut [u8], mut written: usize, source: &[u8; 2 * BLOCK], len: usize) -> usize {
    let [block, _] = source.as_chunks::<BLOCK>().0 else { return written };
    let mut marked = backslashes(block) & ((1 << len) - 1);
    let mut from = 0;
    while marked != 0 {
        let to = marked.trailing_zeros() as usize;
        copy_block(room, written, source, from);
        written += to - from;
        room[written] = b'\\';
        written += 1;
        from = to;
        marked &= marked - 1;
    }
    copy_block(room, written, source, from);
    written + len - from
}

/// Copies a whole block, since that is one load and one store. The next copy overwrites the excess.
#[inline]
fn copy_block(room: &mut [u8], to: usize, source: &[u8; 2 * BLOCK], from: usize) {
    room[to..to + BLOCK].copy_from_slice(&source[from..from + BLOCK]);
}

/// Appends JSON, and escapes the control characters in its strings that serde does not escape.
pub(super) fn write_without_controls(out: &mut Vec<u8>, json: &[u8]) {
    let mut rest = json;
    while let Some(at) = rest.iter().position(|&byte| byte == 0x7f || byte == 0xc2) {
        out.extend_from_slice(&rest[..at]);
        rest = write_first(out, &rest[at..]);
    }
    out.extend_from_slice(rest);
}

/// Appends the character, or the run of non-ASCII characters, at the start of `rest`. Returns what follows
/// it.
fn write_first<'a>(out: &mut Vec<u8>, rest: &'a [u8]) -> &'a [u8] {
    match rest {
        [byte @ (b'"' | b'\\'), rest @ ..] => {
            out.extend_from_slice(&[b'\\', *byte]);
            rest
        }
        [0xc2, control @ 0x80..=0x9f, rest @ ..] => {
            write_unicode(out, *control);
            rest
        }
        [byte @ 0x80..=0xff, rest @ ..] => {
            out.push(*byte);
            let more = rest.iter().position(|&byte| byte < 0x80 || byte == 0xc2).unwrap_or(rest.len());
            out.extend_from_slice(&rest[..more]);
            &rest[more..]
        }
        [byte, rest @ ..] => {
            match byte {
                b'\n' => out.extend_from_slice(b"\\n"),
                b'\r' => out.extend_from_slice(b"\\r"),
                b'\t' => out.extend_from_slice(b"\\t"),
                b' '..=b'~' => out.push(*byte),
                byte => write_unicode(out, *byte),
            }
            rest
        }
        [] => rest,
    }
}

fn write_unicode(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let [high, low] = [byte >> 4, byte & 15].map(|nibble| HEX[usize::from(nibble)]);
    out.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
}

/// Adds one to a number in decimal; false if it needs one more digit.
#[inline]
pub(super) fn count_up(digits: &mut [u8]) -> bool {
    for digit in digits.iter_mut().rev() {
        if *digit < b'9' {
            *digit += 1;
            return true;
        }
        *digit = b'0';
    }
    false
}

/// Appends `value` in decimal.
pub(super) fn write_number(out: &mut Vec<u8>, mut value: u64) {
    let mut digits = [0; 20];
    let mut first = digits.len();
    loop {
        first -= 1;
        let digit = (value % 10) as u8;
        digits[first] = b'0' + digit;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[first..]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{write_escaped, write_number, write_quoted};

    fn text(source: &str) -> String {
        let mut out = Vec::new();
        write_escaped(&mut out, source.as_bytes());
        String::from_utf8(out).expect("escaping keeps UTF-8")
    }

    #[test]
    fn quotes_backslashes_and_controls_are_escaped_at_every_position() {
        assert_eq!(text(r#"{"a":"b\c"}"#), r#"{\"a\":\"b\\c\"}"#);
        assert_eq!(text("1234567\u{1b}[31m\n\t\r\0"), r"1234567\u001b[31m\n\t\r\u0000");
        assert_eq!(text("\u{7f}\u{9b}2J\u{85}"), r"\u007f\u009b2J\u0085");
        assert_eq!(text("20 °C, £3, 漢字\u{2028}\u{1f600}"), "20 °C, £3, 漢字\u{2028}\u{1f600}");
    }

    #[test]
    fn a_control_is_found_across_the_pieces_of_a_long_text() {
        for before in super::PIECE - 40..super::PIECE + 40 {
            let plain = "x\"".repeat(before / 2) + &"y".repeat(before % 2);
            let escaped = "x\\\"".repeat(before / 2) + &"y".repeat(before % 2);
            assert_eq!(text(&format!("{plain}\u{9b}°z")), format!("{escaped}\\u009b°z"));
        }
    }

    #[test]
    fn numbers_are_decimal() {
        for value in [0, 9, 10, 99, 18_231, u64::MAX] {
            let mut out = Vec::new();
            write_number(&mut out, value);
            assert_eq!(out, value.to_string().as_bytes());
        }
    }

    #[test]
    fn counting_up_goes_on_until_a_digit_is_missing() {
        let mut digits = *b"0997";
        let counted = [(); 3].map(|()| (super::count_up(&mut digits), digits));
        assert_eq!(counted, [(true, *b"0998"), (true, *b"0999"), (true, *b"1000")]);
        assert!(!super::count_up(&mut [b'9', b'9']) && !super::count_up(&mut []));
    }

    proptest! {
        #[test]
        fn a_parser_returns_any_text_and_the_line_holds_no_control(source in "(\\PC|[\"\\\\]|\\p{Cc}|[ -~]{1,12}){0,60}") {
            let mut out = Vec::new();
            write_quoted(&mut out, source.as_bytes());
            let line = std::str::from_utf8(&out).expect("escaping keeps UTF-8");
            prop_assert!(!line.chars().any(char::is_control));
            prop_assert_eq!(serde_json::from_str::<String>(line).expect("a JSON string"), source);
        }
    }
}
