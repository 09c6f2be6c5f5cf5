//! What is drawn of the folds: a copy of bounded size, so that whoever draws waits for nobody who counts.

use std::time::Duration;

use crate::session::{ConnectionId, MessageId, Timestamp};

use super::{
    InEffect, IncidentKind, KindSilence, Late, Lifetime, Novelty, Offset, Paths, SequenceCounts, Series,
    Silence, Spread, Stats, Unit, Usual,
};

/// The most happenings of each source, and the most connections, that are copied: the newest.
const NEWEST: usize = 1_000;
/// The most connections that are copied: the newest.
const CONNECTIONS: usize = 200;

/// The folds at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    pub choices: Paths,
    pub paths: InEffect,
    /// How the time is written, once one was read.
    pub unit: Option<Unit>,
    /// The first messages are held until the paths are decided.
    pub is_learning: bool,
    pub messages: u64,
    pub skipped: u64,
    pub sequence: SequenceCounts,
    pub lag: Percentiles,
    pub lag_last: Option<Duration>,
    /// Messages whose time was in the future.
    pub ahead: u64,
    pub offset: Option<Offset>,
    pub gaps: Percentiles,
    pub last: Option<Timestamp>,
    pub silence: SilenceCounts,
    pub connections: ConnectionCounts,
    /// In the order of time.
    pub happenings: Vec<Happening>,
    pub kinds: Vec<KindRow>,
    pub kinds_without: u64,
    pub kinds_others: u64,
    pub shapes: Vec<ShapeRow>,
    pub shapes_without: u64,
    pub shapes_others: u64,
    /// The set that the shapes are compared with.
    pub saved: Option<SavedSet>,
    /// How long messages have come.
    pub span: Duration,
    pub series: Series,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Percentiles {
    pub count: u64,
    pub p50: Duration,
    pub p90: Duration,
    pub p99: Duration,
    pub max: Duration,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SilenceCounts {
    pub count: u64,
    pub usual: Option<Duration>,
    /// The gap beyond which a silence is told.
    pub limit: Option<Duration>,
    pub current: Option<Silence>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectionCounts {
    pub opened: u64,
    pub losses: u64,
    pub failures: u64,
    /// The share of the time in which a connection stood, in tenths of a percent.
    pub permille_up: Option<u16>,
    pub lifetimes: Percentiles,
    pub reconnects: Percentiles,
    pub suspect: Option<&'static Usual>,
    /// When connections stood, the newest ones; the last may stand still.
    pub up: Vec<(Timestamp, Option<Timestamp>)>,
    /// How many lifetimes lie in each bin.
    pub histogram: Vec<u64>,
    /// The newest ones, the oldest first.
    pub rows: Vec<ConnectionRow>,
    /// Whether the session has ended.
    pub is_over: bool,
}

/// Something that a person may want to go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    pub at: Timestamp,
    /// The message that shows it; a silence is shown by none.
    pub message: Option<MessageId>,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Something is odd about a number; with its key, and whether it is between two connections.
    Number {
        kind: IncidentKind,
        key: String,
        across: bool,
    },
    Silence(Silence),
    /// A kind stayed away.
    KindSilence(KindSilence),
    Late(Late),
    /// A shape came first; with what is new about it.
    Shape {
        name: String,
        news: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindRow {
    /// As it stands in the payload.
    pub written: String,
    pub messages: u64,
    pub bytes: u64,
    pub first: Timestamp,
    pub last: Timestamp,
    pub example: MessageId,
    /// What 99 of 100 gaps between them do not exceed, once enough were seen.
    pub usual: Option<Duration>,
    /// Since when it stays away while others come.
    pub silent_since: Option<Timestamp>,
}

/// A connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionRow {
    pub connection: ConnectionId,
    pub began: Timestamp,
    pub opened: Option<Timestamp>,
    pub ended: Option<Timestamp>,
    /// How it ended, in a sentence.
    pub end: Option<String>,
    pub messages: u64,
    pub first: Option<MessageId>,
    /// What came first on it, in words; empty if nothing came, or it is not remembered.
    pub beginning: String,
    pub difference: Difference,
}

/// How the beginning of a connection compares with the one before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Difference {
    /// There is none before, or nothing came.
    #[default]
    Unknown,
    Same,
    /// In words.
    Other(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeRow {
    pub name: String,
    pub messages: u64,
    pub bytes: u64,
    pub smallest: u64,
    pub largest: u64,
    pub first: Timestamp,
    pub last: Timestamp,
    pub example: MessageId,
    /// What is new about it, or else its paths.
    pub about: String,
    /// Whether it is in the set that was saved.
    pub against: Against,
}

/// Whether a shape is among those that were saved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Against {
    /// It is, or nothing is compared.
    #[default]
    Same,
    /// It is not.
    New,
    /// It is, and has not come.
    Absent,
}

/// The set that the shapes are compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedSet {
    /// The name of its file.
    pub name: String,
    /// Shapes that are not in it, and shapes of it that have not come.
    pub new: usize,
    pub absent: usize,
}

impl ShapeRow {
    /// One that is only in the set that was saved.
    pub(super) fn absent(name: String, about: String) -> Self {
        let (first, example) = (Timestamp::default(), MessageId(0));
        let (messages, bytes, smallest, largest) = (0, 0, 0, 0);
        let against = Against::Absent;
        Self { name, messages, bytes, smallest, largest, first, last: first, example, about, against }
    }
}

impl Stats {
    /// What is drawn of it now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let began = self.series.time(0);
        Snapshot {
            choices: self.choices().clone(),
            paths: self.paths.clone(),
            unit: self.lag.unit,
            is_learning: self.is_learning(),
            messages: self.messages,
            skipped: self.skipped,
            sequence: self.sequences.counts,
            lag: Percentiles::of(&self.lag.spread),
            lag_last: self.lag.last,
            ahead: self.lag.ahead,
            offset: self.lag.offset,
            gaps: Percentiles::of(&self.arrivals.gaps),
            last: self.arrivals.last,
            silence: SilenceCounts {
                count: self.silences.count,
                usual: self.silences.usual(),
                limit: self.silences.limit(),
                current: self.silences.current().copied(),
            },
            connections: self.connection_counts(),
            happenings: self.happenings(),
            kinds: self.kind_rows(),
            kinds_without: self.kinds.without,
            kinds_others: self.kinds.others,
            shapes: self.shape_rows(),
            shapes_without: self.shapes.without,
            shapes_others: self.shapes.others,
            saved: None,
            span: began.zip(self.arrivals.last).map_or(Duration::ZERO, |(began, last)| last.since(began)),
            series: self.series.clone(),
        }
    }

    fn connection_counts(&self) -> ConnectionCounts {
        let life = &self.life;
        let mut lifetimes: Vec<_> = life.lifetimes().collect();
        lifetimes.sort_unstable();
        let opened = life.list().iter().filter(|one| one.opened.is_some());
        let up = opened.clone().filter_map(|one| Some((one.opened?, one.ended)));
        ConnectionCounts {
            opened: opened.count() as u64,
            losses: life.losses,
            failures: life.failures,
            permille_up: life.share_up().map(permille),
            lifetimes: Percentiles::of_sorted(&lifetimes),
            reconnects: Percentiles::of(&life.reconnects),
            suspect: life.suspect(),
            up: newest(up.collect()),
            histogram: life.histogram(),
            rows: self.connection_rows(),
            is_over: life.has_ended(),
        }
    }

    fn connection_rows(&self) -> Vec<ConnectionRow> {
        let row = |one: &Lifetime| {
            let beginning = self.beginnings.list().find(|beginning| beginning.connection == one.connection);
            let beginning = beginning.filter(|beginning| !beginning.runs.is_empty());
            let before = beginning.and_then(|_| self.beginnings.before(one.connection));
            let difference = match beginning.zip(before) {
                None => Difference::Unknown,
                Some((now, before)) => now.difference(before).map_or(Difference::Same, Difference::Other),
            };
            ConnectionRow {
                connection: one.connection,
                began: one.began,
                opened: one.opened,
                ended: one.ended,
                end: one.end.clone(),
                messages: one.messages,
                first: one.first,
                beginning: beginning.map_or_else(String::new, ToString::to_string),
                difference,
            }
        };
        let list = self.life.list();
        list.get(list.len().saturating_sub(CONNECTIONS)..).unwrap_or_default().iter().map(row).collect()
    }

    fn happenings(&self) -> Vec<Happening> {
        let numbers = newest(self.sequences.incidents().iter().collect()).into_iter().map(|incident| {
            let (kind, key, across) = (incident.kind, incident.key.clone(), incident.across);
            let what = What::Number { kind, key, across };
            Happening { at: incident.at, message: Some(incident.message), what }
        });
        let silences = self.silences.over().iter().chain(self.silences.current());
        let silences = newest(silences.collect()).into_iter().map(|silence| Happening {
            at: silence.since,
            message: None,
            what: What::Silence(*silence),
        });
        let shapes = newest(self.shapes.novelties().iter().collect()).into_iter().map(|novelty| Happening {
            at: novelty.at,
            message: Some(novelty.message),
            what: What::Shape { name: novelty.shape.to_string(), news: news(novelty) },
        });
        let kinds = self.kinds.silences().iter().cloned().chain(self.kinds.silent());
        let kinds = newest(kinds.collect()).into_iter().map(|silence| Happening {
            at: silence.since,
            message: Some(silence.message),
            what: What::KindSilence(silence),
        });
        let lates = self.lates.over().iter().chain(self.lates.current());
        let lates = newest(lates.collect()).into_iter().map(|late| Happening {
            at: late.since,
            message: Some(late.message),
            what: What::Late(*late),
        });
        let all = numbers.chain(silences).chain(shapes).chain(kinds).chain(lates);
        let mut all: Vec<_> = all.collect();
        all.sort_by_key(|happening| happening.at);
        all
    }

    fn kind_rows(&self) -> Vec<KindRow> {
        let silent = self.kinds.silent();
        let since = |value: &[u8]| {
            silent.iter().find(|one| one.written.as_bytes() == value).map(|silence| silence.since)
        };
        let row = |(value, kind): (&[u8], super::Kind)| KindRow {
            usual: kind.usual,
            silent_since: since(value),
            written: String::from_utf8_lossy(value).into_owned(),
            messages: kind.messages,
            bytes: kind.bytes,
            first: kind.first,
            last: kind.last,
            example: kind.example,
        };
        self.kinds.as_written().into_iter().map(row).collect()
    }

    fn shape_rows(&self) -> Vec<ShapeRow> {
        let rows = self.shapes.groups().iter().map(|group| {
            let novelty = self.shapes.novelties().iter().find(|novelty| novelty.shape == group.shape);
            let changed = novelty.filter(|novelty| novelty.like.is_some());
            ShapeRow {
                name: group.shape.to_string(),
                messages: group.messages,
                bytes: group.bytes,
                smallest: group.smallest,
                largest: group.largest,
                first: group.first,
                last: group.last,
                example: group.example.1,
                about: changed.map_or_else(|| paths(group), news),
                against: Against::Same,
            }
        });
        let mut rows: Vec<_> = rows.collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.messages));
        rows
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share is from 0 to 1")]
fn permille(share: f64) -> u16 {
    (share * 1_000.0) as u16
}

/// The last ones.
fn newest<T>(mut all: Vec<T>) -> Vec<T> {
    all.split_off(all.len().saturating_sub(NEWEST))
}

/// `like 1a2b3c: +.x -.t .p number → text`
fn news(novelty: &Novelty) -> String {
    match &novelty.like {
        Some((like, changes)) => {
            let changes: Vec<_> = changes.iter().map(ToString::to_string).collect();
            format!("like {like}: {}", changes.join("  "))
        }
        None => "unlike all before".to_owned(),
    }
}

/// The first paths of a shape.
fn paths(group: &super::Group) -> String {
    const SHOWN: usize = 12;
    let mut paths: Vec<_> = group.outline.iter().take(SHOWN).map(|(path, _)| path.as_str()).collect();
    // Values of several kinds may stand at one path.
    paths.dedup();
    let more = if group.outline.len() > SHOWN { " …" } else { "" };
    format!("{}{more}", paths.join(" "))
}

impl Percentiles {
    #[must_use]
    pub fn of(spread: &Spread) -> Self {
        let share = |share| spread.quantile(share).unwrap_or_default();
        Self {
            count: spread.count(),
            p50: share(0.5),
            p90: share(0.9),
            p99: share(0.99),
            max: spread.longest().unwrap_or_default(),
        }
    }

    fn of_sorted(sorted: &[Duration]) -> Self {
        // The nearest rank.
        let share = |percent: usize| {
            let rank = (sorted.len() * percent).div_ceil(100).max(1);
            sorted.get(rank - 1).copied().unwrap_or_default()
        };
        Self { count: sorted.len() as u64, p50: share(50), p90: share(90), p99: share(99), max: share(100) }
    }
}

#[cfg(test)]
mod tests {
    use super::Percentiles;
    use std::time::Duration;

    #[test]
    fn a_percentile_of_few_is_one_of_them() {
        let sorted: Vec<_> = [1, 5, 60].map(Duration::from_secs).into();
        let Percentiles { count, p50, p90, max, .. } = Percentiles::of_sorted(&sorted);
        assert_eq!((count, [p50, p90, max].map(|time| time.as_secs())), (3, [5, 60, 60]));
        assert_eq!(Percentiles::of_sorted(&[]), Percentiles::default());
    }
}
