//! The editor of many lines, and what goes to an editor of the person's own.

use proptest::prelude::*;
use ratatui::layout::Size;
use sockeye::{
    app::{App, Contents, EditTarget, Effect, Input, Outcome, Overlay, Purpose, layout},
    config::{FileSummary, Origin, Secret, Values},
    session::{EventKind, NewFile},
};

use super::{press, screen, snapshots, story::*, update};

const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA\n-----END PRIVATE KEY-----\n";

fn form_at(path: &str, text: &str) -> App {
    let mut values = Values::default();
    values.set("url", "wss://feed.example:9443/ticks", Origin::Flag);
    values.set(path, text, Origin::Flag);
    let mut app = app().with_values(values);
    tell(&mut app, opened(1, 0));
    press(&mut app, "2");
    path.clone_into(&mut app.form.selected);
    app
}

fn text(app: &App, path: &str) -> Option<String> {
    app.form.values.get(path).map(|given| given.text.clone())
}

fn edits(app: &App) -> bool {
    matches!(app.overlay, Some(Overlay::Editor(_)))
}

fn notice(app: &App) -> &str {
    app.notice.as_ref().map_or("", |notice| notice.message.as_str())
}

#[test]
fn a_message_goes_on_in_many_lines_and_says_where_it_is_no_json() {
    let mut app = form_at("open_messages.0", "");
    press(&mut app, "<enter>{\"op\":");
    assert!(!edits(&app));
    press(&mut app, "<F3><enter>  [1<enter>}");
    assert!(edits(&app));
    snapshots("editor-broken-json", &mut app);
    press(&mut app, "<up><end>]");
    let drawn = screen(&mut app, (120, 40));
    assert!(drawn.contains("3 lines · 14 B · JSON ─"), "{drawn}");
    press(&mut app, "<ctrl-s>");
    assert_eq!(text(&app, "open_messages.0").as_deref(), Some("{\"op\":\n  [1]\n}"));
    assert!(!edits(&app) && app.form.edit.is_none());
}

#[test]
fn a_paste_of_many_lines_opens_the_editor() {
    let mut app = form_at("open_message", "");
    press(&mut app, "<enter>");
    update(&mut app, Input::Paste("{\n  \"op\": \"subscribe\"\n}".to_owned()));
    assert!(edits(&app));
    press(&mut app, "<F5>");
    assert_eq!(text(&app, "open_message").as_deref(), Some("{\n  \"op\": \"subscribe\"\n}"));
}

#[test]
fn a_changed_text_is_dropped_only_when_that_is_asked_for_twice() {
    let mut app = form_at("open_message", "one\ntwo");
    press(&mut app, "<enter><esc>");
    assert!(!edits(&app), "nothing was changed");
    press(&mut app, "<enter>!<esc>");
    assert!(edits(&app) && notice(&app).contains("esc again discards it"), "{}", notice(&app));
    press(&mut app, "!<esc>");
    assert!(edits(&app), "it was changed once more");
    press(&mut app, "<esc>");
    assert!(!edits(&app));
    assert_eq!(text(&app, "open_message").as_deref(), Some("one\ntwo"));
}

#[test]
fn pem_opens_in_the_editor_which_says_what_it_holds() {
    let mut app = form_at("tls.root_cas", "");
    press(&mut app, "<enter>");
    assert!(edits(&app));
    let effects = update(&mut app, Input::Paste("-----BEGIN CERTIFICATE-----\nMIIB\n".to_owned()));
    assert!(matches!(effects.as_slice(), [Effect::CheckFiles(_)]), "{effects:?}");
    let message = "no certificate: the base64 of the first block is cut off".to_owned();
    let file_summaries = vec![FileSummary { path: "tls.root_cas".to_owned(), message, fits: false }];
    update(&mut app, Input::Outcome(Outcome::FilesChecked { problems: Vec::new(), file_summaries }));
    snapshots("editor-pem", &mut app);
}

#[test]
fn a_key_is_dots_until_it_is_asked_for() {
    let mut app = form_at("tls.client_certs.0.key", KEY);
    press(&mut app, "<enter>");
    let drawn = screen(&mut app, (120, 40));
    assert!(edits(&app) && !drawn.contains("MC4CAQAw") && drawn.contains("••••••••"), "{drawn}");
    press(&mut app, "<ctrl-r>");
    assert!(screen(&mut app, (120, 40)).contains("MC4CAQAw"));
}

#[test]
fn a_text_longer_than_the_screen_scrolls_with_the_cursor() {
    let lines: Vec<_> = (1..=200).map(|n| format!("line {n}")).collect();
    let mut app = form_at("open_message", &lines.join("\n"));
    press(&mut app, "<enter>");
    let drawn = screen(&mut app, (80, 24));
    assert!(drawn.contains("200 line 200"), "{drawn}");
    press(&mut app, "<pageup><pageup><up>x");
    let drawn = screen(&mut app, (80, 24));
    assert!(drawn.contains("line 163x"), "{drawn}");
    press(&mut app, "<pageup><pageup><pageup><pageup><pageup><pageup><pageup><pageup><pageup><pageup>");
    assert!(screen(&mut app, (80, 24)).contains("  1 line 1"));
}

#[test]
fn the_send_line_takes_many_lines_and_leaving_keeps_them() {
    let mut app = receiving(3);
    press(&mut app, "i{<F3><enter>}<esc>");
    assert!(!edits(&app));
    assert_eq!(app.send.text(), "{\n}");
    let effects = press(&mut app, "<F3><ctrl-s>");
    let [Effect::Send(utterance)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(utterance.message.text, "{\n}");
    assert!(!edits(&app) && app.send.is_empty());
}

#[test]
fn a_field_goes_to_the_own_editor_and_comes_back_as_its_value() {
    let mut app = form_at("open_message", "[1]");
    let effects = press(&mut app, "E");
    let [Effect::EditOutside { text: handed, ending: "json", back }] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!((handed.expose(), *back), ("[1]", EditTarget::Taken));
    let left = Outcome::EditedOutside { text: Secret::new("[1,\n2]"), back: EditTarget::Taken };
    update(&mut app, Input::Outcome(left));
    assert_eq!(text(&app, "open_message").as_deref(), Some("[1,\n2]"));
    assert!(app.form.edit.is_none() && !edits(&app));
    press(&mut app, "E");
    let message = "vi ended with exit status: 1; the text stays as it was".to_owned();
    update(&mut app, Input::Outcome(Outcome::NotEdited { message, back: EditTarget::Taken }));
    assert_eq!(text(&app, "open_message").as_deref(), Some("[1,\n2]"));
    assert!(app.form.edit.is_none() && notice(&app).contains("stays as it was"));
}

#[test]
fn what_is_being_written_goes_out_and_comes_back_to_its_place() {
    let mut app = receiving(3);
    let effects = press(&mut app, "ihello<F4>");
    assert!(
        matches!(effects.as_slice(), [Effect::EditOutside { ending: "txt", back: EditTarget::Here, .. }]),
        "{effects:?}"
    );
    let no = Outcome::NotEdited { message: "vi does not run".to_owned(), back: EditTarget::Here };
    update(&mut app, Input::Outcome(no));
    assert_eq!(app.send.text(), "hello", "nothing is lost");
    let left = Outcome::EditedOutside { text: Secret::new("hello\nyou"), back: EditTarget::Here };
    update(&mut app, Input::Outcome(left));
    assert!(edits(&app), "many lines are shown as such");
    assert_eq!(app.send.text(), "hello\nyou");
}

#[test]
fn a_field_of_one_line_has_no_editor_and_says_so() {
    let mut app = form_at("max_message_size", "65536");
    assert!(press(&mut app, "E").is_empty());
    assert_eq!(notice(&app), "edit outside: the field takes only one line");
    press(&mut app, "<enter><F3>");
    assert!(!edits(&app));
    assert_eq!(notice(&app), "editor: the field takes only one line");
}

#[test]
fn a_claim_shows_its_type_and_a_broken_one_is_told_at_once() {
    let mut app = form_at("jwt.claims.exp", "1900000000");
    app.form.values.set("jwt.claims.sub", "ann", Origin::Flag);
    app.form.values.set("jwt.claims.roles", "[reader, 7]", Origin::Flag);
    app.form.values.set("jwt.claims.level", "\"7\"", Origin::Flag);
    app.form.top = 20;
    snapshots("form-claims", &mut app);
    press(&mut app, "<enter><ctrl-u>[1, 2");
    let drawn = screen(&mut app, (120, 40));
    assert!(drawn.contains("none: its brackets or quotes do not match"), "{drawn}");
    assert!(drawn.contains("! its brackets or quotes do not match"), "{drawn}");
}

#[test]
fn the_chain_a_connection_was_served_is_saved_as_pem() {
    let mut app = app();
    tell(&mut app, tried_address(1, 0));
    assert!(press(&mut app, "3s").is_empty());
    assert_eq!(notice(&app), "save certificates: the connection received no certificate");
    tell(&mut app, unknown_issuer(2, 1_000));
    press(&mut app, "3s");
    let drawn = screen(&mut app, (120, 40));
    assert!(drawn.contains("save the received certificates to a new PEM file"), "{drawn}");
    let effects = press(&mut app, "<ctrl-u>served.pem<enter>");
    let [Effect::Save { path, purpose: Purpose::SaveChain, contents }] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    let Contents::Bytes { bytes, count: 1, .. } = contents else { panic!("{contents:?}") };
    let pem = String::from_utf8_lossy(bytes);
    assert_eq!(path.to_str(), Some("served.pem"));
    assert_eq!(pem.matches("BEGIN CERTIFICATE").count(), 1, "{pem}");
    let saved = Outcome::Saved {
        purpose: Purpose::SaveChain,
        path: "served.pem".to_owned(),
        count: 1,
        bytes: 9,
        removed: Vec::new(),
    };
    update(&mut app, Input::Outcome(saved));
    assert_eq!(
        notice(&app),
        "wrote 1 certificate, for tls.root_cas_file once you know they are the right ones: served.pem"
    );
}

#[test]
fn a_fix_that_saves_a_certificate_shows_it_first_and_then_trusts_the_file_that_was_written() {
    let mut app = app();
    app.form.values.set(
        "url",
        "wss://feed.example/",
        Origin::File { path: "pipes/feed.yaml".into(), line: 1, column: 1 },
    );
    let mut events = unknown_issuer(2, 1_000);
    for event in &mut events {
        if let EventKind::Finding(finding) = &mut event.kind {
            finding.fixes[0].edits[0].value = "ca.pem".to_owned();
            finding.fixes[0].file = Some(Box::new(NewFile {
                name: "ca.pem".to_owned(),
                pem: "a certificate".to_owned(),
                facts: vec!["subject CN=Example Internal CA".to_owned(), "SHA-256 AB:01".to_owned()],
            }));
        }
    }
    tell(&mut app, events);
    assert!(press(&mut app, "3<enter>").is_empty(), "nothing happens unseen");
    let drawn = screen(&mut app, (120, 40));
    for words in ["is it the one of the server's owner?", "subject CN=Example Internal CA", "SHA-256 AB:01"] {
        assert!(drawn.contains(words), "{drawn}");
    }
    let effects = press(&mut app, "<enter>");
    let [Effect::Save { path, purpose: Purpose::SaveRoot, contents: Contents::Bytes { bytes, .. } }] =
        effects.as_slice()
    else {
        panic!("{effects:?}")
    };
    assert_eq!((path.to_str(), bytes.as_ref()), (Some("pipes/ca.pem"), &b"a certificate"[..]));
    let saved = Outcome::Saved {
        purpose: Purpose::SaveRoot,
        path: "pipes/ca-2.pem".to_owned(),
        count: 1,
        bytes: 13,
        removed: Vec::new(),
    };
    let effects = update(&mut app, Input::Outcome(saved));
    assert!(matches!(effects.as_slice(), [Effect::Connection(_)]), "{effects:?}");
    assert_eq!(
        app.form.values.get("tls.root_cas_file").map(|field| field.text.as_str()),
        Some("pipes/ca-2.pem")
    );
}

proptest! {
    #[test]
    fn whatever_is_pressed_the_editor_shows_the_text_as_it_is(
        keys in prop::collection::vec(
            prop::sample::select(vec![
                "a", "漢", "<enter>", "<tab>", "<backspace>", "<delete>", "<ctrl-k>", "<ctrl-u>", "<ctrl-w>", "<up>",
                "<down>", "<left>", "<home>", "<ctrl-end>", "<pageup>",
            ]),
            0..40,
        ),
        width in 30_u16..90,
    ) {
        let mut app = receiving(1);
        update(&mut app, Input::Resized(Size { width, height: 16 }));
        press(&mut app, "i<F3>");
        for key in keys {
            press(&mut app, key);
            let Some(Overlay::Editor(editor)) = &app.overlay else { panic!("the editor stays open") };
            let mut fresh = editor.clone();
            fresh.lay_out(app.send.text(), layout::areas(app.size, &app).body);
            prop_assert_eq!(&fresh, editor, "after {}", key);
            let (row, _) = editor.place(app.send.text(), app.send.cursor());
            prop_assert!((editor.top..editor.top + 16).contains(&row));
        }
    }
}
