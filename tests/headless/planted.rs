//! Secrets in every wrong place where a person puts one, and servers that repeat those in the right ones: what is said
//! of it holds none, however it is encoded.

use std::fs;

use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use tokio::io::AsyncWriteExt as _;

use crate::{
    program::{frame, sockeye, welcome},
    secrets::Seen,
    support::servers::{once, read_head, until_left},
};

/// What is planted: it looks like a password, and stands nowhere else.
const PLANTED: &str = "pl4nted-S3cret+value";

/// A file for each field in which a secret stands where it does not belong: below a key that is near the right one,
/// in place of a block, in place of a number or a path.
fn files() -> Vec<String> {
    let fields = include_str!("../config/fields.tsv")
        .lines()
        .skip(1)
        .map(|line| line.split('\t').next().expect("a row has a path"));
    let mut files = Vec::new();
    for path in fields.filter(|path| !["open_message", "open_messages", "basic_auth.username"].contains(path))
    {
        files.push(file(path, PLANTED));
        files.push(file(path, &format!("me:{PLANTED}")));
        files.push(file(path, &format!("[{PLANTED}]")));
        files.push(file(path, &format!("{{pasword: {PLANTED}}}")));
        files.push(file(&misspelt(path), PLANTED));
        files.push(file(&format!("{path}.secret"), PLANTED));
    }
    let key = format!("-----BEGIN PRIVATE KEY-----\n{PLANTED}\n-----END PRIVATE KEY-----");
    for path in [
        "tls.client_certs[].key_file",
        "tls.client_certs[].cert_file",
        "tls.root_cas_file",
        "jwt.private_key_file",
        "tls.root_cas",
    ] {
        files.push(file(path, &format!("{key:?}")));
    }
    files.push(format!("url: wss://feed.example/?token={PLANTED} and more\n"));
    files.push(format!("url: \"wss://feed.example/?token={PLANTED}\n"));
    files.push(format!("url: wss://h/\nbasic_auth:\n  password {PLANTED}\n"));
    files.push(format!("url: wss://h/\nheaders:\n  Authorization Bearer {PLANTED}: x\n"));
    files.push(format!("url: wss://h/\nheaders:\n  - 'Authorization: {PLANTED}'\n"));
    files.push(format!("url: wss://h/\n# password: {PLANTED}\ntls: {{enabled: maybe}} # token: {PLANTED}\n"));
    files
}

/// A file that has this text at this path; lists and blocks on the way are made, and switched on.
fn file(path: &str, text: &str) -> String {
    let mut lines = vec!["url: wss://feed.example/".to_owned()];
    if path == "url" {
        lines.clear();
    }
    let mut indent = String::new();
    let parts: Vec<_> = path.split('.').collect();
    for (nth, part) in parts.iter().enumerate() {
        let name = part.trim_end_matches("[]");
        if nth + 1 == parts.len() {
            lines.push(format!("{indent}{name}: {text}"));
            break;
        }
        lines.push(format!("{indent}{name}:"));
        indent.push_str("  ");
        if nth == 0
            && parts.last() != Some(&"enabled")
            && ["tls", "oauth", "basic_auth", "jwt"].contains(&name)
        {
            lines.push(format!("{indent}enabled: true"));
        }
        if part.ends_with("[]") {
            lines.push(format!("{indent}- cert_file: c.pem"));
            indent.push_str("  ");
        }
    }
    lines.join("\n") + "\n"
}

/// The path with a letter of its last part left out.
fn misspelt(path: &str) -> String {
    let (before, last) =
        path.rsplit_once('.').map_or(("", path), |(_, last)| (&path[..path.len() - last.len()], last));
    let (start, end) = last.split_at(last.len() / 2);
    format!("{before}{start}{}", &end[1..])
}

#[test]
fn no_secret_in_a_wrong_place_of_a_file_is_shown() {
    let folder = tempfile::tempdir().expect("there is room");
    let path = folder.path().join("feed.yaml").display().to_string();
    let mut shown = Vec::new();
    for text in files() {
        fs::write(&path, &text).expect("it can be written");
        for args in [&["lint", &path][..], &["config", "-c", &path], &["tail", "-c", &path, "--for", "1ms"]] {
            // What a text that may hold anything has is shown by the command that shows it.
            let output = sockeye(args).output().expect("the program starts");
            let said = [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
            if said.concat().contains(PLANTED) {
                shown.push(format!("{args:?} shows it:\n{text}\n{}", said.concat()));
            }
        }
    }
    assert!(shown.is_empty(), "{}", shown.join("\n"));
}

#[test]
fn no_secret_in_a_wrong_place_of_a_command_line_is_shown() {
    let key = format!("-----BEGIN PRIVATE KEY-----{PLANTED}");
    let joined = |before: &str| format!("{before}{PLANTED}");
    let lines: Vec<Vec<String>> = [
        vec!["--set", "oauth.consumer_secret", PLANTED],
        vec!["--set", &joined("oauth.secret=")],
        vec!["--set", &joined("basic_auth=me:")],
        vec!["--set", &joined("connection.max_retries=")],
        vec!["--set", &joined("jwt.claims.sub=[")],
        vec!["--set", PLANTED],
        vec!["-H", &joined("Authorization Bearer ")],
        vec!["-H", &joined("Authorization=")],
        vec!["-u", PLANTED],
        vec!["-u", &joined("me:@")],
        vec!["-u", &joined("me:env:")],
        vec!["--jwt-enabled", PLANTED],
        vec!["ws://h/", "--basic-auth-enabled", PLANTED],
        vec!["ws://h/", "--tls-skip-cert-verify", PLANTED],
        vec![&joined("--basic-auth-pasword="), "ws://h/"],
        vec!["--max-retries", PLANTED],
        vec!["ws://h/", "--jwt-enabled", "--jwt-private-key-file", PLANTED],
        vec!["ws://h/", "--jwt-enabled", "--jwt-private-key-file", &key],
        vec!["wss://h/", "-k", "--key", &key, "--cert", PLANTED],
        vec!["wss://h/", "--cacert", PLANTED],
        vec!["-x", &joined("ftp://me:"), "ws://h/"],
        vec!["-x", &joined("me:"), "ws://h/"],
        vec![&joined("me:")],
        vec![&joined("ws://me:"), "x", "y"],
        vec![&joined("ws://h/?token="), "x"],
        vec![&joined("ws://h/?token=a b ")],
        vec![&joined("ftp://h/?access_token=")],
    ]
    .into_iter()
    .map(|line| line.into_iter().map(str::to_owned).collect())
    .collect();
    for line in lines {
        for command in [&["tail", "--for", "1ms"][..], &["config"], &["probe", "--for", "1ms"]] {
            let mut run = sockeye(command);
            let output = run.args(&line).output().expect("the program starts");
            let said = [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
            assert!(!said.concat().contains(PLANTED), "{command:?} {line:?} shows it:\n{}", said.concat());
        }
    }
}

/// The ways in which a server repeats something.
fn encodings(secret: &str) -> Vec<String> {
    let percent = secret.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
    vec![
        secret.to_owned(),
        percent,
        format!("id={}", secret.replace('+', "%2b")),
        BASE64_STANDARD.encode(secret),
        BASE64_STANDARD.encode(format!("a{secret}b")),
        BASE64_URL_SAFE_NO_PAD.encode(format!("ab{secret}")),
        serde_json::to_string(secret).expect("a text is JSON").replace('-', "\\u002d"),
    ]
}

/// Fields that each hold the secret, and what a header of a request has of it.
const HOLDERS: [&str; 5] = [
    "headers: {Authorization: 'Bearer SECRET'}",
    "headers: {X-Api-Key: 'SECRET'}",
    "basic_auth: {enabled: true, username: me, password: 'SECRET'}",
    "oauth: {enabled: true, consumer_key: ck, consumer_secret: cs, access_token: 'SECRET', access_token_secret: at}",
    "headers: {Cookie: 'sid=SECRET'}",
];

#[tokio::test]
async fn a_secret_that_an_open_connection_repeats_is_nowhere() {
    for holder in HOLDERS {
        let mut seen = Seen::new();
        let capture = seen.path("session.sqlite");
        let runs: [&[&str]; 3] = [
            &["probe", "--json", "--for", "200ms"],
            &["tail", "--events", "--capture", &capture, "--no-retry"],
            &["tail", "--no-retry"],
        ];
        for args in runs {
            let server = once(async |mut stream| {
                welcome(&mut stream).await;
                for text in encodings(PLANTED) {
                    stream.write_all(&frame(0x89, text.as_bytes())).await.expect("the client listens");
                }
                let mut close = 4001_u16.to_be_bytes().to_vec();
                close.extend_from_slice(
                    format!("bad token {PLANTED}, {}", BASE64_STANDARD.encode(PLANTED)).as_bytes(),
                );
                stream.write_all(&frame(0x88, &close)).await.expect("the client listens");
                until_left(stream).await;
            })
            .await;
            let config =
                format!("url: {}?key={PLANTED}\n{}\n", server.ws("/feed"), holder.replace("SECRET", PLANTED));
            seen.run(args, &config).await;
        }
        seen.hold_none_of(&encodings(PLANTED), &["bad token •••"]);
    }
}

#[tokio::test]
async fn a_secret_that_a_refusal_repeats_is_nowhere() {
    let mut seen = Seen::new();
    let capture = seen.path("session.sqlite");
    let runs: [&[&str]; 3] = [
        &["probe", "--for", "200ms"],
        &["probe", "--json"],
        &["tail", "--events", "--capture", &capture, "--no-retry"],
    ];
    for args in runs {
        let server = once(async |mut stream| {
            read_head(&mut stream).await;
            let body = encodings(PLANTED).join("\n");
            let headers = encodings(PLANTED).iter().map(|text| format!("X-Echo: {text}\r\n")).collect::<Vec<_>>().concat();
            let head = format!(
                "HTTP/1.1 401 No {PLANTED}\r\n{headers}WWW-Authenticate: Basic realm=\"{PLANTED}\"\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            stream.write_all(format!("{head}{body}").as_bytes()).await.expect("the client listens");
            until_left(stream).await;
        })
        .await;
        let config = format!("url: {}\n{}\n", server.ws("/feed"), HOLDERS[3].replace("SECRET", PLANTED));
        seen.run(args, &config).await;
    }
    // Secrets of two letters are not looked for, so that the answer stays readable.
    seen.hold_none_of(&encodings(PLANTED), &["401 No •••", "WWW-Authenticate: Basic realm=", "X-Echo: •••"]);
}
