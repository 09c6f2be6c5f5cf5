//! Parses the head of a response that breaks the rules of HTTP, so that its status is not lost.

use std::borrow::Cow;

use memchr::memmem;

use super::head::{Head, MOST_HEADERS};

/// Whether the bytes start with a status line of HTTP/1 with a complete status.
pub(super) fn has_status_line(bytes: &[u8]) -> bool {
    status(bytes).is_some()
}

/// Whether more bytes may complete the status line, with any version of two digits.
pub(super) fn may_become_status_line(bytes: &[u8]) -> bool {
    const START: &[u8] = b"HTTP/";
    let Some(rest) = bytes.strip_prefix(START) else { return START.starts_with(bytes) };
    let (version, rest) = rest.split_at(rest.len().min(3));
    let is_version = version.iter().enumerate().all(|(nth, byte)| match nth {
        1 => *byte == b'.',
        _ => byte.is_ascii_digit(),
    });
    let digits = trim_blanks(rest);
    let is_apart = digits.len() < rest.len() || rest.is_empty();
    let is_status = digits.len() <= 3 && digits.iter().all(u8::is_ascii_digit) && !digits.starts_with(b"0");
    is_version && is_apart && is_status
}

/// Parses the head at the start; `None` until its empty line is received.
pub(super) fn head(bytes: &[u8], fault: httparse::Error) -> Option<Head> {
    let (status, at) = status(bytes)?;
    let len = [&b"\n\r\n"[..], b"\n\n"]
        .iter()
        .filter_map(|end| memmem::find(bytes, end).map(|at| at + end.len()))
        .min()?;
    let text = String::from_utf8_lossy(&bytes[at..len]);
    let mut lines = text.lines();
    let reason = lines.next().unwrap_or_default().trim().to_owned();
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in lines.take(MOST_HEADERS) {
        match (line.split_once(':'), headers.last_mut()) {
            (_, Some((_, value))) if line.starts_with([' ', '\t']) => {
                value.push(' ');
                value.push_str(line.trim());
            }
            (Some((name, value)), _) => headers.push((name.trim().to_owned(), value.trim().to_owned())),
            (None, _) => {}
        }
    }
    Some(Head { status, reason, headers, len, fault: Some(fault) })
}

/// Replaces another version of two digits in the status line by HTTP/1.1: Go reads such a response.
pub(super) fn as_http_1_1(bytes: &[u8]) -> Cow<'_, [u8]> {
    const VERSION: &[u8; 9] = b"HTTP/1.1 ";
    let version = match bytes.first_chunk::<9>() {
        Some([b'H', b'T', b'T', b'P', b'/', major, b'.', minor, b' ']) => [*major, *minor],
        _ => return Cow::Borrowed(bytes),
    };
    if !version.iter().all(u8::is_ascii_digit) || matches!(&version, b"10" | b"11") {
        return Cow::Borrowed(bytes);
    }
    let mut replaced = bytes.to_vec();
    replaced[..VERSION.len()].copy_from_slice(VERSION);
    Cow::Owned(replaced)
}

/// The status, and the offset of its end.
fn status(bytes: &[u8]) -> Option<(u16, usize)> {
    let rest = bytes.strip_prefix(b"HTTP/1.")?;
    let (_, rest) = rest.split_first().filter(|(minor, _)| minor.is_ascii_digit())?;
    let behind = trim_blanks(rest);
    let digits = behind.get(..3).filter(|_| behind.len() < rest.len())?;
    let status = std::str::from_utf8(digits).ok()?.parse().ok().filter(|status| *status >= 100)?;
    let at = bytes.len() - behind.len() + digits.len();
    bytes.get(at).filter(|next| !next.is_ascii_alphanumeric()).map(|_| (status, at))
}

/// The bytes without leading spaces and tabs.
fn trim_blanks(bytes: &[u8]) -> &[u8] {
    let blanks = bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    &bytes[blanks..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Head> {
        head(text.as_bytes(), httparse::Error::HeaderValue)
    }

    #[test]
    fn control_characters_do_not_hide_the_status() {
        let text =
            "HTTP/1.1 401 No\x1b[31m\r\nX-Evil: a\x07b\r\nno colon\r\n folded\r\nServer: x\r\n\r\nbody";
        let head = read(text).expect("it is complete");
        assert_eq!((head.status, head.reason.as_str()), (401, "No\x1b[31m"));
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(head.headers, [header("X-Evil", "a\x07b folded"), header("Server", "x")]);
        assert_eq!(head.len, text.len() - "body".len());
    }

    #[test]
    fn a_head_is_complete_only_with_its_empty_line() {
        assert_eq!(read("HTTP/1.1 401 No\x1b\r\nX: y\r\n"), None);
        assert_eq!(read("HTTP/1.1 401 No\x1b\n\nbody").map(|head| head.len), Some(18));
    }

    #[test]
    fn any_version_of_two_digits_is_accepted() {
        for text in ["HTTP/2.0 101 X", "HTTP/0.9 101 X", "HTTP/1.2 101 X"] {
            assert_eq!(&*as_http_1_1(text.as_bytes()), b"HTTP/1.1 101 X", "{text}");
        }
        for text in ["HTTP/1.0 101 X", "HTTP/1.1 101 X", "HTTP/2 101 X", "HTTP/x.1 101", "HTTP/2.0", ""] {
            assert_eq!(&*as_http_1_1(text.as_bytes()), text.as_bytes());
        }
    }

    #[test]
    fn every_prefix_of_a_status_line_may_become_one() {
        for line in [&b"HTTP/1.3  401 "[..], b"HTTP/2.2 407 "] {
            for cut in 0..line.len() {
                assert!(may_become_status_line(&line[..cut]), "{cut}");
            }
        }
        for text in [
            "HTTP/2x",
            "HTTP/x",
            "HTTP/1.x",
            "HTTP/1.1401",
            "HTTP/1.1 0",
            "HTTP/1.1 40x",
            "HTTP/1.1 4011",
            "hello",
        ] {
            assert!(!may_become_status_line(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_status_on_a_separate_line_is_not_a_status_line() {
        for text in ["HTTP/1.1\n\n401 No\n\n", "HTTP/1.1 \r\n\r\n 401 No", "HTTP/1.1\n401 No\n\n"] {
            assert_eq!(read(text), None, "{text:?}");
            assert!(
                !has_status_line(text.as_bytes()) && !may_become_status_line(text.as_bytes()),
                "{text:?}"
            );
        }
    }

    #[test]
    fn only_a_complete_status_of_http_1_is_a_status_line() {
        for text in ["HTTP/1.1 401\r\n", "HTTP/1.0 200 OK", "HTTP/1.1  503 x"] {
            assert!(has_status_line(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            "HTTP/1.1 401",
            "HTTP/2.0 401 ",
            "HTTP/1.1401 ",
            "HTTP/1.1 4011 ",
            "HTTP/1.1 +40 ",
            "HTTP/1.1 099 ",
        ] {
            assert!(!has_status_line(text.as_bytes()), "{text}");
        }
    }
}
