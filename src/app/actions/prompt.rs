//! What can be done while a question is open.

use super::{
    availability::unless,
    id::ActionId,
    spec::{ActionSpec, Available, in_scope, row},
};
use crate::app::{
    model::App,
    screens::Scope,
    state::{Key, Overlay},
};

pub(super) static ROWS: &[ActionSpec] = &in_scope(
    Scope::Prompt,
    [
        row(ActionId::Answer, &[Key::ENTER], "ok")
            .doc("Accept the line as the answer")
            .when(an_answer_is_written)
            .rank(1)
            .run(App::answer),
        row(ActionId::CompleteAnswer, &[Key::TAB], "complete")
            .doc("Complete the path as far as all matching files agree")
            .when(a_path_is_asked_for)
            .rank(3)
            .run(App::complete_answer),
        row(ActionId::LeavePrompt, &[Key::ESC], "cancel")
            .doc("Close the question and do nothing")
            .rank(2)
            .change(|app| app.overlay = None),
    ],
);

fn an_answer_is_written(app: &App) -> Available {
    let empty = matches!(&app.overlay, Some(Overlay::Prompt(prompt)) if prompt.input.is_empty());
    unless(empty, "the line is empty")
}

fn a_path_is_asked_for(app: &App) -> Available {
    let asks = matches!(&app.overlay, Some(Overlay::Prompt(prompt)) if prompt.purpose.is_path());
    unless(!asks, "the answer is not a path")
}
