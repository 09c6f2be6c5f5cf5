//! What can be done while a question is open.

use super::super::{
    action::{ActionSpec, Scope},
    availability::{a_path_is_asked_for, always, an_answer_is_written},
    key::{Code, Key},
    model::App,
};

pub(super) static ROWS: &[ActionSpec] = &[
    ActionSpec {
        name: "answer",
        doc: "Take the line as the answer",
        scope: Scope::Prompt,
        keys: &[Key::of(Code::Enter)],
        rank: |_| Some(1),
        available: an_answer_is_written,
        run: App::answer,
    },
    ActionSpec {
        name: "complete it",
        doc: "Write what all files that begin like this share",
        scope: Scope::Prompt,
        keys: &[Key::of(Code::Tab)],
        rank: |_| Some(3),
        available: a_path_is_asked_for,
        run: App::complete_answer,
    },
    ActionSpec {
        name: "never mind",
        doc: "Close the question; nothing is done",
        scope: Scope::Prompt,
        keys: &[Key::of(Code::Esc)],
        rank: |_| Some(2),
        available: always,
        run: |app| {
            app.overlay = None;
            Vec::new()
        },
    },
];
