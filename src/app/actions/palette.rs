//! What can be done in the palette.

use super::super::{
    action::{ActionSpec, Scope},
    availability::{always, never},
    key::{Code, Key},
    model::App,
};

pub(super) static ROWS: &[ActionSpec] = &[
    ActionSpec {
        name: "do it",
        doc: "Do what is chosen; a number goes to the message with that number",
        scope: Scope::Palette,
        keys: &[Key::of(Code::Enter)],
        rank: |_| Some(1),
        available: always,
        run: App::do_chosen,
    },
    ActionSpec {
        name: "close palette",
        doc: "Go back",
        scope: Scope::Palette,
        keys: &[Key::of(Code::Esc)],
        rank: |_| Some(2),
        available: always,
        run: |app| {
            app.overlay = None;
            Vec::new()
        },
    },
    ActionSpec {
        name: "next action",
        doc: "Choose the next action",
        scope: Scope::Palette,
        keys: &[Key::of(Code::Down), Key::ctrl('n'), Key::of(Code::Tab)],
        rank: never,
        available: always,
        run: |app| app.choose_in_palette(1),
    },
    ActionSpec {
        name: "action before",
        doc: "Choose the action before",
        scope: Scope::Palette,
        keys: &[Key::of(Code::Up), Key::ctrl('p'), Key::of(Code::BackTab)],
        rank: never,
        available: always,
        run: |app| app.choose_in_palette(-1),
    },
];
