//! What can be done on the screen of the deliveries.

use super::{
    answers::{Asked, can_be_acked, can_be_nacked, nack_can_be_undone},
    availability::{the_session_runs, unless},
    id::ActionId,
    spec::{ActionSpec, Available, in_scope, row},
};
use crate::{
    app::{
        model::App,
        screens::Scope,
        state::{
            deliveries::{InFlight, Listed, Waiting},
            key::Key,
        },
    },
    session::{Command, Delivery, Verdict},
};

pub(super) static ROWS: &[ActionSpec] = &in_scope(
    Scope::Delivery,
    [
        row(ActionId::AckListed, &[Key::char('a')], "ack it")
            .doc("Acknowledge the selected message")
            .when(|app| can_be_acked(app, selected(app)))
            .rank(10)
            .run(|app| app.answer_listed(Command::Ack)),
        row(ActionId::NackListed, &[Key::char('x')], "nack it")
            .doc("Reject the selected message: it is redelivered, or dropped when auto_replay_nacks is off")
            .when(|app| can_be_nacked(app, selected(app)))
            .rank(11)
            .run(|app| app.answer_listed(Command::Nack)),
        row(ActionId::UndoListed, &[Key::char('u')], "take back")
            .doc("Take the rejection back, as long as the message has not been redelivered")
            .when(|app| nack_can_be_undone(app, selected(app)))
            .rank(12)
            .run(|app| app.answer_listed(Command::Undo)),
        row(ActionId::ShowListed, &[Key::ENTER], "show it")
            .doc("Go to the selected message on the feed")
            .when(a_message_is_listed)
            .rank(15)
            .run(App::show_listed),
        row(ActionId::ToggleReplays, &[Key::char('n')], "replays")
            .doc("Hand rejected messages out again, or drop them (auto_replay_nacks); the next ones, at once")
            .when(the_session_runs)
            .rank(16)
            .run(App::switch_replays),
        row(ActionId::ExportDeadLetters, &[Key::char('S')], "dead letters")
            .doc("Export the messages that were rejected, with their attempts and times, to a new file")
            .when(something_was_rejected)
            .rank(17)
            .run(App::ask_for_dead_letters),
    ],
);

/// The selected message of the list.
fn selected(app: &App) -> Asked {
    match app.deliveries.selected().ok_or("no message is unacknowledged or waits")? {
        Listed::InFlight(id, InFlight { attempt, .. }) => {
            Ok((id, Delivery { attempt, verdict: Verdict::Pending }))
        }
        Listed::Waiting(Waiting { id, attempt, .. }) => {
            Ok((id, Delivery { attempt, verdict: Verdict::Nacked }))
        }
    }
}

fn a_message_is_listed(app: &App) -> Available {
    unless(app.deliveries.listed() == 0, "no message is unacknowledged or waits")
}

fn something_was_rejected(app: &App) -> Available {
    unless(!app.deliveries.has_letters(), "no message was rejected")
}
