//! What can be done in the detail of a message while it has the keys.

use super::{
    availability::unless,
    id::ActionId,
    spec::{ActionSpec, Available, in_scope, row},
};
use crate::app::{
    model::App,
    screens::Scope,
    state::{Focus, Key, Step},
};

pub(super) static ROWS: &[ActionSpec] = &in_scope(
    Scope::Detail,
    [
        row(ActionId::ToggleBracket, &[Key::ENTER], "fold")
            .doc("Open or close the bracket under the cursor")
            .when(json_is_shown)
            .rank(5)
            .run(App::toggle_bracket),
        row(ActionId::FoldAll, &[Key::char('-')], "fold all")
            .doc("Close all brackets from the second level on")
            .when(json_is_shown)
            .run(|app| app.fold_detail(Some(1))),
        row(ActionId::UnfoldAll, &[Key::char('+')], "unfold all")
            .doc("Open all brackets")
            .when(json_is_shown)
            .run(|app| app.fold_detail(None)),
        row(ActionId::FilterByValue, &[Key::char('=')], "filter by it")
            .doc("Show only messages that have the value under the cursor in the same place")
            .when(a_value_is_under_the_cursor)
            .rank(7)
            .run(App::filter_by_value),
        row(ActionId::CopyPath, &[Key::char('c')], "copy path")
            .doc("Copy the path of the line under the cursor, as jq writes it")
            .when(a_path_is_known)
            .rank(8)
            .run(App::copy_path),
        row(ActionId::CopyValue, &[Key::char('C')], "copy value")
            .doc("Copy the value under the cursor, as it was sent")
            .when(a_value_is_under_the_cursor)
            .run(App::copy_value),
        row(ActionId::NextDifference, &[Key::char('n')], "next difference")
            .doc("Go to the next difference")
            .when(something_is_compared)
            .rank_by(|app| app.detail.compared.is_some().then_some(4))
            .change(|app| app.go_detail(Step::By(1))),
        row(ActionId::PreviousDifference, &[Key::char('N')], "previous difference")
            .doc("Go to the previous difference")
            .when(something_is_compared)
            .change(|app| app.go_detail(Step::By(-1))),
        row(ActionId::LeaveDetail, &[Key::ESC], "back")
            .doc("Show the payload again, or give the keys back to the feed")
            .rank(6)
            .change(|app| {
                if app.detail.compared.take().is_some() {
                    return;
                }
                app.detail.is_wide = false;
                app.focus = Focus::Feed;
            }),
    ],
);

fn something_is_compared(app: &App) -> Available {
    unless(app.detail.compared.is_none(), "nothing is compared (d compares with the message before)")
}

fn json_is_shown(app: &App) -> Available {
    unless(app.detail.compared.is_some(), "a comparison is shown (esc shows the payload)")?;
    unless(app.path_of_cursor().is_none(), "no JSON is shown here (v shows it pretty)")
}

fn a_path_is_known(app: &App) -> Available {
    unless(app.path_of_cursor().is_none(), "this line has no path: it is not JSON, or too far inside")
}

fn a_value_is_under_the_cursor(app: &App) -> Available {
    a_path_is_known(app)?;
    let document = app.detail.document();
    let value = document.and_then(|document| document.value(app.detail.cursor));
    unless(value.is_none(), "no value begins on this line")
}
