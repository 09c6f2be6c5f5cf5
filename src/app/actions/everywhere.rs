//! What can be done anywhere.

use super::super::{
    action::{ActionSpec, Scope},
    availability::{always, never},
    key::Key,
    update::Effect,
};

pub(super) static ROWS: &[ActionSpec] = &[
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
        name: "suspend",
        doc: "Give the terminal back to the shell; fg comes back",
        scope: Scope::Everywhere,
        keys: &[Key::ctrl('z')],
        rank: never,
        available: always,
        run: |_| vec![Effect::Suspend],
    },
];
