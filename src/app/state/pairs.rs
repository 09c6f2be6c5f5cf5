//! Requests of ours, and the received messages that answer them by the same id. A pure fold over the stream.
//!
//! A request is answered by the first message with its id on the same connection. While a session runs, each message is
//! looked at as it comes, for a minute after the last request; of an old capture, those that were read.

mod ids;

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use memchr::memmem;

use crate::session::{ConnectionId, Event, EventKind, Seq, Stored, StoredKind, Timestamp};

use super::row::{Entry, Line, Row};

pub use ids::Ids;

/// Requests that are kept; the oldest leave.
pub const REQUESTS: usize = 10_000;
/// How long answers are looked for while a session runs: each message that comes is read for it.
const LOOKED_FOR: Duration = Duration::from_mins(1);
/// Requests without an answer whose ids are looked for before a message is read as JSON.
const SOUGHT: usize = 8;

/// Requests and answers by their places in the stream.
#[derive(Clone, Debug, Default)]
pub struct Pairs {
    ids: Ids,
    requests: BTreeMap<Seq, Request>,
    /// The requests of an id, in order.
    by_id: HashMap<(ConnectionId, String), Vec<Seq>>,
    answers: HashMap<Seq, Seq>,
    /// Requests of the open connection that may still be answered.
    waiting: Vec<Seq>,
}

/// A message of ours with an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub at: Timestamp,
    pub connection: ConnectionId,
    /// The id behind what it is called: `id 7`, `ref "3"`.
    pub id: String,
    /// What it asks for; empty if that is not known.
    pub what: String,
    /// The place of its answer, and how long after it that came.
    pub answer: Option<(Seq, Duration)>,
}

impl Pairs {
    /// An empty one that looks for ids elsewhere.
    pub fn looking(ids: Ids) -> Self {
        Self { ids, ..Self::default() }
    }

    pub const fn ids(&self) -> &Ids {
        &self.ids
    }

    /// Takes in an event; `seq` is its place in the stream, of a batch that of its first message.
    pub fn apply(&mut self, seq: Seq, event: &Event) {
        match &event.kind {
            EventKind::Sent(sent) => self.sent(seq, event.at, event.connection, &sent.payload),
            EventKind::Messages(batch) if !self.waiting.is_empty() => {
                self.give_up(event.at);
                for (nth, message) in (0..).zip(batch.messages()) {
                    if self.may_answer(message.payload) {
                        self.heard(seq.plus(nth), event.at, event.connection, message.payload);
                    }
                }
            }
            // What comes on the next connection answers nothing.
            EventKind::Lost(_) | EventKind::Ended(_) => self.waiting.clear(),
            _ => {}
        }
    }

    /// Takes in what was read of a capture.
    pub fn read(&mut self, stored: &[Stored]) {
        for Stored { seq, at, connection, kind } in stored {
            if let StoredKind::Message(message) = kind
                && !self.requests.is_empty()
            {
                self.heard(*seq, *at, *connection, &message.head);
            }
        }
    }

    /// Takes in a row that is at hand.
    pub fn take_row(&mut self, seq: Seq, row: &Row<'_>) {
        match &row.line {
            Line::Entry(Entry::Sent(sent)) if let Some(payload) = &sent.payload => {
                self.sent(seq, row.at, row.connection, payload);
            }
            Line::Message { message, .. } if let Some(payload) = message.payload => {
                self.heard(seq, row.at, row.connection, payload);
            }
            _ => {}
        }
    }

    fn sent(&mut self, seq: Seq, at: Timestamp, connection: ConnectionId, payload: &[u8]) {
        let Some(asked) = self.ids.of_request(payload) else { return };
        self.by_id.entry((connection, asked.id.clone())).or_default().push(seq);
        self.waiting.push(seq);
        let request = Request { at, connection, id: asked.id, what: asked.what, answer: None };
        self.requests.insert(seq, request);
        if self.requests.len() > REQUESTS {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        let Some((seq, request)) = self.requests.pop_first() else { return };
        let key = (request.connection, request.id);
        if let Some(seqs) = self.by_id.get_mut(&key) {
            seqs.retain(|own| *own != seq);
            if seqs.is_empty() {
                self.by_id.remove(&key);
            }
        }
        if let Some((answer, _)) = request.answer {
            self.answers.remove(&answer);
        }
        self.no_longer_waits(seq);
    }

    fn no_longer_waits(&mut self, seq: Seq) {
        if let Ok(nth) = self.waiting.binary_search(&seq) {
            self.waiting.remove(nth);
        }
    }

    /// Looks no longer for answers to requests that were sent long ago.
    fn give_up(&mut self, now: Timestamp) {
        let requests = &self.requests;
        self.waiting
            .retain(|seq| requests.get(seq).is_some_and(|request| now.since(request.at) < LOOKED_FOR));
    }

    /// Whether a message has one of the ids somewhere, without reading it.
    fn may_answer(&self, payload: &[u8]) -> bool {
        let id = |seq: &Seq| Some(self.requests.get(seq)?.id.rsplit(' ').next()?.as_bytes());
        match self.waiting.len() {
            0 => false,
            1..=SOUGHT => self.waiting.iter().filter_map(id).any(|id| memmem::find(payload, id).is_some()),
            _ => true,
        }
    }

    fn heard(&mut self, seq: Seq, at: Timestamp, connection: ConnectionId, payload: &[u8]) {
        let Some(id) = self.ids.of_answer(payload) else { return };
        let Some(seqs) = self.by_id.get(&(connection, id)) else { return };
        // An id may be used again: what is answered is the last request before.
        let Some(asked) = seqs.iter().rev().find(|own| **own < seq).copied() else { return };
        let Some(request) = self.requests.get_mut(&asked) else { return };
        // Further messages with the id go on with the first; pages of a capture are read in any order.
        if request.answer.is_none_or(|(known, _)| seq < known) {
            if let Some((known, _)) = request.answer.replace((seq, at.since(request.at))) {
                self.answers.remove(&known);
            }
            self.answers.insert(seq, asked);
        }
        self.no_longer_waits(asked);
    }

    /// The request at a place of the stream.
    pub fn request(&self, seq: Seq) -> Option<&Request> {
        self.requests.get(&seq)
    }

    /// The request that the message at a place answers, its place, and how long it took.
    pub fn answered_by(&self, seq: Seq) -> Option<(Seq, &Request, Duration)> {
        let asked = *self.answers.get(&seq)?;
        let request = self.requests.get(&asked)?;
        Some((asked, request, request.answer?.1))
    }

    pub fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// How many requests there are.
    pub fn len(&self) -> usize {
        self.requests.len()
    }

    /// Requests without an answer, in order.
    pub fn unanswered(&self) -> impl Iterator<Item = (Seq, &Request)> {
        self.requests
            .iter()
            .filter(|(_, request)| request.answer.is_none())
            .map(|(seq, request)| (*seq, request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(pairs: &mut Pairs, seq: u64, ms: i64, text: &str) {
        pairs.sent(Seq(seq), Timestamp(ms * 1_000), ConnectionId(1), text.as_bytes());
    }

    fn heard(pairs: &mut Pairs, seq: u64, ms: i64, connection: u32, text: &str) {
        pairs.heard(Seq(seq), Timestamp(ms * 1_000), ConnectionId(connection), text.as_bytes());
    }

    fn unanswered(pairs: &Pairs) -> Vec<u64> {
        pairs.unanswered().map(|(seq, _)| seq.0).collect()
    }

    #[test]
    fn the_first_message_with_the_id_on_the_same_connection_answers() {
        let mut pairs = Pairs::default();
        sent(&mut pairs, 1, 0, r#"{"id":1,"method":"a"}"#);
        sent(&mut pairs, 2, 10, r#"{"id":2,"method":"b"}"#);
        heard(&mut pairs, 3, 20, 2, r#"{"id":1,"result":0}"#);
        assert_eq!(unanswered(&pairs), [1, 2]);
        heard(&mut pairs, 4, 44, 1, r#"{"id":2,"result":0}"#);
        heard(&mut pairs, 5, 60, 1, r#"{"id":2,"result":1}"#);
        assert_eq!(unanswered(&pairs), [1]);
        let (asked, request, took) = pairs.answered_by(Seq(4)).expect("it answers");
        assert_eq!((asked.0, request.what.as_str(), took), (2, "b", Duration::from_millis(34)));
        assert!(pairs.answered_by(Seq(5)).is_none());
        heard(&mut pairs, 3, 30, 1, r#"{"id":2,"result":0}"#);
        assert!(pairs.answered_by(Seq(3)).is_some() && pairs.answered_by(Seq(4)).is_none());
    }

    #[test]
    fn an_id_that_is_used_again_is_that_of_the_last_request() {
        let mut pairs = Pairs::default();
        sent(&mut pairs, 1, 0, r#"{"id":1}"#);
        sent(&mut pairs, 2, 10, r#"{"id":1}"#);
        heard(&mut pairs, 3, 20, 1, r#"{"id":1}"#);
        assert_eq!(unanswered(&pairs), [1]);
    }

    #[test]
    fn requests_are_bounded_and_the_oldest_leave() {
        let mut pairs = Pairs::default();
        for nth in 0..REQUESTS as u64 + 5 {
            sent(&mut pairs, nth + 1, 0, &format!("{{\"id\":{nth}}}"));
        }
        assert_eq!((pairs.len(), pairs.by_id.len(), unanswered(&pairs)[0]), (REQUESTS, REQUESTS, 6));
    }

    #[test]
    fn after_a_minute_no_message_is_read_for_an_answer() {
        let mut pairs = Pairs::default();
        sent(&mut pairs, 1, 0, r#"{"id":1}"#);
        pairs.give_up(Timestamp(59_000_000));
        assert!(pairs.may_answer(br#"{"id":1}"#) && !pairs.may_answer(br#"{"id":2}"#));
        pairs.give_up(Timestamp(60_000_000));
        assert!(!pairs.may_answer(br#"{"id":1}"#));
        assert_eq!(unanswered(&pairs), [1], "it is told all the same");
    }
}
