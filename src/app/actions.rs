//! The table of actions: everything a person can do, one row each.

use crate::session::{Command, Kind, Outgoing};

use super::{
    action::{ActionSpec, Scope},
    conditions::{
        a_message_can_be_rejected, a_payload_is_selected, a_payload_is_shown, a_row_can_be_opened, always,
        never, the_connection_is_open, the_detail_is_open, the_line_can_be_sent, the_session_runs,
        the_view_follows, the_view_holds, there_are_rows, there_is_something_to_move_through,
    },
    deeds::copy,
    key::{Code, Key},
    model::{App, Focus},
    update::Effect,
};

/// Every action, in the order of the help.
pub static ACTIONS: &[ActionSpec] = &[
    ActionSpec {
        name: "down",
        doc: "Select the next row, or scroll the pane that has the focus",
        scope: Scope::Feed,
        keys: &[Key::char('j'), Key::of(Code::Down)],
        rank: never,
        available: there_is_something_to_move_through,
        run: |app| app.go(1),
    },
    ActionSpec {
        name: "up",
        doc: "Select the row before; the view then holds still",
        scope: Scope::Feed,
        keys: &[Key::char('k'), Key::of(Code::Up)],
        rank: never,
        available: there_is_something_to_move_through,
        run: |app| app.go(-1),
    },
    ActionSpec {
        name: "half a page down",
        doc: "Move half a page down",
        scope: Scope::Feed,
        keys: &[Key::ctrl('d')],
        rank: never,
        available: there_is_something_to_move_through,
        run: |app| app.go(app.pages_half()),
    },
    ActionSpec {
        name: "half a page up",
        doc: "Move half a page up",
        scope: Scope::Feed,
        keys: &[Key::ctrl('u')],
        rank: never,
        available: there_is_something_to_move_through,
        run: |app| app.go(-app.pages_half()),
    },
    ActionSpec {
        name: "page down",
        doc: "Move a page down",
        scope: Scope::Feed,
        keys: &[Key::of(Code::PageDown)],
        rank: never,
        available: there_is_something_to_move_through,
        run: |app| app.go(2 * app.pages_half()),
    },
    ActionSpec {
        name: "page up",
        doc: "Move a page up",
        scope: Scope::Feed,
        keys: &[Key::of(Code::PageUp)],
        rank: never,
        available: there_is_something_to_move_through,
        run: |app| app.go(-2 * app.pages_half()),
    },
    ActionSpec {
        name: "first",
        doc: "Go to the first row that is kept",
        scope: Scope::Feed,
        keys: &[Key::char('g'), Key::of(Code::Home)],
        rank: never,
        available: there_is_something_to_move_through,
        run: App::go_first,
    },
    ActionSpec {
        name: "newest",
        doc: "Go to the newest row and follow",
        scope: Scope::Feed,
        keys: &[Key::char('G'), Key::of(Code::End)],
        rank: never,
        available: there_is_something_to_move_through,
        run: App::go_newest,
    },
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
    ActionSpec {
        name: "reconnect now",
        doc: "Close what is open, or cut the waiting short, and dial again; after the end a new session begins",
        scope: Scope::Feed,
        keys: &[Key::char('r')],
        rank: |app| (!app.link.is_open()).then_some(1),
        available: always,
        run: App::dial_again,
    },
    ActionSpec {
        name: "stop",
        doc: "Close politely with 1000 and end the session; the screen stays",
        scope: Scope::Feed,
        keys: &[Key::char('R')],
        rank: |app| (!app.link.is_open()).then_some(2),
        available: the_session_runs,
        run: |_| vec![Effect::Engine(Command::Stop)],
    },
    ActionSpec {
        name: "feed",
        doc: "Go to the feed",
        scope: Scope::Feed,
        keys: &[Key::char('1')],
        rank: never,
        available: always,
        run: |app| {
            app.focus = Focus::Feed;
            Vec::new()
        },
    },
    ActionSpec {
        name: "help",
        doc: "What the keys do, and why some do not work now",
        scope: Scope::Feed,
        keys: &[Key::char('?'), Key::of(Code::F(1))],
        rank: |_| Some(40),
        available: always,
        run: |app| {
            app.help = Some(0);
            Vec::new()
        },
    },
    ActionSpec {
        name: "quit",
        doc: "Close the connection politely and leave",
        scope: Scope::Feed,
        keys: &[Key::char('q')],
        rank: |app| (!app.detail.open).then_some(41),
        available: always,
        run: |_| vec![Effect::Quit],
    },
    ActionSpec {
        name: "quit at once",
        doc: "Leave from anywhere",
        scope: Scope::Everywhere,
        keys: &[Key::ctrl('c')],
        rank: never,
        available: always,
        run: |_| vec![Effect::Quit],
    },
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
    ActionSpec {
        name: "close help",
        doc: "Go back",
        scope: Scope::Help,
        keys: &[Key::of(Code::Esc), Key::char('q'), Key::char('?'), Key::of(Code::F(1))],
        rank: |_| Some(1),
        available: always,
        run: |app| {
            app.help = None;
            Vec::new()
        },
    },
    ActionSpec {
        name: "further",
        doc: "Scroll the help down",
        scope: Scope::Help,
        keys: &[Key::char('j'), Key::of(Code::Down), Key::of(Code::PageDown), Key::ctrl('d')],
        rank: |_| Some(2),
        available: always,
        run: |app| {
            app.scroll_help(4);
            Vec::new()
        },
    },
    ActionSpec {
        name: "up again",
        doc: "Scroll the help up",
        scope: Scope::Help,
        keys: &[Key::char('k'), Key::of(Code::Up), Key::of(Code::PageUp), Key::ctrl('u')],
        rank: never,
        available: always,
        run: |app| {
            app.scroll_help(-4);
            Vec::new()
        },
    },
];
