//! Words and signs for what the timeline holds.

use ratatui::style::Style;

use crate::{
    app::Entry,
    describe,
    payload::span_of,
    session::{ConnectionId, ControlKind, Delivery, End, Verdict},
};

use super::{canvas, theme::Theme, untrusted};

/// The frame's name.
pub const fn control(kind: &ControlKind) -> &'static str {
    match kind {
        ControlKind::Ping(_) => "ping",
        ControlKind::Pong { .. } => "pong",
        ControlKind::Close(_) => "close",
    }
}

/// A delivery in three cells, and its colour: `✓`, `↻2`.
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

/// What a row that is no frame says, in short where `room` cells are too few, and its colour. `None` for rows
/// with columns.
pub fn event(entry: &Entry, connection: ConnectionId, theme: &Theme, room: usize) -> Option<(String, Style)> {
    let (message, style) = match entry {
        Entry::Opened(opened) => {
            (format!("connection {connection} {}", describe::opened_in_short(opened)), theme.ok)
        }
        Entry::Lost(lost, _) => {
            let style = if lost.is_ours() { theme.note } else { theme.bad };
            let short = || format!("{} · {}", lost.message, span_of(lost.open_for));
            (fitting(describe::lost(connection, lost), short, room), style)
        }
        Entry::Failed(failure) => (describe::failed(connection, failure), theme.bad),
        Entry::AckMode(ack_mode) => (describe::ack_mode(ack_mode), theme.note),
        Entry::Paused { why, read_ahead } => {
            let short = || describe::paused_in_short(*read_ahead);
            (fitting(describe::paused(*why, *read_ahead), short, room), theme.wait)
        }
        Entry::Resumed { after } => (describe::resumed(*after), theme.note),
        Entry::Ended(ended) => {
            let style =
                if matches!(ended.why, End::Stopped | End::FileEnds) { theme.note } else { theme.bad };
            (describe::ended(ended), style)
        }
        Entry::Found(finding) => {
            let sign = super::problem::sign(finding.severity);
            (format!("{sign} {}", finding.title), theme.severity(finding.severity))
        }
        Entry::Control(_) | Entry::Sent(_) | Entry::Redelivered { .. } => return None,
    };
    Some((untrusted::safe(&message), style))
}

fn fitting(whole: String, short: impl FnOnce() -> String, room: usize) -> String {
    if canvas::width(&whole) <= room { whole } else { short() }
}
