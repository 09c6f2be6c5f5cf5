//! What becomes of the socket: whether it is read, why not, what waits in it, and what that does to pings.

use std::time::Duration;

use ratatui::style::Style;

use crate::{
    app::{App, Pings},
    payload::{duration_in_words, limit_in_words, size},
    session::{Pause, Timestamp},
};

use super::{tenths, theme::Theme};

/// A second of back-pressure that ended longer ago is over.
const RECENT: Duration = Duration::from_millis(1_500);
/// Where a message was read this recently, more follow as they are taken.
const DRIP: Duration = Duration::from_secs(2);

/// Whether it is read, in short.
pub(super) fn state(app: &App, theme: &Theme) -> (String, Style) {
    let deliveries = &app.deliveries;
    if app.current.has_ended() {
        return ("the session has ended".to_owned(), theme.dim);
    }
    if !app.current.is_open() {
        return ("no connection".to_owned(), theme.dim);
    }
    if deliveries.held.is_some() {
        let (ahead, in_system) = deliveries.backlog;
        let in_system = in_system.map_or(String::new(), |bytes| format!(" + {} in the system", size(bytes)));
        return (format!("{} unread{in_system}", size(ahead)), theme.wait);
    }
    match deliveries.pressure.back().filter(|(at, _)| app.now.since(*at) < RECENT) {
        Some((_, paused)) => (format!("read, held up {} of the last second", tenths(*paused)), theme.wait),
        None => ("read".to_owned(), theme.ok),
    }
}

/// Since when it is not read, why (that the output is full stands at the head of the line), and what that does to
/// pings; `None` while it is read.
pub(super) fn not_read(app: &App) -> Option<String> {
    let deliveries = &app.deliveries;
    let (since, why) = deliveries.held.filter(|_| app.current.is_open())?;
    let why = match why {
        Pause::Events => "the screen is behind",
        _ if deliveries.pausing(app.now).is_some() => "the input pauses before a redelivery",
        Pause::InFlight | Pause::Replay => "the offered message is not taken",
    };
    let last_read = deliveries.last_read.filter(|at| since < *at);
    if last_read.is_some_and(|at| app.now.since(at) < DRIP) {
        let lasting = tenths(app.now.since(since));
        return Some(format!("read message by message for {lasting}: {why}; pings are answered late"));
    }
    let lasting = tenths(app.now.since(last_read.unwrap_or(since)));
    Some(format!("not read for {lasting}: {why}; {}", pings(&deliveries.pings, app.now)))
}

/// What is known of pings that are not read.
fn pings(pings: &Pings, now: Timestamp) -> String {
    let (Some(rhythm), Some(at)) = (pings.rhythm, pings.answered) else {
        return "pings that come meanwhile are not answered".to_owned();
    };
    let ago = Duration::from_secs(now.since(at).as_secs());
    let ago = if ago.as_secs() < 60 { format!("{} s", ago.as_secs()) } else { duration_in_words(ago) };
    format!("pings come every {}, the last was answered {ago} ago", limit_in_words(rhythm))
}
