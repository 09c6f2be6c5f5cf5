//! What can be done on the screen of the connections.

use super::super::{
    action::{ActionSpec, Scope},
    availability::{
        a_chain_was_served, a_connection_has_fixes, a_field_is_suspected, always, never,
        something_is_open_on_the_connections, there_are_connections,
    },
    connections::ConnectionsPane,
    key::{Code, Key},
    model::App,
};

pub(super) static ROWS: &[ActionSpec] = &[
    ActionSpec {
        name: "fix",
        doc: "Apply the first fix of the connection, or the chosen one: set its fields and connect again",
        scope: Scope::Connections,
        keys: &[Key::of(Code::Enter)],
        rank: |_| Some(9),
        available: a_connection_has_fixes,
        run: App::fix_connection,
    },
    ActionSpec {
        name: "choose a fix",
        doc: "Choose among the fixes of the connection",
        scope: Scope::Connections,
        keys: &[Key::char('F')],
        rank: |_| Some(10),
        available: a_connection_has_fixes,
        run: |app| {
            app.connections.choosing = if app.connections.choosing.is_some() { None } else { Some(0) };
            app.connections.scroll = 0;
            Vec::new()
        },
    },
    ActionSpec {
        name: "edit field",
        doc: "Go to the field of the connection that this connection points at",
        scope: Scope::Connections,
        keys: &[Key::char('e')],
        rank: |_| Some(11),
        available: a_field_is_suspected,
        run: |app| app.suspect().map_or_else(Vec::new, |path| app.edit_field(&path)),
    },
    ActionSpec {
        name: "pane",
        doc: "Move between the list and the connection that is looked at",
        scope: Scope::Connections,
        keys: &[Key::of(Code::Tab), Key::of(Code::BackTab)],
        rank: |_| Some(12),
        available: there_are_connections,
        run: |app| {
            let list = app.connections.pane == ConnectionsPane::List;
            app.connections.pane = if list { ConnectionsPane::Detail } else { ConnectionsPane::List };
            Vec::new()
        },
    },
    ActionSpec {
        name: "back",
        doc: "Leave the choice of fixes, or go back to the list",
        scope: Scope::Connections,
        keys: &[Key::of(Code::Esc)],
        rank: |_| Some(13),
        available: something_is_open_on_the_connections,
        run: |app| {
            if app.connections.choosing.take().is_none() {
                app.connections.pane = ConnectionsPane::List;
            }
            Vec::new()
        },
    },
    ActionSpec {
        name: "next failure",
        doc: "Go to the next older connection that failed or was lost",
        scope: Scope::Connections,
        keys: &[Key::char('n')],
        rank: never,
        available: there_are_connections,
        run: |app| app.go_to_failed_connection(true),
    },
    ActionSpec {
        name: "previous failure",
        doc: "Go to the next newer connection that failed or was lost",
        scope: Scope::Connections,
        keys: &[Key::char('N')],
        rank: never,
        available: there_are_connections,
        run: |app| app.go_to_failed_connection(false),
    },
    ActionSpec {
        name: "save certificates",
        doc: "Save the certificates that the connection was served as PEM to a new file",
        scope: Scope::Connections,
        keys: &[Key::char('s')],
        // Next to its fixes where they are what it failed on, and last where all is well.
        rank: |app| {
            app.connections
                .selected()
                .map(|connection| if connection.ladder.failure.is_some() { 10 } else { 14 })
        },
        available: a_chain_was_served,
        run: App::ask_to_save_chain,
    },
    ActionSpec {
        name: "copy",
        doc: "Copy what the connection showed as text, secrets masked",
        scope: Scope::Connections,
        keys: &[Key::char('y')],
        rank: never,
        available: there_are_connections,
        run: App::copy_connection,
    },
    ActionSpec {
        name: "feed of it",
        doc: "Go back to the feed",
        scope: Scope::Connections,
        keys: &[Key::of(Code::Backspace)],
        rank: never,
        available: always,
        run: |app| app.go_to(super::super::Screen::Feed),
    },
];
