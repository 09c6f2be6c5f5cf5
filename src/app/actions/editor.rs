//! What can be done in the editor of many lines.

use super::{
    availability::unless,
    edit::a_secret_is_edited,
    id::ActionId,
    send::the_line_can_be_sent,
    spec::{ActionSpec, Available, in_scope, row},
};
use crate::app::{model::App, screens::Scope, state::Key};

pub(super) static ROWS: &[ActionSpec] = &in_scope(
    Scope::Editor,
    [
        row(ActionId::TakeText, &[Key::ctrl('s')], "done")
            .doc("Set the field to the text, or send the text as a message")
            .when(the_text_can_be_taken)
            .rank(1)
            .run(App::take_written),
        row(ActionId::LeaveEditor, &[Key::ESC], "cancel")
            .doc("Leave the editor; a field keeps its value, the send line keeps the text")
            .rank(2)
            .run(App::leave_editor),
        row(ActionId::EditorOutside, &[Key::f(4)], "external editor")
            .doc("Continue in the editor that VISUAL or EDITOR names")
            .rank(3)
            .run(App::edit_outside),
        row(ActionId::RevealText, &[Key::ctrl('r')], "reveal")
            .doc("Show or hide the edited secret")
            .when(a_secret_is_edited)
            .rank(4)
            .change(|app| app.form.reveal()),
        row(ActionId::ApplyText, &[Key::f(5)], "apply")
            .doc("Set the field to the text and connect")
            .when(a_field_is_edited)
            .run(|app| {
                app.overlay = None;
                app.apply_form()
            }),
    ],
);

fn a_field_is_edited(app: &App) -> Available {
    unless(app.edited_field().is_none(), "a message is edited, not a field")
}

fn the_text_can_be_taken(app: &App) -> Available {
    if app.edited_field().is_some() { Ok(()) } else { the_line_can_be_sent(app) }
}
