//! What of the session the log tells, and at which level.

use crate::{
    describe,
    session::{ControlKind, End, Event, EventKind, Level, Severity},
};

/// The level and the words of an event, and whether the pipeline may say something about it. Messages, pings and
/// the steps of a connection are left out: they have screens of their own.
pub(super) fn line(event: &Event) -> Option<(Level, String, bool)> {
    let connection = event.connection;
    Some(match &event.kind {
        EventKind::Connecting { url } => (Level::Info, describe::connecting(connection, url), false),
        EventKind::Opened(opened) => (Level::Info, describe::opened(connection, opened), true),
        EventKind::Failed(failure) => (Level::Error, describe::failed(connection, failure), true),
        EventKind::Lost(lost) => {
            let level = if lost.is_ours() { Level::Info } else { Level::Warn };
            (level, describe::lost(connection, lost), true)
        }
        EventKind::Answered(answered) => (Level::Warn, describe::answered(answered), false),
        EventKind::RetryIn(retry) => (Level::Debug, describe::retry(retry), false),
        EventKind::Finding(finding) => {
            let level = match finding.severity {
                Severity::Note => Level::Info,
                Severity::Warning => Level::Warn,
                Severity::Error => Level::Error,
            };
            (level, format!("{}: {}", describe::finding(finding), finding.cause), false)
        }
        EventKind::Control(control) => {
            let ControlKind::Close(close) = &control.kind else { return None };
            (Level::Debug, describe::close_frame(control.direction, close), false)
        }
        EventKind::Sent(sent) => (Level::Info, describe::sent(sent), false),
        EventKind::Delivery(run) if run.first.recalled => {
            (Level::Info, describe::recalled(&run.first), false)
        }
        EventKind::AckMode(ack_mode) => (Level::Info, describe::ack_mode(ack_mode), true),
        EventKind::ReadingPaused { why, read_ahead } => {
            (Level::Warn, describe::paused(*why, *read_ahead), false)
        }
        EventKind::ReadingResumed { after } => (Level::Info, describe::resumed(*after), false),
        EventKind::Refused { command, message } => (Level::Warn, describe::refused(command, message), false),
        EventKind::Ended(ended) => {
            let level =
                if matches!(ended.why, End::Stopped | End::FileEnds) { Level::Info } else { Level::Error };
            (level, describe::ended(ended), true)
        }
        EventKind::StageStarted(_)
        | EventKind::StageEnded(_)
        | EventKind::Messages(_)
        | EventKind::Delivery(_)
        | EventKind::ReplayWaits(_)
        | EventKind::Whereabouts(_)
        | EventKind::BackPressure(_)
        | EventKind::TcpLine(_)
        | EventKind::Pipeline(_) => return None,
    })
}
