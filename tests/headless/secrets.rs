//! Known secrets in every field that takes one: they go over the wire, and nowhere else.

use std::{fs, path::Path};

use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};

use crate::{
    program::sockeye,
    support::{
        certs::{Authority, Valid},
        servers::{once, once_tls, read_head},
    },
};

/// What nobody may see; each stands in the config below.
const SECRETS: [&str; 16] = [
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
    "proxy-name-5ecret",
    "proxy-5ecret",
    // `me:basic-5ecret` and `proxy-name-5ecret:proxy-5ecret`, as HTTP has them.
    "bWU6YmFzaWMtNWVjcmV0",
    "cHJveHktbmFtZS01ZWNyZXQ6cHJveHktNWVjcmV0",
    // The key of a client certificate, in part.
    "MHcCAQEEI",
];

/// Every field that takes a secret, and a server or a proxy that repeats what it gets.
fn config(url: &str, proxy: &str, roots: &str) -> String {
    let secure = url.starts_with("wss");
    let roots = roots.replace('\n', "\n        ");
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
      headers: {{ kid: k1, nonce: kid-5ecret }}
    proxy_url: {proxy}
    tls:
      enabled: {secure}
      root_cas: |
        {roots}
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
async fn repeat<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) {
    let request = read_head(&mut stream).await;
    let head = format!("HTTP/1.1 403 Forbidden\r\nContent-Length: {}\r\n\r\n", request.len());
    stream.write_all(head.as_bytes()).await.expect("the client listens");
    stream.write_all(request.as_bytes()).await.expect("the client listens");
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

/// Everything that the program has said and left behind, with a name each.
pub struct Seen {
    folder: TempDir,
    all: Vec<(String, Vec<u8>)>,
}

impl Seen {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("there is room"), all: Vec::new() }
    }

    pub fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Runs the program with this config, and a log of everything.
    pub async fn run(&mut self, args: &[&str], config: &str) {
        let file = self.path("feed.yaml");
        fs::write(&file, config).expect("it can be written");
        let mut command = sockeye(args);
        command.args(["-c", &file]).env("SOCKEYE_LOG", "trace").env("XDG_STATE_HOME", self.path("state"));
        let output = tokio::task::spawn_blocking(move || command.output());
        let output = output.await.expect("no panic").expect("the program starts");
        fs::remove_file(&file).expect("it is there");
        self.all.push((format!("stdout of {args:?}"), output.stdout));
        self.all.push((format!("stderr of {args:?}"), output.stderr));
    }

    /// Looks for every secret, and for each of these words, which show that the runs got that far.
    fn hold_no_secret(self, reached: &[&str]) {
        self.hold_none_of(&SECRETS.map(str::to_owned), reached);
    }

    /// The same for these secrets.
    pub fn hold_none_of(mut self, secrets: &[String], reached: &[&str]) {
        files(self.folder.path(), &mut self.all);
        assert!(self.all.iter().any(|(name, _)| name.contains("log")), "a log was written");
        let texts: Vec<_> =
            self.all.iter().map(|(name, bytes)| (name, String::from_utf8_lossy(bytes))).collect();
        for word in reached {
            assert!(texts.iter().any(|(_, text)| text.contains(word)), "{word} is nowhere");
        }
        for ((name, text), secret) in
            texts.iter().flat_map(|text| secrets.iter().map(move |secret| (text, secret)))
        {
            let around = text
                .find(secret.as_str())
                .map(|at| text[text.floor_char_boundary(at.saturating_sub(120))..at].to_owned());
            assert_eq!(around, None, "{secret} is in {name}");
        }
    }
}

#[tokio::test]
async fn no_secret_of_any_field_is_in_an_output_a_log_or_a_capture() {
    let mut seen = Seen::new();
    let capture = seen.path("session.sqlite");
    let runs: [&[&str]; 5] = [
        &["probe", "--json", "--for", "100ms"],
        &["probe", "--for", "100ms"],
        &["tail", "--events", "--capture", &capture],
        &["tail", "--as", "bento"],
        &["config"],
    ];
    for args in runs {
        let server = once(repeat).await;
        seen.run(args, &config(&server.ws("/feed"), "", "")).await;
    }
    seen.hold_no_secret(&["403"]);
}

/// Options that no pipeline has.
#[tokio::test]
async fn a_bearer_token_and_a_key_of_the_query_are_nowhere_though_the_server_repeats_them() {
    let mut seen = Seen::new();
    let capture = seen.path("session.sqlite");
    let runs: [&[&str]; 4] = [
        &["probe", "--json", "--for", "100ms"],
        &["probe", "--for", "100ms"],
        &["tail", "--events", "--no-retry", "--capture", &capture],
        &["config"],
    ];
    for args in runs {
        let server = once(repeat).await;
        let options = ["--bearer", "bearer-5ecret", "--query-key", "appid=query key-5ecret"];
        let config = format!("websocket: {{url: '{}'}}", server.ws("/feed?a=1"));
        seen.run(&[args, options.as_slice()].concat(), &config).await;
    }
    let secrets = ["bearer-5ecret", "query key-5ecret", "query%20key-5ecret"].map(str::to_owned);
    seen.hold_none_of(&secrets, &["403", "appid=", "Authorization: Bearer •••", "beyond.bearer: •••"]);
}

#[tokio::test]
async fn the_credentials_of_a_proxy_are_nowhere_though_it_repeats_them() {
    let mut seen = Seen::new();
    let capture = seen.path("session.sqlite");
    let runs: [&[&str]; 4] = [
        &["probe", "--json", "--for", "100ms"],
        &["probe", "--for", "100ms"],
        &["tail", "--events", "--capture", &capture],
        &["config"],
    ];
    for args in runs {
        let proxy = once(repeat).await;
        let proxy_url = proxy.ws("").replace("ws://", "http://proxy-name-5ecret:proxy-5ecret@");
        seen.run(args, &config("ws://feed.invalid/feed", &proxy_url, "")).await;
    }
    seen.hold_no_secret(&["proxy", "403"]);
}

#[tokio::test]
async fn the_key_of_a_client_certificate_that_was_used_is_nowhere() {
    let authority = Authority::new("Secret Test CA");
    let identity = authority.issue(&["127.0.0.1"], Valid::Today);
    let mut seen = Seen::new();
    let capture = seen.path("session.sqlite");
    let runs: [&[&str]; 2] =
        [&["probe", "--json", "--for", "100ms"], &["tail", "--events", "--capture", &capture]];
    for args in runs {
        let server = once_tls(identity.acceptor(), async |stream| repeat(stream).await).await;
        let config = config(&server.wss("/feed"), "", authority.pem());
        seen.run(args, &config.replace("password: password-5ecret", "password: ''")).await;
    }
    seen.hold_no_secret(&["403", "Secret Test CA"]);
}
