//! Findings about frames that break a rule and are accepted as in the pipeline; one a rule and connection.

use crate::{
    payload::hex,
    session::{Finding, FindingCode},
    wire::{Deviation, Leniency},
};

/// Code and cause of the finding about a rule, and the label of its bytes in the evidence.
const fn explained(rule: Leniency) -> (FindingCode, &'static str, &'static str) {
    match rule {
        Leniency::LongLength => (
            FindingCode::LengthNotShortest,
            "The server encodes the length of a frame in a longer form than needed, which RFC 6455, section 5.2, \
                    forbids. The pipeline accepts it; a strict client or proxy ends the connection.",
            "head of the frame",
        ),
        Leniency::HalfCloseCode => (
            FindingCode::CloseHalfCode,
            "The server's close frame has one byte, which is half a code; RFC 6455, section 5.5.1, requires two or \
                    none. The pipeline treats it as a close frame without a code; for a strict client it is a protocol error.",
            "the frame",
        ),
        Leniency::DataAfterClose => (
            FindingCode::DataAfterClose,
            "The server sent a data frame after its close frame, which RFC 6455, section 5.5.1, forbids. Neither \
                    Sockeye nor the pipeline reads it: the data is lost.",
            "after the close frame",
        ),
        Leniency::CompressedControl => (
            FindingCode::CompressedControl,
            "A ping, pong or close frame has RSV1 set, the bit for compression, which RFC 7692, section 6.1, \
                    forbids. The pipeline ignores the bit there; a strict client or browser ends the connection.",
            "head of the frame",
        ),
        Leniency::CompressedContinuation => (
            FindingCode::CompressedContinuation,
            "A continuation frame has RSV1 set, the bit for compression, which RFC 7692, section 6.1, allows only on \
                    the first frame of a message. The pipeline ignores the bit there; a strict client or browser ends the \
                    connection.",
            "head of the frame",
        ),
        Leniency::AfterLastBlock => (
            FindingCode::DeflateAfterLastBlock,
            "A compressed message continues after the block that is marked as the last. The pipeline drops those \
                    bytes, and so does Sockeye; other clients may read them or report an error (RFC 7692, section 7.2).",
            "after the last block",
        ),
    }
}

/// The finding about a rule that a frame broke for the first time on a connection.
#[must_use]
pub fn deviation(deviation: &Deviation) -> Finding {
    let (code, cause, label) = explained(deviation.rule);
    Finding::new(code, cause).evidence([format!("{label}: {}", hex::spaced(&deviation.raw))]).cure()
}
