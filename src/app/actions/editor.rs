//! What can be done in the editor of many lines.

use super::super::{
    action::{ActionSpec, Scope},
    availability::{a_field_is_edited, a_secret_is_edited, always, never, the_text_can_be_taken},
    key::{Code, Key},
    model::App,
};

pub(super) static ROWS: &[ActionSpec] = &[
    ActionSpec {
        name: "take the text",
        doc: "Take the text as the value of the field; of the send line, send it",
        scope: Scope::Editor,
        keys: &[Key::ctrl('s')],
        rank: |_| Some(1),
        available: the_text_can_be_taken,
        run: App::take_written,
    },
    ActionSpec {
        name: "leave",
        doc: "Leave the editor; the value stays as it was, and so does the text of the send line",
        scope: Scope::Editor,
        keys: &[Key::of(Code::Esc)],
        rank: |_| Some(2),
        available: always,
        run: App::leave_editor,
    },
    ActionSpec {
        name: "own editor",
        doc: "Go on in the editor that VISUAL or EDITOR names",
        scope: Scope::Editor,
        keys: &[Key::of(Code::F(4))],
        rank: |_| Some(3),
        available: always,
        run: App::edit_outside,
    },
    ActionSpec {
        name: "reveal the text",
        doc: "Show the secret that is being edited, or hide it",
        scope: Scope::Editor,
        keys: &[Key::ctrl('r')],
        rank: |_| Some(4),
        available: a_secret_is_edited,
        run: App::reveal,
    },
    ActionSpec {
        name: "apply the text",
        doc: "Take the text and connect with it",
        scope: Scope::Editor,
        keys: &[Key::of(Code::F(5))],
        rank: never,
        available: a_field_is_edited,
        run: |app| {
            app.overlay = None;
            app.apply_form()
        },
    },
];
