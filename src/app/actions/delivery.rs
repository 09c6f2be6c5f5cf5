//! What can be done on the screen of the deliveries.

use crate::session::Command;

use super::super::{
    action::{ActionSpec, Scope},
    availability::{
        a_message_can_be_acked, a_message_can_be_rejected, a_message_is_listed, a_nack_can_be_undone,
        a_session_can_adjust, something_was_rejected,
    },
    key::{Code, Key},
    model::App,
};

pub(super) static ROWS: &[ActionSpec] = &[
    ActionSpec {
        name: "ack it",
        doc: "Acknowledge the selected message",
        scope: Scope::Delivery,
        keys: &[Key::char('a')],
        rank: |_| Some(10),
        available: a_message_can_be_acked,
        run: |app| app.answer_selected(Command::Ack),
    },
    ActionSpec {
        name: "nack it",
        doc: "Reject the selected message: it is redelivered, or dropped when auto_replay_nacks is off",
        scope: Scope::Delivery,
        keys: &[Key::char('x')],
        rank: |_| Some(11),
        available: a_message_can_be_rejected,
        run: |app| app.answer_selected(Command::Nack),
    },
    ActionSpec {
        name: "take back",
        doc: "Take the rejection back, as long as the message has not been redelivered",
        scope: Scope::Delivery,
        keys: &[Key::char('u')],
        rank: |_| Some(12),
        available: a_nack_can_be_undone,
        run: |app| app.answer_selected(Command::Undo),
    },
    ActionSpec {
        name: "show it",
        doc: "Go to the selected message on the feed",
        scope: Scope::Delivery,
        keys: &[Key::of(Code::Enter)],
        rank: |_| Some(15),
        available: a_message_is_listed,
        run: |app| app.answerable().map_or_else(Vec::new, |id| app.go_to_message(id)),
    },
    ActionSpec {
        name: "replays",
        doc: "Hand rejected messages out again, or drop them (auto_replay_nacks); the next ones, at once",
        scope: Scope::Delivery,
        keys: &[Key::char('n')],
        rank: |_| Some(16),
        available: a_session_can_adjust,
        run: App::switch_replays,
    },
    ActionSpec {
        name: "dead letters",
        doc: "Export the messages that were rejected, with their attempts and times, to a new file",
        scope: Scope::Delivery,
        keys: &[Key::char('S')],
        rank: |_| Some(17),
        available: something_was_rejected,
        run: App::ask_for_dead_letters,
    },
];
