//! The one place where the screen's state changes.

use ratatui::layout::{Position, Size};

use crate::{
    payload::size,
    session::{Command, Event, Timestamp, What},
};

use super::{
    action::meaning,
    key::Key,
    layout,
    model::{App, Focus, NOTICE, Tone},
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
        Input::Paste(text) => {
            paste(app, &text);
            Vec::new()
        }
        Input::Click(at) => {
            click(app, at);
            Vec::new()
        }
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
        if app.is_writing() {
            app.send.press(key);
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

fn paste(app: &mut App, text: &str) {
    if app.is_writing() {
        let left_out = app.send.insert(text);
        if left_out > 0 {
            app.say(Tone::Note, format!("the line holds 1 MiB; {} were left out", size(left_out as u64)));
        }
    } else if app.help.is_none() {
        app.say(Tone::Note, "nothing to paste into: i opens the send line");
    }
}

fn click(app: &mut App, at: Position) {
    if app.help.take().is_some() {
        return;
    }
    let areas = layout::areas(app.size, app);
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
    if app.help.is_some() {
        app.scroll_help(lines);
        return Vec::new();
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
