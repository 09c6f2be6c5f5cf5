//! Jumps on the feed: to a time, and to the next error, connection or gap.

use jiff::civil::Time;

use crate::{
    app::{
        effect::Effect,
        model::App,
        state::{Focus, Landmark, Line, Row, Tone},
    },
    payload::thousands,
    session::Timestamp,
};

use super::Screen;

impl App {
    /// Goes to the next row of a kind, or to the one before.
    pub(in crate::app) fn go_to_landmark(&mut self, landmark: Landmark, forward: bool) {
        let page = self.page();
        if !self.timeline.select_landmark(landmark, forward, page) {
            let what = match landmark {
                Landmark::Error => "loss, failure or finding that is an error",
                Landmark::Opened => "connection",
                Landmark::Gap => "gap of more than a second",
            };
            let place = self.row_order.place(if forward { 1 } else { -1 });
            let known = self.timeline.landmarks_known(landmark).filter(|_| forward);
            self.say(Tone::Note, format!("no {what} {place}{}", of_the_known(known)));
        }
    }

    /// Goes to the first row at a time of the day or later, on the day of the selected row.
    pub(in crate::app) fn go_to_time(&mut self, time: Time) -> Vec<Effect> {
        self.screen = Screen::Feed;
        self.focus = Focus::Feed;
        if time.subsec_nanosecond() != 0 {
            self.say(Tone::Bad, "a time to go to has whole seconds: 12:00:05");
            return Vec::new();
        }
        // The time of a row that is being read is not known yet.
        let is_read = |row: &Row<'_>| !matches!(row.line, Line::Unread { .. });
        let here = self.timeline.selected().filter(is_read).map_or(self.now, |row| row.at);
        let page = self.page();
        let at = moment(here, time, &self.zone);
        if !at.is_some_and(|at| self.timeline.select_time(at, page)) {
            let known = of_the_known(self.timeline.seconds_known());
            self.say(Tone::Note, format!("no row came at {time} or later on that day{known}"));
        }
        Vec::new()
    }
}

/// What limits a jump that found nothing.
fn of_the_known(known: Option<usize>) -> String {
    known.map_or_else(String::new, |known| {
        format!(" among the first {} that are remembered", thousands(known as u64))
    })
}

/// A time of the day as it is typed, with or without `go to` before it.
pub(in crate::app) fn time_of(text: &str) -> Option<Time> {
    let text = text.trim().trim_start_matches("go to ").trim();
    text.parse().ok().filter(|_| text.contains(':'))
}

/// That time on the day of another moment.
fn moment(on: Timestamp, time: Time, zone: &jiff::tz::TimeZone) -> Option<Timestamp> {
    let day = jiff::Timestamp::from_microsecond(on.0).ok()?.to_zoned(zone.clone()).date();
    let moment = day.to_datetime(time).to_zoned(zone.clone()).ok()?;
    Some(Timestamp(moment.timestamp().as_microsecond()))
}
