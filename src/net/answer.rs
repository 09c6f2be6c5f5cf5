//! Reading and judging the answer to an upgrade request; pure over bytes.

use httparse::{EMPTY_HEADER, ParserConfig};

use crate::{
    config::SessionOptions,
    session::{Counted, FailureKind},
    wire::is_token,
};

use super::{
    Cause,
    extension::{Deflate, deflate, deflate_of_pipeline},
    lenient,
    tls::begins_like_tls,
};

/// The largest head of an answer that is read, in bytes.
pub(super) const LARGEST_HEAD: usize = 256 << 10;

/// The most headers that are read.
pub(super) const MOST_HEADERS: usize = 1024;

/// The most interim answers that are read before the real one.
const MOST_INTERIM: usize = 16;

/// The head of an HTTP answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) reason: String,
    /// In order, invalid UTF-8 replaced.
    pub(super) headers: Vec<(String, String)>,
    /// Its length with the empty line and with what came before it, in bytes.
    pub(super) len: usize,
    /// What breaks the rules of HTTP in it, when it could be read only leniently.
    pub(super) fault: Option<httparse::Error>,
}

impl Head {
    /// Reads the head of the answer in `bytes`, behind any interim answers (RFC 9110, section
    /// 15.2); `None` while it is not whole.
    ///
    /// # Errors
    ///
    /// What was sent is not HTTP, or more than is read.
    pub(super) fn parse(bytes: &[u8], peer: &str) -> Result<Option<Self>, Cause> {
        let mut start = 0;
        for _ in 0..=MOST_INTERIM {
            let head = Self::parse_one(&bytes[start..], peer)?;
            start += head.as_ref().map_or(0, |head| head.len);
            match head {
                None if bytes.len() < LARGEST_HEAD => return Ok(None),
                Some(_) if start <= LARGEST_HEAD => {}
                _ => return Err(too_large(LARGEST_HEAD, Counted::Bytes)),
            }
            if let Some(head) = head.filter(|head| !head.is_interim()) {
                return Ok(Some(Self { len: start, ..head }));
            }
        }
        Err(too_large(MOST_INTERIM, Counted::Interim))
    }

    /// The last interim answer, if `bytes` end right behind it.
    pub(super) fn parse_interim(bytes: &[u8], peer: &str) -> Option<Self> {
        let mut start = 0;
        loop {
            let head = Self::parse_one(&bytes[start..], peer).ok()??;
            start += head.len;
            if start == bytes.len() {
                return Some(Self { len: start, ..head });
            }
        }
    }

    /// Reads the head at the start of `bytes`, whatever its status.
    fn parse_one(bytes: &[u8], peer: &str) -> Result<Option<Self>, Cause> {
        let bytes = &*lenient::as_http_1_1(bytes);
        let mut headers = vec![EMPTY_HEADER; MOST_HEADERS];
        let mut response = httparse::Response::new(&mut headers);
        let mut parser = ParserConfig::default();
        parser
            .allow_multiple_spaces_in_response_status_delimiters(true)
            .allow_obsolete_multiline_headers_in_responses(true);
        match parser.parse_response(&mut response, bytes) {
            Ok(httparse::Status::Complete(len)) => Ok(Some(Self {
                status: response.code.unwrap_or_default(),
                reason: response.reason.unwrap_or_default().to_owned(),
                headers: response.headers.iter().map(owned).collect(),
                len,
                fault: None,
            })),
            Ok(httparse::Status::Partial) => Ok(None),
            Err(httparse::Error::TooManyHeaders) => Err(too_large(MOST_HEADERS, Counted::Headers)),
            Err(error) if lenient::begins(bytes) => Ok(lenient::head(bytes, error)),
            Err(_) if lenient::may_begin(bytes) || may_be_tls(bytes) => Ok(None),
            Err(error) => Err(not_http(bytes, error, peer)),
        }
    }

    /// Whether another answer follows; 101 is the last one, since it ends HTTP.
    fn is_interim(&self) -> bool {
        self.status != 101 && matches!(self.status, 100..200)
    }

    /// The values of all headers of this name, in order.
    pub(super) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.headers.iter().filter(move |(own, _)| own.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }

    /// Whether a list header holds this token, case ignored (RFC 9110, section 5.6.1). As in the
    /// pipeline, a value is read up to the first element that is no token.
    pub(super) fn lists(&self, name: &str, token: &str) -> bool {
        let listed = |value: &str| {
            let mut elements = value.split(',').map(|element| element.trim_matches([' ', '\t']));
            elements
                .find(|element| !is_token(element) || element.eq_ignore_ascii_case(token))
                .is_some_and(is_token)
        };
        self.values(name).any(listed)
    }

    /// Judges an answer by RFC 6455, section 4.1, as leniently as the pipeline does: unknown
    /// extensions and any subprotocol are taken. `accept` is the hash of our key. Gives the
    /// compression that the server switched on.
    ///
    /// # Errors
    ///
    /// Why this is no websocket connection.
    pub(super) fn validate(&self, accept: &str, options: SessionOptions) -> Result<Option<Deflate>, Cause> {
        if self.status != 101 {
            let reason = if self.reason.is_empty() { String::new() } else { format!(" {}", self.reason) };
            let message =
                format!("the server answered {}{reason} instead of 101 Switching Protocols", self.status);
            return Err(refusal(message, FailureKind::Status { code: self.status }));
        }
        if let Some(fault) = self.fault {
            let message =
                format!("the server answered 101, but the head of its answer cannot be read: {fault}");
            return Err(refusal(message, FailureKind::NotHttp { looks_like_tls: false }));
        }
        for (header, token) in [("Upgrade", "websocket"), ("Connection", "upgrade")] {
            if !self.lists(header, token) {
                let got = self.joined(header).map(brief);
                let message = match &got {
                    None => format!("the answer has no {header} header; it should be \"{header}: {token}\""),
                    Some(got) => format!("the answer has \"{header}: {got}\", which should name \"{token}\""),
                };
                return Err(refusal(
                    message,
                    FailureKind::BadUpgradeHeader { header: header.to_owned(), got },
                ));
            }
        }
        let got = self.values("Sec-WebSocket-Accept").next().map(|value| brief(value.trim().to_owned()));
        if got.as_deref() != Some(accept) {
            let message = match &got {
                None => "the answer has no Sec-WebSocket-Accept header".to_owned(),
                Some(got) => {
                    format!(
                        "Sec-WebSocket-Accept is \"{got}\", which is not the hash of our key, \"{accept}\""
                    )
                }
            };
            return Err(refusal(message, FailureKind::BadAccept { expected: accept.to_owned(), got }));
        }
        self.compression(options)
    }

    /// The compression of this answer. A pipeline takes it whether it asked or not, where both
    /// sides begin each message afresh; the standard takes that, and what can be read (RFC 7692,
    /// section 7).
    fn compression(&self, options: SessionOptions) -> Result<Option<Deflate>, Cause> {
        let header = "Sec-WebSocket-Extensions";
        let got = || self.joined(header).map(brief).unwrap_or_default();
        let kind = || FailureKind::NotAsked { header: header.to_owned(), got: got() };
        let of_pipeline = deflate_of_pipeline(self.values(header));
        if options.dialect.is_pipeline() {
            return of_pipeline.map_err(|wrong| refusal(wrong.to_owned(), kind()));
        }
        match (deflate(self.values(header)), of_pipeline) {
            (Ok(deflate), _) => Ok(deflate),
            (Err(_), Ok(Some(taken))) => Ok(Some(taken)),
            (Err(wrong), _) => {
                let message = format!(
                    "the server switched on permessage-deflate in a way that cannot be read: {wrong}"
                );
                Err(refusal(message, kind()))
            }
        }
    }

    fn joined(&self, name: &str) -> Option<String> {
        let values: Vec<_> = self.values(name).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }
}

fn owned(header: &httparse::Header<'_>) -> (String, String) {
    (header.name.to_owned(), String::from_utf8_lossy(header.value).into_owned())
}

fn refusal(message: String, kind: FailureKind) -> Cause {
    Cause::Answer { message, kind }
}

fn too_large(limit: usize, counted: Counted) -> Cause {
    let message = match counted {
        Counted::Bytes => format!("the head of the answer is larger than {} KiB", limit >> 10),
        Counted::Headers => format!("the head of the answer has more than {limit} headers"),
        Counted::Interim => format!("more than {limit} interim answers came, and none behind them"),
    };
    refusal(message, FailureKind::AnswerTooLarge { limit: limit as u64, counted })
}

/// Whether a second byte may show that these are TLS.
fn may_be_tls(bytes: &[u8]) -> bool {
    bytes.len() == 1 && begins_like_tls(bytes)
}

fn not_http(bytes: &[u8], error: httparse::Error, peer: &str) -> Cause {
    let looks_like_tls = bytes.len() > 1 && begins_like_tls(bytes);
    let message = if looks_like_tls {
        format!("{peer} answered with TLS to a request without it")
    } else if bytes.starts_with(b"HTTP/") {
        format!("the answer of {peer} begins like HTTP but cannot be read: {error}")
    } else {
        format!("{peer} does not speak HTTP")
    };
    refusal(message, FailureKind::NotHttp { looks_like_tls })
}

/// A header value as a failure quotes it. The head may be long, and a failure is kept by everyone
/// who reads the events; the value stands whole in the evidence.
fn brief(value: String) -> String {
    const LONGEST: usize = 1024;
    if value.len() <= LONGEST { value } else { value.chars().take(LONGEST).collect::<String>() + "…" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Dialect;

    const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    fn judged(headers: &str) -> Result<(), FailureKind> {
        judged_as(headers, SessionOptions::default()).map(drop)
    }

    fn judged_as(headers: &str, options: SessionOptions) -> Result<Option<Deflate>, FailureKind> {
        let answer = format!("HTTP/1.1 101 Switching Protocols\r\n{headers}\r\n\r\n");
        let head = Head::parse(answer.as_bytes(), "h:1").expect("it is HTTP").expect("it is whole");
        assert_eq!(head.len, answer.len());
        head.validate(ACCEPT, options).map_err(|cause| cause.kind())
    }

    fn broken(bytes: &[u8]) -> FailureKind {
        Head::parse(bytes, "h:1").expect_err("it cannot be read").kind()
    }

    #[test]
    fn an_answer_is_what_it_is_however_it_is_cut() {
        for answer in ["HTTP/1.3 401 No\r\n\r\n", "\u{15}\u{3}\u{3}"] {
            for cut in 1..answer.len() {
                if let Err(cause) = Head::parse(&answer.as_bytes()[..cut], "h:1") {
                    assert_eq!(cause.kind(), broken(answer.as_bytes()), "cut at {cut}");
                }
            }
        }
    }

    #[test]
    fn a_failure_quotes_no_more_than_the_beginning_of_a_long_value() {
        assert_eq!(super::brief("h2c".to_owned()), "h2c");
        assert_eq!(super::brief("é".repeat(5_000)), "é".repeat(1_024) + "…");
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
        for got in [", websocket", "x y, websocket", "websocket/13"] {
            assert_eq!(judged(&format!("Upgrade: {got}\r\nConnection: Upgrade")), bad("Upgrade", Some(got)));
        }
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
    fn compression_is_taken_as_the_dialect_takes_it_and_unknown_extensions_are_passed_over() {
        let upgraded = format!("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {ACCEPT}");
        let header = "Sec-WebSocket-Extensions";
        let with = |got: &str, dialect| {
            let options = SessionOptions { dialect, ..SessionOptions::default() };
            judged_as(&format!("{upgraded}\r\n{header}: {got}"), options)
        };
        let refused =
            |got: &str| Err(FailureKind::NotAsked { header: header.to_owned(), got: got.to_owned() });
        assert_eq!(with("x-own; a=1", Dialect::Standard), Ok(None));
        let one = "x-own, permessage-deflate; server_no_context_takeover";
        let both = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
        assert!(
            with(one, Dialect::Standard).is_ok_and(|found| found.is_some_and(|found| found.server_fresh))
        );
        for dialect in [Dialect::Bento, Dialect::Benthos, Dialect::Connect, Dialect::Connect4106] {
            assert_eq!(with(one, dialect), refused(one));
            assert!(with(both, dialect).is_ok_and(|found| found.is_some()));
        }
        let wrong = "permessage-deflate; server_max_window_bits=7";
        assert_eq!(with(wrong, Dialect::Standard), refused(wrong));
        let taken = format!("{both}; server_max_window_bits=7");
        for dialect in [Dialect::Standard, Dialect::Bento] {
            assert!(with(&taken, dialect).is_ok_and(|found| found.is_some()));
        }
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
        assert_eq!(broken(b"HTTP/2 200\r\n\r\n"), FailureKind::NotHttp { looks_like_tls: false });
    }

    #[test]
    fn interim_answers_are_skipped_up_to_a_number() {
        let real = "HTTP/1.1 401 Unauthorized\r\n\r\n";
        let behind = |interim: usize| format!("{}{real}", "HTTP/1.1 102 Processing\r\n\r\n".repeat(interim));
        let parsed = |text: &str| Head::parse(text.as_bytes(), "h:1");
        for interim in [0, 1, 16] {
            let text = behind(interim);
            let head = parsed(&text).expect("it is HTTP").expect("it is whole");
            assert_eq!((head.status, head.len), (401, text.len()), "{interim}");
        }
        let limit = FailureKind::AnswerTooLarge { limit: 16, counted: Counted::Interim };
        assert_eq!(broken(behind(17).as_bytes()), limit);
        assert_eq!(parsed("HTTP/1.1 100 Continue\r\n\r\n").expect("it is HTTP"), None);
        assert_eq!(parsed("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 1").expect("it is HTTP"), None);
    }

    #[test]
    fn interim_answers_count_against_the_limit_of_the_head() {
        let interim = format!("HTTP/1.1 103 Early Hints\r\nLink: {}\r\n\r\n", "x".repeat(200 << 10));
        let limit = FailureKind::AnswerTooLarge { limit: 256 << 10, counted: Counted::Bytes };
        assert_eq!(broken(interim.repeat(2).as_bytes()), limit);
    }

    #[test]
    fn an_interim_answer_that_is_the_last_thing_is_found() {
        let last = |text: &str| Head::parse_interim(text.as_bytes(), "h:1").map(|head| head.status);
        assert_eq!(last("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n"), Some(103));
        assert_eq!(last("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101"), None);
        assert_eq!(last(""), None);
    }

    #[test]
    fn a_101_that_breaks_the_rules_of_http_is_refused() {
        let answer = "HTTP/1.1 101 Switching\x1b Protocols\r\nUpgrade: websocket\r\n\r\n";
        let head = Head::parse(answer.as_bytes(), "h:1").expect("it can be read").expect("it is whole");
        let cause = head.validate(ACCEPT, SessionOptions::default()).expect_err("it breaks the rules");
        assert_eq!(cause.kind(), FailureKind::NotHttp { looks_like_tls: false });
        let message =
            "the server answered 101, but the head of its answer cannot be read: invalid response status";
        assert_eq!(cause.to_string(), message);
    }

    #[test]
    fn a_head_has_a_limit() {
        let limit = FailureKind::AnswerTooLarge { limit: 256 << 10, counted: Counted::Bytes };
        let long = format!("HTTP/1.1 101 S\r\nX: {}", "x".repeat(300 << 10));
        assert_eq!(broken(long.as_bytes()), limit);
        let limit = FailureKind::AnswerTooLarge { limit: 1024, counted: Counted::Headers };
        let many = format!("HTTP/1.1 101 S\r\n{}\r\n", "X: 1\r\n".repeat(1025));
        assert_eq!(broken(many.as_bytes()), limit);
        let enough = format!("HTTP/1.1 101 S\r\n{}\r\n", "X: 1\r\n".repeat(1024));
        let head = Head::parse(enough.as_bytes(), "h:1").expect("it is HTTP").expect("it is whole");
        assert_eq!(head.headers.len(), 1024);
    }
}
