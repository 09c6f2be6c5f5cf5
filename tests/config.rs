//! Config files: the good ones load, and the bad ones are refused with helpful errors.

#[path = "config/enclosed.rs"]
mod enclosed;
#[path = "config/following.rs"]
mod following;
#[path = "config/rewriting.rs"]
mod rewriting;
#[path = "config/starting.rs"]
mod starting;
#[path = "config/variables.rs"]
mod variables;
#[path = "config/written_back.rs"]
mod written_back;

use std::{fs, path::PathBuf};

use proptest::prelude::*;
use sockeye::cli::{self, ConfigArgs, Exit, Invocation, LintArgs, LintFormat, Loaded, SessionArgs};
use sockeye::config::{
    ConfigFile, DefaultValue, Dialect, FIELDS, FieldId, Kind, MessageType, Origin, PROBLEM_CODES,
    PipelineShape, Problem, Relevance, Secret, Settings, Values, lint,
};
use sockeye::headless;

fn no_environment(_: &str) -> Option<String> {
    None
}

fn from_file(path: &str) -> SessionArgs {
    SessionArgs { file: Some(PathBuf::from(path)), ..SessionArgs::default() }
}

fn load_good(name: &str) -> Loaded {
    let path = format!("tests/config/good/{name}.yaml");
    cli::load(&from_file(&path), &no_environment).unwrap_or_else(|error| panic!("{name} must load:\n{error}"))
}

fn files_in(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder stands in the repository");
    let paths = entries.map(|entry| entry.expect("the folder can be listed").path());
    let mut paths: Vec<_> = paths.filter(|path| path.extension().is_some_and(|end| end == "yaml")).collect();
    paths.sort();
    paths
}

/// The errors or the warnings that `sockeye -c FILE` prints.
fn problems_of(path: &str) -> String {
    match cli::load(&from_file(path), &no_environment) {
        Ok(loaded) => loaded.warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn every_bad_file_has_the_expected_problems() {
    let update = std::env::var_os("SOCKEYE_UPDATE_EXPECTED").is_some();
    for path in files_in("tests/config/bad") {
        let problems = problems_of(&path.display().to_string()) + "\n";
        let expected_path = path.with_extension("expected");
        if update {
            fs::write(&expected_path, &problems).expect("the expectation can be written");
        }
        let expected = fs::read_to_string(&expected_path).unwrap_or_default();
        assert!(problems.len() > 1, "{} has no problem", path.display());
        assert_eq!(problems, expected, "{}", path.display());
    }
}

#[test]
fn the_problems_of_bad_files_show_no_secret() {
    for path in files_in("tests/config/bad") {
        let path = path.display().to_string();
        let text = fs::read_to_string(&path).expect("the file can be read");
        let file = ConfigFile::read(path.as_ref(), &text, &no_environment);
        for input in &file.inputs {
            let shown = format!(
                "{:?}{}{:?}",
                input.values,
                headless::config::effective(&input.values),
                input.problems
            );
            assert!(!shown.contains("hunter2"), "{shown}");
        }
        let mut out = Vec::new();
        let args = LintArgs { files: vec![path.clone().into()], ..LintArgs::default() };
        headless::lint::run(&args, &no_environment, &mut out).expect("writing to memory works");
        let out = String::from_utf8(out).expect("the lint writes text") + &problems_of(&path);
        assert!(!out.contains("hunter2"), "{out}");
    }
}

#[test]
fn every_good_file_loads_and_its_printed_config_has_the_same_settings() {
    for path in files_in("tests/config/good") {
        let args = from_file(&path.display().to_string());
        let loaded = cli::load(&args, &no_environment).unwrap_or_else(|error| panic!("{error}"));
        let printed = headless::config::effective(&loaded.values);
        if !printed.contains("•••") {
            let again = ConfigFile::read("again.yaml".as_ref(), &printed, &no_environment);
            let input = again.input(None).unwrap_or_else(|problem| panic!("{problem}\n{printed}"));
            let settings = Settings::from_values(&input.values).expect("printed config has no error");
            // The input alone is printed, not what stands behind it.
            let alone = Settings { shape: PipelineShape::default(), ..loaded.settings };
            assert_eq!(settings, alone, "{printed}");
        }
    }
}

#[test]
fn a_map_of_fields_is_read_by_the_rules_of_the_pipeline() {
    let settings = load_good("bare_fields").settings;
    assert!(!settings.auto_replay_nacks, "no means false");
    assert_eq!(settings.max_retries, None, "a negative number means no limit");
    assert_eq!(settings.open_messages[0].expose(), "hello");
}

#[test]
fn the_websocket_input_of_a_pipeline_is_read() {
    let loaded = load_good("pipeline");
    let settings = loaded.settings;
    assert_eq!(settings.url.shown(), "ws://localhost:4195/feed");
    assert_eq!(settings.open_message_type, MessageType::Text);
    let opening: Vec<_> = settings.open_messages.iter().map(Secret::expose).collect();
    assert_eq!(opening, ["{\"op\":\"auth\"}", "{\"op\":\"subscribe\"}\n"]);
    let names: Vec<_> = settings.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["X-Api-Key", "Origin"]);
    assert_eq!(settings.basic_auth.expect("it is enabled").password.expose(), "secret");
    assert_eq!(loaded.name.as_deref(), Some("pipeline"));
}

#[test]
fn other_forms_of_configs_are_read_too() {
    assert_eq!(load_good("typed").settings.url.host, "::1");
    assert_eq!(load_good("broker").settings.url.target, "/a");
    assert_eq!(load_good("json_with_bom").settings.max_message_size, 1024);
    assert_eq!(load_good("anchors").settings.url.target, "/anchored");
    assert_eq!(load_good("websocket").settings.url.target, "/feed?channel=1");
}

#[test]
fn an_input_is_chosen_by_path_or_label() {
    for name in ["root.input.broker.inputs.1", "input.broker.inputs.1", "second"] {
        let mut args = from_file("tests/config/bad/two_inputs.yaml");
        args.input = Some(name.to_owned());
        let loaded = cli::load(&args, &no_environment).expect("one input is chosen");
        assert_eq!(loaded.settings.url.host, "two", "{name}");
    }
}

#[test]
fn a_flag_overrides_a_variable_and_a_variable_overrides_the_file() {
    let environment = |name: &str| match name {
        "SOCKEYE_OPEN_MESSAGE" => Some("from the variable".to_owned()),
        "SOCKEYE_URL" => Some("ws://variable".to_owned()),
        "SOCKEYE_CONNECTION_MAX_RETRIES" => Some("7".to_owned()),
        _ => None,
    };
    let mut args = from_file("tests/config/good/bare_fields.yaml");
    args.fields = vec![("url".to_owned(), "ws://flag".to_owned())];
    let loaded = cli::load(&args, &environment).expect("all values are valid");
    assert_eq!(loaded.settings.url.host, "flag");
    assert_eq!(loaded.settings.open_messages[0].expose(), "from the variable");
    assert_eq!(loaded.settings.max_retries, Some(7));
    assert_eq!(loaded.values.get("url").expect("it is set").origin, Origin::Flag);
}

#[test]
fn the_higher_origin_of_two_exclusive_fields_is_kept() {
    let environment = |name: &str| (name == "SOCKEYE_OPEN_MESSAGE").then(|| "one".to_owned());
    let mut args = from_file("tests/config/good/pipeline.yaml");
    let settings = cli::load(&args, &environment).expect("the variable overrides the file").settings;
    assert_eq!(settings.open_messages, [Secret::new("one")]);
    args.fields.push(("open_messages.0".to_owned(), "two".to_owned()));
    let settings = cli::load(&args, &environment).expect("the flag overrides the variable").settings;
    assert_eq!(settings.open_messages[0], Secret::new("two"));
}

#[test]
fn a_value_cannot_control_the_terminal() {
    let args = parse(&["ws://h", "--set", "open_message_type=\u{1b}[2J\u{202e}", "--set", "\u{1b}x=1"]);
    let error = cli::load(&args, &no_environment).expect_err("both are invalid").to_string();
    assert!(!error.contains(['\u{1b}', '\u{202e}']), "{error:?}");
}

#[test]
fn secrets_come_from_files_and_variables() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let file = folder.path().join("password");
    fs::write(&file, "from a file\n").expect("the file can be written");
    let environment = |name: &str| (name == "PW").then(|| "from a variable".to_owned());
    for (text, expected) in [("env:PW", "from a variable"), (&*format!("@{}", file.display()), "from a file")]
    {
        let invocation = parse(&["ws://host", "-u", &format!("ann:{text}")]);
        let loaded = cli::load(&invocation, &environment).expect("the password is found");
        assert_eq!(loaded.settings.basic_auth.expect("it is enabled").password.expose(), expected);
    }
    let error = cli::load(&parse(&["ws://host", "-u", "ann:env:MISSING"]), &environment);
    let error = error.expect_err("the variable is not set").to_string();
    assert_eq!(error, "command line: basic_auth.password: the environment variable MISSING is not set");
}

fn parse(words: &[&str]) -> SessionArgs {
    let words = ["sockeye"].iter().chain(words).map(Into::into);
    match cli::parse(words).expect("the words are valid") {
        Invocation::Screen(args) => args.session,
        other => panic!("not the screen: {other:?}"),
    }
}

#[test]
fn the_sample_of_every_field_passes_the_lint() {
    let sample = headless::config::example();
    let file = ConfigFile::read("example.yaml".as_ref(), &sample, &no_environment);
    assert_eq!(file.problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>(), [""; 0]);
    let input = file.input(None).expect("it has one input");
    let problems: Vec<Problem> = input.problems.iter().cloned().chain(lint(&input.values)).collect();
    assert_eq!(problems, []);
    for field in &FIELDS {
        let name = field.path.rsplit('.').next().expect("a path has a last part");
        assert!(sample.contains(&format!("{name}:")), "{} is missing", field.path);
    }
}

#[test]
fn the_sample_in_the_repository_is_the_one_printed() {
    if std::env::var_os("SOCKEYE_UPDATE_EXPECTED").is_some() {
        fs::write("examples/every_field.yaml", headless::config::example())
            .expect("the sample can be written");
    }
    let stored = fs::read_to_string("examples/every_field.yaml").expect("the sample is in the repository");
    assert_eq!(stored, headless::config::example(), "update it with: sockeye config --example");
}

#[test]
fn every_code_of_a_problem_is_in_the_table_and_in_the_source() {
    let known: Vec<_> = PROBLEM_CODES.iter().map(|row| row.code).collect();
    for path in files_in("tests/config/bad") {
        let mut out = Vec::new();
        let args = LintArgs { files: vec![path], format: LintFormat::Json, ..LintArgs::default() };
        headless::lint::run(&args, &no_environment, &mut out).expect("writing to memory works");
        let files: serde_json::Value = serde_json::from_slice(&out).expect("it is JSON");
        for problem in files[0]["problems"].as_array().expect("problems") {
            let code = problem["code"].as_str().expect("a code");
            assert!(known.contains(&code), "{code} has no row");
        }
    }
    let mut source = String::new();
    for room in ["src/config", "src/cli", "src/headless/lint"] {
        read_all(room.as_ref(), &mut source);
    }
    source += &fs::read_to_string("src/headless/lint.rs").expect("the file can be read");
    // Where a problem is made its code comes first, or behind its field.
    let made = r#"(?:Problem::(?:error|warning)|Fault::new|self\.error|values\.(?:error|warning))\(\s*(?:[\w:.()]+,\s*)?"([a-z0-9-]+)""#;
    for made in regex::Regex::new(made).expect("it is well formed").captures_iter(&source) {
        assert!(known.contains(&&made[1]), "{} has no row", &made[1]);
    }
    for code in known {
        assert!(source.contains(&format!("\"{code}\"")), "{code} is never told");
    }
}

/// The sources of a room, without their tests and without the table.
fn read_all(folder: &std::path::Path, source: &mut String) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            read_all(&path, source);
        } else if !path.ends_with("problem_codes.rs") && !path.ends_with("tests.rs") {
            let text = fs::read_to_string(&path).expect("the file can be read");
            source.push_str(text.split("#[cfg(test)]").next().unwrap_or_default());
        }
    }
}

#[test]
fn the_examples_pass_the_lint() {
    let files = files_in("examples");
    assert!(files.len() >= 3, "there are examples");
    let mut out = Vec::new();
    let environment = |name: &str| name.starts_with("FEED_").then(|| "value".to_owned());
    let args = LintArgs { files, ..LintArgs::default() };
    let exit = headless::lint::run(&args, &environment, &mut out).expect("writing to memory works");
    assert_eq!(exit, Exit::Done, "{}", String::from_utf8_lossy(&out));
}

#[test]
fn the_name_of_a_file_cannot_control_the_terminal() {
    let mut out = Vec::new();
    let args = LintArgs { files: vec!["no\u{1b}[31m.yaml".into()], ..LintArgs::default() };
    let exit = headless::lint::run(&args, &no_environment, &mut out).expect("writing to memory works");
    let out = String::from_utf8(out).expect("the lint writes text");
    assert_eq!(exit, Exit::Usage);
    assert!(out.starts_with("no␛[31m.yaml: no such file\n"), "{out}");
}

#[test]
fn lint_exits_with_usage_only_for_errors() {
    let run = |file: &str| {
        let mut out = Vec::new();
        let args = LintArgs { files: vec![file.into()], ..LintArgs::default() };
        let exit = headless::lint::run(&args, &no_environment, &mut out).expect("writing to memory works");
        (exit, String::from_utf8(out).expect("the lint writes text"))
    };
    assert_eq!(run("tests/config/bad/max_retries_empty.yaml").0, Exit::Done);
    let (exit, out) = run("tests/config/bad/no_scheme.yaml");
    assert_eq!(exit, Exit::Usage);
    assert!(out.starts_with("tests/config/bad/no_scheme.yaml(1,6) url: the scheme is missing"), "{out}");
    assert_eq!(run("tests/config/bad/no_such_file.yaml").0, Exit::Usage);
    assert_eq!(
        run("tests/config/bad/two_inputs.yaml").0,
        Exit::Done,
        "several inputs are not an error of a file"
    );
}

#[test]
fn lint_says_what_it_looked_at() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let run = |text: &str| {
        let path = folder.path().join("a.yaml");
        fs::write(&path, text).expect("the file can be written");
        let mut out = Vec::new();
        let args = LintArgs { files: vec![path], ..LintArgs::default() };
        let exit = headless::lint::run(&args, &no_environment, &mut out).expect("writing to memory works");
        (exit, String::from_utf8(out).expect("the lint writes text"))
    };
    let (exit, out) = run("input:\n  websocket: {url: 'ws://h/'}\npipeline: {thread: 1}\n");
    let scope = "no problems in root.input (only the websocket input and what holds it were looked at)\n";
    assert!(exit == Exit::Done && out.ends_with(scope), "{out}");
    let (exit, out) = run("url: ws://h/\n");
    assert!(exit == Exit::Done && out.ends_with(": no problems in root\n"), "{out}");
    let (exit, out) = run("input:\n  http_client: {url: 'ws://h/'}\n");
    let absent = "warning: the file has no websocket input\n";
    assert!(exit == Exit::Done && out.contains(absent) && out.contains("root.input is http_client"), "{out}");
    let (exit, out) = run("input:\n  websockett: {url: 'ws://h/'}\n");
    assert!(exit == Exit::Usage && !out.contains("no websocket input"), "{out}");
}

#[test]
fn config_prints_each_value_with_its_origin() {
    let mut session = from_file("tests/config/good/pipeline.yaml");
    session.fields = vec![("open_messages.0".to_owned(), "${NOT} an expression".to_owned())];
    session.fields.push(("basic_auth.password".to_owned(), "hunter2".to_owned()));
    let mut out = Vec::new();
    let mut problems = Vec::new();
    let args = ConfigArgs { session: session.clone(), ..ConfigArgs::default() };
    let exit =
        headless::config::run(&args, &no_environment, &mut out, &mut problems).expect("memory takes all");
    assert_eq!(exit, Exit::Done, "{}", String::from_utf8_lossy(&problems));
    let out = String::from_utf8(out).expect("it is text");
    if std::env::var_os("SOCKEYE_UPDATE_EXPECTED").is_some() {
        fs::write("tests/config/effective.expected", &out).expect("the expectation can be written");
    }
    let expected = fs::read_to_string("tests/config/effective.expected").unwrap_or_default();
    assert_eq!(out, expected);
}

#[test]
fn a_secret_in_an_opening_message_is_not_printed() {
    let mut session = from_file("tests/config/good/pipeline.yaml");
    session.fields = vec![
        ("open_message".to_owned(), r#"{"key":"hunter2","channel":"ticks"}"#.to_owned()),
        ("basic_auth.password".to_owned(), "hunter2".to_owned()),
    ];
    let loaded = cli::load(&session, &no_environment).expect("it loads");
    let printed = headless::config::effective(&loaded.values);
    assert!(printed.contains(r#"'{"key":"•••","channel":"ticks"}'"#), "{printed}");
    assert!(!printed.contains("hunter2"), "{printed}");
}

#[test]
fn every_field_changes_the_settings() {
    let settings = |pairs: &[(&str, &str)]| {
        let mut values = Values::default();
        values.set("url", "wss://host", Origin::Flag);
        for (path, text) in pairs {
            values.set(*path, *text, Origin::Flag);
        }
        Settings::from_values(&values)
    };
    let pem = include_str!("keys/rsa-cert.pem");
    for field in &FIELDS {
        let path = field.path.replace("[]", ".0");
        let (path, text) = match field.kind {
            Kind::Group => continue,
            Kind::TextMap | Kind::AnyMap => (path + ".x", "y"),
            Kind::TextList => (path + ".0", "y"),
            Kind::ObjectList => (path + ".0.cert_file", "y"),
            Kind::Url { .. } if field.id == FieldId::ProxyUrl => (path, "http://other:3128"),
            Kind::Url { .. } => (path, "wss://other"),
            Kind::Bool => (path, if field.default == DefaultValue::Bool(true) { "false" } else { "true" }),
            Kind::Int => (path, "7"),
            Kind::Choice(_) => (path, "text"),
            Kind::Text | Kind::Path if field.id == FieldId::TlsRootCas => (path, pem),
            Kind::Text | Kind::Path => (path, "y"),
        };
        let mut switch = match field.relevance {
            Relevance::EnabledBy(switch) => vec![(switch.path(), "true")],
            Relevance::Always => Vec::new(),
        };
        // Certificate and key come in pairs.
        let companions: &[&str] = match field.id {
            FieldId::TlsClientCertsCert => &["key"],
            FieldId::TlsClientCertsKey => &["cert"],
            FieldId::TlsClientCerts | FieldId::TlsClientCertsCertFile => &["key_file"],
            FieldId::TlsClientCertsKeyFile => &["cert_file"],
            FieldId::TlsClientCertsPassword => &["cert", "key"],
            _ => &[],
        };
        let companions: Vec<_> = companions.iter().map(|leaf| format!("tls.client_certs.0.{leaf}")).collect();
        switch.extend(companions.iter().map(|path| (path.as_str(), "z")));
        let with = [switch.as_slice(), &[(path.as_str(), text)]].concat();
        match settings(&with) {
            Ok(changed) => assert_ne!(Ok(changed), settings(&switch), "{path} changes nothing"),
            Err(problems) => {
                panic!("{path}: {problems:?}");
            }
        }
    }
}

/// A config with a secret in all places that may have one.
#[test]
fn a_secret_that_begins_like_a_sign_of_yaml_is_not_shown() {
    for sign in ["&", "!", "!!", "*", "|", ">", "%", "@", "?", "&a !", "[", "{", "'", "\""] {
        let text = format!("websocket:\n  url: ws://h\n  pasword: {sign}hunter2\n");
        let file = ConfigFile::read("sign.yaml".as_ref(), &text, &no_environment);
        let problems = file.problems.iter().chain(file.inputs.iter().flat_map(|input| &input.problems));
        let shown: String = problems.map(ToString::to_string).collect();
        assert!(shown.contains("pasword") && !shown.contains("hunter2"), "{text}{shown}");
    }
}

#[test]
fn a_key_that_begins_like_an_anchor_or_a_tag_does_not_show_its_secret() {
    for key in ["&password", "!password", "&a !password"] {
        let line = format!("  basic_auth: {{ {key}: hunter2 }}\n");
        for text in [line.clone(), format!("  basic_auth: {{ {key}: hunter2, {key}: hunter2 }}\n")] {
            let text = format!("websocket:\n  url: ws://h\n{text}");
            let file = ConfigFile::read("key.yaml".as_ref(), &text, &no_environment);
            let problems = file.problems.iter().chain(file.inputs.iter().flat_map(|input| &input.problems));
            let shown: String = problems.map(ToString::to_string).collect();
            assert!(!shown.is_empty() && !shown.contains("hunter2"), "{text}{shown}");
        }
    }
}

#[test]
fn a_secret_out_of_all_proportion_is_masked_where_it_stands() {
    let text = format!("websocket:\n  url: ws://h\n  pasword: {}\n  token: b\n", "hunter2".repeat(100_000));
    let file = ConfigFile::read("long.yaml".as_ref(), &text, &no_environment);
    let shown: String = file.inputs[0].problems.iter().map(ToString::to_string).collect();
    assert!(shown.contains("pasword") && !shown.contains("hunter2"), "{shown}");
}

#[test]
fn a_block_of_text_at_the_end_of_a_file_has_a_line_break_only_if_the_file_has() {
    for (end, message) in [("", "one\ntwo"), ("\n", "one\ntwo\n"), ("\n\n", "one\ntwo\n")] {
        let text = format!("websocket:\n  url: ws://h\n  open_message: |\n    one\n    two{end}");
        let file = ConfigFile::read("end.yaml".as_ref(), &text, &no_environment);
        let read = file.inputs[0].values.of(FieldId::OpenMessage).map(|given| given.text.as_str());
        assert_eq!(read, Some(message));
    }
}

const PIPELINE: &str = "input:
  label: feed
  websocket:
    url: wss://example.com/feed
    headers:
      X-Api-Key: hunter2
    tls:
      enabled: true
      client_certs:
        - cert_file: ./c.pem
          password: hunter2
    oauth:
      consumer_secret: hunter2
      access_token: \"hunter2\"
    basic_auth: { enabled: true, username: ann, password: hunter2 }
    jwt:
      enabled: true
      claims:
        sub: hunter2
  processors: []
";

proptest! {
    #[test]
    fn printed_yaml_has_the_same_values(
        message in "\\PC{0,40}",
        messages in prop::collection::vec(any::<String>(), 0..3),
        user in "[^:\\x00]{0,20}",
        retries in any::<i64>(),
        replay in any::<bool>(),
    ) {
        let mut values = Values::default();
        values.set("url", "ws://host/path?a=b", Origin::Flag);
        if messages.is_empty() {
            values.set("open_message", message, Origin::Flag);
        }
        for (index, message) in messages.iter().enumerate() {
            values.set(format!("open_messages.{index}"), message, Origin::Flag);
        }
        values.set("basic_auth.enabled", "true", Origin::Flag);
        values.set("basic_auth.username", user, Origin::Flag);
        values.set("connection.max_retries", retries.to_string(), Origin::Flag);
        values.set("auto_replay_nacks", replay.to_string(), Origin::Flag);
        let printed = headless::config::effective(&values);
        let again = ConfigFile::read("again.yaml".as_ref(), &printed, &no_environment);
        prop_assert!(again.problems.is_empty(), "{:?}\n{}", again.problems, printed);
        let read = &again.inputs[0].values;
        for (path, value) in values.iter() {
            prop_assert_eq!(&read.get(path).expect("it is printed").text, &value.text, "{}\n{}", path, printed);
        }
    }

    #[test]
    fn debug_problems_and_config_show_no_secret(secret in "[a-zA-Z0-9]{12,24}", which in 0..7_usize, on in any::<bool>()) {
        let paths = [
            "basic_auth.password", "oauth.consumer_secret", "oauth.access_token", "headers.X-Key",
            "tls.client_certs.0.password", "jwt.claims.sub", "tls.client_certs.0.key",
        ];
        let mut values = Values::default();
        values.set("url", format!("wss://host/?token={secret}"), Origin::Flag);
        values.set(paths[which], secret.as_str(), Origin::Flag);
        values.set("tls.enabled", on.to_string(), Origin::Flag);
        let problems = lint(&values);
        let settings = Settings::from_values(&values);
        let shown = format!("{values:?}{problems:?}{settings:?}{}", headless::config::effective(&values));
        prop_assert!(!shown.contains(&secret), "{}", shown);
    }

    #[test]
    fn a_typing_mistake_shows_no_secret(at in 0..PIPELINE.len(), slip in 0..14_usize) {
        let secret = PIPELINE.match_indices("hunter2").any(|(from, text)| (from..from + text.len()).contains(&at));
        prop_assume!(!secret);
        let mut text = PIPELINE.to_owned();
        match [":", "\"", "'", "{", "[", "#", "-", " ", "\n", "\t", "*", "&", "!"].get(slip) {
            Some(slip) => text.insert_str(at, slip),
            None => drop(text.remove(at)),
        }
        let file = ConfigFile::read("slip.yaml".as_ref(), &text, &no_environment);
        let mut problems = file.problems.clone();
        for input in &file.inputs {
            problems.extend(input.problems.iter().cloned());
            problems.extend(cli::validate(&input.values, &input.problems));
        }
        file.add_lines(&mut problems);
        let shown = problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        prop_assert!(!shown.contains("hunter2"), "{}\n{}", text, shown);
    }

    #[test]
    fn no_text_causes_a_panic(text in "[a-z:{}\\[\\] \n\"'|>&*!#$-]{0,80}") {
        let file = ConfigFile::read("any.yaml".as_ref(), &text, &no_environment);
        for input in &file.inputs {
            drop(lint(&input.values));
        }
    }
}

#[test]
fn every_slot_of_an_input_is_in_the_corpus() {
    // REFERENCE.md 10.6: what a path of an input of the corpus has for each slot.
    let slots = [
        ("input", ".input"),
        ("input_resources[]", ".input_resources.0"),
        ("broker.inputs[]", ".broker.inputs.1"),
        ("sequence.inputs[]", ".sequence.inputs.1"),
        ("read_until.input", ".read_until.input"),
        ("batched.child", ".batched.child"),
        ("dynamic.inputs.<id>", ".dynamic.inputs."),
        ("azure_blob_storage.targets_input", ".azure_blob_storage.targets_input"),
        ("a body of the streams API", "root.orders.input"),
    ];
    let mut paths = Vec::new();
    for path in files_in("tests/config/corpus") {
        let text = fs::read_to_string(&path).expect("the file can be read");
        let file = ConfigFile::read(&path, &text, &no_environment);
        paths.extend(file.inputs.into_iter().map(|input| input.path));
    }
    for (slot, part) in slots {
        assert!(paths.iter().any(|path| path.contains(part)), "{slot} is not in {paths:#?}");
    }
    assert!(paths.iter().any(|path| path == "root"), "an input by itself");
    for (slot, part) in &slots[2..8] {
        let name = part.split('.').nth(1).expect("it is the wrapper");
        let body = match part.rsplit('.').next().expect("it has parts") {
            "1" => "inputs: [{resource: x}, INPUT]",
            "" => "inputs: {one: INPUT}",
            "targets_input" => "targets_input: INPUT",
            "child" => "policy: {count: 1}\n    child: INPUT",
            _ => "idle_timeout: 1s\n    input: INPUT",
        };
        let text =
            format!("input:\n  {name}:\n    {body}\n").replace("INPUT", "{websocket: {url: 'ws://h/'}}");
        let file = ConfigFile::read("a.yaml".as_ref(), &text, &no_environment);
        let [input] = file.inputs.as_slice() else { panic!("{slot}: {text}") };
        assert!(input.path.contains(part), "{slot}: {}", input.path);
        assert_eq!(file.slot_problems(Dialect::Connect).count(), 0, "{slot}");
    }
}
