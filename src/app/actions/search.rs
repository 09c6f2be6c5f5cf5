//! What can be done on the line of the log's search.

use super::{
    id::ActionId,
    spec::{ActionSpec, in_scope, row},
};
use crate::app::{screens::Scope, state::Key};

pub(super) static ROWS: &[ActionSpec] = &in_scope(
    Scope::Search,
    [
        row(ActionId::KeepSearch, &[Key::ENTER], "keep search")
            .doc("Go back to the lines and keep the search")
            .rank(1)
            .change(|app| app.journal.keep_search()),
        row(ActionId::DropSearch, &[Key::ESC], "clear search")
            .doc("Clear the search")
            .rank(2)
            .change(|app| app.journal.drop_search()),
    ],
);
