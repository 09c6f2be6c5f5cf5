//! An old capture on the screen of its fields.

use sockeye::{
    app::{App, CaptureNews, Input, Outcome},
    config::{Origin, Values},
    session::Seq,
};

use super::{press, screen, snapshots, story::*, update};

/// An old capture of a session that ran with this.
pub(crate) fn opened_again(profile: Option<Values>) -> App {
    let mut app = app();
    let news = CaptureNews::Opened {
        path: "feed.sqlite".into(),
        bytes: 40_960,
        first: Seq(1),
        payloads: 0,
        began: NOON,
        is_whole: true,
        name: "ticks".to_owned(),
        url: "wss://feed.example:9443/ticks".to_owned(),
        profile: profile.map(Box::new),
        sessions: 1,
        nth: 1,
    };
    update(&mut app, Input::Outcome(Outcome::Capture(news)));
    app
}

fn profile() -> Values {
    let mut values = Values::default();
    for (path, text) in [
        ("url", "wss://feed.example:9443/ticks"),
        ("open_message", r#"{"op":"subscribe"}"#),
        ("basic_auth.enabled", "true"),
        ("basic_auth.password", "•••"),
        ("tls.root_cas_file", "./certs/ca.pem"),
    ] {
        values.set(path, text, Origin::Form);
    }
    values
}

#[test]
fn the_detail_of_an_old_capture_stands_open_on_a_wide_screen() {
    let mut app = opened_again(None);
    screen(&mut app, (120, 40));
    assert!(app.has_detail());
    screen(&mut app, (100, 40));
    assert!(!app.has_detail());
}

#[test]
fn an_old_capture_shows_the_fields_that_its_session_ran_with() {
    let mut app = opened_again(Some(profile()));
    assert!(press(&mut app, "2").is_empty(), "no file of this machine is looked at");
    snapshots("config-old-capture", &mut app);
}

#[test]
fn every_edit_says_that_this_is_an_old_capture() {
    let mut app = opened_again(Some(profile()));
    press(&mut app, "2");
    let before = app.form.values.clone();
    for key in ["<enter>", "<space>", "u", "U", "D", "d", "+", "<F2>", "J", "K", "E", "w", "<ctrl-r>", "<F5>"]
    {
        assert!(press(&mut app, key).is_empty(), "{key}");
        let said = app.notice.as_ref().map_or("", |notice| &notice.message);
        assert!(said.contains("this is an old capture"), "{key}: {said}");
    }
    assert!(app.form.values == before && app.form.edit.is_none(), "all is as it was");
}

#[test]
fn an_older_capture_says_that_it_holds_no_profile() {
    let mut app = opened_again(None);
    press(&mut app, "2");
    snapshots("config-older-capture", &mut app);
}
