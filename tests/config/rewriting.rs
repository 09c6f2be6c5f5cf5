//! Values written back into the files they came from: what was set reads back, and every other line stays as it is.

use std::{fs, path::Path};

use proptest::{prelude::*, test_runner::RngSeed};
use sockeye::config::{
    ConfigFile, Dialect, Field, FieldValue, Kind, Origin, Patched, Refusal, Rewrite, Values, patch,
};

use super::{files_in, no_environment};

/// What a person may do on the form: set a value, or take it away (`None`).
const EDITS: &[(&str, Option<&str>)] = &[
    ("url", Some("wss://new.example.com/other")),
    ("url", Some("ws://localhost:9/a?b='c'#d")),
    ("proxy_url", Some("http://proxy.example.com:8080")),
    ("headers.X-New", Some("fresh")),
    ("headers.X-New", Some("it's \"odd\": yes # no")),
    ("open_message", Some("hello again")),
    ("open_message", Some("{\"op\":\"subscribe\"}")),
    ("open_message", Some("{\n  \"op\": \"subscribe\"\n}\n")),
    ("open_message", Some("first\n\nsecond")),
    ("open_message", Some("${NOT_A_VARIABLE}")),
    ("open_message", Some("true")),
    ("open_message", Some("  begins with blanks")),
    ("open_message", None),
    ("open_messages.0", Some("changed")),
    ("open_messages.0", Some("two\nlines")),
    ("open_messages.9", Some("added")),
    ("open_messages.0", None),
    ("open_message_type", Some("text")),
    ("open_message_type", None),
    ("auto_replay_nacks", Some("false")),
    ("auto_replay_nacks", None),
    ("max_message_size", Some("4096")),
    ("tls.enabled", Some("false")),
    ("tls.enabled", Some("true")),
    ("tls.skip_cert_verify", Some("true")),
    ("tls.root_cas_file", Some("./certs/new ca.pem")),
    ("tls.root_cas", Some("-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----\n")),
    ("tls.root_cas", None),
    ("tls.client_certs.0.cert_file", Some("./other.pem")),
    ("tls.client_certs.0", None),
    ("tls.client_certs.9.cert_file", Some("./third.pem")),
    ("connection.max_retries", Some("7")),
    ("connection.max_retries", None),
    ("basic_auth.enabled", Some("true")),
    ("basic_auth.username", Some("someone else")),
    ("basic_auth.password", Some("new secret: #1")),
    ("oauth.consumer_key", Some("key")),
    ("jwt.enabled", Some("true")),
    ("jwt.signing_method", Some("EdDSA")),
    ("jwt.claims.sub", Some("me")),
    ("jwt.claims.level", Some("4")),
    ("jwt.claims.iss", None),
    ("headers.X-One", None),
    ("headers.X-Region", None),
    ("headers.Origin", Some("https://other.example.com")),
];

fn read(path: &Path, text: &str) -> ConfigFile {
    ConfigFile::read_as(path, text, Dialect::Standard, &no_environment)
}

/// Does what the form does.
fn edit(values: &mut Values, path: &str, text: Option<&str>) {
    let field = Field::at(path).expect("it is a field");
    let list = field.path.split("[]").next().unwrap_or_default();
    let is_list = matches!(field.kind, Kind::TextList | Kind::ObjectList) || field.path.contains("[]");
    let Some(text) = text else {
        let below = format!("{path}.");
        let gone: Vec<_> = values.iter().map(|(own, _)| own.to_owned()).collect();
        gone.iter().filter(|own| *own == path || own.starts_with(&below)).for_each(|own| values.unset(own));
        if is_list {
            close_gap(values, list);
        }
        return;
    };
    // A ninth entry is one behind the last.
    let indices = indices(values, list);
    let path = match path.contains(".9") {
        true => path.replace(".9", &format!(".{}", indices.last().map_or(0, |last| last + 1))),
        false if is_list && indices.is_empty() => return,
        false => path.to_owned(),
    };
    values.unset(&path);
    values.put(path, FieldValue { text: text.to_owned(), origin: Origin::Form, expression: None });
}

fn indices(values: &Values, list: &str) -> Vec<usize> {
    let index = |path: &str| path.strip_prefix(list)?.strip_prefix('.')?.split('.').next()?.parse().ok();
    let mut all: Vec<usize> = values.iter().filter_map(|(path, _)| index(path)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn close_gap(values: &mut Values, list: &str) {
    let all: Vec<(String, FieldValue)> =
        values.iter().map(|(path, value)| (path.to_owned(), value.clone())).collect();
    for (nth, index) in indices(values, list).into_iter().enumerate().filter(|(nth, index)| nth != index) {
        let (from, to) = (format!("{list}.{index}"), format!("{list}.{nth}"));
        for (path, value) in
            all.iter().filter(|(path, _)| *path == from || path.starts_with(&format!("{from}.")))
        {
            values.unset(path);
            values.put(format!("{to}{}", &path[from.len()..]), value.clone());
        }
    }
}

fn rewrite(path: &Path, text: &str, input: &str, wanted: &Values) -> Result<Patched, Refusal> {
    let (base, opened) = (text, text);
    let environment = &no_environment;
    patch(
        text,
        &Rewrite { path, input, base, opened, theirs: &[], dialect: Dialect::Standard, environment },
        wanted,
    )
}

/// The lines that are not in the new text any more. A comma that the next one needs is no change of a line.
fn gone(old: &str, new: &str) -> Vec<String> {
    let diff = similar::TextDiff::from_lines(old, new);
    let lines = |tag| {
        let lines = diff.iter_all_changes().filter(move |change| change.tag() == tag);
        lines.map(|change| change.value().trim_end_matches(['\n', '\r', ',']).to_owned()).collect::<Vec<_>>()
    };
    let added = lines(similar::ChangeTag::Insert);
    let mut removed = lines(similar::ChangeTag::Delete);
    removed.retain(|line| !added.contains(line));
    removed
}

fn each_input(mut check: impl FnMut(&Path, &str, &str, &Values)) {
    for path in files_in("tests/config/corpus") {
        let text = fs::read_to_string(&path).expect("it is a text");
        let file = read(&path, &text);
        assert!(!file.inputs.is_empty(), "{} has an input", path.display());
        for input in &file.inputs {
            check(&path, &text, &input.path, &input.values);
        }
    }
}

/// What a change may be refused for: it would reach others by an anchor.
fn is_fair(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::Shared { .. })
}

#[test]
fn a_file_without_changes_stays_as_it_is() {
    each_input(|path, text, input, values| {
        let patched =
            rewrite(path, text, input, values).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(patched.text, text, "{}", path.display());
    });
}

#[test]
fn every_single_edit_reads_back_and_leaves_the_other_lines() {
    let mut failures = Vec::new();
    each_input(|path, text, input, values| {
        for (field, value) in EDITS {
            let mut wanted = values.clone();
            edit(&mut wanted, field, *value);
            let name = format!("{} {input} {field} {value:?}", path.display());
            match rewrite(path, text, input, &wanted) {
                Err(refusal) if is_fair(&refusal) => {}
                Err(refusal) => failures.push(format!("{name}: {refusal}")),
                Ok(patched) => {
                    let why = touched(&patched.text, text, &[field], values);
                    failures.extend(why.map(|why| format!("{name}: {why}\n{}", patched.text)));
                }
            }
        }
    });
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
}

/// Why the text should not have become this one.
fn touched(new: &str, old: &str, fields: &[&str], values: &Values) -> Option<String> {
    let ends = |text: &str| (text.ends_with('\n'), text.starts_with('\u{feff}'), text.contains('\r'));
    if ends(new) != ends(old) {
        return Some("the end, the mark or the line breaks differ".to_owned());
    }
    let names: Vec<&str> = fields.iter().flat_map(|field| field.split('.')).collect();
    let heads: Vec<&str> = fields.iter().filter_map(|field| field.split('.').next()).collect();
    let own = values.iter().filter(|(path, _)| heads.iter().any(|head| path.starts_with(head)));
    let texts: Vec<&str> = own
        .flat_map(|(_, value)| [value.text.as_str(), value.expression.as_deref().unwrap_or_default()])
        .collect();
    let is_concerned = |line: &str| {
        let line = line.trim().trim_start_matches("- ").trim();
        let bare = line.trim_matches(['"', '\'', '\\', ',', ' ']);
        line.is_empty()
            || line.starts_with(['|', '>'])
            || line.contains(['{', '[', '*'])
            || names.iter().any(|name| line.contains(name))
            || texts.iter().any(|text| text.contains(bare) || (!text.is_empty() && line.contains(text)))
    };
    let strange: Vec<_> = gone(old, new).into_iter().filter(|line| !is_concerned(line)).collect();
    (!strange.is_empty()).then(|| format!("these lines are gone: {strange:?}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn any_edits_together_read_back(chosen in prop::collection::vec(0..EDITS.len(), 1..5)) {
        let mut failures = Vec::new();
        each_input(|path, text, input, values| {
            let mut wanted = values.clone();
            for nth in &chosen {
                edit(&mut wanted, EDITS[*nth].0, EDITS[*nth].1);
            }
            match rewrite(path, text, input, &wanted) {
                Err(refusal) if !is_fair(&refusal) => failures.push(format!("{} {input}: {refusal}", path.display())),
                _ => {}
            }
        });
        prop_assert!(failures.is_empty(), "{}", failures.join("\n"));
    }
}

/// One edit of the first input of a text.
fn edited(text: &str, field: &str, value: &str) -> Result<Patched, Refusal> {
    let path = Path::new("a.yaml");
    let file = read(path, text);
    let mut wanted = file.inputs[0].values.clone();
    edit(&mut wanted, field, Some(value));
    rewrite(path, text, &file.inputs[0].path, &wanted)
}

#[test]
fn who_shares_an_anchor_keeps_its_value_when_another_changes() {
    let shared = "input:\n  broker:\n    inputs:\n      - websocket:\n          url: ws://h/\n          tls: &t # both\n            \
                  enabled: true\n            root_cas_file: a\n      - websocket:\n          url: ws://i/\n          tls: *t # ours\n";
    let patched = edited(shared, "tls.enabled", "false").expect("it is written");
    assert_eq!(
        patched.text,
        "input:\n  broker:\n    inputs:\n      - websocket:\n          url: ws://h/\n          tls: # both\n            \
         enabled: false\n            root_cas_file: a\n      - websocket:\n          url: ws://i/\n          tls: &t # ours\n            \
         enabled: true\n            root_cas_file: a\n"
    );
    assert_eq!(patched.notes, ["&t moves from line 6 to line 11, so that what refers to it stays as it is"]);
    let plain = "input:\n  websocket:\n    url: &u ws://h/\noutput:\n  other: [*u, *u]\n";
    let patched = edited(plain, "url", "ws://new/").expect("it is written");
    assert_eq!(
        patched.text,
        "input:\n  websocket:\n    url: ws://new/\noutput:\n  other: [&u ws://h/, *u]\n"
    );
}

#[test]
fn an_alias_is_written_out_where_a_value_below_it_changes() {
    let text = "x: &t\n  enabled: true\ninput:\n  websocket:\n    url: ws://h/\n    tls: *t\n";
    let patched = edited(text, "tls.skip_cert_verify", "true").expect("it is written");
    assert_eq!(
        patched.text,
        "x: &t\n  enabled: true\ninput:\n  websocket:\n    url: ws://h/\n    tls:\n      enabled: true\n      skip_cert_verify: true\n"
    );
    assert_eq!(patched.notes, ["line 6: *t is written out here; what it refers to stays as it is"]);
}

#[test]
fn a_key_stands_beside_a_merge_key_and_a_merged_block_changes_in_place() {
    let text = "x: &t\n  open_message_type: text\ninput:\n  websocket:\n    <<: *t\n    url: ws://h/\n";
    let patched = edited(text, "open_message", "hello").expect("it is written");
    assert_eq!(patched.text, format!("{text}    open_message: hello\n"));
    let text = "input:\n  broker:\n    inputs:\n      - websocket: &w\n          url: ws://h/\n      - websocket:\n          <<: *w\n          url: ws://i/\n";
    let patched = edited(text, "url", "ws://new/").expect("it is written");
    assert_eq!(patched.text, text.replace("ws://h/", "ws://new/"));
    assert!(patched.notes[0].starts_with("line 7 merges this in"), "{:?}", patched.notes);
}

#[test]
fn a_text_keeps_the_way_it_was_written() {
    let with = |value: &str| {
        format!(
            "input:\n  websocket:\n    url: ws://h/\n    open_message: {value}\n    open_message_type: \"text\"\n"
        )
    };
    for (old, text, new) in [
        ("|\n      one\n      two", "one\nthree\n", "|\n      one\n      three"),
        ("|-\n      one", "other", "|-\n      other"),
        ("|-\n      one", "  with blanks\nbelow", "|2-\n        with blanks\n      below"),
        ("|2-\n       one", "two", "|2-\n      two"),
        (">-\n      one\n      two", "other words", ">-\n      other words"),
        ("\"one\"", "two\nthree", "\"two\\nthree\""),
        ("'one'", "it's", "'it''s'"),
        ("'one'", "two\nthree", "\"two\\nthree\""),
        ("one", "two words", "two words"),
    ] {
        let patched = edited(&with(old), "open_message", text).expect("it is written");
        assert_eq!(patched.text, with(new), "{old:?} to {text:?}");
    }
    let typed = edited(&with("one"), "open_message_type", "binary").expect("it is written");
    assert_eq!(typed.text, with("one").replace("\"text\"", "\"binary\""));
}

/// Sets the values back to what they were.
fn undone(path: &Path, opened: &str, input: &str, now: &str, values: &Values) -> Result<Patched, Refusal> {
    let environment = &no_environment;
    patch(
        now,
        &Rewrite { path, input, base: now, opened, theirs: &[], dialect: Dialect::Standard, environment },
        values,
    )
}

/// The first path at which two sets of values differ: a default that is written is the same as one that is not, and a
/// secret stands in the file as a variable.
fn difference(wanted: &Values, read: &Values) -> Option<String> {
    let text = |values: &Values, path: &str| match values.get(path) {
        Some(value) => value.text.trim_matches('"').to_owned(),
        None => Field::at(path)
            .filter(|field| field.path == path)
            .and_then(Field::default_text)
            .unwrap_or_default(),
    };
    let is_variable = |path: &str| {
        read.get(path)
            .is_some_and(|value| value.text.trim_matches('"').is_empty() && value.expression.is_some())
    };
    let paths = wanted.iter().chain(read.iter()).map(|(path, _)| path);
    paths
        .filter(|path| !is_variable(path))
        .find(|path| text(wanted, path) != text(read, path))
        .map(str::to_owned)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, rng_seed: RngSeed::Fixed(7), ..ProptestConfig::default() })]
    #[test]
    fn any_pair_of_edits_reads_back_and_is_undone_to_the_byte(
        place in any::<prop::sample::Index>(),
        first in 0..EDITS.len(),
        second in 0..EDITS.len(),
    ) {
        let mut places = Vec::new();
        each_input(|path, text, input, values| {
            places.push((path.to_owned(), text.to_owned(), input.to_owned(), values.clone()));
        });
        let (path, text, input, values) = place.get(&places);
        let mut wanted = values.clone();
        let edits = [EDITS[first], EDITS[second]];
        for (field, value) in edits {
            edit(&mut wanted, field, value);
        }
        match rewrite(path, text, input, &wanted) {
            Err(refusal) => prop_assert!(is_fair(&refusal), "{}: {refusal}", path.display()),
            Ok(patched) => {
                let file = read(path, &patched.text);
                let found = file.inputs.iter().find(|own| own.path == *input).expect("the input is there");
                prop_assert_eq!(difference(&wanted, &found.values), None, "{}: {:?}\n{}", path.display(), edits, patched.text);
                let strange = touched(&patched.text, text, &[edits[0].0, edits[1].0], values);
                prop_assert_eq!(strange, None, "{}: {:?}\n{}", path.display(), edits, patched.text);
                let back = undone(path, text, input, &patched.text, values);
                prop_assert_eq!(back.map(|back| back.text), Ok(text.clone()), "{}: {:?}", path.display(), edits);
            }
        }
    }
}
