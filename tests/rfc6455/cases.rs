//! What a server sends to break each rule.

use sockeye::config::Dialect;

/// The status line of a valid answer.
pub const HTTP: &str = "HTTP/1.1 101 Switching Protocols\r\n";
const UPGRADED: &str = "Upgrade: websocket\r\nConnection: Upgrade\r\nACCEPT\r\n";
const BOTH: &str = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

/// One way to break a rule.
pub enum Case {
    /// Each of these streams of frames.
    Frames(Frames),
    /// Each of these answers to the upgrade.
    Answers(Vec<Answer>),
    /// The stream ends without a close frame.
    Ended,
}

pub struct Frames {
    pub bytes: Vec<Vec<u8>>,
    /// Whether compression was negotiated, without context takeover.
    pub negotiated: bool,
}

#[derive(Clone, Debug)]
pub struct Answer {
    pub status: &'static str,
    /// Header lines; `ACCEPT` is replaced by the right Sec-WebSocket-Accept.
    pub headers: &'static str,
    /// Whether the request offers compression.
    pub offers: bool,
    pub dialect: Dialect,
}

type Named = (&'static str, Case);

pub fn cases() -> Vec<Named> {
    [upgrades(), heads(), frames(), negotiations(), compressed()].into_iter().flatten().collect()
}

fn answer(status: &'static str, headers: &'static str) -> Answer {
    Answer { status, headers, offers: false, dialect: Dialect::Standard }
}

/// Answers in HTTP/1.1 with exactly these headers.
fn exactly(name: &'static str, headers: &[&'static str]) -> Named {
    (name, Case::Answers(headers.iter().map(|headers| answer(HTTP, headers)).collect()))
}

/// Valid answers with these lines added.
fn with(name: &'static str, lines: &[&str]) -> Named {
    (name, Case::Answers(lines.iter().map(|lines| answer(HTTP, added(lines))).collect()))
}

fn added(lines: &str) -> &'static str {
    Box::leak(format!("{UPGRADED}{lines}\r\n").into_boxed_str())
}

fn upgrades() -> Vec<Named> {
    vec![
        ("status", Case::Answers(vec![answer("HTTP/1.1 200 OK\r\n", "Content-Length: 0\r\n")])),
        exactly("upgrade-missing", &["Connection: Upgrade\r\nACCEPT\r\n"]),
        exactly("upgrade-wrong", &["Upgrade: h2c\r\nConnection: Upgrade\r\nACCEPT\r\n"]),
        exactly(
            "upgrade-element",
            &[
                "Upgrade: , websocket\r\nConnection: Upgrade\r\nACCEPT\r\n",
                "Upgrade: x y, websocket\r\nConnection: Upgrade\r\nACCEPT\r\n",
                "Upgrade: websocket/13\r\nConnection: Upgrade\r\nACCEPT\r\n",
            ],
        ),
        exactly(
            "upgrade-list",
            &[
                "Upgrade: h2c, websocket\r\nConnection: Upgrade\r\nACCEPT\r\n",
                "Upgrade: h2c\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nACCEPT\r\n",
            ],
        ),
        exactly("connection-missing", &["Upgrade: websocket\r\nACCEPT\r\n"]),
        exactly("connection-wrong", &["Upgrade: websocket\r\nConnection: close\r\nACCEPT\r\n"]),
        exactly("accept-missing", &["Upgrade: websocket\r\nConnection: Upgrade\r\n"]),
        exactly(
            "accept-wrong",
            &["Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: AAAA\r\n"],
        ),
        exactly(
            "accept-second",
            &["Sec-WebSocket-Accept: AAAA\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nACCEPT\r\n"],
        ),
        with("accept-twice", &["Sec-WebSocket-Accept: AAAA", "ACCEPT"]),
        with("extension-unasked", &["Sec-WebSocket-Extensions: x-own; a=1"]),
        with(
            "extension-malformed",
            &[
                "Sec-WebSocket-Extensions: x-own, a b",
                "Sec-WebSocket-Extensions: x-own; a=\"b c\"",
                "Sec-WebSocket-Extensions: x-own; a=\"b",
                "Sec-WebSocket-Extensions: x-own, b c, permessage-deflate",
            ],
        ),
        with("extension-empty", &["Sec-WebSocket-Extensions:"]),
        with("extensions-twice", &["Sec-WebSocket-Extensions: x\r\nSec-WebSocket-Extensions: y"]),
        with("subprotocol-unasked", &["Sec-WebSocket-Protocol: x"]),
        with("subprotocol-empty", &["Sec-WebSocket-Protocol:"]),
        with("subprotocol-twice", &["Sec-WebSocket-Protocol: x\r\nSec-WebSocket-Protocol: y"]),
        with("version-twice", &["Sec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 8"]),
    ]
}

fn heads() -> Vec<Named> {
    let by = |status| answer(status, UPGRADED);
    let bare = "Upgrade: websocket\nConnection: Upgrade\nACCEPT\n";
    vec![
        (
            "http-version",
            Case::Answers(vec![
                by("HTTP/1.0 101 Switching Protocols\r\n"),
                by("HTTP/2.0 101 Switching Protocols\r\n"),
                by("HTTP/0.9 101 Switching Protocols\r\n"),
            ]),
        ),
        ("status-line", Case::Answers(vec![by("HTTP/1.1 101\r\n"), by("HTTP/1.1  101 Switching\r\n")])),
        ("line-ends", Case::Answers(vec![by("HTTP/1.1 101 Switching\n"), answer(HTTP, bare)])),
        with("folded-header", &["X-Long: a\r\n b"]),
        with("control-character", &["X-Evil: a\x07b"]),
        with("body", &["Content-Length: 0", "Content-Length: 5", "Transfer-Encoding: chunked"]),
        with(
            "body-unreadable",
            &["Content-Length: abc", "Content-Length: 1\r\nContent-Length: 2", "Transfer-Encoding: gzip"],
        ),
        (
            "interim",
            Case::Answers(vec![by("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 Switching Protocols\r\n")]),
        ),
    ]
}

fn streams(name: &'static str, bytes: &[&[u8]]) -> Named {
    let bytes = bytes.iter().map(|bytes| bytes.to_vec()).collect();
    (name, Case::Frames(Frames { bytes, negotiated: false }))
}

fn frames() -> Vec<Named> {
    let reserved = (3..=7).chain(11..=15).map(|opcode: u8| vec![0x80 | opcode, 0]).collect();
    let codes = [0_u16, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, u16::MAX];
    let codes = codes.map(|code| [&[0x88, 2], &code.to_be_bytes()[..]].concat()).to_vec();
    vec![
        streams("masked", &[&[0x81, 0x81, 0, 0, 0, 0, b'a']]),
        streams("reserved-bit", &[&[0xc1, 1, b'a'], &[0xa1, 1, b'a'], &[0x91, 1, b'a'], &[0xc9, 0]]),
        ("opcode", Case::Frames(Frames { bytes: reserved, negotiated: false })),
        streams(
            "length-long",
            &[
                &[0x81, 126, 0, 1, b'a'],
                &[0x82, 127, 0, 0, 0, 0, 0, 0, 0, 1, b'a'],
                &[0x01, 126, 0, 1, b'a', 0x80, 1, b'b'],
                &[0x81, 126, 0, 1, b'a', 0x81, 126, 0, 1, b'b'],
            ],
        ),
        streams("length-top-bit", &[&[0x81, 127, 0x80, 0, 0, 0, 0, 0, 0, 1, b'a']]),
        streams("data-inside-message", &[&[0x01, 1, b'a', 0x81, 1, b'b']]),
        streams("lone-continuation", &[&[0x80, 1, b'a'], &[0x81, 1, b'a', 0x00, 1, b'b']]),
        streams("control-fragmented", &[&[0x09, 1, b'a'], &[0x08, 0]]),
        streams("control-long", &[&[0x89, 126, 0, 126], &[0x8a, 126, 0, 1, b'a'], &[0x88, 127]]),
        streams("close-one-byte", &[&[0x88, 1, 3]]),
        ("close-code", Case::Frames(Frames { bytes: codes, negotiated: false })),
        streams("close-code-1014", &[&[0x88, 2, 3, 0xf6]]),
        streams("close-reason", &[&[0x88, 3, 3, 0xe8, 0xff]]),
        streams("data-after-close", &[&[0x88, 2, 3, 0xe8, 0x81, 1, b'a'], &[0x88, 0, 0x02, 0]]),
        streams("text", &[&[0x81, 1, 0xff], &[0x01, 1, 0xc3, 0x80, 1, b'a']]),
        ("no-close-frame", Case::Ended),
    ]
}

/// Answers that enable compression, with the extension written like this.
fn deflates(name: &'static str, offers: bool, dialect: Dialect, values: &[&str]) -> Named {
    let answers = values.iter().map(|value| {
        let headers = added(&format!("Sec-WebSocket-Extensions: {value}"));
        Answer { status: HTTP, headers, offers, dialect }
    });
    (name, Case::Answers(answers.collect()))
}

fn negotiations() -> Vec<Named> {
    let standard = Dialect::Standard;
    let both = |more: &str| format!("{BOTH}{more}");
    vec![
        deflates("deflate-unasked", false, standard, &[BOTH]),
        deflates("deflate-takeover", false, standard, &["permessage-deflate"]),
        deflates("deflate-spelling", false, standard, &["Permessage-Deflate"]),
        deflates("parameter-unknown", true, standard, &[&both("; level=9"), &both("; x")]),
        deflates(
            "parameter-value",
            true,
            standard,
            &[
                &both("; server_max_window_bits=7"),
                &both("; server_max_window_bits=016"),
                &both("; client_max_window_bits"),
                "permessage-deflate; server_no_context_takeover=1; client_no_context_takeover",
            ],
        ),
        deflates("parameter-twice", true, standard, &[&both("; server_no_context_takeover")]),
        deflates("window-unasked", true, Dialect::Bento, &[&both("; client_max_window_bits=12")]),
        deflates("deflate-twice", true, standard, &[&both(", permessage-deflate")]),
        deflates("parameter-takeover", true, standard, &["permessage-deflate; level=9"]),
    ]
}

fn negotiated(name: &'static str, bytes: &[&[u8]]) -> Named {
    let bytes = bytes.iter().map(|bytes| bytes.to_vec()).collect();
    (name, Case::Frames(Frames { bytes, negotiated: true }))
}

/// A compressed message in one frame.
fn whole(payload: &[u8]) -> Vec<u8> {
    let len = u8::try_from(payload.len()).expect("it is short");
    [&[0xc1, len], payload].concat()
}

fn compressed() -> Vec<Named> {
    // “Hello”, and the same in a last block.
    let hello = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
    let last = [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
    let back = [whole(&hello), whole(&[0xf2, 0x00, 0x11, 0x00, 0x00])].concat();
    vec![
        negotiated("reserved-bit-agreed", &[&[0xe1, 0], &[0xd1, 0], &[0xa1, 0]]),
        negotiated("compressed-control", &[&[0xc9, 1, b'a'], &[0xca, 0], &[0xc8, 2, 3, 0xe8]]),
        negotiated(
            "compressed-continuation",
            &[&[0x41, 3, 0xf2, 0x48, 0xcd, 0xc0, 4, 0xc9, 0xc9, 0x07, 0x00], &[0x01, 1, b'a', 0xc0, 1, b'b']],
        ),
        negotiated("deflate-garbage", &[&whole(&[0xff, 0xff, 0xff])]),
        negotiated("deflate-cut", &[&whole(&hello[..4]), &whole(&[])]),
        negotiated("deflate-tail", &[&whole(&[&hello[..], &[0, 0, 0xff, 0xff]].concat())]),
        (
            "deflate-refers-back",
            // The first of the two is delivered before the second breaks the rule.
            Case::Frames(Frames { bytes: vec![back], negotiated: true }),
        ),
        negotiated(
            "deflate-after-last-block",
            &[&whole(&[last, hello].concat()), &whole(&[&last[..], &[0xff, 0xff, 0xff]].concat())],
        ),
    ]
}
