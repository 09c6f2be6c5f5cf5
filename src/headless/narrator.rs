//! Reports the state of a session in words on stderr, beside the data that `tail` writes.
//!
//! A server that is down, or drops every connection, must not fill a screen. Each kind of problem is reported in
//! full once, and then with its count the 2nd, 4th, 8th, … time. A connection that lasted resets the counts.

use std::{io::Write, time::Duration};

use crate::{
    describe,
    payload::{duration_in_words, printable, thousands},
    session::{
        ConnectionId, End, Ended, Event, EventKind, Failure, Finding, Lost, Opened, Pause, RetryIn, Stage,
        Timestamp,
    },
};

use super::repeats::{Mention, Repeats};

/// A connection that was open for this long resets the counts.
const LASTING: Duration = Duration::from_secs(10);

/// Reports events in words.
pub struct Narrator<W> {
    err: W,
    repeats: Repeats,
    /// Whether the last problem was reported: only then is the retry after it reported too.
    awake: bool,
    hinted: bool,
    /// Whether the current connection uses a proxy.
    proxied: bool,
    /// How many messages were written, if not all that were received.
    pub written: Option<u64>,
    /// How many connections have been open.
    opened: u32,
    /// When the stage under way began.
    stage_began: Timestamp,
}

impl<W: Write> Narrator<W> {
    /// Writes to `err`. A failure to write there does not end the session.
    pub fn new(err: W) -> Self {
        Self {
            err,
            repeats: Repeats::default(),
            awake: true,
            hinted: false,
            proxied: false,
            written: None,
            opened: 0,
            stage_began: Timestamp::default(),
        }
    }

    /// Writes one line.
    pub fn say(&mut self, text: &str) {
        drop(writeln!(self.err, "sockeye: {}", printable(text)));
    }

    fn below(&mut self, label: &str, text: &str) {
        for line in text.lines() {
            drop(writeln!(self.err, "  {label:<5} {}", printable(line)));
        }
    }

    /// Reports one event, if it is worth it.
    pub fn take(&mut self, event: &Event) {
        match &event.kind {
            EventKind::StageStarted(stage) => {
                self.stage_began = event.at;
                self.proxied = *stage == Stage::Proxy || (self.proxied && *stage != Stage::Lookup);
            }
            EventKind::Connecting { url } if event.connection.0 <= 1 => {
                self.say(&describe::connecting(event.connection, url));
            }
            EventKind::Answered(answered) => {
                let message = describe::answered(answered);
                if matches!(self.repeats.next(message.clone()), Mention::InFull) {
                    self.say(&message);
                }
            }
            EventKind::Opened(opened) => self.opened(event.connection, opened),
            EventKind::Lost(lost) => self.lost(event.connection, lost),
            EventKind::Failed(failure) => self.failed(event.connection, failure),
            EventKind::RetryIn(retry) => self.retry(retry),
            EventKind::Finding(finding) => self.finding(finding),
            EventKind::ReadingPaused { why: why @ Pause::Events, read_ahead } => {
                self.paused(*why, *read_ahead);
            }
            EventKind::Refused { command, message } => self.say(&describe::refused(command, message)),
            EventKind::Ended(ended) => self.ended(ended, event.at),
            _ => (),
        }
    }

    /// Reports a problem in full once, and then with its count.
    fn trouble(&mut self, kind: String, message: &str) -> Mention {
        let mention = self.repeats.next(kind);
        self.awake = !matches!(mention, Mention::NotAtAll);
        match mention {
            Mention::InFull => self.say(message),
            Mention::Counted(nth) => self.say(&format!("{nth} times like this: {message}")),
            Mention::NotAtAll => (),
        }
        mention
    }

    fn opened(&mut self, connection: ConnectionId, opened: &Opened) {
        self.opened += 1;
        if !matches!(self.repeats.next("opened".to_owned()), Mention::NotAtAll) {
            let through = if self.proxied { " through the proxy" } else { "" };
            self.say(&format!("{}{through}", describe::opened(connection, opened)));
        }
    }

    fn lost(&mut self, connection: ConnectionId, lost: &Lost) {
        if lost.is_ours() {
            return;
        }
        if lost.open_for >= LASTING {
            self.repeats.forget();
        }
        self.trouble(format!("lost {:?}", lost.kind), &describe::lost(connection, lost));
    }

    fn failed(&mut self, connection: ConnectionId, failure: &Failure) {
        let kind = format!("failed {} {:?}", failure.stage, failure.kind);
        if self.trouble(kind, &describe::failed(connection, failure)) == Mention::InFull {
            for cause in &failure.sources {
                self.below("from", cause);
            }
        }
    }

    fn retry(&mut self, retry: &RetryIn) {
        if !self.awake {
            return;
        }
        let exempt = if (retry.failures, retry.left) == (0, Some(0)) { self.exempt() } else { "" };
        self.say(&format!("{}{exempt}", describe::retry(retry)));
        if retry.left.is_none() && retry.failures > 0 && !self.hinted {
            self.hinted = true;
            self.say("it goes on trying; --no-retry or --max-retries N makes it give up");
        }
    }

    /// Explains once why a connection follows although no retry is allowed.
    fn exempt(&mut self) -> &'static str {
        match self.repeats.next("exempt".to_owned()) {
            Mention::InFull => {
                " (a lost connection is opened again even with max_retries 0; a connection that fails then ends it)"
            }
            Mention::Counted(_) | Mention::NotAtAll => "",
        }
    }

    fn finding(&mut self, finding: &Finding) {
        if matches!(self.repeats.next(format!("finding {} {}", finding.code, finding.title)), Mention::InFull)
        {
            self.say(&describe::finding(finding));
            for (label, text) in describe::finding_lines(finding) {
                self.below(label, &text);
            }
        }
    }

    fn paused(&mut self, why: Pause, read_ahead: u64) {
        if matches!(self.repeats.next("paused".to_owned()), Mention::InFull) {
            self.say(&format!("{}; pings wait meanwhile", describe::paused(why, read_ahead)));
        }
    }

    fn ended(&mut self, ended: &Ended, at: Timestamp) {
        let end = describe::end(ended);
        let more = match (&ended.why, ended.during) {
            (End::RetriesExhausted { retries: 1.., last }, _) => {
                format!(", the last {}", describe::failed_in_short(last))
            }
            (End::Stopped, Some(_)) => format!(", after {}", duration_in_words(at.since(self.stage_began))),
            _ => String::new(),
        };
        let never = if ended.why == End::Stopped && self.opened == 0 { "; it never opened" } else { "" };
        let total = describe::total(ended.messages, ended.connections);
        let written = match self.written {
            Some(written) if written != ended.messages => format!(", {} of them written", thousands(written)),
            _ => String::new(),
        };
        self.say(&format!("{end}{more}{never}; {total}{written}"));
    }
}

#[cfg(test)]
mod tests;
