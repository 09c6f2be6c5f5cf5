//! Percent escapes and quoted texts as in Go (`net/url`, `strconv`).

use std::fmt::Write as _;

/// The part of an address that a text stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Path,
    Host,
    Zone,
    User,
    Fragment,
}

impl Part {
    /// `shouldEscape`.
    fn escapes(self, byte: u8) -> bool {
        let is_plain = byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
        let others: &[u8] = match self {
            Self::Path => b"$&+,/:;=@",
            Self::Host | Self::Zone => b"!$&'()*+,;=:[]<>\"",
            Self::User => b"$&+,;=",
            Self::Fragment => b"$&+,/:;=?@!()*",
        };
        !is_plain && !others.contains(&byte)
    }

    /// Whether an escape may stand for this byte.
    fn takes_escape(self, byte: u8) -> bool {
        match self {
            Self::Host => byte >= 0x80 || byte == b'%',
            Self::Zone => byte == b'%' || byte == b' ' || !self.escapes(byte),
            Self::Path | Self::User | Self::Fragment => true,
        }
    }
}

/// Decodes escapes; the error is Go's.
pub(super) fn unescape(text: &[u8], part: Part) -> Result<Vec<u8>, String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [byte, after @ ..] = rest {
        rest = after;
        if *byte == b'%' {
            let escape = &text[text.len() - after.len() - 1..];
            let escape = &escape[..escape.len().min(3)];
            let value = value_of(escape).filter(|value| part.takes_escape(*value));
            let Some(value) = value else { return Err(format!("invalid URL escape {}", quoted(escape))) };
            decoded.push(value);
            rest = &after[2..];
        } else if matches!(part, Part::Host | Part::Zone) && byte.is_ascii() && part.escapes(*byte) {
            return Err(format!("invalid character {} in host name", quoted(&[*byte])));
        } else {
            decoded.push(*byte);
        }
    }
    Ok(decoded)
}

/// The byte that `%41` stands for.
fn value_of(escape: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    match escape {
        [b'%', high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    }
}

pub(super) fn escape(decoded: &[u8], part: Part) -> String {
    let mut text = String::with_capacity(decoded.len());
    for byte in decoded {
        if part.escapes(*byte) {
            write!(text, "%{byte:02X}").expect("writing to a String does not fail");
        } else {
            text.push(char::from(*byte));
        }
    }
    text
}

/// `validEncoded`: whether a text that can be decoded needs no encoding.
pub(super) fn is_valid_encoding(text: &str, part: Part) -> bool {
    text.bytes().all(|byte| b"!$&'()*+,;=:@[]%".contains(&byte) || !part.escapes(byte))
}

/// `strconv.Quote`.
pub(super) fn quoted(text: &[u8]) -> String {
    let mut quoted = String::from('"');
    for chunk in text.utf8_chunks() {
        for letter in chunk.valid().chars() {
            match letter {
                '"' | '\\' => quoted.extend(['\\', letter]),
                '\x07' => quoted.push_str("\\a"),
                '\x08' => quoted.push_str("\\b"),
                '\x0b' => quoted.push_str("\\v"),
                '\x0c' => quoted.push_str("\\f"),
                '\n' => quoted.push_str("\\n"),
                '\r' => quoted.push_str("\\r"),
                '\t' => quoted.push_str("\\t"),
                letter if letter.is_ascii_control() => push_byte(&mut quoted, letter as u8),
                letter if is_printed(letter) => quoted.push(letter),
                letter => push_code(&mut quoted, u32::from(letter)),
            }
        }
        chunk.invalid().iter().for_each(|byte| push_byte(&mut quoted, *byte));
    }
    quoted.push('"');
    quoted
}

fn push_code(text: &mut String, code: u32) {
    let written = if code > 0xffff { write!(text, "\\U{code:08x}") } else { write!(text, "\\u{code:04x}") };
    written.expect("writing to a String does not fail");
}

fn push_byte(text: &mut String, byte: u8) {
    write!(text, "\\x{byte:02x}").expect("writing to a String does not fail");
}

/// `strconv.IsPrint`, as far as it differs for characters that addresses contain: a space other than the plain one is
/// not printed.
fn is_printed(letter: char) -> bool {
    letter == ' ' || !(letter.is_whitespace() || is_invisible(letter))
}

fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(letter, '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e000}'..='\u{f8ff}' | '\u{e0001}'..)
}
