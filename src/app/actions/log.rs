//! What can be done on the log.

use super::{
    availability::unless,
    id::ActionId,
    spec::{ActionSpec, Available, in_scope, row},
};
use crate::app::{
    model::App,
    screens::Scope,
    state::{Key, Step},
};

pub(super) static ROWS: &[ActionSpec] = &in_scope(
    Scope::Log,
    [
        row(ActionId::ShowConnection, &[Key::ENTER], "show connection")
            .doc("Go to the connection of the line")
            .when(a_line_has_a_connection)
            .rank(10)
            .change(App::show_connection_of_line),
        row(ActionId::Search, &[Key::char('/')], "search")
            .doc("Show only lines that contain these words, ours or the pipeline's")
            .when(the_log_has_lines)
            .rank(11)
            .change(|app| app.journal.is_searching = true),
        row(ActionId::NextLevel, &[Key::char('l')], "level")
            .doc("Show lines of the next level and above: debug, info, warn, error")
            .rank(12)
            .change(App::next_level),
        row(ActionId::FollowLog, &[Key::char('f')], "follow")
            .doc("Follow the newest line")
            .when(|app| unless(app.journal.is_following(), "the log already follows"))
            .rank(13)
            .change(|app| app.journal.follow()),
        row(ActionId::ShowAllLines, &[Key::ESC], "clear search")
            .doc("Clear the search")
            .when(|app| unless(!app.journal.is_searched(), "no search is set"))
            .rank(9)
            .change(|app| app.journal.drop_search()),
        row(ActionId::NextLine, &[Key::char('n')], "next line")
            .doc("Go to the next line")
            .when(the_log_has_lines)
            .change(|app| app.journal.go(Step::By(1))),
        row(ActionId::PreviousLine, &[Key::char('N')], "previous line")
            .doc("Go to the previous line")
            .when(the_log_has_lines)
            .change(|app| app.journal.go(Step::By(-1))),
        row(ActionId::CopyLine, &[Key::char('y')], "copy line")
            .doc("Copy the line, with the line of the pipeline beside it")
            .when(the_log_has_lines)
            .run(App::copy_log_line),
        row(ActionId::ShowLogFile, &[Key::char('L')], "log file")
            .doc("Show where the program keeps its own log")
            .change(App::show_log_file),
    ],
);

fn the_log_has_lines(app: &App) -> Available {
    unless(app.journal.is_empty(), "nothing has happened yet")
}

fn a_line_has_a_connection(app: &App) -> Available {
    the_log_has_lines(app)?;
    let none = app.journal.selected().is_none_or(|(_, line)| line.connection.is_none());
    unless(none, "the line belongs to no connection")
}
