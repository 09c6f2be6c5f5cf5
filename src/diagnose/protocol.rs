//! What is said of bytes on an open connection that are no frames that a server may send: what they are, where their
//! beginning tells it, rather than the first rule that they break.

use crate::{session::Lost, wire::beginning_of_deflated};

use super::{
    finding::{cut, escaped},
    upgrade::banner,
};

/// What is wrong, what shows it, and what mends it.
pub(super) struct Explained {
    pub(super) cause: String,
    pub(super) evidence: Option<String>,
    pub(super) advice: &'static str,
}

/// `rule` is the broken rule in the words of the pipeline's library; `raw` begins with the frame that broke it.
pub(super) fn explained(lost: &Lost, rule: &str, raw: &[u8]) -> Explained {
    foreign(lost, raw).or_else(|| masked(rule, raw)).or_else(|| compressed(rule, raw)).unwrap_or_else(|| {
        let row = RULES.iter().find(|(words, _)| rule.starts_with(words));
        let cause = row.map_or("The server sent a frame that RFC 6455 does not allow.", |(_, cause)| cause);
        Explained { cause: cause.to_owned(), evidence: None, advice: SERVER }
    })
}

const SERVER: &str = "fix the server, or a proxy in between that changes its frames";

/// Rules whose breach says nothing more than this.
#[rustfmt::skip]
const RULES: [(&str, &str); 9] = [
    ("RSV", "The server sent a frame that RFC 6455 does not allow: a reserved bit is set, for an extension that was not agreed on, or the bytes are no frame."),
    ("bad opcode", "The server sent a frame of a kind that does not exist, or the bytes are no frame."),
    ("continuation after FIN", "The server went on with a message that it had already finished, or never begun."),
    ("data before FIN", "The server began a message before it had finished the one before."),
    ("len > 125 for control", "The server sent a ping, pong or close frame of more than 125 bytes, which is the most that is allowed."),
    ("FIN not set on control", "The server sent a ping, pong or close frame in parts, which is not allowed."),
    ("bad close code", "The server closed with a code that must not be sent."),
    ("invalid utf8 payload in close frame", "The server closed with a reason that is not UTF-8."),
    ("invalid compressed payload", "The server sent a compressed message that cannot be inflated."),
];

/// Bytes that were never frames.
fn foreign(lost: &Lost, raw: &[u8]) -> Option<Explained> {
    let wrote = |what: &str| format!("The server wrote {what} into the open websocket instead of a frame.");
    let plain = |cause: String, advice| Some(Explained { cause, evidence: None, advice });
    if raw.starts_with(b"HTTP/1.") {
        let cause = format!(
            "{} Socket.IO servers do this when they refuse a client after the upgrade: the response says why.",
            wrote("an HTTP answer")
        );
        return plain(
            cause,
            "read the response in the evidence; two responses to one request point at a proxy in between",
        );
    }
    if let [0x14..=0x17, 3, 0..=4, ..] = raw {
        return plain(
            wrote("a TLS record"),
            "look for a proxy in between that passes encrypted bytes on as they are",
        );
    }
    if let Some(who) = banner(raw) {
        return plain(
            format!("After the upgrade, {who} answers on this connection instead of a websocket server."),
            "correct what the proxy in between forwards this path to",
        );
    }
    let is_text = |byte: &u8| matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n' | 0x80..);
    let begins_as_text =
        raw.first().is_some_and(|first| matches!(first, b'\t' | b'\n' | b'\r' | b' '..=b'~'));
    if raw.len() < 4 || !begins_as_text || !raw.iter().all(is_text) {
        return None;
    }
    if lost.messages > 0 {
        let cause = "Text stands where the next frame must begin: the frame before is longer than the length in its \
                     head says, or the server wrote text without a frame.";
        return plain(
            cause.to_owned(),
            "make the server count the length of a frame in bytes, not in characters",
        );
    }
    let what = match raw.trim_ascii_start() {
        [b'{' | b'[', ..] => "JSON",
        [b'<', ..] => "a page (HTML or XML)",
        text if [&b"data:"[..], b"event:", b"id:", b"retry:"].iter().any(|begin| text.starts_with(begin)) => {
            "server-sent events"
        }
        _ => "plain text",
    };
    plain(
        wrote(what),
        "make the server send it in websocket frames: its code writes to the connection itself",
    )
}

/// A frame with a mask (RFC 6455, section 5.1).
fn masked(rule: &str, raw: &[u8]) -> Option<Explained> {
    if !rule.contains("bad MASK") {
        return None;
    }
    let frame = Frame::of(raw)?;
    let key = frame.behind.get(..4)?;
    let payload = frame.behind.get(4..)?;
    let payload = &payload[..payload.len().min(frame.length)];
    let bytes: Vec<u8> = payload.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key).collect();
    let cause = "The server masks its frames. Only a client does that, and servers must not mask: a library for \
                 clients is serving, or the server copies a client's frames.";
    Some(Explained {
        cause: cause.to_owned(),
        evidence: (!bytes.is_empty()).then(|| format!("without the mask: {}", escaped(&bytes))),
        advice: "make the server send frames without a mask",
    })
}

/// A data frame that is marked as compressed though no compression was agreed on (RFC 7692, section 6).
fn compressed(rule: &str, raw: &[u8]) -> Option<Explained> {
    if !rule.starts_with("RSV1") || !matches!(raw.first()? & 0x0f, 1 | 2) {
        return None;
    }
    let frame = Frame::of(raw)?;
    let payload = &frame.behind[..frame.behind.len().min(frame.length)];
    let inflated = beginning_of_deflated(payload)?;
    let cause = "The server compresses its messages, and no compression was agreed on: the answer to the upgrade has \
                 no permessage-deflate.";
    Some(Explained {
        cause: cause.to_owned(),
        evidence: Some(format!("inflated: {}", cut(&escaped(&inflated), 200))),
        advice: "make the server compress only where its answer to the upgrade agrees on permessage-deflate",
    })
}

/// A frame as far as its bytes are kept.
struct Frame<'a> {
    length: usize,
    /// The mask, if there is one, and the payload.
    behind: &'a [u8],
}

impl<'a> Frame<'a> {
    fn of(raw: &'a [u8]) -> Option<Self> {
        let short = usize::from(raw.get(1)? & 0x7f);
        let (length, head) = match short {
            126 => (usize::from(u16::from_be_bytes(raw.get(2..4)?.try_into().ok()?)), 4),
            127 => (usize::try_from(u64::from_be_bytes(raw.get(2..10)?.try_into().ok()?)).ok()?, 10),
            length => (length, 2),
        };
        Some(Self { length, behind: raw.get(head..)? })
    }
}
