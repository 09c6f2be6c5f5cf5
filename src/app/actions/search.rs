//! What can be done on the line of the log's search.

use super::super::{
    action::{ActionSpec, Scope},
    availability::always,
    key::{Code, Key},
    model::App,
};

pub(super) static ROWS: &[ActionSpec] = &[
    ActionSpec {
        name: "keep search",
        doc: "Go back to the lines that are found",
        scope: Scope::Search,
        keys: &[Key::of(Code::Enter)],
        rank: |_| Some(1),
        available: always,
        run: App::keep_search,
    },
    ActionSpec {
        name: "drop search",
        doc: "Take the search away",
        scope: Scope::Search,
        keys: &[Key::of(Code::Esc)],
        rank: |_| Some(2),
        available: always,
        run: App::drop_search,
    },
];
