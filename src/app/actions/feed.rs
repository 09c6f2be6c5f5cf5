//! What can be done on the feed.

use crate::session::Command;

use super::super::{
    action::{ActionSpec, Scope},
    availability::{
        a_filter_can_be_used, a_message_can_be_acked, a_message_can_be_marked, a_message_can_be_rejected,
        a_nack_can_be_undone, a_payload_is_selected, a_payload_is_shown, a_received_message_is_selected,
        a_row_can_be_opened, marked_can_be_answered, never, something_can_be_saved, something_is_marked,
        the_capture_has_sessions, the_connection_is_open, the_detail_is_open, the_view_follows,
        the_view_holds, there_are_rows, there_is_something_to_leave,
    },
    deeds::copy,
    key::{Code, Key},
    model::{App, Focus},
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
        doc: "Open the detail of the selected row; the view holds still. While a connection fails, apply the first fix",
        scope: Scope::Feed,
        keys: &[Key::of(Code::Enter)],
        rank: |_| Some(10),
        available: a_row_can_be_opened,
        run: |app| {
            if app.shows_ladder() {
                return app.fix_trouble();
            }
            app.open_detail();
            Vec::new()
        },
    },
    ActionSpec {
        name: "back",
        doc: "Close the detail; without one, take the filter away",
        scope: Scope::Feed,
        keys: &[Key::of(Code::Esc)],
        rank: |_| Some(12),
        available: there_is_something_to_leave,
        run: |app| {
            if !app.detail.open {
                return app.drop_filter();
            }
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
        doc: "Reject the selected message, if need be after the fact: it is redelivered, or dropped when \
              auto_replay_nacks is off",
        scope: Scope::Feed,
        keys: &[Key::char('x')],
        rank: |_| Some(30),
        available: a_message_can_be_rejected,
        run: |app| app.answer_selected(Command::Nack),
    },
    ActionSpec {
        name: "ack",
        doc: "Acknowledge the selected message; in ack mode auto that happens by itself",
        scope: Scope::Feed,
        keys: &[Key::char('a')],
        rank: |app| (!app.deliveries.is_auto()).then_some(8),
        available: a_message_can_be_acked,
        run: |app| app.answer_selected(Command::Ack),
    },
    ActionSpec {
        name: "undo nack",
        doc: "Take the rejection of the selected message back, as long as it has not been redelivered",
        scope: Scope::Feed,
        keys: &[Key::char('u')],
        rank: |_| Some(9),
        available: a_nack_can_be_undone,
        run: |app| app.answer_selected(Command::Undo),
    },
    ActionSpec {
        name: "ack marked",
        doc: "Acknowledge the marked messages",
        scope: Scope::Feed,
        keys: &[Key::char('A')],
        rank: never,
        available: marked_can_be_answered,
        run: |app| app.answer_marked(Command::Ack),
    },
    ActionSpec {
        name: "nack marked",
        doc: "Reject the marked messages",
        scope: Scope::Feed,
        keys: &[Key::char('X')],
        rank: never,
        available: marked_can_be_answered,
        run: |app| app.answer_marked(Command::Nack),
    },
    ActionSpec {
        name: "next delivery",
        doc: "Go to the next delivery of the selected message",
        scope: Scope::Feed,
        keys: &[Key::char(']')],
        rank: never,
        available: a_received_message_is_selected,
        run: |app| app.go_to_delivery(true),
    },
    ActionSpec {
        name: "previous delivery",
        doc: "Go to the delivery of the selected message before this one",
        scope: Scope::Feed,
        keys: &[Key::char('[')],
        rank: never,
        available: a_received_message_is_selected,
        run: |app| app.go_to_delivery(false),
    },
    ActionSpec {
        name: "filter",
        doc: "Show only messages with these words; !word excludes, /regex/ matches; connections and closes stay",
        scope: Scope::Feed,
        keys: &[Key::char('/')],
        rank: |app| app.timeline.filter_view().is_none().then_some(25),
        available: a_filter_can_be_used,
        run: |app| {
            app.focus = Focus::Filter;
            Vec::new()
        },
    },
    ActionSpec {
        name: "next",
        doc: "Go to the next match; without a filter, to the next loss, failure or finding",
        scope: Scope::Feed,
        keys: &[Key::char('n')],
        rank: never,
        available: there_are_rows,
        run: |app| app.go_to_next(true),
    },
    ActionSpec {
        name: "previous",
        doc: "Go to the last match before; without a filter, to the last loss, failure or finding",
        scope: Scope::Feed,
        keys: &[Key::char('N')],
        rank: never,
        available: there_are_rows,
        run: |app| app.go_to_next(false),
    },
    ActionSpec {
        name: "mark",
        doc: "Mark the selected message, or take its mark away; s saves the marked ones",
        scope: Scope::Feed,
        keys: &[Key::char(' ')],
        rank: never,
        available: a_message_can_be_marked,
        run: App::toggle_mark,
    },
    ActionSpec {
        name: "unmark all",
        doc: "Take all marks away",
        scope: Scope::Feed,
        keys: &[Key::char('U')],
        rank: never,
        available: something_is_marked,
        run: |app| {
            app.timeline.unmark();
            Vec::new()
        },
    },
    ActionSpec {
        name: "time style",
        doc: "Tell times on the clock, since the session began, or from the selected row",
        scope: Scope::Feed,
        keys: &[Key::char('t')],
        rank: never,
        available: there_are_rows,
        run: App::next_time_style,
    },
    ActionSpec {
        name: "save",
        doc: "Save the selected payload to a new file, or the marked messages as JSON Lines",
        scope: Scope::Feed,
        keys: &[Key::char('s')],
        rank: |_| Some(33),
        available: something_can_be_saved,
        run: App::ask_to_save,
    },
    ActionSpec {
        name: "export",
        doc: "Export all messages that are shown as JSON Lines to a new file, the whole session without a filter",
        scope: Scope::Feed,
        keys: &[Key::char('S')],
        rank: never,
        available: there_are_rows,
        run: App::ask_to_export,
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
        name: "earlier session",
        doc: "Go to the session before, in an old capture that holds several",
        scope: Scope::Feed,
        keys: &[Key::char('(')],
        rank: never,
        available: the_capture_has_sessions,
        run: |app| app.go_to_session(true),
    },
    ActionSpec {
        name: "later session",
        doc: "Go to the session behind, in an old capture that holds several",
        scope: Scope::Feed,
        keys: &[Key::char(')')],
        rank: never,
        available: the_capture_has_sessions,
        run: |app| app.go_to_session(false),
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
