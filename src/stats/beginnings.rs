//! What came first on each connection, and what is different from the time before: whether the subscription was
//! acknowledged, and whether a snapshot came.
//!
//! A message is named by the value of its kind, or else by its shape. What it is for, its own words tell
//! (`"type":"snapshot"`, `"action":"partial"`); where they do not, nothing is said of it.

use std::{collections::VecDeque, fmt};

use crate::{
    payload::{Shape, cut_chars, document::leaves, shape},
    session::{ConnectionId, MessageId, Timestamp},
};

use super::propose::KIND;

/// Connections that are remembered, the newest.
const REMEMBERED: usize = 200;
/// Messages at the beginning of a connection, and kinds among them.
const MESSAGES: u64 = 20;
const RUNS: usize = 6;
/// Values of a message that are looked at.
const VALUES: usize = 40;
/// Characters of a name.
const NAME: usize = 24;

/// What a message at the beginning is for, by its own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It answers the subscription, or greets.
    Acknowledgement,
    Snapshot,
    Delta,
    Refusal,
    Other,
}

/// Words of each role; a value that contains one of them has it.
const WORDS: [(Role, &[&str]); 4] = [
    (Role::Refusal, &["error", "reject", "denied", "fail"]),
    (
        Role::Acknowledgement,
        &["subscri", "welcome", "hello", "connected", "logon", "login", "auth", "ack", "success"],
    ),
    (Role::Snapshot, &["snapshot", "partial", "initial"]),
    (Role::Delta, &["update", "delta", "diff", "incremental", "change"]),
];
/// Names of values that say what a message is for, beside those of kinds.
const TELLING: [&str; 4] = ["action", "status", "state", "update_type"];

impl Role {
    /// The role in a word; none for one that is not known.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Acknowledgement => "acknowledgement",
            Self::Snapshot => "snapshot",
            Self::Delta => "delta",
            Self::Refusal => "refusal",
            Self::Other => "",
        }
    }

    fn of(value: &str) -> Self {
        let value = value.to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| value.contains(word));
        WORDS.iter().find(|(_, words)| has(words)).map_or(Self::Other, |(role, _)| *role)
    }
}

/// The messages of one kind at the beginning; they stand in the order in which each came first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub name: String,
    pub role: Role,
    pub shape: Option<Shape>,
    pub count: u64,
    /// The first of them.
    pub message: MessageId,
}

impl fmt::Display for Run {
    /// `book (snapshot) ×3`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        let role = self.role.word();
        if !role.is_empty() && Role::of(&self.name) != self.role {
            write!(f, " ({role})")?;
        }
        if self.count > 1 { write!(f, " ×{}", self.count) } else { Ok(()) }
    }
}

/// How a connection began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beginning {
    pub connection: ConnectionId,
    pub at: Timestamp,
    pub runs: Vec<Run>,
    messages: u64,
    /// No more belongs to it.
    is_over: bool,
}

impl Beginning {
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.runs.iter().any(|run| run.role == role)
    }

    /// Whether all of it has come.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.is_over
    }

    /// What differs from the one before, in words; `None` if nothing does. What has not come while it is not over
    /// is no difference yet.
    #[must_use]
    pub fn difference(&self, before: &Self) -> Option<String> {
        let has =
            |of: &Self, run: &Run| of.runs.iter().any(|own| (&own.name, own.role) == (&run.name, run.role));
        let mut parts = Vec::new();
        if self.is_over {
            let lacking = before.runs.iter().filter(|run| !has(self, run));
            parts.extend(lacking.map(|run| format!("no {}", Run { count: 1, ..run.clone() })));
        }
        let new = self.runs.iter().filter(|run| !has(before, run));
        parts.extend(new.map(|run| format!("new: {}", Run { count: 1, ..run.clone() })));
        for run in &self.runs {
            let same = before.runs.iter().find(|other| (&other.name, other.role) == (&run.name, run.role));
            let shapes =
                same.and_then(|other| other.shape.zip(run.shape)).filter(|(other, own)| other != own);
            parts.extend(
                shapes.map(|(other, own)| format!("{} has the shape {own}, before {other}", run.name)),
            );
        }
        parts.dedup();
        // Of those that have come on both: one that may still come is in no other order.
        let is_other_order = || {
            let own = self.runs.iter().filter(|run| has(before, run)).map(|run| &run.name);
            own.ne(before.runs.iter().filter(|run| has(self, run)).map(|run| &run.name))
        };
        if parts.is_empty() && is_other_order() {
            parts.push("in another order".to_owned());
        }
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

impl fmt::Display for Beginning {
    /// `subscribed › snapshot › trade ×3`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runs: Vec<_> = self.runs.iter().map(ToString::to_string).collect();
        f.write_str(&runs.join(" › "))
    }
}

/// How the connections of a session began.
#[derive(Clone, Debug, Default)]
pub struct Beginnings(VecDeque<Beginning>);

impl Beginnings {
    /// A connection opened.
    pub fn opened(&mut self, connection: ConnectionId, at: Timestamp) {
        if self.0.len() >= REMEMBERED {
            self.0.pop_front();
        }
        self.0.push_back(Beginning { connection, at, runs: Vec::new(), messages: 0, is_over: false });
    }

    /// A message came, with its value at the path of kinds.
    pub fn came(
        &mut self,
        connection: ConnectionId,
        message: MessageId,
        payload: &[u8],
        kind: Option<&[u8]>,
    ) {
        let Some(beginning) = self.of(connection).filter(|beginning| !beginning.is_over) else { return };
        beginning.messages += 1;
        let (name, role, shape) = read(payload, kind);
        match beginning.runs.iter_mut().find(|run| (&run.name, run.role) == (&name, role)) {
            Some(run) => run.count += 1,
            None => beginning.runs.push(Run { name, role, shape, count: 1, message }),
        }
        beginning.is_over = beginning.messages >= MESSAGES || beginning.runs.len() >= RUNS;
    }

    /// No more is known of the beginning of a connection: it has ended, or its messages are only counted.
    pub fn end(&mut self, connection: ConnectionId) {
        if let Some(beginning) = self.of(connection) {
            beginning.is_over = true;
        }
    }

    fn of(&mut self, connection: ConnectionId) -> Option<&mut Beginning> {
        self.0.iter_mut().rev().find(|beginning| beginning.connection == connection)
    }

    /// The newest ones, the oldest first.
    pub fn list(&self) -> impl DoubleEndedIterator<Item = &Beginning> {
        self.0.iter()
    }

    /// The one before, on which something came.
    #[must_use]
    pub fn before(&self, connection: ConnectionId) -> Option<&Beginning> {
        let mut earlier = self.0.iter().rev().skip_while(|one| one.connection != connection).skip(1);
        earlier.find(|beginning| !beginning.runs.is_empty())
    }
}

/// The name of a message, what it is for, and its shape.
fn read(payload: &[u8], kind: Option<&[u8]>) -> (String, Role, Option<Shape>) {
    let Some(shape) = shape(payload) else { return ("no JSON".to_owned(), Role::Other, None) };
    let (mut name, mut role) = (kind.map(text), Role::Other);
    let (mut has_id, mut has_result, mut has_error) = (false, false, false);
    for leaf in leaves(payload, VALUES).leaves {
        let own = super::propose::name_of(&leaf.path);
        let is_top = leaf.path.matches('.').count() == 1;
        has_id |= is_top && own == "id";
        has_result |= leaf.path.starts_with(".result");
        let value = payload.get(leaf.value).unwrap_or_default();
        has_error |= leaf.path.starts_with(".error") && value != b"null";
        let is_kind = KIND.contains(&own.as_str());
        if value.starts_with(b"\"") && (is_kind || TELLING.contains(&own.as_str())) {
            let value = text(value);
            role = if role == Role::Other { Role::of(&value) } else { role };
            name = name.or_else(|| is_kind.then_some(value));
        }
    }
    // JSON-RPC, and those like it, answer with the id of the request.
    let answer = match (has_id, has_error, has_result) {
        (true, true, _) => Some(("error", Role::Refusal)),
        (true, false, true) => Some(("answer", Role::Acknowledgement)),
        _ => None,
    };
    match (name, answer) {
        (Some(name), _) => (name, role, Some(shape)),
        (None, Some((name, role))) => (name.to_owned(), role, Some(shape)),
        (None, None) => (format!("shape {shape}"), role, Some(shape)),
    }
}

/// A value without its quotes, cut.
fn text(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    cut_chars(text.trim_matches('"'), NAME)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn began(connections: &[&[&str]]) -> Beginnings {
        let mut beginnings = Beginnings::default();
        for (connection, texts) in (1..).map(ConnectionId).zip(connections) {
            beginnings.opened(connection, Timestamp(0));
            for (nth, text) in (1..).zip(*texts) {
                beginnings.came(connection, MessageId(nth), text.as_bytes(), None);
            }
            beginnings.end(connection);
        }
        beginnings
    }

    const SUBSCRIBED: &str = r#"{"event":"subscribed","channel":"book"}"#;
    const SNAPSHOT: &str = r#"{"type":"book","action":"partial","bids":[[1,2]]}"#;
    const TRADE: &str = r#"{"type":"trade","price":1}"#;

    #[test]
    fn what_came_first_is_told_by_its_own_words() {
        let beginnings = began(&[&[SUBSCRIBED, SNAPSHOT, TRADE, TRADE]]);
        let first = beginnings.list().next().expect("one");
        assert_eq!(first.to_string(), "subscribed › book (snapshot) › trade ×2");
        assert!(first.has(Role::Acknowledgement) && first.has(Role::Snapshot) && !first.has(Role::Delta));
        let answers =
            began(&[&[r#"{"result":null,"id":1}"#, r#"{"id":2,"error":{"code":2}}"#, r#"{"x":1}"#, "hi"]]);
        let told = answers.list().next().expect("one").to_string();
        assert!(
            told.starts_with("answer (acknowledgement) › error › shape ") && told.ends_with("› no JSON"),
            "{told}"
        );
    }

    #[test]
    fn the_difference_to_the_time_before_is_told() {
        let difference = |now: &[&str]| {
            let beginnings = began(&[&[SUBSCRIBED, SNAPSHOT, TRADE], &[], now]);
            let now = beginnings.list().next_back().expect("three").clone();
            now.difference(beginnings.before(now.connection).expect("the first one"))
        };
        assert_eq!(difference(&[SUBSCRIBED, SNAPSHOT, TRADE, TRADE]), None, "how many there are is chance");
        assert_eq!(difference(&[SUBSCRIBED, TRADE]).as_deref(), Some("no book (snapshot)"));
        assert_eq!(difference(&[SNAPSHOT, SUBSCRIBED, TRADE]).as_deref(), Some("in another order"));
        let other =
            difference(&[SUBSCRIBED, SNAPSHOT, r#"{"type":"trade","price":"1"}"#]).expect("another shape");
        assert!(other.starts_with("trade has the shape "), "{other}");
    }

    #[test]
    fn what_has_not_come_yet_is_no_difference() {
        let mut beginnings = began(&[&[SUBSCRIBED, SNAPSHOT, TRADE]]);
        beginnings.opened(ConnectionId(2), Timestamp(0));
        beginnings.came(ConnectionId(2), MessageId(9), SUBSCRIBED.as_bytes(), None);
        let told = |beginnings: &Beginnings| {
            let now = beginnings.list().next_back().expect("two");
            now.difference(beginnings.before(ConnectionId(2)).expect("the first"))
        };
        assert_eq!(told(&beginnings), None);
        beginnings.came(ConnectionId(2), MessageId(10), TRADE.as_bytes(), None);
        assert_eq!(told(&beginnings), None, "the snapshot may still come: this is no other order");
    }

    #[test]
    fn beginnings_are_bounded() {
        let mut beginnings = Beginnings::default();
        for connection in (1..).map(ConnectionId).take(REMEMBERED + 5) {
            beginnings.opened(connection, Timestamp(0));
            (1..99).for_each(|nth| beginnings.came(connection, MessageId(nth), TRADE.as_bytes(), None));
        }
        assert_eq!(beginnings.list().count(), REMEMBERED);
        assert!(beginnings.list().all(|one| one.runs.len() == 1 && one.runs[0].count == MESSAGES));
    }
}
