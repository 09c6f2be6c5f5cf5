//! In which order messages are delivered and redelivered: with rejections, threads, wide outputs, losses and stops.

use std::{io, time::Duration};

use crate::{
    engines::Engine::V80,
    scene::{Scene, scene},
    server::{Conn, close, text},
};

const FIRST: &str = "rule: first, number: 1, delay: 60ms";
const FLAGS: [&str; 4] = ["--reject-first", "1", "--delay", "60ms"];

/// One thread, or two, with a processor.
fn threads(number: u8) -> String {
    format!("pipeline: {{threads: {number}, processors: [{{mapping: 'root = content()'}}]}}\n")
}

/// So many messages in one write.
fn burst(conn: &mut Conn, count: usize) -> io::Result<()> {
    let frames: Vec<_> = (0..count).map(|message| text(format!("m{message}"))).collect();
    conn.upgrade("")?;
    conn.send(frames.concat())
}

fn all_at_once(name: &str, count: usize) -> Scene {
    scene(format!("deliveries-{name}"), move |conn, _| {
        burst(conn, count)?;
        conn.watch()
    })
    .lasts(2500)
}

fn apart(name: &str, milliseconds: u64) -> Scene {
    scene(format!("deliveries-{name}"), move |conn, _| {
        conn.upgrade("")?;
        for message in 0..5 {
            conn.send(text(format!("m{message}")))?;
            conn.wait(Duration::from_millis(milliseconds))?;
        }
        conn.watch()
    })
    .judge(FIRST, &FLAGS)
    .lasts(2500)
}

/// Two messages, a close in the pause before the third redelivery of the first, and then `others`.
fn closes(name: &str, others: impl Fn(&mut Conn) -> io::Result<()> + Send + Sync + 'static) -> Scene {
    scene(format!("deliveries-{name}"), move |conn, index| {
        if index > 0 {
            return others(conn);
        }
        burst(conn, 2)?;
        conn.wait(Duration::from_millis(480))?;
        conn.send(close(1000, ""))
    })
    .judge("rule: first, number: 3, delay: 60ms", &["--reject-first", "3", "--delay", "60ms"])
}

pub fn all() -> Vec<Scene> {
    let with = |flags: &[&'static str]| [&FLAGS[..], flags].concat();
    vec![
        all_at_once("first-1", 6).judge(FIRST, &FLAGS).unordered(),
        all_at_once("first-1-in-flight-2", 6)
            .judge(&format!("{FIRST}, max_in_flight: 2"), &with(&["--max-in-flight", "2"]))
            .unordered(),
        all_at_once("first-1-threads-1", 8)
            .pipeline(threads(1))
            .judge(FIRST, &with(&["--threads", "1"]))
            .unordered(),
        all_at_once("acks-threads-2", 6)
            .pipeline(threads(2))
            .judge("rule: all, delay: 60ms", &["--delay", "60ms", "--threads", "2"])
            .unordered(),
        all_at_once("first-3", 2)
            .judge("rule: first, number: 3, delay: 60ms", &["--reject-first", "3", "--delay", "60ms"])
            .lasts(4000),
        all_at_once("one-bad-in-flight-4", 6)
            .judge(
                "rule: word, word: m2, number: 2, delay: 60ms, max_in_flight: 4",
                &["--reject", "m2", "--reject-first", "2", "--delay", "60ms", "--max-in-flight", "4"],
            )
            .unordered(),
        all_at_once("without-replays", 4).fields("auto_replay_nacks: false").judge(FIRST, &FLAGS),
        apart("first-1-100-ms-apart", 100),
        apart("first-1-300-ms-apart", 300),
        closes("after-loss", |conn| {
            conn.upgrade_and("", &[text("m2"), text("m3")].concat())?;
            conn.watch()
        })
        .lasts(6000),
        closes("retries-used-up", |conn| {
            conn.head()?;
            conn.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        })
        .fields("connection: {max_retries: 1}")
        .engines(&[V80])
        .lasts(6000),
    ]
}
