//! Tests of the decoder and the encoder, also against another library.

use std::io::{self, Cursor, Read, Write};

use bytes::BytesMut;
use flate2::{Compress, Compression, FlushCompress};
use proptest::prelude::*;
use sockeye::wire::{
    CloseFrame, ControlFrame, Decoder, Inflater, Kind, Leniency, Opcode, Piece, Rule, Strictness, Violation,
    close_payload, write_compressed, write_frame, write_message,
};
use tokio_tungstenite::tungstenite::{Message, WebSocket, protocol::Role};

/// What a decoder returned, with runs split into messages.
#[derive(Clone, Debug, PartialEq)]
enum Seen {
    Message { kind: Kind, payload: Vec<u8>, valid: bool, frames: u32 },
    Control(ControlFrame),
}

fn text(payload: &str) -> Seen {
    Seen::Message { kind: Kind::Text, payload: payload.into(), valid: true, frames: 1 }
}

fn binary(payload: &[u8], frames: u32) -> Seen {
    Seen::Message { kind: Kind::Binary, payload: payload.into(), valid: true, frames }
}

fn ping(payload: &'static str) -> Seen {
    Seen::Control(ControlFrame::Ping(payload.into()))
}

/// An unmasked frame with this first byte, its length in the shortest form.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let len = payload.len();
    let head = match (u8::try_from(len), u16::try_from(len)) {
        (Ok(len @ ..126), _) => vec![first, len],
        (_, Ok(len)) => [&[first, 126], &len.to_be_bytes()[..]].concat(),
        _ => [&[first, 127], &(len as u64).to_be_bytes()[..]].concat(),
    };
    [&head, payload].concat()
}

/// Decodes the bytes of these reads. Returns what they contain, and the broken rule that ended that.
fn read(decoder: &mut Decoder, reads: &[&[u8]], room: usize) -> (Vec<Seen>, Option<Violation>) {
    let (mut seen, mut buf) = (Vec::new(), BytesMut::new());
    for read in reads {
        buf.extend_from_slice(read);
        loop {
            match decoder.next(&mut buf, room) {
                Ok(Some(Piece::Messages(run))) => {
                    assert!((1..=room).contains(&run.spans.len()));
                    seen.extend(run.spans.iter().map(|span| Seen::Message {
                        kind: span.kind,
                        payload: run.payload(span).to_vec(),
                        valid: span.valid,
                        frames: span.frames,
                    }));
                }
                Ok(Some(Piece::Control(control))) => seen.push(Seen::Control(control)),
                Ok(None) => break,
                Err(violation) => {
                    let again = decoder.next(&mut buf, room);
                    assert_eq!(again, Err(violation.clone()), "a broken connection stays broken");
                    return (seen, Some(violation));
                }
            }
        }
    }
    (seen, None)
}

fn decoded(strictness: Strictness, bytes: &[u8]) -> (Vec<Seen>, Option<Rule>) {
    let (seen, violation) = read(&mut Decoder::new(1 << 20, strictness), &[bytes], usize::MAX);
    (seen, violation.map(|violation| violation.rule))
}

fn broken(bytes: &[u8]) -> Violation {
    let (seen, violation) = read(&mut Decoder::new(1 << 20, Strictness::Rfc), &[bytes], usize::MAX);
    assert_eq!(seen, []);
    violation.expect("a rule is broken")
}

#[test]
fn many_small_messages_are_one_run_over_one_buffer() {
    let stream = [frame(0x81, b"one"), frame(0x82, b""), frame(0x81, "zwölf".as_bytes())].concat();
    let mut buf = BytesMut::from(&stream[..]);
    buf.extend_from_slice(&[0x81, 5, b'c']);
    let mut decoder = Decoder::new(1 << 20, Strictness::Pipeline);
    let Ok(Some(Piece::Messages(run))) = decoder.next(&mut buf, usize::MAX) else {
        panic!("there are three messages");
    };
    assert_eq!(run.bytes, stream);
    let payloads: Vec<_> = run.spans.iter().map(|span| run.payload(span)).collect();
    assert_eq!(payloads, [&b"one"[..], b"", "zwölf".as_bytes()]);
    assert_eq!(decoder.next(&mut buf, usize::MAX), Ok(None));
    assert_eq!(&buf[..], [0x81, 5, b'c'], "an incomplete frame stays");
}

#[test]
fn no_more_messages_are_returned_than_there_is_room_for() {
    let mut buf = BytesMut::from(&[frame(0x81, b"a"), frame(0x81, b"b"), frame(0x89, b"")].concat()[..]);
    let mut decoder = Decoder::new(10, Strictness::Pipeline);
    assert_eq!(decoder.next(&mut buf, 0), Ok(None));
    let Ok(Some(Piece::Messages(run))) = decoder.next(&mut buf, 1) else { panic!("there is a message") };
    assert_eq!((run.spans.len(), buf.len()), (1, 5));
    assert!(decoder.next(&mut buf, 1).is_ok_and(|piece| piece.is_some()));
    assert_eq!(decoder.next(&mut buf, 0), Ok(None), "a ping waits too");
    assert_eq!(buf.len(), 2);
}

#[test]
fn a_ping_between_fragments_is_returned_before_their_message() {
    let stream = [
        frame(0x81, b"before"),
        frame(0x02, b"one "),
        frame(0x89, b"hello"),
        frame(0x00, b""),
        frame(0x80, b"two"),
        frame(0x81, b"after"),
    ]
    .concat();
    let expected = vec![text("before"), ping("hello"), binary(b"one two", 3), text("after")];
    assert_eq!(decoded(Strictness::Pipeline, &stream), (expected, None));
}

#[test]
fn messages_before_a_broken_frame_are_returned_first() {
    let stream = [frame(0x81, b"fine"), frame(0x83, b"")].concat();
    assert_eq!(decoded(Strictness::Pipeline, &stream), (vec![text("fine")], Some(Rule::Opcode(3))));
}

#[test]
fn invalid_text_is_marked_or_refused() {
    let invalid = |payload: &[u8], frames| Seen::Message {
        kind: Kind::Text,
        payload: payload.into(),
        valid: false,
        frames,
    };
    let whole = frame(0x81, b"caf\xe9");
    assert_eq!(decoded(Strictness::Pipeline, &whole), (vec![invalid(b"caf\xe9", 1)], None));
    assert_eq!(decoded(Strictness::Rfc, &whole), (vec![], Some(Rule::InvalidUtf8)));
    let halves = [frame(0x01, b"\xc3"), frame(0x80, b"x")].concat();
    assert_eq!(decoded(Strictness::Pipeline, &halves), (vec![invalid(b"\xc3x", 2)], None));
    assert_eq!(decoded(Strictness::Rfc, &halves), (vec![], Some(Rule::InvalidUtf8)));
}

#[test]
fn a_character_may_be_split_between_fragments() {
    let halves = [frame(0x01, b"\xc3"), frame(0x80, b"\xa9")].concat();
    let expected = Seen::Message { kind: Kind::Text, payload: "é".into(), valid: true, frames: 2 };
    assert_eq!(decoded(Strictness::Rfc, &halves), (vec![expected], None));
}

#[test]
fn invalid_text_fails_before_its_frame_is_complete() {
    assert_eq!(broken(&[0x81, 100, b'a', 0xff]).rule, Rule::InvalidUtf8);
    assert_eq!(broken(&[0x01, 1, 0xed, 0x80, 100, 0xa0]).rule, Rule::InvalidUtf8);
}

#[test]
fn a_violation_keeps_the_bytes_around_the_first_invalid_one() {
    let violation = broken(&frame(0x81, &[&[b'a'; 4000][..], b"\xff", &[b'b'; 4000]].concat()));
    assert_eq!(violation.last.len(), Violation::LAST);
    assert_eq!(violation.last[Violation::LAST / 2], 0xff);
    assert_eq!(violation.close_code(), 1007);
}

#[test]
fn a_message_over_the_limit_is_refused_at_its_header() {
    let mut decoder = Decoder::new(10, Strictness::Pipeline);
    let (seen, violation) = read(&mut decoder, &[&frame(0x82, b"0123456789"), &[0x81, 11]], 9);
    let violation = violation.expect("the second message is too large");
    assert_eq!(seen, [binary(b"0123456789", 1)]);
    assert_eq!(violation.rule, Rule::TooLarge { size: 11, limit: 10 });
    assert_eq!(violation.close_code(), 1009);
    assert_eq!(violation.reason(), "message of 11 bytes is over the limit of 10");
    assert_eq!(&violation.last[..], [0x81, 11]);
}

#[test]
fn the_limit_applies_to_the_sum_of_the_fragments() {
    let mut decoder = Decoder::new(10, Strictness::Pipeline);
    let stream = [frame(0x02, b"012345"), frame(0x89, &[b'p'; 100]), vec![0x00, 5]].concat();
    let (_, violation) = read(&mut decoder, &[&stream], 9);
    let rule = violation.expect("the second fragment is too much").rule;
    assert_eq!(rule, Rule::TooLarge { size: 11, limit: 10 });
}

#[test]
fn a_declared_length_reserves_at_most_as_much_as_was_received() {
    let decoder = Decoder::new(u64::MAX, Strictness::Pipeline);
    let huge = BytesMut::from(&[0x82, 127, 0, 0, 0, 0, 0xff, 0xff, 0, 0][..]);
    assert_eq!(decoder.wanted(&huge), Decoder::RUN_BYTES);
    assert_eq!(decoder.wanted(&BytesMut::new()), Decoder::READ);
    let mut half = BytesMut::from(&[0x82, 127, 0, 0, 0, 0, 0, 4, 0, 0][..]);
    assert_eq!(decoder.wanted(&half), 4 << 16);
    half.resize(10 + (3 << 16), 0);
    assert_eq!(decoder.wanted(&half), 1 << 16);
}

#[test]
fn a_close_without_a_payload_has_no_code() {
    let close = |close| (vec![Seen::Control(ControlFrame::Close(close))], None);
    assert_eq!(decoded(Strictness::Rfc, &[0x88, 0]), close(CloseFrame::default()));
    let bye = CloseFrame { code: Some(1001), reason: "bye".into() };
    assert_eq!(decoded(Strictness::Rfc, &frame(0x88, b"\x03\xe9bye")), close(bye));
}

#[test]
fn a_broken_close_frame_is_reported_with_its_rule() {
    assert_eq!(broken(&[0x88, 1, 3]).rule, Rule::CloseTooShort);
    assert_eq!(broken(&[0x88, 2, 3, 0xed]).reason(), "bad close code 1005");
    assert_eq!(broken(&[0x88, 3, 3, 0xe8, 0xff]).rule, Rule::CloseReason);
    assert_eq!(broken(&[0x88, 3, 3, 0xe8, 0xff]).close_code(), 1002);
}

#[test]
fn a_reason_too_long_for_a_close_frame_is_cut_between_characters() {
    let payload = close_payload(1002, &"é".repeat(100));
    assert_eq!(payload[..2], 1002_u16.to_be_bytes());
    assert_eq!(str::from_utf8(&payload[2..]), Ok(&*"é".repeat(61)));
}

#[test]
fn a_message_is_written_in_fragments_of_the_given_size() {
    let mut out = BytesMut::new();
    write_message(&mut out, Kind::Text, &[b'a'; 4096], &mut || [0; 4], Some(4096));
    assert_eq!(out[..2], [0x81, 0xfe], "4096 bytes are one frame");
    out.clear();
    write_message(&mut out, Kind::Text, &[b'a'; 4097], &mut || [0; 4], Some(4096));
    assert_eq!(out[..2], [0x01, 0xfe]);
    assert_eq!(out[8 + 4096..], [0x80, 0x81, 0, 0, 0, 0, b'a']);
}

/// The tolerated deviations in these bytes, and what they contain.
fn tolerated(decoder: &mut Decoder, bytes: &[u8]) -> (Vec<(Leniency, Vec<u8>)>, Vec<Seen>) {
    let (seen, violation) = read(decoder, &[bytes], usize::MAX);
    assert_eq!(violation, None);
    (
        decoder
            .take_deviations()
            .into_iter()
            .map(|deviation| (deviation.rule, deviation.raw.to_vec()))
            .collect(),
        seen,
    )
}

#[test]
fn a_tolerated_rule_is_reported_the_first_time_only() {
    let mut decoder = Decoder::new(100, Strictness::Pipeline);
    let long = [0x81, 126, 0, 1, b'a'];
    let deviations = vec![(Leniency::LongLength, long[..4].to_vec())];
    assert_eq!(
        tolerated(&mut decoder, &[&frame(0x81, b"b")[..], &long].concat()),
        (deviations, vec![text("b"), text("a")])
    );
    assert_eq!(tolerated(&mut decoder, &long), (vec![], vec![text("a")]));
    let half = (Leniency::HalfCloseCode, vec![0x88, 1, 3]);
    let after = (Leniency::DataAfterClose, vec![0x81, 1]);
    let close = Seen::Control(ControlFrame::Close(CloseFrame::default()));
    let bytes = [&[0x88, 1, 3][..], &frame(0x81, b"a")].concat();
    assert_eq!(tolerated(&mut decoder, &bytes), (vec![half, after], vec![close, text("a")]));
}

#[test]
fn many_messages_with_long_lengths_are_one_run() {
    let mut buf = BytesMut::from(&[0x81, 126, 0, 1, b'a'].repeat(5)[..]);
    let mut decoder = Decoder::new(100, Strictness::Pipeline);
    let mut runs = Vec::new();
    while let Ok(Some(Piece::Messages(run))) = decoder.next(&mut buf, usize::MAX) {
        runs.push(run.spans.len());
    }
    assert_eq!(runs, [1, 4], "the first one takes the slow path");
}

#[test]
fn a_rule_that_the_pipeline_tolerates_fails_by_the_rfc() {
    assert_eq!(broken(&[0x81, 126, 0, 1, b'a']).rule, Rule::LongLength);
    for bytes in [&[0xc9, 0][..], &[0xc8, 0], &[0x01, 0, 0xc0, 0]] {
        let inflate = Some(Inflater::without_takeover());
        let mut decoder = Decoder::new(100, Strictness::Rfc).inflating(inflate);
        let (seen, violation) = read(&mut decoder, &[bytes], 9);
        assert_eq!((seen, violation.map(|violation| violation.rule)), (vec![], Some(Rule::ReservedBit(1))));
    }
}

/// A connection in memory.
#[derive(Default)]
struct Pipe {
    input: Cursor<Vec<u8>>,
    output: Vec<u8>,
}

impl Read for Pipe {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.input.read(buf)
    }
}

impl Write for Pipe {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.output.write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Frames of all types, valid and broken, with payloads that may be text.
fn frames() -> impl Strategy<Value = Vec<u8>> {
    let first = prop::sample::select(vec![
        0x81, 0x81, 0x81, 0x82, 0x82, 0x01, 0x02, 0x00, 0x80, 0x80, 0x89, 0x8a, 0x88, 0x83, 0xc1,
    ]);
    let payload = prop_oneof![
        20 => any::<String>().prop_map(String::into_bytes),
        20 => prop::collection::vec(any::<u8>(), 0..300),
        1 => (65_530_usize..65_540).prop_map(|len| vec![b'a'; len]),
    ];
    prop::collection::vec((first, payload).prop_map(|(first, payload)| frame(first, &payload)), 0..12)
        .prop_map(|frames| frames.concat())
}

fn message() -> impl Strategy<Value = Message> {
    prop_oneof![
        20 => any::<String>().prop_map(Message::text),
        20 => prop::collection::vec(any::<u8>(), 0..600).prop_map(Message::binary),
        1 => (65_530_usize..65_540).prop_map(|len| Message::binary(vec![7; len])),
    ]
}

fn seen(message: &Message, frames: u32) -> Seen {
    let kind = if message.is_text() { Kind::Text } else { Kind::Binary };
    Seen::Message { kind, payload: message.clone().into_data().to_vec(), valid: true, frames }
}

proptest! {
    #[test]
    fn the_result_does_not_depend_on_how_the_stream_is_cut(
        stream in frames(),
        size in prop_oneof![1usize..16, 16usize..70_000],
        fail: bool,
        room in 1usize..5,
    ) {
        let decoder = || Decoder::new(100_000, if fail { Strictness::Rfc } else { Strictness::Pipeline });
        let rules = |(seen, violation): (Vec<Seen>, Option<Violation>)| (seen, violation.map(|it| it.rule));
        let whole = rules(read(&mut decoder(), &[&stream], usize::MAX));
        let reads: Vec<_> = stream.chunks(size).collect();
        prop_assert_eq!(rules(read(&mut decoder(), &reads, room)), whole);
    }

    #[test]
    fn no_more_bytes_are_buffered_than_the_limit(
        stream in prop_oneof![frames(), prop::collection::vec(any::<u8>(), 0..2000)],
        limit in 0u64..500,
    ) {
        let mut decoder = Decoder::new(limit, Strictness::Pipeline);
        let mut buf = BytesMut::new();
        'reads: for read in stream.chunks(64) {
            buf.extend_from_slice(read);
            prop_assert!(decoder.wanted(&buf) <= Decoder::READ);
            loop {
                match decoder.next(&mut buf, usize::MAX) {
                    Ok(Some(Piece::Messages(run))) => {
                        prop_assert!(run.spans.iter().all(|span| u64::from(span.len) <= limit));
                    }
                    Ok(Some(Piece::Control(_))) => {}
                    Ok(None) => break,
                    Err(_) => break 'reads,
                }
            }
            prop_assert!(buf.len() as u64 <= limit.max(125) + 14);
        }
    }

    #[test]
    fn another_library_reads_what_we_write(
        messages in prop::collection::vec(message(), 0..6),
        mask: [u8; 4],
        fragment in prop::option::of(prop_oneof![1usize..300, Just(4096)]),
    ) {
        let mut out = BytesMut::new();
        for message in &messages {
            let kind = if message.is_text() { Kind::Text } else { Kind::Binary };
            write_frame(&mut out, true, Opcode::Ping, b"still there?", mask);
            write_message(&mut out, kind, &message.clone().into_data(), &mut || mask, fragment);
        }
        let input = Cursor::new(out.to_vec());
        let mut server = WebSocket::from_raw_socket(Pipe { input, ..Pipe::default() }, Role::Server, None);
        for message in &messages {
            prop_assert_eq!(server.read().expect("a ping"), Message::Ping("still there?".into()));
            prop_assert_eq!(&server.read().expect("a message"), message);
        }
    }

    #[test]
    fn we_read_what_another_library_writes(messages in prop::collection::vec(message(), 0..6)) {
        let mut server = WebSocket::from_raw_socket(Pipe::default(), Role::Server, None);
        for message in &messages {
            server.send(message.clone()).expect("it is written to memory");
        }
        let bytes = &server.get_ref().output;
        let expected: Vec<_> = messages.iter().map(|message| seen(message, 1)).collect();
        prop_assert_eq!(decoded(Strictness::Rfc, bytes), (expected, None));
    }
}

/// The stream of a server that compresses messages with this level and takeover, in frames of at most `size`.
fn compressed(messages: &[Vec<u8>], level: u32, takeover: bool, size: usize) -> Vec<u8> {
    let mut state = Compress::new(Compression::new(level), false);
    let mut stream = Vec::new();
    for message in messages {
        if !takeover {
            state.reset();
        }
        let mut out = Vec::with_capacity(message.len() * 2 + 1024);
        state.compress_vec(message, &mut out, FlushCompress::Sync).expect("it can be compressed");
        if out.is_empty() {
            // An empty message compresses to nothing; the RFC writes one byte for it (section 7.2.3.6).
            out.extend([0, 0, 0, 0xff, 0xff]);
        }
        out.truncate(out.len() - 4);
        let count = out.len().div_ceil(size);
        for (nth, part) in out.chunks(size).enumerate() {
            let first = if nth == 0 { 0x42 } else { 0 } | if nth + 1 == count { 0x80 } else { 0 };
            stream.extend(frame(first, part));
            if nth + 1 < count {
                stream.extend(frame(0x89, b"between"));
            }
        }
    }
    stream
}

/// The sizes and options of the cases 12.* and 13.* of the Autobahn test suite.
#[test]
fn compressed_messages_survive_a_round_trip() {
    for takeover in [true, false] {
        for len in [0, 16, 64, 256, 1024, 4096, 8192, 16_384, 32_768, 65_536, 131_072] {
            let message: Vec<u8> = (0..len)
                .map(|at| b"{\"price\":1.25}\n"[at % 15] ^ u8::try_from(at / 997).unwrap_or(u8::MAX))
                .collect();
            let messages = vec![message; 6];
            for size in [usize::MAX, 1000] {
                let stream = compressed(&messages, 6, takeover, size);
                let inflate = if takeover { Inflater::with_takeover() } else { Inflater::without_takeover() };
                let mut decoder = Decoder::new(1 << 20, Strictness::Pipeline).inflating(Some(inflate));
                let reads: Vec<_> = stream.chunks(1500).collect();
                let (seen, violation) = read(&mut decoder, &reads, usize::MAX);
                assert_eq!(violation, None);
                let payloads: Vec<_> = seen
                    .into_iter()
                    .filter_map(
                        |seen| if let Seen::Message { payload, .. } = seen { Some(payload) } else { None },
                    )
                    .collect();
                assert!(payloads == messages, "{len} bytes, {size}, {takeover}");
            }
        }
    }
}

#[test]
fn small_compressed_messages_are_one_run_and_know_their_size_on_the_wire() {
    let messages = vec![b"tick tick tick tick tick tick".to_vec(); 3];
    let mut buf = BytesMut::from(&compressed(&messages, 6, true, usize::MAX)[..]);
    let len = buf.len();
    let mut decoder = Decoder::new(100, Strictness::Pipeline).inflating(Some(Inflater::with_takeover()));
    let Ok(Some(Piece::Messages(run))) = decoder.next(&mut buf, usize::MAX) else {
        panic!("there are messages")
    };
    assert_eq!(run.spans.len(), 3);
    let wire: usize = run.spans.iter().filter_map(|span| span.wire).map(|wire| wire.get() as usize).sum();
    assert_eq!(wire + 3 * 2, len);
}

#[test]
fn messages_before_a_broken_compressed_one_are_returned_first() {
    let good = compressed(&[b"good".to_vec()], 6, true, usize::MAX);
    let large = compressed(&[vec![0; 100_000]], 6, true, usize::MAX);
    for (bad, rule) in [(frame(0xc2, b"\xff\xff"), None), (large, Some(9_999))] {
        let mut decoder =
            Decoder::new(9_999, Strictness::Pipeline).inflating(Some(Inflater::without_takeover()));
        let (seen, violation) = read(&mut decoder, &[&[good.clone(), bad].concat()], usize::MAX);
        assert_eq!(seen, [binary(b"good", 1)]);
        match (violation.map(|violation| violation.rule), rule) {
            (Some(Rule::Deflate), None) => {}
            (Some(Rule::TooLarge { limit, .. }), Some(allowed)) => assert_eq!(limit, allowed),
            (rule, _) => panic!("{rule:?}"),
        }
    }
}

#[test]
fn the_first_reserved_bit_is_refused_unless_compression_was_negotiated() {
    assert_eq!(broken(&[0xc2, 0x02, 0x03, 0x80]).rule, Rule::ReservedBit(1));
    let mut decoder = Decoder::new(9, Strictness::Pipeline).inflating(Some(Inflater::with_takeover()));
    assert_eq!(read(&mut decoder, &[&[0xc2, 0x02, 0x03, 0x80]], 9), (vec![binary(b"", 1)], None));
}

#[test]
fn a_compressed_message_can_be_inflated() {
    let payload = "subscribe ".repeat(50);
    let mut out = BytesMut::new();
    write_compressed(&mut out, Kind::Text, payload.as_bytes(), &mut || [0; 4], Some(4096));
    assert_eq!(out[0], 0xc1);
    // Without the mask bit and the mask it is a frame of a server.
    let len = usize::from(out[1] & 0x7f);
    assert!(len < 126, "{len}");
    let served = frame(out[0], &out[6..]);
    let mut decoder = Decoder::new(1 << 20, Strictness::Rfc).inflating(Some(Inflater::without_takeover()));
    assert_eq!(read(&mut decoder, &[&served], 9).0, [text(&payload)]);
}
