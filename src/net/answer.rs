//! Reading and judging the answer to an upgrade request; pure over bytes.

use httparse::{EMPTY_HEADER, ParserConfig};

use crate::session::FailureKind;

use super::{Cause, tls::begins_like_tls};

/// The largest head of an answer that is read, in bytes.
pub(super) const LARGEST_HEAD: usize = 256 << 10;

/// The most headers that are read.
const MOST_HEADERS: usize = 1024;

/// The head of an HTTP answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) reason: String,
    /// In order, invalid UTF-8 replaced.
    pub(super) headers: Vec<(String, String)>,
    /// Its length with the empty line, in bytes.
    pub(super) len: usize,
}

impl Head {
    /// Reads the head at the start of `bytes`; `None` while it is not whole.
    ///
    /// # Errors
    ///
    /// What was sent is not HTTP, or more than is read.
    pub(super) fn parse(bytes: &[u8], peer: &str) -> Result<Option<Self>, Cause> {
        let mut headers = vec![EMPTY_HEADER; MOST_HEADERS];
        let mut response = httparse::Response::new(&mut headers);
        let mut parser = ParserConfig::default();
        parser
            .allow_multiple_spaces_in_response_status_delimiters(true)
            .allow_obsolete_multiline_headers_in_responses(true);
        match parser.parse_response(&mut response, bytes) {
            Ok(httparse::Status::Complete(len)) if len <= LARGEST_HEAD => Ok(Some(Self {
                status: response.code.unwrap_or_default(),
                reason: response.reason.unwrap_or_default().to_owned(),
                headers: response.headers.iter().map(owned).collect(),
                len,
            })),
            Ok(httparse::Status::Partial) if bytes.len() < LARGEST_HEAD => Ok(None),
            Ok(_) => Err(too_large(&format!("is larger than {} KiB", LARGEST_HEAD >> 10))),
            Err(httparse::Error::TooManyHeaders) => {
                Err(too_large(&format!("has more than {MOST_HEADERS} headers")))
            }
            Err(error) => Err(not_http(bytes, error, peer)),
        }
    }

    /// The values of all headers of this name, in order.
    pub(super) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.headers.iter().filter(move |(own, _)| own.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }

    /// Whether a list header holds this token, case ignored (RFC 9110, section 5.6.1).
    pub(super) fn lists(&self, name: &str, token: &str) -> bool {
        self.values(name).flat_map(|value| value.split(',')).any(|it| it.trim().eq_ignore_ascii_case(token))
    }

    /// Judges an answer by RFC 6455, section 4.1, as leniently as the pipeline does: unknown
    /// extensions and any subprotocol are taken. `accept` is the hash of our key.
    ///
    /// # Errors
    ///
    /// Why this is no websocket connection.
    pub(super) fn judge(&self, accept: &str) -> Result<(), Cause> {
        if self.status != 101 {
            let reason = if self.reason.is_empty() { String::new() } else { format!(" {}", self.reason) };
            let says =
                format!("the server answered {}{reason} instead of 101 Switching Protocols", self.status);
            return Err(refusal(says, FailureKind::Status { code: self.status }));
        }
        for (header, token) in [("Upgrade", "websocket"), ("Connection", "upgrade")] {
            if !self.lists(header, token) {
                let got = self.joined(header);
                let says = match &got {
                    None => format!("the answer has no {header} header; it should be \"{header}: {token}\""),
                    Some(got) => format!("the answer has \"{header}: {got}\", which should name \"{token}\""),
                };
                return Err(refusal(says, FailureKind::BadUpgradeHeader { header: header.to_owned(), got }));
            }
        }
        let got = self.values("Sec-WebSocket-Accept").next().map(|value| value.trim().to_owned());
        if got.as_deref() != Some(accept) {
            let says = match &got {
                None => "the answer has no Sec-WebSocket-Accept header".to_owned(),
                Some(got) => {
                    format!(
                        "Sec-WebSocket-Accept is \"{got}\", which is not the hash of our key, \"{accept}\""
                    )
                }
            };
            return Err(refusal(says, FailureKind::BadAccept { expected: accept.to_owned(), got }));
        }
        self.judge_extensions()
    }

    fn judge_extensions(&self) -> Result<(), Cause> {
        let header = "Sec-WebSocket-Extensions";
        let mut offers = self.values(header).flat_map(|value| value.split(','));
        let compressed = offers.any(|offer| {
            let name = offer.split(';').next().unwrap_or_default();
            name.trim().eq_ignore_ascii_case("permessage-deflate")
        });
        if !compressed {
            return Ok(());
        }
        let got = self.joined(header).unwrap_or_default();
        let says = "the server switched on permessage-deflate, which was not offered; compressed messages are not read yet";
        Err(refusal(says.to_owned(), FailureKind::NotAsked { header: header.to_owned(), got }))
    }

    fn joined(&self, name: &str) -> Option<String> {
        let values: Vec<_> = self.values(name).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }
}

fn owned(header: &httparse::Header<'_>) -> (String, String) {
    (header.name.to_owned(), String::from_utf8_lossy(header.value).into_owned())
}

fn refusal(says: String, kind: FailureKind) -> Cause {
    Cause::Answer { says, kind }
}

fn too_large(how: &str) -> Cause {
    let kind = FailureKind::AnswerTooLarge { limit: LARGEST_HEAD as u64 };
    refusal(format!("the head of the answer {how}"), kind)
}

fn not_http(bytes: &[u8], error: httparse::Error, peer: &str) -> Cause {
    let looks_like_tls = bytes.len() > 1 && begins_like_tls(bytes);
    let says = if looks_like_tls {
        format!("{peer} answered with TLS to a request without it")
    } else if bytes.starts_with(b"HTTP/") {
        format!("the answer of {peer} begins like HTTP but cannot be read: {error}")
    } else {
        format!("{peer} does not speak HTTP")
    };
    refusal(says, FailureKind::NotHttp { looks_like_tls })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    fn judged(headers: &str) -> Result<(), FailureKind> {
        let answer = format!("HTTP/1.1 101 Switching Protocols\r\n{headers}\r\n\r\n");
        let head = Head::parse(answer.as_bytes(), "h:1").expect("it is HTTP").expect("it is whole");
        assert_eq!(head.len, answer.len());
        head.judge(ACCEPT).map_err(|cause| cause.kind())
    }

    fn broken(bytes: &[u8]) -> FailureKind {
        Head::parse(bytes, "h:1").expect_err("it cannot be read").kind()
    }

    #[test]
    fn a_right_answer_is_accepted_in_any_spelling() {
        let accept = format!("sec-websocket-accept: {ACCEPT}");
        assert_eq!(judged(&format!("Upgrade: websocket\r\nConnection: Upgrade\r\n{accept}")), Ok(()));
        assert_eq!(
            judged(&format!("UPGRADE: WebSocket\r\nconnection: keep-alive, upgrade\r\n{accept}")),
            Ok(())
        );
        assert_eq!(
            judged(&format!(
                "Upgrade: h2c\r\nUpgrade: websocket\r\nConnection: x\r\nConnection: Upgrade\r\n{accept}"
            )),
            Ok(())
        );
    }

    #[test]
    fn missing_and_wrong_headers_are_named() {
        let bad = |header: &str, got: Option<&str>| {
            let got = got.map(str::to_owned);
            Err(FailureKind::BadUpgradeHeader { header: header.to_owned(), got })
        };
        assert_eq!(judged("Connection: Upgrade"), bad("Upgrade", None));
        assert_eq!(judged("Upgrade: h2c\r\nConnection: Upgrade"), bad("Upgrade", Some("h2c")));
        assert_eq!(judged("Upgrade: websocket\r\nConnection: close"), bad("Connection", Some("close")));
    }

    #[test]
    fn the_accept_header_must_be_the_hash_of_the_key() {
        let upgraded = "Upgrade: websocket\r\nConnection: Upgrade";
        let bad = |got: Option<&str>| {
            let got = got.map(str::to_owned);
            Err(FailureKind::BadAccept { expected: ACCEPT.to_owned(), got })
        };
        assert_eq!(judged(upgraded), bad(None));
        assert_eq!(judged(&format!("{upgraded}\r\nSec-WebSocket-Accept: AAAA")), bad(Some("AAAA")));
    }

    #[test]
    fn compression_that_was_not_offered_is_refused_and_unknown_extensions_are_not() {
        let upgraded = format!("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {ACCEPT}");
        let header = "Sec-WebSocket-Extensions";
        assert_eq!(judged(&format!("{upgraded}\r\n{header}: x-own; a=1")), Ok(()));
        let got = "x-own, permessage-deflate; server_no_context_takeover".to_owned();
        let refused = Err(FailureKind::NotAsked { header: header.to_owned(), got: got.clone() });
        assert_eq!(judged(&format!("{upgraded}\r\n{header}: {got}")), refused);
    }

    #[test]
    fn half_a_head_is_waited_for() {
        assert_eq!(Head::parse(b"", "h:1").expect("nothing is wrong yet"), None);
        assert_eq!(Head::parse(b"HTTP/1.1 101 Swi", "h:1").expect("nothing is wrong yet"), None);
    }

    #[test]
    fn what_is_not_http_is_told_apart() {
        assert_eq!(broken(b"SSH-2.0-OpenSSH_9.6\r\n"), FailureKind::NotHttp { looks_like_tls: false });
        assert_eq!(broken(b"\x15\x03\x01\x00\x02\x02\x46"), FailureKind::NotHttp { looks_like_tls: true });
        assert_eq!(
            broken(b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n"),
            FailureKind::NotHttp { looks_like_tls: false }
        );
    }

    #[test]
    fn a_head_has_a_limit() {
        let limit = FailureKind::AnswerTooLarge { limit: 256 << 10 };
        let long = format!("HTTP/1.1 101 S\r\nX: {}", "x".repeat(300 << 10));
        assert_eq!(broken(long.as_bytes()), limit);
        let many = format!("HTTP/1.1 101 S\r\n{}\r\n", "X: 1\r\n".repeat(1025));
        assert_eq!(broken(many.as_bytes()), limit);
        let enough = format!("HTTP/1.1 101 S\r\n{}\r\n", "X: 1\r\n".repeat(1024));
        let head = Head::parse(enough.as_bytes(), "h:1").expect("it is HTTP").expect("it is whole");
        assert_eq!(head.headers.len(), 1024);
    }
}
