//! What can be done in the editor of many lines.

use super::{
    availability::unless,
    edit::a_secret_is_edited,
    id::ActionId,
    send::the_line_can_be_sent,
    spec::{ActionSpec, Available, in_scope, row},
};
use crate::app::{model::App, screens::Scope, state::key::Key};

pub(super) static ROWS: &[ActionSpec] = &in_scope(
    Scope::Editor,
    [
        row(ActionId::TakeText, &[Key::ctrl('s')], "take the text")
            .doc("Take the text as the value of the field; of the send line, send it")
            .when(the_text_can_be_taken)
            .rank(1)
            .run(App::take_written),
        row(ActionId::LeaveEditor, &[Key::ESC], "leave")
            .doc("Leave the editor; the value stays as it was, and so does the text of the send line")
            .rank(2)
            .run(App::leave_editor),
        row(ActionId::EditorOutside, &[Key::f(4)], "own editor")
            .doc("Go on in the editor that VISUAL or EDITOR names")
            .rank(3)
            .run(App::edit_outside),
        row(ActionId::RevealText, &[Key::ctrl('r')], "reveal the text")
            .doc("Show the secret that is being edited, or hide it")
            .when(a_secret_is_edited)
            .rank(4)
            .change(|app| app.form.reveal()),
        row(ActionId::ApplyText, &[Key::f(5)], "apply the text")
            .doc("Take the text and connect with it")
            .when(a_field_is_edited)
            .run(|app| {
                app.overlay = None;
                app.apply_form()
            }),
    ],
);

fn a_field_is_edited(app: &App) -> Available {
    unless(app.edited_field().is_none(), "it is a message that is being written")
}

fn the_text_can_be_taken(app: &App) -> Available {
    if app.edited_field().is_some() { Ok(()) } else { the_line_can_be_sent(app) }
}
