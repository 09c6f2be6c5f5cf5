//! The form as something to work with: finding fields, listing some, undo, verdicts while typing, effective settings.

use sockeye::{
    app::{App, Effect, Listed, Overlay},
    config::{Origin, Values, all_fields},
};

use super::{old_captures::opened_again, press, screen, snapshots_of, story::*};

const FORM: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 50)];

fn values() -> Values {
    let mut values = Values::default();
    for (nth, (path, text)) in [
        ("url", "wss://feed.example:9443/ticks"),
        ("open_message", r#"{"op":"subscribe"}"#),
        ("tls.enabled", "true"),
        ("tls.root_cas_file", "./certs/ca.pem"),
        ("basic_auth.enabled", "true"),
        ("basic_auth.username", "reader"),
        ("basic_auth.password", "hunter2"),
        ("beyond.timeout_tcp", "1500ms"),
    ]
    .into_iter()
    .enumerate()
    {
        let line = u32::try_from(nth).expect("a few") + 3;
        values.set(path, text, Origin::File { path: "ticks.yaml".into(), line, column: 5 });
    }
    values
}

fn form() -> App {
    let mut app = app().with_values(values());
    tell(&mut app, opened(1, 0));
    press(&mut app, "2");
    app
}

fn old_capture() -> App {
    let mut app = opened_again(Some(values()));
    press(&mut app, "2");
    app
}

fn notice(app: &App) -> &str {
    app.notice.as_ref().map_or("", |notice| notice.message.as_str())
}

fn text(app: &App, path: &str) -> Option<String> {
    app.form.values.get(path).map(|given| given.text.clone())
}

/// How many lines of the form show a field at this size.
fn fields_in_sight(app: &mut App, size: (u16, u16)) -> usize {
    let drawn = screen(app, size);
    let names: Vec<_> =
        app.form.lines(false).iter().map(|line| line.label(false).trim().to_owned()).collect();
    let shows = |line: &&str| {
        let first = line.trim_matches(['"', '▌', '›', ' ']).split_whitespace().next().unwrap_or_default();
        names.iter().any(|name| name == first)
    };
    drawn.lines().filter(shows).count()
}

#[test]
fn a_small_screen_shows_fifteen_fields_and_the_help_of_one() {
    let mut app = form();
    assert!(fields_in_sight(&mut app, (80, 24)) >= 15, "{}", screen(&mut app, (80, 24)));
    assert!(screen(&mut app, (80, 24)).contains("The websocket address to connect to"));
    snapshots_of("form-dense", &mut app, &FORM);
    press(&mut app, "<enter>x");
    assert!(fields_in_sight(&mut app, (80, 24)) >= 15, "{}", screen(&mut app, (80, 24)));
    press(&mut app, "<esc>/tls");
    assert!(fields_in_sight(&mut app, (80, 24)) >= 15, "{}", screen(&mut app, (80, 24)));
    press(&mut app, "<esc><tab>");
    assert!(screen(&mut app, (80, 24)).contains("as YAML"), "a key shows the YAML");
}

#[test]
fn fields_are_found_by_name_path_and_help() {
    let mut app = form();
    press(&mut app, "/root cas");
    assert_eq!(app.form.selected, "tls.root_cas");
    snapshots_of("form-search", &mut app, &FORM);
    press(&mut app, "<enter>n");
    assert_eq!(app.form.selected, "tls.root_cas_file");
    assert!(screen(&mut app, (120, 36)).contains("/root cas 2 of 2"), "{}", screen(&mut app, (120, 36)));
    press(&mut app, "n");
    assert_eq!(app.form.selected, "tls.root_cas", "from the last to the first");
    press(&mut app, "N");
    assert_eq!(app.form.selected, "tls.root_cas_file");
    press(&mut app, "<esc>");
    assert!(app.form.find.is_none() && app.form.selected == "tls.root_cas_file");
    press(&mut app, "/Wireshark");
    assert_eq!(app.form.selected, "beyond.keylog", "in the help");
    press(&mut app, "<esc>");
    assert_eq!(app.form.selected, "tls.root_cas_file", "a search that is left goes back");
}

#[test]
fn a_word_that_no_field_has_says_so_and_values_are_not_searched() {
    let mut app = form();
    press(&mut app, "/hunter2");
    let drawn = screen(&mut app, (80, 24));
    assert!(drawn.contains("no field has that in its name, path or help"), "{drawn}");
    assert_eq!(app.form.selected, "url");
    press(&mut app, "<enter>");
    assert!(notice(&app).contains("no field has \"hunter2\""), "{}", notice(&app));
    press(&mut app, "n<esc>");
    assert!(app.form.find.is_none());
}

#[test]
fn only_what_is_not_the_default_is_listed_and_then_what_is_in_no_file() {
    let mut app = form();
    press(&mut app, "v");
    assert_eq!(app.form.counts().0, 8);
    snapshots_of("form-not-default", &mut app, &FORM);
    press(&mut app, "v");
    assert_eq!((app.form.listed, app.form.counts().0), (Listed::Changed, 0));
    assert!(screen(&mut app, (80, 24)).contains("esc lists all fields"));
    press(&mut app, "<esc>");
    assert_eq!(app.form.listed, Listed::All);
    press(&mut app, "<enter>2<enter>vv");
    assert_eq!(app.form.counts().0, 1);
    assert!(screen(&mut app, (80, 24)).contains("only what is in no file: 1 of"));
    press(&mut app, "v");
    assert_eq!(app.form.listed, Listed::All);
}

#[test]
fn changes_are_undone_and_made_again_step_by_step() {
    let mut app = form();
    press(&mut app, "<enter>2<enter>");
    press(&mut app, "/username<enter><enter>-two<enter>d");
    assert_eq!(text(&app, "basic_auth.username"), None);
    press(&mut app, "u");
    assert_eq!(text(&app, "basic_auth.username").as_deref(), Some("reader-two"));
    assert!(notice(&app).starts_with("undid: basic_auth.username"), "{}", notice(&app));
    press(&mut app, "uu");
    assert_eq!(notice(&app), "undid: url");
    assert_eq!(app.form.selected, "url", "what was undone is in sight");
    assert!(app.form.changes().is_empty());
    press(&mut app, "u");
    assert!(notice(&app).contains("nothing was changed on the form"), "{}", notice(&app));
    press(&mut app, "UU");
    assert_eq!(notice(&app), "redid: basic_auth.username; 2 changes not applied");
    assert_eq!(text(&app, "url").as_deref(), Some("wss://feed.example:9443/ticks2"));
    press(&mut app, "g<enter>3<enter>U");
    assert!(notice(&app).contains("nothing was undone"), "{}", notice(&app));
}

#[test]
fn undo_brings_back_order_and_entries_and_touches_no_file() {
    let mut app = form();
    press(&mut app, "/headers<enter><esc>+A<enter>one<enter>+B<enter>two<enter>kd");
    assert_eq!(text(&app, "headers.A"), None);
    let effects = press(&mut app, "u");
    assert!(effects.iter().all(|effect| matches!(effect, Effect::CheckFiles(_))), "{effects:?}");
    let names: Vec<_> = app.form.values.iter().filter(|(path, _)| path.starts_with("headers")).collect();
    assert_eq!(names.iter().map(|(path, _)| *path).collect::<Vec<_>>(), ["headers.A", "headers.B"]);
}

#[test]
fn a_field_is_reset_to_what_the_session_runs_with() {
    let mut app = form();
    press(&mut app, "<enter>2<enter><enter>3<enter>D");
    assert!(app.form.changes().is_empty());
    press(&mut app, "u");
    assert_eq!(text(&app, "url").as_deref(), Some("wss://feed.example:9443/ticks23"));
}

/// What stands under the line that is edited, when this is typed into a field.
fn verdict(path: &str, typed: &str) -> String {
    let mut app = form();
    path.clone_into(&mut app.form.selected);
    press(&mut app, &format!("<enter><ctrl-u>{typed}"));
    let verdict = app.form.verdict().expect("it is edited");
    let sign = if verdict.severity.is_none() { "right" } else { "wrong" };
    format!("{sign}: {}", verdict.message)
}

#[test]
fn every_text_says_while_it_is_typed_whether_it_is_right() {
    for (path, typed, expected) in [
        ("url", "http://x", "wrong: "),
        ("url", "wss://h/p", "right: connects to h port 443 over TLS; GET /p"),
        (
            "url",
            "ws+unix:///run/feed.sock:/p",
            "right: connects to the socket /run/feed.sock, for localhost, in clear text; GET /p",
        ),
        ("url", "ws+unix:///run/feed.sock?p", "wrong: "),
        ("proxy_url", "ftp://x", "wrong: "),
        ("proxy_url", "http://p:3128", "right: connects through p:3128 by CONNECT"),
        ("open_message", "{\"a\":", "wrong: no JSON"),
        ("open_message", "hello", "right: 5 B sent after each upgrade"),
        ("max_message_size", "lots", "wrong: expected a whole number, got 'lots'; for example 33554432"),
        ("max_message_size", "1024", "right: a larger message ends"),
        ("connection.max_retries", "3", "right: failure 4 in a row ends the input"),
        ("connection.max_retries", "x", "wrong: expected a whole number"),
        ("basic_auth.username", "a:b", "wrong: the server reads"),
        ("beyond.timeout_tcp", "2 days", "wrong: "),
        ("beyond.timeout_tcp", "2500ms", "right: the TCP connection is given up after 2.5 s"),
        ("beyond.backoff", "fast", "wrong: write FIRST..LONGEST"),
        ("beyond.backoff", "100ms..10s", "right: 100 ms after the first failure, then ×1.5 up to 10 s"),
        ("beyond.source", "here", "wrong: it is not an IP address"),
        ("beyond.pin", "abc", "wrong: "),
        ("headers", "Bad Name", "wrong: this is not a header name; use letters"),
        ("headers", "X-Key", "right: headers.X-Key is a name"),
        ("headers", "", "wrong: a name is wanted, such as X-Api-Key"),
    ] {
        let said = verdict(path, typed);
        assert!(said.starts_with(expected), "{path} {typed}: {said}");
    }
}

#[test]
fn a_verdict_stands_under_the_line_and_what_is_typed_stays() {
    let mut app = form();
    press(&mut app, "/max_retries<enter><enter>many");
    snapshots_of("form-verdict", &mut app, &FORM);
    press(&mut app, "<enter>");
    assert_eq!(text(&app, "connection.max_retries").as_deref(), Some("many"));
}

#[test]
fn every_example_is_right() {
    for field in all_fields().filter(|field| field.is_scalar() && !field.example.is_empty()) {
        let mut values = Values::default();
        values.set("url", "wss://feed.example", Origin::Form);
        values.set(field.path, field.example, Origin::Form);
        let wrong: Vec<_> = sockeye::config::lint(&values)
            .into_iter()
            .filter(|problem| problem.path == field.path && problem.is_error())
            .collect();
        let is_pem = field.example.starts_with("-----BEGIN");
        assert!(wrong.is_empty() || is_pem, "{}: {wrong:?}", field.path);
    }
}

#[test]
fn effective_settings_are_listed_with_what_they_do() {
    let mut app = form();
    press(&mut app, "e");
    snapshots_of("form-effective", &mut app, &FORM);
    assert!(!screen(&mut app, (200, 50)).contains("hunter2"));
    press(&mut app, "jjjjjjj<enter>");
    assert_eq!(app.form.selected, "auto_replay_nacks");
    press(&mut app, "e");
    assert!(matches!(app.overlay, Some(Overlay::Effective(7))), "it begins at the selected field");
    press(&mut app, "<esc>");
    assert!(app.overlay.is_none());
}

#[test]
fn an_old_capture_is_searched_and_explained_and_not_changed() {
    let mut app = old_capture();
    press(&mut app, "/password<enter>");
    assert_eq!(app.form.selected, "basic_auth.enabled", "the word is in its help");
    press(&mut app, "<esc>v");
    assert_eq!(app.form.counts().0, 8);
    press(&mut app, "<esc>e");
    assert!(screen(&mut app, (120, 36)).contains("an old capture"));
    press(&mut app, "<esc>");
    for key in ["u", "U", "D", "<enter>"] {
        assert!(press(&mut app, key).is_empty());
        assert!(notice(&app).contains("this is an old capture"), "{key}: {}", notice(&app));
    }
}

#[test]
fn a_form_of_eighty_lines_keeps_the_selected_one_in_sight() {
    let mut values = values();
    for nth in 0..40 {
        values.set(format!("headers.X-{nth}"), "value", Origin::Form);
    }
    let mut app = app().with_values(values);
    press(&mut app, "2");
    for size in FORM {
        screen(&mut app, size);
        for keys in ["G", "<pageup>", "/headers.x-39<enter><esc>", "<enter>y<esc>", "g"] {
            press(&mut app, keys);
            let drawn = screen(&mut app, size);
            assert!(drawn.contains('▌'), "{keys}: {drawn}");
        }
    }
}
