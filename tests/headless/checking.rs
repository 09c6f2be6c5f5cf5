//! `sockeye check`: its verdicts on a live feed and on a capture of it, its reports and its exit codes.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;

use crate::{
    program::{close, close_code, feeding, nobody, run, settled, sockeye, text, welcome},
    support::servers::{Server, once},
};

/// Four messages, of which the fourth is of another shape, and 3 and 4 are missing; then a close.
async fn feed() -> Server<Option<u16>> {
    let messages = [
        r#"{"type":"tick","seq":1,"price":9.5}"#,
        r#"{"type":"tick","seq":2,"price":9.6}"#,
        r#"{"type":"tick","seq":5,"price":9.7}"#,
        r#"{"type":"tick","seq":6,"price":"9.8"}"#,
    ];
    feeding([messages.map(text).concat(), close(1000)].concat()).await
}

/// A check of that feed, up to its close.
async fn check(args: &[&str]) -> crate::program::Ran {
    let feed = feed().await;
    run(&[&["check", &feed.ws("/feed?token=hunter2"), "--no-retry"], args].concat()).await
}

fn file(folder: &TempDir, name: &str, contents: &str) -> String {
    let path = folder.path().join(name);
    fs::write(&path, contents).expect("the folder can be written");
    path.display().to_string()
}

#[tokio::test]
async fn a_check_ends_with_0_as_soon_as_every_expectation_is_met() {
    let ran = check(&["--expect", "count>=2 within 20s", "--expect", "count>0 matching .seq == 2"]).await;
    assert_eq!(ran.code, Some(0), "{} {}", ran.out, ran.err);
    assert!(
        ran.out.contains("ok   count>=2 within 20s: 4 messages, message 2 decided it after"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("ok   count>0 matching .seq == 2: 1 message, message 2 decided"), "{}", ran.out);
}

#[tokio::test]
async fn what_fails_says_what_was_measured_and_names_the_message() {
    let folder = TempDir::new().expect("a folder");
    let schema = file(&folder, "tick.json", r#"{"properties":{"price":{"type":"number"}}}"#);
    let args = ["--for", "20s", "--expect", "count==4", "--expect", "count<3", "--expect", "rate>1000000"];
    let more = ["--max-gap", "10s", "--no-seq-gap", ".seq", "--max-lag", "2s", "--schema", &schema];
    let ran = check(&[args.as_slice(), more.as_slice(), &["--no-finding", "error"]].concat()).await;
    assert_eq!(ran.code, Some(67), "{} {}", ran.out, ran.err);
    for part in [
        "ok   count==4: 4 messages in ",
        "FAIL count<3: 4 messages, message 3 decided it after ",
        "FAIL rate>1000000: ",
        "ok   max-gap 10s: the longest gap is ",
        "FAIL no-seq-gap .seq: 2 missing between 4 numbered messages (message 3)\n",
        "       3 to 4 are missing between messages 2 and 3\n",
        "FAIL max-lag 2s: no time was found in the messages; name its path with --time-path",
        "FAIL schema: 1 of 4 messages not valid (message 4)\n       message 4: /price: \"9.8\" is not of type",
        "ok   no-finding error: none",
        "3 held, 5 failed; 4 messages in ",
    ] {
        assert!(ran.out.contains(part), "{part}\n{}", ran.out);
    }
    assert!(!format!("{}{}", ran.out, ran.err).contains("hunter2"), "secrets are masked");
}

#[tokio::test]
async fn shapes_are_saved_and_a_new_one_fails_against_them() {
    let folder = TempDir::new().expect("a folder");
    let (shapes, capture) = (folder.path().join("shapes.json"), folder.path().join("c.sqlite"));
    let (shapes, capture) = (shapes.display().to_string(), capture.display().to_string());
    let saved = feeding([text(r#"{"type":"tick","seq":1,"price":9.5}"#), close(1000)].concat()).await;
    let address = saved.ws("/");
    let ran = run(&["check", &address, "--no-retry", "--for", "20s", "--save-shapes", &shapes]).await;
    assert_eq!(ran.code, Some(0), "{} {}", ran.out, ran.err);
    assert!(ran.err.contains(&format!("1 shape in {shapes}")), "{}", ran.err);
    let args = ["--for", "20s", "--shape", &shapes, "--capture", &capture];
    let live = check(&args).await;
    let again = run(&["check", &capture, "--shape", &shapes]).await;
    for ran in [live, again] {
        assert_eq!(ran.code, Some(67), "{} {}", ran.out, ran.err);
        assert!(ran.out.contains("FAIL shape: 1 of 2 shapes new (message 4)"), "{}", ran.out);
        assert!(ran.out.contains(".price is text instead of number"), "{}", ran.out);
    }
    let again = run(&["check", &capture, "--save-shapes", &shapes]).await;
    assert_eq!(again.code, Some(23), "a file is not written over: {}", again.err);
}

#[tokio::test]
async fn a_capture_has_the_verdicts_of_its_session() {
    let folder = TempDir::new().expect("a folder");
    let capture = folder.path().join("c.sqlite").display().to_string();
    let asked = ["--expect", "count>=5 within 20s", "--max-gap", "5s", "--no-seq-gap", "--format", "json"];
    let asked = [asked.as_slice(), &["--expect", "count==1 matching .seq == 6"]].concat();
    let live = check(&[asked.as_slice(), &["--for", "20s", "--capture", &capture]].concat()).await;
    let again = run(&[&["check", &capture], asked.as_slice()].concat()).await;
    let verdicts = |out: &str| -> Vec<Value> {
        let report: Value = serde_json::from_str(out).expect("it is JSON");
        let mut checks = report["sessions"][0]["checks"].as_array().expect("a list").clone();
        for check in &mut checks {
            check["measured"] = settled(check["measured"].as_str().unwrap_or_default()).into();
        }
        checks
    };
    assert_eq!(verdicts(&live.out), verdicts(&again.out));
    assert_eq!((live.code, again.code), (Some(67), Some(67)), "{} {}", live.err, again.err);
    assert!(!again.out.contains("hunter2"), "{}", again.out);
}

#[tokio::test]
async fn a_report_in_junit_has_a_case_an_expectation() {
    let ran = check(&["--for", "20s", "--expect", "count<3", "--max-gap", "9s", "--format", "junit"]).await;
    assert_eq!(ran.code, Some(67), "{}", ran.err);
    assert!(ran.out.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "), "{}", ran.out);
    assert!(
        ran.out.contains("name=\"count&lt;3\"")
            && ran.out.contains("<failure message=\"4 messages, message 3")
    );
    assert_eq!(ran.out.matches("<testcase ").count(), 2, "{}", ran.out);
}

#[tokio::test]
async fn what_cannot_be_checked_is_told_before_anything_is_tried() {
    let folder = TempDir::new().expect("a folder");
    let elsewhere = file(&folder, "remote.json", r#"{"$ref":"https://schemas.example/tick.json"}"#);
    let url = nobody().await;
    for (args, sentence) in [
        (&["--expect", "count>="][..], "--expect \"count>=\" cannot be read at column 8: a whole number"),
        (&["--expect", "count<5"], "--expect \"count<5\" is known at the end only: add \"within 30s\""),
        (&["--max-gap", "5s"], "the feed has no end: say with --for 30s how long to watch"),
        (&[], "nothing is expected; such as --expect 'count>=10 within 30s'"),
        (
            &["--no-finding", "cert-expird"],
            "--no-finding \"cert-expird\": there is no such code; did you mean cert-expired?",
        ),
        (&["--no-seq-gap", "seq"], "--no-seq-gap: \"seq\" is no path"),
        (&["--schema", &elsewhere], &format!("{elsewhere} is no schema that can be used")),
        (&["--shape", &elsewhere], &format!("{elsewhere} is no set of shapes")),
        (&["--expect", "count>1", "--session", "1"], "--session chooses a session of a capture"),
    ] {
        let ran = run(&[&["check", &url], args].concat()).await;
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{args:?} {}", ran.err);
        assert!(ran.err.starts_with(&format!("sockeye: {sentence}")), "{args:?} {}", ran.err);
    }
}

#[tokio::test]
async fn a_connection_that_fails_ends_with_its_own_code_and_a_report() {
    let ran = run(&["check", &nobody().await, "--no-retry", "--expect", "count>=1 within 20s"]).await;
    assert_eq!(ran.code, Some(7), "{}", ran.err);
    assert!(ran.out.contains("FAIL count>=1 within 20s: 0 messages"), "{}", ran.out);
}

#[tokio::test]
async fn the_lines_of_tail_are_checked_as_a_capture_is() {
    let folder = TempDir::new().expect("a folder");
    let lines = folder.path().join("feed.jsonl").display().to_string();
    let feed = feed().await;
    let ran = run(&["tail", &feed.ws("/"), "--no-retry", "--events", "--output", &lines]).await;
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let ran = run(&["check", &lines, "--expect", "count==4", "--no-seq-gap", ".seq"]).await;
    assert_eq!(ran.code, Some(67), "{} {}", ran.out, ran.err);
    assert!(ran.out.contains("ok   count==4: 4 messages") && ran.out.contains("2 missing"), "{}", ran.out);
}

#[tokio::test]
async fn what_is_found_over_time_is_forbidden_as_other_findings_are() {
    let folder = TempDir::new().expect("a folder");
    // A message each 100 ms, of which the last comes ten seconds after the one before, and two are missing.
    let message = |seq: u32, millis: u32| {
        format!(
            r#"{{"v":1,"kind":"message","at":"2026-01-01T00:00:{:02}.{:03}000Z","connection":1,"id":{seq},"dir":"in","type":"text","size":10,"verdict":"acked","attempt":1,"json":{{"seq":{}}}}}"#,
            millis / 1_000,
            millis % 1_000,
            if seq > 20 { seq + 2 } else { seq }
        )
    };
    let opened = r#"{"v":1,"kind":"opened","at":"2026-01-01T00:00:00.000000Z","connection":1,"remote":null,"tls":null,"subprotocol":null,"took_ms":1.0}"#;
    let lines: Vec<_> = (1..=40).map(|seq| message(seq, seq * 100)).collect();
    let lines = format!("{opened}\n{}\n{}\n", lines.join("\n"), message(41, 14_000));
    let path = file(&folder, "feed.jsonl", &lines);
    let args = ["--no-finding", "silence", "--no-finding", "sequence-gap", "--no-finding", "lag"];
    let ran = run(&[&["check", &path], &args[..]].concat()).await;
    assert_eq!(ran.code, Some(67), "{} {}", ran.out, ran.err);
    for part in [
        "FAIL no-finding silence: 1 finding, first silence: ",
        "FAIL no-finding sequence-gap: 1 finding, first sequence-gap: numbers are missing\n       2 numbers are missing in 1 hole of .seq",
        "ok   no-finding lag: none",
    ] {
        assert!(ran.out.contains(part), "{part}\n{}", ran.out);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn an_interrupt_gives_the_report_so_far() {
    let server = once(async move |mut stream| {
        welcome(&mut stream).await;
        stream.write_all(&text("{}")).await.expect("the client listens");
        close_code(&mut stream).await
    })
    .await;
    let args = ["--for", "1h", "--expect", "count>=5", "--expect", "count>=1", "--max-gap", "1h"];
    let mut command = sockeye(&[&["check", &server.ws("/")], &args[..]].concat());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let ran = tokio::task::spawn_blocking(move || {
        let mut child = command.spawn().expect("the program starts");
        let mut told = BufReader::new(child.stderr.take().expect("a pipe")).lines().map_while(Result::ok);
        told.find(|line| line.contains("opened")).expect("it says so");
        let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        assert!(kill.expect("there is kill").success());
        child.wait_with_output().expect("it ends")
    });
    let ran = ran.await.expect("no panic");
    let out = String::from_utf8(ran.stdout).expect("UTF-8");
    assert_eq!(ran.status.code(), Some(130), "{out}");
    assert!(out.contains("?    count>=5: ") && out.contains("ok   max-gap 3600s: "), "{out}");
}
