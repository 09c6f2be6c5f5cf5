//! What can be done in the help.

use super::super::{
    action::{ActionSpec, Scope},
    availability::{always, never},
    key::{Code, Key},
};

pub(super) static ROWS: &[ActionSpec] = &[
    ActionSpec {
        name: "close help",
        doc: "Go back",
        scope: Scope::Help,
        keys: &[Key::of(Code::Esc), Key::char('q'), Key::char('?'), Key::of(Code::F(1))],
        rank: |_| Some(1),
        available: always,
        run: |app| {
            app.overlay = None;
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
