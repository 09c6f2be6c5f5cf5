//! What can be done on the line of the log's search.

use super::{
    id::ActionId,
    spec::{ActionSpec, in_scope, row},
};
use crate::app::{key::Key, keymap::Scope, model::App};

pub(super) static ROWS: &[ActionSpec] = &in_scope(
    Scope::Search,
    [
        row(ActionId::KeepSearch, &[Key::ENTER], "keep search")
            .doc("Go back to the lines that are found")
            .rank(1)
            .run(App::keep_search),
        row(ActionId::DropSearch, &[Key::ESC], "drop search")
            .doc("Take the search away")
            .rank(2)
            .run(App::drop_search),
    ],
);
