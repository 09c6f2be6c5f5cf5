//! The keys of `key:value`: what each looks at, and how its value is read.

use std::{fmt, str::FromStr, time::Duration};

use jiff::{Timestamp, civil, tz::TimeZone};
use strum::VariantNames;

use crate::{
    payload::{Shape, decode, duration_as_typed, is_kind, parse_duration, shape},
    wire,
};

use super::{
    candidate::{Answer, Candidate, FrameKind, Way},
    range::{Range, with_unit},
};

/// Bytes of a payload that are read to tell what it holds.
const READ: usize = 64 << 10;

/// Names of several kinds of payload, or of one whose own name nobody would guess.
static GROUPS: [(&str, &[&str]); 2] = [("image", &["png", "jpeg", "gif", "webp"]), ("broken", &["text!"])];

/// The kinds of a group.
fn group(name: &str) -> Option<&'static [&'static str]> {
    GROUPS.iter().find(|(group, _)| *group == name).map(|(_, kinds)| *kinds)
}

/// A key that can be written before a colon.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    pub name: &'static str,
    /// What its value may be, by example.
    pub values: &'static str,
    /// What it asks, in one sentence.
    pub doc: &'static str,
    /// Words that are values of it; empty where values are numbers or times.
    pub words: &'static [&'static str],
    read: fn(&str) -> Option<Condition>,
}

/// The keys, in the order of the help.
pub static KEYS: [Key; 13] = [
    Key {
        name: "dir",
        values: "in|out",
        doc: "received from the server, or sent to it",
        words: Way::VARIANTS,
        read: |value| words(value).map(Condition::Way),
    },
    Key {
        name: "type",
        values: "text|binary|ping|pong|close",
        doc: "the type of the message or control frame",
        words: FrameKind::VARIANTS,
        read: |value| words(value).map(Condition::Kind),
    },
    Key {
        name: "size",
        values: ">10k, 100..2Ki",
        doc: "the length of the payload in bytes; k is 1,000 and Ki 1,024",
        words: &[],
        read: |value| Range::parse(value, with_unit).map(Condition::Size),
    },
    Key {
        name: "len",
        values: "<80",
        doc: "the length of the payload in characters, where it is text",
        words: &[],
        read: |value| Range::parse(value, with_unit).map(Condition::Length),
    },
    Key {
        name: "conn",
        values: "3, 2..4",
        doc: "the number of the connection",
        words: &[],
        read: |value| Range::parse(value, whole).map(Condition::Connection),
    },
    Key {
        name: "id",
        values: "100..200, >5000",
        doc: "the number of the message",
        words: &[],
        read: |value| Range::parse(value, whole).map(Condition::Id),
    },
    Key {
        name: "ack",
        values: "pending|acked|nacked|dropped|lost",
        doc: "how the message was answered last; attempt:>1 finds what was redelivered",
        words: Answer::VARIANTS,
        read: |value| words(value).map(Condition::Answer),
    },
    Key {
        name: "attempt",
        values: ">1",
        doc: "which delivery of the message it is, counted from 1",
        words: &[],
        read: |value| Range::parse(value, whole).map(Condition::Attempt),
    },
    Key {
        name: "after",
        values: "12:00:05, 2026-11-29T12:00:05Z",
        doc: "at this time of the day or later, or from this moment on",
        words: &[],
        read: |value| Moment::parse(value).map(Condition::After),
    },
    Key {
        name: "before",
        values: "12:00:05, 2026-11-29",
        doc: "before this time of the day, or before this moment",
        words: &[],
        read: |value| Moment::parse(value).map(Condition::Before),
    },
    Key {
        name: "gap",
        values: ">1s, 10ms..50ms",
        doc: "the time since the message before it that went the same way",
        words: &[],
        read: |value| Range::parse(value, micros).map(Condition::Gap),
    },
    Key {
        name: "has",
        values: "json, gzip, msgpack",
        doc: "what the payload holds, by the names of the type column, in any layer",
        words: &[
            "json", "text", "binary", "broken", "image", "ndjson", "gzip", "zlib", "zstd", "deflate",
            "brotli", "base64", "utf-16", "msgpack", "cbor", "proto", "pb", "png", "jpeg", "gif", "webp",
            "sio", "stomp", "mqtt", "signalr", "phoenix", "cable", "graphql", "wamp",
        ],
        read: |value| {
            let name = value.to_ascii_lowercase();
            (group(&name).is_some() || is_kind(&name)).then_some(Condition::Has(name))
        },
    },
    Key {
        name: "shape",
        values: "3fa91c",
        doc: "the shape of a JSON payload: the same members with values of the same types",
        words: &[],
        read: |value| Shape::from_str(value).ok().map(Condition::Shape),
    },
];

/// What a key asks of a candidate.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Condition {
    Way(Vec<Way>),
    Kind(Vec<FrameKind>),
    Size(Range),
    Length(Range),
    Connection(Range),
    Id(Range),
    Answer(Vec<Answer>),
    Attempt(Range),
    After(Moment),
    Before(Moment),
    /// In microseconds.
    Gap(Range),
    Has(String),
    Shape(Shape),
}

/// A point of time, of every day or of one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Moment {
    Clock(civil::Time),
    /// Without a zone: in that of the reader.
    Local(civil::DateTime),
    Instant(Timestamp),
}

impl Key {
    pub fn find(name: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.name == name)
    }

    pub(super) fn condition(&self, value: &str) -> Option<Condition> {
        (self.read)(value)
    }
}

impl Condition {
    pub fn holds(&self, candidate: &Candidate<'_>, zone: &TimeZone) -> bool {
        let within = |range: &Range, number: Option<u64>| number.is_some_and(|number| range.contains(number));
        match self {
            Self::Way(ways) => ways.contains(&candidate.way),
            Self::Kind(kinds) => kinds.contains(&candidate.kind),
            Self::Size(range) => range.contains(candidate.size),
            Self::Length(range) => {
                let text = str::from_utf8(candidate.payload);
                text.is_ok_and(|text| range.contains(text.chars().count() as u64))
            }
            Self::Connection(range) => within(range, candidate.connection.map(u64::from)),
            Self::Id(range) => within(range, candidate.id),
            Self::Answer(answers) => candidate.answer.is_some_and(|answer| answers.contains(&answer)),
            Self::Attempt(range) => within(range, candidate.attempt.map(u64::from)),
            Self::After(moment) => moment.is_before(candidate.at, zone).is_some_and(|before| before),
            Self::Before(moment) => moment.is_before(candidate.at, zone).is_some_and(|before| !before),
            Self::Gap(range) => {
                let micros = |gap: Duration| u64::try_from(gap.as_micros()).unwrap_or(u64::MAX);
                within(range, candidate.gap.map(micros))
            }
            Self::Has(name) => holds(candidate, name),
            Self::Shape(wanted) => shape(candidate.payload) == Some(*wanted),
        }
    }

    fn key(&self) -> &'static str {
        match self {
            Self::Way(_) => "dir",
            Self::Kind(_) => "type",
            Self::Size(_) => "size",
            Self::Length(_) => "len",
            Self::Connection(_) => "conn",
            Self::Id(_) => "id",
            Self::Answer(_) => "ack",
            Self::Attempt(_) => "attempt",
            Self::After(_) => "after",
            Self::Before(_) => "before",
            Self::Gap(_) => "gap",
            Self::Has(_) => "has",
            Self::Shape(_) => "shape",
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn joined<T: Copy + Into<&'static str>>(words: &[T]) -> String {
            words.iter().map(|word| (*word).into()).collect::<Vec<_>>().join("|")
        }
        write!(f, "{}:", self.key())?;
        match self {
            Self::Way(ways) => f.write_str(&joined(ways)),
            Self::Kind(kinds) => f.write_str(&joined(kinds)),
            Self::Answer(answers) => f.write_str(&joined(answers)),
            Self::Size(range)
            | Self::Length(range)
            | Self::Connection(range)
            | Self::Id(range)
            | Self::Attempt(range) => range.write(f, |number| number.to_string()),
            Self::Gap(range) => range.write(f, |micros| duration_as_typed(Duration::from_micros(micros))),
            Self::After(moment) | Self::Before(moment) => moment.fmt(f),
            Self::Has(name) => f.write_str(name),
            Self::Shape(shape) => shape.fmt(f),
        }
    }
}

impl Moment {
    fn parse(text: &str) -> Option<Self> {
        let time = || text.parse().ok().filter(|_| text.contains(':')).map(Self::Clock);
        let day = || text.parse::<civil::Date>().ok().map(|day| Self::Local(day.into()));
        let instant = || text.parse().ok().map(Self::Instant);
        // A moment with a zone first: without it the zone would be passed over.
        instant()
            .or_else(|| text.parse().ok().filter(|_| text.contains(['T', 't'])).map(Self::Local))
            .or_else(day)
            .or_else(time)
    }

    /// Whether it is before a time in microseconds since 1970, or that time; `None` if that is not known.
    fn is_before(self, at: Option<i64>, zone: &TimeZone) -> Option<bool> {
        let at = Timestamp::from_microsecond(at?).ok()?;
        let local = || zone.to_datetime(at);
        Some(match self {
            Self::Clock(clock) => clock <= local().time(),
            Self::Local(moment) => moment <= local(),
            Self::Instant(moment) => moment <= at,
        })
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clock(clock) => clock.fmt(f),
            Self::Local(moment) => moment.fmt(f),
            Self::Instant(moment) => moment.fmt(f),
        }
    }
}

/// Whether a payload is, or holds, what is called so.
fn holds(candidate: &Candidate<'_>, name: &str) -> bool {
    let kind = match candidate.kind {
        FrameKind::Text => wire::Kind::Text,
        _ => wire::Kind::Binary,
    };
    let decoded = decode(kind, candidate.payload, READ);
    if let Some(kinds) = group(name) {
        return kinds.contains(&decoded.decoder.name);
    }
    let layers = decoded.title.split(['›', ' ', ',']).map(str::to_ascii_lowercase);
    decoded.decoder.name == name || layers.into_iter().any(|layer| layer == name)
}

/// One word of a list, or several with `|` or `,` between.
fn words<T: FromStr>(value: &str) -> Option<Vec<T>> {
    value.split(['|', ',']).map(|word| word.to_ascii_lowercase().parse().ok()).collect()
}

fn whole(text: &str) -> Option<u64> {
    text.replace(['_', ','], "").parse().ok()
}

/// A duration in microseconds.
fn micros(text: &str) -> Option<u64> {
    parse_duration(text).ok().and_then(|duration| u64::try_from(duration.as_micros()).ok())
}
