//! The one place where the screen's state changes.

use ratatui::layout::{Position, Size};

use crate::{
    config::Settings,
    payload::size,
    session::{Command, Event, Timestamp, What},
};

use super::{
    action::meaning,
    key::Key,
    layout,
    model::{App, Focus, NOTICE, Tone},
    overlay::Overlay,
    screen::Screen,
};

/// What the screen is fed.
#[derive(Clone, Debug)]
pub enum Input {
    Key(Key),
    Paste(String),
    Click(Position),
    /// The wheel, by so many lines, down or (below zero) up.
    Wheel {
        at: Position,
        lines: i64,
    },
    Resized(Size),
    Events(Vec<Event>),
    Outcome(Outcome),
    Tick(Timestamp),
}

/// What the shell is to do.
#[derive(Clone, Debug)]
pub enum Effect {
    Engine(Command),
    /// Dial with these settings: in the session that runs, or in a new one.
    Dial(Box<Settings>),
    Copy(String),
    /// A new session with the same settings, after one that has ended.
    Restart,
    Quit,
}

/// How an effect went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// So many bytes went to a clipboard; `way` says to which.
    Copied { bytes: usize, way: &'static str },
    /// It could not be done, and why.
    Failed(String),
}

/// Changes the state by one input and says what is to be done outside.
pub fn update(app: &mut App, input: Input) -> Vec<Effect> {
    let effects = match input {
        Input::Key(key) => on_key(app, key),
        Input::Paste(text) => paste(app, &text),
        Input::Click(at) => click(app, at),
        Input::Wheel { at, lines } => wheel(app, at, lines),
        Input::Resized(size) => {
            app.size = size;
            Vec::new()
        }
        Input::Events(events) => {
            for event in events {
                apply(app, event);
            }
            Vec::new()
        }
        Input::Outcome(outcome) => {
            tell(app, outcome);
            Vec::new()
        }
        Input::Tick(now) => {
            tick(app, now);
            Vec::new()
        }
    };
    app.timeline.fit(app.page());
    effects
}

/// Feeds keys written as text (see [`super::keys`]) and collects the effects.
pub fn press(app: &mut App, script: &str) -> Vec<Effect> {
    super::keys(script).into_iter().flat_map(|key| update(app, Input::Key(key))).collect()
}

fn on_key(app: &mut App, key: Key) -> Vec<Effect> {
    app.notice = None;
    let Some(action) = meaning(app, key) else {
        if app.written().is_some_and(|text| text.press(key)) {
            return app.wrote();
        }
        return Vec::new();
    };
    match (action.available)(app) {
        Ok(()) => (action.run)(app),
        Err(reason) => {
            app.say(Tone::Note, format!("{}: {reason}", action.name));
            Vec::new()
        }
    }
}

fn paste(app: &mut App, text: &str) -> Vec<Effect> {
    let Some(written) = app.written() else {
        if app.overlay.is_none() {
            app.say(Tone::Note, "nothing to paste into: i on the feed opens the send line");
        }
        return Vec::new();
    };
    let left_out = written.insert(text);
    if left_out > 0 {
        app.say(Tone::Note, format!("the line holds 1 MiB; {} were left out", size(left_out as u64)));
    }
    app.wrote()
}

impl App {
    /// What follows from a change of the text that is being written.
    fn wrote(&mut self) -> Vec<Effect> {
        match (&self.overlay, self.screen) {
            (Some(Overlay::Palette(_)), _) => self.wrote_palette(),
            (Some(_), _) => self.wrote_answer(),
            (None, Screen::Start) => self.wrote_start(),
            (None, Screen::Connection) => self.wrote_form(),
            (None, Screen::Log) => self.wrote_search(),
            (None, Screen::Feed | Screen::Dials) => Vec::new(),
        }
    }
}

fn click(app: &mut App, at: Position) -> Vec<Effect> {
    if app.overlay.is_some() {
        app.overlay.take_if(|overlay| matches!(overlay, Overlay::Help(_)));
        return Vec::new();
    }
    let areas = layout::areas(app.size, app);
    if let Some(screen) = areas.tab_at(at) {
        return app.go_to(screen);
    }
    match app.screen {
        Screen::Start => app.click_start(at),
        Screen::Feed => {
            click_feed(app, &areas, at);
            Vec::new()
        }
        Screen::Connection => app.click_form(at),
        Screen::Dials => app.click_dials(at),
        Screen::Log => app.click_log(at),
    }
}

fn click_feed(app: &mut App, areas: &layout::Areas, at: Position) {
    if areas.rows.contains(at) {
        app.focus = Focus::Feed;
        if app.timeline.select_line(at.y - areas.rows.y, areas.rows.height) {
            app.detail.scroll = 0;
        }
    } else if areas.detail.contains(at) {
        app.focus = Focus::Detail;
    } else if areas.send.contains(at) {
        app.focus = Focus::Send;
    }
}

fn wheel(app: &mut App, at: Position, lines: i64) -> Vec<Effect> {
    if app.overlay.is_some() {
        app.scroll_help(lines);
        return Vec::new();
    }
    if app.screen != Screen::Feed {
        return app.go(lines);
    }
    if layout::areas(app.size, app).detail.contains(at) {
        return app.scroll_detail(lines);
    }
    let focus = std::mem::replace(&mut app.focus, Focus::Feed);
    let effects = if app.timeline.is_empty() && !app.shows_ladder() { Vec::new() } else { app.go(lines) };
    app.focus = focus;
    effects
}

fn apply(app: &mut App, event: Event) {
    app.now = app.now.max(event.at);
    if let What::Refused { command, says } = &event.what {
        app.say(Tone::Bad, format!("{command}: {says}"));
    }
    app.link.apply(&event);
    app.dials.apply(&event);
    app.journal.apply(&event);
    // What is found about a failed dial stands in the ladder or the strip, with more room.
    let of_a_failure = app.link.failed.as_ref().is_some_and(|failed| failed.dial == event.dial);
    if !(of_a_failure && matches!(event.what, What::Finding(_))) {
        app.timeline.apply(event);
    }
}

fn tell(app: &mut App, outcome: Outcome) {
    match outcome {
        Outcome::Copied { bytes, way } => app.say(Tone::Done, format!("copied {bytes} bytes {way}")),
        Outcome::Failed(says) => app.say(Tone::Bad, says),
    }
}

fn tick(app: &mut App, now: Timestamp) {
    app.now = app.now.max(now);
    app.link.rate.move_to(app.now);
    if app.notice.as_ref().is_some_and(|notice| app.now >= notice.since.plus(NOTICE)) {
        app.notice = None;
    }
}
