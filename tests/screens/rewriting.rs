//! Writing the profile back into its file, and going from one input of a file to another.

use std::path::{Path, PathBuf};

use sockeye::{
    app::{App, Effect, Input, Outcome, Rewriting, Screen},
    config::{ConfigFile, Dialect, OpenedFile, Secret, Values},
};

use super::{press, screen, snapshots, story::*, update};

const FEED: &str = "input:\n  broker:\n    inputs:\n      - label: one\n        websocket:\n          url: wss://one.example/ # the feed\n      - websocket:\n          url: wss://two.example/\n";

fn opened(text: &str, nth: usize) -> (OpenedFile, Values) {
    let path = Path::new("feed.yaml");
    let file = ConfigFile::read(path, text, &|_| None);
    let opened = OpenedFile {
        path: path.to_owned(),
        input: file.inputs[nth].path.clone(),
        inputs: file.inputs.iter().map(|input| (input.path.clone(), input.label.clone())).collect(),
        base: Secret::new(text),
        first: Secret::new(text),
        dialect: Dialect::Standard,
    };
    (opened, file.inputs[nth].values.clone())
}

fn form() -> App {
    let (file, values) = opened(FEED, 0);
    let mut app = app().with_values(values).of_file(Some(file));
    press(&mut app, "2");
    app
}

/// What the shell answers to `w` when the file holds this text.
fn previewed(app: &mut App, current: &str) {
    let effects = press(app, "w");
    answered(app, &effects, current);
}

/// What the shell answers when it is asked for a preview.
fn answered(app: &mut App, effects: &[Effect], current: &str) {
    let [Effect::PreviewRewrite { file, values, theirs }] = effects else { panic!("{effects:?}") };
    let patched = file.patch(current, values, theirs, &|_| None);
    let diff =
        patched.as_ref().map(|patched| file.diff(current, &patched.text, &|_| None)).unwrap_or_default();
    let was_changed = current != file.base.expose();
    let path = file.path.display().to_string();
    let rewriting = Rewriting::of(path, current.to_owned(), patched, diff, theirs.clone(), was_changed);
    update(app, Input::Outcome(Outcome::RewritePreview(Box::new(rewriting))));
}

#[test]
fn the_file_is_written_after_a_look_at_the_difference() {
    let mut app = form();
    press(&mut app, "<enter>x<enter>");
    previewed(&mut app, FEED);
    snapshots("write-back", &mut app);
    let effects = press(&mut app, "<enter>");
    let [Effect::Rewrite { path, current, new }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((path, current.expose()), (&PathBuf::from("feed.yaml"), FEED));
    assert_eq!(*new.expose(), FEED.replace("wss://one.example/ #", "wss://one.example/x #"));
    update(&mut app, Input::Outcome(Outcome::Rewritten(new.clone())));
    assert!(screen(&mut app, (80, 24)).contains("wrote the changes: feed.yaml"));
    let effects = press(&mut app, "w");
    let [Effect::PreviewRewrite { file, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((file.base.expose(), file.first.expose()), (new.expose(), FEED));
}

#[test]
fn a_file_that_was_changed_meanwhile_is_merged_reloaded_or_left() {
    let mut app = form();
    press(&mut app, "<enter>x<enter>");
    let theirs = format!("# reviewed\n{FEED}");
    previewed(&mut app, &theirs);
    let drawn = screen(&mut app, (80, 24));
    assert!(drawn.contains("changed by someone else") && drawn.contains("merge into feed.yaml"), "{drawn}");
    let effects = press(&mut app.clone(), "<enter>");
    let [Effect::Rewrite { new, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    assert!(new.expose().starts_with("# reviewed\n") && new.expose().contains("wss://one.example/x #"));
    assert!(matches!(press(&mut app.clone(), "r").as_slice(), [Effect::ReadInput { .. }]));
    assert!(press(&mut app, "o").is_empty());
    assert!(screen(&mut app, (80, 24)).contains("write the profile to a new file"));
}

#[test]
fn what_others_have_written_is_in_the_form_once_the_file_is_written() {
    let mut app = form();
    press(&mut app, "<enter>x<enter>");
    let theirs = FEED.replace("# the feed", "# the feed\n          open_message: theirs");
    previewed(&mut app, &theirs);
    let effects = press(&mut app, "<enter>");
    let [Effect::Rewrite { new, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    let new = new.clone();
    update(&mut app, Input::Outcome(Outcome::Rewritten(new.clone())));
    let text = |app: &App, path: &str| app.form.values.get(path).map(|value| value.text.clone());
    assert_eq!(text(&app, "open_message").as_deref(), Some("theirs"));
    assert!(screen(&mut app, (120, 36)).contains("taken from it: open_message"));
    previewed(&mut app, new.expose());
    assert!(
        screen(&mut app, (80, 24)).contains("The file has these values already"),
        "nothing is taken back"
    );
}

#[test]
fn theirs_is_taken_into_the_form_where_nothing_is_left_to_write() {
    let mut app = form();
    press(&mut app, "<enter>x<enter>");
    let theirs = FEED.replace("one.example/", "one.example/theirs");
    previewed(&mut app, &theirs);
    let effects = press(&mut app, "t");
    answered(&mut app, &effects, &theirs);
    assert!(screen(&mut app, (80, 24)).contains("The form takes from it: url."));
    assert!(press(&mut app, "<enter>").is_empty(), "nothing is written");
    assert_eq!(app.form.values.get("url").map(|url| &*url.text), Some("wss://one.example/theirs"));
    assert!(screen(&mut app, (80, 24)).contains("taken from the file: url"));
}

#[test]
fn a_file_that_does_not_parse_any_more_leaves_the_edits_in_the_form() {
    let mut app = form();
    press(&mut app, "<enter>x<enter>");
    previewed(&mut app, "input: [\n");
    let drawn = screen(&mut app, (80, 24));
    assert!(
        drawn.contains("It cannot be written in place") && drawn.contains("line 2: did not find"),
        "{drawn}"
    );
    assert!(!drawn.contains('␊'), "{drawn}");
    assert!(press(&mut app, "<enter>").is_empty());
    press(&mut app, "<esc>");
    assert_eq!(app.form.values.get("url").map(|url| url.text.as_str()), Some("wss://one.example/x"));
}

#[test]
fn another_input_is_gone_to_from_a_list_which_asks_before_it_drops_changes() {
    let mut app = form();
    press(&mut app, "<enter>x<enter>I");
    let drawn = screen(&mut app, (80, 24));
    assert!(drawn.contains("root.input.broker.inputs.0  one"), "{drawn}");
    assert!(press(&mut app, "j<enter>").is_empty());
    assert!(screen(&mut app, (80, 24)).contains("would be lost"));
    let effects = press(&mut app, "<enter>");
    let [Effect::ReadInput { input, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(input, "root.input.broker.inputs.1");
    let (file, values) = opened(FEED, 1);
    let outcome =
        Outcome::InputRead { file: Some(Box::new(file)), values: Box::new(values), problems: Vec::new() };
    let effects = update(&mut app, Input::Outcome(outcome));
    let url = effects.iter().find_map(|effect| match effect {
        Effect::Connection(settings) => Some(settings.url.shown()),
        _ => None,
    });
    assert_eq!(url.as_deref(), Some("wss://two.example/"));
}

#[test]
fn a_file_with_several_inputs_begins_with_their_list() {
    let (file, _) = opened(FEED, 0);
    let file = OpenedFile { input: String::new(), ..file };
    let mut app = App { screen: Screen::Start, has_no_session: true, ..app() }.choosing(file);
    assert!(screen(&mut app, (80, 24)).contains("inputs of feed.yaml"));
    assert!(matches!(press(&mut app, "<enter>").as_slice(), [Effect::ReadInput { .. }]));
    let (file, values) = opened(FEED, 0);
    let outcome =
        Outcome::InputRead { file: Some(Box::new(file)), values: Box::new(values), problems: Vec::new() };
    let effects = update(&mut app, Input::Outcome(outcome));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Connection(_))), "{effects:?}");
    assert_eq!(app.profile.name, "feed");
}

#[test]
fn the_question_before_leaving_writes_to_the_file_by_the_same_step() {
    let mut app = form();
    press(&mut app, "<enter>x<enter>");
    press(&mut app, "qq");
    assert!(screen(&mut app, (80, 24)).contains("in no file"), "{}", screen(&mut app, (80, 24)));
    previewed(&mut app, FEED);
    let effects = press(&mut app, "<enter>");
    assert!(matches!(effects.as_slice(), [Effect::Rewrite { .. }]), "{effects:?}");
}

#[test]
fn of_a_field_that_both_have_changed_either_side_can_be_taken() {
    let mut app = form();
    press(&mut app, "<enter>x<enter>");
    let theirs = FEED.replace("wss://one.example/", "wss://theirs.example/");
    previewed(&mut app, &theirs);
    let shown = screen(&mut app, (80, 24));
    assert!(
        shown.contains("● mine: wss://one.example/x") && shown.contains("○ theirs: wss://theirs.example/"),
        "{shown}"
    );
    let effects = press(&mut app, "t");
    answered(&mut app, &effects, &theirs);
    let shown = screen(&mut app, (80, 24));
    assert!(shown.contains("● theirs: wss://theirs.example/"), "{shown}");
    let effects = press(&mut app, "t");
    answered(&mut app, &effects, &theirs);
    let effects = press(&mut app, "<enter>");
    let [Effect::Rewrite { new, .. }] = effects.as_slice() else { panic!("{effects:?}") };
    assert!(new.expose().contains("wss://one.example/x"));
}
