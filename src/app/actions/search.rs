//! What can be done on the line of the log's search.

use super::{
    id::ActionId,
    spec::{ActionSpec, in_scope, row},
};
use crate::app::{screens::Scope, state::key::Key};

pub(super) static ROWS: &[ActionSpec] = &in_scope(
    Scope::Search,
    [
        row(ActionId::KeepSearch, &[Key::ENTER], "keep search")
            .doc("Go back to the lines that are found")
            .rank(1)
            .change(|app| app.journal.keep_search()),
        row(ActionId::DropSearch, &[Key::ESC], "drop search")
            .doc("Take the search away")
            .rank(2)
            .change(|app| app.journal.drop_search()),
    ],
);
