//! Conditions that rows of several scopes share.

use super::spec::Available;
use crate::app::model::App;

pub(super) fn unless(holds: bool, reason: &'static str) -> Available {
    if holds { Err(reason.into()) } else { Ok(()) }
}

pub(super) fn there_are_rows(app: &App) -> Available {
    unless(app.timeline.is_empty() || app.shows_ladder(), "there are no rows yet")
}

pub(super) fn there_is_a_session(app: &App) -> Available {
    unless(app.capture.is_reading(), "this is an old capture, there is no session")?;
    unless(app.has_no_session, "there is no connection yet: 2 shows the fields, F5 connects")
}

/// Of the fields of an old capture no session can be made: its secrets are masked.
pub(super) fn the_form_is_of_a_session(app: &App) -> Available {
    unless(app.capture.is_reading(), "this is an old capture: its fields can only be read")
}

pub(super) fn the_session_runs(app: &App) -> Available {
    there_is_a_session(app)?;
    unless(app.current.has_ended(), "the session has ended")
}

/// Whether something can be sent.
pub(super) fn the_connection_is_open(app: &App) -> Available {
    there_is_a_session(app)?;
    app.refuses_to_send().map_or(Ok(()), |reason| Err(reason.into()))
}
