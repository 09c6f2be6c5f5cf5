//! Bytes that a server may not send: what they are, rather than the rule that they break first.

use sockeye::{
    diagnose,
    session::{Finding, FindingCode, LossKind, Lost},
};

use crate::fixtures::{lost, settings};

fn violation(rule: &str, last: &[u8], messages: u64) -> Finding {
    let kind = LossKind::Violation { rule: rule.to_owned(), last: last.to_vec() };
    let ended = Lost { messages, ..lost(kind) };
    let findings =
        diagnose::lost(&settings("ws://feed.example/"), &ended, &diagnose::Conversation::default());
    let finding = findings.last().expect("there is a finding").clone();
    assert_eq!(finding.code, FindingCode::ProtocolError);
    finding
}

#[test]
fn compression_that_was_never_agreed_on_is_told_with_what_it_holds() {
    // {"a":1}, compressed as permessage-deflate does.
    let frame = [0xc1, 0x09, 0xaa, 0x56, 0x4a, 0x54, 0xb2, 0x32, 0xac, 0x05, 0x00];
    let finding = violation("RSV1 set", &frame, 0);
    assert!(
        finding.cause.starts_with("The server compresses its messages, and no compression"),
        "{finding:?}"
    );
    assert!(finding.evidence.iter().any(|line| line.starts_with("inflated: {")), "{finding:?}");
    let other = violation("RSV1 set", &[0xc1, 0x02, 0xff, 0xff], 0);
    assert!(other.cause.contains("a reserved bit is set"), "{other:?}");
}

#[test]
fn a_server_that_masks_its_frames_is_told_so_with_the_payload() {
    let frame = [0x81, 0x82, 1, 2, 3, 4, b'h' ^ 1, b'i' ^ 2];
    let finding = violation("bad MASK", &frame, 0);
    assert!(finding.cause.starts_with("The server masks its frames."), "{finding:?}");
    assert!(finding.evidence.contains(&"without the mask: hi".to_owned()), "{finding:?}");
}

#[test]
fn bytes_that_were_never_frames_are_named() {
    let rows: [(&[u8], u64, &str); 8] = [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", 0, "an HTTP answer"),
        (b"\x15\x03\x03\x00\x02\x02\x28", 0, "a TLS record"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", 0, "an SSH server"),
        (b"{\"a\":1}\n{\"a\":2}\n", 0, "JSON"),
        (b"<html></html>", 0, "a page"),
        (b"data: 1\n\n", 0, "server-sent events"),
        (b"hello there\n", 0, "plain text"),
        (b"\"}tail of a message", 2, "longer than the length in its head"),
    ];
    for (bytes, messages, words) in rows {
        let finding = violation("RSV2 set, RSV3 set", bytes, messages);
        assert!(finding.cause.contains(words), "{words}: {finding:?}");
    }
}
