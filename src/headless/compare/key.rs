//! By what the messages of both sides are recognised.

use std::{borrow::Cow, fmt};

use crate::{
    payload::document::{Found, values},
    session::Event,
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
        (!stats.is_learning()).then(|| self.settle())
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
