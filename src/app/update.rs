//! The one place where the screen's state changes.

use crate::{
    payload::size,
    session::{Event, EventKind, StoredEvent, Timestamp},
};

use super::{
    actions::{ActionSpec, actions},
    effect::{EditTarget, Effect, Input, Outcome},
    keymap::meaning,
    model::App,
    screens::{Scope, Screen},
    state::{Bookmarks, Code, Key, Overlay, Purpose, Tone, keys},
};

/// Changes the state by one input and says what is to be done outside.
pub fn update(app: &mut App, input: Input) -> Vec<Effect> {
    let mut effects = Vec::new();
    match input {
        Input::Key(key) => effects = on_key(app, key),
        Input::Paste(text) => effects = paste(app, &text),
        Input::Click(at) => effects = app.click(at),
        Input::Wheel { at, lines } => app.wheel(at, lines),
        Input::Resized(size) => {
            app.size = size;
            app.lay_out_editor();
            app.select_again();
        }
        Input::Events(events) => effects.extend(events.into_iter().flat_map(|event| apply(app, event))),
        Input::Outcome(outcome) => effects = tell(app, outcome),
        Input::StoredEvent(pieces) => pieces.into_iter().for_each(|piece| remember(app, piece)),
        Input::Tick(now) => effects = tick(app, now),
    }
    let page = app.fit_rows();
    effects.extend(app.timeline.ask(page).map(Effect::Load));
    effects.extend(app.timeline.ask_whole().map(Effect::LoadWhole));
    effects.extend(app.scan_on());
    effects.extend(app.fill_detail());
    effects.extend(app.watch_stats());
    if let Some(overrun) = app.timeline.overrun() {
        app.say(Tone::Bad, overrun.to_string());
    }
    if app.screen == Screen::Connections {
        app.connections.compare();
    }
    effects
}

/// Feeds keys written as text (see [`super::keys`]) and collects the effects.
pub fn press(app: &mut App, script: &str) -> Vec<Effect> {
    keys(script).into_iter().flat_map(|key| update(app, Input::Key(key))).collect()
}

fn on_key(app: &mut App, key: Key) -> Vec<Effect> {
    app.notice = None;
    if let Some(action) = meaning(app, key) {
        return app.perform(action);
    }
    if matches!(app.overlay, Some(Overlay::Editor(_))) {
        return app.press_in_editor(key);
    }
    if app.text_mut().is_some_and(|text| text.press(key)) {
        return app.wrote();
    }
    if matches!(key.code, Code::Char(_) | Code::F(_)) {
        app.say(Tone::Note, nothing_here(app, key));
    }
    Vec::new()
}

/// What is said of a key that means nothing here: where it means something.
fn nothing_here(app: &App, key: Key) -> String {
    let here = app.scopes().first().map_or("here", |scope| scope.place());
    let is_elsewhere = |action: &&ActionSpec| {
        Scope::Screens.meets(action.scope)
            && action.scope != Scope::Everywhere
            && app.keys_of(action).contains(&key)
    };
    match actions().find(is_elsewhere).filter(|_| app.overlay.is_none()) {
        Some(action) => {
            format!("{key} does nothing {here}; {} it is: {}", action.scope.place(), action.label)
        }
        None => format!("{key} does nothing {here}"),
    }
}

fn paste(app: &mut App, text: &str) -> Vec<Effect> {
    let Some(written) = app.text_mut() else {
        if app.overlay.is_none() {
            app.say(Tone::Note, "there is no text field to paste into: i on the feed opens the send line");
        }
        return Vec::new();
    };
    let left_out = written.insert(text);
    if left_out > 0 {
        app.say(Tone::Note, format!("a text has at most 1 MiB; {} were cut off", size(left_out as u64)));
    }
    if app.overlay.is_none() && text.contains('\n') && app.takes_lines() {
        // A text of many lines does not fit on one.
        app.open_editor();
    } else {
        app.lay_out_editor();
    }
    app.wrote()
}

fn apply(app: &mut App, event: Event) -> Vec<Effect> {
    let has_a_row = fold(app, &event);
    let mut effects = app.hear(&event);
    effects.extend(app.refresh_if_refused(&event));
    app.ask_if_locked(&event);
    if let EventKind::Refused { command, message } = &event.kind {
        app.say(Tone::Bad, format!("{command}: {message}"));
    }
    if has_a_row {
        app.timeline.apply(event);
    }
    effects
}

fn remember(app: &mut App, piece: StoredEvent) {
    match &piece {
        StoredEvent::Event(event) if !fold(app, event) => return,
        StoredEvent::Event(_) => {}
        StoredEvent::Messages(range) => {
            app.now = app.now.max(range.at);
            app.current.counts.messages += range.count;
            app.connections.received(range.connection, range.count);
            app.deliveries.remember(range);
        }
    }
    app.timeline.remember(piece);
}

/// Folds an event into all but the timeline; whether that may have a row for it.
fn fold(app: &mut App, event: &Event) -> bool {
    app.now = app.now.max(event.at);
    app.began.get_or_insert(event.at);
    app.pairs.apply(app.timeline.next_seq(), event);
    app.current.apply(event);
    app.connections.apply(event);
    app.deliveries.apply(event);
    app.journal.apply(event);
    let has_a_row = !belongs_elsewhere(app, event);
    if !has_a_row {
        app.timeline.pass_over(event);
    }
    has_a_row
}

/// What is found about a failed connection stands in the ladder or the strip, with more room.
fn belongs_elsewhere(app: &App, event: &Event) -> bool {
    let of_a_failure =
        app.current.failed.as_ref().is_some_and(|failed| failed.connection == event.connection);
    of_a_failure && matches!(event.kind, EventKind::Finding(_))
}

fn tell(app: &mut App, outcome: Outcome) -> Vec<Effect> {
    match outcome {
        Outcome::Copied { bytes, way } => {
            app.done(format!("copied {} {way}", size(bytes as u64)));
        }
        Outcome::CopiedToFile { bytes, path } => {
            let size = size(bytes as u64);
            app.done(format!("{size} are more than the clipboard takes, and are in {path}"));
        }
        Outcome::Failed(message) => app.say(Tone::Bad, message),
        Outcome::Loaded(stored) => {
            app.pairs.read(&stored);
            let page = app.page();
            app.timeline.take(stored, page);
        }
        Outcome::Whole { seq, bytes } => app.timeline.take_whole(seq, bytes),
        Outcome::LaidOut { generation, document } => return app.learn_layout(generation, *document),
        Outcome::Filtered { generation, from, upto, matches, landmarks } => {
            app.timeline.filtered(generation, (from, upto), &matches, &landmarks);
        }
        Outcome::ScanOver { generation, upto } => app.timeline.scan_over(generation, upto),
        Outcome::Saved { purpose: Purpose::SaveRoot, path, .. } => return app.trust_saved(&path),
        Outcome::Saved { purpose, path, count, bytes, removed } => {
            app.saved(purpose, &path, (count, bytes), &removed);
        }
        Outcome::Saving(saving) => app.is_saving(saving),
        Outcome::SavingStopped { path } => {
            app.saving = None;
            app.say(Tone::Note, format!("stopped as asked: there is no {path}"));
        }
        Outcome::NotSaved { purpose, path, message } => {
            app.saving = None;
            app.ask_again(purpose, &path, message);
        }
        Outcome::Bookmarks(notes) => app.bookmarks = Bookmarks::of(notes),
        Outcome::BookmarkNotKept(reason) => {
            app.say(Tone::Bad, format!("bookmarks last only for this session: {reason}"));
        }
        Outcome::Stats(news) => return app.take_stats(*news),
        Outcome::Capture(news) => return app.hear_of_capture(news),
        Outcome::NamedFilters(kept) => return app.take_named_filters(kept),
        Outcome::Interpolated { path, expression, text, unset } => {
            app.interpolated(path, expression, text.expose(), &unset);
        }
        Outcome::FilesChecked { problems, file_summaries } => {
            app.form.files = problems;
            app.form.file_summaries = file_summaries;
        }
        Outcome::Recent(offers) => app.start.offer_all(offers),
        Outcome::Profile { values, name, problems, file } => {
            app.opened = file;
            return app.take_profile(*values, name, &problems);
        }
        Outcome::ChooseInput(file) => {
            app.opened = Some(file);
            app.show_inputs();
        }
        Outcome::RewritePreview(rewriting) => app.preview_rewrite(rewriting),
        Outcome::Rewritten(new) => app.rewritten(new),
        Outcome::RewriteStale => return app.write(),
        Outcome::InputRead { file, values, problems } => return app.take_input(file, *values, &problems),
        Outcome::Completed(completed) => return app.completed(&completed),
        Outcome::EditedOutside { text, back } => return app.edited_outside(text.expose(), back),
        Outcome::NotEdited { message, back } => {
            app.say(Tone::Bad, message);
            if back == EditTarget::Taken {
                return app.leave_edit();
            }
        }
        Outcome::NotSent { by, message } => app.not_sent(by, &message),
        Outcome::FileRead(framed) => return app.put_framed(framed),
        Outcome::HandedOver { message, by } => return app.handed_over(&message, by),
        Outcome::Messages(history) => app.sender.history = history,
        Outcome::Refreshed { values, changed } => return app.refreshed(&values, &changed),
        Outcome::Profiles(known) => app.show_profiles(known),
        Outcome::ProfilesCompared(compared) => app.show_compared_profiles(compared),
        Outcome::ProfileKept { name, was_there, notes } => app.profile_kept(&name, was_there, &notes),
        Outcome::Written { path } => {
            let secrets = if app.form.has_typed_secrets() { " with a variable for each secret" } else { "" };
            app.form.written_out = app.form.values.clone();
            app.done(format!("wrote the profile{secrets}: {path}"));
        }
    }
    Vec::new()
}

fn tick(app: &mut App, now: Timestamp) -> Vec<Effect> {
    app.now = app.now.max(now);
    app.current.rate.move_to(app.now);
    app.timeline.ask_again();
    app.notice.take_if(|notice| notice.is_over(app.now));
    let mut effects = app.send_what_is_due();
    if app.timeline.is_stale() {
        effects.extend(app.filter_rows());
    }
    effects
}
