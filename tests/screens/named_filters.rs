//! Filters that have names: named, listed with tick boxes, applied together, meant by `@name`.

use sockeye::{
    app::{App, Effect, FilterChange, Input, KeptFilter, Outcome, press, update},
    session::{End, Ended, EventKind},
};

use super::{screen, snapshots_of, story::*};

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 50)];

fn kept(name: &str, filter: &str, on: bool) -> KeptFilter {
    KeptFilter { name: name.to_owned(), filter: filter.to_owned(), on }
}

/// A feed of 30 ticks, and these filters read from their file.
fn with(filters: &[KeptFilter]) -> App {
    let mut app = receiving(30);
    app.named_filters.file = Some("/home/a/.config/sockeye/filters.json".to_owned());
    update(&mut app, Input::Outcome(Outcome::NamedFilters(filters.to_vec())));
    app
}

fn messages(app: &App) -> Option<u64> {
    app.timeline.filter_view().map(sockeye::app::FilterView::matches)
}

fn changes(effects: &[Effect]) -> Vec<&FilterChange> {
    effects
        .iter()
        .filter_map(|effect| if let Effect::ChangeFilters(change) = effect { Some(change) } else { None })
        .collect()
}

#[test]
fn a_filter_is_named_listed_and_ticked() {
    let mut app = with(&[]);
    let effects = press(&mut app, "/.p > 64020.5<enter>Flate<enter>");
    assert_eq!(changes(&effects), [&FilterChange::Add(kept("late", ".p > 64020.5", false))]);
    press(&mut app, "<esc>");
    assert_eq!(messages(&app), Some(10), "what is written stays in force");
    press(&mut app, "<esc>");
    assert_eq!(messages(&app), None);
    let effects = press(&mut app, "F ");
    assert_eq!(changes(&effects), [&FilterChange::Turn { name: "late".to_owned(), on: true }]);
    assert_eq!(messages(&app), Some(10));
}

#[test]
fn those_that_are_on_apply_together_with_the_one_that_is_written() {
    let mut app = with(&[
        kept("late", ".p > 64020.5", true),
        kept("few", "id:..25", true),
        kept("broken", ".p >", true),
        kept("none", "nowhere", false),
    ]);
    assert_eq!(messages(&app), Some(5));
    press(&mut app, "/.p < 64024<enter>");
    assert_eq!(messages(&app), Some(3));
    assert!(screen(&mut app, (120, 36)).contains("@late @few /.p < 64024 3 of 30"));
    press(&mut app, "Fjj");
    snapshots_of("filters", &mut app, &SIZES);
    press(&mut app, " ");
    let said = app.notice.as_ref().map(|notice| notice.message.clone()).unwrap_or_default();
    assert!(said.contains("jq"), "a broken filter says why it cannot be turned on: {said}");
    press(&mut app, "<esc><esc>");
    assert_eq!(messages(&app), Some(5), "esc drops what is written only");
    press(&mut app, "<esc><esc>");
    assert_eq!(messages(&app), Some(5));
}

#[test]
fn a_name_means_its_filter_in_another() {
    let mut app = with(&[kept("late", ".p > 64020.5", false)]);
    press(&mut app, "/@la<tab> !@lat");
    assert_eq!(app.filter.input.text(), "@late !@lat");
    let fault = app.filter.fault.as_ref().map(|fault| fault.message.clone()).unwrap_or_default();
    assert!(fault.starts_with("no filter is named lat: the nearest is @late"), "{fault}");
    press(&mut app, "<ctrl-u>id:..22 @late<enter>");
    assert_eq!(messages(&app), Some(2));
    let effects = press(&mut app, "Faboth<enter>");
    let named = changes(&effects);
    let [FilterChange::Add(both)] = named.as_slice() else { panic!("{named:?}") };
    assert!(!both.filter.contains('@'), "a name can go without harm to {}", both.filter);
}

#[test]
fn filters_are_renamed_and_removed() {
    let mut app = with(&[kept("late", ".p > 64020.5", true), kept("few", "id:..25", false)]);
    press(&mut app, "Fr<ctrl-u>few<enter>");
    assert!(screen(&mut app, (120, 36)).contains("a filter is named few already"));
    press(&mut app, "<ctrl-u>a b<enter>");
    assert!(screen(&mut app, (120, 36)).contains("a name has at most 40 letters"));
    let effects = press(&mut app, "<ctrl-u>behind<enter>");
    let (name, to) = ("late".to_owned(), "behind".to_owned());
    assert_eq!(changes(&effects), [&FilterChange::Rename { name, to }]);
    assert_eq!(app.timeline.filter_view().map(|view| view.text.as_str()), Some("@behind"));
    let effects = press(&mut app, "x");
    assert_eq!(changes(&effects), [&FilterChange::Remove { name: "behind".to_owned() }]);
    assert_eq!(messages(&app), None);
    press(&mut app, "x");
    assert!(app.overlay.is_none());
}

#[test]
fn a_session_that_begins_anew_is_filtered_too() {
    let mut app = with(&[kept("late", ".p > 64020.5", true)]);
    let ended = Ended { why: End::Stopped, messages: 30, connections: 1, during: None };
    tell(&mut app, [event(2_000, 1, EventKind::Ended(ended))]);
    press(&mut app, "r");
    tell(&mut app, opened(1, 3_000));
    tell(&mut app, ticks(1, 22, 3_100));
    assert_eq!(messages(&app), Some(2));
}

#[test]
fn going_to_a_message_sets_the_filters_aside_where_they_hide_it() {
    let mut app = with(&[kept("late", ".p > 64020.5", true)]);
    let all = messages(&app);
    press(&mut app, ":30<enter>");
    assert_eq!((messages(&app), app.timeline.selected_message_id().map(|id| id.0)), (all, Some(30)));
    press(&mut app, ":3<enter>");
    assert_eq!(messages(&app), None);
    assert!(app.named_filters.on().next().is_none());
}
