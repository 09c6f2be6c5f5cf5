//! What the shell reports about the capture, and the sessions of an old one.

use crate::{
    app::{
        effect::Effect,
        model::App,
        screens::Screen,
        state::{Capture, CaptureNews, Form, Kept, Tone},
    },
    config::Values,
    session::Level,
};

impl App {
    /// Goes to another session of the old capture, or says that there is none.
    pub(in crate::app) fn go_to_session(&mut self, by: isize, none: &'static str) -> Vec<Effect> {
        let Capture::Reading { path, sessions, nth, .. } = &self.capture else { return Vec::new() };
        match nth.checked_add_signed(by) {
            Some(nth @ 1..) if nth <= *sessions => {
                vec![Effect::OpenCapture { path: path.clone(), back: sessions - nth }]
            }
            _ => {
                self.say(Tone::Note, none);
                Vec::new()
            }
        }
    }

    /// Takes in how the capture stands.
    pub(in crate::app) fn hear_of_capture(&mut self, news: CaptureNews) -> Vec<Effect> {
        match news {
            CaptureNews::Grown { path, bytes } => {
                self.capture = Capture::Recording { path, bytes };
                self.timeline.keep(Kept::All);
            }
            CaptureNews::Failed { path, message, committed } => {
                self.timeline.keep(Kept::Upto(committed));
                self.say(Tone::Bad, format!("capture-failed: nothing more is captured: {message}"));
                self.journal.note(self.now, Level::Error, format!("capture-failed: {message}"));
                self.capture = Capture::Failed { path, message };
            }
            CaptureNews::Refused { message } => {
                self.say(Tone::Bad, format!("no capture: {message}"));
                self.journal.note(self.now, Level::Error, format!("no capture: {message}"));
            }
            CaptureNews::AllRead if !self.filter_in_force().is_empty() => return self.filter_rows(),
            CaptureNews::AllRead => {}
            CaptureNews::Large { message } => {
                self.say(Tone::Bad, format!("capture-large: {message}; it stops at 100 MiB left"));
                self.journal.note(self.now, Level::Error, format!("capture-large: {message}"));
            }
            CaptureNews::Opened {
                path,
                bytes,
                first,
                payloads,
                began,
                is_whole,
                name,
                url,
                profile,
                sessions,
                nth,
            } => {
                self.begin_anew();
                self.screen = Screen::Feed;
                self.timeline.begin_at(first);
                self.timeline.keep(Kept::All);
                self.current.counts.bytes = payloads;
                self.now = began;
                (self.profile.name, self.profile.url) = (name, url);
                if sessions > 1 {
                    self.say(
                        Tone::Note,
                        format!("session {nth} of {sessions} in this capture; ( and ) go to the others"),
                    );
                }
                let has_profile = profile.is_some();
                let mut values = profile.map_or_else(Values::default, |profile| *profile);
                values.options = self.form.values.options;
                self.form = Form::read_only(values);
                self.capture = Capture::Reading { path, bytes, is_whole, has_profile, sessions, nth };
            }
        }
        Vec::new()
    }
}
