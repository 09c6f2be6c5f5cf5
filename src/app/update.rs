//! The one place where the screen's state changes.

use std::path::PathBuf;

use bytes::Bytes;
use ratatui::layout::{Position, Size};

use crate::{
    ack::AckMode,
    config::{FileSummary, Problem, Secret, Settings, Values},
    filter::Filter,
    payload::size,
    session::{Command, Event, EventKind, Seq, Stored, StoredEvent, Timestamp},
};

use super::{
    action::meaning,
    availability::a_text_is_edited,
    capture::CaptureNews,
    key::Key,
    layout,
    model::{App, Completed, Focus, NOTICE, Tone},
    overlay::Overlay,
    pages::Ranges,
    prompt::Purpose,
    saving::Saving,
    screen::Screen,
    start::Offer,
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
    /// A piece of an old capture.
    StoredEvent(Vec<StoredEvent>),
    Tick(Timestamp),
}

/// What the shell is to do.
#[derive(Clone, Debug)]
pub enum Effect {
    Engine(Command),
    /// Answer messages so, in the session that runs and in those to come.
    Answer(AckMode),
    /// Connect with these settings: in the session that runs, or in a new one.
    Connection(Box<Settings>),
    /// Read these places of the capture.
    Load(Ranges),
    /// Read the whole payload of the message at this place.
    LoadWhole(Seq),
    /// Look through the capture for what this filter lets through.
    Scan {
        generation: u64,
        filter: Filter,
        from: Seq,
        to: Seq,
    },
    /// Nobody wants the results of a scan any more.
    StopScan,
    /// Show an old capture: its last session, or the one so many before it.
    OpenCapture {
        path: PathBuf,
        back: usize,
    },
    /// Hear the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Give the terminal back to the shell that started this, until it continues.
    Suspend,
    /// Look at the captures and profiles there are.
    ListRecent,
    /// Delete a capture.
    DeleteCapture(PathBuf),
    /// Connect to the built-in feed server.
    StartDemo,
    /// Read a config file.
    OpenProfile(PathBuf),
    /// Read YAML that was pasted.
    ReadYaml(Secret),
    /// Work out what an expression that was typed stands for.
    Interpolate {
        path: String,
        expression: String,
    },
    /// Look at the files that these values name.
    CheckFiles(Box<Values>),
    /// Find the files that a path may go on with.
    Complete(PathPrefix),
    /// Give the terminal to the person's own editor with this text in a private file.
    EditOutside {
        text: Secret,
        /// What the name of the file ends in.
        ending: &'static str,
        back: EditTarget,
    },
    /// Write a profile to a new file.
    WriteProfile {
        path: PathBuf,
        text: Secret,
        /// Its address, masked.
        url: String,
    },
    /// Write to a new file.
    Save {
        path: PathBuf,
        kind: Saving,
    },
    Copy(String),
    /// A new session with the same settings, after one that has ended.
    Restart,
    Quit,
}

/// The path of a file as far as it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPrefix {
    pub typed: String,
    /// Whether the value of a field is typed: what reads it knows no `~`.
    pub is_field: bool,
    /// Whether the file is to hold certificates or keys.
    pub is_pem: bool,
}

/// What becomes of a text that an editor has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditTarget {
    /// It goes where it was being written.
    Here,
    /// It is the value of the field.
    Taken,
}

/// How an effect went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// So many bytes went to a clipboard; `way` says to which.
    Copied {
        bytes: usize,
        way: &'static str,
    },
    /// It could not be done, and why.
    Failed(String),
    /// What was read of the capture, in order.
    Loaded(Vec<Stored>),
    /// A payload, whole; `None` when it is not there.
    Whole {
        seq: Seq,
        bytes: Option<Bytes>,
    },
    /// What a scan has found up to a place.
    Filtered {
        generation: u64,
        upto: Seq,
        matches: Vec<Seq>,
    },
    /// A scan has come to its end, or to that of what is committed.
    ScanOver {
        generation: u64,
    },
    /// So many messages or certificates went to a new file. The path is as it was given.
    Saved {
        purpose: Purpose,
        path: String,
        count: u64,
        bytes: u64,
    },
    /// The file was not written; the question is asked again.
    NotSaved {
        purpose: Purpose,
        path: String,
        message: String,
    },
    Capture(CaptureNews),
    /// What an expression stands for, and the variables in it that are not set.
    Interpolated {
        path: String,
        expression: String,
        text: Secret,
        unset: Vec<String>,
    },
    /// What is wrong with the files that the values name, and what they hold.
    FilesChecked {
        problems: Vec<Problem>,
        file_summaries: Vec<FileSummary>,
    },
    Completed(Completed),
    /// What the person's own editor has left.
    EditedOutside {
        text: Secret,
        back: EditTarget,
    },
    /// It has left nothing that can be taken, and why.
    NotEdited {
        message: String,
        back: EditTarget,
    },
    /// The captures and profiles there are.
    Recent(Vec<Offer>),
    /// A profile that was opened or pasted: its values, its name, and what reading it brought up.
    Profile {
        values: Box<Values>,
        name: String,
        problems: Vec<Problem>,
    },
    /// The profile went to a new file.
    Written {
        path: String,
    },
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
            app.show_cursor();
            Vec::new()
        }
        Input::Events(events) => {
            for event in events {
                apply(app, event);
            }
            Vec::new()
        }
        Input::Outcome(outcome) => tell(app, outcome),
        Input::StoredEvent(pieces) => {
            for piece in pieces {
                remember(app, piece);
            }
            Vec::new()
        }
        Input::Tick(now) => {
            tick(app, now);
            Vec::new()
        }
    };
    let page = app.page();
    app.timeline.fit(page);
    let mut effects = effects;
    effects.extend(app.timeline.ask(page).map(Effect::Load));
    effects.extend(app.timeline.ask_whole().map(Effect::LoadWhole));
    effects.extend(app.scan_on());
    effects
}

/// Feeds keys written as text (see [`super::keys`]) and collects the effects.
pub fn press(app: &mut App, script: &str) -> Vec<Effect> {
    super::keys(script).into_iter().flat_map(|key| update(app, Input::Key(key))).collect()
}

fn on_key(app: &mut App, key: Key) -> Vec<Effect> {
    app.notice = None;
    let Some(action) = meaning(app, key) else {
        if matches!(app.overlay, Some(Overlay::Editor(_))) {
            return app.press_in_editor(key);
        }
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
        app.say(Tone::Note, format!("the text holds 1 MiB; {} were left out", size(left_out as u64)));
    }
    app.show_cursor();
    if app.overlay.is_none() && text.contains('\n') && a_text_is_edited(app).is_ok() {
        // A text of many lines does not fit on one.
        drop(app.open_editor());
    }
    app.wrote()
}

impl App {
    /// What is found about a failed connection stands in the ladder or the strip, with more room.
    fn belongs_elsewhere(&self, event: &Event) -> bool {
        let of_a_failure =
            self.current.failed.as_ref().is_some_and(|failed| failed.connection == event.connection);
        of_a_failure && matches!(event.kind, EventKind::Finding(_))
    }

    /// What follows from a change of the text that is being written.
    pub(super) fn wrote(&mut self) -> Vec<Effect> {
        match (&self.overlay, self.screen) {
            (Some(Overlay::Palette(_)), _) => self.wrote_palette(),
            (Some(Overlay::Prompt(_) | Overlay::Help(_)), _) => self.wrote_answer(),
            (_, Screen::Start) => self.wrote_start(),
            (_, Screen::Config) => self.wrote_form(),
            (_, Screen::Log) => self.wrote_search(),
            (_, Screen::Feed) if self.focus == Focus::Filter => self.wrote_filter(),
            (_, Screen::Feed | Screen::Connections | Screen::Delivery) => Vec::new(),
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
        Screen::Config => app.click_form(at),
        Screen::Connections => app.click_connections(at),
        Screen::Delivery => app.click_deliveries(at),
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
    if matches!(app.overlay, Some(Overlay::Editor(_))) {
        app.scroll_editor(lines);
        return Vec::new();
    }
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
    if let EventKind::Refused { command, message } = &event.kind {
        app.say(Tone::Bad, format!("{command}: {message}"));
    }
    app.began.get_or_insert(event.at);
    app.current.apply(&event);
    app.connections.apply(&event);
    app.deliveries.apply(&event);
    app.journal.apply(&event);
    if app.belongs_elsewhere(&event) {
        app.timeline.pass_over(&event);
    } else {
        app.timeline.apply(event);
    }
}

fn remember(app: &mut App, piece: StoredEvent) {
    match &piece {
        StoredEvent::Event(event) => {
            app.now = app.now.max(event.at);
            app.began.get_or_insert(event.at);
            app.current.apply(event);
            app.connections.apply(event);
            app.deliveries.apply(event);
            app.journal.apply(event);
            if app.belongs_elsewhere(event) {
                app.timeline.pass_over(event);
                return;
            }
        }
        StoredEvent::Messages(range) => {
            app.now = app.now.max(range.at);
            app.current.counts.messages += range.count;
            app.deliveries.remember(range);
        }
    }
    app.timeline.remember(piece);
}

fn tell(app: &mut App, outcome: Outcome) -> Vec<Effect> {
    match outcome {
        Outcome::Copied { bytes, way } => {
            let message = format!("copied {} {way}", size(bytes as u64));
            app.journal.note_done(app.now, message.clone());
            app.say(Tone::Done, message);
        }
        Outcome::Failed(message) => app.say(Tone::Bad, message),
        Outcome::Loaded(stored) => {
            let page = app.page();
            app.timeline.take(stored, page);
        }
        Outcome::Whole { seq, bytes } => app.timeline.take_whole(seq, bytes),
        Outcome::Filtered { generation, upto, matches } => app.timeline.filtered(generation, upto, &matches),
        Outcome::ScanOver { generation } => app.timeline.scan_over(generation),
        Outcome::Saved { purpose, path, count, bytes } => app.saved(purpose, &path, count, bytes),
        Outcome::NotSaved { purpose, path, message } => {
            app.ask(purpose, &path);
            app.refuse_answer(message);
        }
        Outcome::Capture(news) => app.hear_of_capture(news),
        Outcome::Interpolated { path, expression, text, unset } => {
            app.interpolated(path, expression, text.expose(), &unset);
        }
        Outcome::FilesChecked { problems, file_summaries } => {
            app.form.files = problems;
            app.form.file_summaries = file_summaries;
        }
        Outcome::Recent(offers) => app.offered(offers),
        Outcome::Profile { values, name, problems } => return app.take_profile(*values, name, &problems),
        Outcome::Completed(completed) => return app.completed(&completed),
        Outcome::EditedOutside { text, back } => return app.edited_outside(text.expose(), back),
        Outcome::NotEdited { message, back } => {
            app.say(Tone::Bad, message);
            if back == EditTarget::Taken {
                return app.leave_edit();
            }
        }
        Outcome::Written { path } => {
            let secrets =
                if app.form.has_typed_secrets() { ", the secrets in it as they were typed" } else { "" };
            let message = format!("wrote the profile{secrets}: {path}");
            app.journal.note_done(app.now, message.clone());
            app.say(Tone::Done, message);
        }
    }
    Vec::new()
}

fn tick(app: &mut App, now: Timestamp) {
    app.now = app.now.max(now);
    app.current.rate.move_to(app.now);
    app.timeline.ask_again();
    if app.notice.as_ref().is_some_and(|notice| app.now >= notice.since.plus(NOTICE)) {
        app.notice = None;
    }
}
