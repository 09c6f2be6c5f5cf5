//! Broken rules of frames that the pipeline lets pass: told once a connection each.

use crate::{
    payload::hex,
    session::{Finding, FindingCode, Severity},
    wire::{Deviation, Leniency},
};

use super::finding_builder::FindingBuilder;

/// What is said of a rule.
struct Said {
    code: FindingCode,
    severity: Severity,
    cause: &'static str,
    /// What the bytes are that were kept.
    bytes: &'static str,
    fix: &'static str,
}

const fn said(rule: Leniency) -> Said {
    match rule {
        Leniency::LongLength => Said {
            code: FindingCode::LengthNotShortest,
            severity: Severity::Warning,
            cause: "The server writes the length of a frame in a longer form than it needs, which RFC 6455, section 5.2, \
                    forbids. The pipeline reads it all the same; a strict client or proxy ends the connection.",
            bytes: "head of the frame",
            fix: "let the server write lengths up to 125 in one byte and up to 65535 in two more",
        },
        Leniency::HalfCloseCode => Said {
            code: FindingCode::CloseHalfCode,
            severity: Severity::Warning,
            cause: "The server's close frame has one byte, which is half a code; RFC 6455, section 5.5.1, wants two or \
                    none. The pipeline reads it like a close frame without a code; a strict client calls it a protocol error.",
            bytes: "the frame",
            fix: "let the server send its close code in two bytes, or leave it out",
        },
        Leniency::DataAfterClose => Said {
            code: FindingCode::DataAfterClose,
            severity: Severity::Note,
            cause: "The server sent a data frame behind its close frame, which RFC 6455, section 5.5.1, forbids. Nobody \
                    reads it: what it says is lost, here and in the pipeline.",
            bytes: "behind the close frame",
            fix: "let the server send all it has to say before it closes",
        },
        Leniency::CompressedControl => Said {
            code: FindingCode::CompressedControl,
            severity: Severity::Warning,
            cause: "A ping, pong or close frame has the bit set that says it is compressed, which RFC 7692, section 6.1, \
                    forbids. The pipeline does not look at the bit there; a strict client or browser ends the connection.",
            bytes: "head of the frame",
            fix: "let the server set RSV1 on the first frame of a compressed message only",
        },
        Leniency::CompressedContinuation => Said {
            code: FindingCode::CompressedContinuation,
            severity: Severity::Warning,
            cause: "A continuation has the bit set that says it is compressed, which RFC 7692, section 6.1, allows on the \
                    first frame of a message only. The pipeline does not look at the bit there; a strict client or browser \
                    ends the connection.",
            bytes: "head of the frame",
            fix: "let the server set RSV1 on the first frame of a compressed message only",
        },
        Leniency::AfterLastBlock => Said {
            code: FindingCode::DeflateAfterLastBlock,
            severity: Severity::Warning,
            cause: "A compressed message goes on behind the block that says it is the last. The pipeline drops what stands \
                    there, and so does this; a client that reads on gets more, or an error (RFC 7692, section 7.2).",
            bytes: "behind the last block",
            fix: "let the server end each message with one flush of its compressor",
        },
    }
}

/// A rule that was broken and tolerated for the first time on a connection.
#[must_use]
pub fn deviation(deviation: &Deviation) -> Finding {
    let said = said(deviation.rule);
    FindingBuilder::new(said.code, said.cause)
        .severity(said.severity)
        .seen([format!("{}: {}", said.bytes, hex::spaced(&deviation.raw))])
        .advise(said.fix)
        .done()
}
