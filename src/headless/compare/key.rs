//! By what the messages of both sides are recognised.

use std::{borrow::Cow, fmt, time::Duration};

use crate::{
    payload::document::{Found, values},
    session::{Event, EventKind, Timestamp},
    stats::{Origin, PathChoice, Paths, SequencePath, Side, Stats},
};

/// What tells messages apart.
pub(super) enum Key {
    /// The values at paths.
    Path(SequencePath, Origin),
    /// The payload itself.
    Whole,
}

impl Key {
    pub(super) const fn chosen(path: SequencePath) -> Self {
        Self::Path(path, Origin::Chosen)
    }

    /// The key of a message; `None` if it has no value there.
    pub(super) fn of<'a>(&self, payload: &'a [u8]) -> Option<Cow<'a, [u8]>> {
        let Self::Path(path, _) = self else { return Some(payload.into()) };
        let paths: Vec<_> = std::iter::once(&path.number).chain(&path.key).collect();
        let mut found = values(payload, true, &paths).into_iter().map(|found| match found {
            Found::At(range) => payload.get(range),
            _ => None,
        });
        let value = found.next()??;
        match &path.key {
            None => Some(value.into()),
            // A value has no zero byte, so that no two pairs have one key.
            Some(_) => Some([found.next()??, &[0], value].concat().into()),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path, Origin::Chosen) => path.fmt(f),
            Self::Path(path, Origin::Proposed) => write!(f, "{path}, a number that rises by one"),
            Self::Whole => f.write_str("the whole payload"),
        }
    }
}

/// So many messages of both sides are enough after a while.
const ENOUGH: u64 = 50;
const WHILE: Duration = Duration::from_secs(2);

/// Holds the first messages of both sides until they propose a key. Their number is bounded by what [`Stats`] holds.
pub(super) struct Learning {
    stats: [Stats; 2],
    held: Vec<(Side, Event)>,
}

impl Default for Learning {
    fn default() -> Self {
        let paths = || Paths { sequence: PathChoice::Propose, time: PathChoice::Off, kind: PathChoice::Off };
        Self { stats: [Stats::new(paths()), Stats::new(paths())], held: Vec::new() }
    }
}

impl Learning {
    /// Takes messages; the key, if they decide it.
    pub(super) fn take(&mut self, side: Side, event: &Event) -> Option<Key> {
        let stats = &mut self.stats[side as usize];
        stats.take(event);
        self.held.push((side, event.clone()));
        self.decided(event.at)
    }

    /// It is this late, and nothing has come.
    pub(super) fn tick(&mut self, now: Timestamp) -> Option<Key> {
        self.stats.iter_mut().for_each(|stats| stats.tick(now));
        self.decided(now)
    }

    fn decided(&mut self, now: Timestamp) -> Option<Key> {
        let (_, first) = self.held.first()?;
        let are_enough =
            now.since(first.at) >= WHILE && self.stats.iter().all(|stats| stats.messages >= ENOUGH);
        (are_enough || self.stats.iter().any(|stats| !stats.is_learning())).then(|| self.settle())
    }

    /// How many messages of a side are held.
    pub(super) fn messages(&self, side: Side) -> u64 {
        let of_side = self.held.iter().filter(|(own, _)| *own == side);
        let batches = of_side.filter_map(|(_, event)| match &event.kind {
            EventKind::Messages(batch) => Some(batch.len() as u64),
            _ => None,
        });
        batches.sum()
    }

    /// The key that the messages so far propose.
    pub(super) fn settle(&mut self) -> Key {
        let proposed = self.stats.iter_mut().find_map(|stats| {
            stats.settle();
            stats.paths.sequence.clone()
        });
        proposed.map_or(Key::Whole, |(path, origin)| Key::Path(path, origin))
    }

    /// What was held.
    pub(super) fn held(&mut self) -> Vec<(Side, Event)> {
        std::mem::take(&mut self.held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Batch, ConnectionId, Kind, MessageId, Run, Span, Verdict};

    fn message(second: u32, number: u32) -> Event {
        let text = format!("{{\"seq\":{number}}}");
        let len = u32::try_from(text.len()).expect("it is short");
        let span = Span { start: 0, len, kind: Kind::Text, valid: true, frames: 1, wire: None };
        let run = Run { spans: [span].into(), bytes: text.into_bytes().into() };
        let batch = Batch { first: MessageId(number.into()), run, verdict: Verdict::Acked };
        let at = Timestamp(i64::from(second) * 1_000_000);
        Event { at, connection: ConnectionId(1), kind: EventKind::Messages(batch) }
    }

    #[test]
    fn two_feeds_that_are_not_slow_have_their_key_after_two_seconds() {
        let mut learning = Learning::default();
        for number in 1..=50 {
            for side in Side::BOTH {
                assert!(learning.take(side, &message(number / 40, number)).is_none());
            }
        }
        assert_eq!(Side::BOTH.map(|side| learning.messages(side)), [50, 50]);
        let key = learning.tick(Timestamp(2_000_000)).map(|key| key.to_string());
        assert_eq!(key.as_deref(), Some(".seq, a number that rises by one"));
    }

    #[test]
    fn two_slow_feeds_have_it_without_another_message() {
        let mut learning = Learning::default();
        assert!(learning.tick(Timestamp(90_000_000)).is_none(), "nothing has come");
        for number in 1..=10 {
            assert!(learning.take(Side::A, &message(number, number)).is_none());
        }
        assert!(learning.tick(Timestamp(31_000_000)).is_some());
    }
}
