//! The files that the program makes: their owner's alone, none written over, none left behind.
#![cfg(unix)]

use std::{
    fs,
    io::{Read as _, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::program::{Ran, feeding, nobody, run, sockeye, text};

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

/// Runs a line of a shell in which `"$@"` is the program with its arguments.
async fn shell(line: &str, args: &[&str]) -> Ran {
    let program = sockeye(args);
    let mut command = Command::new("sh");
    command.args(["-c", line, "sh"]).arg(program.get_program()).args(program.get_args());
    command.env_clear().envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.stdin(Stdio::null());
    let output = tokio::task::spawn_blocking(move || command.output());
    let output = output.await.expect("no panic").expect("the shell starts");
    let lines = |bytes| String::from_utf8(bytes).expect("lines are UTF-8");
    Ran { code: output.status.code(), out: lines(output.stdout), err: lines(output.stderr) }
}

#[tokio::test]
async fn whatever_is_written_is_its_owners_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let [output, capture, letters] = ["feed.jsonl", "feed.sqlite", "dead.jsonl"]
        .map(|name| folder.path().join(name).display().to_string());
    let server = feeding([text("tick"), text("bad")].concat()).await;
    let url = server.ws("/");
    let files = ["--output", &output, "--capture", &capture, "--dead-letters", &letters];
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
