//! What a filter looks at: one message or control frame, as far as its reader knows it.

use std::time::Duration;

/// What may pass a filter. A condition on what is not known does not hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate<'a> {
    pub payload: &'a [u8],
    /// Length of the payload in bytes, also when only its beginning is at hand.
    pub size: u64,
    pub way: Way,
    pub kind: FrameKind,
    /// Its number, counted from 1 over the session.
    pub id: Option<u64>,
    pub connection: Option<u32>,
    /// When it came or went, in microseconds since 1970.
    pub at: Option<i64>,
    /// Since the message before it that went the same way.
    pub gap: Option<Duration>,
    pub answer: Option<Answer>,
    /// Which delivery of the message it is, counted from 1.
    pub attempt: Option<u32>,
}

/// Which way it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "lowercase")]
pub enum Way {
    /// From the server.
    In,
    /// To the server.
    Out,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "lowercase")]
pub enum FrameKind {
    Text,
    Binary,
    Ping,
    Pong,
    Close,
}

/// How a delivery was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "lowercase")]
pub enum Answer {
    Pending,
    Acked,
    Nacked,
    Dropped,
    Lost,
}

impl<'a> Candidate<'a> {
    /// A received message of which nothing but its type and payload is known.
    #[must_use]
    pub const fn received(kind: FrameKind, payload: &'a [u8]) -> Self {
        Self {
            payload,
            size: payload.len() as u64,
            way: Way::In,
            kind,
            id: None,
            connection: None,
            at: None,
            gap: None,
            answer: None,
            attempt: None,
        }
    }

    /// Text from elsewhere.
    #[must_use]
    pub const fn text(text: &'a str) -> Self {
        Self::received(FrameKind::Text, text.as_bytes())
    }
}

impl FrameKind {
    /// Whether it is a frame of the protocol and no message.
    #[must_use]
    pub const fn is_control(self) -> bool {
        matches!(self, Self::Ping | Self::Pong | Self::Close)
    }
}
