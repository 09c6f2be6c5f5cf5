//! Strings and numbers as JSON, eight bytes at a time.
//!
//! Besides what RFC 8259 demands (quote, backslash, C0), DEL and the C1 controls are escaped:
//! a line that ends on a terminal then holds no control sequence. A parser gives the text back
//! byte for byte all the same.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// Appends `text` in quotes. It must be UTF-8.
pub(super) fn quoted(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    escaped(out, text);
    out.push(b'"');
}

/// Appends `text` with everything escaped that may not stand in a JSON string. It must be UTF-8.
pub(super) fn escaped(out: &mut Vec<u8>, text: &[u8]) {
    out.reserve(text.len() + text.len() / 4 + 8);
    let mut rest = text;
    while let Some(word) = rest.first_chunk::<8>() {
        let found = special(u64::from_le_bytes(*word));
        out.extend_from_slice(word);
        if found == 0 {
            rest = &rest[8..];
            continue;
        }
        // All eight were copied; those from the special one on are taken back.
        let plain = (found.trailing_zeros() / 8) as usize;
        out.truncate(out.len() - 8 + plain);
        rest = one(out, &rest[plain..]);
    }
    while let Some(&byte) = rest.first() {
        if special(u64::from(byte) | SPACES) == 0 {
            out.push(byte);
            rest = &rest[1..];
        } else {
            rest = one(out, rest);
        }
    }
}

/// Appends JSON with the controls in its strings escaped that its writer left alone.
pub(super) fn without_controls(out: &mut Vec<u8>, json: &[u8]) {
    let mut rest = json;
    while let Some(at) = rest.iter().position(|&byte| byte == 0x7f || byte == 0xc2) {
        out.extend_from_slice(&rest[..at]);
        rest = one(out, &rest[at..]);
    }
    out.extend_from_slice(rest);
}

const SPACES: u64 = 0x2020_2020_2020_2000;

/// Has the top bit set in the first byte that is special, and in none before it.
///
/// Special are C0, quote, backslash, DEL, and everything that is not ASCII. Bytes behind the
/// first special one may be marked wrongly, by a borrow or a carry.
#[inline]
fn special(word: u64) -> u64 {
    let quote = word ^ (ONES * b'"' as u64);
    let backslash = word ^ (ONES * b'\\' as u64);
    let below = word.wrapping_sub(ONES * 0x20) & !word;
    let equal = (quote.wrapping_sub(ONES) & !quote) | (backslash.wrapping_sub(ONES) & !backslash);
    (below | equal | word | word.wrapping_add(ONES)) & HIGHS
}

/// Appends the special byte or the stretch of non-ASCII at the start of `rest`; returns what
/// follows it.
#[inline]
fn one<'a>(out: &mut Vec<u8>, rest: &'a [u8]) -> &'a [u8] {
    match rest {
        [b'"', rest @ ..] => {
            out.extend_from_slice(b"\\\"");
            rest
        }
        [b'\\', rest @ ..] => {
            out.extend_from_slice(b"\\\\");
            rest
        }
        _ => seldom(out, rest),
    }
}

fn seldom<'a>(out: &mut Vec<u8>, rest: &'a [u8]) -> &'a [u8] {
    match rest {
        [0xc2, control @ 0x80..=0x9f, rest @ ..] => {
            unicode(out, *control);
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
                byte => unicode(out, *byte),
            }
            rest
        }
        [] => rest,
    }
}

fn unicode(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let [high, low] = [byte >> 4, byte & 15].map(|nibble| HEX[usize::from(nibble)]);
    out.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
}

/// Appends `value` in decimal.
pub(super) fn number(out: &mut Vec<u8>, mut value: u64) {
    let mut digits = [0; 20];
    let mut first = digits.len();
    loop {
        first -= 1;
        #[expect(clippy::cast_possible_truncation, reason = "a digit is below ten")]
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

    use super::{escaped, number, quoted};

    fn text(source: &str) -> String {
        let mut out = Vec::new();
        escaped(&mut out, source.as_bytes());
        String::from_utf8(out).expect("escaping keeps UTF-8")
    }

    #[test]
    fn quotes_backslashes_and_controls_are_escaped_wherever_they_stand() {
        assert_eq!(text(r#"{"a":"b\c"}"#), r#"{\"a\":\"b\\c\"}"#);
        assert_eq!(text("1234567\u{1b}[31m\n\t\r\0"), r"1234567\u001b[31m\n\t\r\u0000");
        assert_eq!(text("\u{7f}\u{9b}2J\u{85}"), r"\u007f\u009b2J\u0085");
        assert_eq!(text("20 °C, £3, 漢字\u{2028}\u{1f600}"), "20 °C, £3, 漢字\u{2028}\u{1f600}");
    }

    #[test]
    fn numbers_are_decimal() {
        for value in [0, 9, 10, 99, 18_231, u64::MAX] {
            let mut out = Vec::new();
            number(&mut out, value);
            assert_eq!(out, value.to_string().as_bytes());
        }
    }

    proptest! {
        #[test]
        fn any_text_comes_back_from_a_parser_and_holds_no_control(source in "(\\PC|[\"\\\\]|\\p{Cc}|[ -~]{1,12}){0,60}") {
            let mut out = Vec::new();
            quoted(&mut out, source.as_bytes());
            let line = std::str::from_utf8(&out).expect("escaping keeps UTF-8");
            prop_assert!(!line.chars().any(char::is_control));
            prop_assert_eq!(serde_json::from_str::<String>(line).expect("a JSON string"), source);
        }
    }
}
