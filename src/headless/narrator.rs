//! What `tail` says beside its data: the state of the session in words, on stderr.
//!
//! A server that is down, or drops every connection, must not fill a screen. Each kind of
//! trouble is told in full once and then only counted, a line at the 2nd, 4th, 8th, … time. A
//! connection that lasted begins the count anew.

use std::{collections::HashMap, io::Write, time::Duration};

use crate::{
    payload::{counted, duration_in_words as took, printable, thousands},
    session::{
        End, Ended, Event, EventKind, Failure, Finding, LossKind, Lost, Opened, Pause, RetryIn, Side, Stage,
        Timestamp,
    },
};

use super::words::explained;

/// How long a connection must have lasted for its loss to be news again.
const LASTING: Duration = Duration::from_secs(10);
/// How many kinds of trouble are told apart.
const KINDS: usize = 64;

/// Tells events in words.
pub struct Narrator<W> {
    err: W,
    told: HashMap<String, u64>,
    /// Whether the last trouble was told, so that what follows from it is worth telling.
    awake: bool,
    hinted: bool,
    /// Whether the present connection goes through a proxy.
    proxied: bool,
    /// How many messages the output has taken, where it differs from what came.
    pub written: Option<u64>,
    standing: Standing,
}

/// Where the session stood when it was stopped.
#[derive(Clone, Copy, Default)]
struct Standing {
    /// Whether a connection has been open.
    has_opened: bool,
    /// When the stage under way began.
    began: Timestamp,
    ended: Timestamp,
}

/// What to do with something that may have been told before.
enum Telling {
    InFull,
    /// This is the nth time.
    Counted(u64),
    NotAtAll,
}

impl<W: Write> Narrator<W> {
    /// Tells into `err`; that it cannot be written is no reason to end a session.
    pub fn new(err: W) -> Self {
        Self {
            err,
            told: HashMap::new(),
            awake: true,
            hinted: false,
            proxied: false,
            written: None,
            standing: Standing::default(),
        }
    }

    /// A line in the manner of the others.
    pub fn say(&mut self, text: &str) {
        drop(writeln!(self.err, "sockeye: {}", printable(text)));
    }

    fn below(&mut self, label: &str, text: &str) {
        for line in text.lines() {
            drop(writeln!(self.err, "  {label:<5} {}", printable(line)));
        }
    }

    /// Tells one event, if it is worth a word.
    pub fn take(&mut self, event: &Event) {
        match &event.kind {
            EventKind::StageStarted(_) => self.standing.began = event.at,
            EventKind::Opened(_) => self.standing.has_opened = true,
            EventKind::Ended(_) => self.standing.ended = event.at,
            _ => (),
        }
        match &event.kind {
            EventKind::StageStarted(Stage::Lookup) => self.proxied = false,
            EventKind::StageStarted(Stage::Proxy) => self.proxied = true,
            EventKind::Connecting { url } if event.connection.0 <= 1 => {
                self.say(&format!("connecting to {url}"));
            }
            EventKind::Answered(answered) => {
                let message = format!("answered {} {}", answered.status, answered.reason);
                if matches!(self.telling(message.clone()), Telling::InFull) {
                    self.say(&format!("{}; its body is still being read", message.trim_end()));
                }
            }
            EventKind::Opened(opened) => self.opened(event.connection.0, opened),
            EventKind::Lost(lost) => self.lost(lost),
            EventKind::Failed(failure) => self.failed(event.connection.0, failure),
            EventKind::RetryIn(retry) => self.retry(retry),
            EventKind::Finding(finding) => self.finding(finding),
            EventKind::ReadingPaused { why: Pause::Events, .. } => self.paused(),
            EventKind::Refused { command, message } => self.say(&format!("cannot {command}: {message}")),
            EventKind::Ended(ended) => self.ended(ended),
            EventKind::Connecting { .. }
            | EventKind::StageStarted(_)
            | EventKind::StageEnded(_)
            | EventKind::Messages(_)
            | EventKind::Pipeline(_)
            | EventKind::Control(_)
            | EventKind::Sent(_)
            | EventKind::Delivery(_)
            | EventKind::AckMode(_)
            | EventKind::ReplayWaits(_)
            | EventKind::ReadingPaused { .. }
            | EventKind::BackPressure(_)
            | EventKind::ReadingResumed { .. } => (),
        }
    }

    fn telling(&mut self, key: String) -> Telling {
        if self.told.len() >= KINDS {
            self.told.clear();
        }
        let times = self.told.entry(key).or_insert(0);
        *times += 1;
        match *times {
            1 => Telling::InFull,
            nth if nth.is_power_of_two() => Telling::Counted(nth),
            _ => Telling::NotAtAll,
        }
    }

    fn opened(&mut self, connection: u32, opened: &Opened) {
        let again = match self.telling("opened".to_owned()) {
            Telling::InFull => "",
            Telling::Counted(_) => " again",
            Telling::NotAtAll => return,
        };
        let by = if connection > 1 { format!(" (connection {connection})") } else { String::new() };
        let through = if self.proxied { "through the proxy " } else { "" };
        let whom = opened.remote.map(|remote| format!(", {through}{remote}")).unwrap_or_default();
        let tls = opened.tls.as_ref().map(|tls| format!(", {tls}")).unwrap_or_default();
        self.say(&format!("open{again} in {}{by}{whom}{tls}", took(opened.took)));
    }

    fn lost(&mut self, lost: &Lost) {
        if matches!(lost.kind, LossKind::Left | LossKind::Closed { by: Side::Us, .. }) {
            return;
        }
        if lost.open_for >= LASTING {
            self.told.clear();
        }
        let telling = self.telling(format!("lost {:?}", lost.kind));
        self.awake = !matches!(telling, Telling::NotAtAll);
        let after = format!("after {} and {}", took(lost.open_for), counted(lost.messages, "message"));
        match telling {
            Telling::InFull => self.say(&format!("connection lost {after}: {}", lost.message)),
            Telling::Counted(nth) => {
                let open_for = took(lost.open_for);
                self.say(&format!("lost {nth} times like this, the last after {open_for}: {}", lost.message));
            }
            Telling::NotAtAll => (),
        }
    }

    fn failed(&mut self, connection: u32, failure: &Failure) {
        let telling = self.telling(format!("failed {} {:?}", failure.stage, failure.kind));
        self.awake = !matches!(telling, Telling::NotAtAll);
        match telling {
            Telling::InFull => {
                self.say(&format!(
                    "connection {connection} failed at {}: {}",
                    failure.stage, failure.message
                ));
                for cause in &failure.sources {
                    self.below("from", cause);
                }
            }
            Telling::Counted(nth) => {
                self.say(&format!("failed {nth} times like this: {}: {}", failure.stage, failure.message));
            }
            Telling::NotAtAll => (),
        }
    }

    fn retry(&mut self, retry: &RetryIn) {
        if !self.awake {
            return;
        }
        let left = match (retry.failures, retry.left) {
            (0, Some(0)) => self.exempt().to_owned(),
            (_, Some(0)) => ", the last one allowed".to_owned(),
            (_, Some(left)) => format!(", {left} more allowed after it"),
            (_, None) => String::new(),
        };
        let slower = match retry.without_message {
            0 => String::new(),
            lost => format!(" ({lost} connections in a row brought no message, so the pause grows)"),
        };
        self.say(&format!("next connection in {}{left}{slower}", took(retry.delay)));
        if retry.left.is_none() && retry.failures > 0 && !self.hinted {
            self.hinted = true;
            self.say("it goes on trying; --no-retry or --max-retries N makes it give up");
        }
    }

    /// Why a connection follows although no retry is allowed, told once.
    fn exempt(&mut self) -> &'static str {
        match self.telling("exempt".to_owned()) {
            Telling::InFull => {
                " (a lost connection is opened again even with max_retries 0; a connection that fails then ends it)"
            }
            Telling::Counted(_) | Telling::NotAtAll => "",
        }
    }

    fn finding(&mut self, finding: &Finding) {
        if matches!(self.telling(format!("finding {} {}", finding.code, finding.title)), Telling::InFull) {
            self.say(&format!("{} [{}]", finding.title, finding.code));
            for (label, text) in explained(finding) {
                self.below(label, &text);
            }
        }
    }

    fn paused(&mut self) {
        if matches!(self.telling("paused".to_owned()), Telling::InFull) {
            self.say("the output is slower than the feed: the socket is not read meanwhile, and pings wait");
        }
    }

    fn ended(&mut self, ended: &Ended) {
        let messages = counted(ended.messages, "message");
        let messages = match self.written {
            Some(written) if written != ended.messages => {
                format!("{messages} received and {} written", thousands(written))
            }
            _ => messages,
        };
        let total = format!("{messages} in {}", counted(ended.connections.into(), "connection"));
        let Standing { has_opened, began, ended: at } = self.standing;
        let lasting = took(at.since(began));
        match (&ended.why, ended.during) {
            (End::Stopped, Some(stage)) if has_opened => {
                self.say(&format!("stopped during {stage} of another connection, after {lasting}, {total}"));
            }
            (End::Stopped, Some(stage)) => {
                self.say(&format!("stopped during {stage}, after {lasting}: it never opened, {total}"));
            }
            (End::Stopped, None) if has_opened => self.say(&format!("closed, {total}")),
            (End::Stopped, None) => self.say(&format!("stopped: it never opened, {total}")),
            (End::NotRetried | End::RetriesExhausted { retries: 0, .. }, _) => {
                self.say(&format!("not tried again, {total}"));
            }
            (End::RetriesExhausted { retries, last }, _) => {
                let tries = counted(u64::from(*retries), "retry");
                self.say(&format!("gave up after {tries} at {}: {}, {total}", last.stage, last.message));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{
        CloseFrame, ConnectionId, Edit, FailureKind, FindingCode, Fix, Severity, Stage, Timestamp,
    };

    fn story(events: impl IntoIterator<Item = (u32, EventKind)>) -> String {
        let mut narrator = Narrator::new(Vec::new());
        for (connection, kind) in events {
            narrator.take(&Event { at: Timestamp(0), connection: ConnectionId(connection), kind });
        }
        String::from_utf8(narrator.err).expect("words are UTF-8")
    }

    fn refused() -> Failure {
        Failure {
            stage: Stage::Tcp,
            kind: FailureKind::Refused,
            message: "127.0.0.1:9 refused".to_owned(),
            sources: vec!["Connection refused (os error 111)".to_owned()],
        }
    }

    fn failing(connection: u32, left: Option<u32>) -> [(u32, EventKind); 2] {
        let delay = Duration::from_millis(800);
        let retry = RetryIn { failures: connection, left, without_message: 0, delay };
        [(connection, EventKind::Failed(Box::new(refused()))), (connection, EventKind::RetryIn(retry))]
    }

    fn opened(connection: u32) -> (u32, EventKind) {
        let took = Duration::from_millis(84);
        (
            connection,
            EventKind::Opened(Box::new(Opened {
                remote: None,
                tls: None,
                subprotocol: None,
                extension: None,
                took,
            })),
        )
    }

    fn lost(connection: u32, open_for: Duration) -> (u32, EventKind) {
        let frame = CloseFrame { code: Some(1001), reason: String::new() };
        let kind = LossKind::Closed { by: Side::Server, frame };
        let message = "the server closed with 1001 (going away)".to_owned();
        (connection, EventKind::Lost(Box::new(Lost { kind, open_for, messages: 3, message })))
    }

    #[test]
    fn a_first_failure_is_told_in_full_with_the_way_to_stop_trying() {
        assert_eq!(
            story(failing(1, None)),
            "sockeye: connection 1 failed at tcp: 127.0.0.1:9 refused\n  \
             from  Connection refused (os error 111)\n\
             sockeye: next connection in 800 ms\n\
             sockeye: it goes on trying; --no-retry or --max-retries N makes it give up\n"
        );
    }

    #[test]
    fn a_server_that_stays_down_is_only_counted() {
        let story = story((1..=1000).flat_map(|connection| failing(connection, None)));
        assert!(story.contains("failed 512 times like this: tcp: 127.0.0.1:9 refused\n"), "{story}");
        assert!(story.lines().count() < 25, "{story}");
    }

    #[test]
    fn a_server_that_accepts_and_drops_is_only_counted() {
        let flap = |connection| [opened(connection), lost(connection, Duration::from_millis(5))];
        let story = story((1..=1000).flat_map(flap));
        assert!(
            story.starts_with("sockeye: open in 84 ms\nsockeye: connection lost after 5.0 ms and 3 messages")
        );
        assert!(story.lines().count() < 25, "{story}");
    }

    #[test]
    fn what_repeats_is_told_in_calm_words() {
        let flap = |connection| [opened(connection), lost(connection, Duration::from_secs(1))];
        let story = story((1..=2).flat_map(flap));
        assert_eq!(
            story.lines().skip(2).collect::<Vec<_>>(),
            [
                "sockeye: open again in 84 ms (connection 2)",
                "sockeye: lost 2 times like this, the last after 1.0 s: \
                 the server closed with 1001 (going away)"
            ]
        );
    }

    #[test]
    fn a_loss_without_retries_left_says_once_that_it_is_opened_again_all_the_same() {
        let retry =
            RetryIn { failures: 0, left: Some(0), without_message: 0, delay: Duration::from_millis(100) };
        let flap = |connection| {
            [lost(connection, Duration::from_millis(5)), (connection, EventKind::RetryIn(retry))]
        };
        let story = story((1..=8).flat_map(flap));
        assert!(!story.contains("the last one allowed"), "{story}");
        let told = "sockeye: next connection in 100 ms (a lost connection is opened again even with max_retries 0; \
                    a connection that fails then ends it)\n";
        assert_eq!((story.matches(told).count(), story.matches("max_retries").count()), (1, 1), "{story}");
    }

    #[test]
    fn a_failure_with_one_retry_left_says_so() {
        assert!(story(failing(1, Some(0))).contains("next connection in 800 ms, the last one allowed\n"));
    }

    #[test]
    fn a_connection_that_lasted_is_news_when_it_is_lost() {
        let hourly = |connection| [opened(connection), lost(connection, Duration::from_hours(1))];
        assert_eq!(story((1..=5).flat_map(hourly)).lines().count(), 10);
    }

    #[test]
    fn a_finding_is_told_once_with_cause_evidence_and_fixes() {
        let finding = Finding {
            code: FindingCode::TcpRefused,
            severity: Severity::Error,
            title: "nothing listens there".to_owned(),
            cause: "the port is closed".to_owned(),
            evidence: vec!["127.0.0.1:9".to_owned()],
            fixes: vec![Fix {
                title: "use another port".to_owned(),
                edits: vec![Edit { path: "url".to_owned(), value: "ws://127.0.0.1".to_owned() }],
            }],
        };
        let event = || (1, EventKind::Finding(Box::new(finding.clone())));
        assert_eq!(
            story([event(), event()]),
            "sockeye: nothing listens there [tcp-refused]\n  \
             why   the port is closed\n  \
             seen  127.0.0.1:9\n  \
             fix   use another port\n  \
             set   url: ws://127.0.0.1\n"
        );
    }

    #[test]
    fn retries_that_are_used_up_end_the_story() {
        let end = End::RetriesExhausted { retries: 3, last: Box::new(refused()) };
        let ended = EventKind::Ended(Ended { why: end, messages: 0, connections: 4, during: None });
        assert_eq!(
            story([(4, ended)]),
            "sockeye: gave up after 3 retries at tcp: 127.0.0.1:9 refused, 0 messages in 4 connections\n"
        );
    }

    #[test]
    fn nothing_a_server_says_reaches_the_terminal_as_a_control() {
        let mut failure = refused();
        failure.message = "401 \u{1b}[2J\u{9b}2J\nUnauthorized".to_owned();
        let story = story([(1, EventKind::Failed(Box::new(failure)))]);
        assert!(!story.replace('\n', "").chars().any(char::is_control), "{story:?}");
    }
}
