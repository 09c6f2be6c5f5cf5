//! Close codes: their meaning, and which of them may be sent (RFC 6455, section 7.4, and the IANA registry).

use serde::{Deserialize, Serialize};

use super::Rule;

/// The payload of a close frame as it was on the wire.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseFrame {
    /// `None` for a close frame without a payload.
    pub code: Option<u16>,
    pub reason: String,
}

impl CloseFrame {
    /// Parses the payload of a close frame (section 5.5.1). One byte, half a code, breaks [`Rule::CloseTooShort`];
    /// the pipeline treats it as no payload.
    pub(super) fn parse(payload: &[u8]) -> Result<Self, Rule> {
        let Some((code, reason)) = payload.split_first_chunk() else {
            return if payload.is_empty() { Ok(Self::default()) } else { Err(Rule::CloseTooShort) };
        };
        let code = u16::from_be_bytes(*code);
        if !may_be_sent(code) {
            return Err(Rule::CloseCode(code));
        }
        let reason = str::from_utf8(reason).map_err(|_| Rule::CloseReason)?.to_owned();
        Ok(Self { code: Some(code), reason })
    }
}

/// Whether a close frame may carry this code (section 7.4.2). 1005, 1006 and 1015 exist only in reports.
#[must_use]
pub const fn may_be_sent(code: u16) -> bool {
    matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999)
}

/// The meaning of a code, as part of a sentence.
#[must_use]
pub const fn meaning(code: u16) -> &'static str {
    match code {
        1000 => "normal closure",
        1001 => "going away: the server shuts down, or a browser leaves the page",
        1002 => "protocol error",
        1003 => "unsupported data: this type of message is not accepted",
        1004 => "reserved",
        1005 => "no code was given",
        1006 => "the connection ended without a close frame",
        1007 => "invalid payload: text that is not UTF-8, or content that does not fit its type",
        1008 => "policy violation",
        1009 => "message too big",
        1010 => "an extension the client needs was not agreed on",
        1011 => "internal error in the server",
        1012 => "the service restarts",
        1013 => "try again later: the server is overloaded",
        1014 => "bad gateway: a server behind this one gave an invalid answer",
        1015 => "the TLS handshake failed",
        3000 => "unauthorized",
        3003 => "forbidden",
        3008 => "timeout",
        3001..=3002 | 3004..=3007 | 3009..=3999 => "registered by a library or framework",
        4000..=4999 => "private use: only the server's own documentation says what it means",
        0..=999 => "not in use",
        _ => "reserved for the protocol, without a meaning yet",
    }
}

#[cfg(test)]
mod tests {
    use super::{CloseFrame, may_be_sent, meaning};
    use crate::wire::Rule;

    #[test]
    fn codes_that_exist_only_in_reports_may_not_be_sent() {
        for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, u16::MAX] {
            assert!(!may_be_sent(code), "{code}");
            assert_eq!(CloseFrame::parse(&code.to_be_bytes()), Err(Rule::CloseCode(code)));
        }
        for code in [1000, 1003, 1007, 1012, 1014, 3000, 4999] {
            assert!(may_be_sent(code), "{code}");
        }
    }

    #[test]
    fn an_empty_payload_is_not_a_code() {
        assert_eq!(CloseFrame::parse(b""), Ok(CloseFrame::default()));
        assert_eq!(CloseFrame::parse(b"\x03"), Err(Rule::CloseTooShort));
        let close = CloseFrame { code: Some(1001), reason: "até já".into() };
        assert_eq!(CloseFrame::parse("\x03\u{0}até já".as_bytes()), Err(Rule::CloseCode(0x0300)));
        assert_eq!(CloseFrame::parse(&[b"\x03\xe9", "até já".as_bytes()].concat()), Ok(close));
        assert_eq!(CloseFrame::parse(b"\x03\xe8\xff"), Err(Rule::CloseReason));
    }

    #[test]
    fn every_code_has_a_meaning_that_fits_a_sentence() {
        for code in 0..=u16::MAX {
            assert!(!meaning(code).is_empty() && !meaning(code).ends_with('.'), "{code}");
        }
    }
}
