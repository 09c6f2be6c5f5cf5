//! What two feeds have in common and what not, as text and as JSON.

use std::{fmt::Write as _, iter::repeat_n, time::Duration};

use serde::Serialize;

use crate::{
    payload::{counted, duration_in_words, milliseconds, printable, thousands},
    session::MessageId,
    stats::{Aligned, Side, Spread},
};

use super::{Fate, Kept, LOSSES, pairs::Differences};

/// The version of the JSON.
const VERSION: u32 = 1;
/// The most places that differ, losses or missing messages that the text tells.
const TOLD: usize = 10;

pub(super) struct Report {
    /// By what the messages were aligned.
    pub key: String,
    pub sides: [Fate; 2],
    pub aligned: Aligned<Kept>,
    pub differences: Differences,
    pub watched: Duration,
}

impl Report {
    /// Whether both sides have the same messages, and at least one.
    pub(super) fn is_same(&self) -> bool {
        let is_whole = |side| {
            let counts = self.aligned.counts(side);
            counts.missing == 0 && counts.crowded == 0
        };
        self.aligned.pairs > 0 && self.differences.pairs == 0 && Side::BOTH.into_iter().all(is_whole)
    }

    pub(super) fn text(&self) -> String {
        let mut lines: Vec<String> = Vec::new();
        for side in Side::BOTH {
            self.side(side, &mut lines);
        }
        let watched = duration_in_words(self.watched);
        let both = counted(self.aligned.pairs, "message");
        lines.push(format!("aligned by {}: {both} on both sides in {watched}", self.key));
        if self.aligned.pairs > 0 {
            for side in Side::BOTH {
                self.lead(side, &mut lines);
            }
            lines.push(format!("at the same time: {}", self.share(self.aligned.together)));
        }
        for side in Side::BOTH {
            self.missing(side, &mut lines);
        }
        self.differing(&mut lines);
        lines.iter().fold(String::new(), |text, line| text + &printable(line) + "\n")
    }

    fn side(&self, side: Side, lines: &mut Vec<String>) {
        let (fate, counts) = (&self.sides[side as usize], self.aligned.counts(side));
        let messages = counted(counts.messages + fate.without, "message");
        let mut line = format!("{side:?}  {}: {messages}", fate.name);
        if fate.connections > 0 {
            let _ = write!(line, ", {}", counted(fate.connections, "connection"));
        }
        if fate.lost > 0 {
            let _ = write!(line, ", {} lost or failed", thousands(fate.lost));
        }
        if fate.without > 0 {
            let _ = write!(line, ", {} without the key", thousands(fate.without));
        }
        lines.push(line);
        lines.extend(fate.losses.iter().take(TOLD).map(|(loss, times)| match times {
            1 => format!("   {loss}"),
            times => format!("   {loss} (×{times})"),
        }));
        if fate.paused > 0 {
            lines.push("   the socket was not always read, so that its messages look late".to_owned());
        }
    }

    fn share(&self, count: u64) -> String {
        let tenths = count.saturating_mul(1_000) / self.aligned.pairs.max(1);
        format!("{} ({}.{} %)", counted(count, "message"), tenths / 10, tenths % 10)
    }

    fn lead(&self, side: Side, lines: &mut Vec<String>) {
        let counts = self.aligned.counts(side);
        let mut line = format!("{side:?} was first: {}", self.share(counts.first));
        if let Some(Quantiles { p50, p90, p99, max }) = Quantiles::of(&counts.lead) {
            let [p50, p90, p99, max] = [p50, p90, p99, max].map(duration_in_words);
            let _ = write!(line, ", by p50 {p50}, p90 {p90}, p99 {p99}, max {max}");
        }
        lines.push(line);
    }

    fn missing(&self, side: Side, lines: &mut Vec<String>) {
        let counts = self.aligned.counts(side);
        let mut line = format!("missing on {side:?}: {}", thousands(counts.missing));
        if !counts.listed.is_empty() {
            let ids: Vec<_> = counts.listed.iter().take(TOLD).map(MessageId::to_string).collect();
            let more = if counts.missing > ids.len() as u64 { ", …" } else { "" };
            let _ = write!(line, " (by their numbers on {:?}: {}{more})", side.other(), ids.join(", "));
        }
        lines.push(line);
        for (count, why) in [
            (counts.before, "before the first message that both have"),
            (counts.open, "at the end, whose time was not over"),
            (counts.crowded, "not compared, since too many waited"),
        ] {
            if count > 0 {
                lines.push(format!("   {} of {side:?} {why}", thousands(count)));
            }
        }
    }

    fn differing(&self, lines: &mut Vec<String>) {
        let pairs = self.differences.pairs;
        lines.push(format!("differing: {}", thousands(pairs)));
        for (name, place) in self.differences.by_count().into_iter().take(TOLD) {
            let [a, b] = [&place.a, &place.b].map(|value| value.as_deref().unwrap_or("nothing"));
            let (first, other) = place.first;
            let count = thousands(place.count);
            lines.push(format!("   {name}: {count}, first {a} in A {first} and {b} in B {other}"));
        }
        if self.differences.others > 0 {
            lines.push(format!("   and {} at further places", thousands(self.differences.others)));
        }
    }

    pub(super) fn json(&self) -> String {
        let report = Written {
            v: VERSION,
            same: self.is_same(),
            key: &self.key,
            watched_ms: milliseconds(self.watched),
            pairs: self.aligned.pairs,
            together: self.aligned.together,
            a: self.written(Side::A),
            b: self.written(Side::B),
            differing: self.differences.pairs,
            differences: self
                .differences
                .by_count()
                .into_iter()
                .map(|(place, found)| Difference {
                    place,
                    count: found.count,
                    a: found.a.as_deref(),
                    b: found.b.as_deref(),
                    message_a: found.first.0.0,
                    message_b: found.first.1.0,
                })
                .collect(),
        };
        serde_json::to_string(&report).map(|text| text + "\n").unwrap_or_default()
    }

    fn written(&self, side: Side) -> WrittenSide<'_> {
        let (fate, counts) = (&self.sides[side as usize], self.aligned.counts(side));
        let losses = fate.losses.iter().flat_map(|(loss, times)| repeat_n(loss.as_str(), *times));
        WrittenSide {
            name: &fate.name,
            messages: counts.messages + fate.without,
            without_key: fate.without,
            connections: fate.connections,
            lost: fate.lost,
            losses: losses.take(LOSSES).collect(),
            paused: fate.paused,
            first: counts.first,
            lead_ms: Quantiles::of(&counts.lead).map(|found| Lead {
                p50: milliseconds(found.p50),
                p90: milliseconds(found.p90),
                p99: milliseconds(found.p99),
                max: milliseconds(found.max),
            }),
            missing: counts.missing,
            missing_messages: counts.listed.iter().map(|id| id.0).collect(),
            before: counts.before,
            open: counts.open,
            crowded: counts.crowded,
        }
    }
}

struct Quantiles {
    p50: Duration,
    p90: Duration,
    p99: Duration,
    max: Duration,
}

impl Quantiles {
    fn of(spread: &Spread) -> Option<Self> {
        let [p50, p90, p99] = [0.5, 0.9, 0.99].map(|share| spread.quantile(share));
        Some(Self { p50: p50?, p90: p90?, p99: p99?, max: spread.longest()? })
    }
}

#[derive(Serialize)]
struct Written<'a> {
    v: u32,
    same: bool,
    key: &'a str,
    watched_ms: f64,
    pairs: u64,
    together: u64,
    a: WrittenSide<'a>,
    b: WrittenSide<'a>,
    differing: u64,
    differences: Vec<Difference<'a>>,
}

#[derive(Serialize)]
struct WrittenSide<'a> {
    name: &'a str,
    messages: u64,
    without_key: u64,
    connections: u64,
    lost: u64,
    losses: Vec<&'a str>,
    paused: u64,
    first: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    lead_ms: Option<Lead>,
    /// Of the other side.
    missing: u64,
    missing_messages: Vec<u64>,
    before: u64,
    open: u64,
    crowded: u64,
}

#[derive(Serialize)]
struct Lead {
    p50: f64,
    p90: f64,
    p99: f64,
    max: f64,
}

#[derive(Serialize)]
struct Difference<'a> {
    place: &'a str,
    count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    a: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    b: Option<&'a str>,
    message_a: u64,
    message_b: u64,
}
