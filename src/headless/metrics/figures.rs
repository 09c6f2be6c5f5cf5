//! What the page has of the folds.

use crate::{
    session::Timestamp,
    stats::{Spread, Stats},
};

/// The shares of the messages whose times are told.
const QUANTILES: [(&str, f64); 4] = [("0.5", 0.5), ("0.9", 0.9), ("0.99", 0.99), ("1", 1.0)];

/// A share as the value of a label, with the seconds that it does not exceed.
pub(super) type Quantile = (&'static str, f64);

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Figures {
    pub(super) messages: u64,
    pub(super) bytes: u64,
    pub(super) skipped: u64,
    pub(super) last: Option<Timestamp>,
    pub(super) gaps: Vec<Quantile>,
    pub(super) holes: u64,
    pub(super) missing: u64,
    pub(super) repeats: u64,
    pub(super) late: u64,
    pub(super) lag: Vec<Quantile>,
    pub(super) failures: u64,
}

impl Figures {
    pub(crate) fn of(stats: &Stats) -> Self {
        let counts = stats.sequences.counts;
        Self {
            messages: stats.messages,
            bytes: stats.bytes,
            skipped: stats.skipped,
            last: stats.arrivals.last,
            gaps: quantiles(&stats.arrivals.gaps),
            holes: counts.holes,
            missing: counts.missing,
            repeats: counts.repeats,
            late: counts.late,
            lag: quantiles(&stats.lag.spread),
            failures: stats.life.failures,
        }
    }

    /// What is counted goes on from an earlier session; the rest is of this one.
    pub(super) fn after(self, before: &Self) -> Self {
        Self {
            messages: self.messages + before.messages,
            bytes: self.bytes + before.bytes,
            skipped: self.skipped + before.skipped,
            last: self.last.or(before.last),
            holes: self.holes + before.holes,
            repeats: self.repeats + before.repeats,
            late: self.late + before.late,
            failures: self.failures + before.failures,
            ..self
        }
    }
}

fn quantiles(spread: &Spread) -> Vec<Quantile> {
    let told = |(label, share)| Some((label, spread.quantile(share)?.as_secs_f64()));
    QUANTILES.into_iter().filter_map(told).collect()
}
