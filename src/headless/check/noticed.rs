//! What is found about a feed over time, for `--no-finding`: looked for each second, by the times of the events.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    diagnose,
    session::{Event, EventKind, Finding, FindingCode, Timestamp},
    stats::Stats,
};

/// How often is looked. What is found lasts for longer.
const OFTEN: Duration = Duration::from_secs(1);

/// What was found, each by its code and since when it is so.
#[derive(Debug, Default)]
pub(super) struct NoticedFindings {
    found: BTreeMap<(Timestamp, FindingCode), Finding>,
    looked: Option<Timestamp>,
}

impl NoticedFindings {
    /// Before an event is taken, since that may end what lasts.
    pub(super) fn look_before(&mut self, event: &Event, stats: &mut Stats) {
        let is_end = matches!(event.kind, EventKind::Lost(_) | EventKind::Ended(_));
        let since = event.at.since(*self.looked.get_or_insert(event.at));
        if since >= OFTEN || is_end {
            self.looked = Some(event.at);
            stats.tick(event.at);
            self.look(stats);
        }
    }

    /// The newest of each counts most.
    pub(super) fn look(&mut self, stats: &Stats) {
        let found = diagnose::over_time(stats).into_iter();
        self.found.extend(found.map(|noticed| ((noticed.since, noticed.finding.code), noticed.finding)));
    }

    /// In the order in which each began.
    pub(super) fn all(&self) -> impl Iterator<Item = &Finding> {
        self.found.values()
    }
}
