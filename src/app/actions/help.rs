//! What can be done in the help.

use super::{
    id::ActionId,
    spec::{ActionSpec, in_scope, row},
};
use crate::app::{model::App, screens::Scope, state::Key};

pub(super) static ROWS: &[ActionSpec] = &in_scope(
    Scope::Help,
    [
        row(ActionId::CloseHelp, &[Key::ESC, Key::char('q'), Key::char('?'), Key::f(1)], "close")
            .doc("Close the help")
            .rank(1)
            .change(|app| app.overlay = None),
        row(
            ActionId::ScrollHelpDown,
            &[Key::char('j'), Key::DOWN, Key::PAGE_DOWN, Key::ctrl('d')],
            "scroll down",
        )
        .doc("Scroll the help down")
        .rank(2)
        .change(|app| scroll(app, 4)),
        row(ActionId::ScrollHelpUp, &[Key::char('k'), Key::UP, Key::PAGE_UP, Key::ctrl('u')], "scroll up")
            .doc("Scroll the help up")
            .change(|app| scroll(app, -4)),
    ],
);

fn scroll(app: &mut App, by: i64) {
    app.overlay.iter_mut().for_each(|overlay| overlay.scroll_help(by));
}
