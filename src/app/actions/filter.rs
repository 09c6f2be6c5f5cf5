//! What can be done on the line of the filter.

use super::super::{
    action::{ActionSpec, Scope},
    availability::{always, never},
    key::{Code, Key},
    model::App,
};

pub(super) static ROWS: &[ActionSpec] = &[
    ActionSpec {
        name: "keep filter",
        doc: "Go back to the rows that the filter lets through",
        scope: Scope::Filter,
        keys: &[Key::of(Code::Enter)],
        rank: |_| Some(1),
        available: always,
        run: App::keep_filter,
    },
    ActionSpec {
        name: "show all",
        doc: "Take the filter away",
        scope: Scope::Filter,
        keys: &[Key::of(Code::Esc)],
        rank: |_| Some(2),
        available: always,
        run: App::drop_filter,
    },
    ActionSpec {
        name: "row below",
        doc: "Select the next row that the filter lets through",
        scope: Scope::Filter,
        keys: &[Key::of(Code::Down)],
        rank: never,
        available: always,
        run: |app| app.go(1),
    },
    ActionSpec {
        name: "row above",
        doc: "Select the row before that the filter lets through",
        scope: Scope::Filter,
        keys: &[Key::of(Code::Up)],
        rank: never,
        available: always,
        run: |app| app.go(-1),
    },
];
