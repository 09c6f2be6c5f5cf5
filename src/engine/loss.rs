//! Describes the end of a connection.

use crate::{
    session::{CloseFrame, LossKind, Side},
    wire::close,
};

/// How the socket itself ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum SocketEnd {
    Eof,
    Error(String),
    /// The server requested a TLS renegotiation, which is not allowed.
    RenegotiationRequested,
    /// The socket is still open, but the websocket connection has ended.
    Completed,
    /// This side did not wait for the server any longer.
    LeftByUs,
}

impl From<std::io::Error> for SocketEnd {
    /// A TLS stream that ends without `close_notify` counts as a plain end.
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            _ if crate::net::is_renegotiation_request(&error) => Self::RenegotiationRequested,
            std::io::ErrorKind::UnexpectedEof => Self::Eof,
            _ => Self::Error(crate::net::broken(&error)),
        }
    }
}

/// Describes a loss in one sentence, lower case, without a full stop. `unfinished` are the frames and bytes of a message
/// that was begun and not finished.
pub(super) fn message(kind: &LossKind, end: &SocketEnd, unfinished: Option<(u32, usize)>) -> String {
    let how = ended(kind, end);
    match unfinished {
        Some((frames, bytes)) => {
            format!(
                "{how}; a message had begun and was cut off, with {bytes} bytes in {frames} of its frames"
            )
        }
        None => how,
    }
}

fn ended(kind: &LossKind, end: &SocketEnd) -> String {
    match kind {
        LossKind::Closed { by: Side::Server, frame } => format!("the server closed {}", with(frame)),
        LossKind::Closed { by: Side::Us, frame } => {
            format!("this side closed {}, and the server agreed", with(frame))
        }
        LossKind::Ended => "the server ended the connection without a close frame".to_owned(),
        LossKind::Io { error } => format!("the connection broke: {error}"),
        LossKind::RenegotiationAsked => {
            "the server asked for a new TLS handshake, which tls.enable_renegotiation does not allow"
                .to_owned()
        }
        LossKind::Violation { rule, .. } => format!("the server broke the websocket protocol: {rule}"),
        LossKind::TooLarge { size, limit } => {
            format!("a message of {size} bytes or more is over max_message_size, which is {limit}")
        }
        LossKind::Left => match end {
            SocketEnd::Eof => "this side closed, and the server hung up without a close frame".to_owned(),
            SocketEnd::Error(error) => format!("this side closed, and the connection broke: {error}"),
            SocketEnd::RenegotiationRequested => {
                "this side closed, and the server asked for a new TLS handshake".to_owned()
            }
            SocketEnd::Completed | SocketEnd::LeftByUs => {
                "this side closed, and the server did not answer in time".to_owned()
            }
        },
    }
}

/// The code with its short meaning; `diagnose` has the long one.
fn with(frame: &CloseFrame) -> String {
    let meaning = |code| close::meaning(code).split(':').next().unwrap_or_default();
    match (frame.code, frame.reason.as_str()) {
        (None, _) => "without a code".to_owned(),
        (Some(code), "") => format!("with {code} ({})", meaning(code)),
        (Some(code), reason) => format!("with {code} ({}): {reason}", meaning(code)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_close_is_described_with_the_meaning_of_its_code_and_its_reason() {
        let closed = |by, code, reason: &str| {
            let frame = CloseFrame { code, reason: reason.to_owned() };
            message(&LossKind::Closed { by, frame }, &SocketEnd::Eof, None)
        };
        assert_eq!(
            closed(Side::Server, Some(1001), "deploy"),
            "the server closed with 1001 (going away): deploy"
        );
        assert_eq!(closed(Side::Server, None, ""), "the server closed without a code");
        assert!(closed(Side::Us, Some(1000), "").ends_with(", and the server agreed"));
    }
}
