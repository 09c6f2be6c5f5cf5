//! What can be done on the send line.

use super::{
    availability::{the_connection_is_open, unless},
    id::ActionId,
    spec::{ActionSpec, Available, in_scope, row},
};
use crate::app::{
    model::App,
    screens::Scope,
    state::{Focus, Key},
};

pub(super) static ROWS: &[ActionSpec] = &in_scope(
    Scope::Send,
    [
        row(ActionId::SendLine, &[Key::ENTER], "send")
            .doc("Send the line as a text message")
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
