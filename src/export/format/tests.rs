//! What each format writes, and how a large message is written.

use std::path::Path;

use base64::{Engine as _, prelude::BASE64_STANDARD};

use super::*;
use crate::session::{ConnectionId, Delivery, Kind, MessageId, Timestamp, Verdict};

const ORIGIN: Origin = Origin { at: Timestamp(0), connection: ConnectionId(1), verdict: Verdict::Nacked };

/// An output that empties its buffer whenever it may.
#[derive(Default)]
struct Pieces {
    buffer: Vec<u8>,
    pieces: Vec<Vec<u8>>,
}

impl Out for Pieces {
    type Error = std::convert::Infallible;

    fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    fn end_part(&mut self) -> Result<(), Self::Error> {
        self.pieces.push(std::mem::take(&mut self.buffer));
        Ok(())
    }

    fn end_message(&mut self) -> Result<(), Self::Error> {
        self.end_part()
    }
}

fn message(kind: Kind, payload: &[u8]) -> Message<'_> {
    Message { id: MessageId(7), kind, payload, valid: true, frames: 1, wire: None }
}

fn written(exporter: &Exporter, kind: Kind, payload: &[u8]) -> Vec<Vec<u8>> {
    let mut out = Pieces::default();
    let Ok(()) = exporter.write(&mut out, &ORIGIN, std::iter::once(message(kind, payload)));
    out.pieces
}

#[test]
fn every_format_has_a_word_and_each_writes_a_line_for_a_message() {
    let words: Vec<_> = Format::ALL.iter().map(|format| format.word()).collect();
    assert_eq!(words, ["json", "json-text", "raw", "pretty"]);
    for format in Format::ALL {
        assert!(!format.doc().is_empty());
        let line = written(&Exporter::new(*format), Kind::Text, b"tick").concat();
        assert_eq!(line.split_inclusive(|byte| *byte == b'\n').count(), 1, "{format:?}");
    }
}

#[test]
fn a_file_has_the_format_its_name_asks_for_and_json_lines_without_one() {
    for name in ["feed.jsonl", "feed.txt", "feed", "raw"] {
        assert_eq!(Format::of_file(Path::new(name)), Format::JsonLines, "{name}");
    }
}

#[test]
fn a_dead_letter_tells_its_last_delivery_and_all_verdicts() {
    let delivery = |attempt, verdict| Delivery { attempt, verdict };
    let mut letter = DeadLetter::new(MessageId(7), Timestamp(0), delivery(1, Verdict::Nacked));
    letter.record(Timestamp(2_000_000), delivery(2, Verdict::Acked));
    let mut out = Vec::new();
    let exporter = Exporter::new(Format::JsonLines);
    exporter.write_one(&mut out, &ORIGIN, &message(Kind::Text, b"tick"), Some(&letter));
    assert_eq!(
        String::from_utf8(out).expect("JSON is UTF-8"),
        "{\"v\":1,\"kind\":\"message\",\"at\":\"1970-01-01T00:00:00.000000Z\",\"connection\":1,\"id\":7,\
         \"dir\":\"in\",\"type\":\"text\",\"size\":4,\"verdict\":\"acked\",\"attempt\":2,\"text\":\"tick\",\
         \"deliveries\":[\
         {\"attempt\":1,\"verdict\":\"nacked\",\"at\":\"1970-01-01T00:00:00.000000Z\"},\
         {\"attempt\":2,\"verdict\":\"acked\",\"at\":\"1970-01-01T00:00:02.000000Z\"}]}\n"
    );
}

#[test]
fn on_a_terminal_alone_json_shows_what_is_not_seen() {
    let text = "\u{202e}\u{200b}".repeat(200_000);
    let [shown, plain] = [true, false].map(|is_terminal| {
        let exporter = Exporter { is_terminal, ..Exporter::new(Format::JsonLines) };
        let pieces = written(&exporter, Kind::Text, text.as_bytes());
        String::from_utf8(pieces.concat()).expect("JSON is UTF-8")
    });
    assert!(shown.is_ascii() && plain.contains(&text));
    let line: serde_json::Value = serde_json::from_str(&shown).expect("a line is JSON");
    assert!(line["text"] == text.as_str());
}

#[test]
fn a_pretty_line_shows_what_a_payload_is_whatever_it_was_sent_as() {
    let lines = [(Kind::Binary, &b"{\"a\":1}"[..]), (Kind::Binary, &[0, 1]), (Kind::Text, b"caf\xe9 au")];
    let lines = lines.map(|(kind, payload)| {
        let line = written(&Exporter::new(Format::Pretty), kind, payload).concat();
        String::from_utf8(line).expect("it is text")
    });
    assert_eq!(
        lines,
        [
            "     7  00:00:00.000  binary       7 B  {\"a\":1}\n",
            "     7  00:00:00.000  binary       2 B  00 01\n",
            "     7  00:00:00.000  text         7 B  caf<E9> au\n",
        ]
    );
    let long = written(&Exporter::new(Format::Pretty), Kind::Text, &vec![b'x'; 20_000]).concat();
    assert!(long.ends_with("xxx … 3616 more bytes\n".as_bytes()));
}

#[test]
fn on_a_terminal_a_raw_payload_steers_nothing() {
    let exporter = Exporter { is_terminal: true, ..Exporter::new(Format::Raw) };
    assert_eq!(written(&exporter, Kind::Text, b"a\x1b[2J\nb").concat(), "a␛[2J␊b\n".as_bytes());
}

#[test]
fn a_large_message_is_written_in_pieces_and_whole() {
    let text = format!("a{}\"\n", "é".repeat(1 << 20));
    let json = format!("[\"{}\"]", "é".repeat(1 << 20));
    let payloads = [
        (Kind::Text, text.as_bytes()),
        (Kind::Text, json.as_bytes()),
        (Kind::Binary, &vec![7; (2 << 20) + 1]),
    ];
    for (kind, payload) in payloads {
        let raw = written(&Exporter::new(Format::Raw), kind, payload);
        assert!(raw.concat().strip_suffix(b"\n") == Some(payload));
        let json = written(&Exporter::new(Format::JsonLines), kind, payload);
        let line: serde_json::Value = serde_json::from_slice(&json.concat()).expect("a line is JSON");
        let back = match (line.get("json"), line["text"].as_str()) {
            (Some(json), _) => serde_json::to_vec(json).expect("it is JSON"),
            (None, Some(text)) => text.as_bytes().to_vec(),
            (None, None) => {
                BASE64_STANDARD.decode(line["base64"].as_str().expect("a payload")).expect("base64")
            }
        };
        assert!(back == payload, "it comes back as it was");
        let largest = [raw, json].concat().iter().map(Vec::len).max();
        assert!(largest < Some(1 << 20), "{largest:?}");
    }
}

#[test]
fn a_payload_that_ends_with_a_part_has_one_line_break() {
    let payload = vec![b'x'; 512 << 10];
    let pieces = written(&Exporter::new(Format::Raw), Kind::Text, &payload);
    assert_eq!((pieces.len(), pieces.concat().len()), (2, payload.len() + 1));
}
