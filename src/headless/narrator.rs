//! What `tail` says beside its data: the state of the session in words, on stderr.
//!
//! A server that is down, or drops every connection, must not fill a screen. Each kind of
//! trouble is told in full once and then only counted, a line at the 2nd, 4th, 8th, … time. A
//! connection that lasted begins the count anew.

use std::{io::Write, time::Duration};

use crate::{
    payload::{counted, duration_in_words as took, printable, thousands},
    session::{
        End, Ended, Event, EventKind, Failure, Finding, LossKind, Lost, Opened, Pause, RetryIn, Side, Stage,
        Timestamp,
    },
};

use super::{
    repeats::{Repeats, Telling},
    words::explained,
};

/// How long a connection must have lasted for its loss to be news again.
const LASTING: Duration = Duration::from_secs(10);

/// Tells events in words.
pub struct Narrator<W> {
    err: W,
    repeats: Repeats,
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

impl<W: Write> Narrator<W> {
    /// Tells into `err`; that it cannot be written is no reason to end a session.
    pub fn new(err: W) -> Self {
        Self {
            err,
            repeats: Repeats::default(),
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
                if matches!(self.repeats.next(message.clone()), Telling::InFull) {
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

    fn opened(&mut self, connection: u32, opened: &Opened) {
        let again = match self.repeats.next("opened".to_owned()) {
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
            self.repeats.forget();
        }
        let telling = self.repeats.next(format!("lost {:?}", lost.kind));
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
        let telling = self.repeats.next(format!("failed {} {:?}", failure.stage, failure.kind));
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
        match self.repeats.next("exempt".to_owned()) {
            Telling::InFull => {
                " (a lost connection is opened again even with max_retries 0; a connection that fails then ends it)"
            }
            Telling::Counted(_) | Telling::NotAtAll => "",
        }
    }

    fn finding(&mut self, finding: &Finding) {
        if matches!(self.repeats.next(format!("finding {} {}", finding.code, finding.title)), Telling::InFull)
        {
            self.say(&format!("{} [{}]", finding.title, finding.code));
            for (label, text) in explained(finding) {
                self.below(label, &text);
            }
        }
    }

    fn paused(&mut self) {
        if matches!(self.repeats.next("paused".to_owned()), Telling::InFull) {
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
mod tests;
