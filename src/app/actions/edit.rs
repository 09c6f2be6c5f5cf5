//! What can be done while a field is being edited.

use super::super::{
    action::{ActionSpec, Scope},
    availability::{a_path_is_edited, a_secret_is_edited, a_text_is_edited, always, never},
    key::{Code, Key},
    model::App,
};

pub(super) static ROWS: &[ActionSpec] = &[
    ActionSpec {
        name: "take",
        doc: "Take the text as the value of the field",
        scope: Scope::Edit,
        keys: &[Key::of(Code::Enter)],
        rank: |_| Some(1),
        available: always,
        run: App::take_edit,
    },
    ActionSpec {
        name: "leave it",
        doc: "Keep the value as it was",
        scope: Scope::Edit,
        keys: &[Key::of(Code::Esc)],
        rank: |_| Some(2),
        available: always,
        run: App::leave_edit,
    },
    ActionSpec {
        name: "complete",
        doc: "Write what all files that begin like this share, and show them",
        scope: Scope::Edit,
        keys: &[Key::of(Code::Tab)],
        rank: |_| Some(3),
        available: a_path_is_edited,
        run: App::complete,
    },
    ActionSpec {
        name: "more lines",
        doc: "Go on in an editor of many lines",
        scope: Scope::Edit,
        keys: &[Key::of(Code::F(3))],
        rank: |_| Some(3),
        available: a_text_is_edited,
        run: App::open_editor,
    },
    ActionSpec {
        name: "other editor",
        doc: "Go on in the editor that VISUAL or EDITOR names",
        scope: Scope::Edit,
        keys: &[Key::of(Code::F(4))],
        rank: |_| Some(5),
        available: a_text_is_edited,
        run: App::edit_outside,
    },
    ActionSpec {
        name: "reveal it",
        doc: "Show the secret that is being edited, or hide it",
        scope: Scope::Edit,
        keys: &[Key::ctrl('r')],
        rank: |_| Some(4),
        available: a_secret_is_edited,
        run: App::reveal,
    },
    ActionSpec {
        name: "apply it",
        doc: "Take the text and connect with it",
        scope: Scope::Edit,
        keys: &[Key::of(Code::F(5))],
        rank: never,
        available: always,
        run: App::apply_form,
    },
];
