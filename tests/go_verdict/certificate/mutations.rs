//! Nothing that a peer sends makes the reading panic or take long.

use std::time::{Duration, Instant};

use sockeye::go_verdict::certificate::{Certificate, Pool};

use crate::certificate::certificates::whole_certificates;

const MUTATIONS: usize = 100_000;
/// A debug build on a busy machine needs about three seconds.
const LONGEST: Duration = Duration::from_mins(1);

/// Numbers that are the same in each run (xorshift64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap()
    }
}

#[test]
fn no_mutation_of_a_certificate_makes_the_reading_panic() {
    let certificates = whole_certificates();
    let mut numbers = Numbers(0x5eed_2026_1128);
    let start = Instant::now();
    for _ in 0..MUTATIONS {
        let mut der = certificates[numbers.below(certificates.len())].clone();
        for _ in 0..=numbers.below(4) {
            mutate(&mut der, &mut numbers);
        }
        let _ = Certificate::parse(&der);
    }
    assert!(start.elapsed() < LONGEST, "{MUTATIONS} mutations took {:?}", start.elapsed());
}

fn mutate(der: &mut Vec<u8>, numbers: &mut Numbers) {
    let at = numbers.below(der.len());
    match numbers.below(6) {
        0 => der.insert(at, numbers.byte()),
        1 if !der.is_empty() => drop(der.remove(at)),
        2 => der.truncate(at),
        3 => {
            let from = numbers.below(der.len());
            let piece: Vec<u8> = der[from..].iter().copied().take(numbers.below(40)).collect();
            der.splice(at..at, piece);
        }
        _ if !der.is_empty() => der[at] = numbers.byte(),
        _ => der.push(numbers.byte()),
    }
}

#[test]
fn no_text_makes_the_pool_panic() {
    let pieces = [
        "-----BEGIN CERTIFICATE-----",
        "\n",
        "\r\n",
        "-----END ",
        "CERTIFICATE-----",
        "A: b",
        ":",
        "MAA=",
        " ",
        "\u{feff}",
    ];
    let mut numbers = Numbers(0x5eed);
    for _ in 0..20_000 {
        let text: String = (0..numbers.below(12)).map(|_| pieces[numbers.below(pieces.len())]).collect();
        let _ = Pool::from_pem(text.as_bytes());
    }
}

#[test]
fn long_files_take_no_longer_than_their_length_asks_for() {
    let start = Instant::now();
    for piece in [
        "-----BEGIN CERTIFICATE-----\n",
        "\n-----END CERTIFICATE-----",
        "a:b\n",
        "-----BEGIN A-----\n:\n-----END A-----\n",
    ] {
        let _ = Pool::from_pem(piece.repeat(40_000).as_bytes());
    }
    assert!(start.elapsed() < LONGEST, "long files took {:?}", start.elapsed());
}
