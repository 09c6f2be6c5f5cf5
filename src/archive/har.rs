//! HAR files of browsers and proxies, read entry by entry: `_webSocketMessages` as Chrome's `DevTools` write them, and the
//! other spellings that are seen.
//!
//! | Who writes it | What differs |
//! |---|---|
//! | Chrome, Edge, Playwright, Proxyman, HTTP Toolkit | seconds, `send` and `receive`, base64 for opcode 2 |
//! | mitmproxy | the address is one of http |
//! | Firefox | `sent` and `received`, `payload`, `opCode`, `timeStamp` in microseconds |
//! | gori | control frames among the messages |

use std::fmt;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use crate::session::Timestamp;

/// What a program that wrote a HAR says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Creator {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub version: String,
}

/// An entry, as far as a websocket has use for it. Times are milliseconds, and below zero where there is none.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Entry {
    #[serde(rename = "startedDateTime", default)]
    started: String,
    #[serde(default)]
    pub request: Request,
    #[serde(default)]
    pub response: Response,
    #[serde(default)]
    pub timings: Timings,
    #[serde(rename = "serverIPAddress", default)]
    pub address: Option<String>,
    #[serde(rename = "_resourceType", default)]
    resource: Option<String>,
    #[serde(rename = "_webSocketMessages", default)]
    messages: Option<Vec<Frame>>,
    /// HTTP Toolkit: an object, or the word `aborted`.
    #[serde(rename = "_webSocketClose", default)]
    close: Option<serde_json::Value>,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Request {
    #[serde(default)]
    pub method: String,
    #[serde(default)]
    pub url: String,
    #[serde(default)]
    pub headers: Vec<Header>,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Response {
    #[serde(default)]
    pub status: u16,
    #[serde(rename = "statusText", default)]
    pub reason: String,
    #[serde(rename = "httpVersion", default)]
    pub version: String,
    #[serde(default)]
    pub headers: Vec<Header>,
    #[serde(default)]
    pub content: Content,
    #[serde(rename = "_error", default)]
    pub error: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Content {
    #[serde(default)]
    pub text: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Header {
    pub name: String,
    pub value: String,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct Timings {
    #[serde(default)]
    pub dns: Option<f64>,
    #[serde(default)]
    pub connect: Option<f64>,
    #[serde(default)]
    pub ssl: Option<f64>,
    #[serde(default)]
    pub wait: Option<f64>,
}

/// A frame as it stands in the file.
#[derive(Clone, Debug, Deserialize)]
struct Frame {
    #[serde(rename = "type", default)]
    way: String,
    #[serde(alias = "timeStamp", alias = "timestamp", default)]
    time: Option<f64>,
    #[serde(alias = "opCode", default)]
    opcode: Option<i64>,
    #[serde(alias = "payload", default)]
    data: Option<String>,
}

/// What a frame is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FrameKind {
    Text,
    Binary,
    Ping,
    Pong,
    Close,
    /// The connection failed; the payload says why.
    Error,
}

/// A frame that is understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Understood {
    pub at: Timestamp,
    pub is_sent: bool,
    pub kind: FrameKind,
    pub payload: Bytes,
}

/// How a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Closed {
    pub code: Option<u16>,
    pub reason: String,
    pub at: Option<Timestamp>,
}

impl Entry {
    /// Whether it is a websocket.
    pub fn is_websocket(&self) -> bool {
        let scheme = self.request.url.split("://").next().unwrap_or_default().to_ascii_lowercase();
        self.messages.is_some()
            || matches!(scheme.as_str(), "ws" | "wss")
            || self.resource.as_deref() == Some("websocket")
            || self.response.status == 101
    }

    /// Its address as one of websockets.
    pub fn url(&self) -> String {
        match self.request.url.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => format!("wss://{rest}"),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => format!("ws://{rest}"),
            _ => self.request.url.clone(),
        }
    }

    /// When it began.
    pub fn began(&self) -> Result<Timestamp, String> {
        let at: jiff::Timestamp = self.started.parse().map_err(|_| {
            format!("startedDateTime is {:?}, and not a time such as 2026-01-02T03:04:05.678Z", self.started)
        })?;
        Ok(Timestamp(at.as_microsecond()))
    }

    /// Takes its frames out, in the order of their times.
    pub fn take_frames(&mut self) -> Result<Vec<Understood>, String> {
        let frames = self.messages.take().into_iter().flatten().zip(1..);
        let mut understood = frames
            .map(|(frame, nth)| {
                frame.understood().map_err(|fault| format!("message {nth} of _webSocketMessages: {fault}"))
            })
            .collect::<Result<Vec<_>, _>>()?;
        understood.sort_by_key(|frame| frame.at);
        Ok(understood)
    }

    /// How it ended, if the file says so.
    pub fn closed(&self) -> Option<Closed> {
        let close = self.close.as_ref()?;
        let code = close.get("code").and_then(serde_json::Value::as_u64);
        let text = |name: &str| close.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
        Some(Closed {
            code: code.and_then(|code| u16::try_from(code).ok()),
            reason: text("reason").to_owned(),
            at: close.get("timestamp").and_then(serde_json::Value::as_f64).and_then(time_of),
        })
    }
}

impl Frame {
    fn understood(self) -> Result<Understood, String> {
        let is_sent = match self.way.as_str() {
            "send" | "sent" => true,
            "receive" | "received" | "error" => false,
            other => return Err(format!("type is {other:?}, and not send, receive or error")),
        };
        let time = self.time.ok_or("time is missing")?;
        let at = time_of(time).ok_or_else(|| format!("time is {time}, and not in seconds since 1970"))?;
        let kind = match (self.way.as_str(), self.opcode.unwrap_or(1)) {
            ("error", _) => FrameKind::Error,
            (_, 1) => FrameKind::Text,
            (_, 2) => FrameKind::Binary,
            (_, 8) => FrameKind::Close,
            (_, 9) => FrameKind::Ping,
            (_, 10) => FrameKind::Pong,
            (_, other) => return Err(format!("opcode is {other}, and not 1 (text) or 2 (binary)")),
        };
        let data = self.data.unwrap_or_default();
        let payload = if matches!(kind, FrameKind::Binary) {
            let decoded = BASE64_STANDARD.decode(data);
            decoded.map_err(|_| "data of opcode 2 is not base64".to_owned())?.into()
        } else {
            data.into()
        };
        Ok(Understood { at, is_sent, kind, payload })
    }
}

/// A time in seconds, or in the milliseconds or microseconds that some write.
fn time_of(time: f64) -> Option<Timestamp> {
    let micros = match time {
        0.0..1e11 => time * 1e6,
        1e11..1e14 => time * 1e3,
        1e14..1e17 => time,
        _ => return None,
    };
    #[expect(clippy::cast_possible_truncation, reason = "it is below 2^63")]
    let micros = micros.round() as i64;
    Some(Timestamp(micros))
}

/// Reads a HAR: each entry is passed with its number, counted from 1; what `each` refuses is an error that names it.
///
/// # Errors
///
/// It is not a HAR, or `each` refuses an entry; the error says at which line and column.
pub(super) fn read(
    text: &[u8],
    each: &mut dyn FnMut(usize, Entry) -> Result<(), String>,
) -> Result<Creator, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let mut log = Log { creator: Creator::default(), has_entries: false, each };
    Root(&mut log).deserialize(&mut reader)?;
    reader.end()?;
    if log.has_entries {
        Ok(log.creator)
    } else {
        Err(serde_json::Error::custom("there is no log.entries in it"))
    }
}

/// What is read of the member `log`.
struct Log<'e> {
    creator: Creator,
    has_entries: bool,
    each: &'e mut dyn FnMut(usize, Entry) -> Result<(), String>,
}

/// The whole file.
struct Root<'l, 'e>(&'l mut Log<'e>);

/// Its `log`.
struct InLog<'l, 'e>(&'l mut Log<'e>);

/// The `entries` of that.
struct Entries<'l, 'e>(&'l mut Log<'e>);

impl<'de> DeserializeSeed<'de> for Root<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Root<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a HAR, which is an object with log")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(name) = map.next_key::<String>()? {
            if name == "log" {
                map.next_value_seed(InLog(&mut *self.0))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for InLog<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for InLog<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("log, which is an object with entries")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "entries" => map.next_value_seed(Entries(&mut *self.0))?,
                "creator" => self.0.creator = map.next_value()?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Entries<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Entries<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("entries, which is an array")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<(), S::Error> {
        self.0.has_entries = true;
        let mut nth = 0;
        while let Some(entry) = seq.next_element()? {
            nth += 1;
            (self.0.each)(nth, entry).map_err(|fault| S::Error::custom(format!("entry {nth}: {fault}")))?;
        }
        Ok(())
    }
}
