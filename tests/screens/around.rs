//! What is around the screens: keys that were given elsewhere, columns that stay, questions, the palette, leaving, and
//! that no key is silent.

use sockeye::{
    app::{
        About, ActionId, App, Effect, Focus, Input, Key, Offer, Outcome, Overlay, Purpose, Screen, actions,
        press, update,
    },
    session::{End, Ended, EventKind},
};

use super::{screen, snapshots_of, story::*};

const SIZES: [(u16, u16); 2] = [(80, 24), (120, 36)];

#[test]
fn a_key_that_was_given_works_and_is_shown_and_the_old_one_says_so() {
    let mut app = receiving(30);
    app.bindings.bind(ActionId::Filter, vec![Key::f(9)]);
    app.bindings.bind(ActionId::GoTo(Screen::Log), vec![Key::char('9')]);
    let drawn = screen(&mut app, (120, 36));
    assert!(drawn.contains(" F9 filter "), "the footer: {drawn}");
    assert!(drawn.contains(" 9 Log "), "the line of screens: {drawn}");
    press(&mut app, ":filter");
    let palette = screen(&mut app, (120, 36));
    assert!(palette.lines().any(|line| line.contains("filter   ") && line.contains(" F9 ")), "{palette}");
    press(&mut app, "<esc>?");
    let help = screen(&mut app, (120, 200));
    assert!(help.lines().any(|line| line.contains("  F9              filter ")), "{help}");
    press(&mut app, "<esc>/");
    assert_eq!(
        app.notice.take().map(|notice| notice.message).as_deref(),
        Some("/ does nothing on the feed; in the detail it is: find")
    );
    press(&mut app, "<F9>tick<enter>");
    assert!(app.timeline.filter_view().is_some());
    press(&mut app, "9");
    assert_eq!(app.screen, Screen::Log);
}

/// Every screen and overlay that takes printing keys as keys, with a story behind it.
fn places() -> Vec<(&'static str, App)> {
    let mut places = Vec::new();
    for (name, script) in [
        ("feed", "1"),
        ("held feed", "1kk"),
        ("detail", "1k<enter><tab>"),
        ("config", "2"),
        ("connections", "3"),
        ("delivery", "4"),
        ("log", "6"),
        ("columns", "|"),
        ("help", "?"),
    ] {
        let mut app = receiving(30);
        press(&mut app, script);
        places.push((name, app));
    }
    let mut failing = app();
    tell(&mut failing, unauthorized(1, 0));
    places.push(("ladder", failing));
    places.push(("no rows", receiving(0)));
    places
}

#[test]
fn scopes_that_get_a_key_together_meet() {
    for (name, app) in places() {
        for (one, other) in
            app.scopes().iter().flat_map(|one| app.scopes().iter().map(move |other| (one, other)))
        {
            assert!(one.meets(*other), "{one:?} and {other:?} on {name}");
        }
    }
}

#[test]
fn no_printing_key_is_silent_anywhere() {
    let mut keys: Vec<Key> = actions().flat_map(|action| action.keys.iter().copied()).collect();
    keys.extend("5ewbY".chars().map(Key::char));
    keys.retain(|key| key.typed().is_some());
    let mut silent = Vec::new();
    for (name, app) in places() {
        for key in &keys {
            let mut pressed = app.clone();
            let before = screen(&mut pressed, (120, 36));
            let effects = update(&mut pressed, Input::Key(*key));
            let after = screen(&mut pressed, (120, 36));
            if effects.is_empty() && pressed.notice.is_none() && before == after {
                silent.push(format!("{key} on {name}"));
            }
        }
    }
    silent.sort();
    silent.dedup();
    // What moves has nowhere further to go at an end.
    silent.retain(|one| {
        !["j ", "k ", "g ", "G ", "J ", "K ", "n ", "N "].iter().any(|moving| one.starts_with(moving))
    });
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

#[test]
fn columns_that_were_chosen_are_kept_until_they_are_those_of_the_preferences_again() {
    let kept = |effects: &[Effect]| {
        effects.iter().find_map(|effect| match effect {
            Effect::KeepColumns(kept) => Some(kept.as_ref().map(|kept| kept.columns.clone())),
            _ => None,
        })
    };
    let mut app = receiving(30);
    let columns = kept(&press(&mut app, "| ")).expect("they are kept").expect("they differ");
    assert_eq!((columns[0].column.as_str(), columns[0].shown), ("number", false));
    let columns = kept(&press(&mut app, "a.p<enter>")).expect("they are kept").expect("they differ");
    assert_eq!(columns.last().map(|one| one.column.as_str()), Some(".p"));
    assert_eq!(kept(&press(&mut app, "|r")), Some(None));
    assert_eq!(app.columns, app.first_columns);
}

#[test]
fn lists_stand_at_the_same_place_and_look_alike() {
    let mut app = receiving(30);
    snapshots_of(
        "list-columns",
        {
            press(&mut app, "|jj");
            &mut app
        },
        &SIZES,
    );
    let top = |drawn: &str, title: &str| drawn.lines().position(|line| line.contains(&format!("─ {title} ")));
    press(&mut app, "<esc>cred btc<enter>c");
    let drawn = screen(&mut app, (120, 36));
    assert_eq!(top(&drawn, "colours"), Some(33), "{drawn}");
    press(&mut app, "<esc>b<enter>B");
    let drawn = screen(&mut app, (120, 36));
    assert_eq!(top(&drawn, "bookmarks"), Some(33), "{drawn}");
}

#[test]
fn the_first_key_replaces_what_a_question_suggests() {
    let mut app = receiving(30);
    press(&mut app, "S");
    let Some(Overlay::Prompt(prompt)) = &app.overlay else { panic!("a question") };
    assert!(prompt.input.is_selected() && !prompt.input.is_empty());
    let effects = press(&mut app, "all.har<enter>");
    assert!(effects.is_empty(), "without a capture this is refused: {effects:?}");
    let Some(Overlay::Prompt(prompt)) = &app.overlay else { panic!("the question is asked again") };
    assert_eq!((prompt.purpose, prompt.input.text()), (Purpose::Export, "all.har"));
    press(&mut app, "2");
    let Some(Overlay::Prompt(prompt)) = &app.overlay else { panic!("a question") };
    assert_eq!(prompt.input.text(), "all.har2", "an answer that does not do is mended");
}

#[test]
fn ack_modes_are_a_list_to_choose_from() {
    let mut app = receiving(30);
    press(&mut app, "o");
    snapshots_of("choose-ack-mode", &mut app, &SIZES);
    let effects = press(&mut app, "<down><enter>");
    assert!(
        matches!(effects.as_slice(), [Effect::Answer(mode)] if mode.to_string() == "manual 64"),
        "{effects:?}"
    );
    let effects = press(&mut app, "o<down><down>btc<enter>");
    assert!(
        matches!(effects.as_slice(), [Effect::Answer(mode)] if mode.to_string() == "reject btc"),
        "{effects:?}"
    );
}

#[test]
fn the_palette_has_first_what_can_be_done_and_why_the_rest_cannot() {
    let mut app = receiving(30);
    press(&mut app, ":nack");
    snapshots_of("palette-reasons", &mut app, &SIZES);
    let Some(Overlay::Palette(palette)) = &app.overlay else { panic!("the palette") };
    let usable: Vec<_> =
        app.palette_fits(palette).iter().map(|action| action.available(&app).is_ok()).collect();
    assert!(usable.is_sorted_by(|one, other| one >= other) && usable.contains(&false), "{usable:?}");
    press(&mut app, "xyz");
    assert!(screen(&mut app, (80, 24)).contains("no action matches"));
    press(&mut app, "<ctrl-u>12");
    assert!(screen(&mut app, (80, 24)).contains("enter goes to message 12"));
}

#[test]
fn the_start_screen_begins_with_the_demo_and_hides_captures_without_messages() {
    let capture = |messages| Offer::Capture {
        path: format!("/c/{messages}.sqlite").into(),
        bytes: 2_048,
        about: Ok(About { url: "ws://h".to_owned(), messages, ..About::default() }),
    };
    let mut app = App { screen: Screen::Start, has_no_session: true, ..app() };
    update(&mut app, Input::Outcome(Outcome::Recent(vec![capture(3), capture(0)])));
    assert_eq!(app.start.offers, [Offer::Demo, capture(3)]);
    snapshots_of("start-hides", &mut app, &SIZES);
    press(&mut app, "<F3>");
    assert_eq!(app.start.offers, [Offer::Demo, capture(3), capture(0)]);
    assert!(matches!(press(&mut app, "<enter>").as_slice(), [Effect::StartDemo]));
    assert!(app.shows_tips);
}

#[test]
fn the_demo_says_what_to_try_until_something_is_tried() {
    let mut app = receiving(30);
    app.shows_tips = true;
    snapshots_of("tips", &mut app, &SIZES);
    press(&mut app, "kk?<esc>");
    assert!(app.shows_tips, "to look around tries nothing");
    press(&mut app, "<enter>");
    assert!(!app.shows_tips);
}

#[test]
fn q_goes_back_before_it_leaves() {
    let mut app = receiving(30);
    press(&mut app, "3q");
    assert_eq!(app.screen, Screen::Feed);
    press(&mut app, "kk<enter>q");
    assert_eq!(app.focus, Focus::Feed);
    press(&mut app, "q");
    assert!(!app.has_detail() && !app.timeline.is_following());
    press(&mut app, "q");
    assert!(app.timeline.is_following());
    assert!(matches!(press(&mut app, "q").as_slice(), [Effect::Quit]));
}

#[test]
fn leaving_asks_before_marks_and_edits_are_lost() {
    let mut app = receiving(30);
    press(&mut app, "k fq");
    assert!(matches!(app.overlay, Some(Overlay::Leaving(_))), "a mark is not saved");
    snapshots_of("leaving", &mut app, &SIZES);
    press(&mut app, "<esc>");
    let saved = Outcome::Saved {
        purpose: Purpose::SaveMarked,
        path: "m.jsonl".to_owned(),
        count: 1,
        bytes: 9,
        removed: Vec::new(),
    };
    update(&mut app, Input::Outcome(saved));
    assert!(matches!(press(&mut app, "q").as_slice(), [Effect::Quit]), "it is saved");
    press(&mut app, "2<enter>x<enter>q");
    press(&mut app, "q");
    let Some(Overlay::Leaving(losses)) = &app.overlay else { panic!("an edit is not written") };
    assert_eq!(losses.edits, ["url"]);
    assert!(matches!(press(&mut app, "y").as_slice(), [Effect::Quit]));
    update(&mut app, Input::Outcome(Outcome::Written { path: "p.yaml".to_owned() }));
    press(&mut app, "<esc>");
    assert!(matches!(press(&mut app, "q").as_slice(), [Effect::Quit]), "it is written");
}

#[test]
fn ctrl_c_twice_leaves_whatever_is_lost() {
    let mut app = receiving(30);
    press(&mut app, "k ");
    assert!(press(&mut app, "<ctrl-c>").is_empty());
    assert!(matches!(press(&mut app, "<ctrl-c>").as_slice(), [Effect::Quit]));
    let mut app = receiving(30);
    assert!(matches!(press(&mut app, "/btc<ctrl-c>").last(), Some(Effect::Quit)), "nothing is lost");
}

#[test]
fn a_session_that_is_over_is_left_at_once() {
    let mut app = receiving(5);
    let ended = Ended { why: End::Stopped, messages: 5, connections: 1, during: None };
    tell(&mut app, [event(900, 1, EventKind::Ended(ended))]);
    assert!(matches!(press(&mut app, "kq").as_slice(), [Effect::Quit]));
}
