//! The passphrase of a client key: when it is asked for, and what its answer does.

use sockeye::{
    app::{App, Effect, Overlay},
    config::{CertFaultKind, Origin, Secret, Values},
    session::{EventKind, Failure, FailureKind, Stage},
};

use super::{press, screen, story::*};

const ENTRY: &str = "tls.client_certs.0";

fn values() -> Values {
    let mut values = Values::default();
    for (path, text) in [
        ("url", "wss://feed.example/"),
        ("tls.enabled", "true"),
        ("tls.client_certs.0.cert_file", "client.crt"),
        ("tls.client_certs.0.key_file", "client.key"),
    ] {
        values.set(path, text, Origin::Flag);
    }
    values
}

/// What an engine tells of a connection whose client key does not open.
fn locked(connection: u32, millis: u64) -> EventKindAt {
    let kind = FailureKind::ClientKey {
        fault: CertFaultKind::Password,
        entry: ENTRY.to_owned(),
        pipeline: String::new(),
        mends: Box::default(),
    };
    let message = format!("{ENTRY}.key_file: \"client.key\" is encrypted (PKCS#8), and no password is set");
    let failure = Failure { stage: Stage::Tls, kind, message, sources: Vec::new() };
    (connection, millis, EventKind::Failed(Box::new(failure)))
}

type EventKindAt = (u32, u64, EventKind);

fn hear(app: &mut App, (connection, millis, kind): EventKindAt) {
    tell(app, [event(millis, connection, kind)]);
}

fn asks(app: &App) -> bool {
    matches!(&app.overlay, Some(Overlay::Prompt(_)))
}

/// The passphrase of the settings that are connected with.
fn password(effects: &[Effect]) -> Option<Secret> {
    effects.iter().find_map(|effect| match effect {
        Effect::Connection(settings) => Some(settings.tls.client_certs[0].password.clone()),
        _ => None,
    })
}

#[test]
fn the_answer_is_drawn_as_dots_and_connects_and_changes_no_field() {
    let mut app = app().with_values(values());
    hear(&mut app, locked(1, 0));
    press(&mut app, "hunter2");
    let drawn = screen(&mut app, (100, 30));
    assert!(drawn.contains("passphrase of the client key") && drawn.contains("•••••••"), "{drawn}");
    assert!(drawn.contains("\"client.key\" is encrypted") && !drawn.contains("hunter2"), "{drawn}");
    assert_eq!(password(&press(&mut app, "<enter>")), Some(Secret::new("hunter2")));
    assert_eq!(app.form.values.get("tls.client_certs.0.password"), None);
    assert!(app.form.changes().is_empty() && app.form.unwritten().is_empty());
    assert!(!screen(&mut app, (100, 30)).contains("hunter2"));
}

#[test]
fn a_wrong_answer_is_told_and_an_older_connection_says_nothing_of_it() {
    let mut app = app().with_values(values());
    hear(&mut app, locked(1, 0));
    hear(&mut app, locked(2, 100));
    press(&mut app, "guess<enter>");
    hear(&mut app, locked(2, 200));
    assert!(!asks(&app), "it failed before the answer");
    hear(&mut app, locked(3, 300));
    assert!(screen(&mut app, (100, 30)).contains("this does not open the key"));
    assert_eq!(password(&press(&mut app, "hunter2<enter>")), Some(Secret::new("hunter2")));
}

#[test]
fn who_leaves_the_question_is_not_asked_again_before_they_connect() {
    let mut app = app().with_values(values());
    hear(&mut app, locked(1, 0));
    press(&mut app, "<esc>");
    hear(&mut app, locked(2, 100));
    assert!(!asks(&app));
    press(&mut app, "r");
    hear(&mut app, locked(3, 200));
    assert!(asks(&app));
}

#[test]
fn nothing_is_asked_while_something_else_is_written_and_an_open_connection_takes_the_question_away() {
    let mut app = app().with_values(values());
    press(&mut app, "2<enter>");
    hear(&mut app, locked(1, 0));
    assert!(!asks(&app), "a field is being edited");
    press(&mut app, "<esc>");
    hear(&mut app, locked(2, 100));
    assert!(asks(&app));
    tell(&mut app, opened(3, 200));
    assert!(!asks(&app));
}

#[test]
fn a_password_that_is_typed_into_its_field_holds_in_place_of_the_answer() {
    let mut app = app().with_values(values());
    hear(&mut app, locked(1, 0));
    press(&mut app, "hunter2<enter>");
    let path = "tls.client_certs.0.password";
    app.form.values.set(path, "hunter3", Origin::Form);
    assert_eq!(app.form.values.passphrase(path), Secret::new("hunter3"));
    assert_eq!(app.form.applied.passphrase(path), Secret::new("hunter2"));
}
