//! Findings about acknowledgements that disturb the feed.

use std::time::Duration;

use crate::{
    ack::{AckMode, Answers},
    config::PipelineShape,
    payload::{counted, size},
    session::{Finding, FindingCode, MessageId, Poison, ReplayWaits},
};

use super::finding::{paste, set};

/// The socket is not read, since the output is full.
#[must_use]
pub fn reading_paused(ack_mode: &AckMode, unacknowledged: usize, read_ahead: u64) -> Finding {
    let wait = if unacknowledged == 1 { "waits" } else { "wait" };
    let unacknowledged = counted(unacknowledged as u64, "message");
    let cause = format!(
        "At most one message is read ahead while {unacknowledged} {wait} to be acknowledged, as in the pipeline when its \
         output is busy. Pings behind it go unanswered meanwhile, and a server that waits for a pong or cannot write closes the connection."
    );
    let advice = match ack_mode.answers {
        Answers::Manual => "ack (a) or nack (x) some of them, or return to the ack mode auto",
        _ => "let the output take more messages at a time or answer sooner, or return to the ack mode auto",
    };
    Finding::new(FindingCode::ReadingPaused, cause)
        .evidence([
            format!("ack mode: {ack_mode}"),
            format!("{} read ahead and not parsed", size(read_ahead)),
        ])
        .advise(advice)
}

/// A message was nacked so often that the input pauses before its redeliveries; reported once a session.
#[must_use]
pub fn replay_holds_up(waits: &ReplayWaits) -> Finding {
    let cause = format!(
        "Message {} was nacked {} times. From now on the input pauses before it redelivers it, about 0.5 s at first and \
         up to 1.5 s. As in the pipeline it hands on nothing else meanwhile and reads one message at most: a message \
         that the output never accepts lets the others only crawl.",
        waits.id,
        waits.attempt.saturating_sub(1),
    );
    Finding::new(FindingCode::ReplayHoldsUp, cause)
        .cure()
        .fix([set("drop nacked messages", &[("auto_replay_nacks", "false")])])
}

/// What ends it where the output cannot take the message.
const FALLBACK: &str = "\
output:
  fallback:
    - stdout: {} # your output in its place
    - file: {path: dead-letters.jsonl, codec: lines}";
/// What ends it where a processor fails on the message and the output rejects it for that.
const REJECT_ERRORED: &str = "\
output:
  fallback:
    - reject_errored:
        stdout: {} # your output in its place
    - file: {path: dead-letters.jsonl, codec: lines}";

/// A message is rejected again and again, and what that does to the feed. The output can answer `capacity` messages in
/// a second.
#[must_use]
pub fn poison_message(poison: &Poison, capacity: Option<f64>) -> Finding {
    let Poison { id, rejections, lasts, others, .. } = poison;
    let seconds = lasts.as_secs_f64();
    let cause = format!(
        "Message {id} was nacked {rejections} times in a row, and the input pauses before each redelivery of it. In \
         the last {seconds:.1} s {} other messages a second passed{}.",
        rate(*others),
        without(poison, capacity),
    );
    Finding::new(FindingCode::PoisonMessage, cause).evidence(backlog(poison)).evidence(giving_up(poison)).fix(
        [
            paste("send what the output cannot take to a file of dead letters", FALLBACK),
            paste("the same for messages on which a processor failed", REJECT_ERRORED),
            set("drop nacked messages", &[("auto_replay_nacks", "false")]),
        ],
    )
}

/// How many would pass without it: what comes, as far as the output can answer it.
fn without(poison: &Poison, capacity: Option<f64>) -> String {
    let Some(arrivals) = poison.arrivals else { return String::new() };
    match arrivals.min(capacity.unwrap_or(f64::INFINITY)) {
        passing if passing > poison.others * 1.1 => {
            format!("; {} come, and without it {} would pass", rate(arrivals), rate(passing))
        }
        _ => String::new(),
    }
}

fn rate(in_a_second: f64) -> String {
    if in_a_second < 10.0 { format!("{in_a_second:.1}") } else { format!("{in_a_second:.0}") }
}

fn backlog(poison: &Poison) -> Option<String> {
    let backlog = poison.backlog.filter(|backlog| backlog.bytes > 0)?;
    let bytes = size(backlog.bytes);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is positive and no exabyte"
    )]
    let growth = size(backlog.growth.max(0.0) as u64);
    Some(format!("{bytes} that the server sent are not read, and this grows by {growth} a second"))
}

/// When the server gives up, as far as that can be known.
fn giving_up(poison: &Poison) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(backlog) = poison.backlog.filter(|backlog| backlog.growth > 1.0 && backlog.bytes > 0) {
        if poison.others > 0.0 {
            let rhythm = poison
                .pings_every
                .map_or(String::new(), |every| format!(" (it pings every {})", seconds(every.as_secs_f64())));
            lines.push(format!(
                "a ping that comes now is answered after about {}, behind {:.0} messages{rhythm}",
                seconds(backlog.messages / poison.others),
                backlog.messages.max(1.0)
            ));
        }
        if let Some(buffer) = backlog.buffer.filter(|buffer| *buffer > backlog.bytes) {
            lines.push(format!(
                "the receive buffer of {} is full in at most {}; then the server cannot write",
                size(buffer),
                seconds(whole(buffer - backlog.bytes) / backlog.growth)
            ));
        }
    }
    match &poison.gave_up {
        Some(message) => lines.push(format!("the server gave up on an earlier connection: {message}")),
        None => lines.push(
            "when the server gives up is its own rule: often when a pong is 20 to 60 s late".to_owned(),
        ),
    }
    lines
}

fn seconds(count: f64) -> String {
    match count {
        ..10.0 => format!("{count:.1} s"),
        ..120.0 => format!("{count:.0} s"),
        ..7_200.0 => format!("{:.0} min", count / 60.0),
        _ => format!("{:.0} h", count / 3_600.0),
    }
}

#[expect(clippy::cast_precision_loss, reason = "it is shown rounded")]
const fn whole(bytes: u64) -> f64 {
    bytes as f64
}

/// What stands around the output of the file, where it decides what becomes of a rejection.
#[must_use]
pub fn around_the_output(shape: &PipelineShape) -> Option<Finding> {
    let lines = shape.notes.iter().map(|note| format!("{}: {}", note.component, note.effect));
    let cause = "In the pipeline of the file, a rejection by the output goes through what stands around it. Here \
                 each rejection reaches the input, as if nothing stood there.";
    (!shape.notes.is_empty())
        .then(|| Finding::new(FindingCode::AroundTheOutput, cause).evidence(lines).cure())
}

/// A message was nacked and dropped; reported once a session.
#[must_use]
pub fn nack_dropped(id: MessageId) -> Finding {
    let cause = format!(
        "Message {id} was nacked and dropped, since auto_replay_nacks is off. The pipeline neither counts nor logs \
         this at its input; only the output logs its own failure."
    );
    Finding::new(FindingCode::NackDropped, cause)
        .fix([set("redeliver nacked messages", &[("auto_replay_nacks", "true")])])
        .cure()
}

/// The session is over once the output has answered what it has, but after `limit` in any case.
#[must_use]
pub fn stop_waits(unacknowledged: u64, limit: Duration) -> Finding {
    let they_are = if unacknowledged == 1 { "it is" } else { "they are" };
    let cause = format!(
        "The output still has {}. The session ends once {they_are} answered, or after {} s, as the pipeline does.",
        counted(unacknowledged, "message"),
        limit.as_secs()
    );
    Finding::new(FindingCode::StopWaits, cause).cure()
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
        Finding::new(FindingCode::ReplaysLost, cause)
            .evidence(part(unacknowledged, "not acknowledged as well"))
            .cure(),
    ]
}
