//! Findings about frames that break a rule and are accepted as in the pipeline; one a rule and connection.

use crate::{
    payload::hex,
    session::{Finding, FindingCode, Severity},
    wire::{Deviation, Leniency},
};

/// The texts of the finding about one rule.
struct RuleText {
    code: FindingCode,
    severity: Severity,
    cause: &'static str,
    /// The label of the bytes in the evidence.
    bytes: &'static str,
    fix: &'static str,
}

const fn rule_text(rule: Leniency) -> RuleText {
    match rule {
        Leniency::LongLength => RuleText {
            code: FindingCode::LengthNotShortest,
            severity: Severity::Warning,
            cause: "The server encodes the length of a frame in a longer form than needed, which RFC 6455, section 5.2, \
                    forbids. The pipeline accepts it; a strict client or proxy ends the connection.",
            bytes: "head of the frame",
            fix: "make the server encode lengths up to 125 in one byte and up to 65535 in two more",
        },
        Leniency::HalfCloseCode => RuleText {
            code: FindingCode::CloseHalfCode,
            severity: Severity::Warning,
            cause: "The server's close frame has one byte, which is half a code; RFC 6455, section 5.5.1, requires two or \
                    none. The pipeline treats it as a close frame without a code; for a strict client it is a protocol error.",
            bytes: "the frame",
            fix: "make the server send its close code in two bytes, or omit it",
        },
        Leniency::DataAfterClose => RuleText {
            code: FindingCode::DataAfterClose,
            severity: Severity::Note,
            cause: "The server sent a data frame after its close frame, which RFC 6455, section 5.5.1, forbids. Neither \
                    Sockeye nor the pipeline reads it: the data is lost.",
            bytes: "after the close frame",
            fix: "make the server send all its data before it closes",
        },
        Leniency::CompressedControl => RuleText {
            code: FindingCode::CompressedControl,
            severity: Severity::Warning,
            cause: "A ping, pong or close frame has RSV1 set, the bit for compression, which RFC 7692, section 6.1, \
                    forbids. The pipeline ignores the bit there; a strict client or browser ends the connection.",
            bytes: "head of the frame",
            fix: "make the server set RSV1 only on the first frame of a compressed message",
        },
        Leniency::CompressedContinuation => RuleText {
            code: FindingCode::CompressedContinuation,
            severity: Severity::Warning,
            cause: "A continuation frame has RSV1 set, the bit for compression, which RFC 7692, section 6.1, allows only on \
                    the first frame of a message. The pipeline ignores the bit there; a strict client or browser ends the \
                    connection.",
            bytes: "head of the frame",
            fix: "make the server set RSV1 only on the first frame of a compressed message",
        },
        Leniency::AfterLastBlock => RuleText {
            code: FindingCode::DeflateAfterLastBlock,
            severity: Severity::Warning,
            cause: "A compressed message continues after the block that is marked as the last. The pipeline drops those \
                    bytes, and so does Sockeye; other clients may read them or report an error (RFC 7692, section 7.2).",
            bytes: "after the last block",
            fix: "make the server end each message with one flush of its compressor",
        },
    }
}

/// The finding about a rule that a frame broke for the first time on a connection.
#[must_use]
pub fn deviation(deviation: &Deviation) -> Finding {
    let rule_text = rule_text(deviation.rule);
    Finding::new(rule_text.code, rule_text.cause)
        .severity(rule_text.severity)
        .evidence([format!("{}: {}", rule_text.bytes, hex::spaced(&deviation.raw))])
        .advise(rule_text.fix)
}
