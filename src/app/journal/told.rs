//! An event in a sentence for the log.

use crate::{
    payload::{counted, size, span_of},
    session::{ControlKind, Direction, End, Event, Level, Severity, Verdict, What, limit_in_words},
};

/// The level and the words of an event, and whether the pipeline may say something about it. Messages, pings and
/// the steps of a dial are not told: they stand on screens of their own.
pub(super) fn line(event: &Event) -> Option<(Level, String, bool)> {
    let dial = event.dial;
    Some(match &event.what {
        What::Dialing { url } => (Level::Info, format!("dial {dial} to {url}"), false),
        What::Opened(opened) => {
            let remote = opened.remote.map_or(String::new(), |remote| format!(", {remote}"));
            let tls = opened.tls.as_ref().map_or(String::new(), |tls| format!(", {tls}"));
            (Level::Info, format!("dial {dial} open in {}{remote}{tls}", span_of(opened.took)), true)
        }
        What::Failed(failure) => {
            (Level::Error, format!("dial {dial} failed at {}: {}", failure.stage, failure.says), true)
        }
        What::Lost(lost) => {
            let level = if lost.is_ours() { Level::Info } else { Level::Warn };
            let (open, messages) = (span_of(lost.open_for), counted(lost.messages, "message"));
            (level, format!("{}; open for {open}, {messages}", lost.says), true)
        }
        What::Answered(answered) => {
            let says = format!("answered {} {}", answered.status, answered.reason);
            (Level::Warn, format!("{}; the body is being read", says.trim_end()), false)
        }
        What::RetryIn(retry) => {
            let left = retry.left.map_or(String::new(), |left| format!(", {left} retries left"));
            let next = dial.0 + 1;
            (Level::Debug, format!("dial {next} in {}{left}", limit_in_words(retry.delay)), false)
        }
        What::Finding(finding) => {
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
        What::Control(control) => {
            let ControlKind::Close(close) = &control.kind else { return None };
            let way = if control.direction == Direction::In { "received" } else { "sent" };
            let code = close.code.map_or("no code".to_owned(), |code| code.to_string());
            (Level::Debug, format!("close frame {way}: {code} {}", close.reason).trim_end().to_owned(), false)
        }
        What::Sent(sent) => {
            let what = if sent.opening { "opening message" } else { "message" };
            let bytes = size(sent.payload.len() as u64);
            (Level::Info, format!("sent a {} {what} of {bytes}", sent.kind.word()), false)
        }
        What::Delivery(told) if told.recalled => {
            let became = match told.delivery.verdict {
                Verdict::Dropped => "rejected and dropped",
                Verdict::Nacked | Verdict::Lost => "rejected, to be handed out again",
                Verdict::Acked | Verdict::Pending => "rejected, and that was taken back",
            };
            (
                Level::Info,
                format!("message {} was {became} (attempt {})", told.id, told.delivery.attempt),
                false,
            )
        }
        What::Policy(answering) => (Level::Info, format!("the output: {}", answering.says), true),
        What::ReadingPaused { read_ahead, .. } => {
            (Level::Warn, format!("the socket is not read; {} wait in the reader", size(*read_ahead)), false)
        }
        What::ReadingResumed { after } => {
            (Level::Info, format!("the socket is read again, after {}", span_of(*after)), false)
        }
        What::Refused { command, says } => (Level::Warn, format!("{command}: {says}"), false),
        What::Ended(ended) => {
            let (messages, dials) = (counted(ended.messages, "message"), counted(ended.dials.into(), "dial"));
            match &ended.why {
                End::Stopped => {
                    let during = ended.during.map_or(String::new(), |stage| format!(" during {stage}"));
                    (Level::Info, format!("stopped as asked{during}: {messages}, {dials}"), true)
                }
                End::NotRetried => (Level::Error, format!("ended, not retried: {messages}, {dials}"), true),
                End::RetriesExhausted { retries, .. } => {
                    let retries = counted(u64::from(*retries), "retry").replace("retrys", "retries");
                    (Level::Error, format!("ended, {retries} used up: {messages}, {dials}"), true)
                }
            }
        }
        What::StageStarted(_)
        | What::StageEnded(_)
        | What::Messages(_)
        | What::Delivery(_)
        | What::ReplayWaits(_)
        | What::BackPressure(_)
        | What::Pipeline(_) => return None,
    })
}
