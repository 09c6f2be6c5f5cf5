//! `sockeye lint` for teams: folders, patterns and stdin, its formats, the person's own engine, and its mends.

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::program::sockeye;

const GOOD: &str = "input:\n  websocket:\n    url: ws://feed.example/\n";
const BAD: &str = "input:\n  websocket:\n    url: ws://feed.example/\n    foo: bar\n";

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("it is in the folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

/// The lint in a folder.
fn lint(folder: &Path, args: &[&str]) -> Command {
    let mut command = sockeye(&[&["lint"], args].concat());
    command.current_dir(folder);
    command
}

/// Its exit code and what it prints.
fn ran(mut command: Command) -> (i32, String) {
    let output = command.output().expect("the program starts");
    let text = String::from_utf8(output.stdout).expect("it is UTF-8");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{text}");
    (output.status.code().expect("it ends by itself"), text)
}

fn with_stdin(mut command: Command, text: &str) -> (i32, String) {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    (output.status.code().expect("it ends by itself"), String::from_utf8(output.stdout).expect("it is UTF-8"))
}

#[test]
fn a_folder_is_searched_for_pipelines_and_the_rest_is_counted() {
    let folder = folder(&[
        ("a/bad.yaml", BAD),
        ("a/good.yml", GOOD),
        ("a/resources.yaml", "input_resources:\n  - label: x\n    websocket: {url: 'ws://h/'}\n"),
        ("a/kafka.yaml", "input:\n  kafka: {}\n"),
        ("a/compose.yaml", "services: {a: {}}\n"),
        ("a/values.yaml", "url: http://elsewhere/\nreplicaCount: 1\n"),
        ("a/ci.yaml", "pipeline:\n  build: {image: x}\n"),
        ("a/readme.md", BAD),
        ("a/.hidden/bad.yaml", BAD),
        ("a/node_modules/x/bad.yaml", BAD),
    ]);
    #[cfg(unix)]
    std::os::unix::fs::symlink(".", folder.path().join("a/loop")).expect("a link");
    let (code, out) = ran(lint(folder.path(), &["a"]));
    assert_eq!(code, 2, "{out}");
    assert_eq!(out.matches("foo: no field has this name").count(), 1, "{out}");
    assert!(out.contains("a/good.yml: no problems in root.input"), "{out}");
    assert!(out.contains("a/resources.yaml: no problems"), "{out}");
    let summary = "3 files checked, 1 error, 0 warnings, 1 pipeline without a websocket input, \
                   3 files skipped, which hold no pipeline\n";
    assert!(out.ends_with(summary), "{out}");
}

#[test]
fn what_holds_no_pipeline_is_skipped_where_a_hook_names_every_file() {
    let folder = folder(&[("bad.yaml", BAD), ("compose.yaml", "services: {a: {}}\n")]);
    assert_eq!(ran(lint(folder.path(), &["compose.yaml"])).0, 2, "a file that is named is meant");
    assert_eq!(ran(lint(folder.path(), &["--skip-others", "compose.yaml"])).0, 0);
    let (code, out) = ran(lint(folder.path(), &["--skip-others", "compose.yaml", "bad.yaml"]));
    let summary = "1 file checked, 1 error, 0 warnings, 1 file skipped, which holds no pipeline\n";
    assert!(code == 2 && out.ends_with(summary), "{out}");
}

#[test]
fn a_pattern_that_the_shell_left_alone_is_expanded_and_each_file_is_checked_once() {
    let folder = folder(&[("a/bad.yaml", BAD), ("a/b/good.yaml", GOOD), ("[x].yaml", GOOD)]);
    let (code, out) = ran(lint(folder.path(), &["a/**/*.yaml", "a", "a/bad.yaml", "./a/bad.yaml"]));
    assert_eq!((code, out.matches("foo: ").count()), (2, 2), "{out}");
    assert!(out.ends_with("2 files checked, 1 error, 0 warnings\n"), "{out}");
    let (code, out) = ran(lint(folder.path(), &["[x].yaml"]));
    assert!(code == 0 && out.starts_with("[x].yaml: no problems"), "a file of this name comes first: {out}");
    for (pattern, words) in
        [("*.nope", "no file matches this pattern"), ("a*[", "the pattern is not valid: ")]
    {
        let (code, out) = ran(lint(folder.path(), &[pattern]));
        assert!(code == 2 && out.contains(words), "{out}");
    }
}

#[test]
#[cfg(unix)]
fn links_are_followed_but_not_in_a_circle_and_a_pattern_never_waits_for_a_pipe() {
    use std::os::unix::fs::symlink;
    let folder =
        folder(&[("a/good.yaml", GOOD), ("a/.hidden/bad.yaml", BAD), ("b/own.yaml", BAD), ("c.yaml", GOOD)]);
    let at = |path: &str| folder.path().join(path);
    symlink("..", at("a/loop")).expect("a link");
    symlink(".", at("a/itself")).expect("a link");
    symlink("../b", at("a/linked")).expect("a link");
    symlink("nowhere", at("a/dangling.yaml")).expect("a link");
    let pipe = Command::new("mkfifo").arg(at("a/pipe.yaml")).status().expect("it runs");
    assert!(pipe.success());
    let (code, out) = ran(lint(folder.path(), &["a"]));
    assert_eq!((code, out.matches("foo: no field").count()), (2, 1), "{out}");
    assert!(out.ends_with("2 files checked, 1 error, 0 warnings\n"), "{out}");
    let (code, out) = ran(lint(folder.path(), &["a/**/*.yaml"]));
    assert_eq!((code, out.matches("foo: no field").count()), (2, 1), "{out}");
    assert!(out.contains("a/pipe.yaml: it is no file, but a pipe or a device"), "{out}");
    let (code, out) = ran(lint(folder.path(), &["a/.*/*.yaml"]));
    assert!(code == 2 && out.starts_with("a/.hidden/bad.yaml(") && out.matches(": ").count() < 4, "{out}");
    let (_, out) = ran(lint(folder.path(), &["a/dangling.yaml"]));
    assert!(out.contains("it is a link to nowhere, which does not exist"), "{out}");
}

#[test]
fn what_cannot_be_read_is_one_error_and_does_not_stop_the_others() {
    let folder = folder(&[("bad.yaml", BAD), ("empty/x.txt", "")]);
    fs::write(folder.path().join("picture.yaml"), b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").expect("a file");
    fs::write(folder.path().join("latin.yaml"), b"url: ws://h/\n# caf\xe9\n").expect("a file");
    let args = ["nowhere.yaml", "picture.yaml", "latin.yaml", "empty", "bad.yaml"];
    let (code, out) = ran(lint(folder.path(), &args));
    assert_eq!(code, 2);
    for line in [
        "nowhere.yaml: no such file\n",
        "picture.yaml(3,1) this is not text: byte 9 is zero\n",
        "latin.yaml(2,6) byte 19 is not UTF-8: 0xe9\n",
        "empty: the folder has no .yaml or .yml file\n",
        "bad.yaml(4,5) foo: no field has this name\n",
        "1 file checked, 5 errors, 0 warnings\n",
    ] {
        assert!(out.contains(line), "{line}: {out}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_an_error_that_names_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder(&[("secret.yaml", GOOD), ("bad.yaml", BAD)]);
    let path = folder.path().join("secret.yaml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("the mode changes");
    if fs::read(&path).is_ok() {
        // The superuser reads everything.
        return;
    }
    let (code, out) = ran(lint(folder.path(), &["."]));
    assert!(code == 2 && out.contains("secret.yaml: cannot read the file: Permission denied"), "{out}");
    assert!(out.contains("bad.yaml(4,5) foo"), "{out}");
}

#[test]
fn ten_megabytes_of_yaml_are_checked() {
    let name = "a test of the pipeline ".repeat(20);
    let text =
        format!("{GOOD}output:\n  drop: {{}}\ntests:\n{}", format!("  - name: {name}\n").repeat(22_000));
    assert!(text.len() > 10_000_000);
    let folder = folder(&[("large.yaml", &text)]);
    let (code, out) = ran(lint(folder.path(), &["large.yaml"]));
    assert!(code == 0 && out.starts_with("large.yaml: no problems"), "{out}");
}

#[test]
fn stdin_is_checked_like_a_file() {
    let folder = folder(&[]);
    let (code, out) = with_stdin(lint(folder.path(), &["-"]), BAD);
    assert!(code == 2 && out.starts_with("stdin(4,5) foo: no field has this name\n"), "{out}");
    let (code, out) =
        with_stdin(lint(folder.path(), &["-", "--fix"]), &BAD.replace("foo: bar", "open_mesage: hi"));
    assert!(code == 2 && out.contains("stdin: not written: stdin cannot be written to"), "{out}");
}

#[test]
fn warnings_are_errors_where_they_are_denied() {
    let text = format!("{GOOD}    connection: {{max_retries: 0}}\n");
    let folder = folder(&[("a.yaml", &text)]);
    assert_eq!(ran(lint(folder.path(), &["a.yaml"])).0, 0);
    assert_eq!(ran(lint(folder.path(), &["a.yaml", "--deny", "warnings"])).0, 2);
}

#[test]
fn json_is_an_array_of_files() {
    let folder = folder(&[("bad.yaml", BAD), ("good.yaml", GOOD)]);
    let (code, out) =
        ran(lint(folder.path(), &["bad.yaml", "good.yaml", "nowhere.yaml", "--format", "json"]));
    let files: Value = serde_json::from_str(&out).expect("it is JSON");
    assert_eq!(code, 2);
    let expected = serde_json::json!([
        {"file": "bad.yaml", "inputs": ["root.input"], "problems": [{
            "code": "unknown-field", "severity": "error", "line": 4, "column": 5, "field": "foo",
            "message": "no field has this name", "help": "`sockeye config --example` lists all fields",
            "excerpt": "    foo: •••", "mendable": false, "sources": ["Sockeye"],
        }]},
        {"file": "good.yaml", "inputs": ["root.input"], "problems": []},
    ]);
    assert_eq!((&files[0], &files[1]), (&expected[0], &expected[1]));
    assert_eq!(files[2]["problems"][0]["code"], "file-not-found");
    assert_eq!(files[2]["problems"][0]["line"], Value::Null, "the file as a whole has no line");
}

/// What the schema of SARIF 2.1.0 requires of each part that is written, and what GitHub asks for besides.
#[test]
fn sarif_has_what_its_schema_requires() {
    let folder = folder(&[("a b/bad ü.yaml", BAD), ("good.yaml", GOOD)]);
    let args = ["a b/bad ü.yaml", "good.yaml", "nowhere.yaml", "--format", "sarif"];
    let (code, out) = ran(lint(folder.path(), &args));
    assert_eq!(code, 2);
    let log: Value = serde_json::from_str(&out).expect("it is JSON");
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().is_some_and(|schema| schema.ends_with("sarif-2.1.0.json")));
    let [run] = &log["runs"].as_array().expect("runs")[..] else { panic!("one run: {log}") };
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "Sockeye");
    let rules = driver["rules"].as_array().expect("rules");
    for rule in rules {
        for text in [&rule["id"], &rule["shortDescription"]["text"], &rule["help"]["text"]] {
            assert!(text.as_str().is_some_and(|text| !text.is_empty()), "{rule}");
        }
    }
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), 2);
    for result in results {
        assert!(["error", "warning"].contains(&result["level"].as_str().expect("a level")), "{result}");
        assert!(result["message"]["text"].is_string(), "{result}");
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("it is small");
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a%20b/bad%20%C3%BC.yaml");
    assert_eq!(place["region"], serde_json::json!({"startLine": 4, "startColumn": 5}));
    let whole = &results[1]["locations"][0]["physicalLocation"];
    assert_eq!((&whole["artifactLocation"]["uri"], &whole["region"]), (&"nowhere.yaml".into(), &Value::Null));
    let (code, out) = ran(lint(folder.path(), &["good.yaml", "--format", "sarif"]));
    let log: Value = serde_json::from_str(&out).expect("it is JSON");
    assert_eq!(
        (code, &log["runs"][0]["results"]),
        (0, &serde_json::json!([])),
        "no results are an empty list"
    );
}

#[test]
fn github_reads_one_annotation_a_line() {
    let folder = folder(&[("a,b.yaml", BAD)]);
    let (code, out) = ran(lint(folder.path(), &["a,b.yaml", "--format", "github"]));
    let line = "::error file=a%2Cb.yaml,line=4,col=5,title=unknown-field (Sockeye)::foo: no field has this name\
                %0Ahelp: `sockeye config --example` lists all fields\n";
    assert_eq!((code, out.as_str()), (2, line));
}

const MENDABLE: &str = "\u{feff}# kept\r\ninput:\r\n  websocket:\r\n    urll: ws://h/   # here\r\n    \
    open_message_type: 'TEXT'\r\n    auto_replay_nacks: \"true\"\r\n    foo: bar\r\n    connection: {max_retries: '3'}\r\n    \
    basic_auth: {enabledd: true, username: a, pasword: 12345}\r\n";
const MENDED: &str = "\u{feff}# kept\r\ninput:\r\n  websocket:\r\n    url: ws://h/   # here\r\n    \
    open_message_type: 'text'\r\n    auto_replay_nacks: true\r\n    foo: bar\r\n    connection: {max_retries: 3}\r\n    \
    basic_auth: {enabled: true, username: a, password: '12345'}\r\n";

#[test]
fn safe_mends_are_written_and_every_other_byte_is_kept() {
    let folder = folder(&[("a.yaml", MENDABLE)]);
    let path = folder.path().join("a.yaml");
    #[cfg(unix)]
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o640))
        .expect("the mode changes");
    let (code, diff) = ran(lint(folder.path(), &["a.yaml", "--fix", "--diff"]));
    assert_eq!((code, fs::read_to_string(&path).expect("it is text").as_str()), (2, MENDABLE));
    assert!(
        diff.contains("-    urll: ws://h/   # here\n") && diff.contains("+    url: ws://h/   # here\n"),
        "{diff}"
    );
    assert!(!diff.contains("12345"), "{diff}");
    assert!(diff.contains("a.yaml: --fix would mend 7 problems and leave 1 alone\n"), "{diff}");

    let (code, out) = ran(lint(folder.path(), &["a.yaml", "--fix"]));
    assert_eq!(fs::read_to_string(&path).expect("it is text"), MENDED, "{out}");
    assert!(code == 2 && out.contains("a.yaml: mended 7 problems, left 1 alone\na.yaml(7,5) foo: "), "{out}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&path).expect("it is there").permissions().mode() & 0o777, 0o640);
    }
    let (_, again) = ran(lint(folder.path(), &["a.yaml", "--fix"]));
    assert!(!again.contains("mended"), "a second run has nothing to do: {again}");
}

#[test]
fn a_mend_that_could_mean_something_else_is_left_alone() {
    for line in [
        // The name is taken, is that of another object, or is near two.
        "open_message: a\n    open_mesage: b",
        "root_cas_file: a",
        "urrl: ws://other/",
        // A secret would come to stand in a field that is shown.
        "token: s3cr3t",
        "open_message_type: ${KIND:TEXT}",
        "auto_replay_nacks: \"maybe\"",
        "open_mesage: [a, b]",
    ] {
        let text = format!("{GOOD}    {line}\n");
        let folder = folder(&[("a.yaml", &text)]);
        let (_, out) = ran(lint(folder.path(), &["a.yaml", "--fix"]));
        assert_eq!(fs::read_to_string(folder.path().join("a.yaml")).expect("it is text"), text, "{out}");
    }
}

/// A program that acts as an engine: its version, and this shell text for `lint FILE`, where FILE is `$2`.
#[cfg(unix)]
fn engine(folder: &Path, name: &str, lint: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    let path = folder.join("bin").join(name);
    fs::create_dir_all(folder.join("bin")).expect("a folder");
    let shift = if name == "rpk" { "shift\n" } else { "" };
    let text = format!(
        "#!/bin/sh\n{shift}if [ \"$1\" = --version ]; then echo 'Version: v4.80.0'; exit; fi\n{lint}\n"
    );
    fs::write(&path, text).expect("a program");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it is made to run");
}

#[cfg(unix)]
fn with_engine(folder: &Path, args: &[&str]) -> (i32, String) {
    let mut command = lint(folder, args);
    command.env("PATH", format!("{}:/usr/bin:/bin", folder.join("bin").display()));
    ran(command)
}

#[cfg(unix)]
#[test]
fn both_answers_are_one_and_each_line_says_whose_it_is() {
    let folder = folder(&[("bad.yaml", BAD), ("kafka.yaml", "input:\n  kafka: {}\n")]);
    let says = "echo \"$2(4,1) field foo not recognised\" >&2; echo \"$2(9,1) unable to infer output type\" >&2; \
                echo \"$FEED\" >> said; exit 1";
    for (name, title) in [
        ("bento", "Bento"),
        ("benthos", "Benthos"),
        ("redpanda-connect", "Redpanda Connect"),
        ("rpk", "Redpanda Connect"),
    ] {
        engine(folder.path(), name, says);
        let (code, out) = with_engine(folder.path(), &["bad.yaml", "--engine"]);
        let both = format!("bad.yaml(4,5) foo: field foo not recognised [Sockeye, {title} 4.80.0]\n");
        let theirs = format!("bad.yaml(9,1) unable to infer output type [{title} 4.80.0]\n");
        assert!(code == 2 && out.contains(&both) && out.contains(&theirs), "{name}: {out}");
    }
    fs::remove_file(folder.path().join("said")).expect("it has run");
    with_engine(folder.path(), &["bad.yaml"]);
    assert!(!folder.path().join("said").exists(), "it never runs unasked");
    engine(folder.path(), "rpk", "exit 0");
    let (code, out) = with_engine(folder.path(), &["kafka.yaml", "--engine"]);
    let line = "kafka.yaml: no problems in the file (Redpanda Connect 4.80.0 looked at the whole file)\n";
    assert_eq!((code, out.as_str()), (0, line));
}

#[cfg(unix)]
#[test]
fn an_engine_reads_stdin_without_a_file_and_a_path_that_is_no_pattern() {
    let folder = folder(&[("[a] b.yaml", GOOD)]);
    engine(
        folder.path(),
        "bento",
        "grep -q feed.example \"$2\" || echo \"$2(1,1) not this text\"; echo \"$2(2,1) $2\"; exit 1",
    );
    let mut command = lint(folder.path(), &["-", "--engine=bin/bento"]);
    command.env("PATH", "/usr/bin:/bin");
    let (_, out) = with_stdin(command, GOOD);
    assert!(out.contains("stdin(2,1) /dev/stdin [Bento 4.80.0]") && !out.contains("not this"), "{out}");
    let (_, out) = with_engine(folder.path(), &["[a] b.yaml", "--engine"]);
    assert!(out.contains("[a] b.yaml(2,1) \\[a] b.yaml [Bento 4.80.0]"), "{out}");
}

#[cfg(unix)]
#[test]
fn an_engine_that_is_absent_or_fails_is_told_beside_our_own_answer() {
    let folder = folder(&[("good.yaml", GOOD)]);
    let (code, out) = with_engine(folder.path(), &["good.yaml", "--engine"]);
    assert!(
        code == 2
            && out.starts_with(
                "no engine was asked: neither rpk, redpanda-connect, benthos nor bento is on PATH"
            ),
        "{out}"
    );
    assert!(out.contains("good.yaml: no problems"), "{out}");
    let (code, out) = with_engine(folder.path(), &["good.yaml", "--engine=./nowhere"]);
    assert!(
        code == 2 && out.starts_with("no engine was asked: ./nowhere: it does not run: No such file"),
        "{out}"
    );
    engine(folder.path(), "bento", "echo 'panic: nil map'; exit 3");
    let (code, out) = with_engine(folder.path(), &["good.yaml", "--engine"]);
    let words = "good.yaml: Bento 4.80.0 gave no verdict: it ended with exit status: 3: panic: nil map [Bento 4.80.0]\n";
    assert!(code == 2 && out.contains(words), "{out}");
    engine(folder.path(), "bento", "yes field foo is bad | head -c 9000000; exit 1");
    let (code, out) = with_engine(folder.path(), &["good.yaml", "--engine"]);
    assert!(code == 2 && out.len() < 2_000, "what it prints is bounded: {}", out.len());
}

/// The engine's children end with it, though they have its output.
#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_engine_with_all_that_it_has_started() {
    use rustix::process::{Pid, Signal, kill_process, test_kill_process};
    let folder = folder(&[("good.yaml", GOOD)]);
    assert!(Command::new("mkfifo").arg(folder.path().join("begun")).status().expect("it runs").success());
    engine(folder.path(), "bento", "sleep 1000 &\necho $! > begun\nwait");
    let mut command = lint(folder.path(), &["good.yaml", "--engine"]);
    command.env("PATH", format!("{}:/usr/bin:/bin", folder.path().join("bin").display()));
    let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
    let begun = fs::read_to_string(folder.path().join("begun")).expect("the engine says so");
    let pid = |id: i32| Pid::from_raw(id).expect("a process");
    let sleeper = pid(begun.trim().parse().expect("a number"));
    kill_process(pid(child.id().try_into().expect("a process")), Signal::INT).expect("it lives");
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    // Killed, and waited for by nobody here: it goes in its own time.
    let is_gone = || {
        let state =
            fs::read_to_string(format!("/proc/{}/stat", sleeper.as_raw_nonzero())).unwrap_or_default();
        test_kill_process(sleeper).is_err() || state.contains(") Z")
    };
    while !is_gone() {
        std::thread::yield_now();
    }
}

#[test]
fn a_misspelt_component_gets_the_one_that_is_near() {
    let files = [
        (
            "a.yaml",
            "input:\n  label: feed\n  websockt:\n    url: ws://h/\n    open_mesage: hi\noutput:\n  drop: {}\n",
        ),
        ("b.yaml", "input:\n  type: websokcet\n  websocket:\n    url: ws://h/\n"),
        (
            "c.yaml",
            "input:\n  broker:\n    inputs:\n      - websocket: {url: ws://h/}\n        processors:\n          - mappng: root = this\n",
        ),
        // A broker or a batched input may be meant, or a component of one pipeline.
        ("d.yaml", "input:\n  acme_websocket:\n    url: ws://h/\n"),
    ];
    let folder = folder(&files);
    let fixed = |name: &str| {
        ran(lint(folder.path(), &[name, "--fix"]));
        std::fs::read_to_string(folder.path().join(name)).expect("it is there")
    };
    let expected = files[0].1.replace("websockt", "websocket").replace("open_mesage", "open_message");
    assert_eq!(fixed("a.yaml"), expected);
    assert_eq!(fixed("b.yaml"), files[1].1.replace("websokcet", "websocket"));
    assert_eq!(fixed("c.yaml"), files[2].1.replace("mappng", "mapping"));
    assert_eq!(fixed("d.yaml"), files[3].1);
}

#[test]
fn under_an_engine_its_words_are_told() {
    let folder = folder(&[
        (
            "kinds.yaml",
            "input:\n  websocket:\n    url: [a]\n    auto_replay_nacks: {}\n    connection: {max_retries: []}\n    tls: foo\n    oauth: [a]\n    jwt:\n      claims: x\n",
        ),
        (
            "none.yaml",
            "input:\n  websocket:\n    open_message_type: foo\n    tls:\n      client_certs: foo\n",
        ),
        ("null.yaml", "input:\n  websocket:\n"),
    ]);
    let words = |name: &str| {
        let (_, out) = ran(lint(folder.path(), &[name, "--as", "connect"]));
        let lines = out.lines().filter_map(|line| {
            Some(line.split_once(".yaml(")?.1.replacen(',', ":", 1).replacen(')', ":", 1))
        });
        lines.filter(|line| line.starts_with(|c: char| c.is_ascii_digit())).collect::<Vec<_>>()
    };
    assert_eq!(
        words("kinds.yaml"),
        [
            "2:3: url: field url is required",
            "3:10: url: expected string value",
            "4:24: auto_replay_nacks: expected bool value",
            "5:31: connection.max_retries: expected int value",
            "6:10: tls: expected object value, got !!str",
            "7:12: oauth: expected object value, got !!seq",
            "9:15: jwt.claims: expected object value, got !!str",
        ][1..]
    );
    assert_eq!(
        words("none.yaml"),
        [
            "3:5: url: field url is required",
            "3:24: open_message_type: value foo is not a valid option for this field",
            "5:21: tls.client_certs: expected array value",
        ]
    );
    assert_eq!(words("null.yaml"), ["2:13: expected object value, got !!null"]);
}

#[test]
fn a_byte_that_should_not_be_there_is_shown_with_what_is_around_it() {
    let folder = folder(&[]);
    let put =
        |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).expect("it is written");
    put("utf8.yaml", b"input:\n  websocket:\n    # te\xffxt\n");
    put("tab.yaml", b"input:\n\twebsocket:\n\t\turl: ws://h/\n");
    put("secret.yaml", b"websocket:\n  basic_auth:\n    password: hunt\xffer2\n");
    for (name, place, shown) in [("utf8.yaml", "(3,9)", "te\\xffxt"), ("tab.yaml", "(2,1)", "\\twebsocket:")]
    {
        let (_, out) = ran(lint(folder.path(), &[name]));
        assert!(out.contains(place) && out.contains(shown) && out.contains('^'), "{name}: {out}");
    }
    put("zero.yaml", b"input:\n  websocket:\n    url: \"ws://h/\0\"\n");
    put("mark.yaml", b"input:\n  websocket:\n    url: ws://h/\n\xef\xbb\xbf    open_message: a\n");
    let places = [
        ("zero.yaml", "(3,18) control characters are not allowed: this is U+0000", "ws://h/\\x00"),
        ("mark.yaml", "(4,6) did not find expected key", "\\u{feff}    open_message"),
    ];
    for (name, place, shown) in places {
        let (code, out) = ran(lint(folder.path(), &[name]));
        assert!(code == 2 && out.contains(place) && out.contains(shown), "{name}: {out}");
    }
    let (_, out) = ran(lint(folder.path(), &["secret.yaml"]));
    assert!(out.contains("(3,19)") && !out.contains("hunt"), "{out}");
}
