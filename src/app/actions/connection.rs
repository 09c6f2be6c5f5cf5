//! What can be done on the form of the connection.

use super::super::{
    action::{ActionSpec, Scope},
    conditions::{
        a_field_can_be_chosen, a_field_can_be_undone, a_field_is_given, a_field_is_selected,
        a_list_is_selected, a_secret_is_selected, always, never,
    },
    form::Pane,
    key::{Code, Key},
    model::App,
};

pub(super) static ROWS: &[ActionSpec] = &[
    ActionSpec {
        name: "edit",
        doc: "Edit the selected field; throw a switch, take the next choice, add an entry",
        scope: Scope::Connection,
        keys: &[Key::of(Code::Enter)],
        rank: |_| Some(10),
        available: a_field_is_selected,
        run: App::begin_edit,
    },
    ActionSpec {
        name: "toggle",
        doc: "Throw the selected switch, or take the next choice",
        scope: Scope::Connection,
        keys: &[Key::char(' ')],
        rank: |_| Some(11),
        available: a_field_can_be_chosen,
        run: App::choose_next,
    },
    ActionSpec {
        name: "undo",
        doc: "Take the selected field back to what the session runs with",
        scope: Scope::Connection,
        keys: &[Key::char('u')],
        rank: |_| Some(12),
        available: a_field_can_be_undone,
        run: App::undo_field,
    },
    ActionSpec {
        name: "default",
        doc: "Take the value away, so that the default holds; of an entry, the entry",
        scope: Scope::Connection,
        keys: &[Key::char('d'), Key::of(Code::Delete)],
        rank: |_| Some(13),
        available: a_field_is_given,
        run: App::unset_field,
    },
    ActionSpec {
        name: "add",
        doc: "Add an entry to the selected list or map",
        scope: Scope::Connection,
        keys: &[Key::char('+'), Key::char('a')],
        rank: |_| Some(11),
        available: a_list_is_selected,
        run: App::add_entry,
    },
    ActionSpec {
        name: "reveal",
        doc: "Show the selected secret until the selection leaves it, or hide it",
        scope: Scope::Connection,
        keys: &[Key::ctrl('r')],
        rank: |_| Some(14),
        available: a_secret_is_selected,
        run: App::reveal,
    },
    ActionSpec {
        name: "write",
        doc: "Write the profile as YAML to a new file; what comes from the environment stays an expression",
        scope: Scope::Connection,
        keys: &[Key::char('w')],
        rank: |_| Some(21),
        available: always,
        run: App::ask_to_write,
    },
    ActionSpec {
        name: "other pane",
        doc: "Move between the fields and what is said of them",
        scope: Scope::Connection,
        keys: &[Key::of(Code::Tab), Key::of(Code::BackTab)],
        rank: never,
        available: always,
        run: |app| {
            app.form.pane = if app.form.pane == Pane::Fields { Pane::About } else { Pane::Fields };
            Vec::new()
        },
    },
];
