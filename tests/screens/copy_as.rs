//! The list of forms to copy in: what each gives, and why one cannot be used.

use sockeye::{
    app::{App, Effect, Input, Outcome, update},
    config::{Origin, Values},
    session::Kind,
};

use super::{press, screen, snapshots_of, story::*};

const SIZES: [(u16, u16); 2] = [(80, 24), (120, 36)];

/// A feed with a secret in its address and in a header.
fn with_secrets() -> App {
    let mut values = Values::default();
    for (path, text) in [("url", "ws://feed.example/ws?token=hunter2"), ("headers.X-Api-Key", "hunter3")] {
        values.set(path, text, Origin::Flag);
    }
    let mut app = app().with_values(values);
    tell(&mut app, opened(1, 0));
    tell(&mut app, ticks(1, 3, 300));
    app
}

fn copied(app: &mut App, keys: &str) -> String {
    match press(app, keys).as_slice() {
        [Effect::Copy(text)] => text.clone(),
        other => panic!("{keys}: {other:?}"),
    }
}

fn notice(app: &App) -> &str {
    app.notice.as_ref().map_or("", |notice| notice.message.as_str())
}

#[test]
fn a_message_is_copied_in_each_form() {
    let mut app = with_secrets();
    tell(&mut app, [event(900, 1, batch(4, &[(Kind::Text, br#"{"a":1.10}"#)]))]);
    assert_eq!(copied(&mut app, "Yt"), r#"{"a":1.10}"#);
    assert_eq!(copied(&mut app, "YJ"), "{\n  \"a\": 1.10\n}");
    assert_eq!(copied(&mut app, "Yh"), "7b2261223a312e31307d");
    assert_eq!(copied(&mut app, "Yb"), "eyJhIjoxLjEwfQ==");
    assert!(app.overlay.is_none());
    // MessagePack of {"a":1}.
    tell(&mut app, [event(950, 1, batch(5, &[(Kind::Binary, b"\x81\xa1a\x01")]))]);
    press(&mut app, "f");
    assert_eq!(copied(&mut app, "YJ"), "{\n  \"a\": 1\n}");
}

#[test]
fn the_connection_is_copied_without_its_secrets() {
    let mut app = with_secrets();
    for (key, part) in [
        ("s", "sockeye tail"),
        ("w", "websocat"),
        ("W", "npx wscat"),
        ("c", "curl"),
        ("y", "input:\n  websocket:"),
        ("g", "gorilla/websocket"),
        ("p", "import websockets"),
    ] {
        for screen in ["1", "2", "3"] {
            let text = copied(&mut app, &format!("{screen}Y{key}"));
            assert!(text.contains(part) && !text.contains("hunter"), "{text}");
            assert!(text.contains("needs in the environment: URL_SECRET X_API_KEY"), "{text}");
        }
    }
}

#[test]
fn a_form_that_cannot_be_used_says_why() {
    let mut app = with_secrets();
    tell(&mut app, [event(900, 1, batch(4, &[(Kind::Binary, &[0, 159, 146, 150])]))]);
    press(&mut app, "Y");
    snapshots_of("copy-as", &mut app, &SIZES);
    assert!(press(&mut app, "t").is_empty());
    assert_eq!(notice(&app), "text: the payload is not UTF-8");
    assert!(press(&mut app, "J").is_empty());
    assert_eq!(notice(&app), "JSON: the payload is not JSON");
    assert_eq!(copied(&mut app, "<esc>Y<enter>"), "009f9296", "the first that can be used is chosen");
    press(&mut app, "3Y");
    assert!(!screen(&mut app, (80, 24)).contains("base64"), "only the feed has messages");
    snapshots_of("copy-as-connection", &mut app, &SIZES);
    let mut none = with_secrets();
    none.form.applied = Values::default();
    assert!(press(&mut none, "Yc").is_empty());
    assert!(notice(&none).starts_with("curl: "), "{}", notice(&none));
}

#[test]
fn what_no_clipboard_takes_is_in_a_file_whose_path_is_told() {
    let mut app = with_secrets();
    let path = "/tmp/sockeye-1/copied.txt".to_owned();
    update(&mut app, Input::Outcome(Outcome::CopiedToFile { bytes: 1 << 20, path }));
    assert!(notice(&app).ends_with("and are in /tmp/sockeye-1/copied.txt"), "{}", notice(&app));
}
