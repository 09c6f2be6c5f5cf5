//! What the same bytes mean when another client dialled, whose offer is not Go's.
use sockeye::go_verdict::wire::{
    Alert, Asked, Block, Check, Dialled, Doubt, End, Ending, Engine, Offer, Outcome, Refusal, Wire,
};
use sockeye::go_verdict::wire::{alert_words, group, scheme, suite, version};

const SESSION: [u8; 32] = [7; 32];
const X25519_BASE: [u8; 32] = {
    let mut point = [0; 32];
    point[0] = 9;
    point
};

/// As rustls dials: no CBC, no P-521, one hybrid.
fn rustls() -> Dialled {
    let go = Offer::of(Engine::Benthos80, Block::On);
    let lacking = [group::P521, group::SECP256R1_MLKEM768, group::SECP384R1_MLKEM1024];
    let groups = go.groups.iter().copied().filter(|group| !lacking.contains(group)).collect();
    Dialled { offer: Offer { groups, ..go }, session_id: SESSION.to_vec(), ..Dialled::default() }
}

fn heard(block: Block, dialled: Dialled, bytes: &[u8], end: End) -> Outcome {
    let mut wire = Wire::new(Offer::of(Engine::Benthos80, block), dialled);
    wire.hear(bytes);
    wire.outcome(&end)
}

fn block(width: usize, bytes: &[u8]) -> Vec<u8> {
    let length = bytes.len().to_be_bytes();
    [length.get(8 - width..).unwrap(), bytes].concat()
}

fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind, 3, 3], &block(2, body)[..]].concat()
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind], &block(3, body)[..]].concat()
}

fn extension(id: u16, body: &[u8]) -> Vec<u8> {
    [&id.to_be_bytes(), &block(2, body)[..]].concat()
}

/// A record with a hello.
fn hello(session: &[u8], suite: u16, extensions: &[Vec<u8>]) -> Vec<u8> {
    let list = block(2, &extensions.concat());
    let body = [&[3, 3], &[1; 32][..], &block(1, session), &suite.to_be_bytes(), &[0], &list].concat();
    record(22, &message(2, &body))
}

fn hello_13(group: u16, key: &[u8]) -> Vec<u8> {
    let share = extension(51, &[&group.to_be_bytes(), &block(2, key)[..]].concat());
    hello(&SESSION, suite::TLS13_AES_128_GCM_SHA256, &[extension(43, &[3, 4]), share])
}

fn alert(level: u8, code: u8) -> Vec<u8> {
    record(21, &[level, code])
}

#[test]
fn a_handshake_failure_may_be_for_want_of_a_group() {
    let outcome = heard(Block::On, rustls(), &alert(2, Alert::HANDSHAKE_FAILURE), End::Closed);
    assert_eq!(outcome.ending, Ending::Fails(Refusal::Remote(40)));
    assert_eq!(outcome.doubt, Some(Doubt::NarrowerOffer));
}

#[test]
fn a_handshake_failure_is_no_doubt_if_go_offers_nothing_more() {
    let dialled = Dialled { offer: Offer::of(Engine::Bento, Block::Off), ..rustls() };
    for block in [Block::On, Block::Off] {
        let outcome = heard(block, dialled.clone(), &alert(2, Alert::HANDSHAKE_FAILURE), End::Closed);
        assert_eq!(outcome.doubt, None);
    }
}

#[test]
fn a_refused_name_has_nothing_to_do_with_the_offer() {
    let outcome = heard(Block::On, rustls(), &alert(2, 112), End::Closed);
    assert_eq!(outcome.ending.clone(), Ending::Fails(Refusal::Remote(112)));
    assert_eq!(outcome.doubt, None);
}

#[test]
fn a_refused_version_is_not_for_want_of_a_group_but_an_illegal_parameter_may_be() {
    let doubt = |code| heard(Block::On, rustls(), &alert(2, code), End::Closed).doubt;
    assert_eq!(doubt(Alert::PROTOCOL_VERSION), None);
    assert_eq!(doubt(Alert::ILLEGAL_PARAMETER), Some(Doubt::NarrowerOffer));
}

#[test]
fn a_server_that_hangs_up_at_once_may_have_disliked_the_offer() {
    let outcome = heard(Block::On, rustls(), &[], End::Closed);
    assert_eq!((outcome.ending, outcome.doubt), (Ending::Fails(Refusal::Eof), Some(Doubt::NarrowerOffer)));
    let later = heard(Block::On, rustls(), &[22], End::Closed);
    assert_eq!((later.ending, later.doubt), (Ending::Fails(Refusal::UnexpectedEof), None));
}

#[test]
fn what_is_lacking_is_told() {
    let lacking = rustls().offer.lacks(&Offer::of(Engine::Bento, Block::On));
    assert_eq!(lacking.groups, [group::SECP256R1_MLKEM768, group::SECP384R1_MLKEM1024, group::P521]);
    assert_eq!(lacking.suites.len(), 4);
    assert!(lacking.schemes.is_empty() && lacking.versions.is_empty());
}

#[test]
fn a_suite_that_the_dial_alone_offered_says_nothing_of_go() {
    let offer = Offer::of(Engine::Benthos80, Block::Off);
    let dialled = Dialled { offer, ..rustls() };
    let bytes = hello(&[], suite::ECDHE_RSA_AES_128_CBC_SHA, &[]);
    let outcome = heard(Block::On, dialled.clone(), &bytes, End::Left);
    assert_eq!((outcome.ending, outcome.doubt), (Ending::Undecided, Some(Doubt::OtherOffer)));
    let taken = heard(Block::Off, dialled, &bytes, End::Closed);
    assert_eq!(taken.ending, Ending::Fails(Refusal::Eof));
}

#[test]
fn a_suite_that_nobody_offered_is_the_servers_fault() {
    let outcome = heard(Block::On, rustls(), &hello(&[], 0x2f, &[]), End::Left);
    assert_eq!(outcome.ending, Ending::Fails(Refusal::UnconfiguredSuite));
    assert_eq!(outcome.doubt, None);
}

#[test]
fn a_share_that_the_dial_sent_unasked_would_be_asked_for_of_go() {
    let mut dialled = rustls();
    dialled.offer.shares = vec![group::P384];
    let point = [4; 97];
    let outcome = heard(Block::On, dialled.clone(), &hello_13(group::P384, &point), End::Left);
    assert_eq!(outcome.ending, Ending::Fails(Refusal::InvalidShare));
    dialled.offer.shares = vec![group::X25519];
    let unasked = heard(Block::On, dialled, &hello_13(group::P384, &point), End::Left);
    assert_eq!(unasked.ending, Ending::Fails(Refusal::UnsupportedGroup));
}

#[test]
fn a_retry_for_a_key_that_go_sends_at_once_is_no_retry_for_go() {
    let mut dialled = rustls();
    dialled.offer.shares = vec![group::P256];
    let random = [
        0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2,
        0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
    ];
    let list = block(2, &[extension(43, &[3, 4]), extension(51, &group::X25519.to_be_bytes())].concat());
    let body = [&[3, 3], &random[..], &block(1, &SESSION), &[0x13, 1, 0], &list].concat();
    let bytes = [record(22, &message(2, &body)), hello_13(group::X25519, &X25519_BASE)].concat();
    let outcome = heard(Block::On, dialled, &bytes, End::Left);
    assert_eq!(outcome.ending, Ending::Encrypted { then: None });
    let shared = heard(
        Block::On,
        Dialled { offer: Offer::of(Engine::Bento, Block::On), ..rustls() },
        &bytes,
        End::Left,
    );
    assert_eq!(shared.ending, Ending::Fails(Refusal::UnnecessaryShareOfRetry));
}

#[test]
fn what_the_dial_asked_for_is_no_surprise() {
    let rest = [extension(35, &[]), extension(16, b"\x00\x09\x08http/1.1")];
    let bytes = hello(&[], suite::ECDHE_RSA_AES_128_GCM_SHA256, &rest);
    let asked = Asked { session_tickets: true, protocols: true, ..Asked::default() };
    let asking = heard(Block::On, Dialled { asked, ..rustls() }, &bytes, End::TimedOut);
    assert_eq!(asking.ending, Ending::Waits);
    let silent = heard(Block::On, rustls(), &bytes, End::TimedOut);
    assert_eq!(silent.ending, Ending::Fails(Refusal::UnrequestedAlpn));
}

#[test]
fn an_answer_to_an_earlier_session_says_nothing_of_go() {
    let asked = Asked { resumption: true, ..Asked::default() };
    let dialled = Dialled { asked, ..rustls() };
    let echo = hello(&SESSION, suite::ECDHE_RSA_AES_128_GCM_SHA256, &[]);
    let outcome = heard(Block::On, dialled, &echo, End::Left);
    assert_eq!((outcome.ending, outcome.doubt), (Ending::Undecided, Some(Doubt::Resumed)));
    let fresh = heard(Block::On, rustls(), &echo, End::Left);
    assert_eq!(fresh.ending, Ending::Fails(Refusal::SessionIdEchoed));
}

#[test]
fn a_dial_that_left_leaves_the_rest_open() {
    let outcome = heard(Block::On, rustls(), &[22, 3, 3], End::Left);
    assert_eq!((outcome.ending, outcome.doubt), (Ending::Undecided, Some(Doubt::Left)));
}

#[test]
fn plain_text_behind_the_encrypted_part_is_heard() {
    let sealed = record(23, &[9; 64]);
    let text = b"HTTP/1.1 400 Bad\r\n\r\n";
    let bytes = [hello_13(group::X25519, &X25519_BASE), sealed.clone(), text.to_vec()].concat();
    let Ending::Encrypted { then: Some(line) } = heard(Block::On, rustls(), &bytes, End::Closed).ending
    else {
        panic!("the part before it was encrypted");
    };
    assert_eq!(line.to_string(), "tls: received record with version 5454 when expecting version 303");
    let closed = [hello_13(group::X25519, &X25519_BASE), sealed].concat();
    let ending = heard(Block::On, rustls(), &closed, End::Closed).ending;
    assert_eq!(ending, Ending::Encrypted { then: Some(Refusal::Eof) });
}

#[test]
fn certificates_are_to_be_judged_before_what_comes_behind_them() {
    let flight = [message(11, &block(3, &block(3, b"leaf"))), message(12, &[]), message(14, &[])].concat();
    let bytes = [hello(&[], suite::ECDHE_RSA_AES_128_GCM_SHA256, &[]), record(22, &flight)].concat();
    let outcome = heard(Block::On, rustls(), &bytes, End::Closed);
    assert_eq!(outcome.checks, [Check::Certificates(vec![b"leaf".to_vec()])]);
    assert_eq!(outcome.ending, Ending::Fails(Refusal::InvalidKeyExchange));
    assert_eq!(outcome.seen.suite, Some(suite::ECDHE_RSA_AES_128_GCM_SHA256));
}

#[test]
fn a_reset_names_both_ends_as_go_does() {
    let line = |local: &str, remote: &str| {
        let end = End::Reset { local: local.parse().unwrap(), remote: remote.parse().unwrap() };
        match heard(Block::On, rustls(), &[], end).ending {
            Ending::Fails(refusal) => refusal.to_string(),
            other => panic!("{other:?}"),
        }
    };
    let reset = "read: connection reset by peer";
    assert_eq!(line("127.0.0.1:5", "10.0.0.1:443"), format!("read tcp 127.0.0.1:5->10.0.0.1:443: {reset}"));
    assert_eq!(line("[::1]:5", "[::1]:443"), format!("read tcp [::1]:5->[::1]:443: {reset}"));
    assert_eq!(
        line("[::ffff:10.0.0.2]:5", "10.0.0.1:1"),
        format!("read tcp 10.0.0.2:5->10.0.0.1:1: {reset}")
    );
}

#[test]
fn decrypted_alerts_have_levels_only_before_tls_13() {
    use sockeye::go_verdict::wire::Heard::{Dropped, Ends};
    let (tls_12, tls_13) = (Some(version::TLS_12), Some(version::TLS_13));
    assert_eq!(Alert::heard(1, 116, tls_13), Ends(Refusal::Remote(116)));
    assert_eq!(Alert::heard(1, 116, tls_12), Dropped);
    assert_eq!(Alert::heard(2, 90, tls_13), Dropped);
    assert_eq!(Alert::heard(2, 90, tls_12), Ends(Refusal::Remote(90)));
    assert_eq!(Alert::heard(1, 0, tls_12), Ends(Refusal::Eof));
    assert_eq!(Alert::heard(3, 40, None), Ends(Refusal::Local(10)));
    assert_eq!(alert_words(41), "tls: alert(41)");
    assert_eq!(alert_words(20), "tls: bad record MAC");
}

#[test]
fn bento_offers_what_go_offers_without_the_block() {
    let off = Offer::of(Engine::Benthos77, Block::Off);
    assert_eq!(Offer::of(Engine::Bento, Block::On), off);
    assert_eq!(Offer::of(Engine::Benthos80, Block::On), Offer::of(Engine::Benthos77, Block::On));
    assert!(!Offer::of(Engine::Benthos77, Block::On).suites.contains(&suite::ECDHE_RSA_AES_128_CBC_SHA));
    assert!(off.suites.contains(&suite::ECDHE_RSA_AES_128_CBC_SHA));
}

#[test]
fn whatever_a_server_sends_it_is_taken_without_a_panic() {
    let parts = [
        hello(&[], suite::ECDHE_RSA_AES_128_GCM_SHA256, &[extension(5, &[])]),
        hello_13(group::X25519, &X25519_BASE),
        record(22, &message(11, &block(3, &block(3, b"leaf")))),
        record(22, &message(12, &[3, 0, 23, 1, 4, 4, 1, 0, 0])),
        record(22, &message(13, &[1, 1, 0, 2, 4, 1, 0, 0])),
        alert(1, 90),
        record(20, &[1]),
    ];
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(below).unwrap()).unwrap()
    };
    for _ in 0..20_000 {
        let mut bytes = Vec::new();
        for _ in 0..=next(6) {
            bytes.extend_from_slice(parts.get(next(parts.len())).unwrap());
        }
        for _ in 0..next(4) {
            let at = next(bytes.len());
            *bytes.get_mut(at).unwrap() = u8::try_from(next(256)).unwrap();
        }
        let outcome = heard(Block::Off, rustls(), &bytes, End::Closed);
        assert_ne!(outcome.ending, Ending::Waits);
    }
}

#[test]
fn a_ticket_that_the_dial_asked_for_comes_before_the_change() {
    let suite = suite::ECDHE_RSA_AES_128_GCM_SHA256;
    let exchange = [&[3, 0, 29], &block(1, &X25519_BASE)[..], &[4, 1], &block(2, b"signed")].concat();
    let certificates = message(11, &block(3, &block(3, b"leaf")));
    let flight = [certificates, message(12, &exchange), message(14, &[])].concat();
    let until_done = [hello(&[], suite, &[extension(35, &[])]), record(22, &flight)].concat();
    let ticket = record(22, &message(4, &[0, 0, 0, 0, 0, 1, 9]));
    let rest = [record(20, &[1]), record(22, &[9; 40])].concat();
    let asked = Asked { session_tickets: true, ..Asked::default() };
    let dialled = Dialled { asked, ..rustls() };

    let bytes = [&until_done[..], &ticket, &rest].concat();
    let outcome = heard(Block::On, dialled, &bytes, End::Left);
    assert_eq!(outcome.ending, Ending::Encrypted { then: None });
    assert_eq!((outcome.seen.group, outcome.seen.scheme), (Some(group::X25519), Some(scheme::PKCS1_SHA256)));
    let [Check::Certificates(_), Check::Signature(signed)] = &outcome.checks[..] else {
        panic!("{:?}", outcome.checks);
    };
    assert_eq!(signed.signature, b"signed");
    assert_eq!(signed.signed(&[5; 32]), [&[5; 32], &[1; 32], &exchange[..36]].concat());

    let unasked = heard(Block::On, rustls(), &bytes, End::Left);
    assert_eq!(unasked.ending, Ending::Fails(Refusal::UnrequestedTicket));
}

#[test]
fn the_hello_of_another_library_is_read() {
    let text = include_str!("hello_of_openssl.hex").replace('\n', "");
    let digits: Vec<_> = text.chars().map(|digit| digit.to_digit(16).unwrap()).collect();
    let bytes: Vec<_> = digits
        .chunks(2)
        .map(|pair| u8::try_from(pair.iter().fold(0, |byte, digit| byte * 16 + digit)).unwrap())
        .collect();
    let dialled = Dialled::read(&bytes).unwrap();
    let asked = Asked { session_tickets: true, protocols: true, ..Asked::default() };
    assert_eq!(dialled.asked, asked);
    assert_eq!(dialled.session_id.len(), 32);
    assert_eq!(dialled.offer.versions, [version::TLS_13, version::TLS_12]);
    assert_eq!(dialled.offer.shares, [group::X25519]);
    assert!(dialled.offer.suites.contains(&suite::ECDHE_RSA_AES_256_GCM_SHA384));
    assert_eq!(Dialled::read(&bytes[..bytes.len() - 1]), None);
    assert_eq!(Dialled::read(b"GET / HTTP/1.1\r\n"), None);
}
