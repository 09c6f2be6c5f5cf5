//! Known secrets in every field that takes one: they go over the wire, and nowhere else.

use std::{fs, path::Path};

use tokio::io::AsyncWriteExt as _;

use crate::{
    program::sockeye,
    support::servers::{Server, once, read_head},
};

/// What nobody may see; each stands in the config below.
const SECRETS: [&str; 12] = [
    "header-5ecret",
    "basic-5ecret",
    "consumer-key-5ecret",
    "consumer-5ecret",
    "access-5ecret",
    "access-token-5ecret",
    "claim-5ecret",
    "kid-5ecret",
    "password-5ecret",
    "query-5ecret",
    "opening-5ecret",
    // The key of a client certificate, in part.
    "MHcCAQEEI",
];

/// Every field that takes a secret, and a server that repeats what it gets.
fn config(url: &str) -> String {
    let cert = include_str!("../keys/ec-cert.pem").replace('\n', "\n          ");
    let key = include_str!("../keys/ec-sec1.pem").replace('\n', "\n          ");
    format!(
        r"
input:
  websocket:
    url: {url}?token=query-5ecret
    headers:
      X-Api-Key: header-5ecret
    open_message: subscribe with header-5ecret
    basic_auth: {{ enabled: true, username: me, password: basic-5ecret }}
    oauth:
      enabled: true
      consumer_key: consumer-key-5ecret
      consumer_secret: consumer-5ecret
      access_token: access-5ecret
      access_token_secret: access-token-5ecret
    jwt:
      enabled: true
      private_key_file: tests/keys/ed25519-pkcs8.pem
      signing_method: EdDSA
      claims: {{ sub: claim-5ecret, exp: 1900000000 }}
      headers: {{ kid: kid-5ecret }}
    tls:
      enabled: false
      client_certs:
      - cert: |
          {cert}
        key: |
          {key}
        password: password-5ecret
    connection: {{ max_retries: 0 }}
"
    )
}

/// Refuses, and repeats the request in its answer.
async fn repeating() -> Server<()> {
    once(async |mut stream| {
        let request = read_head(&mut stream).await;
        let head = format!("HTTP/1.1 403 Forbidden\r\nContent-Length: {}\r\n\r\n", request.len());
        stream.write_all(head.as_bytes()).await.expect("the client listens");
        stream.write_all(request.as_bytes()).await.expect("the client listens");
    })
    .await
}

/// Every file below a folder, as bytes.
fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push((path.display().to_string(), fs::read(&path).expect("it can be read")));
        }
    }
}

#[tokio::test]
async fn no_secret_of_any_field_is_in_an_output_a_log_or_a_capture() {
    let folder = tempfile::tempdir().expect("there is room");
    let state = folder.path().join("state");
    let capture = folder.path().join("session.sqlite").display().to_string();
    let file = folder.path().join("feed.yaml");
    let file_name = file.display().to_string();
    let runs: [&[&str]; 5] = [
        &["probe", "--json", "--for", "100ms"],
        &["probe", "--for", "100ms"],
        &["tail", "--events", "--capture", &capture],
        &["tail", "--as", "bento"],
        &["config"],
    ];
    let mut seen = Vec::new();
    for args in runs {
        let server = repeating().await;
        fs::write(&file, config(&server.ws("/feed"))).expect("it can be written");
        let mut command = sockeye(args);
        command.args(["-c", &file_name]).env("SOCKEYE_LOG", "trace").env("XDG_STATE_HOME", &state);
        let output = tokio::task::spawn_blocking(move || command.output());
        let output = output.await.expect("no panic").expect("the program starts");
        seen.push((format!("stdout of {args:?}"), output.stdout));
        seen.push((format!("stderr of {args:?}"), output.stderr));
    }
    fs::remove_file(&file).expect("it is there");
    files(folder.path(), &mut seen);
    assert!(seen.iter().any(|(name, _)| name.contains("log")), "a log was written");
    let telling = seen.iter().filter(|(_, bytes)| bytes.len() > 100).count();
    assert!(telling >= 6, "the runs said something: {telling}");
    for (name, bytes) in &seen {
        for secret in SECRETS {
            let text = String::from_utf8_lossy(bytes);
            let at = text.find(secret);
            let around = at.map(|at| text[..at].chars().rev().take(120).collect::<String>());
            let around = around.map(|text| text.chars().rev().collect::<String>());
            assert_eq!(around, None, "{secret} is in {name}");
        }
    }
}
