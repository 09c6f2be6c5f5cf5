//! What can be done on the lines that are written into: the send line, the filter of the feed, the search of the log.

use super::{
    availability::{the_connection_is_open, unless},
    feed::messages_have_names,
    id::ActionId,
    spec::{ActionSpec, Available, in_scope, row},
};
use crate::app::{
    model::App,
    screens::Scope,
    state::{Focus, Key, Step},
};

pub(super) static SEND: &[ActionSpec] = &in_scope(
    Scope::Send,
    [
        row(ActionId::SendLine, &[Key::ENTER], "send")
            .doc("Send the line; ${NAME}, {{now}}, {{uuid}}, {{seq}} and {{last .path}} in it stand for values")
            .when(the_line_can_be_sent)
            .rank(1)
            .run(App::send_line),
        row(ActionId::SendInEditor, &[Key::f(3)], "editor")
            .doc("Continue in the editor for many lines")
            .rank(3)
            .change(App::open_editor),
        row(ActionId::SendOutside, &[Key::f(4)], "external editor")
            .doc("Continue in the editor that VISUAL or EDITOR names")
            .rank(4)
            .run(App::edit_outside),
        row(ActionId::OlderMessage, &[Key::UP, Key::ctrl('r')], "older")
            .doc("Go to the last message that was sent or kept and contains what is written")
            .when(|app| unless(app.sender.history.is_empty(), "nothing was sent yet"))
            .rank(5)
            .change(|app| app.recall(true)),
        row(ActionId::NewerMessage, &[Key::DOWN], "newer")
            .doc("Go back to a newer message, and to what was written")
            .change(|app| app.recall(false)),
        row(ActionId::NextForm, &[Key::f(6)], "form")
            .doc("Write text, JSON, hex, base64, or the path of a file that is sent")
            .rank(6)
            .change(App::next_form),
        row(ActionId::NextFrame, &[Key::f(7)], "frame")
            .doc("Send in a text or a binary frame")
            .rank(7)
            .change(App::next_frame),
        row(ActionId::KeepMessage, &[Key::f(8)], "keep")
            .doc("Keep the line under a name, over sessions")
            .when(|app| unless(app.send.is_empty(), "the line is empty"))
            .rank(8)
            .change(App::ask_for_a_name),
        row(ActionId::SendSaved, &[Key::f(9)], "messages")
            .doc("List the messages with names")
            .when(messages_have_names)
            .rank(9)
            .change(App::show_saved_messages),
        row(ActionId::LeaveSend, &[Key::ESC], "back")
            .doc("Leave the line; its text stays")
            .rank(2)
            .change(|app| app.focus = Focus::Feed),
    ],
);

pub(super) fn the_line_can_be_sent(app: &App) -> Available {
    the_connection_is_open(app)?;
    unless(app.send.is_empty(), "the line is empty")
}

pub(super) static FILTER: &[ActionSpec] = &in_scope(
    Scope::Filter,
    [
        row(ActionId::KeepFilter, &[Key::ENTER], "keep filter")
            .doc("Go back to the rows and keep the filter")
            .rank(1)
            .change(App::keep_sought),
        row(ActionId::CompleteFilter, &[Key::TAB], "complete")
            .doc("Complete a key, a word of a key, or a path of the JSON that was received")
            .rank(3)
            .run(App::complete_search),
        row(ActionId::DropFilter, &[Key::ESC], "clear filter")
            .doc("Clear the filter")
            .rank(2)
            .run(App::drop_filter),
        row(ActionId::FilterDown, &[Key::DOWN], "next row")
            .doc("Select the next row")
            .change(|app| app.go(Step::By(1))),
        row(ActionId::FilterUp, &[Key::UP], "previous row")
            .doc("Select the previous row")
            .change(|app| app.go(Step::By(-1))),
    ],
);

pub(super) static HIGHLIGHT: &[ActionSpec] = &in_scope(
    Scope::Highlight,
    [
        row(ActionId::KeepHighlight, &[Key::ENTER], "keep highlight")
            .doc("Go back to the rows; n and N go from match to match")
            .rank(1)
            .change(App::keep_sought),
        row(ActionId::CompleteHighlight, &[Key::TAB], "complete")
            .doc("Complete a key, a word of a key, or a path of the JSON that was received")
            .rank(3)
            .run(App::complete_search),
        row(ActionId::DropHighlight, &[Key::ESC], "clear highlight")
            .doc("Clear the highlight")
            .rank(2)
            .run(App::drop_highlight),
    ],
);

pub(super) static FIND: &[ActionSpec] = &in_scope(
    Scope::Find,
    [
        row(ActionId::KeepFind, &[Key::ENTER], "keep search")
            .doc("Go back to the payload; n and N go from match to match")
            .rank(1)
            .change(App::keep_sought),
        row(ActionId::DropFind, &[Key::ESC], "clear search")
            .doc("Clear the search")
            .rank(2)
            .change(App::drop_find),
    ],
);

pub(super) static SEARCH: &[ActionSpec] = &in_scope(
    Scope::Search,
    [
        row(ActionId::KeepSearch, &[Key::ENTER], "keep search")
            .doc("Go back to the lines and keep the search; on the config n and N go from hit to hit")
            .rank(1)
            .change(App::keep_search),
        row(ActionId::DropSearch, &[Key::ESC], "clear search")
            .doc("Clear the search")
            .rank(2)
            .change(App::drop_search),
    ],
);
