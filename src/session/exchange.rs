//! An HTTP exchange: a request and its answer.

use serde::{Deserialize, Serialize};

use crate::config::{Secret, address_secrets};

use super::{AuthEvidence, Timestamp};

/// The upgrade request and its answer, verbatim but with secrets masked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    pub request: String,
    pub response: Option<Response>,
    /// How each enabled method made its `Authorization` header.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub auth: Vec<AuthEvidence>,
    /// The compression extension as the server wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<String>,
    /// How many TLS renegotiations the server requested and got meanwhile.
    #[serde(default, skip_serializing_if = "super::encoding::is_default")]
    pub renegotiations: u32,
    /// The first bytes of an answer that could not be read as HTTP.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "super::encoding::base64_text")]
    pub unread: Vec<u8>,
    /// How many bytes were received of an answer that is not HTTP or not complete.
    pub unread_size: u64,
}

impl Exchange {
    /// `101 Switching Protocols`, with renegotiations and extension; `None` without an answer.
    #[must_use]
    pub fn summary(&self) -> Option<String> {
        let response = self.response.as_ref()?;
        let before = match self.renegotiations {
            0 => String::new(),
            1 => ", after a new TLS handshake".to_owned(),
            more => format!(", after {more} new TLS handshakes"),
        };
        let extension = self.extension.as_ref().map_or(String::new(), |extension| format!(", {extension}"));
        Some(format!("{} {}{before}{extension}", response.status, response.reason))
    }
}

/// An HTTP answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    pub status: u16,
    pub reason: String,
    /// The status line and headers as received, secrets masked.
    pub head: String,
    /// The name and value of each header, in order.
    pub headers: Vec<(String, String)>,
    /// The body of a refusal as text, invalid bytes replaced.
    pub body: String,
    /// How far it was read.
    pub body_end: BodyEnd,
}

impl Response {
    /// The credentials that the server sent in the headers: those in URLs, and cookies. Its body may repeat
    /// them.
    #[must_use]
    pub fn secrets(&self) -> Vec<Secret> {
        let secrets = |(name, value): &(String, String)| match name.to_ascii_lowercase().as_str() {
            "location" | "content-location" => address_secrets(value),
            "set-cookie" => {
                let pair = value.split(';').next().and_then(|pair| pair.split_once('='));
                pair.map(|(_, value)| Secret::new(value.trim())).into_iter().collect()
            }
            _ => Vec::new(),
        };
        self.headers.iter().flat_map(secrets).collect()
    }

    /// The server's clock, from its `Date` header (RFC 9110, section 6.6.1).
    #[must_use]
    pub fn date(&self) -> Option<Timestamp> {
        let zoned = jiff::fmt::rfc2822::parse(self.header("Date")?).ok()?;
        Some(Timestamp(zoned.timestamp().as_microsecond()))
    }

    /// The first header of this name, case ignored.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Where the reading of a body stopped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BodyEnd {
    /// The body is complete.
    #[default]
    Whole,
    /// The body is longer than what is kept.
    TooLong,
    /// The connection ended within the body, or its chunks are malformed.
    BrokenOff,
    /// The rest was not received in time.
    Stalled,
}

impl BodyEnd {
    /// Why the body is incomplete; `None` if it is complete.
    #[must_use]
    pub const fn words(self) -> Option<&'static str> {
        match self {
            Self::Whole => None,
            Self::TooLong => Some("truncated"),
            Self::BrokenOff => Some("incomplete"),
            Self::Stalled => Some("incomplete: the rest did not arrive in time"),
        }
    }
}
