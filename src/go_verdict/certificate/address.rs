//! IP addresses as text, as Go takes them and with its words (`net/netip`, `ParseAddr`).

use std::borrow::Cow;

use crate::wire::quoted;

/// Which family a text is an address of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    V4,
    V6,
    /// An address of version 6 with a zone.
    V6WithZone,
}

/// As `netip.parseAddrError`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("ParseAddr({}): {message}{}", quoted(.text), place(.at))]
pub struct AddressError {
    /// What was to be an address.
    pub text: Vec<u8>,
    /// What is wrong, in the words of Go.
    pub message: &'static str,
    /// What was not read yet; empty where Go does not tell.
    pub at: Vec<u8>,
}

fn place(at: &[u8]) -> Cow<'static, str> {
    if at.is_empty() { Cow::Borrowed("") } else { Cow::Owned(format!(" (at {})", quoted(at))) }
}

/// What is wrong, and where.
type Wrong<'a> = (&'static str, &'a [u8]);

/// The family of the address that this is.
pub fn kind(text: &[u8]) -> Result<Kind, AddressError> {
    let read = match text.iter().find(|byte| b".:%".contains(byte)) {
        Some(b'.') => check_v4(text).map(|()| Kind::V4),
        Some(b':') => v6(text),
        Some(_) => Err(("missing IPv6 address", &[][..])),
        None => Err(("unable to parse IP", &[][..])),
    };
    read.map_err(|(message, at)| AddressError { text: text.to_vec(), message, at: at.to_vec() })
}

/// Four numbers (`parseIPv4Fields`).
fn check_v4(text: &[u8]) -> Result<(), Wrong<'_>> {
    let (mut value, mut digits, mut dots) = (0_u16, 0_usize, 0_u8);
    let mut before = b'.';
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        match byte {
            b'0'..=b'9' if digits > 0 && value == 0 => {
                return Err(("IPv4 field has octet with leading zero", &[]));
            }
            b'0'..=b'9' => {
                value = value.saturating_mul(10).saturating_add(u16::from(byte & 0x0f));
                digits = digits.saturating_add(1);
                if value > 255 {
                    return Err(("IPv4 field has value >255", &[]));
                }
            }
            b'.' if before == b'.' || after.is_empty() => {
                return Err(("IPv4 field must have at least one digit", rest));
            }
            b'.' if dots == 3 => return Err(("IPv4 address too long", &[])),
            b'.' => (value, digits, dots) = (0, 0, dots.saturating_add(1)),
            _ => return Err(("unexpected character", rest)),
        }
        before = byte;
        rest = after;
    }
    if dots == 3 { Ok(()) } else { Err(("IPv4 address too short", &[])) }
}

/// (`parseIPv6`)
fn v6(text: &[u8]) -> Result<Kind, Wrong<'_>> {
    let (address, kind) = match text.iter().position(|&byte| byte == b'%') {
        Some(end) if end.saturating_add(1) == text.len() => {
            return Err(("zone must be a non-empty string", &[]));
        }
        Some(end) => (text.get(..end).unwrap_or(text), Kind::V6WithZone),
        None => (text, Kind::V6),
    };
    check_v6(address).map(|()| kind)
}

fn check_v6(address: &[u8]) -> Result<(), Wrong<'_>> {
    let (mut rest, mut has_gap) = match address.strip_prefix(b"::") {
        Some([]) => return Ok(()),
        Some(rest) => (rest, true),
        None => (address, false),
    };
    let mut bytes = 0_u8;
    while bytes < 16 {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        match digits {
            0 => return Err(("each colon-separated field must have at least one digit", rest)),
            1..=4 => {}
            _ => return Err(("each group must have 4 or less digits", rest)),
        }
        let (_, after) = rest.split_at_checked(digits).unwrap_or((rest, &[]));
        if after.first() == Some(&b'.') {
            if !has_gap && bytes != 12 {
                return Err(("embedded IPv4 address must replace the final 2 fields of the address", rest));
            }
            if bytes > 12 {
                return Err(("too many hex fields to fit an embedded IPv4 at the end of the address", rest));
            }
            check_v4(rest)?;
            bytes = bytes.saturating_add(4);
            rest = &[];
            break;
        }
        bytes = bytes.saturating_add(2);
        rest = match after {
            [] => after,
            [b':'] => return Err(("colon must be followed by more characters", after)),
            [b':', b':', ..] if has_gap => {
                return Err(("multiple :: in address", after.get(1..).unwrap_or(after)));
            }
            [b':', b':', next @ ..] => {
                has_gap = true;
                next
            }
            [b':', next @ ..] => next,
            _ => return Err(("unexpected character, want colon", after)),
        };
        if rest.is_empty() {
            break;
        }
    }
    match (rest.is_empty(), bytes < 16, has_gap) {
        (false, _, _) => Err(("trailing garbage after address", rest)),
        (true, true, false) => Err(("address string too short", &[])),
        (true, false, true) => Err(("the :: must expand to at least one field of zeros", &[])),
        _ => Ok(()),
    }
}
