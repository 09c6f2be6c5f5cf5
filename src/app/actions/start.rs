//! What can be done on the start screen.

use super::{
    availability::unless,
    id::ActionId,
    spec::{ActionSpec, Available, in_scope, row},
};
use crate::app::{
    key::Key, keymap::Scope, model::App, overlay::Overlay, screen::Screen, start::Offer, update::Effect,
};

pub(super) static ROWS: &[ActionSpec] = &in_scope(
    Scope::Start,
    [
        row(ActionId::Begin, &[Key::ENTER], "open")
            .doc("Connect to the address in the line; without one, open what is chosen below")
            .rank(1)
            .run(App::begin),
        row(ActionId::NextOffer, &[Key::DOWN, Key::ctrl('n')], "choose")
            .doc("Choose the next of what is offered")
            .rank(2)
            .run(|app| app.go_start(1)),
        row(ActionId::PreviousOffer, &[Key::UP], "choose above")
            .doc("Choose the one before")
            .run(|app| app.go_start(-1)),
        row(ActionId::TenOffersDown, &[Key::PAGE_DOWN], "further down")
            .doc("Choose ten further down")
            .run(|app| app.go_start(10)),
        row(ActionId::TenOffersUp, &[Key::PAGE_UP], "further up")
            .doc("Choose ten further up")
            .run(|app| app.go_start(-10)),
        row(ActionId::DeleteCapture, &[Key::ctrl('x')], "delete capture")
            .doc("Delete the chosen capture, after a question")
            .when(a_capture_is_chosen)
            .rank(3)
            .run(App::ask_to_delete),
        row(ActionId::AllFields, &[Key::f(2)], "all fields")
            .doc("Fill in all fields of a connection")
            .rank(4)
            .goes_to(Screen::Config),
        row(ActionId::StartHelp, &[Key::f(1)], "help")
            .doc("What the keys do")
            .rank(5)
            .change(|app| app.overlay = Some(Overlay::Help(0))),
        row(ActionId::LeaveStart, &[Key::ESC], "quit").doc("Leave").rank(6).run(|_| vec![Effect::Quit]),
    ],
);

fn a_capture_is_chosen(app: &App) -> Available {
    let chosen = matches!(app.start.offer(), Some(Offer::Capture { .. }));
    unless(!chosen, "no capture is chosen")
}
