//! Parses and validates the response to an upgrade request. Pure.

use httparse::{EMPTY_HEADER, ParserConfig};

use crate::{
    config::SessionOptions,
    payload::cut_chars,
    session::{Counted, FailureKind},
    wire::is_token,
};

use super::{
    Cause,
    extension::{Deflate, deflate, pipeline_deflate},
    head::{Head, MOST_HEADERS},
    lenient,
    records::begins_like_tls,
};

/// The largest head of a response, in bytes.
pub(super) const LARGEST_HEAD: usize = 256 << 10;

/// The most interim responses before the final one.
const MOST_INTERIM: usize = 16;

impl Head {
    /// Parses the head of the final response in `bytes`, after any interim responses (RFC 9110, section 15.2);
    /// `None` while it is incomplete.
    ///
    /// # Errors
    ///
    /// The bytes are not HTTP, or exceed a limit.
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

    /// The last interim response, if `bytes` end with it.
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

    /// Parses the head at the start of `bytes`, whatever its status.
    pub(super) fn parse_one(bytes: &[u8], peer: &str) -> Result<Option<Self>, Cause> {
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
            Err(error) if lenient::has_status_line(bytes) => Ok(lenient::head(bytes, error)),
            Err(_) if lenient::may_become_status_line(bytes) || may_be_tls(bytes) => Ok(None),
            Err(error) => Err(not_http(bytes, error, peer)),
        }
    }

    /// Whether another response follows. 101 is final, since it ends HTTP.
    fn is_interim(&self) -> bool {
        self.status != 101 && matches!(self.status, 100..200)
    }

    /// Whether a list header contains this token, ignoring case (RFC 9110, section 5.6.1). As in the pipeline, a
    /// value is read up to the first element that is not a token.
    pub(super) fn lists(&self, name: &str, token: &str) -> bool {
        let listed = |value: &str| {
            let mut elements = value.split(',').map(|element| element.trim_matches([' ', '\t']));
            elements
                .find(|element| !is_token(element) || element.eq_ignore_ascii_case(token))
                .is_some_and(is_token)
        };
        self.values(name).any(listed)
    }

    /// Validates a response by RFC 6455, section 4.1, as leniently as the pipeline: unknown extensions and any
    /// subprotocol are accepted. `accept` is the hash of the request's key. Returns the compression that the
    /// server enabled.
    ///
    /// # Errors
    ///
    /// The response does not open a websocket connection.
    pub(super) fn validate(&self, accept: &str, options: SessionOptions) -> Result<Option<Deflate>, Cause> {
        if self.status != 101 {
            let reason = if self.reason.is_empty() { String::new() } else { format!(" {}", self.reason) };
            let message =
                format!("the server answered {}{reason} instead of 101 Switching Protocols", self.status);
            return Err(Cause::new(FailureKind::Status { code: self.status }, message));
        }
        if let Some(fault) = self.fault {
            let message =
                format!("the server answered 101, but the head of its response cannot be read: {fault}");
            return Err(Cause::new(FailureKind::NotHttp { looks_like_tls: false }, message));
        }
        for (header, token) in [("Upgrade", "websocket"), ("Connection", "upgrade")] {
            if !self.lists(header, token) {
                let got = self.joined_values(header).map(|got| shortened(&got));
                let message = match &got {
                    None => {
                        format!("the response has no {header} header; it should be \"{header}: {token}\"")
                    }
                    Some(got) => {
                        format!("the response has \"{header}: {got}\", which should name \"{token}\"")
                    }
                };
                return Err(Cause::new(
                    FailureKind::BadUpgradeHeader { header: header.to_owned(), got },
                    message,
                ));
            }
        }
        let got = self.values("Sec-WebSocket-Accept").next().map(|value| shortened(value.trim()));
        if got.as_deref() != Some(accept) {
            let message = match &got {
                None => "the response has no Sec-WebSocket-Accept header".to_owned(),
                Some(got) => {
                    format!(
                        "Sec-WebSocket-Accept is \"{got}\" instead of \"{accept}\", the hash of the request's key"
                    )
                }
            };
            return Err(Cause::new(FailureKind::BadAccept { expected: accept.to_owned(), got }, message));
        }
        self.compression(options)
    }

    /// The compression of this response. A pipeline accepts it, offered or not, if neither side uses context
    /// takeover. The standard accepts this, and also valid parameters of RFC 7692, section 7.
    fn compression(&self, options: SessionOptions) -> Result<Option<Deflate>, Cause> {
        let header = "Sec-WebSocket-Extensions";
        let got = || shortened(&self.joined_values(header).unwrap_or_default());
        let kind = || FailureKind::NotAsked { header: header.to_owned(), got: got() };
        let of_pipeline = pipeline_deflate(self.values(header));
        if options.dialect.is_pipeline() {
            return of_pipeline.map_err(|fault| Cause::new(kind(), fault));
        }
        match (deflate(self.values(header)), of_pipeline) {
            (Ok(deflate), _) => Ok(deflate),
            (Err(_), Ok(Some(accepted))) => Ok(Some(accepted)),
            (Err(fault), _) => {
                let message =
                    format!("the server enabled permessage-deflate with invalid parameters: {fault}");
                Err(Cause::new(kind(), message))
            }
        }
    }

    fn joined_values(&self, name: &str) -> Option<String> {
        let values: Vec<_> = self.values(name).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }
}

fn owned(header: &httparse::Header<'_>) -> (String, String) {
    (header.name.to_owned(), String::from_utf8_lossy(header.value).into_owned())
}

fn too_large(limit: usize, counted: Counted) -> Cause {
    let message = match counted {
        Counted::Bytes => format!("the head of the response is larger than {} KiB", limit >> 10),
        Counted::Headers => format!("the head of the response has more than {limit} headers"),
        Counted::Interim => format!("the server sent more than {limit} interim responses and no final one"),
    };
    Cause::new(FailureKind::AnswerTooLarge { limit: limit as u64, counted }, message)
}

/// Whether a second byte is needed to recognise TLS.
fn may_be_tls(bytes: &[u8]) -> bool {
    bytes.len() == 1 && begins_like_tls(bytes)
}

fn not_http(bytes: &[u8], error: httparse::Error, peer: &str) -> Cause {
    let looks_like_tls = bytes.len() > 1 && begins_like_tls(bytes);
    let message = if looks_like_tls {
        format!("{peer} answered with TLS to a request without TLS")
    } else if bytes.starts_with(b"HTTP/") {
        format!("the response of {peer} begins like HTTP but cannot be read: {error}")
    } else {
        format!("{peer} does not speak HTTP")
    };
    Cause::new(FailureKind::NotHttp { looks_like_tls }, message)
}

/// A header value, shortened for an error, since the value may be long and every reader of the events keeps the
/// error. The evidence has the whole value.
fn shortened(value: &str) -> String {
    cut_chars(value, 1024)
}

#[cfg(test)]
mod tests;
