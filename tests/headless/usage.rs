//! Invalid usage: one clear error each, and exit code 2.

use crate::program::{close, feeding, nobody, run, settled, sockeye, text};

#[tokio::test]
async fn the_screen_without_a_terminal_names_tail() {
    for args in [&[][..], &["ws://127.0.0.1:9/"], &["demo"]] {
        let ran = run(args).await;
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{args:?}");
        assert_eq!(ran.err.lines().count(), 1, "{args:?}: {}", ran.err);
        assert!(ran.err.contains("sockeye tail"), "{args:?}: {}", ran.err);
    }
}

#[tokio::test]
async fn an_invalid_url_an_invalid_filter_and_a_missing_file_are_errors_of_one_line() {
    for (args, word) in [
        (&["tail", "http://feed.example/"][..], "http"),
        (&["tail", "ws://127.0.0.1:9/", "--filter", "/["], "filter"),
        (&["tail", "-c", "/nowhere/feed.yaml"], "/nowhere/feed.yaml"),
    ] {
        let ran = run(args).await;
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{args:?}: {}", ran.err);
        assert!(ran.err.starts_with("sockeye: ") && ran.err.contains(word), "{args:?}: {}", ran.err);
        let lines = ran.err.lines().filter(|line| !line.contains("  help: ")).count();
        assert_eq!(lines, 1, "{args:?}: {}", ran.err);
    }
}

/// Level and text of the pipeline's lines in the output of `tail --events`.
fn pipeline_lines(out: &str) -> Vec<(String, String)> {
    let events = out.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("it is JSON"));
    let text = |event: &serde_json::Value, name: &str| event[name].as_str().unwrap_or_default().to_owned();
    events
        .map(|event| {
            assert_eq!(event["kind"], "pipeline", "{event}");
            (text(&event, "level"), text(&event, "text"))
        })
        .collect()
}

#[tokio::test]
async fn a_refusal_is_the_event_that_the_pipeline_would_log_for_ever() {
    const END: &str =
        "Maximum number of connection attempt retries has been met, gracefully terminating input websocket";
    let once = ["--set", "connection.max_retries=0"];
    let bounded = |args: &[&'static str]| [args, &once[..]].concat();
    let key = ["ws://h/", "--set", "jwt.enabled=true", "--set", "jwt.private_key_file=/nowhere.pem"];
    for (args, error, ends) in [
        (vec!["http://h/"], Some("malformed ws or wss URL"), false),
        (bounded(&["ws://u:p@h/"]), Some("malformed ws or wss URL"), true),
        (bounded(&["--as", "connect", "/ticks"]), Some("malformed ws or wss URL"), true),
        (bounded(&["--as", "benthos", "ws://h:70000"]), Some("dial tcp: address 70000: invalid port"), true),
        (vec!["ws://h/", "--proxy", "ftp://p"], Some("proxy: unknown scheme: ftp"), false),
        (
            key.to_vec(),
            Some("failed to read private key: open /nowhere.pem: no such file or directory"),
            false,
        ),
        // The request is signed first.
        (
            [&key[1..], &["http://h/"]].concat(),
            Some("failed to read private key: open /nowhere.pem: no such file or directory"),
            false,
        ),
        // The pipeline does not start.
        (vec!["1:b"], None, false),
        (vec!["http://h/", "--set", "max_message_size=-1"], None, false),
    ] {
        let ran = run(&[&["tail", "--events"], args.as_slice()].concat()).await;
        let line = |text: String| ("error".to_owned(), text);
        let failure = error.map(|error| line(format!("Failed to connect to websocket: {error}")));
        let expected: Vec<_> = failure.into_iter().chain(ends.then(|| line(END.to_owned()))).collect();
        assert_eq!((ran.code, pipeline_lines(&ran.out)), (Some(2), expected), "{args:?}: {}", ran.err);
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn help_that_cannot_be_written_is_an_error_unless_the_pipe_is_closed() {
    let full = || std::fs::File::options().write(true).open("/dev/full").expect("it is there on linux");
    for args in [&["--help"][..], &["--version"], &["tail", "-h"]] {
        let output = crate::program::sockeye(args).stdout(full()).output().expect("the program starts");
        let err = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            err, "sockeye: cannot write to standard output: No space left on device (os error 28)\n",
            "{args:?}"
        );
        assert_eq!(output.status.code(), Some(23), "{args:?}");

        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = crate::program::sockeye(args).stdout(writer).output().expect("the program starts");
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{args:?}");
    }
}

#[tokio::test]
async fn a_log_that_cannot_be_written_is_one_warning() {
    let url = nobody().await;
    let mut command = crate::program::sockeye(&["tail", &url, "--no-retry"]);
    command.env("SOCKEYE_LOG", "debug").env("XDG_STATE_HOME", "/dev/null");
    let output = command.output().expect("the program starts");
    let err = settled(&String::from_utf8_lossy(&output.stderr));
    assert_eq!(err.matches("no log: cannot write to /dev/null/sockeye/log").count(), 1, "{err}");
    assert_eq!(output.status.code(), Some(7), "{err}");
}

#[tokio::test]
async fn two_outputs_with_the_same_file_are_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(path("feed.yaml"), "url: ws://127.0.0.1:9/\n").expect("a config");
    let lines: [&[&str]; 3] = [
        &["tail", "ws://127.0.0.1:9/", "--output", &path("a"), "--capture", &path("./a")],
        &["tail", "ws://127.0.0.1:9/", "--dead-letters", &path("b"), "--capture", &path("b")],
        &["tail", "-c", &path("feed.yaml"), "--output", &path("feed.yaml"), "--force"],
    ];
    for line in lines {
        let ran = run(line).await;
        assert_eq!(ran.code, Some(2), "{}", ran.err);
        assert!(ran.err.contains(" name the same file; give each its own: "), "{}", ran.err);
    }
    assert!(!folder.path().join("a").exists() && !folder.path().join("b").exists());
    let text = std::fs::read_to_string(path("feed.yaml")).expect("it is there");
    assert_eq!(text, "url: ws://127.0.0.1:9/\n");
}

#[tokio::test]
async fn the_log_in_the_state_folder_has_the_session_without_its_secrets() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = feeding([text("tick"), text("tock"), close(1008)].concat()).await;
    let url = format!("{}?token=Zm9vdG9rZW4", server.ws("/"));
    let secrets = ["hunter2", "Zm9vdG9rZW4", "ZGVtbzpodW50ZXIy", "s3cret-header", "open-sesame"];
    let args = ["tail", &url, "--max-retries", "0", "-u", "demo:hunter2", "-H", "X-Key: s3cret-header"];
    let mut command = crate::program::sockeye(&args);
    command.args(["--set", r#"open_message={"password":"open-sesame"}"#]);
    let capture = folder.path().join("session.sqlite");
    command.arg("--capture").arg(&capture);
    command.env("SOCKEYE_LOG", "trace").env("XDG_STATE_HOME", folder.path());
    assert_eq!(run_this(command).await, Some(66));
    let captured = std::fs::read(&capture).expect("a capture");
    for secret in secrets {
        let found = captured.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "{secret} is in the capture");
    }
    let files = std::fs::read_dir(folder.path().join("sockeye/log")).expect("a log folder");
    let files: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    let [log] = &files[..] else { panic!("one file: {files:?}") };
    let log = std::fs::read_to_string(log).expect("a log is text");
    for kind in ["connecting", "stage", "opened", "lost", "finding", "retry", "failed", "ended"] {
        let line = format!(r#"sockeye::engine::emitter: {{"v":1,"kind":"{kind}""#);
        assert!(log.contains(&line), "{kind}: {log}");
    }
    assert!(log.contains("TRACE sockeye::engine::emitter: 2 messages, 8 bytes"), "{log}");
    assert!(!log.contains("tock"), "payloads are not logged: {log}");
    for secret in secrets {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
}

async fn run_this(mut command: std::process::Command) -> Option<i32> {
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("no panic");
    output.expect("the program starts").status.code()
}

#[tokio::test]
async fn every_command_warns_of_a_misspelt_variable_without_its_value() {
    for (args, code) in [
        (&["tail", "ws://127.0.0.1:9/", "--output", "/nowhere/file"][..], 23),
        (&["probe", &nobody().await], 7),
        (&["lint", "/nowhere/feed.yaml"], 2),
        (&["config", "--example"], 0),
        (&["demo"], 2),
    ] {
        let mut command = crate::program::sockeye(args);
        command.env("SOCKEYE_BASIC_AUTH_PASWORD", "hunter2");
        let output = command.output().expect("the program starts");
        let err = String::from_utf8_lossy(&output.stderr);
        let message = "sockeye: warning: the environment variable SOCKEYE_BASIC_AUTH_PASWORD is unknown; \
                    did you mean SOCKEYE_BASIC_AUTH_PASSWORD?\n";
        assert!(err.starts_with(message) && !err.contains("hunter2"), "{args:?}: {err}");
        assert_eq!(output.status.code(), Some(code), "{args:?}: {err}");
    }
}

#[tokio::test]
async fn a_large_config_is_read_and_one_over_the_limits_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("pipeline.yaml");
    let name = path.display().to_string();
    let fields = "input:\n  websocket:\n    url: ws://feed.example/\n";
    let comments = "# a comment that says nothing\n".repeat(200_000);
    std::fs::write(&path, comments.clone() + fields + "    urll: x\n").expect("a file");
    let ran = run(&["lint", &name]).await;
    let place = format!("{name}(200004,5) urll: no field has this name\n  200004 |     urll: x\n");
    assert!(ran.out.starts_with(&place) && ran.code == Some(2), "{}", ran.out);

    let entries = "      - {}\n".repeat(10_002);
    std::fs::write(&path, format!("{fields}    open_messages:\n{entries}")).expect("a file");
    let ran = run(&["lint", &name]).await;
    let message =
        format!("{name}(10005,9) open_messages: it has more than 10000 entries; the rest is not read\n");
    assert!(ran.out.contains(&message) && !ran.out.contains("(10006,"), "{}", ran.out.len());

    std::fs::File::create(&path).and_then(|file| file.set_len((64 << 20) + 1)).expect("a file");
    let ran = run(&["lint", &name]).await;
    assert!(ran.out.contains("it is larger than 64 MiB") && ran.code == Some(2), "{}", ran.out);
}

#[tokio::test]
async fn a_mistyped_command_names_the_nearest() {
    for (word, meant) in [("tial", "'tail'"), ("opn", "'open'")] {
        let ran = run(&[word]).await;
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{word}");
        assert!(ran.err.contains(meant), "{word}: {}", ran.err);
    }
}

#[tokio::test]
async fn each_place_of_the_program_is_listed_with_whether_it_is_there() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = folder.path().join("sockeye/config.toml");
    std::fs::create_dir_all(folder.path().join("sockeye")).expect("a folder");
    std::fs::write(&file, "theme = 'dark'\n").expect("a file");
    let mut command = sockeye(&["paths", "--json"]);
    command.env("XDG_CONFIG_HOME", folder.path()).env("XDG_STATE_HOME", folder.path());
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("no panic");
    let places: serde_json::Value =
        serde_json::from_slice(&output.expect("the program starts").stdout).expect("it is JSON");
    let named = |name: &str| {
        let place = places.as_array().into_iter().flatten().find(|place| place["name"] == name);
        place.unwrap_or_else(|| panic!("there is no {name} in {places}"))
    };
    assert_eq!(named("preferences")["path"], file.display().to_string());
    assert_eq!(named("preferences")["exists"], true);
    for name in ["filters", "columns", "captures", "recent", "sent", "log"] {
        assert_eq!(named(name)["exists"], false, "{name}");
    }
}

#[tokio::test]
async fn a_file_of_preferences_is_checked_with_the_place_of_each_fault() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let file = folder.path().join("mine.toml");
    let path = file.to_str().expect("a path");
    let template = run(&["preferences", "--template"]).await;
    std::fs::write(&file, &template.out).expect("a file");
    let ran = run(&["preferences", "--check", path]).await;
    assert_eq!((ran.code, ran.out), (Some(0), format!("{path}: no problems\n")));
    std::fs::write(&file, "[keys]\nfolow = 'f'\n").expect("a file");
    let ran = run(&["preferences", "--check", path]).await;
    assert_eq!(ran.code, Some(2));
    assert!(ran.out.starts_with(&format!("{path}:2:1: there is no action \"folow\"")), "{}", ran.out);
}
