//! What the answers of the output lead to, as far as it hurts the feed.

use crate::{
    ack::AckMode,
    payload::{counted, size},
    session::{Finding, FindingCode, MessageId, ReplayWaits, Severity},
};

use super::finding_builder::{FindingBuilder, set};

/// The socket is not read, since as many messages are unacknowledged as may be.
#[must_use]
pub fn reading_paused(ack_mode: &AckMode, unacknowledged: usize, read_ahead: u64) -> Finding {
    let wait = if unacknowledged == 1 { "waits" } else { "wait" };
    let unacknowledged = counted(unacknowledged as u64, "message");
    let cause = format!(
        "The socket is not read while {unacknowledged} {wait} for an answer, as in the pipeline when its output is busy: \
         pings go unanswered meanwhile, and a server that waits for a pong, or for room to write, hangs up."
    );
    let advice = match ack_mode {
        AckMode::Manual { .. } => "answer some of them with a and x, or accept all again",
        _ => "give the output more workers or a shorter delay, or accept all again",
    };
    FindingBuilder::new(FindingCode::ReadingPaused, cause)
        .severity(Severity::Warning)
        .seen([format!("ack mode: {ack_mode}"), format!("{} read ahead and not looked at", size(read_ahead))])
        .advise(advice)
        .done()
}

/// The first message of a session that is rejected so often that its replays hold up the feed.
#[must_use]
pub fn replay_holds_up(waits: &ReplayWaits) -> Finding {
    let cause = format!(
        "Message {} was rejected {} times. From here on each of its replays waits, around half a second at first and \
         up to a second and a half, and as in the pipeline nothing else is delivered or acknowledged meanwhile: a \
         message that the output never takes holds up the whole feed.",
        waits.id,
        waits.attempt.saturating_sub(1),
    );
    FindingBuilder::new(FindingCode::ReplayHoldsUp, cause)
        .severity(Severity::Warning)
        .advise("let the output take it, for example by a dead-letter output of the pipeline")
        .fix([set("drop rejected messages", &[("auto_replay_nacks", "false")])])
        .done()
}

/// The first message of a session that was rejected and dropped.
#[must_use]
pub fn nack_dropped(id: MessageId) -> Finding {
    let cause = format!(
        "Message {id} was rejected, and with auto_replay_nacks off it is gone. The pipeline neither counts nor \
         logs that at its input; only the output logs its own failure."
    );
    FindingBuilder::new(FindingCode::NackDropped, cause)
        .severity(Severity::Warning)
        .fix([set("hand rejected messages out again", &[("auto_replay_nacks", "true")])])
        .advise("rejected messages can be exported as dead letters")
        .done()
}

/// What was left without a final answer when the session ended: `lost` messages that waited to be handed
/// out again, and `awaiting` that nobody had answered.
#[must_use]
pub fn unanswered(lost: u64, unacknowledged: u64) -> Vec<Finding> {
    if lost == 0 {
        return Vec::new();
    }
    let (them, were) = if lost == 1 { ("It", "was") } else { ("They", "were") };
    let cause = format!(
        "{} {were} rejected and waited to be redelivered when the session ended. {them} {were} not acknowledged \
         and will not come again: the pipeline does not empty its list of retries when an input ends.",
        counted(lost, "message")
    );
    let also = (unacknowledged > 0)
        .then(|| format!("{} awaited an answer as well", counted(unacknowledged, "message")));
    vec![
        FindingBuilder::new(FindingCode::ReplaysLost, cause)
            .severity(Severity::Warning)
            .seen(also)
            .advise("let the output accept them before the session ends, or export them as dead letters")
            .done(),
    ]
}
