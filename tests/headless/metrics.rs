//! `--metrics`: what Prometheus reads while a session runs.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::{Child, Stdio},
};

use tokio::io::AsyncWriteExt as _;

use crate::{
    program::{run, sockeye, text, welcome},
    support::servers::{once, until_left},
};

/// A program that is ended with its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// The answer to a request.
fn answer(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers and closes");
    answer
}

fn page(address: &str) -> String {
    answer(address, "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
}

/// The address that a line tells, without its path.
fn address(line: &str) -> Option<String> {
    let rest = line.split_once("metrics at http://")?.1;
    Some(rest.trim().strip_suffix("/metrics")?.to_owned())
}

/// Runs `tail` on a feed that sends these and stays, and gives its metrics once they are written.
async fn metrics_of(messages: &[&str], request: fn(&str) -> String) -> String {
    let frames: Vec<u8> = messages.iter().flat_map(|message| text(message)).collect();
    let server = once(async move |mut stream| {
        welcome(&mut stream).await;
        stream.write_all(&frames).await.expect("the client listens");
        until_left(stream).await;
    })
    .await;
    let mut command = sockeye(&["tail", &server.ws("/"), "--metrics", "127.0.0.1:0"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let count = messages.len();
    let read = tokio::task::spawn_blocking(move || {
        let mut running = Running(command.spawn().expect("the program starts"));
        let told = BufReader::new(running.0.stderr.take().expect("a pipe")).lines();
        let address = told.map_while(Result::ok).find_map(|line| address(&line)).expect("it is told");
        let out = BufReader::new(running.0.stdout.take().expect("a pipe"));
        assert_eq!(out.lines().take(count).count(), count, "each message is written");
        request(&address)
    });
    read.await.expect("no panic")
}

#[tokio::test]
async fn the_numbers_of_a_session_are_served_while_it_runs() {
    let numbered: Vec<_> = (1..=250).filter(|number| ![100, 101].contains(number)).collect();
    let messages: Vec<_> = numbered.iter().map(|number| format!("{{\"seq\":{number}}}")).collect();
    let messages: Vec<_> = messages.iter().map(String::as_str).collect();
    let page = metrics_of(&messages, page).await;
    assert!(page.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4"), "{page}");
    for line in [
        "# TYPE sockeye_messages_total counter",
        "sockeye_messages_total 248",
        "sockeye_skipped_messages_total 0",
        "sockeye_sequence_gaps_total 1",
        "sockeye_sequence_missing_numbers 2",
        "sockeye_connection_up 1",
        "sockeye_connections_opened_total 1",
        "sockeye_deliveries_total{verdict=\"acked\"} 248",
    ] {
        assert!(page.lines().any(|own| own == line), "{line}\n{page}");
    }
}

#[tokio::test]
async fn other_pages_are_not_there_and_a_client_that_says_nothing_holds_up_nobody() {
    let pages = metrics_of(&["{}"], |address| {
        let silent: Vec<_> = (0..3).map(|_| TcpStream::connect(address).expect("it listens")).collect();
        let pages = answer(address, "GET / HTTP/1.1\r\n\r\n") + &page(address);
        drop(silent);
        pages
    })
    .await;
    assert!(pages.starts_with("HTTP/1.1 404 Not Found\r\n") && pages.contains("sockeye_messages_total 1"));
}

#[tokio::test]
async fn an_address_that_is_taken_is_told_before_anything_is_tried() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a loopback port is free");
    let address = taken.local_addr().expect("it is bound").to_string();
    for command in
        [&["tail", "ws://127.0.0.1:9/"][..], &["check", "ws://127.0.0.1:9/", "--expect", "count>1"]]
    {
        let ran = run(&[command, &["--metrics", &address]].concat()).await;
        let sentence = format!("sockeye: no metrics: cannot serve at {address}: Address already in use");
        assert!(ran.err.starts_with(&sentence) && ran.code == Some(1), "{}", ran.err);
    }
}
