//! The files that the program makes: their owner's alone, none written over, none left behind.
#![cfg(unix)]

use std::{
    fs,
    io::{Read as _, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::program::{feeding, nobody, run, shell, sockeye, text};

/// Every file and folder below, with its mode.
fn modes(folder: &Path) -> Vec<(PathBuf, u32)> {
    let mut modes = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        modes.push((path.clone(), fs::metadata(&path).expect("it is there").permissions().mode() & 0o777));
        if path.is_dir() {
            modes.extend(self::modes(&path));
        }
    }
    modes
}

#[tokio::test]
async fn whatever_is_written_is_its_owners_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let [output, capture, dead_letters] = ["feed.jsonl", "feed.sqlite", "dead.jsonl"]
        .map(|name| folder.path().join(name).display().to_string());
    let server = feeding([text("tick"), text("bad")].concat()).await;
    let url = server.ws("/");
    let files = ["--output", &output, "--capture", &capture, "--dead-letters", &dead_letters];
    let args = [&["tail", &url, "--count", "2", "--reject", "bad"], &files[..]].concat();
    let mut command = sockeye(&args);
    command.env("SOCKEYE_LOG", "debug").env("XDG_STATE_HOME", folder.path().join("state"));
    // As open as a mask can be.
    let mut open = Command::new("sh");
    open.args(["-c", r#"umask 0; exec "$@""#, "sh"]).arg(command.get_program()).args(command.get_args());
    open.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let status = tokio::task::spawn_blocking(move || open.stderr(Stdio::null()).status());
    assert_eq!(status.await.expect("no panic").expect("it starts").code(), Some(0));
    let modes = modes(folder.path());
    assert_eq!(modes.len(), 7, "{modes:?}");
    for (path, mode) in modes {
        assert_eq!(mode, if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
    }
}

#[tokio::test]
async fn an_output_that_is_no_file_is_written_to_as_it_is() {
    for line in [
        r#""$@" --output /dev/stdout"#,
        r#""$@" --output /dev/stdout | cat"#,
        r#""$@" --output /dev/fd/3 3>&1"#,
        r#"d=$(mktemp -d); mkfifo "$d/p"; cat "$d/p" & "$@" --output "$d/p"; wait; rm -r "$d""#,
        r#"d=$(mktemp -d); echo old > "$d/f"; "$@" --output /dev/stdout >> "$d/f"; tail -n 1 "$d/f"; rm -r "$d""#,
    ] {
        let server = feeding(text("tick")).await;
        let url = server.ws("/");
        let ran = shell(line, &["tail", &url, "--count", "1", "--format", "raw"]).await;
        assert_eq!((ran.out.as_str(), ran.code), ("tick\n", Some(0)), "{line}: {}", ran.err);
    }
    let ran = run(&["tail", &nobody().await, "--no-retry", "--output", "/dev/null"]).await;
    assert_eq!(ran.code, Some(7), "{}", ran.err);
}

#[tokio::test]
async fn a_replaced_output_is_a_new_file_and_its_old_readers_see_nothing_of_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("feed.txt");
    fs::File::create(&path).and_then(|mut file| file.write_all(b"old\n")).expect("a file");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("the mode changes");
    let mut reader = fs::File::open(&path).expect("it is there");
    let server = feeding(text("tick")).await;
    let (url, name) = (server.ws("/"), path.display().to_string());
    let args = ["tail", &url, "--count", "1", "--format", "raw", "--force", "--output", &name];
    assert_eq!(run(&args).await.code, Some(0));
    let mut seen = String::new();
    reader.read_to_string(&mut seen).expect("it is text");
    assert_eq!((seen.as_str(), modes(folder.path())), ("old\n", vec![(path, 0o600)]));
}

/// Every command that writes to stdout, with what it needs for it.
fn writing(url: &str, config: &str) -> Vec<Vec<String>> {
    let lines = [
        format!("tail {url} --count 1"),
        format!("tail {url} --count 1 --output /dev/stdout"),
        format!("probe {url} --json"),
        format!("lint {config}"),
        "config --example".to_owned(),
        "serve echo".to_owned(),
        "completions bash".to_owned(),
        "man".to_owned(),
        "--help".to_owned(),
        "--version".to_owned(),
    ];
    lines.iter().map(|line| line.split(' ').map(str::to_owned).collect()).collect()
}

fn config(folder: &Path) -> String {
    let path = folder.join("feed.yaml");
    fs::write(&path, "url: ws://feed.example/\n").expect("a file");
    path.display().to_string()
}

#[tokio::test]
async fn an_output_that_is_closed_is_told_before_anything_is_tried() {
    let folder = tempfile::tempdir().expect("a folder");
    for args in writing("ws://127.0.0.1:9/", &config(folder.path())) {
        let args: Vec<_> = args.iter().map(String::as_str).collect();
        for (line, message) in [
            (r#""$@" >&-"#, "sockeye: cannot write to standard output: it is closed\n"),
            (r#""$@" <&- >&-"#, "sockeye: cannot write to standard output: it is closed\n"),
            (
                r#""$@" 1</dev/null"#,
                "sockeye: cannot write to standard output: it is open for reading only\n",
            ),
            (r#""$@" >&- 2>&-"#, ""),
        ] {
            let ran = shell(line, &args).await;
            assert_eq!(
                (ran.err.as_str(), ran.out.as_str(), ran.code),
                (message, "", Some(23)),
                "{args:?} {line}"
            );
        }
    }
}

#[tokio::test]
async fn an_output_that_goes_nowhere_on_purpose_is_none_that_is_closed() {
    // As the shell opens it, and as Python and systemd do, for both ways.
    for line in [r#""$@" >/dev/null"#, r#""$@" 1<>/dev/null"#] {
        let server = feeding(text("tick")).await;
        let url = server.ws("/");
        for args in [&["tail", &url, "--count", "1"][..], &["config", "--example"], &["--help"]] {
            let ran = shell(line, args).await;
            assert_eq!((ran.out.as_str(), ran.code), ("", Some(0)), "{args:?} {line}: {}", ran.err);
        }
    }
    let ran = shell(r#""$@" >&-"#, &["tail", &nobody().await, "--no-retry", "--output", "/dev/null"]).await;
    assert_eq!(ran.code, Some(7), "who writes elsewhere needs no output: {}", ran.err);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_output_that_is_full_has_an_exit_code_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    for args in writing("URL", &config(folder.path())) {
        let server = feeding(text("tick")).await;
        let url = server.ws("/");
        let args: Vec<_> = args.iter().map(|arg| if arg == "URL" { &url } else { arg }).collect();
        let args: Vec<_> = args.into_iter().map(String::as_str).collect();
        if args.contains(&"serve") {
            continue;
        }
        let ran = shell(r#""$@" >/dev/full"#, &args).await;
        assert_eq!(ran.code, Some(23), "{args:?}: {}", ran.err);
        let message = "sockeye: cannot write to standard output: No space left on device";
        assert!(ran.err.contains(message), "{args:?}: {}", ran.err);
    }
    // What failed on the network is told first.
    let ran = shell(r#""$@" >/dev/full"#, &["probe", &nobody().await]).await;
    assert_eq!(ran.code, Some(7), "{}", ran.err);
}

#[tokio::test]
async fn a_capture_and_dead_letters_that_cannot_be_written_have_it_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let [capture, dead_letters] =
        ["c.sqlite", "d.jsonl"].map(|name| folder.path().join(name).display().to_string());
    let feed = text(&"x".repeat(100)).repeat(60_000);
    let end = ["--count", "60000", "--output", "/dev/null"];
    let reject = ["--ack", "reject", "--auto-replay-nacks=false", "--dead-letters", &dead_letters];
    for (line, args, message) in [
        // A limit to the size of a file is what a full disk is, and needs no disk.
        (r#"trap '' XFSZ; ulimit -f 2048; "$@""#, &["--capture", &capture][..], "the capture has "),
        (r#"trap '' XFSZ; ulimit -f 8; "$@""#, &reject, "cannot write dead letters to "),
    ] {
        let server = feeding(feed.clone()).await;
        let url = server.ws("/");
        let ran = shell(line, &[&["tail", &url], &end[..], args].concat()).await;
        assert_eq!(ran.code, Some(23), "{args:?}: {}", ran.err);
        assert!(ran.err.contains(message), "{args:?}: {}", ran.err);
    }
    for flag in ["--capture", "--dead-letters", "--output"] {
        let ran = run(&["tail", "ws://127.0.0.1:9/", flag, "/nowhere/file"]).await;
        assert_eq!(ran.code, Some(23), "{flag}: {}", ran.err);
    }
}
