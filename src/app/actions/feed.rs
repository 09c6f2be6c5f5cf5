//! What can be done on the feed.

use crate::session::Command;

use super::super::{
    action::{ActionSpec, Scope},
    conditions::{
        a_message_can_be_rejected, a_payload_is_selected, a_payload_is_shown, a_row_can_be_opened, never,
        the_connection_is_open, the_detail_is_open, the_view_follows, the_view_holds, there_are_rows,
    },
    deeds::copy,
    key::{Code, Key},
    model::Focus,
    update::Effect,
};

pub(super) static ROWS: &[ActionSpec] = &[
    ActionSpec {
        name: "follow",
        doc: "Stay at the newest row",
        scope: Scope::Feed,
        keys: &[Key::char('f')],
        rank: |_| Some(20),
        available: the_view_holds,
        run: |app| {
            app.timeline.follow();
            Vec::new()
        },
    },
    ActionSpec {
        name: "hold",
        doc: "Hold the view still; what arrives is counted",
        scope: Scope::Feed,
        keys: &[Key::char('p')],
        rank: |_| Some(20),
        available: the_view_follows,
        run: |app| {
            app.timeline.hold(app.page());
            Vec::new()
        },
    },
    ActionSpec {
        name: "open",
        doc: "Open the detail of the selected row; the view holds still",
        scope: Scope::Feed,
        keys: &[Key::of(Code::Enter)],
        rank: |_| Some(10),
        available: a_row_can_be_opened,
        run: |app| {
            app.open_detail();
            Vec::new()
        },
    },
    ActionSpec {
        name: "back",
        doc: "Close the detail",
        scope: Scope::Feed,
        keys: &[Key::of(Code::Esc)],
        rank: |_| Some(12),
        available: the_detail_is_open,
        run: |app| {
            app.close_detail();
            Vec::new()
        },
    },
    ActionSpec {
        name: "pane",
        doc: "Move the focus between feed and detail",
        scope: Scope::Feed,
        keys: &[Key::of(Code::Tab), Key::of(Code::BackTab)],
        rank: never,
        available: the_detail_is_open,
        run: |app| {
            app.focus = if app.focus == Focus::Detail { Focus::Feed } else { Focus::Detail };
            Vec::new()
        },
    },
    ActionSpec {
        name: "view",
        doc: "Show the payload pretty, raw or as hex",
        scope: Scope::Feed,
        keys: &[Key::char('v')],
        rank: |_| Some(11),
        available: a_payload_is_shown,
        run: |app| {
            app.detail.mode = app.detail.mode.next();
            app.detail.scroll = 0;
            Vec::new()
        },
    },
    ActionSpec {
        name: "detail down",
        doc: "Scroll the detail down",
        scope: Scope::Feed,
        keys: &[Key::char('J')],
        rank: never,
        available: the_detail_is_open,
        run: |app| app.scroll_detail(1),
    },
    ActionSpec {
        name: "detail up",
        doc: "Scroll the detail up",
        scope: Scope::Feed,
        keys: &[Key::char('K')],
        rank: never,
        available: the_detail_is_open,
        run: |app| app.scroll_detail(-1),
    },
    ActionSpec {
        name: "nack",
        doc: "Reject the selected message after the fact: it is handed out again, or dropped when \
              auto_replay_nacks is off",
        scope: Scope::Feed,
        keys: &[Key::char('x')],
        rank: |_| Some(30),
        available: a_message_can_be_rejected,
        run: |app| {
            app.timeline.hold(app.page());
            let selected = app.timeline.selected_message().map(|message| message.id);
            selected.map(|id| Effect::Engine(Command::Nack(id))).into_iter().collect()
        },
    },
    ActionSpec {
        name: "copy",
        doc: "Copy the selected payload: to the clipboard of the desktop, or of the terminal (OSC 52)",
        scope: Scope::Feed,
        keys: &[Key::char('y')],
        rank: |_| Some(31),
        available: a_payload_is_selected,
        run: |app| {
            app.timeline.hold(app.page());
            app.selected_payload().map(|(kind, payload)| copy(kind, payload)).into_iter().collect()
        },
    },
    ActionSpec {
        name: "send",
        doc: "Write a text message",
        scope: Scope::Feed,
        keys: &[Key::char('i')],
        rank: |_| Some(32),
        available: the_connection_is_open,
        run: |app| {
            app.focus = Focus::Send;
            Vec::new()
        },
    },
    ActionSpec {
        name: "clear",
        doc: "Empty the view; counters stay",
        scope: Scope::Feed,
        keys: &[Key::char('z')],
        rank: never,
        available: there_are_rows,
        run: |app| {
            app.timeline.clear();
            app.close_detail();
            Vec::new()
        },
    },
];
