//! What can be done on the screen of the deliveries.

use super::{
    availability::{the_session_runs, unless},
    id::ActionId,
    spec::{ActionSpec, Available, Unavailable, in_scope, row},
};
use crate::{
    app::{
        deliveries::Listed, key::Key, keymap::Scope, model::App, row::Line, row::Received, screen::Screen,
    },
    payload::thousands,
    session::Command,
    session::Delivery,
    session::Verdict,
};

pub(super) static ROWS: &[ActionSpec] = &in_scope(
    Scope::Delivery,
    [
        row(ActionId::AckListed, &[Key::char('a')], "ack it")
            .doc("Acknowledge the selected message")
            .when(a_message_can_be_acked)
            .rank(10)
            .run(|app| app.answer_selected(Command::Ack)),
        row(ActionId::NackListed, &[Key::char('x')], "nack it")
            .doc("Reject the selected message: it is redelivered, or dropped when auto_replay_nacks is off")
            .when(a_message_can_be_rejected)
            .rank(11)
            .run(|app| app.answer_selected(Command::Nack)),
        row(ActionId::UndoListed, &[Key::char('u')], "take back")
            .doc("Take the rejection back, as long as the message has not been redelivered")
            .when(a_nack_can_be_undone)
            .rank(12)
            .run(|app| app.answer_selected(Command::Undo)),
        row(ActionId::ShowListed, &[Key::ENTER], "show it")
            .doc("Go to the selected message on the feed")
            .when(a_message_is_listed)
            .rank(15)
            .run(|app| app.answerable().map_or_else(Vec::new, |id| app.go_to_message(id))),
        row(ActionId::ToggleReplays, &[Key::char('n')], "replays")
            .doc("Hand rejected messages out again, or drop them (auto_replay_nacks); the next ones, at once")
            .when(a_session_can_adjust)
            .rank(16)
            .run(App::switch_replays),
        row(ActionId::ExportDeadLetters, &[Key::char('S')], "dead letters")
            .doc("Export the messages that were rejected, with their attempts and times, to a new file")
            .when(something_was_rejected)
            .rank(17)
            .run(App::ask_for_dead_letters),
    ],
);

pub(super) fn a_message_can_be_rejected(app: &App) -> Available {
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

pub(super) fn a_message_can_be_acked(app: &App) -> Available {
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

pub(super) fn a_nack_can_be_undone(app: &App) -> Available {
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

fn a_message_is_listed(app: &App) -> Available {
    unless(app.deliveries.listed() == 0, "no message is unacknowledged or waits")
}

fn something_was_rejected(app: &App) -> Available {
    unless(!app.deliveries.has_letters(), "no message was rejected")
}

fn a_session_can_adjust(app: &App) -> Available {
    the_session_runs(app)
}
