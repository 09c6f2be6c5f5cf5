//! IP addresses in brackets as Go reads them (`net/netip`, `ParseAddr`).

use super::escape::quoted;

/// An error, and the place that it names.
type Fault<'a> = (&'static str, Option<&'a [u8]>);

/// Checks that a text is an IPv6 address, perhaps with a zone; the error is that of Go's `parseHost`.
pub(super) fn check(text: &[u8]) -> Result<(), String> {
    let checked = match text.iter().find(|byte| b".:%".contains(byte)) {
        Some(b':') => v6(text),
        Some(b'.') => match v4(text) {
            Ok(()) => return Err("invalid IP-literal".to_owned()),
            Err(fault) => Err(fault),
        },
        Some(_) => Err(("missing IPv6 address", None)),
        None => Err(("unable to parse IP", None)),
    };
    checked.map_err(|(message, at)| {
        let at = at.map_or(String::new(), |at| format!(" (at {})", quoted(at)));
        format!("invalid host: ParseAddr({}): {message}{at}", quoted(text))
    })
}

/// `parseIPv4Fields`.
fn v4(text: &[u8]) -> Result<(), Fault<'_>> {
    let (mut value, mut dots, mut digits) = (0, 0, 0);
    for (index, byte) in text.iter().enumerate() {
        match byte {
            b'0'..=b'9' if digits == 1 && value == 0 => {
                return Err(("IPv4 field has octet with leading zero", None));
            }
            b'0'..=b'9' => {
                value = value * 10 + u32::from(byte - b'0');
                digits += 1;
                if value > 255 {
                    return Err(("IPv4 field has value >255", None));
                }
            }
            b'.' if index == 0 || index == text.len() - 1 || text[index - 1] == b'.' => {
                return Err(("IPv4 field must have at least one digit", Some(&text[index..])));
            }
            b'.' if dots == 3 => return Err(("IPv4 address too long", None)),
            b'.' => (value, dots, digits) = (0, dots + 1, 0),
            _ => return Err(("unexpected character", Some(&text[index..]))),
        }
    }
    if dots < 3 { Err(("IPv4 address too short", None)) } else { Ok(()) }
}

/// `parseIPv6`.
fn v6(text: &[u8]) -> Result<(), Fault<'_>> {
    let mut parts = text.splitn(2, |byte| *byte == b'%');
    let mut rest = parts.next().unwrap_or_default();
    if parts.next().is_some_and(<[u8]>::is_empty) {
        return Err(("zone must be a non-empty string", None));
    }
    let mut ellipsis = rest.starts_with(b"::");
    if ellipsis {
        rest = &rest[2..];
        if rest.is_empty() {
            return Ok(());
        }
    }
    let mut size = 0;
    while size < 16 {
        let digits = group(rest)?;
        if rest.get(digits) == Some(&b'.') {
            match size {
                _ if !ellipsis && size != 12 => {
                    let message = "embedded IPv4 address must replace the final 2 fields of the address";
                    return Err((message, Some(rest)));
                }
                13.. => {
                    let message = "too many hex fields to fit an embedded IPv4 at the end of the address";
                    return Err((message, Some(rest)));
                }
                _ => v4(rest)?,
            }
            (rest, size) = (b"", size + 4);
            break;
        }
        size += 2;
        rest = &rest[digits..];
        match rest {
            [] => break,
            [b':'] => return Err(("colon must be followed by more characters", Some(rest))),
            [b':', after @ ..] => rest = after,
            _ => return Err(("unexpected character, want colon", Some(rest))),
        }
        if let [b':', after @ ..] = rest {
            if ellipsis {
                return Err(("multiple :: in address", Some(rest)));
            }
            (ellipsis, rest) = (true, after);
            if rest.is_empty() {
                break;
            }
        }
    }
    match (rest.is_empty(), size < 16, ellipsis) {
        (false, ..) => Err(("trailing garbage after address", Some(rest))),
        (true, true, false) => Err(("address string too short", None)),
        (true, false, true) => Err(("the :: must expand to at least one field of zeros", None)),
        _ => Ok(()),
    }
}

/// The number of digits of the group at the start.
fn group(rest: &[u8]) -> Result<usize, Fault<'_>> {
    match rest.iter().take_while(|byte| byte.is_ascii_hexdigit()).count() {
        0 => Err(("each colon-separated field must have at least one digit", Some(rest))),
        digits @ 1..=4 => Ok(digits),
        _ => Err(("each group must have 4 or less digits", Some(rest))),
    }
}
