//! What a connection saw of HTTP: a request and its answer.

use serde::{Deserialize, Serialize};

use crate::config::{Secret, of_address};

use super::{AuthEvidence, Timestamp};

/// The upgrade request and its answer, verbatim except that secrets are masked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    pub request: String,
    pub response: Option<Response>,
    /// How the `Authorization` header was worked out, by each method that is switched on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub auth: Vec<AuthEvidence>,
    /// The compression that the server switched on, as it wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<String>,
    /// How often the server asked for another TLS handshake meanwhile, and got it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub renegotiations: u32,
    /// The first bytes of an answer that could not be read as HTTP.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "super::encoding::base64_text")]
    pub unread: Vec<u8>,
    /// How many bytes of such an answer, or of one that never became whole, came in all.
    pub unread_size: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(count: &u32) -> bool {
    *count == 0
}

impl Exchange {
    /// `101 Switching Protocols`, and what came before it; `None` without an answer.
    #[must_use]
    pub fn in_short(&self) -> Option<String> {
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
    /// Status line and headers as they came, secrets masked.
    pub head: String,
    /// Name and value of each header in order.
    pub headers: Vec<(String, String)>,
    /// What followed the head of a refusal, as text, invalid bytes replaced.
    pub body: String,
    /// How far it was read.
    pub body_end: BodyEnd,
}

impl Response {
    /// Credentials that the server gave in it: those in addresses, and cookies. Its body may repeat them.
    #[must_use]
    pub fn secrets(&self) -> Vec<Secret> {
        let of = |(name, value): &(String, String)| match name.to_ascii_lowercase().as_str() {
            "location" | "content-location" => of_address(value),
            "set-cookie" => {
                let pair = value.split(';').next().and_then(|pair| pair.split_once('='));
                pair.map(|(_, value)| Secret::new(value.trim())).into_iter().collect()
            }
            _ => Vec::new(),
        };
        self.headers.iter().flat_map(of).collect()
    }

    /// The server's clock, by its `Date` (RFC 9110, section 6.6.1).
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
    /// At its end.
    #[default]
    Whole,
    /// There is more of it than is kept.
    TooLong,
    /// The connection ended within it, or its chunks cannot be read.
    BrokenOff,
    /// Nothing more of it came in time.
    Stalled,
}

impl BodyEnd {
    /// What is missing, in words; `None` when nothing is.
    #[must_use]
    pub const fn words(self) -> Option<&'static str> {
        match self {
            Self::Whole => None,
            Self::TooLong => Some("longer than what is kept"),
            Self::BrokenOff => Some("it breaks off here"),
            Self::Stalled => Some("no more of it came in time"),
        }
    }
}
