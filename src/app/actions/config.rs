//! What can be done on the form of the connection.

use super::{
    availability::{the_form_is_of_a_session, unless},
    id::ActionId,
    spec::{ActionSpec, Available, in_scope, row},
};
use crate::{
    app::{
        effect::{Effect, ProfileOrder},
        model::App,
        screens::{Scope, config::shows_one_pane},
        state::{Capture, Key, Listed, Pane, place_in_list},
    },
    config::{Field, Kind, is_pem},
};

pub(super) static ROWS: &[ActionSpec] = &in_scope(
    Scope::Config,
    [
        row(ActionId::EditField, &[Key::ENTER], "edit")
            .doc("Edit the selected field: toggle a switch, take the next choice, add an entry")
            .when(a_field_is_selected)
            .rank(10)
            .run(App::begin_edit),
        row(ActionId::ToggleField, &[Key::char(' ')], "toggle")
            .doc("Toggle the selected switch, or take the next choice")
            .when(a_field_can_be_chosen)
            .rank(11)
            .run(App::choose_next),
        row(ActionId::UndoField, &[Key::char('u')], "undo")
            .doc("Take the last change of the form back; files stay as they are")
            .when(a_change_can_be_undone)
            .rank(12)
            .run(App::undo_change),
        row(ActionId::RedoField, &[Key::char('U')], "redo")
            .doc("Make the change again that was undone last")
            .when(a_change_can_be_redone)
            .rank(14)
            .run(App::redo_change),
        row(ActionId::ResetField, &[Key::char('D')], "reset")
            .doc("Reset the selected field to the value that the session runs with")
            .when(a_field_is_changed)
            .run(App::reset_field),
        row(ActionId::UnsetField, &[Key::char('d'), Key::DELETE], "default")
            .doc("Remove the value, so that the default applies; of a list or map, remove the entry")
            .when(a_field_is_set)
            .rank(13)
            .run(App::unset_field),
        row(ActionId::AddEntry, &[Key::char('+'), Key::char('a')], "add")
            .doc("Add an entry to the selected list or map")
            .when(a_list_is_selected)
            .rank(11)
            .run(App::add_entry),
        row(ActionId::RenameEntry, &[Key::f(2)], "rename")
            .doc("Rename the selected entry of a map")
            .when(a_name_is_selected)
            .rank(14)
            .change(App::rename_entry),
        row(ActionId::MoveEntryUp, &[Key::char('K')], "move up")
            .doc("Move the selected entry of a list up")
            .when(an_entry_of_a_list_is_selected)
            .rank(15)
            .run(|app| app.move_entry(-1)),
        row(ActionId::MoveEntryDown, &[Key::char('J')], "move down")
            .doc("Move the selected entry of a list down")
            .when(an_entry_of_a_list_is_selected)
            .rank(16)
            .run(|app| app.move_entry(1)),
        row(ActionId::RevealField, &[Key::ctrl('r')], "reveal")
            .doc("Show the selected secret until the selection moves on, or hide it")
            .when(a_secret_is_selected)
            .rank(14)
            .change(|app| app.form.reveal()),
        row(ActionId::EditFieldOutside, &[Key::char('E')], "edit outside")
            .doc("Edit the selected field in the editor that VISUAL or EDITOR names")
            .when(a_text_is_selected)
            .rank_by(|app| the_value_is_many_lines(app).then_some(11))
            .run(App::edit_field_outside),
        row(ActionId::WriteProfile, &[Key::char('w')], "write")
            .doc(
                "Show what would change in the file of the profile, to write it; without a file, write a new one",
            )
            .when(the_form_is_of_a_session)
            .rank(21)
            .run(App::write),
        row(ActionId::ShowProfiles, &[Key::char('P')], "profiles")
            .doc("List the profiles that are kept under names: open one, compare two, or save what the form holds")
            .when(the_form_is_of_a_session)
            .rank(23)
            .run(|_| vec![Effect::Profiles(ProfileOrder::List)]),
        row(ActionId::ShowInputs, &[Key::char('I')], "inputs")
            .doc("List the websocket inputs of the file, to go to another one")
            .when(the_file_has_several_inputs)
            .rank(20)
            .change(App::show_inputs),
        row(ActionId::FindField, &[Key::char('/')], "search")
            .doc("Go to fields with these words in their name, path or help")
            .rank(22)
            .change(App::begin_find_field),
        row(ActionId::NextField, &[Key::char('n')], "next hit")
            .doc("Go to the next field that the search has found")
            .when(a_field_is_sought)
            .rank(8)
            .change(|app| app.go_to_hit(true)),
        row(ActionId::PreviousField, &[Key::char('N')], "previous hit")
            .doc("Go to the previous field that the search has found")
            .when(a_field_is_sought)
            .change(|app| app.go_to_hit(false)),
        row(ActionId::ListAllFields, &[Key::ESC], "all fields")
            .doc("List all fields again")
            .instead(|app| app.form.find.is_some(), "end search", "End the search")
            .when(fewer_are_listed_or_sought)
            .rank(9)
            .change(App::list_all),
        row(ActionId::ListFields, &[Key::char('v')], "not default")
            .doc("List only the fields that are not the default; then only those that are in no file")
            .instead(
                |app| app.form.listed != Listed::All,
                "list others",
                "List only the fields that are in no file, or all again",
            )
            .rank(24)
            .change(App::list_next),
        row(ActionId::ShowEffective, &[Key::char('e')], "effective")
            .doc("List each setting as the engine uses it, and what it does with it")
            .when(there_are_fields)
            .rank(23)
            .change(App::show_effective),
        row(ActionId::SwitchConfigPane, &[Key::TAB, Key::BACK_TAB], "pane")
            .doc("Switch between the fields and the explanation of the selected one, with the profile as YAML")
            .instead(|app| shows_one_pane(app) && app.form.pane == Pane::Fields, "help and YAML", "Show the help of the selected field, and the profile as YAML")
            .rank_by(|app| shows_one_pane(app).then_some(25))
            .change(|app| {
                app.form.pane = if app.form.pane == Pane::Fields { Pane::About } else { Pane::Fields }
            }),
    ],
);

fn the_file_has_several_inputs(app: &App) -> Available {
    the_form_is_of_a_session(app)?;
    let count = app.opened.as_ref().map_or(0, |file| file.inputs.len());
    unless(count == 0, "the profile is from no file")?;
    unless(count == 1, "the file has only one websocket input")
}

fn a_field_is_selected(app: &App) -> Available {
    the_form_is_of_a_session(app)?;
    unless(app.form.selected_field().is_none(), "no field is selected")
}

fn a_change_can_be_undone(app: &App) -> Available {
    the_form_is_of_a_session(app)?;
    unless(!app.form.can_undo(), "nothing was changed on the form")
}

fn a_change_can_be_redone(app: &App) -> Available {
    the_form_is_of_a_session(app)?;
    unless(!app.form.can_redo(), "nothing was undone since the last change")
}

fn a_field_is_sought(app: &App) -> Available {
    unless(app.form.find.is_none(), "nothing is looked for: / begins a search")
}

fn fewer_are_listed_or_sought(app: &App) -> Available {
    unless(app.form.find.is_none() && app.form.listed == Listed::All, "all fields are listed")
}

fn there_are_fields(app: &App) -> Available {
    let none = matches!(app.capture, Capture::Reading { has_profile: false, .. });
    unless(none, "this capture does not hold its fields")
}

fn a_field_is_changed(app: &App) -> Available {
    the_form_is_of_a_session(app)?;
    unless(!app.form.selects_a_change(), "the field is unchanged")
}

fn a_field_is_set(app: &App) -> Available {
    the_form_is_of_a_session(app)?;
    unless(!app.form.selects_what_is_set(), "the field has its default")
}

fn a_secret_is_selected(app: &App) -> Available {
    the_form_is_of_a_session(app)?;
    unless(!app.form.selects_a_secret(), "the field is not a secret")
}

fn a_field_can_be_chosen(app: &App) -> Available {
    the_form_is_of_a_session(app)?;
    let chooses = |field: &Field| matches!(field.kind, Kind::Bool | Kind::Choice(_));
    unless(!app.form.selected_field().is_some_and(chooses), "the field is neither a switch nor a choice")
}

fn a_list_is_selected(app: &App) -> Available {
    the_form_is_of_a_session(app)?;
    let lists = |field: &Field| {
        field.path.contains("[]")
            || matches!(field.kind, Kind::TextMap | Kind::AnyMap | Kind::TextList | Kind::ObjectList)
    };
    unless(!app.form.selected_field().is_some_and(lists), "the field is neither a list nor a map")
}

fn an_entry_of_a_list_is_selected(app: &App) -> Available {
    the_form_is_of_a_session(app)?;
    unless(place_in_list(&app.form.selected).is_none(), "the selection is not an entry of a list")
}

fn a_name_is_selected(app: &App) -> Available {
    the_form_is_of_a_session(app)?;
    let named =
        |field: &Field| matches!(field.kind, Kind::TextMap | Kind::AnyMap) && field.path != app.form.selected;
    unless(!app.form.selected_field().is_some_and(named), "the selection is not an entry of a map")
}

fn a_text_is_selected(app: &App) -> Available {
    the_form_is_of_a_session(app)?;
    let is_text = app.form.selects_a_value() && app.form.selected_field().is_some_and(Field::takes_lines);
    unless(!is_text, "the field takes only one line")
}

/// Whether the selected value is PEM text, a message, or has line breaks in it.
fn the_value_is_many_lines(app: &App) -> bool {
    let is_long = || app.form.values.get(&app.form.selected).is_some_and(|given| given.text.contains('\n'));
    app.form.selects_a_value() && (app.form.selected_field().is_some_and(is_pem) || is_long())
}
