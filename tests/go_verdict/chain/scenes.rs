//! The recorded scenes. Certificates, times and errors stand in files of their own, once each, and are referred to by
//! number.

use std::collections::HashSet;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};
use sockeye::go_verdict::certificate::{Certificate, Pool};

/// One scene: what was served, whom the client trusts, and what Go said.
pub struct Scene {
    pub name: &'static str,
    /// Numbers of certificates, for telling which.
    pub numbers: Vec<usize>,
    pub served: Vec<Certificate>,
    /// Numbers of the roots, each one once.
    pub roots: Vec<usize>,
    pub pool: Pool,
    pub host: &'static str,
    pub now: Zoned,
    /// `ok` and the chains, or the error.
    pub expected: &'static str,
}

pub fn decoded(text: &str) -> Vec<u8> {
    STANDARD.decode(text).unwrap()
}

pub fn certificates() -> &'static [Certificate] {
    static ALL: LazyLock<Vec<Certificate>> = LazyLock::new(|| {
        let lines = include_str!("certificates.txt").lines();
        lines.map(|line| Certificate::parse(&decoded(line)).unwrap()).collect()
    });
    &ALL
}

pub fn scenes() -> impl Iterator<Item = Scene> {
    let errors: Vec<_> = include_str!("errors.txt").lines().collect();
    let times: Vec<_> = include_str!("times.tsv").lines().map(time).collect();
    include_str!("scenes.tsv").lines().map(move |row| {
        let [name, served, pool, host, now, expected] =
            row.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let (numbers, mut roots) = (split(served), split(pool));
        let mut seen = HashSet::new();
        roots.retain(|number| seen.insert(*number));
        let certificates = pick(&roots);
        Scene {
            name,
            served: pick(&numbers),
            numbers,
            roots,
            pool: Pool { certificates, ..Pool::default() },
            host,
            now: times[now.parse::<usize>().unwrap()].clone(),
            expected: if expected.starts_with("ok ") {
                expected
            } else {
                errors[expected.parse::<usize>().unwrap()]
            },
        }
    })
}

fn split(text: &str) -> Vec<usize> {
    text.split(',').filter(|number| !number.is_empty()).map(|number| number.parse().unwrap()).collect()
}

fn pick(numbers: &[usize]) -> Vec<Certificate> {
    numbers.iter().map(|number| certificates()[*number].clone()).collect()
}

fn time(line: &str) -> Zoned {
    let (instant, offset) = line.split_once('\t').unwrap();
    let (seconds, nanoseconds) = instant.split_once('.').unwrap();
    let instant = Timestamp::new(seconds.parse().unwrap(), nanoseconds.parse().unwrap()).unwrap();
    instant.to_zoned(TimeZone::fixed(Offset::from_seconds(offset.parse().unwrap()).unwrap()))
}
