//! What can be done on the line of the filter.

use super::{
    id::ActionId,
    spec::{ActionSpec, in_scope, row},
};
use crate::app::{
    model::App,
    screens::Scope,
    state::{Focus, Key, Step},
};

pub(super) static ROWS: &[ActionSpec] = &in_scope(
    Scope::Filter,
    [
        row(ActionId::KeepFilter, &[Key::ENTER], "keep filter")
            .doc("Go back to the rows and keep the filter")
            .rank(1)
            .change(|app| app.focus = Focus::Feed),
        row(ActionId::DropFilter, &[Key::ESC], "clear filter")
            .doc("Clear the filter")
            .rank(2)
            .run(App::drop_filter),
        row(ActionId::FilterDown, &[Key::DOWN], "next row")
            .doc("Select the next row")
            .change(|app| app.go(Step::By(1))),
        row(ActionId::FilterUp, &[Key::UP], "previous row")
            .doc("Select the previous row")
            .change(|app| app.go(Step::By(-1))),
    ],
);
