//! What can be done while a question is open.

use super::super::{
    action::{ActionSpec, Scope},
    conditions::{always, an_answer_is_written},
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
