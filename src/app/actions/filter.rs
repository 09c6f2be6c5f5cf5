//! What can be done on the line of the filter.

use super::{
    id::ActionId,
    spec::{ActionSpec, in_scope, row},
};
use crate::app::{
    model::App,
    screens::Scope,
    state::{key::Key, panes::Focus, step::Step},
};

pub(super) static ROWS: &[ActionSpec] = &in_scope(
    Scope::Filter,
    [
        row(ActionId::KeepFilter, &[Key::ENTER], "keep filter")
            .doc("Go back to the rows that the filter lets through")
            .rank(1)
            .change(|app| app.focus = Focus::Feed),
        row(ActionId::DropFilter, &[Key::ESC], "show all")
            .doc("Take the filter away")
            .rank(2)
            .run(App::drop_filter),
        row(ActionId::FilterDown, &[Key::DOWN], "row below")
            .doc("Select the next row that the filter lets through")
            .change(|app| app.go(Step::By(1))),
        row(ActionId::FilterUp, &[Key::UP], "row above")
            .doc("Select the row before that the filter lets through")
            .change(|app| app.go(Step::By(-1))),
    ],
);
