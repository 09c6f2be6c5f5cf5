//! `sockeye compare`: two feeds of the same messages, live and captured.

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;

use crate::{
    program::{close, close_code, feeding, nobody, run, text, welcome},
    support::servers::{Server, once},
};

fn tick(id: u32, price: &str) -> Vec<u8> {
    text(&format!("{{\"id\":{id},\"price\":{price}}}"))
}

/// A feed of these, that stays until the client leaves.
async fn staying(frames: Vec<u8>) -> Server<Option<u16>> {
    once(async move |mut stream| {
        welcome(&mut stream).await;
        stream.write_all(&frames).await.expect("the client listens");
        close_code(&mut stream).await
    })
    .await
}

#[tokio::test]
async fn what_is_missing_and_what_differs_is_told_by_key() {
    let a = staying([tick(1, "5"), tick(2, "6"), tick(3, "7"), tick(4, "8")].concat()).await;
    let b = staying([tick(1, "5"), tick(3, "7.5"), tick(4, "8")].concat()).await;
    let (url, other) = (a.ws("/?token=hunter2"), b.ws("/"));
    let args = ["compare", &url, &other, "--by", ".id", "--window", "100ms", "--for", "2s", "--json"];
    let ran = run(&[&args[..], &["--strict"]].concat()).await;
    assert_eq!(ran.code, Some(67), "{} {}", ran.out, ran.err);
    let report: Value = serde_json::from_str(&ran.out).expect("it is JSON");
    assert_eq!(
        (&report["same"], &report["key"], &report["pairs"]),
        (&false.into(), &".id".into(), &3.into())
    );
    assert_eq!((&report["b"]["missing"], &report["b"]["missing_messages"][0]), (&1.into(), &2.into()));
    assert_eq!((&report["a"]["missing"], &report["differing"]), (&0.into(), &1.into()));
    let place = &report["differences"][0];
    assert_eq!((&place["place"], &place["a"], &place["b"]), (&".price".into(), &"7".into(), &"7.5".into()));
    assert!(!format!("{}{}", ran.out, ran.err).contains("hunter2"), "secrets are masked");
}

#[tokio::test]
async fn captures_are_compared_as_if_they_had_begun_together() {
    let folder = TempDir::new().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let captures = [path("a.sqlite"), path("b.sqlite")];
    for (capture, price) in captures.iter().zip(["5", "6"]) {
        let ticks: Vec<u8> = (1..=30).flat_map(|id| tick(id, if id == 7 { price } else { "5" })).collect();
        let feed = feeding([ticks, close(1000)].concat()).await;
        let ran = run(&["tail", &feed.ws("/"), "--no-retry", "--capture", capture]).await;
        assert_eq!(ran.code, Some(0), "{}", ran.err);
    }
    let ran = run(&["compare", &captures[0], &captures[1], "--strict"]).await;
    assert_eq!(ran.code, Some(67), "{} {}", ran.out, ran.err);
    for part in [
        "aligned by .id, a number that rises by one: 30 messages on both sides in ",
        "\nmissing on A: 0\nmissing on B: 0\n",
        "\ndiffering: 1\n   .price: 1, first 5 in A 7 and 6 in B 7\n",
    ] {
        assert!(ran.out.contains(part), "{part}\n{}", ran.out);
    }
    assert!(ran.err.contains("as if they had begun together"), "{}", ran.err);
    let ran = run(&["compare", &captures[0], &captures[1], "--strict", "--ignore", ".price"]).await;
    assert_eq!(ran.code, Some(0), "{} {}", ran.out, ran.err);
    let ran = run(&["compare", &captures[0], &captures[0], "--by", "id"]).await;
    assert!(ran.err.starts_with("sockeye: --by: \"id\" is no path") && ran.code == Some(2), "{}", ran.err);
    let ran = run(&["compare", &captures[0], "ws://127.0.0.1:9/"]).await;
    assert!(ran.err.contains("a capture is compared with a capture") && ran.code == Some(2), "{}", ran.err);
}

#[tokio::test]
async fn a_side_that_cannot_be_reached_ends_with_its_own_code_and_a_report() {
    let a = staying(tick(1, "5")).await;
    let (url, nobody) = (a.ws("/"), nobody().await);
    let ran = run(&["compare", &url, &nobody, "--no-retry", "--for", "20s"]).await;
    assert_eq!(ran.code, Some(7), "{} {}", ran.out, ran.err);
    assert!(
        ran.out.contains("0 messages on both sides") && ran.out.contains("1 lost or failed"),
        "{}",
        ran.out
    );
}
