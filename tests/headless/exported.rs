//! `sockeye export` into the files of other programs: HAR, CSV, Markdown, folders and framed payloads.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;

use crate::{
    program::{feeding, frame, run, shell, text},
    support::servers::once,
};

/// A capture of a text, a formula, a binary message and a close with 1012; a header and the address have secrets.
async fn capture(folder: &TempDir) -> String {
    let path = folder.path().join("feed.sqlite").display().to_string();
    let mut frames = text(r#"{"s":"BTC|USD","price":-5}"#);
    frames.extend(text("=cmd,\"x\""));
    frames.extend(frame(0x82, &[0, 1, 255]));
    frames.extend(frame(0x89, b"are you there"));
    frames.extend(frame(0x88, &[3, 244, b'b', b'y', b'e']));
    let server = feeding(frames).await;
    let url = server.ws("/feed?token=hunter2&x=1");
    let fields = ["--set", "open_message=hello", "--header", "Authorization: Bearer hunter3"];
    let args = ["tail", &url, "--no-retry", "--capture", &path];
    let ran = run(&[args.as_slice(), fields.as_slice()].concat()).await;
    assert!(ran.err.contains("1012"), "{}", ran.err);
    path
}

async fn exported(folder: &TempDir, name: &str) -> String {
    let capture = capture(folder).await;
    let target = folder.path().join(name).display().to_string();
    let ran = run(&["export", &capture, "-o", &target]).await;
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    fs::read_to_string(target).expect("it was written")
}

#[tokio::test]
async fn a_har_has_an_entry_with_exchange_messages_and_end_and_no_secret() {
    let folder = TempDir::new().expect("a folder");
    let text = exported(&folder, "feed.har").await;
    assert!(!text.contains("hunter"), "secrets are masked");
    let har: Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!(har["log"]["version"], "1.2");
    let entry = &har["log"]["entries"][0];
    assert_eq!(entry["_resourceType"], "websocket");
    assert_eq!(entry["response"]["status"], 101);
    assert!(entry["request"]["headers"].as_array().is_some_and(|headers| headers.len() > 4));
    assert_eq!(entry["request"]["queryString"][1]["value"], "1");
    let started = entry["startedDateTime"].as_str().unwrap_or_default();
    assert!(started.ends_with('Z') && started.contains('T'), "{started}");
    for name in ["send", "wait", "receive"] {
        assert!(entry["timings"][name].is_number(), "{name} is a number for the importer of Chrome");
    }
    let messages = entry["_webSocketMessages"].as_array().expect("messages");
    let told: Vec<_> = messages.iter().map(|one| (&one["type"], &one["opcode"], &one["data"])).collect();
    let expected = [
        ("send", 2, "aGVsbG8="),
        ("receive", 1, r#"{"s":"BTC|USD","price":-5}"#),
        ("receive", 1, "=cmd,\"x\""),
        ("receive", 2, "AAH/"),
    ];
    assert_eq!(told.len(), expected.len(), "control frames are no messages");
    for ((kind, opcode, data), (own_kind, own_opcode, own_data)) in told.into_iter().zip(expected) {
        assert!(kind == own_kind && opcode == own_opcode && data == own_data, "{kind} {opcode} {data}");
    }
    assert_eq!(entry["_wsControlFrames"][0]["opcode"], 9);
    assert_eq!(
        (&entry["_webSocketClose"]["code"], &entry["_webSocketClose"]["reason"]),
        (&1012.into(), &"bye".into())
    );
}

#[tokio::test]
async fn a_har_has_an_entry_for_an_attempt_that_was_refused_before_http() {
    let folder = TempDir::new().expect("a folder");
    let capture = folder.path().join("feed.sqlite").display().to_string();
    let server = once(async |mut stream| {
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.expect("the client listens");
    })
    .await;
    let url = server.ws("/").replace("ws://", "wss://");
    let ran = run(&["tail", &url, "--no-retry", "--capture", &capture]).await;
    assert_ne!(ran.code, Some(0), "the server speaks no TLS");
    let har = run(&["export", &capture, "--format", "har"]).await;
    let har: Value = serde_json::from_str(&har.out).expect("it is JSON");
    let entry = &har["log"]["entries"][0];
    assert_eq!(entry["response"]["status"], 0);
    assert!(entry["response"]["_error"].is_string(), "{entry}");
    assert_eq!(har["log"]["_tlsErrors"][0]["hostname"], "127.0.0.1");
}

#[tokio::test]
async fn csv_has_a_record_for_each_message_and_no_formula() {
    let folder = TempDir::new().expect("a folder");
    let csv = exported(&folder, "feed.csv").await;
    let lines: Vec<_> = csv.split("\r\n").collect();
    assert_eq!(lines[0], "id,connection,time,direction,type,size,verdict,encoding,payload");
    assert!(lines[1].ends_with(r#"Z,in,text,26,acked,text,"{""s"":""BTC|USD"",""price"":-5}""#), "{csv}");
    assert!(lines[2].ends_with(r#",text,"'=cmd,""x""""#), "{csv}");
    assert!(lines[3].ends_with(",in,binary,3,acked,base64,AAH/"), "{csv}");
    assert_eq!(lines[4..], [""]);
}

#[tokio::test]
async fn markdown_tells_what_became_of_the_connection_and_keeps_its_table_whole() {
    let folder = TempDir::new().expect("a folder");
    let page = exported(&folder, "ticket.md").await;
    assert!(!page.contains("hunter"), "secrets are masked");
    assert!(page.contains("## Connection 1: `ws://127.0.0.1:"), "{page}");
    assert!(page.contains(r#"| text | 26 B | `{"s":"BTC\|USD","price":-5}` |"#), "{page}");
    assert!(page.contains("the server closed with 1012"), "{page}");
}

#[tokio::test]
async fn payloads_are_told_apart_by_zeros_lengths_or_files() {
    let folder = TempDir::new().expect("a folder");
    let capture = capture(&folder).await;
    let payloads: [&[u8]; 3] = [br#"{"s":"BTC|USD","price":-5}"#, b"=cmd,\"x\"", &[0, 1, 255]];
    let export = |more: &[&str]| {
        let target = folder.path().join(more.concat()).display().to_string();
        let args =
            [&["export", &capture, "-o", &target], more].concat().iter().map(ToString::to_string).collect();
        (target, args)
    };
    let (target, args): (String, Vec<String>) = export(&["--format", "raw", "--null"]);
    assert_eq!(run(&args.iter().map(String::as_str).collect::<Vec<_>>()).await.code, Some(0));
    assert_eq!(fs::read(target).expect("written"), payloads.map(|one| [one, b"\0"].concat()).concat());
    let (target, args) = export(&["--format", "raw", "--length"]);
    assert_eq!(run(&args.iter().map(String::as_str).collect::<Vec<_>>()).await.code, Some(0));
    let framed =
        payloads.map(|one| [&u32::try_from(one.len()).expect("short").to_be_bytes()[..], one].concat());
    assert_eq!(fs::read(target).expect("written"), framed.concat());
    let (target, args) = export(&["--format", "folder"]);
    assert_eq!(run(&args.iter().map(String::as_str).collect::<Vec<_>>()).await.code, Some(0));
    for (name, payload) in ["000001.json", "000002.txt", "000003.bin"].iter().zip(payloads) {
        assert_eq!(fs::read(format!("{target}/{name}")).expect(name), payload);
    }
    let again = run(&args.iter().map(String::as_str).collect::<Vec<_>>()).await;
    assert_eq!(again.code, Some(2));
    assert!(again.err.contains("there is such a file or folder already"), "{}", again.err);
}

#[tokio::test]
async fn ends_of_payloads_go_with_raw_only() {
    let folder = TempDir::new().expect("a folder");
    let capture = capture(&folder).await;
    let ran = run(&["export", &capture, "--format", "har", "--null"]).await;
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(ran.err.contains("--null goes with --format raw"), "{}", ran.err);
    let target = folder.path().join("payloads").display().to_string();
    let ran = run(&["export", &capture, "--format", "folder", "--null", "-o", &target]).await;
    assert_eq!(ran.code, Some(2));
    assert!(!fs::exists(&target).expect("it can be asked"), "nothing is written");
    let ran = run(&["tail", "ws://127.0.0.1:1/", "--length"]).await;
    assert!(ran.err.contains("--length goes with --format raw"), "{}", ran.err);
}

#[tokio::test]
async fn a_bundle_holds_the_evidence_of_a_session_and_tells_what_is_not_in_it() {
    let folder = TempDir::new().expect("a folder");
    let capture = capture(&folder).await;
    let target = folder.path().join("evidence.zip").display().to_string();
    let args = ["bundle", &capture, "-o", &target, "--last", "2"];
    let ran = run(&args).await;
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.err.contains("session 1 with 2 messages of 3 in "), "{}", ran.err);
    let mut archive = zip::ZipArchive::new(fs::File::open(&target).expect("it was written")).expect("a zip");
    let mut files = std::collections::BTreeMap::new();
    for nth in 0..archive.len() {
        let mut file = archive.by_index(nth).expect("a file");
        let mut text = String::new();
        std::io::Read::read_to_string(&mut file, &mut text).expect("it is text");
        let name = file.name().expect("a name").into_owned();
        assert!(!text.contains("hunter"), "{name} has a secret");
        files.insert(name, text);
    }
    let names: Vec<_> = files.keys().map(String::as_str).collect();
    let expected =
        ["README.md", "config.yaml", "connections.har", "events.jsonl", "messages.jsonl", "pipeline.log"];
    assert_eq!(names, expected);
    assert_eq!(files["messages.jsonl"].lines().count(), 2);
    assert!(files["messages.jsonl"].contains(r#""id":3,"#), "the last ones are kept");
    assert!(files["config.yaml"].contains("open_message: •••"), "{}", files["config.yaml"]);
    let page = &files["README.md"];
    for told in ["1 earlier messages are left out", "the server closed with 1012", "masked"] {
        assert!(page.contains(told), "{told}: {page}");
    }
    let again = run(&args).await;
    assert_eq!(again.code, Some(2));
    assert!(again.err.contains("there is such a file already, and --force replaces it"), "{}", again.err);
}

/// What lies in a folder beside the capture.
fn names_in(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).expect("a folder").flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<_> = names.filter(|name| name != "feed.sqlite").collect();
    names.sort();
    names
}

#[tokio::test]
async fn values_are_taken_out_of_payloads_in_every_format_and_that_is_told() {
    let folder = TempDir::new().expect("a folder");
    let capture = capture(&folder).await;
    for format in ["jsonl", "csv", "har", "markdown"] {
        let args = ["export", &capture, "--format", format, "--redact", ".s,/cmd/"];
        let ran = run(&args).await;
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        assert!(!ran.out.contains("BTC") && !ran.out.contains("=cmd"), "{format}: {}", ran.out);
        for told in [".s: 1 value removed", "/cmd/: 1 value removed", "payloads, since that is not JSON"] {
            assert!(ran.err.contains(told), "{format}, {told}: {}", ran.err);
        }
        if matches!(format, "har" | "markdown") {
            assert!(ran.out.contains(".s: 1 value removed"), "{format} has an index of what was removed");
        }
    }
    let ran = run(&["export", &capture, "--redact", ".s,token"]).await;
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(ran.err.contains("--redact: column 4: write a path such as .token"), "{}", ran.err);
    let target = folder.path().join("copy.sqlite").display().to_string();
    let ran = run(&["export", &capture, "-o", &target, "--redact", ".s"]).await;
    assert!(ran.err.contains("a database is a copy of whole sessions"), "{}", ran.err);
}

#[tokio::test]
async fn csv_has_the_columns_that_are_asked_for() {
    let folder = TempDir::new().expect("a folder");
    let capture = capture(&folder).await;
    let args = ["export", &capture, "--format", "csv", "--columns", "id,.price,.s,type"];
    let ran = run(&args).await;
    assert_eq!(
        ran.out, "id,.price,.s,type\r\n1,-5,BTC|USD,text\r\n2,,,text\r\n3,,,binary\r\n",
        "{}",
        ran.err
    );
    let ran = run(&["export", &capture, "--format", "har", "--columns", "id"]).await;
    assert!(ran.err.contains("--columns goes with --format csv"), "{}", ran.err);
}

#[tokio::test]
async fn a_name_that_says_no_format_is_refused_with_the_list_and_a_file_that_exists_is_kept() {
    let folder = TempDir::new().expect("a folder");
    let capture = capture(&folder).await;
    let at = |name: &str| folder.path().join(name).display().to_string();
    let ran = run(&["export", &capture, "-o", &at("feed.xlsx")]).await;
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("is one of .jsonl .raw .csv .har .md .sqlite"), "{}", ran.err);
    let ran = run(&["export", &capture, "-o", &at("feed.parquet")]).await;
    assert!(ran.err.contains("Parquet is not written, since"), "{}", ran.err);
    for name in ["feed.har", "feed.csv", "feed.db"] {
        fs::write(at(name), "mine").expect("a file");
        let ran = run(&["export", &capture, "-o", &at(name)]).await;
        assert_eq!(ran.code, Some(2), "{}", ran.err);
        assert_eq!(fs::read_to_string(at(name)).expect("it is there"), "mine");
    }
    let ran = run(&["export", &at("gone.sqlite"), "-o", &at("new.har")]).await;
    assert!(ran.err.contains("there is no file"), "{}", ran.err);
    assert_eq!(names_in(&folder), ["feed.csv", "feed.db", "feed.har"]);
}

/// A file that may grow no further fails as one on a full disk does.
#[cfg(unix)]
#[tokio::test]
async fn a_disk_that_takes_no_more_leaves_no_broken_file() {
    let folder = TempDir::new().expect("a folder");
    let capture = capture(&folder).await;
    for (command, name) in
        [("export", "feed.har"), ("export", "feed.md"), ("export", "feed.sqlite3"), ("bundle", "feed.zip")]
    {
        let target = folder.path().join(name).display().to_string();
        let limited = "trap '' XFSZ; ulimit -f 1; exec \"$@\"";
        let ran = shell(limited, &[command, &capture, "-o", &target]).await;
        assert_eq!(ran.code, Some(23), "{command} {name}: {}", ran.err);
        assert!(ran.err.contains(name), "{}", ran.err);
        assert_eq!(names_in(&folder), [""; 0], "{command} {name}");
    }
}

#[tokio::test]
async fn a_har_is_read_back_as_the_session_it_was_written_from() {
    let folder = TempDir::new().expect("a folder");
    let har = folder.path().join("feed.har").display().to_string();
    let capture = capture(&folder).await;
    assert_eq!(run(&["export", &capture, "-o", &har]).await.code, Some(0));
    let ran = run(&["export", &har, "--format", "csv", "--columns", "id,connection,type,payload"]).await;
    let records = "id,connection,type,payload\r\n1,1,text,\"{\"\"s\"\":\"\"BTC|USD\"\",\"\"price\"\":-5}\"\r\n\
                   2,1,text,\"'=cmd,\"\"x\"\"\"\r\n3,1,binary,AAH/\r\n";
    assert_eq!((ran.out.as_str(), ran.code), (records, Some(0)), "{}", ran.err);
    let ran = run(&["export", &har, "--format", "markdown"]).await;
    assert!(ran.out.contains("closed with 1012 bye; the file does not say by which side"), "{}", ran.out);
    let ran = run(&["config", "--from-har", &har]).await;
    assert!(ran.out.contains("url: ws://127.0.0.1:"), "{} {}", ran.out, ran.err);
    assert!(ran.out.contains("Authorization: ${AUTHORIZATION}"), "{}", ran.out);
    let ran = run(&["config", "--from-har", &format!("{har}#2")]).await;
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("there is no websocket 2 in it; it has 1"), "{}", ran.err);
    fs::write(&har, "{\"log\":{\"entries\":[{]}}").expect("it is written");
    let ran = run(&["export", &har]).await;
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("feed.har: ") && ran.err.contains("line 1 column 21"), "{}", ran.err);
}
