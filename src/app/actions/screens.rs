//! What can be done on every screen while no text is written.

use super::{
    availability::{the_form_is_of_a_session, the_session_runs, there_is_a_session, unless},
    feed::the_ladder_is_shown,
    id::ActionId,
    spec::{ActionSpec, Available, in_scope, row},
};
use crate::{
    app::{
        effect::Effect,
        model::App,
        screens::{Scope, Screen},
        state::{Focus, Key, Overlay, Palette, Purpose, Step},
    },
    session::Command,
};

pub(super) static MOVING: &[ActionSpec] = &in_scope(
    Scope::Screens,
    [
        row(ActionId::Down, &[Key::char('j'), Key::DOWN], "down")
            .doc("Select the next row, or scroll the focused pane down")
            .instead(the_ladder_is_shown, "down", "Scroll down in what happened")
            .when(there_is_something_to_move_through)
            .change(|app| app.go(Step::By(1))),
        row(ActionId::Up, &[Key::char('k'), Key::UP], "up")
            .doc("Select the previous row and hold the view, or scroll the focused pane up")
            .instead(the_ladder_is_shown, "up", "Scroll up in what happened")
            .when(there_is_something_to_move_through)
            .change(|app| app.go(Step::By(-1))),
        row(ActionId::HalfPageDown, &[Key::ctrl('d')], "half a page down")
            .doc("Move half a page down")
            .when(there_is_something_to_move_through)
            .change(|app| app.go(Step::By(app.half_page()))),
        row(ActionId::HalfPageUp, &[Key::ctrl('u')], "half a page up")
            .doc("Move half a page up")
            .when(there_is_something_to_move_through)
            .change(|app| app.go(Step::By(-app.half_page()))),
        row(ActionId::PageDown, &[Key::PAGE_DOWN], "page down")
            .doc("Move a page down")
            .when(there_is_something_to_move_through)
            .change(|app| app.go(Step::By(2 * app.half_page()))),
        row(ActionId::PageUp, &[Key::PAGE_UP], "page up")
            .doc("Move a page up")
            .when(there_is_something_to_move_through)
            .change(|app| app.go(Step::By(-2 * app.half_page()))),
        row(ActionId::First, &[Key::char('g'), Key::HOME], "first")
            .doc("Go to the first row")
            .instead(the_ladder_is_shown, "first", "Go to the beginning of what happened")
            .when(there_is_something_to_move_through)
            .change(|app| app.go(Step::First)),
        row(ActionId::Newest, &[Key::char('G'), Key::END], "newest")
            .doc("Go to the newest row and follow")
            .instead(the_ladder_is_shown, "newest", "Go to the end of what happened")
            .when(there_is_something_to_move_through)
            .change(|app| app.go(Step::Last)),
    ],
);

/// A row for each screen that has a key.
pub(super) static GOING: [ActionSpec; Screen::TABS.len()] = {
    let mut rows = [going_to(Screen::TABS[0]); Screen::TABS.len()];
    let mut nth = 1;
    while nth < rows.len() {
        rows[nth] = going_to(Screen::TABS[nth]);
        nth += 1;
    }
    in_scope(Scope::Screens, rows)
};

const fn going_to(screen: Screen) -> ActionSpec {
    let spec = screen.spec();
    row(ActionId::GoTo(screen), spec.keys, spec.label).doc(spec.doc).goes_to(screen)
}

pub(super) static ROWS: &[ActionSpec] = &in_scope(
    Scope::Screens,
    [
        row(ActionId::ShowCopyForms, &[Key::char('Y')], "copy as")
            .doc("List the forms to copy in: the selected message as text, JSON, hex or base64; the connection as a command of another tool, as YAML, or as a program")
            .when(|app| unless(app.copy_forms().is_empty(), "there is nothing to copy"))
            .change(App::show_copy_forms),
        row(ActionId::Reconnect, &[Key::char('r')], "reconnect now")
            .doc(
                "Close the connection or end the wait, and connect again; after the end, begin a \
                 new session",
            )
            .instead(
                |app| app.current.has_ended(),
                "new session",
                "Begin a new session with the same settings",
            )
            .when(there_is_a_session)
            .rank_by(|app| match app.screen {
                _ if app.current.is_open() => None,
                Screen::Feed => Some(11),
                Screen::Config => None,
                _ => Some(15),
            })
            .run(App::connect_again),
        row(ActionId::ApplyForm, &[Key::f(5)], "apply and reconnect")
            .doc("Connect with the fields as edited")
            .when(the_form_can_be_applied)
            .rank_by(|app| (app.screen == Screen::Config).then_some(20))
            .run(App::apply_form),
        row(ActionId::Stop, &[Key::char('R')], "stop")
            .doc("Close with 1000 and end the session; the screen stays")
            .when(the_session_runs)
            .rank_by(|app| (!app.current.is_open() && app.screen == Screen::Feed).then_some(12))
            .run(|_| vec![Effect::Engine(Command::Stop)]),
        row(ActionId::ChooseAckMode, &[Key::char('o')], "ack mode")
            .doc("Choose how messages are acknowledged: auto, manual, reject or slow, with delay:, in-flight: and threads:")
            .when(there_is_a_session)
            .rank_by(|app| (app.screen == Screen::Delivery).then_some(13))
            .change(App::ask_for_ack_mode),
        row(ActionId::AckAutomatically, &[Key::char('O')], "auto ack")
            .doc("Ack every message, including those that are unacknowledged")
            .when(it_is_not_auto)
            .rank_by(|app| (!app.deliveries.is_auto()).then_some(14))
            .run(App::ack_automatically),
        row(ActionId::Help, &[Key::char('?'), Key::f(1)], "help")
            .doc("Show the keys, and why some do not work now")
            .rank(40)
            .change(|app| app.overlay = Some(Overlay::Help(0))),
        row(ActionId::Palette, &[Key::char(':'), Key::ctrl('p')], "palette")
            .doc("Find an action by its name; a number goes to the message with that number")
            .change(|app| app.overlay = Some(Overlay::Palette(Palette::default()))),
        row(ActionId::Pack, &[Key::char('H')], "hand on")
            .doc("Pack the evidence of the session into one new archive, for a ticket: sockeye bundle")
            .when(there_is_a_capture)
            .change(|app| app.ask_for_file(Purpose::Pack, ".zip")),
        row(ActionId::StopSaving, &[Key::ctrl('g')], "stop writing")
            .doc("Write the new file under way no further; nothing of it stays")
            .when(|app| unless(app.saving.is_none(), "no file is being written"))
            .rank_by(|app| app.saving.is_some().then_some(1))
            .run(|_| vec![Effect::StopSaving]),
        row(ActionId::ToggleMouse, &[Key::char('M')], "mouse")
            .doc("Leave the mouse to the terminal to select text, or take it back")
            .run(App::toggle_mouse),
        row(ActionId::Quit, &[Key::char('q')], "quit")
            .doc("Close the connection and quit")
            .instead(App::can_go_back, "back", "Go back: out of the detail, to the newest row, to the feed")
            .rank_by(|app| (app.focus != Focus::Detail).then_some(41))
            .run(App::back_or_leave),
    ],
);

fn there_is_something_to_move_through(app: &App) -> Available {
    let nothing = app.screen == Screen::Feed && app.timeline.is_empty() && !app.shows_ladder();
    unless(nothing, "there are no rows yet")
}

fn there_is_a_capture(app: &App) -> Available {
    unless(app.timeline.is_empty(), "nothing has happened yet")?;
    unless(!app.timeline.can_be_read_back(), "the session is not captured, so there is no evidence to pack")
}

fn it_is_not_auto(app: &App) -> Available {
    there_is_a_session(app)?;
    unless(app.deliveries.is_auto(), "the ack mode is already auto")
}

/// The values can be used as they are.
fn the_form_can_be_applied(app: &App) -> Available {
    the_form_is_of_a_session(app)?;
    app.form.fault().map_or(Ok(()), |problem| {
        Err(format!("{problem:#}").lines().next().unwrap_or_default().to_owned().into())
    })
}
