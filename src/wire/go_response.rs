//! What Go 1.26 makes of the head of a response, since the engines read theirs with it: `http.ReadResponse`, which
//! is `net/textproto/reader.go` for the lines and `net/http/transfer.go` for the body's length.
//!
//! Go reads line by line and refuses at the first one that it does not like, without waiting for the rest. A
//! response is final whatever its status. Older versions of Go have other words for a header without a colon
//! (`malformed MIME header line: …`).

use super::{go_quote::quoted, is_token};

/// How far Go came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GoResponse {
    /// It waits for more, or the peer ended in the middle: `unexpected EOF`.
    Partial,
    Refused(String),
    Read {
        status: u16,
        /// The words after the status; `None` where not even a blank follows it.
        phrase: Option<String>,
        /// The length of the head, with its empty line.
        len: usize,
    },
}

/// Reads the head at the start of `bytes`. Once the peer has `ended`, what is left is the last line.
#[must_use]
pub fn go_response(bytes: &[u8], ended: bool) -> GoResponse {
    let mut lines = Lines { bytes, at: 0, ended };
    match read(&mut lines) {
        Ok((status, phrase)) => GoResponse::Read { status, phrase, len: lines.at },
        Err(Stop::Partial) => GoResponse::Partial,
        Err(Stop::Refused(text)) => GoResponse::Refused(text),
    }
}

enum Stop {
    Partial,
    Refused(String),
}

type Read<T> = Result<T, Stop>;

fn refused<T>(what: &str, value: &[u8]) -> Read<T> {
    Err(Stop::Refused(format!("{what} {}", quoted(value))))
}

struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    ended: bool,
}

impl<'a> Lines<'a> {
    /// The next line without its end (`bufio.Reader.ReadLine`).
    fn next(&mut self) -> Read<&'a [u8]> {
        let rest = &self.bytes[self.at..];
        match memchr::memchr(b'\n', rest) {
            Some(end) => {
                self.at += end + 1;
                let line = &rest[..end];
                Ok(line.strip_suffix(b"\r").unwrap_or(line))
            }
            None if self.ended && !rest.is_empty() => {
                self.at = self.bytes.len();
                Ok(rest)
            }
            None => Err(Stop::Partial),
        }
    }

    /// The next header with its continuations, each after one blank (`readContinuedLineSlice`).
    fn header(&mut self) -> Read<Vec<u8>> {
        let first = self.next()?;
        if !first.is_empty() && !first.contains(&b':') {
            return refused("malformed MIME header: missing colon:", first);
        }
        let mut line = trim(first).to_vec();
        while !first.is_empty() && self.skip_blanks()? {
            line.push(b' ');
            match self.next() {
                Ok(more) => line.extend_from_slice(trim(more)),
                // The end of the stream ends the header too.
                Err(stop) if !self.ended => return Err(stop),
                Err(_) => break,
            }
        }
        Ok(line)
    }

    /// Skips blanks, and tells whether there were any.
    fn skip_blanks(&mut self) -> Read<bool> {
        let rest = &self.bytes[self.at..];
        let blanks = rest.iter().take_while(|byte| is_blank(**byte)).count();
        if blanks == rest.len() && !self.ended {
            return Err(Stop::Partial);
        }
        self.at += blanks;
        Ok(blanks > 0)
    }
}

fn read(lines: &mut Lines) -> Read<(u16, Option<String>)> {
    let line = lines.next()?;
    let Some((version, rest)) = cut(line, b' ') else { return refused("malformed HTTP response", line) };
    let rest = &rest[rest.iter().take_while(|byte| **byte == b' ').count()..];
    let (digits, phrase) = cut(rest, b' ').map_or((rest, None), |(digits, phrase)| (digits, Some(phrase)));
    let Some(status) = status(digits) else { return refused("malformed HTTP status code", digits) };
    let is_http_1_1 = match version {
        [b'H', b'T', b'T', b'P', b'/', major, b'.', minor]
            if major.is_ascii_digit() && minor.is_ascii_digit() =>
        {
            // Version 0.0 counts as 1.1.
            (*major, *minor) >= (b'1', b'1') || (*major, *minor) == (b'0', b'0')
        }
        _ => return refused("malformed HTTP version", version),
    };
    let headers = headers(lines)?;
    check_transfer(&headers, is_http_1_1)?;
    Ok((status, phrase.map(|phrase| String::from_utf8_lossy(phrase).into_owned())))
}

/// Three characters that `strconv.Atoi` takes for a number of at least 0.
fn status(digits: &[u8]) -> Option<u16> {
    let text = std::str::from_utf8(digits).ok().filter(|text| text.len() == 3)?;
    let number: i16 = text.parse().ok()?;
    u16::try_from(number).ok()
}

type Headers = Vec<(Vec<u8>, Vec<u8>)>;

fn headers(lines: &mut Lines) -> Read<Headers> {
    let mut headers = Vec::new();
    if lines.bytes.get(lines.at).copied().is_some_and(is_blank) {
        return refused("malformed MIME header initial line:", lines.next()?);
    }
    loop {
        let line = lines.header()?;
        if line.is_empty() {
            return Ok(headers);
        }
        match cut(&line, b':') {
            Some((name, value)) if is_name(name) && value.iter().all(|byte| is_value(*byte)) => {
                headers.push((name.to_vec(), value.to_vec()));
            }
            _ => return refused("malformed MIME header line:", &line),
        }
    }
}

/// What `readTransfer` refuses: it would not know where the body ends.
fn check_transfer(headers: &Headers, is_http_1_1: bool) -> Read<()> {
    let values = |name: &'static str| {
        let named = headers.iter().filter(move |(own, _)| own.eq_ignore_ascii_case(name.as_bytes()));
        named.map(|(_, value)| trim_start(value)).collect::<Vec<_>>()
    };
    let encodings = if is_http_1_1 { values("Transfer-Encoding") } else { Vec::new() };
    match encodings[..] {
        [] => {}
        [encoding] if encoding.eq_ignore_ascii_case(b"chunked") => {}
        [encoding] => return refused("unsupported transfer encoding:", encoding),
        _ => {
            let text = format!("too many transfer encodings: {}", list(&encodings));
            return Err(Stop::Refused(text));
        }
    }
    let lengths = values("Content-Length");
    if let Some(length) = lengths.first().map(|length| length.trim_ascii()) {
        if lengths.iter().any(|other| other.trim_ascii() != length) {
            let text = "http: message cannot contain multiple Content-Length headers; got";
            return Err(Stop::Refused(format!("{text} {}", list(&lengths))));
        }
        if length.is_empty() {
            return refused("invalid empty Content-Length", length);
        }
        let number =
            length.iter().all(u8::is_ascii_digit).then(|| std::str::from_utf8(length).ok()).flatten();
        if number.and_then(|number| number.parse::<i64>().ok()).is_none() {
            return refused("bad Content-Length", length);
        }
    }
    if encodings.is_empty() { Ok(()) } else { check_trailer(&values("Trailer")) }
}

/// Headers that must not come after the body (`fixTrailer`).
fn check_trailer(values: &[&[u8]]) -> Read<()> {
    const FORBIDDEN: [&str; 3] = ["Transfer-Encoding", "Trailer", "Content-Length"];
    let mut keys = values.iter().flat_map(|value| value.split(|byte| *byte == b',')).map(<[u8]>::trim_ascii);
    let found = keys.find_map(|key| FORBIDDEN.iter().find(|name| key.eq_ignore_ascii_case(name.as_bytes())));
    found.map_or(Ok(()), |name| refused("bad trailer key", name.as_bytes()))
}

/// `["1" "2"]`
fn list(values: &[&[u8]]) -> String {
    let values: Vec<_> = values.iter().map(quoted).collect();
    format!("[{}]", values.join(" "))
}

fn cut(bytes: &[u8], at: u8) -> Option<(&[u8], &[u8])> {
    let nth = memchr::memchr(at, bytes)?;
    Some((&bytes[..nth], &bytes[nth + 1..]))
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn trim_start(bytes: &[u8]) -> &[u8] {
    &bytes[bytes.iter().take_while(|byte| is_blank(**byte)).count()..]
}

fn trim(bytes: &[u8]) -> &[u8] {
    let bytes = trim_start(bytes);
    &bytes[..bytes.len() - bytes.iter().rev().take_while(|byte| is_blank(**byte)).count()]
}

/// A name may contain blanks (`canonicalMIMEHeaderKey`).
fn is_name(name: &[u8]) -> bool {
    let is_known = |byte: &u8| *byte == b' ' || is_token(char::from(*byte).encode_utf8(&mut [0; 2]));
    !name.is_empty() && name.iter().all(is_known)
}

/// `validHeaderValueByte`
const fn is_value(byte: u8) -> bool {
    byte == b'\t' || byte >= b' ' && byte != 0x7f
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        match go_response(text.as_bytes(), false) {
            GoResponse::Refused(text) => text,
            other => panic!("{text:?}: {other:?}"),
        }
    }

    #[test]
    fn a_line_that_go_does_not_like_is_refused_as_soon_as_it_is_complete() {
        let cases = [
            ("SSH-2.0-x\r\n", r#"malformed HTTP response "SSH-2.0-x""#),
            ("HTTP/1.1 40 X\n", r#"malformed HTTP status code "40""#),
            ("HTTP/1.1 -40 X\n", r#"malformed HTTP status code "-40""#),
            ("http/1.1 403 X\n", r#"malformed HTTP version "http/1.1""#),
            ("HTTP/1.1 200 X\r\n X: y\r\n", r#"malformed MIME header initial line: " X: y""#),
            ("HTTP/1.1 200 X\r\nOdd line \r\n", r#"malformed MIME header: missing colon: "Odd line ""#),
            ("HTTP/1.1 200 X\r\n: y\r\n\r\n", r#"malformed MIME header line: ": y""#),
            ("HTTP/1.1 200 X\r\nä: y\r\n\r\n", r#"malformed MIME header line: "ä: y""#),
            ("HTTP/1.1 200 X\r\nX: a\0b\r\n\r\n", r#"malformed MIME header line: "X: a\x00b""#),
            ("HTTP/1.1 200 X\r\nX: a\r\n \t b\x07\r\n\r\n", r#"malformed MIME header line: "X: a b\a""#),
        ];
        for (text, refused) in cases {
            assert_eq!(refusal(text), refused);
        }
    }

    #[test]
    fn lengths_and_encodings_that_contradict_are_refused() {
        let of = |headers: &str| refusal(&format!("HTTP/1.1 101 S\r\n{headers}\r\n\r\n"));
        let cases = [
            ("Content-Length: abc", r#"bad Content-Length "abc""#),
            ("Content-Length: +1", r#"bad Content-Length "+1""#),
            ("Content-Length: 9223372036854775808", r#"bad Content-Length "9223372036854775808""#),
            ("Content-Length:", r#"invalid empty Content-Length """#),
            (
                "Content-Length: 1\r\nContent-Length: 2",
                r#"http: message cannot contain multiple Content-Length headers; got ["1" "2"]"#,
            ),
            ("Transfer-Encoding: gzip", r#"unsupported transfer encoding: "gzip""#),
            ("Transfer-Encoding: a\r\nTransfer-Encoding: b", r#"too many transfer encodings: ["a" "b"]"#),
            ("Transfer-Encoding: chunked\r\nTrailer: x, trailer", r#"bad trailer key "Trailer""#),
        ];
        for (headers, refused) in cases {
            assert_eq!(of(headers), refused);
        }
    }

    #[test]
    fn what_go_lets_pass_is_read() {
        for headers in [
            "Content-Length: 5\r\nContent-Length: 5 ",
            "X Y: z",
            "X: é",
            "X:\r\n  folded",
            "Transfer-Encoding: Chunked",
            "Trailer: Trailer",
        ] {
            let text = format!("HTTP/1.1 101 S T\r\n{headers}\r\n\r\n");
            let (status, phrase, len) = (101, Some("S T".to_owned()), text.len());
            let read = GoResponse::Read { status, phrase, len };
            assert_eq!(go_response(format!("{text}rest").as_bytes(), false), read);
        }
        let old = go_response(b"HTTP/1.0 200\r\nTransfer-Encoding: gzip\r\n\r\n", false);
        assert_eq!(old, GoResponse::Read { status: 200, phrase: None, len: 41 });
        assert!(matches!(go_response(b"HTTP/9.9 +40 \n\n", false), GoResponse::Read { status: 40, .. }));
    }

    #[test]
    fn the_end_of_the_stream_ends_the_last_line() {
        let cut = b"HTTP/1.1 101 S\r\nUpgr";
        assert_eq!(go_response(cut, false), GoResponse::Partial);
        let text = r#"malformed MIME header: missing colon: "Upgr""#;
        assert_eq!(go_response(cut, true), GoResponse::Refused(text.to_owned()));
        for cut in ["", "HTTP/1.1 101 S", "HTTP/1.1 101 S\r\nX: y", "HTTP/1.1 101 S\r\nX: y\r\n "] {
            assert_eq!(go_response(cut.as_bytes(), true), GoResponse::Partial, "{cut:?}");
        }
    }
}
