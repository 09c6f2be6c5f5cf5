//! What a refusal says first under `--as`: what stops the pipeline, in the order in which it checks.

use sockeye::{
    cli::{SessionArgs, load},
    config::{
        Dialect::{self, Benthos, Bento, Connect, Connect4106},
        Problem, SessionOptions,
    },
};

const PIPELINES: [Dialect; 4] = [Bento, Benthos, Connect, Connect4106];

/// The problems of an address and a `tls` block that is on, as they are printed.
fn problems(dialect: Dialect, url: &str, block: &str) -> Vec<Problem> {
    let file = tempfile::NamedTempFile::with_suffix(".yaml").expect("there is a temporary folder");
    let text = format!("input:\n  websocket:\n    url: {url}\n    tls: {{enabled: true, {block}}}\n");
    std::fs::write(file.path(), text).expect("the file can be written");
    let options = SessionOptions { dialect, ..SessionOptions::default() };
    let args = SessionArgs { file: Some(file.path().to_owned()), options, ..SessionArgs::default() };
    match load(&args, &|_| None) {
        Ok(loaded) => loaded.warnings,
        Err(error) => error.problems,
    }
}

#[track_caller]
fn begins(dialect: Dialect, url: &str, block: &str, words: &str) {
    let problems = problems(dialect, url, block);
    let name = dialect.behavior().name;
    let first = problems.first().map_or("", |problem| problem.message.as_str());
    assert!(first.ends_with(&format!("; {name} does not start: {words}")), "{problems:#?}");
}

const MISSING_ROOTS: &str = "root_cas_file: /no/ca.pem";
const MISSING_PAIR: &str = "client_certs: [{cert_file: /no/c.pem, key_file: /no/k.pem}]";

#[test]
fn a_missing_file_stops_every_pipeline_even_with_ws() {
    for dialect in PIPELINES {
        for url in ["wss://h/", "ws://h/"] {
            begins(dialect, url, MISSING_ROOTS, "open /no/ca.pem: no such file or directory");
            begins(dialect, url, "root_cas_file: /", "read /: is a directory");
            begins(dialect, url, MISSING_PAIR, "open /no/c.pem: no such file or directory");
        }
    }
}

#[test]
fn roots_come_before_client_certificates_and_these_in_order() {
    let both = format!("{MISSING_PAIR}, {MISSING_ROOTS}");
    begins(Bento, "wss://h/", &both, "open /no/ca.pem: no such file or directory");
    let twice = format!("{both}, root_cas: text");
    begins(Bento, "wss://h/", &twice, "only one field between root_cas and root_cas_file can be specified");
    let pairs = "client_certs: [{cert_file: /no/1.pem, key_file: k}, {key: text}]";
    begins(Bento, "wss://h/", pairs, "open /no/1.pem: no such file or directory");
}

#[test]
fn what_stops_it_comes_before_a_warning() {
    let pair = "client_certs: [{cert: text, key: text, key_file: /no/k.pem}]";
    begins(Benthos, "wss://h/", pair, "missing cert_file field in client certificate config");
}

#[test]
fn only_redpanda_connect_minds_ws_and_says_so_last() {
    let told = "tls is enabled but url scheme is ws, use wss:// for ws://h/p?a=b";
    begins(Connect, "WS://h/p?a=b", "", told);
    let user = problems(Connect, "ws://somebody:hunter2@h/", "");
    assert!(user[0].message.contains("use wss:// for ws://•••:xxxxx@h/"), "{user:#?}");
    for dialect in [Bento, Benthos, Connect4106] {
        let problems = problems(dialect, "ws://h/", "");
        let [warning] = problems.as_slice() else { panic!("{problems:#?}") };
        let end = format!("; {} dials in clear text, and the block has no effect", dialect.behavior().name);
        assert!(!warning.is_error() && warning.message.ends_with(&end), "{warning:?}");
    }
}
