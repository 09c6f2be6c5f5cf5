//! What can be done on the log.

use super::{
    availability::unless,
    id::ActionId,
    spec::{ActionSpec, Available, in_scope, row},
};
use crate::app::{
    model::App,
    screens::Scope,
    state::{key::Key, step::Step},
};

pub(super) static ROWS: &[ActionSpec] = &in_scope(
    Scope::Log,
    [
        row(ActionId::ShowConnection, &[Key::ENTER], "show connection")
            .doc("Go to the connection that the line is about")
            .when(a_line_has_a_connection)
            .rank(10)
            .change(App::show_connection_of_line),
        row(ActionId::Search, &[Key::char('/')], "search")
            .doc("Show only lines with these words, ours or the pipeline's")
            .when(the_log_has_lines)
            .rank(11)
            .change(|app| app.journal.begin_search()),
        row(ActionId::NextLevel, &[Key::char('l')], "level")
            .doc("Show lines from the next level on: debug, info, warn, error")
            .rank(12)
            .change(App::next_level),
        row(ActionId::FollowLog, &[Key::char('f')], "follow")
            .doc("Stay at the newest line")
            .when(the_log_holds)
            .rank(13)
            .change(|app| app.journal.follow()),
        row(ActionId::ShowAllLines, &[Key::ESC], "all lines")
            .doc("Take the search away")
            .when(a_search_is_kept)
            .rank(9)
            .change(|app| app.journal.drop_search()),
        row(ActionId::NextLine, &[Key::char('n')], "next line")
            .doc("Go to the next line that is shown")
            .when(the_log_has_lines)
            .change(|app| app.journal.go(Step::By(1))),
        row(ActionId::PreviousLine, &[Key::char('N')], "line before")
            .doc("Go to the line before that is shown")
            .when(the_log_has_lines)
            .change(|app| app.journal.go(Step::By(-1))),
        row(ActionId::CopyLine, &[Key::char('y')], "copy line")
            .doc("Copy the line, and what the pipeline says beside it")
            .when(the_log_has_lines)
            .run(App::copy_log_line),
        row(ActionId::ShowLogFile, &[Key::char('L')], "log file")
            .doc("Say where the program keeps its own log")
            .change(App::show_log_file),
    ],
);

fn the_log_has_lines(app: &App) -> Available {
    unless(app.journal.is_empty(), "nothing has happened yet")
}

fn the_log_holds(app: &App) -> Available {
    unless(app.journal.is_following(), "the log follows already")
}

fn a_search_is_kept(app: &App) -> Available {
    unless(!app.journal.is_searched(), "nothing is searched for")
}

fn a_line_has_a_connection(app: &App) -> Available {
    the_log_has_lines(app)?;
    let none = app.journal.selected().is_none_or(|(_, line)| line.connection.is_none());
    unless(none, "the line is about no connection")
}
