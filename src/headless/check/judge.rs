//! Folds the events of a session into verdicts.

use std::{
    collections::{BTreeSet, HashMap},
    fmt::Write as _,
    time::Duration,
};

use crate::{
    payload::{counted, duration_as_typed, duration_in_words, thousands},
    session::{Batch, ConnectionId, Event, EventKind, Finding, MessageId, Timestamp},
    stats::{IncidentKind, Offset, SavedShapes, Sequences, Stats, Taken},
};

use super::{
    counts::{Count, as_number},
    expectation::Measure,
    noticed::NoticedFindings,
    plan::Plan,
    verdict::{Judged, Outcome, Stopped, Verdict},
};

/// The most lines of a verdict that tell more of it.
const DETAILS: usize = 10;

/// Watches one session.
pub(super) struct Judge<'a> {
    plan: &'a mut Plan,
    pub stats: Stats,
    counts: Vec<Count>,
    /// A count for each of the forbidden, with the first finding that is it.
    found: Vec<(u64, Option<Finding>)>,
    noticed: NoticedFindings,
    gap: Gap,
    /// The masked address of the first connection.
    url: Option<String>,
    began: Option<Timestamp>,
    opened: Option<Timestamp>,
    before: Option<Timestamp>,
    last: Timestamp,
}

/// The longest time without messages.
#[derive(Clone, Copy, Debug, Default)]
struct Gap {
    since: Option<Timestamp>,
    longest: Duration,
    /// The message that ended it.
    message: Option<MessageId>,
}

impl Gap {
    fn end(&mut self, at: Timestamp, message: Option<MessageId>) {
        let Some(since) = self.since.replace(at) else { return };
        let gap = at.since(since);
        if gap > self.longest {
            (self.longest, self.message) = (gap, message);
        }
    }
}

impl<'a> Judge<'a> {
    pub(super) fn new(plan: &'a mut Plan) -> Self {
        if let Some(schema) = &mut plan.schema {
            schema.reset();
        }
        let stats = Stats::new(plan.paths.clone());
        let counts = vec![Count::default(); plan.expectations.len()];
        let found = vec![(0, None); plan.forbidden.len()];
        Self {
            plan,
            stats,
            counts,
            found,
            noticed: NoticedFindings::default(),
            gap: Gap::default(),
            url: None,
            began: None,
            opened: None,
            before: None,
            last: Timestamp::default(),
        }
    }

    /// The next event. Messages that are only counted are not checked one by one.
    pub(super) fn take(&mut self, event: &Event, depth: Taken) {
        let at = event.at;
        let began = *self.began.get_or_insert(at);
        self.last = self.last.max(at);
        if !self.plan.forbidden.is_empty() {
            self.noticed.look_before(event, &mut self.stats);
        }
        self.stats.take_as(event, depth);
        for (expectation, count) in self.plan.expectations.iter().zip(&mut self.counts) {
            count.is_over |= expectation.within.is_some_and(|within| at > began.plus(within));
        }
        match &event.kind {
            EventKind::Connecting { url } => {
                self.url.get_or_insert_with(|| url.clone());
            }
            EventKind::Opened(_) => {
                self.opened.get_or_insert(at);
                self.gap.since.get_or_insert(at);
            }
            EventKind::Messages(batch) => self.came(batch, at, event.connection, depth),
            EventKind::Finding(finding) => self.note(finding),
            _ => {}
        }
    }

    /// Something was found, which may be forbidden.
    fn note(&mut self, finding: &Finding) {
        for (forbidden, (count, first)) in self.plan.forbidden.iter().zip(&mut self.found) {
            if forbidden.is(finding) {
                *count += 1;
                first.get_or_insert_with(|| finding.clone());
            }
        }
    }

    fn came(&mut self, batch: &Batch, at: Timestamp, connection: ConnectionId, depth: Taken) {
        self.opened.get_or_insert(at);
        self.gap.end(at, Some(batch.first));
        self.gap.since = Some(at);
        for (expectation, count) in self.plan.expectations.iter().zip(&mut self.counts) {
            if !count.is_over {
                count.add(expectation, batch, at, connection, self.before);
            }
        }
        self.before = Some(at);
        if let Some(schema) = self.plan.schema.as_mut().filter(|_| depth == Taken::Whole) {
            batch.messages().for_each(|message| schema.take(message));
        }
    }

    /// Whether every `--expect` is met, or cannot be any more.
    pub(super) fn is_decided(&self) -> bool {
        let mut all = self.plan.expectations.iter().zip(&self.counts);
        all.all(|(expectation, count)| {
            count.is_over
                || (expectation.measure == Measure::Count
                    && expectation.verdict(as_number(count.messages), false).is_some())
        })
    }

    /// The verdicts.
    pub(super) fn finish(mut self, name: Option<String>, stopped: Stopped) -> (Judged, Stats) {
        self.stats.settle();
        if !self.plan.forbidden.is_empty() {
            self.noticed.look(&self.stats);
            let noticed = std::mem::take(&mut self.noticed);
            noticed.all().for_each(|finding| self.note(finding));
        }
        let began = self.began.unwrap_or(self.last);
        let last = self.last;
        self.gap.end(last, None);
        let mut verdicts: Vec<_> = self
            .plan
            .expectations
            .iter()
            .zip(&self.counts)
            .map(|(expectation, count)| count.verdict(expectation, (began, self.opened, last), stopped))
            .collect();
        verdicts.extend(self.plan.max_gap.map(|limit| self.gap_verdict(limit)));
        verdicts.extend(self.plan.no_gap.then(|| self.sequence_verdict()));
        verdicts.extend(self.plan.max_lag.map(|limit| self.lag_verdict(limit)));
        verdicts.extend(self.schema_verdict());
        verdicts.extend(self.plan.shapes.as_ref().map(|saved| self.shape_verdict(saved)));
        let forbidden = self.plan.forbidden.iter().zip(&self.found);
        verdicts.extend(forbidden.map(|(forbidden, (count, first))| Verdict {
            name: format!("no-finding {}", forbidden.word()),
            outcome: Outcome::of(*count == 0),
            measured: match first {
                None => "none".to_owned(),
                Some(first) => {
                    format!("{}, first {}: {}", counted(*count, "finding"), first.code, first.title)
                }
            },
            value: Some(as_number(*count)),
            limit: Some(0.0),
            message: None,
            details: first.iter().map(|finding| finding.cause.clone()).collect(),
        }));
        let judged = Judged {
            name: name.or(self.url).unwrap_or_default(),
            verdicts,
            messages: self.stats.messages,
            skipped: self.stats.skipped,
            watched: last.since(began),
        };
        (judged, self.stats)
    }

    fn gap_verdict(&self, limit: Duration) -> Verdict {
        let longest = self.gap.longest;
        let place = match self.gap.message {
            Some(message) => format!("before message {message}"),
            None if longest.is_zero() => "without messages".to_owned(),
            None => "up to the end".to_owned(),
        };
        // Without a connection nothing was watched.
        let is_watched = self.opened.is_some();
        Verdict {
            name: format!("max-gap {}", duration_as_typed(limit)),
            outcome: Outcome::of(is_watched && longest <= limit),
            measured: if is_watched {
                format!("the longest gap is {}, {place}", duration_in_words(longest))
            } else {
                "no connection was open".to_owned()
            },
            value: Some(longest.as_secs_f64()),
            limit: Some(limit.as_secs_f64()),
            message: self.gap.message,
            details: Vec::new(),
        }
    }

    fn sequence_verdict(&self) -> Verdict {
        let sequences = &self.stats.sequences;
        let path = self.stats.paths.sequence.as_ref().map(|(path, _)| path.to_string());
        let name = match &path {
            Some(path) => format!("no-seq-gap {path}"),
            None => "no-seq-gap".to_owned(),
        };
        let verdict = |holds, measured, message| Verdict {
            name: name.clone(),
            outcome: Outcome::of(holds),
            measured,
            value: Some(as_number(sequences.counts.missing)),
            limit: Some(0.0),
            message,
            details: Vec::new(),
        };
        let numbered = counted(sequences.counts.numbered, "numbered message");
        if path.is_none() {
            return verdict(false, "no number that rises by one was found; name its path".to_owned(), None);
        }
        if sequences.counts.numbered == 0 {
            return verdict(false, "no message has a number there".to_owned(), None);
        }
        if sequences.counts.missing == 0 {
            return verdict(true, format!("{numbered}, none missing"), None);
        }
        let holes = open_holes(sequences);
        let first = holes.first().map(|(message, _)| *message);
        let missing = thousands(sequences.counts.missing);
        let across = match sequences.counts.missing_across {
            0 => String::new(),
            across => format!(", {} of them while no connection was open", thousands(across)),
        };
        let details = holes.into_iter().take(DETAILS).map(|(_, told)| told).collect();
        Verdict { details, ..verdict(false, format!("{missing} missing between {numbered}{across}"), first) }
    }

    fn lag_verdict(&self, limit: Duration) -> Verdict {
        let lag = &self.stats.lag;
        let longest = lag.spread.longest();
        let path = self.stats.paths.time.as_ref().map(|(path, _)| path.to_string());
        let measured = match (longest, &path) {
            (Some(longest), Some(path)) => {
                let [half, most] = [0.5, 0.99]
                    .map(|share| duration_in_words(lag.spread.quantile(share).unwrap_or_default()));
                let longest = duration_in_words(longest);
                let clock = match lag.offset.filter(Offset::is_certain) {
                    Some(offset) => {
                        let uncertain = duration_in_words(offset.uncertain());
                        format!(", the server's clock corrected to {uncertain}")
                    }
                    None => String::new(),
                };
                format!("at most {longest} by {path} (p50 {half}, p99 {most}{clock})")
            }
            (_, Some(path)) => format!("no message has a time at {path}"),
            (_, None) => "no time was found in the messages; name its path with --time-path".to_owned(),
        };
        Verdict {
            name: format!("max-lag {}", duration_as_typed(limit)),
            outcome: Outcome::of(longest.is_some_and(|longest| longest <= limit)),
            measured,
            value: longest.map(|longest| longest.as_secs_f64()),
            limit: Some(limit.as_secs_f64()),
            message: lag.most,
            details: Vec::new(),
        }
    }

    fn schema_verdict(&self) -> Option<Verdict> {
        let schema = self.plan.schema.as_ref()?;
        Some(Verdict {
            name: "schema".to_owned(),
            outcome: Outcome::of(schema.failed == 0),
            measured: schema.measured(),
            value: Some(as_number(schema.failed)),
            limit: Some(0.0),
            message: schema.first,
            details: schema.told.clone(),
        })
    }

    fn shape_verdict(&self, saved: &SavedShapes) -> Verdict {
        let groups = self.stats.shapes.groups();
        let new: Vec<_> = groups.iter().filter(|group| !saved.has(group.shape)).collect();
        let of = counted(groups.len() as u64, "shape");
        let beyond = self.stats.shapes.others;
        let mut measured = match new.len() {
            0 => format!("{of}, none of them new"),
            count => format!("{count} of {of} new"),
        };
        if beyond > 0 {
            let messages = counted(beyond, "message");
            let _ = write!(measured, "; {messages} had more shapes than are told apart");
        }
        let details = new.iter().take(DETAILS).map(|group| {
            let (shape, first, news) = (group.shape, group.example.0, saved.news(&group.outline));
            format!("{shape} from message {first} on: {news}")
        });
        Verdict {
            name: "shape".to_owned(),
            outcome: Outcome::of(new.is_empty() && beyond == 0),
            measured,
            value: Some(as_number(new.len() as u64)),
            limit: Some(0.0),
            message: new.first().map(|group| group.example.0),
            details: details.collect(),
        }
    }
}

/// The holes that nothing has filled: the message that shows each, and its words.
fn open_holes(sequences: &Sequences) -> Vec<(MessageId, String)> {
    let mut late: HashMap<&str, BTreeSet<u64>> = HashMap::new();
    for incident in sequences.incidents() {
        if let IncidentKind::Late { number } = incident.kind {
            late.entry(&incident.key).or_default().insert(number);
        }
    }
    let mut holes = Vec::new();
    for incident in sequences.incidents() {
        let IncidentKind::Hole { from, to } = incident.kind else { continue };
        let filled = late.get(incident.key.as_str()).map_or(0, |late| late.range(from..=to).count());
        if filled as u64 > to - from {
            continue;
        }
        let numbers = if from == to { format!("{from} is") } else { format!("{from} to {to} are") };
        let of = if incident.key.is_empty() { String::new() } else { format!(" of {}", incident.key) };
        let across = if incident.across { ", across a reconnect" } else { "" };
        let (before, message) = (incident.before, incident.message);
        holes.push((
            message,
            format!("{numbers} missing{of} between messages {before} and {message}{across}"),
        ));
        if holes.len() >= DETAILS {
            break;
        }
    }
    holes
}
