//! What can be done on the start screen.

use super::super::{
    action::{ActionSpec, Scope},
    availability::{a_capture_is_chosen, always, never},
    key::{Code, Key},
    model::App,
    overlay::Overlay,
    screen::Screen,
    update::Effect,
};

pub(super) static ROWS: &[ActionSpec] = &[
    ActionSpec {
        name: "open",
        doc: "Connect to the address in the line; without one, open what is chosen below",
        scope: Scope::Start,
        keys: &[Key::of(Code::Enter)],
        rank: |_| Some(1),
        available: always,
        run: App::begin,
    },
    ActionSpec {
        name: "choose",
        doc: "Choose the next of what is offered",
        scope: Scope::Start,
        keys: &[Key::of(Code::Down), Key::ctrl('n')],
        rank: |_| Some(2),
        available: always,
        run: |app| app.go_start(1),
    },
    ActionSpec {
        name: "choose above",
        doc: "Choose the one before",
        scope: Scope::Start,
        keys: &[Key::of(Code::Up)],
        rank: never,
        available: always,
        run: |app| app.go_start(-1),
    },
    ActionSpec {
        name: "further down",
        doc: "Choose ten further down",
        scope: Scope::Start,
        keys: &[Key::of(Code::PageDown)],
        rank: never,
        available: always,
        run: |app| app.go_start(10),
    },
    ActionSpec {
        name: "further up",
        doc: "Choose ten further up",
        scope: Scope::Start,
        keys: &[Key::of(Code::PageUp)],
        rank: never,
        available: always,
        run: |app| app.go_start(-10),
    },
    ActionSpec {
        name: "delete capture",
        doc: "Delete the chosen capture, after a question",
        scope: Scope::Start,
        keys: &[Key::ctrl('x')],
        rank: |_| Some(3),
        available: a_capture_is_chosen,
        run: App::ask_to_delete,
    },
    ActionSpec {
        name: "all fields",
        doc: "Fill in all fields of a connection",
        scope: Scope::Start,
        keys: &[Key::of(Code::F(2))],
        rank: |_| Some(4),
        available: always,
        run: |app| app.go_to(Screen::Config),
    },
    ActionSpec {
        name: "help",
        doc: "What the keys do",
        scope: Scope::Start,
        keys: &[Key::of(Code::F(1))],
        rank: |_| Some(5),
        available: always,
        run: |app| {
            app.overlay = Some(Overlay::Help(0));
            Vec::new()
        },
    },
    ActionSpec {
        name: "quit",
        doc: "Leave",
        scope: Scope::Start,
        keys: &[Key::of(Code::Esc)],
        rank: |_| Some(6),
        available: always,
        run: |_| vec![Effect::Quit],
    },
];
