//! What can be done on the screen of the dials.

use super::super::{
    action::{ActionSpec, Scope},
    conditions::{
        a_chain_was_served, a_dial_has_fixes, a_field_is_suspected, always, never,
        something_is_open_on_the_dials, there_are_dials,
    },
    dials::DialsPane,
    key::{Code, Key},
    model::App,
};

pub(super) static ROWS: &[ActionSpec] = &[
    ActionSpec {
        name: "fix",
        doc: "Apply the first fix of the dial, or the chosen one: set its fields and dial again",
        scope: Scope::Dials,
        keys: &[Key::of(Code::Enter)],
        rank: |_| Some(9),
        available: a_dial_has_fixes,
        run: App::fix_dial,
    },
    ActionSpec {
        name: "choose a fix",
        doc: "Choose among the fixes of the dial",
        scope: Scope::Dials,
        keys: &[Key::char('F')],
        rank: |_| Some(10),
        available: a_dial_has_fixes,
        run: |app| {
            app.dials.choosing = if app.dials.choosing.is_some() { None } else { Some(0) };
            app.dials.scroll = 0;
            Vec::new()
        },
    },
    ActionSpec {
        name: "edit field",
        doc: "Go to the field of the connection that this dial points at",
        scope: Scope::Dials,
        keys: &[Key::char('e')],
        rank: |_| Some(11),
        available: a_field_is_suspected,
        run: |app| app.suspect().map_or_else(Vec::new, |path| app.edit_field(&path)),
    },
    ActionSpec {
        name: "pane",
        doc: "Move between the list and the dial that is looked at",
        scope: Scope::Dials,
        keys: &[Key::of(Code::Tab), Key::of(Code::BackTab)],
        rank: |_| Some(12),
        available: there_are_dials,
        run: |app| {
            let list = app.dials.pane == DialsPane::List;
            app.dials.pane = if list { DialsPane::Detail } else { DialsPane::List };
            Vec::new()
        },
    },
    ActionSpec {
        name: "back",
        doc: "Leave the choice of fixes, or go back to the list",
        scope: Scope::Dials,
        keys: &[Key::of(Code::Esc)],
        rank: |_| Some(13),
        available: something_is_open_on_the_dials,
        run: |app| {
            if app.dials.choosing.take().is_none() {
                app.dials.pane = DialsPane::List;
            }
            Vec::new()
        },
    },
    ActionSpec {
        name: "next failure",
        doc: "Go to the next older dial that failed or was lost",
        scope: Scope::Dials,
        keys: &[Key::char('n')],
        rank: never,
        available: there_are_dials,
        run: |app| app.go_to_troubled_dial(true),
    },
    ActionSpec {
        name: "previous failure",
        doc: "Go to the next newer dial that failed or was lost",
        scope: Scope::Dials,
        keys: &[Key::char('N')],
        rank: never,
        available: there_are_dials,
        run: |app| app.go_to_troubled_dial(false),
    },
    ActionSpec {
        name: "save certificates",
        doc: "Save the certificates that the dial was served as PEM to a new file",
        scope: Scope::Dials,
        keys: &[Key::char('s')],
        // Next to its fixes where they are what it failed on, and last where all is well.
        rank: |app| app.dials.selected().map(|dial| if dial.ladder.failure.is_some() { 10 } else { 14 }),
        available: a_chain_was_served,
        run: App::ask_to_save_chain,
    },
    ActionSpec {
        name: "copy",
        doc: "Copy what the dial showed as text, secrets masked",
        scope: Scope::Dials,
        keys: &[Key::char('y')],
        rank: never,
        available: there_are_dials,
        run: App::copy_dial,
    },
    ActionSpec {
        name: "feed of it",
        doc: "Go back to the feed",
        scope: Scope::Dials,
        keys: &[Key::of(Code::Backspace)],
        rank: never,
        available: always,
        run: |app| app.go_to(super::super::Screen::Feed),
    },
];
