//! What can be copied, a row for each form. Each has a key of its own while the list of forms is open.

use super::{
    availability::unless,
    connections::there_are_connections,
    feed::a_payload_is_selected,
    id::ActionId,
    spec::{ActionSpec, Available, in_scope, row},
};
use crate::app::{
    model::App,
    screens::{CopyForm, Scope},
    state::{Key, Step},
};

/// Of the selected message, where there is a feed.
pub(super) static MESSAGE: &[ActionSpec] = &in_scope(
    Scope::CopyMessage,
    [
        row(ActionId::CopyAs(CopyForm::Text), &[Key::char('t')], "text")
            .doc("The payload as text, as it came")
            .when(it_is_text)
            .run(|app| app.copy_as(CopyForm::Text)),
        row(ActionId::CopyAs(CopyForm::Json), &[Key::char('J')], "JSON")
            .doc("The payload as JSON over several lines, also one that was packed")
            .when(it_holds_json)
            .run(|app| app.copy_as(CopyForm::Json)),
        row(ActionId::CopyAs(CopyForm::Hex), &[Key::char('h')], "hex")
            .doc("The bytes as hex digits, which the send line takes")
            .when(a_payload_is_selected)
            .run(|app| app.copy_as(CopyForm::Hex)),
        row(ActionId::CopyAs(CopyForm::Base64), &[Key::char('b')], "base64")
            .doc("The bytes as base64, which the send line takes")
            .when(a_payload_is_selected)
            .run(|app| app.copy_as(CopyForm::Base64)),
    ],
);

/// Of the connection. Secrets are variables of the environment.
pub(super) static CONNECTION: &[ActionSpec] = &in_scope(
    Scope::CopyConnection,
    [
        row(ActionId::CopyAs(CopyForm::Story), &[Key::char('o')], "why it closed")
            .doc("One paragraph: when it opened, through what, what ended it, what to do")
            .when(there_are_connections)
            .run(|app| app.copy_as(CopyForm::Story)),
        row(ActionId::CopyAs(CopyForm::Tail), &[Key::char('s')], "sockeye tail")
            .doc("A command of this program that makes the connection")
            .when(a_connection_is_described)
            .run(|app| app.copy_as(CopyForm::Tail)),
        row(ActionId::CopyAs(CopyForm::Websocat), &[Key::char('w')], "websocat")
            .doc("A command of websocat 1 that makes it")
            .when(a_connection_is_described)
            .run(|app| app.copy_as(CopyForm::Websocat)),
        row(ActionId::CopyAs(CopyForm::Wscat), &[Key::char('W')], "wscat")
            .doc("A command of wscat 6 that makes it")
            .when(a_connection_is_described)
            .run(|app| app.copy_as(CopyForm::Wscat)),
        row(ActionId::CopyAs(CopyForm::Curl), &[Key::char('c')], "curl")
            .doc("A command of curl that shows the answer to the upgrade")
            .when(a_connection_is_described)
            .run(|app| app.copy_as(CopyForm::Curl)),
        row(ActionId::CopyAs(CopyForm::Yaml), &[Key::char('y')], "pipeline YAML")
            .doc("The input of a pipeline that makes it")
            .when(a_connection_is_described)
            .run(|app| app.copy_as(CopyForm::Yaml)),
        row(ActionId::CopyAs(CopyForm::Go), &[Key::char('g')], "Go")
            .doc("A program with gorilla/websocket that makes it")
            .when(a_connection_is_described)
            .run(|app| app.copy_as(CopyForm::Go)),
        row(ActionId::CopyAs(CopyForm::Python), &[Key::char('p')], "Python")
            .doc("A program with websockets that makes it")
            .when(a_connection_is_described)
            .run(|app| app.copy_as(CopyForm::Python)),
    ],
);

pub(super) static LIST: &[ActionSpec] = &in_scope(
    Scope::CopyAs,
    [
        row(ActionId::CopyChosen, &[Key::ENTER], "copy")
            .doc("Copy in the chosen form; the key beside a form copies at once")
            .rank(1)
            .run(App::copy_chosen),
        row(ActionId::CloseCopyForms, &[Key::ESC, Key::char('q'), Key::char('Y')], "close")
            .doc("Close the list and copy nothing")
            .rank(2)
            .change(|app| app.overlay = None),
        row(ActionId::NextCopyForm, &[Key::char('j'), Key::DOWN], "next")
            .doc("Choose the next form")
            .rank(3)
            .change(|app| app.choose_copy_form(Step::By(1))),
        row(ActionId::PreviousCopyForm, &[Key::char('k'), Key::UP], "previous")
            .doc("Choose the previous form")
            .change(|app| app.choose_copy_form(Step::By(-1))),
    ],
);

fn it_is_text(app: &App) -> Available {
    a_payload_is_selected(app)?;
    let is_text = app.selected_payload().is_some_and(|(_, payload)| std::str::from_utf8(payload).is_ok());
    unless(!is_text, "the payload is not UTF-8")
}

fn it_holds_json(app: &App) -> Available {
    a_payload_is_selected(app)?;
    unless(!app.selected_payload_may_be_json(), "the payload is not JSON")
}

fn a_connection_is_described(app: &App) -> Available {
    app.described_settings().map(drop).map_err(Into::into)
}
