//! The session behind the screens: connecting, and beginning anew.

use std::time::Duration;

use crate::{
    app::{
        effect::Effect,
        model::App,
        state::{Bookmarks, Capture, ConnectionState, Connections, Pairs, Timeline, Tone},
    },
    config::{Settings, Values},
    session::{Command, Event, EventKind},
};

/// The shortest time between two runs of the commands for secrets.
const RENEWAL: Duration = Duration::from_secs(30);

impl App {
    pub(in crate::app) fn connect_again(&mut self) -> Vec<Effect> {
        self.passphrase = None;
        if !self.current.has_ended() {
            return vec![Effect::Engine(Command::Reconnect)];
        }
        self.begin_anew();
        self.filter_anew();
        vec![Effect::Restart]
    }

    /// A new session counts from one again, so nothing of the old one may stay beside it.
    pub(in crate::app) fn begin_anew(&mut self) {
        // Closed by hand it stays closed; else the width of the screen decides again.
        let wish = self.detail.wish.filter(|is_open| !is_open);
        self.close_detail();
        self.detail.wish = wish;
        self.current = ConnectionState::default();
        self.timeline = self.timeline.renewed();
        self.bookmarks = Bookmarks::default();
        self.pairs = Pairs::looking(self.pairs.ids().clone());
        self.began = None;
        self.connections = Connections::default();
        self.deliveries = self.deliveries.renewed();
        self.over_time = self.over_time.renewed();
        self.ladder_scroll = 0;
    }

    /// Connects with these settings, in a new session if none runs.
    pub(in crate::app) fn connect(&mut self, settings: Settings) -> Vec<Effect> {
        if self.current.has_ended() || self.capture.is_reading() {
            self.begin_anew();
            if self.capture.is_reading() {
                // A stream of its own begins, with a capture of its own.
                self.timeline = Timeline::default();
                self.capture = Capture::Off;
            }
            self.filter_anew();
        }
        self.has_no_session = false;
        vec![Effect::Connection(Box::new(settings))]
    }

    /// Has the commands for secrets run once more when the server refuses those that they gave.
    pub(in crate::app) fn refresh_if_refused(&mut self, event: &Event) -> Option<Effect> {
        let is_refused = matches!(&event.kind, EventKind::Failed(failure) if failure.kind.is_unauthorized());
        let is_too_soon = self.renewed.is_some_and(|last| event.at.since(last) < RENEWAL);
        if !is_refused || is_too_soon || self.form.applied.commands().next().is_none() {
            return None;
        }
        self.renewed = Some(event.at);
        Some(Effect::Refresh(Box::new(self.form.applied.clone())))
    }

    /// Connects with the secrets that commands have given anew; what was edited meanwhile stays.
    pub(in crate::app) fn refreshed(&mut self, values: &Values, changed: &[String]) -> Vec<Effect> {
        for path in changed {
            let Some(text) = values.get(path).map(|value| value.text.clone()) else { continue };
            if !self.form.is_changed(path) {
                self.form.values.renew(path, text.clone());
            }
            self.form.applied.renew(path, text);
        }
        let Ok(settings) = Settings::from_values(&self.form.applied) else { return Vec::new() };
        self.done(format!("401: the command for {} gave another secret; reconnecting", changed.join(", ")));
        self.connect(settings)
    }

    pub(in crate::app) fn toggle_mouse(&mut self) -> Vec<Effect> {
        self.mouse = !self.mouse;
        let message = if self.mouse {
            "the mouse works in this program"
        } else {
            "the mouse selects text in the terminal"
        };
        self.say(Tone::Note, message);
        vec![Effect::Mouse(self.mouse)]
    }
}
