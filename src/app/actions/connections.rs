//! What can be done on the screen of the connections.

use super::{
    availability::{there_is_a_session, unless},
    id::ActionId,
    spec::{ActionSpec, Available, in_scope, row},
};
use crate::app::{
    effect::Effect,
    model::App,
    screens::{Scope, Screen},
    state::{ConnectionsPane, Key, Purpose, Step, With},
};

pub(super) static ROWS: &[ActionSpec] = &in_scope(
    Scope::Connections,
    [
        row(ActionId::ApplyFix, &[Key::ENTER], "fix")
            .doc("Apply the chosen fix of the connection, or the first that keeps it verified: set its fields and reconnect")
            .when(enter_has_a_fix)
            .rank(9)
            .run(App::fix_connection),
        row(ActionId::ChooseFix, &[Key::char('F')], "choose fix")
            .doc("Choose one of the fixes of the connection")
            .when(a_connection_has_fixes)
            .rank(10)
            .change(|app| app.connections.toggle_choosing()),
        row(ActionId::EditSuspect, &[Key::char('e')], "edit field")
            .doc("Go to the field that may cause the failure")
            .when(a_field_is_suspected)
            .rank(11)
            .run(|app| suspect(app).map_or_else(Vec::new, |path| app.edit_field(&path))),
        row(ActionId::SwitchConnectionsPane, &[Key::TAB, Key::BACK_TAB], "pane")
            .doc("Switch between the list and the selected connection")
            .when(there_are_connections)
            .rank(12)
            .change(|app| {
                let list = app.connections.pane == ConnectionsPane::List;
                app.connections.pane = if list { ConnectionsPane::Detail } else { ConnectionsPane::List };
            }),
        row(ActionId::LeaveConnection, &[Key::ESC], "back")
            .doc("Leave the comparison or the choice of fixes, or go back to the list")
            .when(something_is_open_on_the_connections)
            .rank(13)
            .change(|app| {
                let left = app.connections.compared.take().is_some() || app.connections.choosing.take().is_some();
                if !left {
                    app.connections.pane = ConnectionsPane::List;
                }
            }),
        row(ActionId::NextFailure, &[Key::char('n')], "next failure")
            .doc("Go to the next older connection that failed or was lost")
            .when(there_are_connections)
            .instead(is_comparing, "next difference", "Go to the next difference of the two connections")
            .rank_by(|app| is_comparing(app).then_some(2))
            .change(|app| go_to_next(app, 1, "older")),
        row(ActionId::PreviousFailure, &[Key::char('N')], "previous failure")
            .doc("Go to the next newer connection that failed or was lost")
            .when(there_are_connections)
            .instead(is_comparing, "previous difference", "Go to the previous difference of the two connections")
            .change(|app| go_to_next(app, -1, "newer")),
        row(ActionId::ComparePreviousConnection, &[Key::char('d')], "compare")
            .doc("Compare with the connection before, or show the connection again")
            .when(there_are_connections)
            .rank(15)
            .change(|app| app.connections.toggle_comparison(With::Previous)),
        row(ActionId::CompareMarkedConnection, &[Key::char('D')], "compare with the marked")
            .doc("Compare with the marked connection, or show the connection again")
            .when(a_connection_is_marked)
            .change(|app| app.connections.toggle_comparison(With::Marked)),
        row(ActionId::MarkConnection, &[Key::char(' ')], "mark")
            .doc("Mark the connection, so that D compares others with it, or remove its mark")
            .when(there_are_connections)
            .change(|app| app.connections.toggle_mark()),
        row(ActionId::SaveCertificates, &[Key::char('s')], "save certificates")
            .doc("Save the certificates that were received to a new PEM file")
            .when(a_chain_was_served)
            // Next to its fixes where they are what it failed on, and last where all is well.
            .rank_by(|app| {
                app.connections
                    .selected()
                    .map(|connection| if connection.ladder.failure.is_some() { 10 } else { 14 })
            })
            .change(|app| app.ask_for_file(Purpose::SaveChain, "-chain.pem")),
        row(ActionId::CopyConnection, &[Key::char('y')], "copy")
            .doc("Copy the report of the connection as text; secrets are masked")
            .when(there_are_connections)
            .run(|app| {
                app.connections.selected().map(|one| Effect::Copy(one.to_string())).into_iter().collect()
            }),
        row(ActionId::BackToFeed, &[Key::BACKSPACE], "back to feed")
            .doc("Go to the feed")
            .goes_to(Screen::Feed),
    ],
);

fn is_comparing(app: &App) -> bool {
    app.connections.compared.is_some()
}

/// To the next difference of a comparison, or else to the next failure.
fn go_to_next(app: &mut App, by: i64, which: &str) {
    match &mut app.connections.compared {
        Some(compared) => compared.step(Step::By(by)),
        None => app.go_to_failure(by, which),
    }
}

fn a_connection_is_marked(app: &App) -> Available {
    unless(app.connections.marked.is_none(), "no connection is marked (space marks one)")
}

pub(super) fn there_are_connections(app: &App) -> Available {
    unless(app.connections.is_empty(), "there is no connection yet")
}

fn a_connection_has_fixes(app: &App) -> Available {
    there_are_connections(app)?;
    there_is_a_session(app)?;
    unless(is_comparing(app), "a comparison is shown (esc shows the connection)")?;
    let none = app.connections.selected().is_none_or(|connection| connection.fixes().next().is_none());
    unless(none, "no field can fix this connection")
}

fn enter_has_a_fix(app: &App) -> Available {
    a_connection_has_fixes(app)?;
    unless(app.connections.fix().is_none(), "the only fix gives up verification: F chooses it")
}

fn a_chain_was_served(app: &App) -> Available {
    there_are_connections(app)?;
    unless(
        app.connections.selected().is_none_or(|connection| connection.served().is_empty()),
        "the connection received no certificate",
    )
}

fn a_field_is_suspected(app: &App) -> Available {
    there_are_connections(app)?;
    unless(suspect(app).is_none(), "nothing is wrong with this connection")
}

fn something_is_open_on_the_connections(app: &App) -> Available {
    let connections = &app.connections;
    let nothing = connections.compared.is_none()
        && connections.choosing.is_none()
        && app.connections.pane == ConnectionsPane::List;
    unless(nothing, "the list already has the focus")
}

/// The field that the connection that is looked at points at.
fn suspect(app: &App) -> Option<String> {
    app.connections.selected()?.suspect()
}
