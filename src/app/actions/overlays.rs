//! What can be done in what stands over a screen, and anywhere.

use super::{
    availability::{the_connection_is_open, unless},
    id::ActionId,
    spec::{ActionSpec, Available, in_scope, row},
};
use crate::app::{
    effect::Effect,
    model::App,
    screens::Scope,
    state::{Key, Losses, Overlay, Purpose, Step},
};

pub(super) static PROMPT: &[ActionSpec] = &in_scope(
    Scope::Prompt,
    [
        row(ActionId::Answer, &[Key::ENTER], "ok")
            .doc("Accept the line as the answer")
            .when(an_answer_is_written)
            .rank(1)
            .run(App::answer),
        row(ActionId::CompleteAnswer, &[Key::TAB], "complete")
            .doc("Complete the path as far as all that match agree")
            .when(a_path_is_asked_for)
            .rank(3)
            .run(App::complete_answer),
        row(ActionId::NextAnswer, &[Key::DOWN], "choose")
            .doc("Write the next choice into the line")
            .when(there_are_choices)
            .rank(3)
            .change(|app| app.choose_answer(Step::By(1))),
        row(ActionId::PreviousAnswer, &[Key::UP], "previous")
            .doc("Write the previous choice into the line")
            .when(there_are_choices)
            .change(|app| app.choose_answer(Step::By(-1))),
        row(ActionId::LeavePrompt, &[Key::ESC], "cancel")
            .doc("Close the question and do nothing")
            .rank(2)
            .change(|app| app.overlay = None),
    ],
);

fn there_are_choices(app: &App) -> Available {
    let none = matches!(&app.overlay, Some(Overlay::Prompt(prompt)) if prompt.purpose.choices().is_empty());
    unless(none, "there is nothing to choose from")
}

fn an_answer_is_written(app: &App) -> Available {
    let empty = matches!(&app.overlay, Some(Overlay::Prompt(prompt))
        if prompt.input.is_empty() && !prompt.purpose.may_be_empty());
    unless(empty, "the line is empty")
}

fn a_path_is_asked_for(app: &App) -> Available {
    let asks = matches!(&app.overlay, Some(Overlay::Prompt(prompt)) if prompt.purpose.can_be_completed());
    unless(!asks, "the answer is not a path")
}

pub(super) static PALETTE: &[ActionSpec] = &in_scope(
    Scope::Palette,
    [
        row(ActionId::RunChosen, &[Key::ENTER], "run")
            .doc("Run the chosen action; a number goes to the message with that number, a time to the first row from there on")
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

pub(super) static DECODERS: &[ActionSpec] = &in_scope(
    Scope::Decoders,
    [
        row(ActionId::ReadAsChosen, &[Key::ENTER], "read as it")
            .doc("Read the payload as what is chosen")
            .when(the_chosen_decoder_fits)
            .rank(1)
            .change(App::read_as_chosen),
        row(ActionId::CloseDecoders, &[Key::ESC, Key::char('q')], "cancel")
            .doc("Close the list and read the payload as before")
            .rank(2)
            .change(|app| app.overlay = None),
        row(ActionId::NextDecoder, &[Key::char('j'), Key::DOWN, Key::char('V')], "next")
            .doc("Choose the next decoder")
            .rank(3)
            .change(|app| app.choose_decoder(Step::By(1))),
        row(ActionId::PreviousDecoder, &[Key::char('k'), Key::UP], "previous")
            .doc("Choose the previous decoder")
            .change(|app| app.choose_decoder(Step::By(-1))),
    ],
);

fn the_chosen_decoder_fits(app: &App) -> Available {
    let Some(Overlay::Decoders(decoders)) = &app.overlay else { return Ok(()) };
    decoders.chosen().and_then(|row| row.misfit).map_or(Ok(()), |misfit| Err(misfit.into()))
}

pub(super) static COLOURS: &[ActionSpec] = &in_scope(
    Scope::Colours,
    [
        row(ActionId::AddColour, &[Key::char('a'), Key::ENTER], "add")
            .doc("Write a further rule: a colour and a filter; the first rule that matches colours a row")
            .rank(2)
            .change(|app| app.ask(Purpose::Colour, "")),
        row(ActionId::RemoveColour, &[Key::char('x'), Key::char('d')], "remove")
            .doc("Remove the chosen rule")
            .when(|app| unless(app.colours.iter().len() == 0, "there is no rule"))
            .rank(3)
            .change(App::remove_colour),
        row(ActionId::NextColour, &[Key::char('j'), Key::DOWN], "next")
            .doc("Choose the next rule")
            .change(|app| app.choose_colour(Step::By(1))),
        row(ActionId::PreviousColour, &[Key::char('k'), Key::UP], "previous")
            .doc("Choose the previous rule")
            .change(|app| app.choose_colour(Step::By(-1))),
        row(ActionId::CloseColours, &[Key::ESC, Key::char('q'), Key::char('c')], "close")
            .doc("Close the list of rules")
            .rank(1)
            .change(|app| app.overlay = None),
    ],
);

pub(super) static COLUMNS: &[ActionSpec] = &in_scope(
    Scope::Columns,
    [
        row(ActionId::ToggleColumn, &[Key::char(' '), Key::ENTER], "show")
            .doc("Show the chosen column, or do not")
            .rank(2)
            .run(|app| {
                app.with_column(|columns, nth| {
                    columns.toggle(nth);
                    nth
                })
            }),
        row(ActionId::AddColumn, &[Key::char('a')], "add a path")
            .doc("Add a column: the values at a path of JSON, offered from the rows at hand")
            .rank(3)
            .change(App::ask_column),
        row(ActionId::RemoveColumn, &[Key::char('x'), Key::char('d')], "remove")
            .doc("Remove the chosen path; a column of the table itself is only not shown")
            .rank(6)
            .run(|app| {
                app.with_column(|columns, nth| {
                    columns.remove(nth);
                    nth
                })
            }),
        row(ActionId::ColumnLeft, &[Key::char('K')], "move left")
            .doc("Move the chosen column one place to the left")
            .rank(4)
            .run(|app| app.with_column(|columns, nth| columns.shift(nth, -1))),
        row(ActionId::ColumnRight, &[Key::char('J')], "move right")
            .doc("Move the chosen column one place to the right")
            .rank(5)
            .run(|app| app.with_column(|columns, nth| columns.shift(nth, 1))),
        row(ActionId::ResetColumns, &[Key::char('r')], "reset")
            .doc("Take the columns of your preferences again, or those that there are by themselves")
            .when(|app| unless(app.columns == app.first_columns, "nothing was changed"))
            .rank(7)
            .run(App::reset_columns),
        row(ActionId::NextColumn, &[Key::char('j'), Key::DOWN], "next")
            .doc("Choose the next column")
            .change(|app| app.choose_column(Step::By(1))),
        row(ActionId::PreviousColumn, &[Key::char('k'), Key::UP], "previous")
            .doc("Choose the previous column")
            .change(|app| app.choose_column(Step::By(-1))),
        row(ActionId::CloseColumns, &[Key::ESC, Key::char('q'), Key::char('|')], "close")
            .doc("Close the list of columns")
            .rank(1)
            .change(|app| app.overlay = None),
    ],
);

pub(super) static FILTERS: &[ActionSpec] = &in_scope(
    Scope::Filters,
    [
        row(ActionId::TurnFilter, &[Key::char(' '), Key::ENTER], "on or off")
            .doc("Turn the chosen filter on or off; those that are on apply together with the one that is written")
            .when(the_chosen_filter_can_be_read)
            .rank(1)
            .run(App::turn_filter),
        row(ActionId::AddFilter, &[Key::char('a')], "name the filter")
            .doc("Give the filter that is written a name")
            .when(|app| unless(app.filter.filter().is_none(), "no filter is written (/ writes one)"))
            .rank(2)
            .change(|app| app.ask(Purpose::NameFilter, "")),
        row(ActionId::RenameFilter, &[Key::char('r')], "rename")
            .doc("Give the chosen filter another name")
            .rank(3)
            .change(App::ask_to_rename_filter),
        row(ActionId::RemoveFilter, &[Key::char('x'), Key::DELETE], "remove")
            .doc("Remove the chosen filter for good")
            .rank(4)
            .run(App::remove_filter),
        row(ActionId::NextFilter, &[Key::char('j'), Key::DOWN], "next")
            .doc("Choose the next filter")
            .change(|app| app.choose_filter(Step::By(1))),
        row(ActionId::PreviousFilter, &[Key::char('k'), Key::UP], "previous")
            .doc("Choose the previous filter")
            .change(|app| app.choose_filter(Step::By(-1))),
        row(ActionId::CloseFilters, &[Key::ESC, Key::char('q'), Key::char('F')], "close")
            .doc("Close the list of filters")
            .rank(5)
            .change(|app| app.overlay = None),
    ],
);

pub(super) static BOOKMARKS: &[ActionSpec] = &in_scope(
    Scope::Bookmarks,
    [
        row(ActionId::GoToBookmark, &[Key::ENTER], "go to it")
            .doc("Go to the chosen bookmark")
            .rank(2)
            .run(App::go_to_chosen_bookmark),
        row(ActionId::RemoveBookmark, &[Key::char('x'), Key::char('d'), Key::char('b')], "remove")
            .doc("Remove the chosen bookmark")
            .rank(3)
            .run(App::remove_chosen_bookmark),
        row(ActionId::ChooseNextBookmark, &[Key::char('j'), Key::DOWN], "next")
            .doc("Choose the next bookmark")
            .change(|app| app.choose_bookmark(Step::By(1))),
        row(ActionId::ChoosePreviousBookmark, &[Key::char('k'), Key::UP], "previous")
            .doc("Choose the previous bookmark")
            .change(|app| app.choose_bookmark(Step::By(-1))),
        row(ActionId::CloseBookmarks, &[Key::ESC, Key::char('q'), Key::char('B')], "close")
            .doc("Close the list of bookmarks")
            .rank(1)
            .change(|app| app.overlay = None),
    ],
);

pub(super) static SAVED_MESSAGES: &[ActionSpec] = &in_scope(
    Scope::SavedMessages,
    [
        row(ActionId::WriteSavedMessage, &[Key::ENTER, Key::char('e')], "edit")
            .doc("Write the chosen message on the send line, to change it or to send it")
            .rank(1)
            .change(App::write_saved_message),
        row(ActionId::SendSavedMessage, &[Key::char('s')], "send")
            .doc("Send the chosen message as it is")
            .when(the_connection_is_open)
            .rank(2)
            .run(App::send_saved_message),
        row(ActionId::RemoveSavedMessage, &[Key::char('x'), Key::DELETE], "remove")
            .doc("Remove the chosen message for good")
            .rank(3)
            .run(App::remove_saved_message),
        row(ActionId::NextSavedMessage, &[Key::char('j'), Key::DOWN], "next")
            .doc("Choose the next message")
            .change(|app| app.choose_saved_message(Step::By(1))),
        row(ActionId::PreviousSavedMessage, &[Key::char('k'), Key::UP], "previous")
            .doc("Choose the previous message")
            .change(|app| app.choose_saved_message(Step::By(-1))),
        row(ActionId::CloseSavedMessages, &[Key::ESC, Key::char('q'), Key::char('I')], "close")
            .doc("Close the list of messages")
            .rank(4)
            .change(|app| app.overlay = None),
    ],
);

pub(super) static UNANSWERED: &[ActionSpec] = &in_scope(
    Scope::Unanswered,
    [
        row(ActionId::GoToUnanswered, &[Key::ENTER], "go to it")
            .doc("Go to the chosen request")
            .when(|app| unless(app.pairs.unanswered().next().is_none(), "each request is answered"))
            .rank(2)
            .run(App::go_to_unanswered),
        row(ActionId::NextUnanswered, &[Key::char('j'), Key::DOWN], "next")
            .doc("Choose the next request")
            .change(|app| app.choose_unanswered(Step::By(1))),
        row(ActionId::PreviousUnanswered, &[Key::char('k'), Key::UP], "previous")
            .doc("Choose the previous request")
            .change(|app| app.choose_unanswered(Step::By(-1))),
        row(ActionId::CloseUnanswered, &[Key::ESC, Key::char('q'), Key::char('Q')], "close")
            .doc("Close the list of requests")
            .rank(1)
            .change(|app| app.overlay = None),
    ],
);

fn the_chosen_filter_can_be_read(app: &App) -> Available {
    let Some(Overlay::Filters(chosen)) = app.overlay else { return Ok(()) };
    let fault = app.named_filters.rows().nth(chosen).and_then(|(_, fault)| fault);
    fault.map_or(Ok(()), |fault| Err(fault.to_string().into()))
}

pub(super) static LEAVING: &[ActionSpec] = &in_scope(
    Scope::Leaving,
    [
        row(ActionId::LeaveAnyway, &[Key::char('y')], "quit")
            .doc("Quit, though it is lost")
            .rank(1)
            .run(|_| vec![Effect::Quit]),
        row(ActionId::SaveBeforeLeaving, &[Key::char('s')], "save the marked")
            .doc("Ask for a file for the marked messages")
            .when(|app| unless(losses(app).is_none_or(|losses| losses.marks == 0), "every mark is saved"))
            .rank(2)
            .change(App::ask_to_save),
        row(ActionId::WriteBeforeLeaving, &[Key::char('w')], "write the fields")
            .doc("Show what the edited fields change in the file; without one, ask for a new file")
            .when(|app| {
                unless(losses(app).is_none_or(|losses| losses.edits.is_empty()), "every edit is written")
            })
            .rank(3)
            .run(App::write),
        row(ActionId::Stay, &[Key::ESC, Key::char('n'), Key::char('q')], "stay")
            .doc("Stay")
            .rank(4)
            .change(|app| app.overlay = None),
    ],
);

const fn losses(app: &App) -> Option<&Losses> {
    match &app.overlay {
        Some(Overlay::Leaving(losses)) => Some(losses),
        _ => None,
    }
}

pub(super) static REWRITING: &[ActionSpec] = &in_scope(
    Scope::Rewriting,
    [
        row(ActionId::Rewrite, &[Key::ENTER], "write")
            .doc("Write the file as shown; if somebody else has changed it, this merges the changes into theirs")
            .when(the_file_can_be_rewritten)
            .rank(1)
            .run(App::rewrite),
        row(ActionId::WriteElsewhere, &[Key::char('o')], "other file")
            .doc("Write the whole profile to another, new file")
            .rank(3)
            .change(App::write_elsewhere),
        row(ActionId::ReloadProfile, &[Key::char('r')], "reload")
            .doc("Fill the form with what the file holds, in place of the changes")
            .rank(4)
            .run(App::reload),
        row(ActionId::RewritingDown, &[Key::char('j'), Key::DOWN, Key::PAGE_DOWN], "down")
            .doc("Scroll the diff down")
            .change(|app| app.scroll_rewriting(Step::By(4))),
        row(ActionId::RewritingUp, &[Key::char('k'), Key::UP, Key::PAGE_UP], "up")
            .doc("Scroll the diff up")
            .change(|app| app.scroll_rewriting(Step::By(-4))),
        row(ActionId::TurnConflict, &[Key::char('t')], "mine or theirs")
            .doc("Of a field that both have changed, take the other side")
            .when(both_have_changed_a_field)
            .rank(5)
            .run(App::turn_conflict),
        row(ActionId::NextConflict, &[Key::char('n')], "next field")
            .doc("Choose the next field that both have changed")
            .when(both_have_changed_a_field)
            .rank(6)
            .change(App::next_conflict),
        row(ActionId::CloseRewriting, &[Key::ESC, Key::char('q')], "cancel")
            .doc("Close the diff and write nothing")
            .rank(2)
            .change(|app| app.overlay = None),
    ],
);

fn both_have_changed_a_field(app: &App) -> Available {
    let Some(Overlay::Rewriting(rewriting)) = &app.overlay else { return Ok(()) };
    unless(rewriting.conflicts.is_empty(), "nobody else has changed the same field")
}

fn the_file_can_be_rewritten(app: &App) -> Available {
    let Some(Overlay::Rewriting(rewriting)) = &app.overlay else { return Ok(()) };
    unless(rewriting.new.is_err(), "it cannot be written in place")?;
    unless(rewriting.is_empty() && rewriting.adopted.is_empty(), "the file has these values already")
}

pub(super) static INPUTS: &[ActionSpec] = &in_scope(
    Scope::Inputs,
    [
        row(ActionId::SwitchInput, &[Key::ENTER], "go to it")
            .doc("Fill the form with the chosen input, and connect with it")
            .rank(1)
            .run(App::switch_input),
        row(ActionId::NextInput, &[Key::char('j'), Key::DOWN], "next")
            .doc("Choose the next input")
            .rank(3)
            .change(|app| app.choose_input(Step::By(1))),
        row(ActionId::PreviousInput, &[Key::char('k'), Key::UP], "previous")
            .doc("Choose the previous input")
            .change(|app| app.choose_input(Step::By(-1))),
        row(ActionId::CloseInputs, &[Key::ESC, Key::char('q'), Key::char('I')], "close")
            .doc("Close the list of inputs")
            .rank(2)
            .change(|app| app.overlay = None),
    ],
);

pub(super) static EFFECTIVE: &[ActionSpec] = &in_scope(
    Scope::Effective,
    [
        row(ActionId::GoToEffective, &[Key::ENTER], "go to field")
            .doc("Go to the field of the chosen setting")
            .rank(1)
            .run(App::go_to_effective),
        row(ActionId::NextEffective, &[Key::char('j'), Key::DOWN], "next")
            .doc("Choose the next setting")
            .rank(3)
            .change(|app| app.choose_effective(Step::By(1))),
        row(ActionId::PreviousEffective, &[Key::char('k'), Key::UP], "previous")
            .doc("Choose the previous setting")
            .change(|app| app.choose_effective(Step::By(-1))),
        row(ActionId::EffectivePageDown, &[Key::PAGE_DOWN, Key::ctrl('d')], "page down")
            .doc("Go ten settings down")
            .change(|app| app.choose_effective(Step::By(10))),
        row(ActionId::EffectivePageUp, &[Key::PAGE_UP, Key::ctrl('u')], "page up")
            .doc("Go ten settings up")
            .change(|app| app.choose_effective(Step::By(-10))),
        row(ActionId::CloseEffective, &[Key::ESC, Key::char('q'), Key::char('e')], "close")
            .doc("Close the list of settings")
            .rank(2)
            .change(|app| app.overlay = None),
    ],
);

pub(super) static HELP: &[ActionSpec] = &in_scope(
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

pub(super) static EVERYWHERE: &[ActionSpec] = &in_scope(
    Scope::Everywhere,
    [
        row(ActionId::QuitAtOnce, &[Key::ctrl('c')], "quit at once")
            .doc("Quit; where something would be lost, the second time, and while the connection closes, at once")
            .run(App::leave),
        row(ActionId::Suspend, &[Key::ctrl('z')], "suspend")
            .doc("Suspend the program; fg in the shell continues it")
            .run(|_| vec![Effect::Suspend]),
    ],
);
