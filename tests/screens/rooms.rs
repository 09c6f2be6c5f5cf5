//! The screens beside the feed: what they show, and what their keys do.

use sockeye::{
    app::{About, App, CaptureNews, Completed, Effect, Input, Offer, Outcome, Purpose, Screen},
    config::{FieldValue, FileSummary, Origin, PipelineShape, Values},
    session::{Command, Edit, EventKind, Finding, Fix, Severity},
};

use super::{press, screen, snapshots, story::*, update};

fn values() -> Values {
    let mut values = Values::default();
    values.set(
        "url",
        "wss://feed.example:9443/ticks",
        Origin::File { path: "ticks.yaml".into(), line: 3, column: 5 },
    );
    values.set("headers.X-Api-Key", "k-12345", Origin::Flag);
    values.set("basic_auth.enabled", "true", Origin::Flag);
    values.set("basic_auth.username", "reader", Origin::Flag);
    values.set("basic_auth.password", "hunter2", Origin::Environment("FEED_PASSWORD".to_owned()));
    values
}

fn form() -> App {
    let mut app = app().with_values(values());
    tell(&mut app, opened(1, 0));
    press(&mut app, "2");
    app
}

fn dialled_with(effects: &[Effect]) -> Option<String> {
    effects.iter().find_map(|effect| match effect {
        Effect::Connection(settings) => Some(settings.url.shown()),
        _ => None,
    })
}

#[test]
fn the_form_shows_every_field_with_its_origin_and_hides_secrets() {
    let mut app = form();
    snapshots("form", &mut app);
    press(&mut app, "jjj");
    let drawn = screen(&mut app, (120, 40));
    assert!(
        drawn.contains("••••••••") && !drawn.contains("k-12345") && !drawn.contains("hunter2"),
        "{drawn}"
    );
    press(&mut app, "<ctrl-r>");
    assert!(screen(&mut app, (120, 40)).contains("k-12345"));
    press(&mut app, "jk");
    assert!(!screen(&mut app, (120, 40)).contains("k-12345"), "it is hidden again");
}

#[test]
fn an_edited_field_is_applied_with_f5() {
    let mut app = form();
    press(&mut app, "<enter>2");
    snapshots("form-editing", &mut app);
    press(&mut app, "<enter>");
    let drawn = screen(&mut app, (120, 40));
    assert!(drawn.contains("1 changed") && drawn.contains("this form"), "{drawn}");
    let effects = press(&mut app, "<F5>");
    assert_eq!(dialled_with(&effects).as_deref(), Some("wss://feed.example:9443/ticks2"));
    assert!(app.form.changes().is_empty());
}

#[test]
fn what_stands_behind_the_input_outlasts_edits_and_new_connections() {
    let shape = PipelineShape {
        output: Some("http_client".to_owned()),
        max_in_flight: Some(64),
        threads: Some(4),
        processors: 1,
        ..PipelineShape::default()
    };
    let mut values = values();
    values.shape = shape.clone().into();
    let mut app = app().with_values(values);
    tell(&mut app, opened(1, 0));
    press(&mut app, "2");
    for edit in ["<enter>2<enter>", "<enter>3<enter>u<enter>4<enter>"] {
        press(&mut app, edit);
        let effects = press(&mut app, "<F5>");
        let [Effect::Connection(settings)] = effects.as_slice() else { panic!("{edit}: it connects") };
        assert_eq!(settings.shape, shape, "{edit}");
    }
    assert!(matches!(press(&mut app, "r").as_slice(), [Effect::Engine(Command::Reconnect)]));
    assert_eq!(*app.form.applied.shape, shape);
}

#[test]
fn an_edit_can_be_left_and_a_change_undone() {
    let mut app = form();
    press(&mut app, "<enter>x<esc>");
    assert!(app.form.changes().is_empty(), "escape keeps the value");
    press(&mut app, "<enter>x<enter>u");
    assert!(app.form.changes().is_empty(), "undo takes back what was applied");
    press(&mut app, "d");
    assert_eq!(app.form.values.get("url"), None);
    let message = |app: &App| app.notice.as_ref().map(|notice| notice.message.clone()).unwrap_or_default();
    assert!(press(&mut app, "<F5>").is_empty());
    assert!(message(&app).starts_with("apply and reconnect: url: it is required"), "{}", message(&app));
}

#[test]
fn problems_stand_beside_their_field_while_it_is_typed() {
    let mut app = form();
    press(&mut app, "<enter><ctrl-u>http://feed.example");
    snapshots("form-problem", &mut app);
    press(&mut app, "<enter>");
    assert!(press(&mut app, "<F5>").is_empty(), "a problem keeps it from being applied");
    assert_eq!(app.form.values.get("url").map(|given| given.text.as_str()), Some("http://feed.example"));
}

#[test]
fn a_switch_is_thrown_and_what_needs_no_connection_makes_none() {
    let mut app = form();
    drop(press(&mut app, "jjjjjjjj"));
    assert_eq!(app.form.selected, "auto_replay_nacks");
    press(&mut app, "<space>");
    let effects = press(&mut app, "<F5>");
    assert!(
        matches!(effects.as_slice(), [Effect::Engine(Command::Adjust { auto_replay_nacks: false })]),
        "{effects:?}"
    );
}

#[test]
fn entries_of_lists_and_maps_are_added_edited_and_taken_away() {
    let mut app = form();
    press(&mut app, "jj+X-Two<enter>second<enter>");
    assert_eq!(app.form.values.get("headers.X-Two").map(|given| given.text.as_str()), Some("second"));
    press(&mut app, "jj+first<enter>+next<enter>");
    let list = |app: &App| {
        [0, 1].map(|nth| app.form.values.get(&format!("open_messages.{nth}")).map(|given| given.text.clone()))
    };
    assert_eq!(list(&app), [Some("first".to_owned()), Some("next".to_owned())]);
    snapshots("form-entries", &mut app);
    press(&mut app, "kd");
    assert_eq!(list(&app), [Some("next".to_owned()), None], "those behind move up");
}

#[test]
fn an_entry_of_a_map_is_renamed_in_its_place_and_no_other_is_lost() {
    let mut app = form();
    press(&mut app, "jj+X-Two<enter>second<enter>");
    press(&mut app, "k<F2>");
    assert_eq!(app.form.edit.as_ref().map(|edit| edit.input.text()), Some("X-Api-Key"));
    press(&mut app, "<ctrl-u>x-two<enter>");
    assert!(app.form.values.get("headers.X-Two").is_some(), "a name that is taken stays with its value");
    press(&mut app, "<F2><ctrl-u>X-Key.Old<enter>");
    let names: Vec<_> =
        app.form.values.iter().map(|(path, _)| path).filter(|path| path.starts_with("headers")).collect();
    assert_eq!(names, ["headers.X-Key.Old", "headers.X-Two"]);
    press(&mut app, "+X-Key<enter>third<enter>d");
    assert!(app.form.values.get("headers.X-Key.Old").is_some(), "a name with a dot is a name of its own");
    assert!(app.form.values.get("headers.X-Key").is_none());
}

#[test]
fn opening_messages_are_moved_by_one_key() {
    let mut app = form();
    app.form.selected = "open_messages".to_owned();
    press(&mut app, "+one<enter>+two<enter>+three<enter>KKK");
    let all = app.form.values.iter().filter(|(path, _)| path.starts_with("open_messages."));
    let mut all: Vec<_> = all.map(|(path, given)| (path.to_owned(), given.text.clone())).collect();
    all.sort();
    let texts: Vec<_> = all.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(texts, ["three", "one", "two"]);
    assert_eq!(app.form.selected, "open_messages.0", "the selection stays with it");
    let message = app.notice.as_ref().map(|notice| notice.message.as_str());
    assert_eq!(message, Some("it is already the first"));
}

#[test]
fn client_certificates_are_added_moved_and_taken_away_and_say_what_they_hold() {
    let mut app = form();
    app.form.values.set("tls.enabled", "true", Origin::Form);
    app.form.selected = "tls.client_certs".to_owned();
    press(&mut app, "+a.pem<enter>j<enter>a.key<enter>j<enter>hunter3<enter>");
    press(&mut app, "+b.pem<enter>j<enter>b.key<enter>");
    let file_summary = |nth: usize, message: &str, fits| FileSummary {
        path: format!("tls.client_certs.{nth}"),
        message: message.to_owned(),
        fits,
    };
    let file_summaries = vec![
        file_summary(0, "reader.example, expires in 34 days", true),
        file_summary(1, "the key does not belong to the certificate", false),
    ];
    update(&mut app, Input::Outcome(Outcome::FilesChecked { problems: Vec::new(), file_summaries }));
    app.form.top = 13;
    snapshots("form-certificates", &mut app);
    assert!(!screen(&mut app, (120, 40)).contains("hunter3"));
    press(&mut app, "K");
    let text = |app: &App, path: &str| app.form.values.get(path).map(|given| given.text.clone());
    assert_eq!(text(&app, "tls.client_certs.0.key_file").as_deref(), Some("b.key"));
    assert_eq!(text(&app, "tls.client_certs.1.password").as_deref(), Some("hunter3"));
    app.form.selected = "tls.client_certs.0".to_owned();
    press(&mut app, "d");
    assert_eq!(text(&app, "tls.client_certs.0.cert_file").as_deref(), Some("a.pem"));
    assert_eq!(text(&app, "tls.client_certs.1.cert_file"), None);
}

#[test]
fn a_file_is_looked_at_while_its_path_is_typed() {
    let mut app = form();
    app.form.selected = "tls.root_cas_file".to_owned();
    let effects = press(&mut app, "<enter>c");
    let [Effect::CheckFiles(values)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(values.get("tls.root_cas_file").map(|given| given.text.as_str()), Some("c"));
    let file_summaries = vec![FileSummary {
        path: "tls.root_cas_file".to_owned(),
        message: "2 certificates, the first expires in 34 days".to_owned(),
        fits: true,
    }];
    update(&mut app, Input::Outcome(Outcome::FilesChecked { problems: Vec::new(), file_summaries }));
    let drawn = screen(&mut app, (120, 40));
    assert!(drawn.contains("2 certificates, the first expires in 34"), "{drawn}");
}

#[test]
fn a_path_is_completed_as_far_as_all_files_agree() {
    let mut app = form();
    for _ in 0..15 {
        press(&mut app, "j");
        if app.form.selected == "tls.root_cas_file" {
            break;
        }
    }
    let effects = press(&mut app, "<enter>./c<tab>");
    assert!(
        matches!(effects.last(), Some(Effect::Complete(begun)) if begun.typed == "./c" && begun.is_pem),
        "{effects:?}"
    );
    let names = vec!["./certs/".to_owned(), "./certs.old/".to_owned()];
    update(&mut app, Input::Outcome(Outcome::Completed(Completed { typed: "./c".to_owned(), names })));
    let edit = app.form.edit.as_ref().expect("it is edited");
    assert_eq!(edit.input.text(), "./certs");
    snapshots("form-completing", &mut app);
}

#[test]
fn a_profile_is_written_with_its_expressions_and_a_refusal_keeps_the_question() {
    let mut app = form();
    press(&mut app, "w");
    let effects = press(&mut app, "<enter>");
    let [Effect::WriteProfile { path, text, url }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((path.to_str(), url.as_str()), (Some("ticks.yaml"), "wss://feed.example:9443/ticks"));
    assert!(
        text.expose().contains("password: ${FEED_PASSWORD}"),
        "what comes from the environment stays there"
    );
    assert!(text.expose().contains("X-Api-Key: ${HEADERS_X_API_KEY}"), "a secret stays out of the file");
    let message = "there is such a file already".to_owned();
    let refused =
        Outcome::NotSaved { purpose: Purpose::WriteProfile, path: "ticks.yaml".to_owned(), message };
    update(&mut app, Input::Outcome(refused));
    snapshots("form-write-refused", &mut app);
}

#[test]
fn a_megabyte_that_is_pasted_into_a_field_is_taken_up_to_the_limit_and_told() {
    let mut app = form();
    press(&mut app, "<enter>");
    update(&mut app, Input::Paste("x".repeat(2 << 20)));
    let message = app.notice.as_ref().map(|notice| notice.message.clone()).unwrap_or_default();
    assert!(message.contains("at most 1 MiB") && message.contains("cut off"), "{message}");
    screen(&mut app, (80, 24));
    press(&mut app, "<esc>");
    assert!(app.form.changes().is_empty(), "nothing is lost");
}

fn failing() -> App {
    let mut app = app().with_values(values());
    tell(&mut app, unauthorized(1, 0));
    tell(&mut app, unknown_issuer(2, 1_000));
    update(&mut app, Input::Tick(after(1_300)));
    app
}

#[test]
fn a_connection_is_shown_with_its_ladder_what_happened_and_the_chain() {
    let mut app = failing();
    press(&mut app, "3");
    snapshots("connections", &mut app);
    press(&mut app, "j");
    snapshots("connections-refused", &mut app);
    press(&mut app, "<tab>GG");
    snapshots("connections-scrolled", &mut app);
}

#[test]
fn what_a_proxy_said_stands_apart_from_what_the_server_said() {
    let mut app = app().with_values(values());
    tell(&mut app, refused_by_proxy(1, 0));
    update(&mut app, Input::Tick(after(300)));
    snapshots("ladder-proxy", &mut app);
    press(&mut app, "3");
    snapshots("connections-proxy", &mut app);
    press(&mut app, "e");
    assert_eq!(app.form.selected, "proxy_url", "the field to look at");
}

#[test]
fn the_credentials_of_a_proxy_show_on_no_screen_until_they_are_asked_for() {
    let variable = Some("http://${LOGIN}@proxy.example:3128".to_owned());
    for (expression, edited) in [(None, "hunter2"), (variable, "${LOGIN}")] {
        let mut given = values();
        let text = "http://me:hunter2@proxy.example:3128".to_owned();
        given.put("proxy_url".to_owned(), FieldValue { text, origin: Origin::Flag, expression });
        let mut app = app().with_values(given);
        press(&mut app, "2j");
        assert_eq!(app.form.selected, "proxy_url");
        for keys in ["", "<enter>"] {
            press(&mut app, keys);
            let shown = screen(&mut app, (120, 40));
            assert!(!shown.contains("hunter2"), "{shown}");
        }
        press(&mut app, "<ctrl-r>");
        let shown = screen(&mut app, (120, 40));
        assert!(shown.contains(edited), "{shown}");
    }
}

#[test]
fn no_connection_yet_says_so() {
    let mut app = app();
    press(&mut app, "3");
    snapshots("connections-none", &mut app);
}

#[test]
fn enter_applies_the_first_fix_and_f_chooses_another() {
    let fix = |title: &str, value: &str| Fix {
        yaml: String::new(),
        file: None,
        title: title.to_owned(),
        edits: vec![Edit { path: "url".to_owned(), value: value.to_owned() }],
    };
    let finding = Finding {
        field: None,
        code: "tls-on-ws".parse().expect("a code"),
        severity: Severity::Error,
        title: "the server speaks TLS".to_owned(),
        cause: "The URL says ws.".to_owned(),
        evidence: Vec::new(),
        fixes: vec![fix("use wss", "wss://one.example/"), fix("use another", "wss://two.example/")],
    };
    let mut app = failing();
    tell(&mut app, [event(1_290, 2, EventKind::Finding(Box::new(finding)))]);
    press(&mut app, "3F");
    snapshots("connections-choosing", &mut app);
    let count = app.connections.selected().map_or(0, |connection| connection.fixes().count());
    assert!(count >= 2, "the fixes that set fields");
    let down = "j".repeat(count - 1);
    let effects = press(&mut app, &format!("{down}<enter>"));
    assert_eq!(dialled_with(&effects).as_deref(), Some("wss://two.example/"));
    assert_eq!(app.form.applied.get("url").map(|given| given.text.as_str()), Some("wss://two.example/"));
}

#[test]
fn enter_alone_never_gives_up_verification() {
    let skip = Fix {
        title: "connect without verification".to_owned(),
        edits: vec![Edit { path: "tls.skip_cert_verify".to_owned(), value: "true".to_owned() }],
        yaml: String::new(),
        file: None,
    };
    let finding = Finding {
        field: None,
        code: "cert-expired".parse().expect("a code"),
        severity: Severity::Error,
        title: "the certificate has expired".to_owned(),
        cause: "It expired.".to_owned(),
        evidence: Vec::new(),
        fixes: vec![skip.clone()],
    };
    let mut app = failing();
    tell(&mut app, [event(1_290, 2, EventKind::Finding(Box::new(finding)))]);
    press(&mut app, "3");
    assert_ne!(app.connections.fix(), Some(&skip));
    press(&mut app, "<enter>");
    assert!(app.form.applied.get("tls.skip_cert_verify").is_none());
    let fixes = app.connections.selected().map_or(0, |connection| connection.fixes().count());
    press(&mut app, &format!("F{}", "j".repeat(fixes)));
    assert!(app.connections.fix().is_some_and(Fix::weakens_security), "F offers it, last");
}

#[test]
fn e_goes_to_the_field_and_a_connection_is_copied_without_secrets() {
    let mut app = failing();
    let effects = press(&mut app, "3y");
    let [Effect::Copy(text)] = effects.as_slice() else { panic!("{effects:?}") };
    let effects = press(&mut app, "Yo");
    let [Effect::Copy(story)] = effects.as_slice() else { panic!("{effects:?}") };
    assert!(story.starts_with("Connection ") && story.contains("What ended it: "), "{story}");
    assert!(text.contains("connection 2 to") && text.contains("cert-unknown-issuer"), "{text}");
    press(&mut app, "e");
    assert_eq!(app.screen, Screen::Config);
}

#[test]
fn the_log_has_the_pipelines_words_beside_ours() {
    let mut app = failing();
    let line = sockeye::session::PipelineLine {
        level: sockeye::session::Level::Error,
        text: "Failed to connect to websocket: tls: failed to verify certificate".to_owned(),
    };
    tell(&mut app, [event(1_295, 2, EventKind::Pipeline(line))]);
    press(&mut app, "6");
    snapshots("log", &mut app);
    press(&mut app, "/unauthorized");
    snapshots("log-searched", &mut app);
    press(&mut app, "<enter><esc>lll");
    let drawn = screen(&mut app, (120, 40));
    assert!(drawn.contains("debug and above"), "{drawn}");
    press(&mut app, "k<enter>");
    assert_eq!(app.screen, Screen::Connections);
}

#[test]
fn the_palette_finds_actions_and_goes_to_messages() {
    let mut app = receiving(60);
    press(&mut app, ":exp");
    snapshots("palette", &mut app);
    press(&mut app, "<enter>");
    assert!(screen(&mut app, (120, 40)).contains("write all shown to .jsonl"));
    press(&mut app, "<esc>:7<enter>");
    assert_eq!(app.timeline.selected_message().map(|message| message.id.0), Some(7));
    press(&mut app, ":999<enter>");
    let message = app.notice.as_ref().map(|notice| notice.message.as_str());
    assert_eq!(message, Some("message 999 has not been received: the last message is 60"));
}

#[test]
fn help_on_the_form_begins_with_the_form() {
    let mut app = form();
    press(&mut app, "?");
    snapshots("help-form", &mut app);
}

fn beginning() -> App {
    let mut app = app();
    app.screen = Screen::Start;
    app.has_no_session = true;
    app.profile = sockeye::app::Profile::default();
    let about = About { url: "wss://feed.example/ticks".to_owned(), began: NOON, messages: 148_201 };
    let offers = vec![
        Offer::Profile {
            path: "/home/me/ticks.yaml".into(),
            url: "wss://feed.example/ticks".to_owned(),
            at: NOON,
        },
        Offer::Capture {
            path: "/s/ticks-20260102-120000.sqlite".into(),
            bytes: 48_000_000,
            about: Ok(about),
        },
        Offer::Capture { path: "/s/old.sqlite".into(), bytes: 12, about: Err("it is no capture".to_owned()) },
    ];
    update(&mut app, Input::Outcome(Outcome::Recent(offers)));
    app
}

#[test]
fn the_start_screen_offers_profiles_captures_and_the_demo() {
    let mut app = beginning();
    snapshots("start", &mut app);
    let opened = |effects: &[Effect]| format!("{effects:?}");
    assert!(opened(&press(&mut app, "<enter>")).contains("StartDemo"));
    assert!(opened(&press(&mut app, "<down><enter>")).contains("OpenProfile"));
    assert!(opened(&press(&mut app, "<down><enter>")).contains("OpenCapture"));
    press(&mut app, "<ctrl-x>");
    snapshots("start-delete", &mut app);
    assert!(press(&mut app, "n<enter>").is_empty());
    assert!(opened(&press(&mut app, "<ctrl-x>y<enter>")).contains("DeleteCapture"));
}

#[test]
fn a_pasted_address_or_line_begins_a_session_and_nonsense_is_told() {
    let mut app = beginning();
    update(&mut app, Input::Paste("hello world".to_owned()));
    assert!(press(&mut app, "<enter>").is_empty());
    snapshots("start-fault", &mut app);
    press(&mut app, "<ctrl-u>");
    update(&mut app, Input::Paste("curl -H 'X-Key: k' \\\n https://feed.example/x".to_owned()));
    let effects = press(&mut app, "<enter>");
    assert_eq!(dialled_with(&effects).as_deref(), Some("wss://feed.example/x"));
    assert_eq!((app.screen, app.profile.name.as_str()), (Screen::Feed, "feed.example"));
}

#[test]
fn a_capture_that_fails_is_told_and_the_session_goes_on() {
    let mut app = receiving(9);
    let path = || "/s/x.sqlite".into();
    update(
        &mut app,
        Input::Outcome(Outcome::Capture(CaptureNews::Grown { path: path(), bytes: 48_000_000 })),
    );
    assert!(screen(&mut app, (120, 40)).contains(" MB ◉"));
    let message = "the disk is full; make room".to_owned();
    let news = CaptureNews::Failed { path: path(), message, committed: sockeye::session::Seq(9) };
    update(&mut app, Input::Outcome(Outcome::Capture(news)));
    snapshots("capture-failed", &mut app);
    tell(&mut app, ticks(10, 3, 2_000));
    assert_eq!(app.current.counts.messages, 12);
}

#[test]
fn ascii_draws_every_screen_without_a_sign_beyond_it() {
    for keys in ["", "2", "3", "6", "?", ":"] {
        for mut app in vec![failing(), receiving(40), form()].into_boxed_slice() {
            app.ascii = true;
            press(&mut app, keys);
            for size in [(120, 40), (80, 24), (40, 10)] {
                let drawn = screen(&mut app, size);
                assert!(drawn.is_ascii(), "{keys}: {drawn}");
            }
        }
    }
}

#[test]
fn before_the_first_connection_the_feed_says_how_to_begin_and_offers_nothing_else() {
    let mut app = beginning();
    app.screen = Screen::Feed;
    snapshots("no-connection-yet", &mut app);
    let reconnect = press(&mut app, "r");
    assert!(reconnect.is_empty(), "{reconnect:?}");
    assert!(app.notice.as_ref().is_some_and(|notice| notice.message.contains("there is no connection yet")));
}
