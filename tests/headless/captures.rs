//! `sockeye sql` and `sockeye export`: a capture asked, and written into other files.

use std::{fs, path::Path};

use tempfile::TempDir;

use crate::program::{Ran, feeding, frame, run, shell, text};

/// A compressed capture of 200 ticks, a text with control characters and a binary message.
async fn capture(folder: &TempDir) -> String {
    let path = folder.path().join("feed.sqlite").display().to_string();
    let mut frames: Vec<_> =
        (0..200).flat_map(|nth| text(&format!(r#"{{"n":{nth},"price":9.5}}"#))).collect();
    frames.extend(text("\u{1b}[31mred, \"hot\""));
    frames.extend(frame(0x82, &[0, 255]));
    let server = feeding(frames).await;
    let args = ["tail", &server.ws("/"), "--count", "202", "--capture", &path, "--compress", "always"];
    let ran = run(&args).await;
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    path
}

fn names(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).expect("a folder");
    let mut names: Vec<_> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn said(ran: &Ran) -> &str {
    ran.err.lines().last().unwrap_or_default()
}

#[tokio::test]
async fn a_capture_holds_the_fields_of_its_session_and_no_secret() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join("feed.sqlite").display().to_string();
    let server = feeding(text("tick")).await;
    let url = server.ws("/");
    let secret = ["--set", "basic_auth.enabled=true", "--set", "basic_auth.password=hunter2"];
    let args = ["tail", url.as_str(), "--count", "1", "--capture", &path];
    let ran = run(&[args.as_slice(), secret.as_slice()].concat()).await;
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let asked = run(&["sql", &path, "SELECT yaml FROM profile"]).await;
    assert!(asked.out.contains(&url) && asked.out.contains("enabled: true"), "{}", asked.out);
    let bytes = fs::read(&path).expect("a capture");
    assert!(!bytes.windows(7).any(|part| part == b"hunter2"), "the password is nowhere in the file");
}

#[tokio::test]
async fn a_capture_is_asked_in_sql_and_answers_in_three_formats() {
    let folder = TempDir::new().expect("a folder");
    let path = capture(&folder).await;
    let last = "SELECT id, payload, NULL AS absent FROM message WHERE id > 199 ORDER BY id";
    let json = run(&["sql", &path, last]).await;
    assert_eq!(
        (json.code, json.out.as_str(), json.err.as_str()),
        (
            Some(0),
            "{\"id\":200,\"payload\":\"{\\\"n\\\":199,\\\"price\\\":9.5}\",\"absent\":null}\n\
             {\"id\":201,\"payload\":\"\\u001b[31mred, \\\"hot\\\"\",\"absent\":null}\n\
             {\"id\":202,\"payload\":\"AP8=\",\"absent\":null}\n",
            ""
        )
    );
    let csv = run(&["sql", &path, last, "--format", "csv"]).await;
    assert_eq!(csv.out.lines().next(), Some("id,payload,absent"));
    assert!(csv.out.ends_with("201,\"\u{1b}[31mred, \"\"hot\"\"\",\n202,AP8=,\n"), "{}", csv.out);
    let table = run(&["sql", &path, last, "--format", "table"]).await;
    assert_eq!(
        table.out,
        "id   payload                absent\n\
         ───  ─────────────────────  ──────\n\
         200  {\"n\":199,\"price\":9.5}  NULL\n\
         201  ␛[31mred, \"hot\"        NULL\n\
         202  00ff                   NULL\n"
    );
}

#[tokio::test]
async fn a_query_that_fails_says_why_and_what_was_tried() {
    let folder = TempDir::new().expect("a folder");
    let path = capture(&folder).await;
    let typo = run(&["sql", &path, "SELECT pay FROM message"]).await;
    assert_eq!((typo.code, typo.out.as_str(), typo.err.lines().count()), (Some(2), "", 1));
    assert!(typo.err.contains("no such column: pay in SELECT pay FROM message"), "{}", typo.err);
    let drop = run(&["sql", &path, "DROP TABLE event"]).await;
    assert_eq!(drop.code, Some(2));
    assert!(drop.err.contains("a capture is only read"), "{}", drop.err);
    let absent = run(&["sql", "/no/such/file", "SELECT 1"]).await;
    assert_eq!((absent.code, absent.err.as_str()), (Some(2), "sockeye: there is no file /no/such/file\n"));
}

#[tokio::test]
async fn a_capture_is_exported_into_the_format_of_the_name() {
    let folder = TempDir::new().expect("a folder");
    let path = capture(&folder).await;
    let file = |name: &str| folder.path().join(name).display().to_string();
    for name in ["feed.jsonl", "feed.raw", "copy.sqlite"] {
        let ran = run(&["export", &path, "-o", &file(name)]).await;
        assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{}", ran.err);
        assert!(said(&ran).starts_with("sockeye: 202 messages exported to "), "{}", ran.err);
    }
    assert_eq!(names(&folder), ["copy.sqlite", "feed.jsonl", "feed.raw", "feed.sqlite"]);
    let lines = fs::read_to_string(file("feed.jsonl")).expect("it was written");
    assert!(lines.contains(
        r#""id":8,"dir":"in","type":"text","size":19,"verdict":"acked","attempt":1,"json":{"n":7,"#
    ));
    let raw = fs::read(file("feed.raw")).expect("it was written");
    assert!(raw.starts_with(b"{\"n\":0,\"price\":9.5}\n") && raw.ends_with(b"\n\x00\xff\n"));
    let copy =
        run(&["sql", &file("copy.sqlite"), "SELECT count(*) AS n, sum(size) AS size FROM message"]).await;
    let whole = run(&["sql", &path, "SELECT count(*) AS n, sum(size) AS size FROM message"]).await;
    assert_eq!(copy.out, whole.out);
    let out = run(&["export", &path]).await;
    assert!(out.code == Some(0) && out.out == lines);
    let some = run(&["export", &path, "--filter", ".n >= 7 and .n < 9 id:..8", "--format", "raw"]).await;
    assert_eq!((some.code, some.out.as_str()), (Some(0), "{\"n\":7,\"price\":9.5}\n"), "{}", some.err);
}

#[tokio::test]
async fn an_export_that_cannot_be_is_refused_with_a_reason_and_writes_nothing() {
    let folder = TempDir::new().expect("a folder");
    let path = capture(&folder).await;
    let file = |name: &str| folder.path().join(name).display().to_string();
    fs::write(file("old.jsonl"), "old").expect("a file");
    let (old, other) = (file("old.jsonl"), file("feed.xlsx"));
    for (args, reason) in [
        (vec!["-o", &old], "there is such a file already, and --force replaces it"),
        (vec!["-o", &other], "the ending of its name chooses the format, and is one of .jsonl .raw .csv"),
        (vec!["--format", "sqlite"], "sqlite needs a name to write to: -o NAME"),
        (vec!["--filter", "szie:>3"], "at column 1: there is no key szie: the nearest is size"),
        (vec!["--filter", "btc", "--format", "sqlite"], "a database is a copy of whole sessions"),
        (vec!["--session", "7"], "there is no session 7; the capture has 1"),
        (vec!["-o", &path, "--force"], "the file is the capture itself"),
    ] {
        let ran = run(&[&["export", &path], &args[..]].concat()).await;
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{}", ran.err);
        assert!(ran.err.contains(reason), "{}", ran.err);
    }
    assert_eq!(fs::read_to_string(&old).expect("it exists"), "old");
    let ran = run(&["export", &path, "-o", &old, "--force", "--session", "1"]).await;
    assert_eq!((ran.code, names(&folder)), (Some(0), vec!["feed.sqlite".to_owned(), "old.jsonl".to_owned()]));
    assert!(fs::read_to_string(&old).expect("it exists").starts_with("{\"v\":1,"));
}

#[cfg(unix)]
#[tokio::test]
async fn a_full_disk_leaves_no_broken_file() {
    let folder = TempDir::new().expect("a folder");
    let path = capture(&folder).await;
    for name in ["feed.jsonl", "copy.sqlite"] {
        let file = folder.path().join(name).display().to_string();
        // To a program, a limit on the size of its files is a full disk.
        let line = r#"trap "" XFSZ; ulimit -f 4; exec "$@""#;
        let ran = shell(line, &["export", &path, "-o", &file]).await;
        assert_eq!(ran.code, Some(23), "{}", ran.err);
        assert!(ran.err.contains(&format!("cannot write to {file}")), "{}", ran.err);
        assert!(!Path::new(&file).exists());
    }
    assert_eq!(names(&folder), ["feed.sqlite"]);
}
