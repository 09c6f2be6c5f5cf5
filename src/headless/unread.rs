//! Messages that have arrived and that no step has looked at, with a bound.

use std::collections::VecDeque;

use crate::{
    export::{Exporter, Format, Origin, PayloadEnd},
    filter::Filter,
    session::{Batch, Event, EventKind, Timestamp},
};

/// How many messages, and bytes of payloads, may wait; beyond that the oldest are forgotten.
const MESSAGES: u64 = 100_000;
const BYTES: u64 = 16 << 20;

/// Messages in the order in which they arrived.
#[derive(Debug, Default)]
pub(super) struct Unread {
    /// Events with messages, each with how many of them were looked at.
    waiting: VecDeque<(Event, usize)>,
    messages: u64,
    bytes: u64,
    /// When the message before those that wait came.
    before: Option<Timestamp>,
    /// The payload of the last message that arrived.
    last: Option<(Event, usize)>,
}

/// What a step found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub matches: bool,
    /// The message as `tail` writes it.
    pub line: String,
    /// How many others were passed over before it.
    pub skipped: u64,
}

impl Unread {
    pub(super) fn take(&mut self, event: &Event) {
        let EventKind::Messages(batch) = &event.kind else { return };
        if batch.is_empty() {
            return;
        }
        self.messages += batch.len() as u64;
        self.bytes += batch.payload_bytes();
        self.last = Some((event.clone(), batch.len() - 1));
        self.waiting.push_back((event.clone(), 0));
        while (self.messages > MESSAGES || self.bytes > BYTES) && self.waiting.len() > 1 {
            self.forget_first();
        }
    }

    fn forget_first(&mut self) {
        let Some((event, seen)) = self.waiting.pop_front() else { return };
        self.before = Some(event.at);
        if let EventKind::Messages(batch) = &event.kind {
            self.messages -= (batch.len() - seen) as u64;
            self.bytes = self.bytes.saturating_sub(batch.payload_bytes());
        }
    }

    /// The payload of the message that arrived last.
    pub(super) fn last(&self) -> Option<&[u8]> {
        let (event, nth) = self.last.as_ref()?;
        let EventKind::Messages(batch) = &event.kind else { return None };
        batch.messages().nth(*nth).map(|message| message.payload)
    }

    /// The first message that matches, or with `only_next` the first of all. Those before it are passed over and added to
    /// `skipped`.
    pub(super) fn find(&mut self, filter: &Filter, only_next: bool, skipped: &mut u64) -> Option<Found> {
        while let Some((event, seen)) = self.waiting.front_mut() {
            let EventKind::Messages(batch) = &event.kind else { return None };
            let candidates = batch.candidates(event.at, event.connection, self.before);
            for (nth, candidate) in candidates.enumerate().skip(*seen) {
                *seen = nth + 1;
                self.messages -= 1;
                let matches = filter.is_empty() || filter.matches(&candidate);
                if matches || only_next {
                    return Some(Found { matches, line: line(event, batch, nth), skipped: *skipped });
                }
                *skipped += 1;
            }
            self.forget_first();
        }
        None
    }
}

/// A message as `tail` writes it, without the end of the line.
fn line(event: &Event, batch: &Batch, nth: usize) -> String {
    let exporter = Exporter {
        format: Format::JsonLines,
        end: PayloadEnd::LineBreak,
        zone: jiff::tz::TimeZone::UTC,
        is_terminal: false,
    };
    let mut line = Vec::new();
    let Ok(()) =
        exporter.write(&mut line, &Origin::of(event, batch.verdict), batch.messages().skip(nth).take(1));
    String::from_utf8_lossy(&line).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::session::{ConnectionId, Kind, MessageId, Run, Span, Verdict};

    fn batch(first: u64, payloads: &[&str]) -> Event {
        let mut start = 0;
        let spans = payloads.iter().map(|payload| {
            let len = u32::try_from(payload.len()).expect("it is short");
            start += len;
            Span { start: start - len, len, kind: Kind::Text, valid: true, frames: 1, wire: None }
        });
        let run = Run { spans: spans.collect(), bytes: Bytes::from(payloads.concat()) };
        let batch = Batch { first: MessageId(first), run, verdict: Verdict::Acked };
        Event { at: Timestamp(0), connection: ConnectionId(1), kind: EventKind::Messages(batch) }
    }

    fn find(unread: &mut Unread, filter: &str, only_next: bool) -> Option<(bool, u64)> {
        let filter = Filter::parse(filter).expect("a filter");
        let mut skipped = 0;
        unread.find(&filter, only_next, &mut skipped).map(|found| (found.matches, found.skipped))
    }

    #[test]
    fn a_search_goes_on_behind_what_the_last_one_found() {
        let mut unread = Unread::default();
        unread.take(&batch(1, &["a", "b", "a"]));
        unread.take(&batch(4, &["c"]));
        assert_eq!(find(&mut unread, "b", false), Some((true, 1)));
        assert_eq!(find(&mut unread, "c", true), Some((false, 0)), "the next one is an a");
        assert_eq!(find(&mut unread, "c", true), Some((true, 0)));
        assert_eq!(find(&mut unread, "", false), None);
        assert_eq!(unread.last(), Some(&b"c"[..]));
    }

    #[test]
    fn what_nobody_looks_at_is_forgotten_beyond_a_bound() {
        let mut unread = Unread::default();
        let large = "x".repeat(1 << 20);
        for nth in 1..100 {
            unread.take(&batch(nth, &[&large]));
        }
        assert!(unread.bytes <= BYTES && unread.messages == unread.waiting.len() as u64);
    }
}
