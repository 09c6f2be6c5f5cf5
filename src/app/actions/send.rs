//! What can be done on the send line.

use super::super::{
    action::{ActionSpec, Scope},
    availability::{always, the_line_can_be_sent},
    key::{Code, Key},
    model::{App, Focus},
};

pub(super) static ROWS: &[ActionSpec] = &[
    ActionSpec {
        name: "send it",
        doc: "Put the line on the wire as a text message",
        scope: Scope::Send,
        keys: &[Key::of(Code::Enter)],
        rank: |_| Some(1),
        available: the_line_can_be_sent,
        run: App::send_line,
    },
    ActionSpec {
        name: "many lines",
        doc: "Go on in an editor of many lines",
        scope: Scope::Send,
        keys: &[Key::of(Code::F(3))],
        rank: |_| Some(3),
        available: always,
        run: App::open_editor,
    },
    ActionSpec {
        name: "your editor",
        doc: "Go on in the editor that VISUAL or EDITOR names",
        scope: Scope::Send,
        keys: &[Key::of(Code::F(4))],
        rank: |_| Some(4),
        available: always,
        run: App::edit_outside,
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
