//! When an action can be done, and why not when it cannot.

use crate::{
    config::{Field, Kind, is_pem},
    payload::{size, thousands},
    session::{Delivery, Verdict},
};

use super::{
    action::Unavailable,
    capture::Capture,
    connections::ConnectionsPane,
    deliveries::Listed,
    form::{EditSubject, place_in_list},
    model::{App, Focus},
    overlay::Overlay,
    row::{Line, Received},
    screen::Screen,
    start::Offer,
};

/// What is said of a payload that was let go, behind its size.
pub(super) const NOT_KEPT: &str = "not kept: the window holds 8 MiB";

pub(super) fn never(_: &App) -> Option<u8> {
    None
}

#[expect(clippy::unnecessary_wraps, reason = "the rows of the table want this shape")]
pub(super) fn always(_: &App) -> Result<(), Unavailable> {
    Ok(())
}

fn unless(holds: bool, reason: &'static str) -> Result<(), Unavailable> {
    if holds { Err(reason.into()) } else { Ok(()) }
}

pub(super) fn there_is_something_to_move_through(app: &App) -> Result<(), Unavailable> {
    let nothing = app.screen == Screen::Feed && app.timeline.is_empty() && !app.shows_ladder();
    unless(nothing, "there are no rows yet")
}

pub(super) fn there_are_rows(app: &App) -> Result<(), Unavailable> {
    unless(app.timeline.is_empty() || app.shows_ladder(), "there are no rows yet")
}

pub(super) fn the_view_holds(app: &App) -> Result<(), Unavailable> {
    there_are_rows(app)?;
    unless(app.timeline.is_following(), "the view follows already")
}

pub(super) fn the_view_follows(app: &App) -> Result<(), Unavailable> {
    there_are_rows(app)?;
    unless(!app.timeline.is_following(), "the view holds still already")
}

pub(super) fn a_row_can_be_opened(app: &App) -> Result<(), Unavailable> {
    if app.shows_ladder() {
        return a_problem_has_a_fix(app);
    }
    there_are_rows(app)?;
    unless(app.detail.open, "the detail is open already")
}

pub(super) fn the_detail_is_open(app: &App) -> Result<(), Unavailable> {
    unless(!app.detail.open || app.shows_ladder(), "the detail is closed (enter opens it)")
}

pub(super) fn a_payload_is_shown(app: &App) -> Result<(), Unavailable> {
    the_detail_is_open(app)?;
    a_payload_is_selected(app)
}

pub(super) fn a_payload_is_selected(app: &App) -> Result<(), Unavailable> {
    it_is_kept(app)?;
    let part =
        app.timeline.selected_message().is_some_and(|message| message.payload.is_some() && !message.is_whole);
    unless(part, "the payload is still being read")?;
    unless(app.selected_payload().is_none(), "the selected row has no payload")
}

fn it_is_kept(app: &App) -> Result<(), Unavailable> {
    let let_go = app.timeline.selected().and_then(|row| row.let_go());
    let_go.map_or(Ok(()), |bytes| Err(format!("{}, {NOT_KEPT}", size(bytes)).into()))
}

pub(super) fn a_message_can_be_rejected(app: &App) -> Result<(), Unavailable> {
    the_session_runs(app)?;
    let (id, delivery) = a_delivery(app)?;
    match delivery.verdict {
        Verdict::Dropped | Verdict::Lost => Err(gone(id)),
        Verdict::Nacked => {
            Err(format!("message {} is nacked already and waits to be redelivered", thousands(id)).into())
        }
        Verdict::Acked | Verdict::Pending => Ok(()),
    }
}

pub(super) fn a_message_can_be_acked(app: &App) -> Result<(), Unavailable> {
    the_session_runs(app)?;
    let (id, delivery) = a_delivery(app)?;
    match delivery.verdict {
        Verdict::Dropped | Verdict::Lost => Err(gone(id)),
        Verdict::Acked if app.deliveries.is_auto() => {
            Err(format!("message {} is acked: the ack mode is auto", thousands(id)).into())
        }
        Verdict::Acked => Err(format!("message {} is acked already", thousands(id)).into()),
        Verdict::Nacked => Err(format!("message {} waits to be redelivered first", thousands(id)).into()),
        Verdict::Pending => Ok(()),
    }
}

pub(super) fn a_nack_can_be_undone(app: &App) -> Result<(), Unavailable> {
    the_session_runs(app)?;
    let (id, delivery) = a_delivery(app)?;
    match delivery.verdict {
        Verdict::Nacked => Ok(()),
        Verdict::Dropped | Verdict::Lost => Err(gone(id)),
        _ if delivery.attempt > 1 => {
            Err(format!("message {} has been redelivered already", thousands(id)).into())
        }
        _ => Err(format!("message {} was not nacked", thousands(id)).into()),
    }
}

fn gone(id: u64) -> Unavailable {
    format!("message {} was dropped", thousands(id)).into()
}

/// The number of the selected message, and its last delivery.
fn a_delivery(app: &App) -> Result<(u64, Delivery), Unavailable> {
    if app.screen == Screen::Delivery {
        let listed = app.deliveries.selected().ok_or("no message is unacknowledged or waits")?;
        let (attempt, verdict) = match listed {
            Listed::InFlight(_, flight) => (flight.attempt, Verdict::Pending),
            Listed::Waiting(waiting) => (waiting.attempt, Verdict::Nacked),
        };
        return Ok((listed.id().0, Delivery { attempt, verdict }));
    }
    match app.timeline.selected().map(|row| row.line) {
        Some(Line::Message { message: Received { id, .. }, delivery }) => Ok((id.0, delivery)),
        // Of an earlier delivery it is the last that counts.
        Some(Line::Redelivered { id, delivery, .. }) => {
            Ok((id.0, app.timeline.latest(id).unwrap_or(delivery)))
        }
        Some(Line::Unread { message: Some(_), .. }) => Err("the row is still being read".into()),
        _ => Err("the selected row is not a received message".into()),
    }
}

pub(super) fn a_received_message_is_selected(app: &App) -> Result<(), Unavailable> {
    there_are_rows(app)?;
    unless(app.selected_id().is_none(), "the selected row is not a received message")
}

pub(super) fn marked_can_be_answered(app: &App) -> Result<(), Unavailable> {
    the_session_runs(app)?;
    something_is_marked(app)
}

pub(super) fn a_message_is_listed(app: &App) -> Result<(), Unavailable> {
    unless(app.deliveries.listed() == 0, "no message is unacknowledged or waits")
}

pub(super) fn something_was_rejected(app: &App) -> Result<(), Unavailable> {
    unless(!app.deliveries.has_letters(), "no message was rejected")
}

pub(super) fn it_is_not_auto(app: &App) -> Result<(), Unavailable> {
    there_is_a_session(app)?;
    unless(app.deliveries.is_auto(), "the ack mode is auto already")
}

pub(super) fn a_session_can_adjust(app: &App) -> Result<(), Unavailable> {
    the_session_runs(app)
}

pub(super) fn there_is_a_session(app: &App) -> Result<(), Unavailable> {
    unless(app.capture.is_reading(), "this is an old capture, there is no session")?;
    unless(app.has_no_session, "nothing has been tried yet: 2 has the fields, F5 connects")
}

pub(super) fn the_capture_has_sessions(app: &App) -> Result<(), Unavailable> {
    let several = matches!(app.capture, Capture::Reading { sessions: 2.., .. });
    unless(!several, "no old capture with several sessions is open")
}

pub(super) fn a_filter_can_be_used(app: &App) -> Result<(), Unavailable> {
    unless(app.shows_ladder(), "nothing has been received yet")
}

pub(super) fn there_is_something_to_leave(app: &App) -> Result<(), Unavailable> {
    let nothing = !app.detail.open && app.timeline.filter_view().is_none();
    unless(nothing || app.shows_ladder(), "no detail and no filter is open")
}

pub(super) fn a_message_can_be_marked(app: &App) -> Result<(), Unavailable> {
    there_are_rows(app)?;
    unless(app.timeline.selected_message().is_none(), "the selected row is not a message")
}

pub(super) fn something_is_marked(app: &App) -> Result<(), Unavailable> {
    unless(app.timeline.marks().len() == 0, "nothing is marked (space marks)")
}

pub(super) fn something_can_be_saved(app: &App) -> Result<(), Unavailable> {
    if app.timeline.marks().len() > 0 {
        return Ok(());
    }
    a_payload_is_selected(app)
}

pub(super) fn an_answer_is_written(app: &App) -> Result<(), Unavailable> {
    let empty = matches!(&app.overlay, Some(Overlay::Prompt(prompt)) if prompt.input.is_empty());
    unless(empty, "the line is empty")
}

pub(super) fn the_session_runs(app: &App) -> Result<(), Unavailable> {
    there_is_a_session(app)?;
    unless(app.current.has_ended(), "the session has ended")
}

pub(super) fn the_connection_is_open(app: &App) -> Result<(), Unavailable> {
    there_is_a_session(app)?;
    unless(!app.current.is_open(), "the connection is not open")
}

pub(super) fn the_line_can_be_sent(app: &App) -> Result<(), Unavailable> {
    the_connection_is_open(app)?;
    unless(app.send.is_empty(), "the line is empty")
}

pub(super) fn a_field_is_selected(app: &App) -> Result<(), Unavailable> {
    unless(app.selected_field().is_none(), "no field is selected")
}

pub(super) fn a_field_can_be_chosen(app: &App) -> Result<(), Unavailable> {
    let chooses = |field: &Field| matches!(field.kind, Kind::Bool | Kind::Choice(_));
    unless(!app.selected_field().is_some_and(chooses), "the field is neither a switch nor a choice")
}

pub(super) fn a_field_can_be_undone(app: &App) -> Result<(), Unavailable> {
    let path = app.form.selected.as_str();
    let changed = app
        .form
        .changes()
        .iter()
        .any(|own| own.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')));
    unless(!changed, "the field is as the session runs with it")
}

pub(super) fn a_field_is_given(app: &App) -> Result<(), Unavailable> {
    let path = app.form.selected.as_str();
    let given =
        app.form.values.iter().any(|(own, _)| {
            own.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        });
    unless(!given, "the field has its default")
}

pub(super) fn a_list_is_selected(app: &App) -> Result<(), Unavailable> {
    let lists = |field: &Field| {
        field.path.contains("[]")
            || matches!(field.kind, Kind::TextMap | Kind::AnyMap | Kind::TextList | Kind::ObjectList)
    };
    unless(!app.selected_field().is_some_and(lists), "the field is no list and no map")
}

pub(super) fn an_entry_of_a_list_is_selected(app: &App) -> Result<(), Unavailable> {
    unless(place_in_list(&app.form.selected).is_none(), "the field is no entry of a list")
}

pub(super) fn a_name_is_selected(app: &App) -> Result<(), Unavailable> {
    let named =
        |field: &Field| matches!(field.kind, Kind::TextMap | Kind::AnyMap) && field.path != app.form.selected;
    unless(!app.selected_field().is_some_and(named), "the field has no name of its own")
}

pub(super) fn a_secret_is_selected(app: &App) -> Result<(), Unavailable> {
    unless(!app.selected_is_secret(), "the field is no secret")
}

pub(super) fn a_secret_is_edited(app: &App) -> Result<(), Unavailable> {
    let secret = app.form.edit.as_ref().is_some_and(|edit| app.form.values.hides(&edit.path));
    unless(!secret, "the field is no secret")
}

pub(super) fn a_path_is_edited(app: &App) -> Result<(), Unavailable> {
    let is_path = |path: &str| Field::at(path).is_some_and(|field| field.kind == Kind::Path);
    let edits = app.form.edit.as_ref().is_some_and(|edit| is_path(&edit.path));
    unless(!edits, "the field is no path")
}

pub(super) fn a_text_is_selected(app: &App) -> Result<(), Unavailable> {
    let is_text = app.selected_is_scalar() && app.selected_field().is_some_and(Field::takes_lines);
    unless(!is_text, "the field has one line only")
}

/// Whether the selected value is PEM text, a message, or has line breaks in it.
pub(super) fn the_value_is_many_lines(app: &App) -> bool {
    let is_long = || app.form.values.get(&app.form.selected).is_some_and(|given| given.text.contains('\n'));
    app.selected_is_scalar() && (app.selected_field().is_some_and(is_pem) || is_long())
}

pub(super) fn a_field_is_edited(app: &App) -> Result<(), Unavailable> {
    unless(app.screen != Screen::Config, "it is a message that is being written")
}

/// What is being written may have many lines.
pub(super) fn a_text_is_edited(app: &App) -> Result<(), Unavailable> {
    let takes_lines = match (app.screen, app.focus) {
        (Screen::Config, _) => app.form.edit.as_ref().is_some_and(|edit| {
            edit.kind == EditSubject::Value && Field::at(&edit.path).is_some_and(Field::takes_lines)
        }),
        (Screen::Feed, Focus::Send) => true,
        _ => false,
    };
    unless(app.overlay.is_some() || !takes_lines, "the text has one line only")
}

pub(super) fn the_text_can_be_taken(app: &App) -> Result<(), Unavailable> {
    if app.screen == Screen::Config { Ok(()) } else { the_line_can_be_sent(app) }
}

/// The values can be used as they are.
pub(super) fn the_form_can_be_applied(app: &App) -> Result<(), Unavailable> {
    app.form.fault().map_or(Ok(()), |problem| {
        Err(format!("{problem:#}").lines().next().unwrap_or_default().to_owned().into())
    })
}

pub(super) fn there_are_connections(app: &App) -> Result<(), Unavailable> {
    unless(app.connections.is_empty(), "nothing has been tried yet")
}

pub(super) fn a_connection_has_fixes(app: &App) -> Result<(), Unavailable> {
    there_are_connections(app)?;
    there_is_a_session(app)?;
    let none = app.connections.selected().is_none_or(|connection| connection.fixes().next().is_none());
    unless(none, "no field would fix this connection")
}

pub(super) fn a_problem_has_a_fix(app: &App) -> Result<(), Unavailable> {
    there_is_a_session(app)?;
    unless(app.current.fix().is_none(), "no field would fix what is wrong")
}

pub(super) fn a_chain_was_served(app: &App) -> Result<(), Unavailable> {
    there_are_connections(app)?;
    unless(
        app.connections.selected().is_none_or(|connection| connection.served().is_empty()),
        "the connection was served no certificate",
    )
}

pub(super) fn a_field_is_suspected(app: &App) -> Result<(), Unavailable> {
    there_are_connections(app)?;
    unless(app.suspect().is_none(), "nothing is wrong with this connection")
}

pub(super) fn something_is_open_on_the_connections(app: &App) -> Result<(), Unavailable> {
    let nothing = app.connections.choosing.is_none() && app.connections.pane == ConnectionsPane::List;
    unless(nothing, "the list has the keys already")
}

pub(super) fn the_log_has_lines(app: &App) -> Result<(), Unavailable> {
    unless(app.journal.is_empty(), "nothing has happened yet")
}

pub(super) fn the_log_holds(app: &App) -> Result<(), Unavailable> {
    unless(app.journal.is_following(), "the log follows already")
}

pub(super) fn a_search_is_kept(app: &App) -> Result<(), Unavailable> {
    unless(!app.journal.is_searched(), "nothing is searched for")
}

pub(super) fn a_line_has_a_connection(app: &App) -> Result<(), Unavailable> {
    the_log_has_lines(app)?;
    let none = app.journal.selected().is_none_or(|(_, line)| line.connection.is_none());
    unless(none, "the line is about no connection")
}

pub(super) fn a_path_is_asked_for(app: &App) -> Result<(), Unavailable> {
    let asks = matches!(&app.overlay, Some(Overlay::Prompt(prompt)) if prompt.purpose.is_path());
    unless(!asks, "the answer is no path")
}

pub(super) fn a_capture_is_chosen(app: &App) -> Result<(), Unavailable> {
    let chosen = matches!(app.start.offer(), Some(Offer::Capture { .. }));
    unless(!chosen, "no capture is chosen")
}
