//! An event in a sentence for the log.

use crate::{
    payload::{counted, limit_in_words, size, span_of},
    session::{ControlKind, Direction, End, Event, EventKind, Level, Severity, Verdict},
};

/// The level and the words of an event, and whether the pipeline may say something about it. Messages, pings and
/// the steps of a connection are left out: they have screens of their own.
pub(super) fn line(event: &Event) -> Option<(Level, String, bool)> {
    let connection = event.connection;
    Some(match &event.kind {
        EventKind::Connecting { url } => (Level::Info, format!("connection {connection} to {url}"), false),
        EventKind::Opened(opened) => {
            let remote = opened.remote.map_or(String::new(), |remote| format!(", {remote}"));
            let tls = opened.tls.as_ref().map_or(String::new(), |tls| format!(", {tls}"));
            (
                Level::Info,
                format!("connection {connection} open in {}{remote}{tls}", span_of(opened.took)),
                true,
            )
        }
        EventKind::Failed(failure) => (
            Level::Error,
            format!("connection {connection} failed at {}: {}", failure.stage, failure.message),
            true,
        ),
        EventKind::Lost(lost) => {
            let level = if lost.is_ours() { Level::Info } else { Level::Warn };
            let (open, messages) = (span_of(lost.open_for), counted(lost.messages, "message"));
            (level, format!("{}; open for {open}, {messages}", lost.message), true)
        }
        EventKind::Answered(answered) => {
            let message = format!("answered {} {}", answered.status, answered.reason);
            (Level::Warn, format!("{}; the body is being read", message.trim_end()), false)
        }
        EventKind::RetryIn(retry) => {
            let left = retry.left.map_or(String::new(), |left| format!(", {left} retries left"));
            let next = connection.0 + 1;
            (Level::Debug, format!("connection {next} in {}{left}", limit_in_words(retry.delay)), false)
        }
        EventKind::Finding(finding) => {
            let level = match finding.severity {
                Severity::Note => Level::Info,
                Severity::Warning => Level::Warn,
                Severity::Error => Level::Error,
            };
            (
                level,
                format!("{}: {}. {}", finding.code, finding.title.trim_end_matches('.'), finding.cause),
                false,
            )
        }
        EventKind::Control(control) => {
            let ControlKind::Close(close) = &control.kind else { return None };
            let way = if control.direction == Direction::In { "received" } else { "sent" };
            let code = close.code.map_or("no code".to_owned(), |code| code.to_string());
            (Level::Debug, format!("close frame {way}: {code} {}", close.reason).trim_end().to_owned(), false)
        }
        EventKind::Sent(sent) => {
            let kind = if sent.opening { "opening message" } else { "message" };
            let bytes = size(sent.payload.len() as u64);
            (Level::Info, format!("sent a {} {kind} of {bytes}", sent.kind.word()), false)
        }
        EventKind::Delivery(told) if told.recalled => {
            let became = match told.delivery.verdict {
                Verdict::Dropped => "nacked and dropped",
                Verdict::Nacked | Verdict::Lost => "nacked and waits for redelivery",
                Verdict::Acked | Verdict::Pending => "nacked, and the nack was undone",
            };
            (
                Level::Info,
                format!("message {} was {became} (attempt {})", told.id, told.delivery.attempt),
                false,
            )
        }
        EventKind::AckMode(ack_mode) => (Level::Info, format!("ack mode: {}", ack_mode.text), true),
        EventKind::ReadingPaused { read_ahead, .. } => {
            (Level::Warn, format!("the socket is not read; {} wait in the reader", size(*read_ahead)), false)
        }
        EventKind::ReadingResumed { after } => {
            (Level::Info, format!("the socket is read again, after {}", span_of(*after)), false)
        }
        EventKind::Refused { command, message } => (Level::Warn, format!("{command}: {message}"), false),
        EventKind::Ended(ended) => {
            let (messages, connections) =
                (counted(ended.messages, "message"), counted(ended.connections.into(), "connection"));
            match &ended.why {
                End::Stopped => {
                    let during = ended.during.map_or(String::new(), |stage| format!(" during {stage}"));
                    (Level::Info, format!("stopped as asked{during}: {messages}, {connections}"), true)
                }
                End::NotRetried => {
                    (Level::Error, format!("ended, not retried: {messages}, {connections}"), true)
                }
                End::RetriesExhausted { retries, .. } => {
                    let retries = counted(u64::from(*retries), "retry");
                    (Level::Error, format!("ended, {retries} used up: {messages}, {connections}"), true)
                }
            }
        }
        EventKind::StageStarted(_)
        | EventKind::StageEnded(_)
        | EventKind::Messages(_)
        | EventKind::Delivery(_)
        | EventKind::ReplayWaits(_)
        | EventKind::BackPressure(_)
        | EventKind::Pipeline(_) => return None,
    })
}
