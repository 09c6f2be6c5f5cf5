//! Proposes what to read from the first messages: the path of a number that rises by one, of a time, and of a kind.

use std::collections::{HashMap, HashSet};

use crate::{
    payload::document::{MemberPath, leaves},
    session::Timestamp,
};

use super::{SequencePath, moment::moment, number::number};

/// The most values of a message that are considered.
const VALUES: usize = 100;
/// The most paths that are considered.
const PATHS: usize = 300;
/// Fewer values at a path propose nothing.
pub(super) const LEAST: usize = 8;
/// A proposed time is this close to the clock here: a day.
const NEAR: i64 = 86_400 * 1_000_000;
/// The most different values of a kind.
const KINDS: usize = 30;

/// Names that feeds give to a sequence, the likeliest first. Other names count after them.
const SEQUENCE: [&str; 9] =
    ["sequence", "seq", "sequence_num", "seqnum", "seq_num", "sequencenumber", "u", "offset", "nonce"];
/// Names that feeds give to the time of an event.
const TIME: [&str; 11] = [
    "event_time",
    "eventtime",
    "e",
    "time",
    "timestamp",
    "ts",
    "t",
    "created_at",
    "created",
    "date",
    "transact_time",
];
/// Names that feeds give to the kind of a message.
pub(super) const KIND: [&str; 10] =
    ["type", "e", "event", "event_type", "channel", "kind", "op", "topic", "method", "stream"];

/// What the first messages propose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Proposal {
    pub(super) sequence: Option<SequencePath>,
    pub(super) time: Option<MemberPath>,
    pub(super) kind: Option<MemberPath>,
}

/// The values at one path, each with the number of its message.
#[derive(Default)]
struct Column<'a> {
    values: Vec<(usize, &'a [u8])>,
}

/// Reads the first messages, each with the time at which it came.
pub(super) fn propose(messages: &[(Timestamp, &[u8])]) -> Proposal {
    let mut columns: HashMap<String, Column<'_>> = HashMap::new();
    let mut order = Vec::new();
    for (nth, (_, payload)) in messages.iter().enumerate() {
        for leaf in leaves(payload, VALUES).leaves {
            let is_known = columns.contains_key(&leaf.path);
            if !is_known && columns.len() >= PATHS {
                continue;
            }
            if !is_known {
                order.push(leaf.path.clone());
            }
            let value = payload.get(leaf.value).unwrap_or_default();
            columns.entry(leaf.path).or_default().values.push((nth, value));
        }
    }
    let columns: Vec<_> = order
        .into_iter()
        .filter_map(|path| {
            let column = columns.remove(&path).filter(|column| column.values.len() >= LEAST)?;
            Some((path, column))
        })
        .collect();
    let kind = kind_of(&columns, messages.len());
    Proposal { sequence: sequence_of(&columns), time: time_of(&columns, messages), kind: path(kind) }
}

fn path(path: Option<&str>) -> Option<MemberPath> {
    MemberPath::parse(path?).ok()
}

/// The last name of a path, in lower case: `.data.Seq` is `seq`.
pub(super) fn name_of(path: &str) -> String {
    let name = path.rsplit('.').next().unwrap_or(path);
    name.split('[').next().unwrap_or(name).trim_matches('"').to_ascii_lowercase()
}

/// The place of a name in a list; those that are not in it come last.
fn rank(path: &str, names: &[&str]) -> usize {
    let name = name_of(path);
    names.iter().position(|own| *own == name).unwrap_or(names.len())
}

/// Whether numbers rise by one for the most part, within their groups. Numbers that only rise are no sequence: times
/// and ids do that too.
fn rises_by_one<'a>(numbers: impl Iterator<Item = (&'a [u8], u64)>) -> bool {
    let mut last: HashMap<&[u8], u64> = HashMap::new();
    let (mut steps, mut ones) = (0_usize, 0_usize);
    for (group, number) in numbers {
        if let Some(before) = last.insert(group, number) {
            steps += 1;
            ones += usize::from(before.checked_add(1) == Some(number));
        }
    }
    steps >= LEAST - 1 && ones * 10 >= steps * 7
}

fn sequence_of(columns: &[(String, Column<'_>)]) -> Option<SequencePath> {
    let mut numbered: Vec<_> = columns
        .iter()
        .filter_map(|(path, column)| {
            let numbers: Option<Vec<_>> =
                column.values.iter().map(|(nth, value)| Some((*nth, number(value)?))).collect();
            // A feed with a message a second has times that rise by one.
            let are_times = column.values.iter().all(|(_, value)| moment(value).is_some());
            let is_named = rank(path, &SEQUENCE) < SEQUENCE.len();
            numbers.filter(|_| is_named || !are_times).map(|numbers| (path, numbers))
        })
        .collect();
    numbered.sort_by_key(|(path, _)| (rank(path, &SEQUENCE), path.len()));
    let alone = numbered
        .iter()
        .find(|(_, numbers)| rises_by_one(numbers.iter().map(|(_, number)| (&[][..], *number))));
    if let Some((number, _)) = alone {
        return Some(SequencePath { number: MemberPath::parse(number).ok()?, key: None });
    }
    numbered.iter().find_map(|(number, numbers)| {
        let key = columns.iter().find(|(path, column)| {
            path != *number && is_key(column) && {
                let keys: HashMap<_, _> = column.values.iter().copied().collect();
                let keyed = numbers.iter().filter_map(|(nth, number)| Some((*keys.get(nth)?, *number)));
                rises_by_one(keyed)
            }
        })?;
        Some(SequencePath { number: MemberPath::parse(number).ok()?, key: path(Some(&key.0)) })
    })
}

/// Whether the values are texts of which each comes several times.
fn is_key(column: &Column<'_>) -> bool {
    let distinct: HashSet<_> = column.values.iter().map(|(_, value)| *value).collect();
    column.values.iter().all(|(_, value)| value.starts_with(b"\""))
        && distinct.len() * 3 <= column.values.len()
}

fn time_of(columns: &[(String, Column<'_>)], messages: &[(Timestamp, &[u8])]) -> Option<MemberPath> {
    let near = |(path, column): &(String, Column<'_>)| {
        let distances: Option<Vec<_>> = column
            .values
            .iter()
            .map(|(nth, value)| {
                let (at, _) = moment(value)?;
                Some(messages.get(*nth)?.0.0.saturating_sub(at.0).saturating_abs())
            })
            .collect();
        let furthest = distances?.into_iter().max()?;
        (furthest <= NEAR).then(|| (rank(path, &TIME), path.len(), path.clone()))
    };
    path(columns.iter().filter_map(near).min().as_ref().map(|(_, _, path)| path.as_str()))
}

/// The path of a text with few values that stands in most messages, if its name is one that feeds give to kinds.
fn kind_of<'a>(columns: &'a [(String, Column<'_>)], messages: usize) -> Option<&'a str> {
    let is_kind = |(path, column): &&(String, Column<'_>)| {
        let distinct: HashSet<_> = column.values.iter().map(|(_, value)| *value).collect();
        rank(path, &KIND) < KIND.len()
            && column.values.len() * 2 >= messages
            && distinct.len() <= KINDS
            && column.values.iter().all(|(_, value)| value.starts_with(b"\""))
    };
    let depth = |path: &str| path.matches('.').count();
    let columns = columns.iter().filter(is_kind);
    columns.min_by_key(|(path, _)| (depth(path), rank(path, &KIND))).map(|(path, _)| path.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000_000_000;

    /// The paths of the number, the time and the kind; empty for none.
    fn proposal(line: impl Fn(u64) -> String) -> [String; 3] {
        let lines: Vec<_> = (1..=30).map(line).collect();
        let messages: Vec<_> = lines.iter().map(|line| (Timestamp(NOW), line.as_bytes())).collect();
        let Proposal { sequence, time, kind } = propose(&messages);
        let text = |path: Option<MemberPath>| path.map_or_else(String::new, |path| path.to_string());
        [sequence.map_or_else(String::new, |path| path.to_string()), text(time), text(kind)]
    }

    #[test]
    fn a_ticker_proposes_its_number_its_time_and_its_type() {
        let line = |nth: u64| {
            format!(
                "{{\"type\":\"ticker\",\"seq\":{},\"trade_id\":{},\"ts\":{},\"price\":\"{}\"}}",
                1000 + nth + nth / 10,
                nth * 3,
                1_700_000_000_000 + nth,
                nth * 7 % 5
            )
        };
        assert_eq!(proposal(line), [".seq", ".ts", ".type"]);
    }

    #[test]
    fn a_number_that_rises_within_each_product_is_proposed_per_product() {
        let line = |nth: u64| {
            let product = ["BTC-USD", "ETH-USD", "SOL-USD"][(nth * nth % 3) as usize];
            let number = (1..=nth).filter(|other| other * other % 3 == nth * nth % 3).count();
            format!("{{\"data\":{{\"product_id\":\"{product}\",\"sequence\":{number}}}}}")
        };
        assert_eq!(proposal(line)[0], ".data.sequence per .data.product_id");
    }

    #[test]
    fn ids_and_times_that_only_rise_are_no_sequence() {
        let line = |nth: u64| format!("{{\"id\":{},\"t\":{}}}", nth * nth, 1_700_000_000 + nth / 2);
        assert_eq!(proposal(line), ["", ".t", ""]);
    }

    #[test]
    fn a_time_of_another_year_and_texts_without_json_propose_nothing() {
        assert_eq!(proposal(|nth| format!("{{\"time\":{}}}", 1_500_000_000 + nth)), [""; 3]);
        assert_eq!(proposal(|nth| format!("tick {nth}")), [""; 3]);
    }
}
