//! What can be done in the list of profiles, and with two of them side by side.

use super::{
    availability::unless,
    id::ActionId,
    spec::{ActionSpec, Available, in_scope, row},
};
use crate::app::{
    effect::{Effect, ProfileOrder},
    model::App,
    screens::Scope,
    state::{Key, Overlay, Step},
};

pub(super) static LIST: &[ActionSpec] = &in_scope(
    Scope::Profiles,
    [
        row(ActionId::OpenProfile, &[Key::ENTER], "open")
            .doc("Connect with the chosen profile, also while a session runs")
            .when(a_profile_is_chosen)
            .rank(1)
            .run(App::open_profile),
        row(ActionId::CompareProfiles, &[Key::char('d')], "compare")
            .doc("Compare the chosen profile with the marked one, or with what the form holds")
            .when(a_profile_is_chosen)
            .rank(3)
            .run(App::compare_profiles),
        row(ActionId::MarkProfile, &[Key::char(' ')], "mark")
            .doc("Mark the chosen profile, to compare another with it")
            .when(a_profile_is_chosen)
            .rank(4)
            .change(App::mark_profile),
        row(ActionId::KeepProfile, &[Key::char('s')], "save as")
            .doc("Save what the form holds under a name, to be opened here or by --profile; it never holds a secret")
            .rank(5)
            .change(App::ask_to_keep_profile),
        row(ActionId::NextProfile, &[Key::char('j'), Key::DOWN], "next")
            .doc("Choose the next profile")
            .change(|app| app.choose_profile(Step::By(1))),
        row(ActionId::PreviousProfile, &[Key::char('k'), Key::UP], "previous")
            .doc("Choose the previous profile")
            .change(|app| app.choose_profile(Step::By(-1))),
        row(ActionId::CloseProfiles, &[Key::ESC, Key::char('q'), Key::char('P')], "close")
            .doc("Close the list of profiles")
            .rank(2)
            .change(|app| app.overlay = None),
    ],
);

pub(super) static COMPARED: &[ActionSpec] = &in_scope(
    Scope::ComparedProfiles,
    [
        row(ActionId::ToggleEqualFields, &[Key::char('=')], "equal fields")
            .doc("Hide the fields that are equal, or show them again")
            .rank(1)
            .change(App::toggle_equal_fields),
        row(ActionId::ComparedDown, &[Key::char('j'), Key::DOWN, Key::PAGE_DOWN], "down")
            .doc("Scroll the comparison down")
            .change(|app| app.scroll_compared_profiles(Step::By(4))),
        row(ActionId::ComparedUp, &[Key::char('k'), Key::UP, Key::PAGE_UP], "up")
            .doc("Scroll the comparison up")
            .change(|app| app.scroll_compared_profiles(Step::By(-4))),
        row(ActionId::CloseComparedProfiles, &[Key::ESC, Key::char('q'), Key::char('d')], "back")
            .doc("Go back to the list of profiles")
            .rank(2)
            .run(|_| vec![Effect::Profiles(ProfileOrder::List)]),
    ],
);

fn a_profile_is_chosen(app: &App) -> Available {
    let none = matches!(&app.overlay, Some(Overlay::Profiles(list)) if list.name().is_none());
    unless(none, "no profile is kept yet")
}
