//! What can be done in the detail of a message while it has the keys.

use super::{
    availability::unless,
    id::ActionId,
    spec::{ActionSpec, Available, in_scope, row},
};
use crate::app::{
    model::App,
    screens::Scope,
    state::{Focus, Key},
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
        row(ActionId::FindInPayload, &[Key::char('/')], "find")
            .doc("Find words, a phrase or a regex in the payload; a closed bracket is opened where it is found")
            .instead(nothing_can_be_searched, "filter", "Show only messages that match")
            .rank_by(|app| Some(if nothing_can_be_searched(app) { 25 } else { 9 }))
            .change(App::begin_find),
        row(ActionId::NextDifference, &[Key::char('n')], "next difference")
            .doc("Go to the next difference, or to the next place that the search of the payload finds")
            .instead(something_is_sought, "next found", "Go to the next place that is found")
            .when(there_are_places)
            .rank_by(|app| there_are_places(app).is_ok().then_some(4))
            .run(|app| app.go_to_place(true)),
        row(ActionId::PreviousDifference, &[Key::char('N')], "previous difference")
            .doc("Go to the previous difference, or to the previous place that the search of the payload finds")
            .instead(something_is_sought, "previous found", "Go to the previous place that is found")
            .when(there_are_places)
            .run(|app| app.go_to_place(false)),
        row(ActionId::LeaveDetail, &[Key::ESC], "back")
            .doc("Show the payload again, clear its search, or give the keys back to the feed")
            .rank(6)
            .change(|app| {
                if app.detail.compared.take().is_some() {
                    return;
                }
                if app.find.filter().is_some() {
                    return app.drop_find();
                }
                app.detail.is_wide = false;
                app.focus = Focus::Feed;
            }),
    ],
);

fn something_is_sought(app: &App) -> bool {
    app.detail.compared.is_none() && app.find.filter().is_some()
}

fn there_are_places(app: &App) -> Available {
    let none = app.detail.compared.is_none() && app.find.filter().is_none();
    unless(none, "nothing is looked for (/ finds in the payload, d compares with the message before)")
}

fn nothing_can_be_searched(app: &App) -> bool {
    app.detail.compared.is_some() || app.detail.document().is_none()
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
