//! Words and signs for what the timeline holds.

use ratatui::style::Style;

use crate::{
    app::Entry,
    payload::{counted, size, span_of},
    session::{CloseFrame, ControlKind, Delivery, End, Kind, Pause, Verdict},
};

use super::{theme::Theme, untrusted};

/// `text` or `binary`.
#[must_use]
pub const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Binary => "binary",
    }
}

/// The frame's name.
#[must_use]
pub const fn control(kind: &ControlKind) -> &'static str {
    match kind {
        ControlKind::Ping(_) => "ping",
        ControlKind::Pong { .. } => "pong",
        ControlKind::Close(_) => "close",
    }
}

/// A delivery in three cells, and its colour: `✓`, `↻2`.
#[must_use]
pub fn delivery(delivery: Delivery, theme: &Theme) -> (String, Style) {
    let (sign, style) = match delivery.verdict {
        Verdict::Acked => ("✓", theme.ok),
        Verdict::Pending => ("…", theme.wait),
        Verdict::Nacked => ("✕", theme.bad),
        Verdict::Dropped | Verdict::Lost => ("⊘", theme.bad),
    };
    match (delivery.attempt, delivery.verdict) {
        (0 | 1, _) | (_, Verdict::Dropped | Verdict::Lost) => (sign.to_owned(), style),
        (attempt @ 2..=99, _) => (format!("↻{attempt}"), style),
        _ => ("↻++".to_owned(), style),
    }
}

/// The same in words: `acked`, `acked at attempt 2`.
#[must_use]
pub fn delivered(delivery: Delivery) -> String {
    let verdict = match delivery.verdict {
        Verdict::Acked => "acked",
        Verdict::Pending => "delivered",
        Verdict::Nacked => "nacked",
        Verdict::Dropped => "dropped",
        Verdict::Lost => "nacked, and lost at the end",
    };
    match delivery.attempt {
        0 | 1 => verdict.to_owned(),
        attempt => format!("{verdict} · attempt {attempt}"),
    }
}

/// `1001 going away`: code and reason of a close frame as it was sent.
#[must_use]
pub fn close(frame: &CloseFrame) -> String {
    match (frame.code, frame.reason.is_empty()) {
        (None, _) => "without a code".to_owned(),
        (Some(code), true) => code.to_string(),
        (Some(code), false) => format!("{code} {}", untrusted::safe(&frame.reason)),
    }
}

/// What a row that is no frame says, if it can in `room` cells, and its colour. `None` for rows
/// with columns.
#[must_use]
pub fn event(entry: &Entry, connection: u32, theme: &Theme, room: usize) -> Option<(String, Style)> {
    Some(match entry {
        Entry::Opened(opened) => {
            (format!("connection {connection}: open in {}", span_of(opened.took)), theme.ok)
        }
        Entry::Lost(lost, _) => {
            let message = untrusted::safe(&lost.message);
            let style = if lost.is_ours() { theme.note } else { theme.bad };
            let open = span_of(lost.open_for);
            let whole = format!("{message} · connection {connection} was open {open}");
            (if super::canvas::width(&whole) <= room { whole } else { format!("{message} · {open}") }, style)
        }
        Entry::Failed(failure) => (
            format!(
                "connection {connection} failed at {}: {}",
                failure.stage,
                untrusted::safe(&failure.message)
            ),
            theme.bad,
        ),
        Entry::AckMode(ack_mode) => (format!("ack mode: {}", untrusted::safe(&ack_mode.text)), theme.note),
        Entry::Paused { why, read_ahead } => {
            let why = match why {
                Pause::Events => "the screen is behind",
                Pause::InFlight => "the output is full",
                Pause::Replay => "a redelivery waits",
            };
            (format!("reading paused, {why}: {} read ahead", size(*read_ahead)), theme.wait)
        }
        Entry::Resumed { after } => (format!("reading resumed after {}", span_of(*after)), theme.note),
        Entry::Ended(ended) => {
            let total = format!(
                "{}, {}",
                counted(ended.messages, "message"),
                counted(ended.connections.into(), "connection")
            );
            match &ended.why {
                End::Stopped => match ended.during {
                    Some(stage) => (format!("stopped as asked, during {stage}: {total}"), theme.note),
                    None => (format!("stopped as asked: {total}"), theme.note),
                },
                End::NotRetried => (format!("ended, not retried: {total}"), theme.bad),
                End::RetriesExhausted { retries, .. } => {
                    (format!("ended: max_retries {retries} is used up: {total}"), theme.bad)
                }
            }
        }
        Entry::Found(finding) => {
            let sign = super::problem::sign(finding.severity);
            (format!("{sign} {}", untrusted::safe(&finding.title)), theme.severity(finding.severity))
        }
        Entry::Control(_) | Entry::Sent(_) | Entry::Redelivered { .. } => return None,
    })
}
