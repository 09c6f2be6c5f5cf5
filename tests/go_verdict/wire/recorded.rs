//! What Go 1.26.8's own client said to thousands of scripted servers, against what is foretold from the same bytes.
//!
//! `recorded.tsv` holds, a line each: `hello BLOCK HEX` (what Go's client sent), `again PIECE HEX` (its second hello, if the
//! piece asks for one), `piece NAME HEX`, `line NUMBER TEXT`, and the rows `BLOCK-AND-END SCRIPT NUMBER`. The block is `+` or `-`; the stream ends with `c`lose, `r`eset or nothing more
//! (`w`aits). A script is hex, `HEX*COUNT`, `@NAME` or `@NAME[FROM:TO]`, one behind the other.
use std::collections::HashMap;

use super::go_hello::GoHello;
use sockeye::go_verdict::wire::{
    Block, Check, ClientHello, Dialled, End, Ending, Engine, Offer, Outcome, Wire,
};

#[derive(Default)]
struct Table {
    hellos: HashMap<String, Vec<u8>>,
    second_hellos: HashMap<String, Vec<u8>>,
    pieces: HashMap<String, Vec<u8>>,
    lines: Vec<String>,
    rows: Vec<Row>,
}

struct Row {
    block: Block,
    end: End,
    script: String,
    line: usize,
}

impl Table {
    fn read() -> Self {
        let mut table = Self::default();
        for row in include_str!("recorded.tsv").lines() {
            let fields: Vec<_> = row.split('\t').collect();
            match fields[0] {
                "hello" => drop(table.hellos.insert(fields[1].to_owned(), hex(fields[2]))),
                "again" => drop(table.second_hellos.insert(fields[1].to_owned(), hex(fields[2]))),
                "piece" => drop(table.pieces.insert(fields[1].to_owned(), hex(fields[2]))),
                "line" => table.lines.push(fields[2].to_owned()),
                kind => table.rows.push(Row {
                    block: if kind.starts_with('+') { Block::On } else { Block::Off },
                    end: end(&kind[1..]),
                    script: fields[1].to_owned(),
                    line: fields[2].parse().unwrap(),
                }),
            }
        }
        table
    }

    fn bytes(&self, script: &str) -> Vec<u8> {
        script.split_whitespace().flat_map(|token| self.token(token)).collect()
    }

    fn token(&self, token: &str) -> Vec<u8> {
        if let Some(name) = token.strip_prefix('@') {
            let (name, range) = name.split_once('[').unwrap_or((name, ":]"));
            let (from, to) = range.trim_end_matches(']').split_once(':').unwrap();
            let piece = &self.pieces[name];
            let to = to.parse().unwrap_or(piece.len());
            return piece[from.parse().unwrap_or(0)..to].to_vec();
        }
        let (bytes, count) = token.split_once('*').unwrap_or((token, "1"));
        hex(bytes).repeat(count.parse().unwrap())
    }

    /// Hears a row's bytes in parts of this size.
    fn outcome(&self, row: &Row, part: usize) -> Outcome {
        let block = if row.block == Block::On { "on" } else { "off" };
        let dialled = Dialled::read(&self.hellos[block]).unwrap();
        let mut wire = Wire::new(Offer::of(Engine::Benthos80, row.block), dialled);
        self.bytes(&row.script).chunks(part).for_each(|bytes| wire.hear(bytes));
        wire.outcome(&row.end)
    }
}

fn end(letter: &str) -> End {
    match letter {
        "c" => End::Closed,
        "r" => {
            End::Reset { local: "127.0.0.1:40000".parse().unwrap(), remote: "127.0.0.1:443".parse().unwrap() }
        }
        _ => End::TimedOut,
    }
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// Does what is foretold agree with what Go said?
fn agrees(outcome: &Outcome, said: &str) -> bool {
    // What Go judges by more than these bytes is listed to be judged by others.
    let is_left_to = |wanted: fn(&Check) -> bool| outcome.checks.iter().any(wanted);
    if said.starts_with("tls: failed to parse certificate from server: ")
        || said.starts_with("tls: server's certificate contains an unsupported type of public key: ")
    {
        return is_left_to(|check| matches!(check, Check::Certificates(_)));
    }
    if said.starts_with("tls: invalid signature by the server certificate: ") {
        return is_left_to(|check| matches!(check, Check::Signature(_)));
    }
    match &outcome.ending {
        Ending::Fails(refusal) => refusal.to_string() == said,
        Ending::Waits => said == "WAITS",
        // No script of the table encrypts anything in truth.
        Ending::Encrypted { .. } => said == "local error: tls: bad record MAC",
        Ending::Undecided => false,
    }
}

#[test]
fn every_line_is_the_one_that_go_logged() {
    let table = Table::read();
    assert!(table.rows.len() > 5000);
    let mut differing = Vec::new();
    for row in &table.rows {
        let outcome = table.outcome(row, usize::MAX);
        let said = &table.lines[row.line];
        if !agrees(&outcome, said) {
            differing
                .push(format!("{:?} {} {:?}: {said} / {:?}", row.block, row.script, row.end, outcome.ending));
        }
    }
    assert!(differing.is_empty(), "{} differ:\n{}", differing.len(), differing.join("\n"));
}

#[test]
fn it_does_not_matter_in_which_parts_the_bytes_come() {
    let table = Table::read();
    for row in table.rows.iter().step_by(3) {
        assert_eq!(table.outcome(row, usize::MAX), table.outcome(row, 7), "{}", row.script);
    }
}

#[test]
fn the_offer_is_the_one_that_go_sends() {
    let table = Table::read();
    for (block, name) in [(Block::On, "on"), (Block::Off, "off")] {
        let dialled = Dialled::read(&table.hellos[name]).unwrap();
        assert_eq!(dialled.offer, Offer::of(Engine::Benthos77, block));
        assert_eq!(dialled.asked, sockeye::go_verdict::wire::Asked::default());
    }
}

/// Behind the heads of the record and of the message.
const HEADS: usize = 9;

#[test]
fn a_hello_is_written_byte_for_byte_as_go_writes_it() {
    let table = Table::read();
    for (block, name) in [(Block::On, "on"), (Block::Off, "off")] {
        let sent = &table.hellos[name];
        let hello = ClientHello::read(&sent[HEADS..]).unwrap();
        let offer = Offer::of(Engine::Benthos80, block);
        assert_eq!(written(&offer, &hello, &[]), sent[5..], "{name}");
    }
}

#[test]
fn a_second_hello_has_what_the_server_asked_for() {
    let table = Table::read();
    let offer = Offer::of(Engine::Bento, Block::On);
    for (name, group) in [
        ("hrr", Some(sockeye::go_verdict::wire::group::P256)),
        ("hrrcookie", Some(sockeye::go_verdict::wire::group::P521)),
        ("cookie", None),
    ] {
        let sent = &table.second_hellos[name];
        let hello = ClientHello::read(&sent[HEADS..]).unwrap();
        let groups: Vec<_> = hello.shares.iter().map(|share| share.group).collect();
        assert_eq!(groups, group.map_or(offer.shares.clone(), |group| vec![group]));

        let mut wire = Wire::new(offer.clone(), Dialled::read(&table.hellos["off"]).unwrap());
        let asking = &table.pieces[name];
        wire.hear(&[&[22, 3, 3, 0, u8::try_from(asking.len()).unwrap()], &asking[..]].concat());
        let retry = wire.outcome(&End::Left).seen.retry.unwrap();
        assert_eq!(retry.group, group);
        assert_eq!(written(&offer, &hello, &retry.cookie), sent[5..], "{name}");
    }
}

fn written(offer: &Offer, hello: &ClientHello, cookie: &[u8]) -> Vec<u8> {
    let session_id = hello.session_id.clone().try_into().unwrap();
    let (random, shares) = (hello.random, &hello.shares[..]);
    let go = GoHello { offer, random, session_id, server_name: &hello.server_name, shares, cookie };
    go.message().unwrap()
}
