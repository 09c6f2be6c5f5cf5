//! What was said on an open connection, as far as its end can be explained by it. Bounded, and cheap while a feed
//! flows: of each read of the socket only the last messages are looked at, and only small ones.

use std::{collections::VecDeque, io::Read as _, time::Duration};

use flate2::read::GzDecoder;

use crate::{
    payload::limit_in_words,
    session::{Finding, Kind, Run},
};

use super::{
    finding::cut,
    heartbeats::{self, Heartbeat, Unanswered},
    telltale::{self, Telltale},
};

/// How many messages of a read are looked at: an error or a heartbeat is the last thing said before a pause.
const LOOKED_AT: usize = 4;
/// Larger messages are not looked at.
const SMALL: usize = 4096;
/// With more bytes than this behind them, messages are not the last thing said.
const FOLLOWED: usize = SMALL;
/// The largest heartbeat, and the largest compressed one.
const HEARTBEAT: usize = 256;
/// How many messages that report an error are kept, and how much of each.
const ERRORS: usize = 3;
const SHOWN: usize = 300;
/// An error explains the end of the connection if it came in this time before it.
const RECENT: Duration = Duration::from_secs(10);
/// Servers announce an end up to a minute before it.
const ANNOUNCED: Duration = Duration::from_mins(2);
/// A feed that went on for more messages than this after an error was not ended by it.
const AFTERWARDS: u64 = 8;

/// What was said on one connection. Times are counted from its opening.
#[derive(Debug, Default)]
pub struct Conversation {
    /// The subprotocol that the server chose.
    pub(super) subprotocol: Option<String>,
    /// The beginning of the first message; empty if it was not a small text.
    first: Option<String>,
    /// How many messages were received.
    heard: u64,
    said: VecDeque<Said>,
    unanswered: Option<Unanswered>,
    pings: Pings,
}

/// A message that can explain the end.
#[derive(Debug)]
struct Said {
    what: Telltale,
    at: Duration,
    /// Its number on the connection, counted from 1.
    nth: u64,
    text: String,
}

/// The server's ping frames, and the pongs that were written.
#[derive(Debug, Default)]
struct Pings {
    received: u64,
    answered: u64,
    /// When the oldest that is not answered came.
    waits_since: Option<Duration>,
    longest: Duration,
}

impl Conversation {
    #[must_use]
    pub fn new(subprotocol: Option<String>) -> Self {
        Self { subprotocol, ..Self::default() }
    }

    /// Takes in messages, with this many bytes read and not yet decoded behind them. Returns a finding at the second
    /// heartbeat in a row that is not answered.
    pub fn hear(&mut self, run: &Run, behind: usize, at: Duration) -> Option<Finding> {
        if self.first.is_none()
            && let Some(span) = run.spans.first()
        {
            let is_small = span.kind == Kind::Text && span.len as usize <= SMALL;
            let text = if is_small { String::from_utf8_lossy(run.payload(span)) } else { "".into() };
            self.first = Some(cut(&text, SHOWN));
        }
        self.heard += run.spans.len() as u64;
        if behind > FOLLOWED {
            return None;
        }
        let last = &run.spans[run.spans.len().saturating_sub(LOOKED_AT)..];
        let mut finding = None;
        let before = self.heard - last.len() as u64;
        for (nth, span) in (before + 1..).zip(last).filter(|(_, span)| span.len as usize <= SMALL) {
            finding = self.look_at(span.kind, run.payload(span), at, nth).or(finding);
        }
        finding
    }

    fn look_at(&mut self, kind: Kind, payload: &[u8], at: Duration, nth: u64) -> Option<Finding> {
        if payload.len() <= HEARTBEAT {
            let inflated = if kind == Kind::Binary { inflated(payload) } else { None };
            let text = inflated.as_deref().unwrap_or(payload);
            if let Some(heartbeat) = heartbeats::heard(text, self.first(), self.subprotocol.as_deref()) {
                return self.note(heartbeat, text, at);
            }
        }
        if let Some(text) = self.readable(kind, payload)
            && let Some(what) = telltale::told(text)
        {
            if self.said.len() == ERRORS {
                self.said.pop_front();
            }
            let text = cut(String::from_utf8_lossy(text).trim_end_matches('\u{1e}'), SHOWN);
            self.said.push_back(Said { what, at, nth, text });
        }
        None
    }

    /// The text of a message that may explain the end: Kubernetes puts the number of its channel for errors before one.
    fn readable<'a>(&self, kind: Kind, payload: &'a [u8]) -> Option<&'a [u8]> {
        let has_channels =
            || self.subprotocol.as_deref().is_some_and(|name| name.ends_with(".channel.k8s.io"));
        match kind {
            Kind::Text => Some(payload),
            Kind::Binary if has_channels() => payload.strip_prefix(&[3]),
            Kind::Binary => None,
        }
    }

    fn note(&mut self, heartbeat: &'static Heartbeat, text: &[u8], at: Duration) -> Option<Finding> {
        let before = self.unanswered.as_ref().map_or(0, |unanswered| unanswered.count);
        let shown = cut(String::from_utf8_lossy(text).trim_end(), 120);
        let unanswered = self.unanswered.insert(Unanswered { heartbeat, count: before + 1, last: at, shown });
        (unanswered.count == 2).then(|| heartbeats::still_open(unanswered))
    }

    /// A message was sent after the opening: whoever sends can answer heartbeats too.
    pub fn spoke(&mut self) {
        self.unanswered = None;
    }

    /// The server sent a ping frame.
    pub fn pinged(&mut self, at: Duration) {
        self.pings.received += 1;
        self.pings.waits_since.get_or_insert(at);
    }

    /// A pong frame was written completely.
    pub fn ponged(&mut self, at: Duration) {
        let pings = &mut self.pings;
        pings.answered += 1;
        if let Some(since) = pings.waits_since {
            pings.longest = pings.longest.max(at.saturating_sub(since));
        }
        if pings.answered >= pings.received {
            pings.waits_since = None;
        }
    }

    /// The beginning of the first message.
    pub(super) fn first(&self) -> &str {
        self.first.as_deref().unwrap_or_default()
    }

    pub(super) const fn unanswered(&self) -> Option<&Unanswered> {
        self.unanswered.as_ref()
    }

    /// The messages before the end that can explain it, the newest first.
    pub(super) fn last_errors(&self, end: Duration) -> impl Iterator<Item = &str> {
        let explains = move |said: &&Said| {
            let (before, after) = (end.saturating_sub(said.at), self.heard - said.nth);
            match said.what {
                Telltale::Error => before <= RECENT && after <= AFTERWARDS,
                Telltale::Farewell => before <= ANNOUNCED,
                Telltale::Demand => after == 0,
            }
        };
        self.said.iter().rev().filter(explains).map(|said| said.text.as_str())
    }

    /// What became of the server's ping frames.
    pub(super) fn about_pings(&self, end: Duration) -> String {
        let Pings { received, answered, waits_since, longest } = &self.pings;
        let pings = if *received == 1 { "ping frame" } else { "ping frames" };
        match waits_since {
            None if *received == 0 => "the server sent no ping frame on this connection".to_owned(),
            None => format!(
                "the server sent {received} {pings}; each was answered, {}",
                if longest.as_millis() == 0 {
                    "within a millisecond".to_owned()
                } else {
                    format!("the slowest after {}", limit_in_words(*longest))
                }
            ),
            Some(since) => format!(
                "the server sent {received} {pings}, and {answered} pongs went out; one waited for {}",
                limit_in_words(end.saturating_sub(*since))
            ),
        }
    }
}

/// A small compressed message: some feeds compress their heartbeats too.
fn inflated(payload: &[u8]) -> Option<Vec<u8>> {
    if !payload.starts_with(&[0x1f, 0x8b]) {
        return None;
    }
    let mut text = Vec::new();
    GzDecoder::new(payload).take(HEARTBEAT as u64).read_to_end(&mut text).ok()?;
    Some(text)
}
