//! What can be done while a field is being edited, in its line or in the editor of many lines.

use super::{
    availability::unless,
    id::ActionId,
    lines::the_line_can_be_sent,
    spec::{ActionSpec, Available, in_scope, row},
};
use crate::{
    app::{model::App, screens::Scope, state::Key},
    config::{Field, Kind},
};

pub(super) static FIELD: &[ActionSpec] = &in_scope(
    Scope::Edit,
    [
        row(ActionId::TakeEdit, &[Key::ENTER], "set")
            .doc("Set the field to the text")
            .rank(1)
            .run(App::take_edit),
        row(ActionId::LeaveEdit, &[Key::ESC], "cancel")
            .doc("Cancel; the field keeps its value")
            .rank(2)
            .run(App::leave_edit),
        row(ActionId::CompletePath, &[Key::TAB], "complete")
            .doc("Complete the path as far as all matching files agree, and show them")
            .when(a_path_is_edited)
            .rank(3)
            .run(App::complete),
        row(ActionId::EditInEditor, &[Key::f(3)], "editor")
            .doc("Continue in the editor for many lines")
            .when(the_text_may_have_lines)
            .rank(3)
            .change(App::open_editor),
        row(ActionId::EditOutside, &[Key::f(4)], "external editor")
            .doc("Continue in the editor that VISUAL or EDITOR names")
            .when(the_text_may_have_lines)
            .rank(5)
            .run(App::edit_outside),
        row(ActionId::RevealEdit, &[Key::ctrl('r')], "reveal")
            .doc("Show or hide the edited secret")
            .when(a_secret_is_edited)
            .rank(4)
            .change(|app| app.form.reveal()),
        row(ActionId::ApplyEdit, &[Key::f(5)], "apply")
            .doc("Set the field to the text and connect")
            .run(App::apply_form),
    ],
);

fn a_secret_is_edited(app: &App) -> Available {
    let secret = app.edited_field().is_some_and(|edit| app.form.values.hides(&edit.path));
    unless(!secret, "the field is not a secret")
}

fn a_path_is_edited(app: &App) -> Available {
    let field = app.edited_field().and_then(|edit| Field::at(&edit.path));
    unless(field.is_none_or(|field| field.kind != Kind::Path), "the field is not a path")
}

fn the_text_may_have_lines(app: &App) -> Available {
    unless(!app.takes_lines(), "the field takes only one line")
}

pub(super) static EDITOR: &[ActionSpec] = &in_scope(
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
            .when(|app| unless(app.edited_field().is_none(), "a message is edited, not a field"))
            .run(|app| {
                app.overlay = None;
                app.apply_form()
            }),
    ],
);

fn the_text_can_be_taken(app: &App) -> Available {
    if app.edited_field().is_some() { Ok(()) } else { the_line_can_be_sent(app) }
}
