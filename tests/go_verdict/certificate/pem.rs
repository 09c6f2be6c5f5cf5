//! Every file of the recorded table is taken apart as Go does it.
//!
//! `blocks` lines have the text in base64, then `label;headers;bytes;left` for each block that `pem.Decode` finds one after
//! the other; `pool` lines have the hashes of the subjects that `AppendCertsFromPEM` takes.

use crate::certificate::digest::{bytes, escaped, hex, sum};
use sockeye::go_verdict::certificate::{Pool, pem};

const TABLE: &str = include_str!("pem.txt");

#[test]
fn every_file_is_taken_apart_as_go_does() {
    let mut wrong = Vec::new();
    for line in TABLE.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let text = bytes(words[1]);
        let got = if words[0] == "pool" { subjects(&text) } else { blocks(&text) };
        if got != words[2] {
            wrong.push(format!(
                "{:?}\n    Go:   {}\n    here: {got}",
                String::from_utf8_lossy(&text),
                words[2]
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} rows differ\n{}",
        wrong.len(),
        TABLE.lines().count(),
        wrong.join("\n")
    );
}

fn subjects(text: &[u8]) -> String {
    let pool = Pool::from_pem(text);
    pool.certificates.iter().map(|certificate| sum(&[&certificate.raw_subject])).collect::<Vec<_>>().join(",")
}

fn blocks(text: &[u8]) -> String {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((block, after)) = pem::decode(rest) {
        let headers: Vec<_> =
            block.headers.iter().map(|(key, value)| format!("{}:{}", escaped(key), escaped(value))).collect();
        let digits = hex(&block.bytes);
        found.push(format!("{};{};{digits};{}", escaped(&block.label), headers.join(","), after.len()));
        rest = after;
    }
    found.join("|")
}
