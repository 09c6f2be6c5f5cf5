//! Findings about acknowledgements that disturb the feed.

use crate::{
    ack::{AckMode, Answers},
    payload::{counted, size},
    session::{Finding, FindingCode, MessageId, ReplayWaits},
};

use super::finding::set;

/// The socket is not read, since the output is full.
#[must_use]
pub fn reading_paused(ack_mode: &AckMode, unacknowledged: usize, read_ahead: u64) -> Finding {
    let wait = if unacknowledged == 1 { "waits" } else { "wait" };
    let unacknowledged = counted(unacknowledged as u64, "message");
    let cause = format!(
        "The socket is not read while {unacknowledged} {wait} to be acknowledged, as in the pipeline when its output is \
         busy. Pings go unanswered meanwhile, and a server that waits for a pong or cannot write closes the connection."
    );
    let advice = match ack_mode.answers {
        Answers::Manual => "ack (a) or nack (x) some of them, or return to the ack mode auto",
        _ => "let the output take more messages at a time or answer sooner, or return to the ack mode auto",
    };
    Finding::warning(FindingCode::ReadingPaused, cause)
        .evidence([
            format!("ack mode: {ack_mode}"),
            format!("{} read ahead and not parsed", size(read_ahead)),
        ])
        .advise(advice)
}

/// A message was nacked so often that its replays hold up the feed; reported once a session.
#[must_use]
pub fn replay_holds_up(waits: &ReplayWaits) -> Finding {
    let cause = format!(
        "Message {} was nacked {} times. From now on the input pauses before each of its redeliveries, about 0.5 s at \
         first and up to 1.5 s. As in the pipeline, it hands on nothing else meanwhile; only what it handed on before \
         is still delivered and acknowledged. A message that the output never accepts holds up the whole feed.",
        waits.id,
        waits.attempt.saturating_sub(1),
    );
    Finding::warning(FindingCode::ReplayHoldsUp, cause)
        .advise("make the output accept it, for example with a dead-letter output in the pipeline")
        .fix([set("drop nacked messages", &[("auto_replay_nacks", "false")])])
}

/// A message was nacked and dropped; reported once a session.
#[must_use]
pub fn nack_dropped(id: MessageId) -> Finding {
    let cause = format!(
        "Message {id} was nacked and dropped, since auto_replay_nacks is off. The pipeline neither counts nor logs \
         this at its input; only the output logs its own failure."
    );
    Finding::warning(FindingCode::NackDropped, cause)
        .fix([set("redeliver nacked messages", &[("auto_replay_nacks", "true")])])
        .advise("export nacked messages as dead letters")
}

/// Messages that a session leaves behind at its end: read and not `undelivered`, `rejected` and not redelivered, and
/// `unacknowledged` in the output.
#[must_use]
pub fn left_behind(undelivered: u64, rejected: u64, unacknowledged: u64) -> Vec<Finding> {
    if undelivered + rejected == 0 {
        return Vec::new();
    }
    let part = |count: u64, what: &str| {
        let were = if count == 1 { "was" } else { "were" };
        (count > 0).then(|| format!("{} {were} {what}", counted(count, "message")))
    };
    let parts: Vec<_> = [
        part(rejected, "nacked and waited to be redelivered"),
        part(undelivered, "read and not delivered yet"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let cause = format!(
        "{} when the session ended. They are lost: the pipeline discards what its input holds when it ends, and a \
         websocket server does not send it again.",
        parts.join(", and ")
    );
    vec![
        Finding::warning(FindingCode::ReplaysLost, cause)
            .evidence(part(unacknowledged, "not acknowledged as well"))
            .advise("make the output accept them before the session ends, or export them as dead letters"),
    ]
}
