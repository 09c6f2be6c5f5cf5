//! Addresses that name a unix socket: understood by what connects, and refused with the way to write them.

use std::path::PathBuf;

use tempfile::TempDir;
use tokio::{io::AsyncWriteExt as _, net::UnixListener, task::JoinHandle};

use crate::{
    program::{Ran, sockeye},
    support::servers::{header, read_head, switching, until_left},
};

/// A feed behind a unix socket that sends a message of two bytes; what it is asked.
fn feed(folder: &TempDir) -> (PathBuf, JoinHandle<String>) {
    let path = folder.path().join("feed.sock");
    let listener = UnixListener::bind(&path).expect("the socket can be bound");
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("someone connects");
        let request = read_head(&mut stream).await;
        let bytes = [switching(&request, "").as_bytes(), &[0x81, 2, b'h', b'i']].concat();
        stream.write_all(&bytes).await.expect("the client listens");
        until_left(stream).await;
        request
    });
    (path, server)
}

async fn run(args: &[&str]) -> Ran {
    let mut command = sockeye(args);
    let output = tokio::task::spawn_blocking(move || command.output());
    let output = output.await.expect("no panic").expect("the program starts");
    let [out, err] = [output.stdout, output.stderr].map(|said| String::from_utf8(said).expect("UTF-8"));
    Ran { code: output.status.code(), out, err }
}

#[tokio::test]
async fn every_command_takes_a_socket_and_a_request_in_one_address() {
    for command in [
        &["tail", "--count", "1"][..],
        &["probe"],
        &["check", "--expect", "count>=1 within 20s"],
        &["send", "--file", "/dev/null", "--binary", "--wait", "hi"],
    ] {
        let folder = TempDir::new().expect("a folder");
        let (path, server) = feed(&folder);
        let address = format!("ws+unix://{}:/ticks?a=1", path.display());
        let (name, rest) = command.split_first().expect("a command");
        let ran = run(&[&[name, address.as_str()], rest].concat()).await;
        assert_eq!(ran.code, Some(0), "{command:?}: {}", ran.err);
        let request = server.await.expect("no panic");
        assert!(request.starts_with("GET /ticks?a=1 HTTP/1.1\r\n"), "{request}");
        assert_eq!(header(&request, "Host"), Some("localhost"));
    }
}

#[tokio::test]
async fn the_address_is_that_of_the_option() {
    let one = run(&["config", "ws+unix:///run/feed.sock:/ticks"]).await;
    let other = run(&["config", "ws://localhost/ticks", "--unix-socket", "/run/feed.sock"]).await;
    assert_eq!((one.code, &one.out), (other.code, &other.out), "{}", one.err);
    let both = run(&["probe", "ws+unix:///run/feed.sock:/", "--unix-socket", "/run/other.sock"]).await;
    assert!(both.code == Some(2) && both.err.contains("url names another unix socket"), "{}", both.err);
}

#[tokio::test]
async fn a_bad_one_says_how_to_write_it_and_in_a_config_file_none_is_dialled() {
    let bad = run(&["probe", "ws+unix://run/feed.sock:/ticks"]).await;
    assert!(
        bad.code == Some(2) && bad.err.contains("does not begin with '/'; write ws+unix:///"),
        "{}",
        bad.err
    );
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("feed.yaml");
    std::fs::write(&file, "url: ws+unix:///run/feed.sock:/ticks\n").expect("a file");
    let lint = run(&["probe", "-c", &file.display().to_string()]).await;
    assert!(lint.code == Some(2) && lint.err.contains("which the pipeline does not dial"), "{}", lint.err);
}
