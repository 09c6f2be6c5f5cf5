//! What can be done on the send line.

use crate::session::{Command, Kind, Outgoing};

use super::super::{
    action::{ActionSpec, Scope},
    conditions::{always, the_line_can_be_sent},
    key::{Code, Key},
    model::Focus,
    update::Effect,
};

pub(super) static ROWS: &[ActionSpec] = &[
    ActionSpec {
        name: "send it",
        doc: "Put the line on the wire as a text message",
        scope: Scope::Send,
        keys: &[Key::of(Code::Enter)],
        rank: |_| Some(1),
        available: the_line_can_be_sent,
        run: |app| {
            let payload = app.send.take().into();
            vec![Effect::Engine(Command::Send(Outgoing::Data { kind: Kind::Text, payload }))]
        },
    },
    ActionSpec {
        name: "back to the feed",
        doc: "Leave the line; its text stays",
        scope: Scope::Send,
        keys: &[Key::of(Code::Esc)],
        rank: |_| Some(2),
        available: always,
        run: |app| {
            app.focus = Focus::Feed;
            Vec::new()
        },
    },
];
