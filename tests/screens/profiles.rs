//! Profiles with names on the form: listed, opened while a session runs, saved, and compared.

use sockeye::{
    app::{App, ComparedField, ComparedProfiles, Effect, Input, KeptProfile, Outcome, Overlay, ProfileOrder},
    config::{Dialect, Origin, SessionOptions, Values},
};

use super::{press, screen, snapshots, story::*, update};

fn values() -> Values {
    let mut values = Values::default();
    values.set("url", "wss://feed.example/ticks", Origin::Flag);
    values
}

/// The list of profiles over the form of a session.
fn listing() -> App {
    let mut app = app().with_values(values());
    "feed".clone_into(&mut app.profile.name);
    tell(&mut app, opened(1, 0));
    assert!(matches!(press(&mut app, "2P").as_slice(), [.., Effect::Profiles(ProfileOrder::List)]));
    let profile = |name: &str, about: &str| KeptProfile { name: name.to_owned(), about: about.to_owned() };
    let known = vec![
        profile("feed", "wss://feed.example/ticks"),
        profile("feed@staging", "wss://staging.feed.example/ticks"),
        profile("other", "other.toml:1:1: a value is missing"),
    ];
    update(&mut app, Input::Outcome(Outcome::Profiles(known)));
    app
}

fn opened_name(effects: &[Effect]) -> Option<String> {
    effects.iter().find_map(|effect| match effect {
        Effect::Profiles(ProfileOrder::Open(name)) => Some(name.clone()),
        _ => None,
    })
}

#[test]
fn profiles_are_listed_with_the_one_of_the_session_and_opened() {
    let mut app = listing();
    snapshots("profiles", &mut app);
    assert_eq!(opened_name(&press(&mut app, "j<enter>")).as_deref(), Some("feed@staging"));
    assert_eq!(app.overlay, None);
}

#[test]
fn a_profile_is_opened_over_changes_only_if_asked_twice() {
    let mut app = listing();
    app.form.values.set("url", "wss://changed.example/", Origin::Form);
    assert_eq!(opened_name(&press(&mut app, "<enter>")), None);
    assert!(screen(&mut app, (120, 30)).contains("1 change of the form would be lost"));
    assert_eq!(opened_name(&press(&mut app, "<enter>")).as_deref(), Some("feed"));
}

#[test]
fn the_chosen_one_is_compared_with_the_marked_one_or_with_the_form() {
    let mut app = listing();
    let compares = |effects: Vec<Effect>| match effects.as_slice() {
        [Effect::Profiles(ProfileOrder::Compare { one, other, .. })] => (one.clone(), other.clone()),
        other => panic!("{other:?}"),
    };
    assert_eq!(compares(press(&mut app, "d")), (None, "feed".to_owned()));
    let marked = compares(press(&mut app, "<space>jd"));
    assert_eq!(marked, (Some("feed".to_owned()), "feed@staging".to_owned()));
}

#[test]
fn equal_fields_are_dim_and_can_be_hidden() {
    let mut app = listing();
    let field = |path: &str, one: &str, other: &str, is_same| ComparedField {
        path: path.to_owned(),
        texts: [one, other].map(|text| Some(text.to_owned()).filter(|text| !text.is_empty())),
        is_same,
    };
    let compared = ComparedProfiles {
        names: ["the form".to_owned(), "feed@staging".to_owned()],
        fields: vec![
            field("basic_auth.password", "•••", "••• (another secret)", false),
            field("beyond.pin", "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "", false),
            field("open_message", "{\"op\":\"subscribe\"}", "{\"op\":\"subscribe\"}", true),
            field("url", "wss://feed.example/ticks", "wss://staging.feed.example/ticks", false),
        ],
        hides_same: false,
        top: 0,
    };
    update(&mut app, Input::Outcome(Outcome::ProfilesCompared(Box::new(compared))));
    snapshots("profiles-compared", &mut app);
    press(&mut app, "=");
    let drawn = screen(&mut app, (120, 30));
    assert!(drawn.contains("3 different, 1 equal and hidden") && !drawn.contains("subscribe"), "{drawn}");
    assert!(
        matches!(press(&mut app, "q").as_slice(), [Effect::Profiles(ProfileOrder::List)]),
        "back to the list"
    );
}

#[test]
fn what_the_form_holds_is_saved_under_a_name_without_the_environment() {
    let mut app = listing();
    press(&mut app, "js");
    let effects = press(&mut app, "<enter>");
    assert!(
        matches!(effects.as_slice(), [Effect::Profiles(ProfileOrder::Keep { name, .. })] if name == "feed"),
        "{effects:?}"
    );
}

#[test]
fn without_profiles_the_list_says_how_to_save_one() {
    let mut app = listing();
    update(&mut app, Input::Outcome(Outcome::Profiles(Vec::new())));
    assert!(screen(&mut app, (120, 30)).contains("none is kept yet; s keeps what the form holds"));
    assert!(press(&mut app, "<enter>d").is_empty());
    assert!(matches!(app.overlay, Some(Overlay::Profiles(_))));
}

#[test]
fn an_opened_profile_says_whom_to_follow_unless_the_command_line_did() {
    for (asked, followed) in [(None, Dialect::Connect), (Some(Dialect::Bento), Dialect::Bento)] {
        let mut app = listing();
        app.form.values.options = SessionOptions {
            asked,
            dialect: asked.unwrap_or_default(),
            read_only: true,
            ..SessionOptions::default()
        };
        let mut values = values();
        values.options.dialect = Dialect::Connect;
        let name = "other".to_owned();
        let profile = Outcome::Profile { values: Box::new(values), name, problems: Vec::new(), file: None };
        let effects = update(&mut app, Input::Outcome(profile));
        let Some(Effect::Connection(settings)) = effects.last() else { panic!("{effects:?}") };
        assert_eq!((settings.options.dialect, settings.options.read_only), (followed, true));
    }
}

#[test]
fn a_command_is_run_once_more_for_a_refused_secret_and_what_was_edited_stays() {
    let mut given = values();
    given.set("beyond.bearer", "0ld-5ecret", Origin::Flag);
    given.note_reference("beyond.bearer", "cmd:pass show feed");
    let mut app = app().with_values(given);
    app.form.values.set("open_message", "edited", Origin::Form);
    let refused = |app: &mut App, millis| {
        let events = unauthorized(1, millis);
        let mut told = events.into_iter().flat_map(|event| update(app, Input::Events(vec![event])));
        told.find_map(|effect| if let Effect::Refresh(values) = effect { Some(values) } else { None })
    };
    let mut asked = refused(&mut app, 0).expect("the command is run");
    assert!(asked.get("open_message").is_none(), "the values of the session are asked for");
    asked.renew("beyond.bearer", "n3w-5ecret".to_owned());
    let changed = vec!["beyond.bearer".to_owned()];
    let effects = update(&mut app, Input::Outcome(Outcome::Refreshed { values: asked, changed }));
    let connects =
        |effect: &Effect| matches!(effect, Effect::Connection(settings) if settings.open_messages.is_empty());
    assert!(effects.iter().any(connects), "{effects:?}");
    let text = |path: &str| app.form.values.get(path).map(|value| value.text.clone());
    assert_eq!(text("beyond.bearer").as_deref(), Some("n3w-5ecret"));
    assert_eq!(text("open_message").as_deref(), Some("edited"));
    assert!(!screen(&mut app, (120, 36)).contains("5ecret"));
    assert!(refused(&mut app, 1_000).is_none(), "not at each refusal");
    assert!(refused(&mut app, 60_000).is_some());
}
