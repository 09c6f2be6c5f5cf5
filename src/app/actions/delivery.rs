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
        screens::{Rung, Scope},
        state::{Key, Purpose},
    },
    session::Command,
};

pub(super) static ROWS: &[ActionSpec] = &in_scope(
    Scope::Delivery,
    [
        row(ActionId::AckListed, &[Key::char('a')], "ack")
            .doc("Ack the selected message")
            .when(|app| can_be_acked(app, selected(app)))
            .rank(10)
            .run(|app| app.answer_listed(Command::Ack)),
        row(ActionId::NackListed, &[Key::char('x')], "nack")
            .doc(
                "Nack the selected message: it is redelivered, or dropped if auto_replay_nacks \
                 is off",
            )
            .when(|app| can_be_nacked(app, selected(app)))
            .rank(11)
            .run(|app| app.answer_listed(Command::Nack)),
        row(ActionId::UndoListed, &[Key::char('u')], "undo nack")
            .doc("Undo the nack of the selected message, until it is redelivered")
            .when(|app| nack_can_be_undone(app, selected(app)))
            .rank(12)
            .run(|app| app.answer_listed(Command::Undo)),
        row(ActionId::ShowListed, &[Key::ENTER], "show")
            .doc("Go to the selected message on the feed")
            .when(a_message_is_listed)
            .rank(15)
            .run(App::show_listed),
        row(ActionId::ToggleReplays, &[Key::char('n')], "redelivery")
            .doc("Redeliver nacked messages from now on, or drop them (auto_replay_nacks)")
            .when(the_session_runs)
            .rank(16)
            .run(App::switch_replays),
        row(ActionId::MoreInFlight, &[Key::char('+'), Key::char('=')], "more in flight")
            .doc("Let the output take more messages at a time (max_in_flight)")
            .when(the_bench_can_be_set)
            .rank_by(|app| (!app.deliveries.is_auto()).then_some(18))
            .run(|app| app.set_in_flight(Rung::Next)),
        row(ActionId::FewerInFlight, &[Key::char('-')], "fewer in flight")
            .doc("Let the output take fewer messages at a time")
            .when(|app| {
                the_bench_can_be_set(app)?;
                unless(!app.deliveries.has_many_in_flight(), "the output takes one message at a time")
            })
            .run(|app| app.set_in_flight(Rung::Previous)),
        row(ActionId::MoreThreads, &[Key::char('t')], "more threads")
            .doc("Put more threads with processors before the output (pipeline.threads); each holds messages")
            .when(the_bench_can_be_set)
            .rank_by(|app| (!app.deliveries.is_auto()).then_some(19))
            .run(|app| app.set_threads(Rung::Next)),
        row(ActionId::FewerThreads, &[Key::char('T')], "fewer threads")
            .doc("Put fewer threads before the output; none is a pipeline without processors")
            .when(|app| {
                the_bench_can_be_set(app)?;
                unless(app.deliveries.ack_mode.threads == 0, "there are no threads before the output")
            })
            .run(|app| app.set_threads(Rung::Previous)),
        row(ActionId::ExportDeadLetters, &[Key::char('S')], "dead letters")
            .doc("Export the nacked messages, with their attempts and times, to a new file")
            .when(|app| unless(!app.deliveries.has_letters(), "no message was nacked"))
            .rank(20)
            .change(|app| app.ask_for_file(Purpose::DeadLetters, "-rejected.jsonl")),
    ],
);

fn the_bench_can_be_set(app: &App) -> Available {
    the_session_runs(app)?;
    unless(app.deliveries.bench().is_none(), "the ack mode holds a secret; o asks for all of it")
}

/// The selected message of the list.
fn selected(app: &App) -> Asked {
    let listed = app.deliveries.selected().ok_or("no message is unacknowledged or waits for redelivery")?;
    Ok((listed.id, listed.delivery))
}

fn a_message_is_listed(app: &App) -> Available {
    unless(app.deliveries.listed() == 0, "no message is unacknowledged or waits for redelivery")
}
