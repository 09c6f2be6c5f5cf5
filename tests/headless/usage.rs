//! Bad input: each one clear message, and exit code 2.

use crate::program::{nobody, run, settled};

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
async fn a_wrong_url_a_wrong_filter_and_a_missing_file_are_told_in_one_line() {
    for (args, word) in [
        (&["tail", "http://feed.example/"][..], "http"),
        (&["tail", "ws://127.0.0.1:9/", "--filter", "/["], "filter"),
        (&["tail", "-c", "/nowhere/feed.yaml"], "/nowhere/feed.yaml"),
    ] {
        let ran = run(args).await;
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{args:?}: {}", ran.err);
        assert!(ran.err.starts_with("sockeye: ") && ran.err.contains(word), "{args:?}: {}", ran.err);
        let told = ran.err.lines().filter(|line| !line.contains("  help: ")).count();
        assert_eq!(told, 1, "{args:?}: {}", ran.err);
    }
}

#[tokio::test]
async fn a_log_that_cannot_be_kept_is_one_warning() {
    let url = nobody().await;
    let mut command = crate::program::sockeye(&["tail", &url, "--no-retry"]);
    command.env("SOCKEYE_LOG", "debug").env("XDG_STATE_HOME", "/dev/null");
    let output = command.output().expect("the program starts");
    let err = settled(&String::from_utf8_lossy(&output.stderr));
    assert_eq!(err.matches("no log: cannot write to /dev/null/sockeye/log").count(), 1, "{err}");
    assert_eq!(output.status.code(), Some(7), "{err}");
}

#[tokio::test]
async fn a_log_is_kept_in_the_state_folder_when_it_is_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = nobody().await;
    let mut command = crate::program::sockeye(&["tail", &url, "--no-retry"]);
    command.env("SOCKEYE_LOG", "debug").env("XDG_STATE_HOME", folder.path());
    assert_eq!(command.output().expect("the program starts").status.code(), Some(7));
    let files = std::fs::read_dir(folder.path().join("sockeye/log")).expect("a log folder").count();
    assert_eq!(files, 1);
}
