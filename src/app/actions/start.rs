//! What can be done on the start screen.

use super::{
    availability::unless,
    id::ActionId,
    spec::{ActionSpec, Available, in_scope, row},
};
use crate::app::{
    model::App,
    screens::{Scope, Screen},
    state::{Key, Offer, Overlay, Purpose, Step},
};

pub(super) static ROWS: &[ActionSpec] = &in_scope(
    Scope::Start,
    [
        row(ActionId::Begin, &[Key::ENTER], "open")
            .doc("Connect to the address in the line; if it is empty, open the selected entry")
            .rank(1)
            .run(App::begin),
        row(ActionId::NextOffer, &[Key::DOWN, Key::ctrl('n')], "next entry")
            .doc("Select the next entry")
            .rank(2)
            .change(|app| app.start.go(Step::By(1))),
        row(ActionId::PreviousOffer, &[Key::UP], "previous entry")
            .doc("Select the previous entry")
            .change(|app| app.start.go(Step::By(-1))),
        row(ActionId::TenOffersDown, &[Key::PAGE_DOWN], "ten entries down")
            .doc("Move ten entries down")
            .change(|app| app.start.go(Step::By(10))),
        row(ActionId::TenOffersUp, &[Key::PAGE_UP], "ten entries up")
            .doc("Move ten entries up")
            .change(|app| app.start.go(Step::By(-10))),
        row(ActionId::DeleteCapture, &[Key::ctrl('x')], "delete capture")
            .doc("Delete the selected capture, after a question")
            .when(a_capture_is_chosen)
            .rank(3)
            .change(|app| app.ask(Purpose::Delete, "")),
        row(ActionId::AllFields, &[Key::f(2)], "all fields")
            .doc("Edit all fields of a connection")
            .rank(4)
            .goes_to(Screen::Config),
        row(ActionId::StartHelp, &[Key::f(1)], "help")
            .doc("Show the keys")
            .rank(5)
            .change(|app| app.overlay = Some(Overlay::Help(0))),
        row(ActionId::ShowEmptyCaptures, &[Key::f(3)], "empty captures")
            .doc("Show the captures without messages, or hide them")
            .when(|app| unless(app.start.empty_captures() == 0, "every capture has messages"))
            .change(|app| app.start.toggle_empty_captures()),
        row(ActionId::LeaveStart, &[Key::ESC], "quit").doc("Quit").rank(6).run(App::leave),
    ],
);

fn a_capture_is_chosen(app: &App) -> Available {
    let chosen = matches!(app.start.offer(), Some(Offer::Capture { .. }));
    unless(!chosen, "no capture is selected")
}
