//! What a server sends in its handshake, as Go judges it: certificates, chains and bytes have a verdict, whatever they
//! are.

use std::sync::LazyLock;

use jiff::{Timestamp, Zoned, tz::TimeZone};

use crate::go_verdict::{
    certificate::{Certificate, Pool, pem, served},
    chain::{Protocol, Served, Signer, check_leaf_key, handshake_signature, judge},
    wire::{Block, Check, Dialled, End, Ending, Engine, Offer, Outcome, Wire},
};

/// As many chains as there are checks of signatures before Go gives up.
const MOST_CHAINS: usize = 100;

/// Takes a byte that selects what follows: the DER of a certificate, a text of certificates, or the bytes of a server.
///
/// # Panics
///
/// Two readings contradict each other.
pub fn go_verdict(input: &[u8]) {
    let Some((selector, rest)) = input.split_first() else { return };
    match selector % 3 {
        0 => certificate(rest),
        1 => chain(rest),
        _ => wire(rest),
    }
}

/// A certificate keeps its own bytes, and a pool takes what is read.
fn certificate(der: &[u8]) {
    let read = Certificate::parse(der);
    let pool = Pool::of(&[der.to_vec()]);
    match &read {
        Ok(certificate) => {
            assert_eq!(certificate.raw, der);
            assert_eq!(pool.certificates, std::slice::from_ref(certificate));
            let _ = check_leaf_key(certificate.public_key.as_ref());
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            assert_eq!(pool.skipped.len(), 1);
        }
    }
    let is_served = served(&[der.to_vec()]).is_ok();
    assert!(read.is_ok() || !is_served, "what is served is read by the same rules");
}

/// Takes a line with the host, a byte that says how many certificates are served, and PEM of these and of the roots.
fn chain(input: &[u8]) {
    let at = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let (host, rest) = (String::from_utf8_lossy(&input[..at]), input.get(at + 1..).unwrap_or_default());
    let Some((count, text)) = rest.split_first() else { return };
    let mut ders = Vec::new();
    let mut rest = text;
    while let Some((block, after)) = pem::decode(rest) {
        ders.push(block.bytes);
        rest = after;
    }
    let all = Pool::from_pem(text);
    assert!(all.certificates.len() + all.skipped.len() <= ders.len());
    let roots = ders.split_off(usize::from(*count).min(ders.len()));
    let (Ok(certificates), roots) = (served(&ders), Pool::of(&roots)) else { return };
    let Some(chain) = Served::new(&certificates) else { return };
    let judged = judge(chain, &roots, &host, &NOW);
    assert_eq!(judged.served.len(), certificates.len());
    match &judged.verdict {
        Ok(chains) => {
            assert!((1..=MOST_CHAINS).contains(&chains.len()));
            assert!(judged.root.is_some_and(|root| root < roots.certificates.len()));
            assert_eq!(judged.served[0].place_in_chain, Some(0));
            assert_eq!(judged.served[0].fitness.dates, Ok(()));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    for judgement in &judged.served {
        match judgement.signer {
            Signer::Root(place) => assert!(judged.roots.contains_key(&place)),
            Signer::Served(place) => assert!(place < certificates.len()),
            Signer::Nobody(_) | Signer::NotChecked => {}
        }
    }
}

static NOW: LazyLock<Zoned> = LazyLock::new(|| {
    let now = Timestamp::from_second(1_795_867_200).expect("a day of 2026");
    now.to_zoned(TimeZone::UTC)
});

/// Takes a byte of options and the size of a piece, then what a server sends. The outcome does not depend on how the bytes
/// are cut.
fn wire(input: &[u8]) {
    let Some((&[options, step], bytes)) = input.split_first_chunk::<2>() else { return };
    let block = if options & 1 == 0 { Block::On } else { Block::Off };
    let end = [End::Closed, End::TimedOut, End::Left][usize::from(options >> 1) % 3];
    let whole = heard(block, bytes, usize::MAX, &end);
    assert_eq!(heard(block, bytes, usize::from(step) + 1, &end), whole);
    let mut key = None;
    for check in &whole.checks {
        match check {
            Check::Certificates(ders) => {
                let leaf = served(ders).ok().and_then(|certificates| certificates.into_iter().next());
                key = leaf.and_then(|leaf| leaf.public_key);
            }
            Check::Signature(exchange) => {
                let signed = exchange.signed(&[0; 32]);
                let _ = handshake_signature(
                    key.as_ref(),
                    exchange.scheme,
                    Protocol::Tls13,
                    &signed,
                    &exchange.signature,
                );
            }
        }
    }
    if let Ending::Fails(refusal) = &whole.ending {
        assert!(!refusal.to_string().is_empty());
    }
}

fn heard(block: Block, bytes: &[u8], step: usize, end: &End) -> Outcome {
    let offer = Offer::of(Engine::Benthos80, block);
    let dialled = Dialled { offer: offer.clone(), ..Dialled::default() };
    let mut wire = Wire::new(offer, dialled);
    bytes.chunks(step).for_each(|piece| wire.hear(piece));
    wire.outcome(end)
}
