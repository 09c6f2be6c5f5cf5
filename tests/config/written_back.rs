//! How single changes are written back: secrets, anchors, defaults, and files that others have changed.

use std::path::Path;

use sockeye::config::{
    ConfigFile, Dialect, DiffKind, FieldValue, Origin, Patched, Problem, Refusal, Rewrite, Values, lint,
    masked_diff, patch, with_variables,
};

fn environment(name: &str) -> Option<String> {
    (name == "FEED_HOST").then(|| "stream.example.com".to_owned())
}

fn values(text: &str, input: &str) -> Values {
    let file = ConfigFile::read_as(Path::new("a.yaml"), text, Dialect::Standard, &environment);
    let input = file.inputs.iter().find(|own| own.path == input).expect("the input is there");
    input.values.clone()
}

fn set(values: &mut Values, path: &str, text: &str) {
    values.unset(path);
    values.put(path.to_owned(), FieldValue { text: text.to_owned(), origin: Origin::Form, expression: None });
}

struct Given<'a> {
    opened: &'a str,
    base: &'a str,
    current: &'a str,
    input: &'a str,
}

impl<'a> Given<'a> {
    fn of(text: &'a str) -> Self {
        Self { opened: text, base: text, current: text, input: "root.input" }
    }

    /// Sets these values, or takes them away.
    fn with(&self, edits: &[(&str, Option<&str>)]) -> Result<Patched, Refusal> {
        let mut wanted = values(self.base, self.input);
        for (path, text) in edits {
            match text {
                Some(text) => set(&mut wanted, path, text),
                None => wanted.unset(path),
            }
        }
        let rewrite = Rewrite {
            path: Path::new("a.yaml"),
            input: self.input,
            base: self.base,
            opened: self.opened,
            theirs: &[],
            dialect: Dialect::Standard,
            environment: &environment,
        };
        patch(self.current, &rewrite, &wanted)
    }

    fn text(&self, edits: &[(&str, Option<&str>)]) -> String {
        self.with(edits).expect("it can be written").text
    }
}

const FEED: &str =
    "input:\n  websocket:\n    url: wss://${FEED_HOST}/feed # the feed\n    auto_replay_nacks: false\n";

#[test]
fn a_value_that_the_file_had_goes_back_to_its_default_in_words() {
    let text = Given::of(FEED).text(&[("auto_replay_nacks", None)]);
    assert_eq!(text, FEED.replace("nacks: false", "nacks: true"));
}

#[test]
fn a_line_may_end_in_a_carriage_return_alone() {
    let edits = [("open_message", Some("one\ntwo")), ("auto_replay_nacks", Some("true"))];
    let plain = Given::of(FEED).text(&edits);
    assert_eq!(Given::of(&FEED.replace('\n', "\r")).text(&edits), plain.replace('\n', "\r"));
    let one = FEED.replacen("feed\n", "feed\r", 1);
    assert_eq!(Given::of(&one).text(&edits).replace('\r', "\n"), plain);
}

#[test]
fn a_line_that_was_added_goes_when_its_value_goes_back_to_the_default() {
    let added = Given::of(FEED).text(&[("tls.enabled", Some("true"))]);
    assert_eq!(added, format!("{FEED}    tls:\n      enabled: true\n"));
    let session = Given { opened: FEED, base: &added, current: &added, input: "root.input" };
    assert_eq!(session.text(&[("tls.enabled", None)]), FEED);
    assert_eq!(session.text(&[("tls.enabled", Some("false"))]), FEED);
    assert_eq!(Given::of(FEED).text(&[("tls.enabled", Some("false"))]), FEED);
}

#[test]
fn a_new_secret_becomes_a_variable() {
    let edits = [
        ("basic_auth.enabled", Some("true")),
        ("basic_auth.password", Some("pass: #1")),
        ("headers.Authorization", Some("Bearer abcdef")),
        ("url", Some("wss://stream.example.com/feed?access_token=t0k3n-of-mine")),
    ];
    let patched = Given::of(FEED).with(&edits).expect("it can be written");
    for secret in ["pass: #1", "abcdef", "t0k3n-of-mine"] {
        assert!(!patched.text.contains(secret), "{}", patched.text);
    }
    assert!(patched.text.contains("password: '${BASIC_AUTH_PASSWORD}'\n"), "{}", patched.text);
    assert!(patched.text.contains("access_token=${URL_SECRET}"), "{}", patched.text);
    assert!(patched.notes.iter().any(|note| note.contains("${BASIC_AUTH_PASSWORD}")), "{:?}", patched.notes);
}

#[test]
fn a_secret_that_the_file_holds_already_may_move_in_it() {
    let text = "input:\n  websocket:\n    url: wss://h.example.com/\n    basic_auth: &login\n      username: me\n      password: known-secret\n    headers:\n      X-Key: other\n";
    let patched = Given::of(text).text(&[("headers.X-Key", Some("known-secret"))]);
    assert_eq!(patched, text.replace("X-Key: other", "X-Key: known-secret"));
}

#[test]
fn a_variable_that_is_lost_is_told() {
    let patched =
        Given::of(FEED).with(&[("url", Some("wss://other.example.com/feed"))]).expect("it is written");
    assert_eq!(patched.text, FEED.replace("${FEED_HOST}", "other.example.com"));
    assert_eq!(patched.notes, ["url does not come from wss://${FEED_HOST}/feed any more"]);
}

const ANCHORED: &str = "shared: &tls\n  enabled: true\n  root_cas_file: ./ca.pem\ninput:\n  broker:\n    inputs:\n      - websocket: &one\n          url: wss://one.example.com/\n          tls: *tls # the usual\n      - websocket: *one\n";

#[test]
fn what_others_share_by_an_anchor_is_handed_on_to_them() {
    let first = Given { input: "root.input.broker.inputs.0", ..Given::of(ANCHORED) };
    let patched = first.with(&[("url", Some("wss://new.example.com/"))]).expect("it is written");
    let old = "          url: wss://one.example.com/\n          tls: *tls # the usual\n";
    let new = old.replace("one", "new");
    let copy = old.replace(" # the usual", "");
    let expected = ANCHORED.replace(" &one\n", "\n").replace(" *one\n", &format!(" &one\n{copy}"));
    assert_eq!(patched.text, expected.replacen(old, &new, 1));
    assert_eq!(
        patched.notes,
        ["&one moves from line 7 to line 10, so that what refers to it stays as it is"]
    );
}

#[test]
fn what_comes_by_an_alias_is_written_out_in_this_place() {
    let second = Given { input: "root.input.broker.inputs.1", ..Given::of(ANCHORED) };
    let text = second.text(&[("url", Some("wss://new.example.com/"))]);
    let written_out = "- websocket:\n          url: wss://new.example.com/\n          tls:\n            enabled: true\n            root_cas_file: ./ca.pem\n";
    assert_eq!(text, ANCHORED.replace("- websocket: *one\n", written_out));
}

#[test]
fn an_edit_goes_into_what_somebody_else_has_written_meanwhile() {
    let theirs = format!("# reviewed\n{}output:\n  drop: {{}}\n", FEED.replace("/feed #", "/feed2 #"));
    let given = Given { current: &theirs, ..Given::of(FEED) };
    let text = given.text(&[("connection.max_retries", Some("3"))]);
    assert_eq!(text, theirs.replace("output:", "    connection:\n      max_retries: 3\noutput:"));
    let both = given.with(&[("url", Some("wss://mine.example.com/"))]).expect("it goes");
    assert!(both.notes[0].contains("url was changed in the file as well"), "{:?}", both.notes);
    let gone = Given { current: "output:\n  drop: {}\n", ..Given::of(FEED) };
    assert_eq!(gone.with(&[]), Err(Refusal::NoInput("root.input".to_owned())));
    let broken = Given { current: "input: [\n", ..Given::of(FEED) };
    assert!(matches!(broken.with(&[]), Err(Refusal::NotYaml(_))));
}

#[test]
fn another_input_is_written_in_its_own_place() {
    let text = "input:\n  resource: b\ninput_resources:\n  - label: a\n    websocket: {url: wss://a.example.com/}\n  - label: b\n    websocket:\n      url: wss://b.example.com/\n";
    let given = Given { input: "root.input_resources.1", ..Given::of(text) };
    let written = given.text(&[("open_message_type", Some("text"))]);
    assert_eq!(written, format!("{text}      open_message_type: text\n"));
}

#[test]
fn the_resource_that_the_main_input_refers_to_is_the_input_of_the_file() {
    let text = "input:\n  resource: b\ninput_resources:\n  - label: a\n    websocket: {url: wss://a.example.com/}\n  - label: b\n    websocket: {url: wss://b.example.com/}\n";
    let read = |text: &str| ConfigFile::read(Path::new("a.yaml"), text, &environment);
    let (file, other) = (read(text), read(&text.replace("resource: b", "resource: c")));
    assert_eq!(file.input(None).expect("it refers to one").path, "root.input_resources.1");
    assert_eq!(file.input(Some("a")).expect("it has a label").path, "root.input_resources.0");
    assert_eq!(other.input(None).expect_err("it refers to none").code, "several-inputs");
}

#[test]
fn a_new_file_has_a_variable_in_the_place_of_each_secret() {
    let mut given = values(FEED, "root.input");
    set(&mut given, "basic_auth.password", "hunter2hunter2");
    set(&mut given, "url", "wss://h.example.com/?access_token=t0k3n-of-mine");
    let kept = with_variables(&given, &environment);
    let expression = |path: &str| kept.get(path).and_then(|value| value.expression.clone());
    assert_eq!(expression("basic_auth.password").as_deref(), Some("${BASIC_AUTH_PASSWORD}"));
    assert_eq!(expression("url").as_deref(), Some("wss://h.example.com/?access_token=${URL_SECRET}"));
}

#[test]
fn the_diff_masks_secrets() {
    let old =
        "input:\n  websocket:\n    url: wss://h.example.com/\n    basic_auth: {password: hunter2hunter2}\n";
    let new = old.replace("    basic_auth", "    open_message: hi\n    basic_auth");
    let diff = masked_diff(old, &new, Path::new("a.yaml"), Dialect::Standard, &environment);
    let shown: Vec<_> = diff.iter().map(|line| format!("{}{}", line.kind.sign(), line.text)).collect();
    assert_eq!(shown[0], "@@ -1,4 +1,5 @@");
    assert!(shown.contains(&"+    open_message: hi".to_owned()), "{shown:?}");
    assert!(!shown.concat().contains("hunter2") && diff[0].kind == DiffKind::Place);
}

#[test]
fn a_template_is_edited_beside_what_only_it_knows() {
    let text = "input:\n  websocket:\n    # {{ include \"feed\" . }}\n    url: '{{ .Values.url }}'\n    open_message: hello\n";
    let given = Given::of(text);
    assert_eq!(given.text(&[("open_message", Some("other"))]), text.replace("hello", "other"));
    let replaced = given.with(&[("url", Some("wss://h/"))]).expect("it is written");
    assert_eq!(replaced.notes, ["url has no template expression {{ … }} any more"]);
    let text = "{{- if .Values.feed }}\ninput:\n  websocket:\n    url: wss://h/\n    max_message_size: {{ .size }}\n    \
                {{- if .tls }}\n    tls: {enabled: true}\n    {{- end }}\n    open_message: |\n      {{ if .x }}\n      a\n      \
                {{ end }}\n{{- end }}\n";
    let given = Given::of(text);
    let replaced =
        given.with(&[("url", Some("wss://g/")), ("tls.enabled", Some("false"))]).expect("it is written");
    assert_eq!(replaced.text, text.replace("wss://h/", "wss://g/").replace("true", "false"));
    assert_eq!(
        replaced.notes,
        [
            "url stands in a part that the template opens in line 1, and is there only when that is",
            "tls.enabled stands in a part that the template opens in line 6, and is there only when that is"
        ]
    );
    assert!(matches!(given.with(&[("open_message", Some("b"))]), Err(Refusal::Template(_))));
}

#[test]
fn what_a_template_writes_is_a_value_that_is_not_known() {
    let text = "input:\n  label: {{ .name }}\n  websocket:\n    url: wss://{{ .host }}/\n    headers:\n      {{- toYaml .h | nindent 6 }}\n    \
                open_messages: {{ toYaml .m }}\n    tls: {enabled: {{ .tls }}}\n    {{ .key }}: 1\n    max_message_size: 5\n";
    let file = ConfigFile::read(Path::new("a.yaml"), text, &environment);
    let values = &file.inputs[0].values;
    let read: Vec<_> =
        values.iter().map(|(path, given)| (path, &*given.text, given.expression.as_deref())).collect();
    let expected = [
        ("url", "", Some("wss://{{ .host }}/")),
        ("tls.enabled", "", Some("{{ .tls }}")),
        ("max_message_size", "5", None),
    ];
    assert_eq!(read, expected);
    let said = |problems: &[Problem]| {
        problems.iter().map(|problem| format!("{} {}", problem.code, problem.path)).collect::<Vec<_>>()
    };
    assert_eq!(said(&file.problems), ["go-template "]);
    assert_eq!(said(&file.inputs[0].problems), ["template-value headers", "template-value open_messages"]);
    assert_eq!(said(&lint(values)), ["template-value url", "template-value tls.enabled"]);
}
