//! The problems of whole files.

use std::path::Path;

use crate::config::{ConfigFile, Dialect, Origin};

const FIELDS: &str = r#"websocket: {url: "ws://h/"}"#;

/// The line and the words of each problem around the inputs of a file, in which `FIELDS` stands for an input.
fn problems(dialect: Dialect, text: &str) -> Vec<String> {
    let text = text.replace("FIELDS", FIELDS);
    let file = ConfigFile::read(Path::new("a.yaml"), &text, &|_| None);
    let shown = |problem: &crate::config::Problem| match problem.origin {
        Origin::File { line, .. } => format!("{line}: {}", problem.message),
        _ => problem.message.clone(),
    };
    file.slot_problems(dialect).map(shown).collect()
}

fn all_have(cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        assert_eq!(problems(Dialect::Connect, text), *expected, "{text}");
    }
}

#[test]
fn labels_are_judged_by_the_expression_of_each_engine() {
    let label = |text: &str| format!("input:\n  label: {text}\n  FIELDS\n");
    for (text, benthos, bento) in [
        ("feed_1", true, true),
        ("5", true, true),
        ("true", true, true),
        ("''", true, true),
        ("a-b", true, false),
        ("-a", false, false),
        ("_a", false, false),
        ("Feed", false, false),
        ("my feed", false, false),
        ("ü", false, false),
        ("1.5", false, false),
    ] {
        assert_eq!(problems(Dialect::Benthos, &label(text)).is_empty(), benthos, "{text}");
        assert_eq!(problems(Dialect::Bento, &label(text)).is_empty(), bento, "{text}");
    }
    assert_eq!(
        problems(Dialect::Bento, &label("my feed")),
        [
            "2: invalid label 'my feed': should match the regular expression /^[a-z0-9_]+$/ and must not start with an underscore"
        ]
    );
    assert_eq!(problems(Dialect::Connect, &label("[a]")), ["2: expected string value"]);
}

#[test]
fn a_label_is_unique_in_its_pipeline() {
    let twice = |line| format!("{line}: label 'a' collides with a previously defined label at line 2");
    let first = "input:\n  label: a\n  FIELDS\n";
    for (rest, line) in [
        ("output: {label: a, drop: {}}", 4),
        ("output:\n  broker:\n    outputs:\n    - label: a\n      drop: {}", 7),
        ("pipeline:\n  processors:\n  - try:\n    - {label: a, noop: {}}", 7),
        ("cache_resources:\n- label: a\n  memory: {}", 5),
        ("input_resources:\n- label: a\n  FIELDS", 5),
    ] {
        assert_eq!(problems(Dialect::Connect, &format!("{first}{rest}")), [twice(line)], "{rest}");
    }
    assert!(problems(Dialect::Connect, &format!("{first}output: {{label: b, drop: {{}}}}")).is_empty());
    let streams = "one:\n  input: {label: a, FIELDS}\ntwo:\n  input: {label: a, FIELDS}\n";
    assert!(problems(Dialect::Connect, streams).is_empty());
    all_have(&[(
        "input:\n  label: a\n  broker:\n    inputs:\n    - label: a\n      FIELDS",
        &["2: label 'a' collides with a previously defined label at line 5"],
    )]);
}

#[test]
fn a_resource_has_a_label_and_what_points_to_it_has_none() {
    let unlabelled = "the label field for resources must be unique and not empty";
    let resource = |label: &str| format!("input: {{resource: b}}\ninput_resources:\n- {label}FIELDS");
    for label in ["", "label: ''\n  ", "label:\n  ", "label: 5\n  "] {
        let found = problems(Dialect::Connect, &resource(label));
        assert!(found.contains(&format!("3: {unlabelled}")), "{label}: {found:?}");
    }
    let resources = "\ninput_resources: [{label: b, FIELDS}]";
    all_have(&[
        (
            &format!("input:\n  label: me\n  resource: b{resources}"),
            &["2: label field should be omitted when pointing to a resource"],
        ),
        (&format!("input:\n  resource: c{resources}"), &["2: input resource 'c' was not found in this file"]),
        ("input:\n  resource: c", &[]),
        (
            "input: {FIELDS}\ninput_resources:\n  label: b",
            &["3: field 'input_resources': line 3: expected array value, got !!map"],
        ),
    ]);
}

#[test]
fn a_wrong_component_is_reported_where_it_stands() {
    all_have(&[
        (
            "output: {}\ninput:\n  websockett: {}",
            &["3: unable to infer input type from candidates: [websockett]"],
        ),
        (
            "input:\n  type: stdin\n  FIELDS",
            &["3: field websocket is invalid when the component type is stdin (input)"],
        ),
        (
            "input:\n  FIELDS\n  generate: {}",
            &["2: unable to infer input type, multiple candidates 'generate' and 'websocket'"],
        ),
        ("input: {}", &["1: an explicit input type must be specified"]),
        ("input: websocket", &["1: invalid type !!str, expected object"]),
        ("Input:\n  FIELDS", &["1: field Input not recognised"]),
        ("input:\n  http_client: {url: ws://h/}", &[]),
        ("input:\n  kafka: {}", &[]),
        (
            "input:\n  broker:\n    inputs:\n    - websockett: {}\n    - FIELDS",
            &["4: unable to infer component type: websockett"],
        ),
        (
            "input:\n  broker:\n    inputs:\n    - FIELDS\n    - {}",
            &["5: value 1: (5,1) an explicit input type must be specified"],
        ),
    ]);
    let meta = "input:\n  FIELDS\n  meta: {a: b}";
    assert!(problems(Dialect::Connect, meta).is_empty());
    let refused = "3: field meta is invalid when the component type is websocket (input)";
    assert_eq!(problems(Dialect::Bento, meta), [refused]);
}

#[test]
fn what_holds_inputs_is_judged_by_its_fields() {
    all_have(&[
        ("input:\n  broker:\n    inputs: []", &["3: attempting to create broker input type with no inputs"]),
        ("input:\n  broker:\n    inputs:\n      FIELDS", &["4: expected array value"]),
        ("input:\n  broker:", &["2: expected object value, got !!null"]),
        (
            "input:\n  broker:\n    batching: {counts: 1}\n    inputs: [{FIELDS}]",
            &["3: field counts not recognised"],
        ),
        (
            "input:\n  broker:\n    copies: x\n    inputs: [{FIELDS}]",
            &["3: field 'copies': expected a whole number"],
        ),
        (
            "input:\n  broker:\n    batching: {period: abc}\n    inputs: [{FIELDS}]",
            &["3: failed to parse duration string: time: invalid duration \"abc\""],
        ),
        ("input:\n  sequence: {}", &["2: requires at least one child input"]),
        ("input:\n  dynamic:\n    inputs:\n    - FIELDS", &["4: expected object value, got !!seq"]),
        (
            "input:\n  read_until:\n    input: {FIELDS}",
            &["3: it is required to set either check or idle_timeout"],
        ),
        ("input:\n  read_until:\n    check: this.(\n    input: {FIELDS}", &[]),
        (
            "input:\n  batched:\n    child: {FIELDS}",
            &["3: batch policy must have at least one active trigger"],
        ),
        ("input:\n  batched:\n    policy: {count: 1}\n    child: {FIELDS}", &[]),
    ]);
}

#[test]
fn processors_are_a_list_of_components() {
    let with = |processors: &str| format!("input:\n  FIELDS\n  processors: {processors}\n");
    for (processors, expected) in [
        ("[{mapping: root = this}]", &[][..]),
        ("[{javascript: {}}]", &[]),
        ("[{mappingg: x}]", &["3: unable to infer processor type from candidates: [mappingg]"]),
        ("[{try: [{mappingg: x}]}]", &["3: unable to infer component type: mappingg"]),
        ("{mapping: x}", &["3: invalid type !!str, expected object"]),
        ("[]", &["3: field processors is empty and can be removed"]),
        ("", &["3: field processors is empty and can be removed", "3: expected array value"]),
        ("[{log: {}, foo: {}}]", &["3: field foo is invalid when the component type is log (processor)"]),
    ] {
        assert_eq!(problems(Dialect::Connect, &with(processors)), expected, "{processors}");
    }
}

#[test]
fn the_line_of_a_problem_shows_no_secret() {
    for text in [
        r#"{"input": {"websockett": {"url": "ws://h/", "password": "hunter2 hunter2"}}}"#,
        "input: {kafka: {sasl: [{password: hunter2}]}}",
        "input: {broker: {batching: hunter2, inputs: [{FIELDS}]}}",
        "input: {broker: {inputs: [{websocket: {url: 'ws://h/', basic_auth: {password: hunter2}}}, {}]}}",
        "input: {password hunter2: x}",
        "input: {broker: {batching: {period: hunter2 is it}, inputs: [{FIELDS}]}}",
        "input: {FIELDS, processors: {mapping: hunter2}}",
    ] {
        let text = text.replace("FIELDS", FIELDS);
        let file = ConfigFile::read(Path::new("a.yaml"), &text, &|_| None);
        let absent = file.input(None).err().map(|problem| *problem);
        let shown: Vec<_> =
            file.slot_problems(Dialect::Connect).chain(&absent).map(ToString::to_string).collect();
        assert!(!shown.is_empty() && !shown.concat().contains("hunter2"), "{text}\n{}", shown.concat());
    }
}
