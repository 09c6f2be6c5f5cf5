//! What can be done in the palette.

use super::super::{
    action::{ActionSpec, Scope},
    conditions::always,
    key::{Code, Key},
};

pub(super) static ROWS: &[ActionSpec] = &[ActionSpec {
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
}];
