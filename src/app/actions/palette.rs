//! What can be done in the palette.

use super::{
    id::ActionId,
    spec::{ActionSpec, in_scope, row},
};
use crate::app::{
    model::App,
    screens::Scope,
    state::{Key, Step},
};

pub(super) static ROWS: &[ActionSpec] = &in_scope(
    Scope::Palette,
    [
        row(ActionId::RunChosen, &[Key::ENTER], "run")
            .doc("Run the chosen action; a number goes to the message with that number")
            .rank(1)
            .run(App::do_chosen),
        row(ActionId::ClosePalette, &[Key::ESC], "close")
            .doc("Close the palette")
            .rank(2)
            .change(|app| app.overlay = None),
        row(ActionId::NextAction, &[Key::DOWN, Key::ctrl('n'), Key::TAB], "next")
            .doc("Choose the next action")
            .change(|app| app.choose_in_palette(Step::By(1))),
        row(ActionId::PreviousAction, &[Key::UP, Key::ctrl('p'), Key::BACK_TAB], "previous")
            .doc("Choose the previous action")
            .change(|app| app.choose_in_palette(Step::By(-1))),
    ],
);
